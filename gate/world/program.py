"""The agent as a program of ours: started, waited for, logged, and stopped with all its children."""

import asyncio
import contextlib
import os
import shutil
import signal
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal

from gate.core.jsons import Json
from gate.core.plan import Start
from gate.core.vault import Vault
from gate.world.readiness import Readiness, listens, ports_of

POLL_S = 0.05
SHOWN_LINES = 15


class NotStarted(Exception):
    """Why the agent is not running: the sentence for the user, with the last lines of its log."""


class NotStopped(NotStarted):
    """Why the agent is still running."""


def is_there(start: Start, environ: Mapping[str, str]) -> bool:
    """Whether its program can be found, as the kernel will look for it."""
    program = start.command[0]
    if os.sep in program:
        return os.access(Path(start.cwd or ".") / program, os.X_OK)
    path = start.env.get("PATH", environ.get("PATH", os.defpath))
    return "${" in path + program or shutil.which(program, path=path) is not None


class Program:
    """One running agent. Its standard input stays open as long as the gate lives."""

    def __init__(
        self, start: Start, process: asyncio.subprocess.Process, log: Path, how: tuple[list[str], dict[str, str]]
    ) -> None:
        self._start = start
        self._process = process
        self._log = log
        self._how = how
        self._stopped = False
        self._readiness = Readiness(start, log)

    @classmethod
    async def launch(cls, start: Start, environ: Mapping[str, str], vault: Vault, log: Path) -> "Program":
        """Returns when the agent is ready; raises NotStarted."""
        env = {**environ, **{name: vault.fill(value) for name, value in start.env.items()}}
        command = [vault.fill(word) for word in start.command]
        process = await _run(start, command, env, log, "wb")
        program = cls(start, process, log, (command, env))
        await program._listening()
        return program

    async def restart(self) -> None:
        """Stops the agent and starts it again; returns when it is ready, raises NotStarted."""
        await self.stop()
        await self._gone()
        self._readiness = Readiness(self._start, self._log, self._log.stat().st_size)
        self._process = await _run(self._start, *self._how, self._log, "ab")
        self._stopped = False
        await self._listening()

    async def _gone(self) -> None:
        """Returns when nothing listens on its ports any more."""
        port = None
        try:
            async with asyncio.timeout(self._start.timeout_ms / 1000):
                for port in ports_of(self._start):
                    while await listens(port):  # noqa: ASYNC110 (nobody tells when a port is free)
                        await asyncio.sleep(POLL_S)
        except TimeoutError:
            why = f"its command was stopped, and port {port} was still taken after {self._start.timeout_ms:g} ms"
            raise NotStopped(why) from None

    async def _listening(self) -> None:
        try:
            await self._ready()
        except BaseException:
            await self.stop()
            raise

    async def _ready(self) -> None:
        missing = ""
        try:
            async with asyncio.timeout(self._start.timeout_ms / 1000):
                while missing := await self._readiness.missing():
                    if self._process.returncode is not None:
                        raise NotStarted(self._told(f"it ended {self._ended} before it was ready: {missing}"))
                    await asyncio.sleep(POLL_S)
        except TimeoutError:
            raise NotStarted(self._told(f"{missing} within {self._start.timeout_ms:g} ms")) from None

    @property
    def _ended(self) -> str:
        code = self._process.returncode or 0
        return f"by signal {signal.Signals(-code).name}" if code < 0 else f"with exit code {code}"

    @property
    def crash(self) -> str:
        """What there is to say of an agent that ended before it was stopped; empty for one that did not."""
        if self._stopped or self._process.returncode is None:
            return ""
        return self._told(f"it ended {self._ended} while it was being called")

    def _told(self, why: str) -> str:
        lines = self._log.read_text("utf-8", errors="replace").splitlines()[-SHOWN_LINES:]
        shown = "".join(f"\n    {line}" for line in lines) or "\n    (nothing)"
        return f"the agent was started with `{' '.join(self._start.command)}`; {why}. Its last words:{shown}"

    async def stop(self) -> None:
        """Ends the agent and its children: asked first, killed after a grace."""
        self._stopped = True
        self._signal(signal.Signals[f"SIG{self._start.stop_signal}"])
        try:
            async with asyncio.timeout(self._start.grace_ms / 1000):
                await self._process.wait()
        except TimeoutError:
            pass
        self._signal(signal.SIGKILL)
        await self._process.wait()

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)


async def _run(
    start: Start, command: list[str], env: dict[str, str], log: Path, mode: Literal["wb", "ab"]
) -> asyncio.subprocess.Process:
    for port in ports_of(start):
        if await listens(port):
            what = f"port {port} is in use already: something else would be tested, not this agent"
            raise NotStarted(f"{what}; stop what listens there, or give the agent another port")
    with log.open(mode) as sink:
        try:
            return await asyncio.create_subprocess_exec(
                *command, env=env, cwd=start.cwd, stdin=asyncio.subprocess.PIPE, stdout=sink, stderr=sink,
                start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            raise NotStarted(f"{start.command[0]!r} cannot be run: {error.strerror}") from None


class Restarts:
    """The restarts of one program during one case."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._under_way: asyncio.Task[None] | None = None

    def begin(self) -> None:
        self._under_way = asyncio.create_task(self._program.restart())

    async def over(self) -> dict[str, Json] | None:
        """What became of a restart that was begun: nothing more to say, or a problem, and whether that was to stop it.
        None if there was none."""
        if self._under_way is None:
            return None
        try:
            await self._under_way
        except NotStarted as problem:
            return {"problem": str(problem), "stopped": not isinstance(problem, NotStopped)}
        finally:
            self._under_way = None
        return {}


def mask_log(log: Path, mask: Callable[[str], str]) -> str:
    """Takes out of what the agent wrote, once it has stopped, what must not be kept. Returns a problem, or nothing:
    where the rest cannot be written, the whole is given up."""
    if not log.is_file():
        return ""
    text = log.read_bytes().decode("utf-8", "surrogateescape")
    masked = mask(text)
    part = log.with_name(log.name + ".part")
    try:
        if masked != text:
            part.write_bytes(masked.encode("utf-8", "surrogateescape"))
            part.replace(log)
    except OSError as error:
        part.unlink(missing_ok=True)
        log.unlink()
        return f"{log.name} held what must not be kept, could not be written without it, and is gone: {error.strerror}"
    return ""
