"""The sandbox as an MCP server, over streamable HTTP: the tools of the manifest, and the same answers as over HTTP.

A client that shakes hands gets a session, so that it can take a call back; one that does not is answered all the same.
Each POST is answered with JSON. That nobody waits any more is seen from the connection, which is why the body is read
here and handed on (revision 2025-11-25, Transports; 2026-07-28 knows no sessions)."""

import json
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any

import mcp_types as types
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel.server import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from starlette.types import Message, Scope, Send

from gate import __version__
from gate.core import jsons
from gate.core.jsons import Json
from gate.core.paths import Missing, get
from gate.core.tooling import ToolPlan
from gate.world.sandbox_asked import Asked, Outcome, Post
from gate.world.sandbox_calls import Calls

POST = "voxgate.post"
"""Where in the scope of a request the server finds what belongs to it."""

OPEN: dict[str, Any] = {"type": "object"}
"""The schema of a tool of which only the name is known."""


class Endpoint:
    """`plan_of` gives what a token's case knows of tools, and all that the run does for None."""

    def __init__(self, calls: Calls, plan_of: Callable[[str | None], Iterable[ToolPlan]]) -> None:
        self._calls = calls
        self._plan_of = plan_of
        server: Server[Any] = Server(
            "voxgate-sandbox", version=__version__, on_list_tools=self._list, on_call_tool=self._call,
        )  # fmt: skip
        self._held = StreamableHTTPSessionManager(server, json_response=True)
        self._single = StreamableHTTPSessionManager(server, json_response=True, stateless=True)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        async with self._held.run(), self._single.run():
            yield

    async def handle(self, scope: Scope, body: bytes, post: Post, send: Send) -> None:
        """Answers one request; its body has just arrived."""
        given = False

        async def receive() -> Message:
            nonlocal given
            if not given:
                given = True
                return {"type": "http.request", "body": body, "more_body": False}
            await post.gone.wait()
            return {"type": "http.disconnect"}

        message = parsed(body)
        if odd := _without_arguments(message):
            await self._calls.answer(asked(*odd, post), post.gone)
        shakes_hands = "mcp-session-id" in post.headers or get(message, "method") == "initialize"
        manager = self._held if shakes_hands else self._single
        await manager.handle_request({**scope, POST: post}, receive, send)

    async def unaddressed(self, body: bytes, post: Post) -> Outcome | None:
        """The answer to whoever comes to an address that is nobody's, whatever it wants."""
        if self._calls.knows(post.token):
            return None
        message = parsed(body)
        name = get(message, "params.name")
        return await self._calls.answer(asked(name if isinstance(name, str) else "", None, "", post), post.gone)

    async def _list(
        self, ctx: ServerRequestContext[Any], params: types.PaginatedRequestParams | None
    ) -> types.ListToolsResult:
        return types.ListToolsResult(tools=listed(self._plan_of(_post(ctx).token)))

    async def _call(self, ctx: ServerRequestContext[Any], params: types.CallToolRequestParams) -> types.CallToolResult:
        post = _post(ctx)
        one = asked(params.name, dict(params.arguments or {}), "", post, (ctx.meta or {}).get("traceparent"))
        return result(await self._calls.answer(one, post.gone))


def parsed(body: bytes) -> Json:
    try:
        return jsons.parse(body)
    except ValueError:
        return None


def asked(name: str, arguments: Json, fault: str, post: Post, traceparent: object = None) -> Asked:
    """`traceparent` stands in the message itself, and says more than a header of the connection."""
    own = (traceparent,) if isinstance(traceparent, str) else ()
    header = post.headers.get("traceparent")
    traces = (*own, *((header,) if header else ()))
    return Asked(name, arguments, "mcp", post.t_ns, post.token, traces, post.headers, fault)


def result(outcome: Outcome) -> types.CallToolResult:
    value = outcome.value
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    structured = value if outcome.how == "value" and isinstance(value, dict) else None
    content: list[types.ContentBlock] = [types.TextContent(type="text", text=text)]
    return types.CallToolResult(content=content, structured_content=structured, is_error=outcome.how == "error")


def listed(plans: Iterable[ToolPlan]) -> list[types.Tool]:
    """The tools of the schemas, else those that have a mock or are real, each once."""
    tools: dict[str, types.Tool] = {}
    for plan in plans:
        for schema in plan.schemas or ():
            tools.setdefault(schema.name, _tool(schema.name, schema.parameters, schema.description))
        named = [*(mock.tool for mock in plan.mocks), *(tool.name for tool in plan.real)]
        for name in named if plan.schemas is None else ():
            tools.setdefault(name, _tool(name, OPEN))
    return list(tools.values())


def _tool(name: str, parameters: dict[str, Any], description: str = "") -> types.Tool:
    return types.Tool(name=name, description=description or None, input_schema={**OPEN, **parameters})


def _post(ctx: ServerRequestContext[Any]) -> Post:
    assert ctx.request is not None
    post = ctx.request.scope[POST]
    assert isinstance(post, Post)
    return post


def _without_arguments(message: Json) -> tuple[str, Json, str] | None:
    """A call whose arguments are no object, which the server underneath refuses without a word to anybody."""
    name, arguments = get(message, "params.name"), get(message, "params.arguments")
    if get(message, "method") != "tools/call" or not isinstance(name, str):
        return None
    if arguments is None or isinstance(arguments, dict | Missing):
        return None
    return name, arguments, "the arguments of a call are to be an object"
