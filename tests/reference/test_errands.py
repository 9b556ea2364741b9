"""The reference agent's own calls of its tools, over real HTTP and through the real client of MCP."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
import uvicorn

from gate.reference.errands import Answer, Runner, done
from gate.reference.errands_http import OverHttp
from gate.reference.errands_mcp import OverMcp
from gate.reference.waiting import Errand

TRACEPARENT = f"00-{'1' * 32}-{'2' * 16}-01"
ANSWERS = {
    "works": (200, '{"id": "A-17"}'),
    "fails": (500, '{"error": "read-only"}'),
    "busy": (503, '{"error": "later"}'),
    "breaks-off": (200, '{"id": "A-'),
    "says-no-more": (404, ""),
}


class Tools:
    """An ASGI server of the tools of ANSWERS, and what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, str], Any]] = []
        self.left = asyncio.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        assert scope["type"] == "http"
        body = (await receive())["body"]
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        self.asked.append((f"{scope['method']} {scope['path']}", headers, json.loads(body)))
        name = scope["path"].rpartition("/")[2]
        if name == "never":
            assert (await receive())["type"] == "http.disconnect"
            self.left.set()
            return
        status, text = ANSWERS[name]
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": text.encode()})


def mcp_tools(asked: list[tuple[str, Any, Any]]) -> Any:
    from mcp.server.lowlevel import Server
    from mcp_types import CallToolResult, ListToolsResult, TextContent, Tool

    async def call(ctx: Any, params: Any) -> CallToolResult:
        asked.append((params.name, params.arguments, params.meta))
        if params.name == "never":
            await asyncio.Event().wait()
        status, text = ANSWERS[params.name]
        if status != 200:
            text = json.loads(text)["error"]
        return CallToolResult(content=[TextContent(type="text", text=text)], is_error=status != 200)

    async def tools(ctx: Any, params: Any) -> ListToolsResult:
        named = [Tool(name=name, input_schema={"type": "object"}) for name in ANSWERS]
        return ListToolsResult(tools=named, ttl_ms=0, cache_scope="public")

    return Server("tools", on_call_tool=call, on_list_tools=tools).streamable_http_app()


class Told(uvicorn.Server):
    """Says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


@asynccontextmanager
async def serving(app: Any, lifespan: str) -> AsyncIterator[str]:
    listening = socket.create_server(("127.0.0.1", 0))
    server = Told(uvicorn.Config(app, log_level="critical", lifespan=lifespan, timeout_graceful_shutdown=1))
    task = asyncio.create_task(server.serve([listening]))
    await server.ready.wait()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task


def errand(name: str, key: str | None = "s-1-write-1", budget_ms: int = 20_000) -> Errand:
    return Errand("call_1", name, {"day": "Thursday"}, key, budget_ms)


def over_http(name: str, key: str | None = "s-1-write-1", traceparent: str | None = TRACEPARENT) -> tuple[Any, Any]:
    async def run() -> tuple[Any, Any]:
        tools = Tools()
        async with serving(tools, "off") as url:
            return await done(OverHttp(f"{url}/tools/"), errand(name, key), traceparent), tools.asked

    return asyncio.run(run())


def over_mcp(name: str) -> tuple[Any, Any]:
    async def run() -> tuple[Any, Any]:
        asked: list[tuple[str, Any, Any]] = []
        async with serving(mcp_tools(asked), "on") as url:
            return await done(OverMcp(f"{url}/mcp"), errand(name), TRACEPARENT), asked

    return asyncio.run(run())


def test_over_http_a_tool_is_an_address_and_its_arguments_an_object() -> None:
    answer, ((what, headers, body),) = over_http("works")
    assert (answer, what, body) == (({"id": "A-17"}, None), "POST /tools/works", {"day": "Thursday"})
    assert headers["idempotency-key"] == "s-1-write-1"
    assert headers["traceparent"] == TRACEPARENT


def test_without_a_key_and_a_trace_there_are_no_headers_of_either() -> None:
    _, ((_, headers, _),) = over_http("works", key=None, traceparent=None)
    assert not {"idempotency-key", "traceparent"} & headers.keys()


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("fails", "HTTP 500: read-only"),
        ("busy", "HTTP 503: later"),
        ("breaks-off", "the answer of the tool is no JSON"),
        ("says-no-more", "HTTP 404"),
    ],
)
def test_over_http_whatever_goes_wrong_is_an_error(name: str, error: str) -> None:
    assert over_http(name)[0] == (None, error)


def test_over_mcp_key_and_trace_stand_in_meta() -> None:
    answer, ((name, arguments, meta),) = over_mcp("works")
    assert (answer, name, arguments) == (({"id": "A-17"}, None), "works", {"day": "Thursday"})
    assert (meta["Idempotency-Key"], meta["traceparent"]) == ("s-1-write-1", TRACEPARENT)


@pytest.mark.parametrize(
    ("name", "error"),
    [("fails", "the tool failed: read-only"), ("breaks-off", "the answer of the tool is no JSON")],
)
def test_over_mcp_whatever_goes_wrong_is_an_error(name: str, error: str) -> None:
    assert over_mcp(name)[0] == (None, error)


def nowhere(make: type[OverHttp] | type[OverMcp]) -> Answer | None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    return asyncio.run(done(make(f"http://127.0.0.1:{port}/mcp"), errand("works"), None))


@pytest.mark.parametrize("make", [OverHttp, OverMcp])
def test_a_server_that_is_not_there_is_an_error(make: type[OverHttp] | type[OverMcp]) -> None:
    answer = nowhere(make)
    assert answer is not None
    assert answer[1] is not None
    assert answer[1].startswith("the call failed: ")


def test_what_takes_too_long_is_given_up_and_the_line_closed() -> None:
    async def run() -> tuple[Answer | None, bool]:
        tools = Tools()
        async with serving(tools, "off") as url:
            answer = await done(OverHttp(url), errand("never", budget_ms=50), None)
            await asyncio.wait_for(tools.left.wait(), 20)
        return answer, tools.left.is_set()

    assert asyncio.run(run()) == (None, True)


def test_over_mcp_what_takes_too_long_is_given_up() -> None:
    async def run() -> Answer | None:
        async with serving(mcp_tools([]), "on") as url:
            return await done(OverMcp(f"{url}/mcp"), errand("never", budget_ms=1_000), None)

    assert asyncio.run(run()) is None


class Broken:
    async def run(self, errand: Errand, traceparent: str | None) -> Answer:
        raise ExceptionGroup("outer", [ExceptionGroup("inner", [httpx.ConnectError("the reason")])])


def test_the_reason_inside_groups_is_told() -> None:
    runner: Runner = Broken()
    assert asyncio.run(done(runner, errand("works"), None)) == (None, "the call failed: the reason")
