"""The sandbox over real sockets: HTTP, MCP by its own client, and what happens as it closes."""

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import mcp
import pytest
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client

from gate.core import tooling
from gate.core.plan import Case
from gate.core.tooling import Schema
from gate.core.vault import Vault
from gate.session.clock import Clock
from gate.world.program import NotStarted
from gate.world.sandbox import Sandbox
from gate.world.sandbox_stalls import Stall
from tests.world.sandboxes import HERE, OTHER_TRACE, TRACE, Log, case, driven, traceparent

LOOKUP = Schema("lookup", {"type": "object", "properties": {"day": {"type": "string"}}}, "Finds it.")


class Run:
    def __init__(self, sandbox: Sandbox, stalls: list[Stall], logs: list[Log]) -> None:
        self.sandbox = sandbox
        self.stalls = stalls
        self.logs = logs
        self.http = httpx.AsyncClient(trust_env=False, timeout=10)

    def at(self, way: str, number: int = 0) -> str:
        return self.stalls[number].addresses[f"sandbox.{way}"]

    async def noted(self, kind: str, number: int = 0) -> dict[str, Any]:
        """The last note of a kind, once there is one."""
        return await self.logs[number].noted(kind)


@asynccontextmanager
async def running(folder: Path, *cases: Case, **more: Any) -> AsyncIterator[Run]:
    settings = tooling.Sandbox(HERE, **more)
    vault = Vault({"KEY": "a-secret-value"})
    sandbox = await Sandbox.open(settings, [one.tools for one in cases], folder, vault, Clock().now_ns)
    try:
        with ExitStack() as stack:
            stalls = [sandbox.stall(one, trace) for one, trace in zip(cases, (TRACE, OTHER_TRACE), strict=False)]
            run = Run(sandbox, stalls, [stack.enter_context(driven(stall)) for stall in stalls])
            async with run.http:
                yield run
    finally:
        await sandbox.close()


def during(folder: Path, work: Callable[[Run], Awaitable[Any]], *cases: Case, **more: Any) -> Any:
    async def whole() -> Any:
        async with asyncio.timeout(30), running(folder, *cases or (case(),), **more) as run:
            return await work(run)

    return asyncio.run(whole())


def ledger(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "sandbox.jsonl").read_text("utf-8").splitlines()]


MODES = pytest.mark.parametrize("mode", ["legacy", "auto"])


def test_two_cases_at_once_by_their_traces(tmp_path: Path) -> None:
    async def work(run: Run) -> list[list[Any]]:
        plain = run.sandbox.addresses["sandbox.http"]
        asked = [
            run.http.post(f"{plain}/soon", json={"of": trace}, headers={"traceparent": traceparent(trace)})
            for trace in (TRACE, OTHER_TRACE) * 3
        ]
        assert [reply.json() for reply in await asyncio.gather(*asked)] == ["now"] * 6
        return [[call["arguments"] for call in log.of("sandbox.call")] for log in run.logs]

    cases = (case("a", "traceparent"), case("b", "traceparent"))
    assert during(tmp_path, work, *cases) == [[{"of": TRACE}] * 3, [{"of": OTHER_TRACE}] * 3]


def test_a_client_that_gives_up_is_noted_with_how_long_it_waited(tmp_path: Path) -> None:
    async def work(run: Run) -> tuple[dict[str, Any], float]:
        began_s = time.monotonic()
        with pytest.raises(httpx.ReadTimeout):
            await run.http.post(f"{run.at('http')}/silent", timeout=0.05)
        return await run.noted("sandbox.gone"), (time.monotonic() - began_s) * 1000

    gone, whole_ms = during(tmp_path, work)
    assert 0 < gone.pop("after_ms") < whole_ms
    assert gone == {"call_id": "http-1", "name": "silent", "via": "http"}
    assert [line["what"] for line in ledger(tmp_path)] == ["sandbox.call", "tool", "sandbox.gone"]


def test_secrets_stay_out_of_the_ledger(tmp_path: Path) -> None:
    async def work(run: Run) -> None:
        await run.http.post(f"{run.at('http')}/lookup", json={"key": "a-secret-value"})

    during(tmp_path, work)
    assert ledger(tmp_path)[0]["arguments"] == {"key": "[secret:KEY]"}


def test_a_port_in_use_is_told_with_its_place(tmp_path: Path) -> None:
    async def work(run: Run) -> None: ...

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        told = f"m.yaml:7:3: port {port} of 127.0.0.1, where the tools are to be served, is in use already: end what"
        with pytest.raises(NotStarted, match=told):
            during(tmp_path, work, port=port)


