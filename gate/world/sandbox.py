"""The sandbox: one server on this machine that answers the tool calls of the agent's backend, over HTTP and MCP, for
all cases that are driven. It lives in the driver's own event loop, so that what it sees is stamped by the same clock.

Imported when a sandbox is opened, before the first case is driven: uvicorn, starlette and mcp take their time."""

import asyncio
import contextlib
import json
import logging
import socket
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import structlog
import uvicorn
from starlette.requests import Request
from starlette.types import Message, Receive, Scope, Send

from gate.core import tooling
from gate.core.jsons import Json
from gate.core.plan import Case
from gate.core.vault import Vault
from gate.world import sandbox_http
from gate.world.program import NotStarted
from gate.world.sandbox_calls import Calls, Fetch
from gate.world.sandbox_stalls import Stall, Stalls, addresses

log = structlog.get_logger()

LEDGER = "sandbox.jsonl"
LARGEST_BODY = 4 * 2**20
ENDING_S = 1
LIBRARIES = ("uvicorn", "mcp", "sse_starlette")
ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 (how the user's choice is told)


class Sandbox:
    """`addresses` are the plain ones, which all cases share."""

    def __init__(self, base: str, calls: Calls, stalls: Stalls, ledger: "Ledger") -> None:
        self._base = base
        self._calls = calls
        self._stalls = stalls
        self._ledger = ledger
        self._server: _Server | None = None
        self._serving: asyncio.Task[None] | None = None
        self.addresses = addresses(base)

    @classmethod
    async def open(
        cls, settings: tooling.Sandbox, plans: Iterable[tooling.ToolPlan], folder: Path, vault: Vault,
        now_ns: Callable[[], int], fetch: Fetch | None = None,
    ) -> "Sandbox":  # fmt: skip
        """Listens when it returns; raises NotStarted. `folder` takes the ledger, `plans` say which tools there are."""
        listener = _listening(settings)
        stalls = Stalls()
        sandbox = cls(_base(settings, listener), Calls(stalls, fetch, now_ns), stalls, Ledger(folder / LEDGER, vault))
        for name in LIBRARIES:
            _hush(logging.getLogger(name))
        config = uvicorn.Config(
            sandbox._app, log_config=None, access_log=False, interface="asgi3", lifespan="off", ws="none",
            http="h11", server_header=False, proxy_headers=False, timeout_graceful_shutdown=ENDING_S,
        )  # fmt: skip
        sandbox._server = _Server(config)
        sandbox._serving = asyncio.create_task(sandbox._serve(listener))
        log.info("sandbox.open", address=sandbox._base)
        return sandbox

    async def _serve(self, listener: socket.socket) -> None:
        assert self._server is not None
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
        if self._server is not None and self._serving is not None:
            self._server.should_exit = True
            await asyncio.gather(self._serving, return_exceptions=True)
        self._ledger.close()

    async def _app(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            await self._route(request, scope, receive, send)
        except Exception as bug:
            log.exception("sandbox.broken")
            self._calls.problem(f"a bug of Voxgate broke a call to the sandbox: {type(bug).__name__}: {bug}")
            with contextlib.suppress(Exception):
                await sandbox_http.told(500, {"error": "this is a bug of Voxgate"})(scope, receive, send)

    async def _route(self, request: Request, scope: Scope, receive: Receive, send: Send) -> None:
        match scope["path"].split("/", 4)[1:]:
            case ["c", token, "tools", tool] if tool:
                await self._tool(request, scope, receive, send, tool, token)
            case ["tools", *rest] if "/".join(rest):
                await self._tool(request, scope, receive, send, "/".join(rest), None)
            case _:
                wrong = f"nothing is served at {scope['path']}: tools are at /tools/NAME, MCP is at /mcp"
                await sandbox_http.told(404, {"error": wrong})(scope, receive, send)

    async def _tool(
        self, request: Request, scope: Scope, receive: Receive, send: Send, tool: str, token: str | None
    ) -> None:
        body = await whole(receive)
        if body is None:
            await sandbox_http.told(413, {"error": f"a body of more than {LARGEST_BODY} bytes"})(scope, receive, send)
            return
        gone = asyncio.Event()
        with watching(receive, gone):
            answer = await sandbox_http.answer(request, body, tool, token, self._calls, gone, self._ledger.write)
        if not gone.is_set():
            await answer(scope, receive, send)


async def whole(receive: Receive) -> bytes | None:
    """The body; None if it is too large, or breaks off."""
    body = b""
    while True:
        message = await receive()
        body += bytes(message.get("body", b""))
        if message["type"] == "http.disconnect" or len(body) > LARGEST_BODY:
            return None
        if not message.get("more_body", False):
            return body


@contextlib.contextmanager
def watching(receive: Receive, gone: asyncio.Event) -> Iterator[None]:
    """Sets `gone` when the client goes away. Behind the body nothing else can come."""

    async def watch() -> None:
        message: Message = {"type": ""}
        while message["type"] != "http.disconnect":
            message = await receive()
        gone.set()

    watcher = asyncio.create_task(watch())
    try:
        yield
    finally:
        watcher.cancel()


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
        log.info("sandbox.library", logger=record.name, level=record.levelname, message=self.format(record))


def _hush(logger: logging.Logger) -> None:
    """What the libraries warn of goes into the gate's log, and nowhere else."""
    logger.propagate = False
    logger.setLevel(logging.WARNING)
    logger.handlers = [_ToLog()]


def _listening(settings: tooling.Sandbox) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.bind else socket.AF_INET
    try:
        return socket.create_server((settings.bind, settings.port), family=family)
    except OSError as error:
        why = "is in use already" if error.errno == 98 else f"cannot be listened on ({error.strerror or error})"
        raise NotStarted(
            f"{settings.place}: port {settings.port} of {settings.bind}, where the tools are to be served, {why}: "
            "end what listens there, or give tools.sandbox another port"
        ) from None


def _base(settings: tooling.Sandbox, listener: socket.socket) -> str:
    if settings.advertise:
        return settings.advertise.rstrip("/")
    host: Any = ANY_ADDRESS.get(settings.bind, settings.bind)
    return f"http://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}"
