"""The agent as a program of ours: started, waited for, logged, and stopped with all its children."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Mapping
from pathlib import Path

from gate.core.plan import Start
from gate.core.vault import Vault

POLL_S = 0.05
GRACE_S = 5.0
SHOWN_LINES = 15


class NotStarted(Exception):
    """Why the agent is not running: the sentence for the user, with the last lines of its log."""


class Program:
    """One running agent. Its standard input stays open as long as the gate lives."""

    def __init__(self, start: Start, process: asyncio.subprocess.Process, log: Path) -> None:
        self._start = start
        self._process = process
        self._log = log

    @classmethod
    async def launch(cls, start: Start, environ: Mapping[str, str], vault: Vault, log: Path) -> "Program":
        """Returns when the agent listens on its port; raises NotStarted."""
        if start.port is not None and await _listens(start.port):
            raise NotStarted(f"port {start.port} is in use already: something else would be tested, not this agent")
        env = {**environ, **{name: vault.fill(value) for name, value in start.env.items()}}
        command = [vault.fill(word) for word in start.command]
        with log.open("wb") as sink:
            try:
                process = await asyncio.create_subprocess_exec(
                    *command, env=env, cwd=start.cwd, stdin=asyncio.subprocess.PIPE, stdout=sink, stderr=sink,
                    start_new_session=True,
                )  # fmt: skip
            except OSError as error:
                raise NotStarted(f"{start.command[0]!r} cannot be run: {error.strerror}") from None
        program = cls(start, process, log)
        try:
            await program._ready()
        except BaseException:
            await program.stop()
            raise
        return program

    async def _ready(self) -> None:
        if self._start.port is None:
            return
        try:
            async with asyncio.timeout(self._start.timeout_ms / 1000):
                while not await _listens(self._start.port):
                    if self._process.returncode is not None:
                        why = f"it ended with exit code {self._process.returncode} before it listened"
                        raise NotStarted(self._told(why))
                    await asyncio.sleep(POLL_S)
        except TimeoutError:
            raise NotStarted(self._told(f"it did not listen within {self._start.timeout_ms:g} ms")) from None

    def _told(self, why: str) -> str:
        lines = self._log.read_text("utf-8", errors="replace").splitlines()[-SHOWN_LINES:]
        shown = "".join(f"\n    {line}" for line in lines) or "\n    (nothing)"
        command = " ".join(self._start.command)
        return f"the agent was started with `{command}`, on port {self._start.port}; {why}. Its last words:{shown}"

    async def stop(self) -> None:
        """Ends the agent and its children: asked first, killed after a grace."""
        self._signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(GRACE_S):
                await self._process.wait()
        except TimeoutError:
            pass
        self._signal(signal.SIGKILL)
        await self._process.wait()

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    return True


def mask_log(log: Path, vault: Vault) -> None:
    """Takes secrets out of what the agent wrote, once it has stopped."""
    if log.is_file():
        log.write_bytes(
            vault.mask(log.read_bytes().decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")
        )