def test_it_is_reached_by_what_it_advertises(tmp_path: Path) -> None:
    async def work(run: Run) -> dict[str, str]:
        return run.sandbox.addresses

    found = during(tmp_path, work, advertise="http://172.17.0.1:8900/", bind="0.0.0.0")
    assert found == {"sandbox.http": "http://172.17.0.1:8900/tools", "sandbox.mcp": "http://172.17.0.1:8900/mcp"}
    assert during(tmp_path, work, bind="0.0.0.0")["sandbox.http"].startswith("http://127.0.0.1:")


def test_it_closes_at_once_whoever_is_held(tmp_path: Path) -> None:
    async def work(run: Run) -> tuple[float, list[int]]:
        asking = [asyncio.create_task(run.http.post(f"{run.at('http')}/{name}")) for name in ("silent", "slow")]
        await run.logs[0].noted("tool", 2)
        began = asyncio.get_running_loop().time()
        await run.sandbox.close()
        took = asyncio.get_running_loop().time() - began
        return took, [reply.status_code for reply in await asyncio.gather(*asking)]

    took, statuses = during(tmp_path, work)
    assert statuses == [504, 504]
    assert took < 5
    assert [line["what"] for line in ledger(tmp_path)[-2:]] == ["sandbox.gone"] * 2


def test_half_a_request_does_not_hold_it_up(tmp_path: Path) -> None:
    async def work(run: Run) -> float:
        port = httpx.URL(run.at("http")).port
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"POST /tools/lookup HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nhalf")
        await writer.drain()
        assert (await run.http.post(f"{run.at('http')}/lookup")).is_success
        began = asyncio.get_running_loop().time()
        await run.sandbox.close()
        writer.close()
        return asyncio.get_running_loop().time() - began

    assert during(tmp_path, work) < 5


# over MCP, by its own client


def text_of(found: mcp.types.CallToolResult) -> str:
    (content,) = found.content
    assert isinstance(content, mcp.types.TextContent)
    return content.text


def asking(folder: Path, work: Callable[[Client, Run], Awaitable[Any]], *cases: Case, mode: str = "legacy") -> Any:
    """`work` with a client at the first case's own address."""

    async def whole(run: Run) -> Any:
        async with Client(run.at("mcp"), mode=mode) as client:
            return await work(client, run)

    return during(folder, whole, *cases)


@MODES
def test_mcp_lists_what_has_a_mock_with_an_open_schema(tmp_path: Path, mode: str) -> None:
    async def work(client: Client, run: Run) -> list[Any]:
        return (await client.list_tools()).tools

    tools = asking(tmp_path, work, mode=mode)
    assert [tool.name for tool in tools] == ["lookup", "slow", "soon", "broken", "garbled", "silent", "flaky"]
    assert {json.dumps(tool.input_schema) for tool in tools} == {'{"type": "object"}'}


@MODES
def test_mcp_lists_the_schemas_where_there_are_some(tmp_path: Path, mode: str) -> None:
    async def work(client: Client, run: Run) -> list[Any]:
        return (await client.list_tools()).tools

    (tool,) = asking(tmp_path, work, case(schemas=(LOOKUP,)), mode=mode)
    assert (tool.name, tool.description, tool.input_schema) == ("lookup", "Finds it.", LOOKUP.parameters)


@MODES
def test_mcp_answers_as_http_does(tmp_path: Path, mode: str) -> None:
    async def work(client: Client, run: Run) -> list[Any]:
        asked = [
            ("lookup", {"day": "x"}),
            ("broken", {}),
            ("garbled", None),
            ("flaky", {}),
            ("flaky", {}),
            ("none", {}),
        ]
        found = [await client.call_tool(name, arguments) for name, arguments in asked]
        assert found[0].structured_content == {"id": "A-17"}
        (call, *_) = run.logs[0].of("sandbox.call")
        assert {name: call[name] for name in ("call_id", "name", "arguments", "via")} == {
            "call_id": "mcp-1", "name": "lookup", "arguments": {"day": "x"}, "via": "mcp",
        }  # fmt: skip
        assert [data["status"] for data in run.logs[0].of("sandbox.result")] == [200, 503, 200, 500, 200, 501]
        return [(one.is_error, text_of(one)) for one in found]

    assert asking(tmp_path, work, mode=mode) == [
        (False, '{"id": "A-17"}'),
        (True, "no luck"),
        (False, '{"id": "A-'),
        (True, "try again"),
        (False, '{"ok": true}'),
        (True, "no mock fits this call of none"),
    ]


