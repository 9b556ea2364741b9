"""The sandbox: one server on this machine that answers the tool calls of the agent's backend, over HTTP and MCP, for
all cases that are driven. It lives in the driver's own event loop, so that what it sees is stamped by the same clock.

Imported when a sandbox is opened, before the first case is driven: uvicorn, starlette and mcp take their time."""

import asyncio
import contextlib
import errno
import json
import logging
import socket
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import structlog
import uvicorn

from gate.core import tooling
from gate.core.jsons import Json
from gate.core.plan import Case
from gate.core.ports import RealTools
from gate.core.vault import Vault
from gate.world.program import NotStarted
from gate.world.sandbox_app import App
from gate.world.sandbox_calls import Calls
from gate.world.sandbox_mcp import Endpoint
from gate.world.sandbox_stalls import Stall, Stalls, addresses

log = structlog.get_logger()

LEDGER = "sandbox.jsonl"
ENDING_S = 1
LIBRARIES = ("uvicorn", "mcp", "sse_starlette")
ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 (the address by which this machine reaches itself)


class Sandbox:
    """Open. `addresses` are the plain ones, which all cases share."""

    def __init__(self, base: str, stalls: Stalls, calls: Calls, ledger: "Ledger", server: "_Server") -> None:
        self._base = base
        self._stalls = stalls
        self._calls = calls
        self._ledger = ledger
        self._server = server
        self._serving: asyncio.Task[None] | None = None
        self.addresses = addresses(base)

    @classmethod
    async def open(
        cls, settings: tooling.Sandbox, plans: Iterable[tooling.ToolPlan], folder: Path, vault: Vault,
        now_ns: Callable[[], int], real: RealTools | None = None,
    ) -> "Sandbox":  # fmt: skip
        """Listens when it returns; raises NotStarted. `folder` takes the ledger; `plans` say which tools there are."""
        listener = _listening(settings)
        _hush()
        stalls, ledger, every = Stalls(), Ledger(folder / LEDGER, vault), list(plans)
        calls = Calls(stalls, ledger.write, now_ns, real)
        endpoint = Endpoint(calls, lambda token: stalls.plans(token) or every)
        config = uvicorn.Config(
            App(calls, endpoint), log_config=None, access_log=False, interface="asgi3", lifespan="off", ws="none",
            http="h11", server_header=False, proxy_headers=False, timeout_graceful_shutdown=ENDING_S,
        )  # fmt: skip
        sandbox = cls(_base(settings, listener), stalls, calls, ledger, _Server(config))
        sandbox._serving = asyncio.create_task(sandbox._serve(listener, endpoint))
        log.info("sandbox.open", address=sandbox._base)
        return sandbox

    async def _serve(self, listener: socket.socket, endpoint: Endpoint) -> None:
        async with endpoint.running():
            await self._server.serve([listener])

    def stall(self, case: Case, trace_id: str) -> Stall:
        """A place for one attempt at a case, with an address of its own."""
        stall = Stall(case, trace_id, self._base, self._ledger.write)
        self._stalls.add(stall)
        return stall

    @property
    def problems(self) -> list[str]:
        return [text if times == 1 else f"{text} ({times} times)" for text, times in self._calls.problems.items()]

    async def close(self) -> None:
        """At once: whoever is still held is told that it is over."""
        self._stalls.close()
        self._server.should_exit = True
        if self._serving is not None:
            await self._serving
        self._ledger.close()


class Ledger:
    """Every request of a run, a line of JSON each step, without secrets: side effects that no transcript shows."""

    def __init__(self, path: Path, vault: Vault) -> None:
        self._file = path.open("ab", buffering=0)
        self._vault = vault

    def write(self, case_id: str | None, kind: str, t_ns: int, data: dict[str, Json]) -> None:
        line = json.dumps({"t": t_ns, "case": case_id, "what": kind, **data}, separators=(",", ":"))
        self._file.write(self._vault.mask(line).encode() + b"\n")

    def close(self) -> None:
        self._file.close()


class _Server(uvicorn.Server):
    """Signals are the command line's."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class _ToLog(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        log.info("sandbox.library", logger=record.name, severity=record.levelname, message=self.format(record))


def _hush() -> None:
    """What the libraries warn of goes into the gate's log, and nowhere else."""
    for name in LIBRARIES:
        logger = logging.getLogger(name)
        logger.propagate = False
        logger.setLevel(logging.WARNING)
        logger.handlers = [_ToLog()]


def _listening(settings: tooling.Sandbox) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.bind else socket.AF_INET
    try:
        return socket.create_server((settings.bind, settings.port), family=family)
    except OSError as error:
        in_use = error.errno == errno.EADDRINUSE
        why = "is in use already" if in_use else f"cannot be listened on ({error.strerror or error})"
        raise NotStarted(
            f"{settings.place}: port {settings.port} of {settings.bind}, where the tools are to be served, {why}: "
            "end what listens there, or give tools.sandbox another port"
        ) from None


def _base(settings: tooling.Sandbox, listener: socket.socket) -> str:
    if settings.advertise:
        return settings.advertise.rstrip("/")
    host = ANYWHERE.get(settings.bind, settings.bind)
    return f"http://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}"
