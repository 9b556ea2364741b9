"""What the sandbox serves, as an ASGI application: `/tools/{tool}` and `/mcp`, and both below `/c/{token}`, where they
are one case's. Every answer is JSON; nobody's mistake is shown a page."""

import asyncio
import contextlib
import re
from collections.abc import Iterator

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from gate.world import sandbox_http
from gate.world.sandbox_asked import Post
from gate.world.sandbox_calls import Calls
from gate.world.sandbox_mcp import Endpoint

log = structlog.get_logger()

LARGEST_BODY = 4 * 2**20
MCP = "/mcp"


class App:
    def __init__(self, calls: Calls, endpoint: Endpoint) -> None:
        self._calls = calls
        self._endpoint = endpoint

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._answer(scope, receive, send)
        except Exception as bug:
            log.exception("sandbox.broken")
            self._calls.problem(f"a bug of Voxgate broke a call to the sandbox: {type(bug).__name__}: {bug}")
            with contextlib.suppress(Exception):
                await sandbox_http.told(500, {"error": "this is a bug of Voxgate"})(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        token, way, tool = addressed(scope["path"])
        if not way:
            self._calls.nowhere(request.method, scope["path"])
            what = f"nothing is served at {scope['path']}: tools are at /tools/NAME, MCP is at /mcp"
            return await sandbox_http.told(404, {"error": what})(scope, receive, send)
        body = await whole(receive)
        if body is None:
            what = f"the body is larger than {LARGEST_BODY} bytes"
            return await sandbox_http.told(413, {"error": what})(scope, receive, send)
        headers = {name.casefold(): value for name, value in request.headers.items()}
        gone = asyncio.Event()
        post = Post(self._calls.now_ns(), token, headers, gone)
        with watching(receive, gone):
            if way == MCP:
                response = await self._refused(request, body, post)
            else:
                response = await sandbox_http.answer(request, body, tool, post, self._calls)
            if response is None:
                await self._endpoint.handle(scope, body, post, send)
        if response is not None and not gone.is_set():
            await response(scope, receive, send)

    async def _refused(self, request: Request, body: bytes, post: Post) -> Response | None:
        """What is no business of an MCP server: an address that is nobody's, and listening for what never comes."""
        if (outcome := await self._endpoint.unaddressed(body, post)) is not None:
            return sandbox_http.response(outcome)
        if request.method == "GET":
            return sandbox_http.told(405, {"error": "there is nothing to listen to here: POST a message"})
        return None


def addressed(path: str) -> tuple[str | None, str, str]:
    """The token in a path, if it has one; what it leads to, or nothing; and the tool."""
    found = re.fullmatch(r"(?:/c/([^/]*))?(?:(/mcp)|(/tools/)(.+))", path, re.DOTALL)
    return (found[1], found[2] or found[3], found[4] or "") if found else (None, "", "")


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