@MODES
def test_mcp_holds_a_call_until_its_client_gives_up(tmp_path: Path, mode: str) -> None:
    async def work(client: Client, run: Run) -> Any:
        call = asyncio.create_task(client.call_tool("silent"))
        await run.noted("tool")
        call.cancel()
        await asyncio.gather(call, return_exceptions=True)
        gone = await run.noted("sandbox.gone")
        assert (await client.call_tool("lookup")).structured_content == {"id": "A-17"}
        return gone

    gone = asking(tmp_path, work, mode=mode)
    assert (gone["call_id"], gone["name"], gone["via"]) == ("mcp-1", "silent", "mcp")


@MODES
def test_mcp_holds_a_call_until_its_case_is_over(tmp_path: Path, mode: str) -> None:
    async def work(client: Client, run: Run) -> Any:
        call = asyncio.create_task(client.call_tool("silent"))
        await run.noted("tool")
        run.stalls[0].over.set()
        return await call

    assert asking(tmp_path, work, mode=mode).is_error
    assert ledger(tmp_path)[-1]["what"] == "sandbox.gone"


@pytest.mark.parametrize("where", ["header", "meta"])
@MODES
def test_mcp_calls_are_tied_by_the_trace_of_the_connection_or_of_the_message(
    tmp_path: Path, mode: str, where: str
) -> None:
    async def work(run: Run) -> list[list[Any]]:
        plain = run.sandbox.addresses["sandbox.mcp"]
        for trace in (TRACE, OTHER_TRACE):
            parent = traceparent(trace)
            headers = {"traceparent": parent} if where == "header" else {}
            async with (
                httpx_client(headers) as http,
                Client(streamable_http_client(plain, http_client=http), mode=mode) as client,
            ):
                meta: Any = {"traceparent": parent} if where == "meta" else None
                assert not (await client.call_tool("lookup", {"of": trace}, meta=meta)).is_error
        return [[call["arguments"] for call in log.of("sandbox.call")] for log in run.logs]

    cases = (case("a", "traceparent"), case("b", "traceparent"))
    assert during(tmp_path, work, *cases) == [[{"of": TRACE}], [{"of": OTHER_TRACE}]]


@MODES
def test_a_stray_over_mcp_is_an_error_to_the_client_and_a_problem_of_the_run(tmp_path: Path, mode: str) -> None:
    async def work(run: Run) -> tuple[Any, list[str]]:
        async with Client(run.sandbox.addresses["sandbox.mcp"], mode=mode) as client:
            found = await client.call_tool("lookup")
        assert [log.kinds for log in run.logs] == [["sandbox.stray"]] * 2
        return found, run.sandbox.problems

    found, problems = during(tmp_path, work, case("a"), case("b"))
    assert found.is_error
    assert "2 cases run that have to be told by it" in text_of(found)
    assert len(problems) == 1
    assert problems[0].startswith("the sandbox got a call of 'lookup' over mcp that it could not put into a case")


def test_a_post_without_a_handshake_is_answered_all_the_same(tmp_path: Path) -> None:
    async def work(run: Run) -> Any:
        message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "lookup", "arguments": {}}}
        reply = await run.http.post(run.at("mcp"), json=message, headers={"accept": "application/json"})
        return reply.json()["result"]["structuredContent"]

    assert during(tmp_path, work) == {"id": "A-17"}


def test_arguments_that_are_no_object_are_kept(tmp_path: Path) -> None:
    async def work(run: Run) -> Any:
        message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "lookup", "arguments": [1]}}
        reply = await run.http.post(run.at("mcp"), json=message, headers={"accept": "application/json"})
        assert "error" in reply.json()
        return [(call["arguments"]) for call in run.logs[0].of("sandbox.call")], run.logs[0].of("sandbox.result")

    arguments, (answer,) = during(tmp_path, work)
    assert arguments == [[1]]
    assert (answer["status"], answer["error"]) == (400, "the arguments of a call are to be an object")


def test_nothing_is_to_be_listened_to_and_no_token_is_made_up(tmp_path: Path) -> None:
    async def work(run: Run) -> list[int]:
        listened = await run.http.get(run.at("mcp"), headers={"accept": "text/event-stream"})
        made_up = await run.http.post(run.at("mcp").replace(run.stalls[0].token, "made-up"), json={})
        assert listened.headers["content-type"] == made_up.headers["content-type"] == "application/json"
        return [listened.status_code, made_up.status_code]

    assert during(tmp_path, work) == [405, 404]


def httpx_client(headers: dict[str, str]) -> Any:
    from mcp.shared._httpx_utils import create_mcp_http_client

    return create_mcp_http_client(headers=headers)
