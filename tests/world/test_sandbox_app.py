"""What is answered over HTTP, in memory: no socket is opened."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any

import httpx
import pytest

from gate.core.fetched import Fetched
from gate.core.jsons import Json
from gate.core.plan import Case
from gate.core.tooling import Idempotency, RealTool
from gate.world.sandbox_app import App, addressed
from gate.world.sandbox_calls import Calls
from gate.world.sandbox_mcp import Endpoint
from gate.world.sandbox_stalls import Stall, Stalls
from tests.world.sandboxes import HERE, TRACE, Log, case, driven, traceparent


@dataclass
class Shop:
    """A sandbox without a server, with one case that is being driven."""

    client: httpx.AsyncClient
    calls: Calls
    stall: Stall
    log: Log
    ledger: list[tuple[str | None, str, dict[str, Json]]]

    @property
    def own(self) -> str:
        return f"/c/{self.stall.token}/tools"


@asynccontextmanager
async def shop(of: Case | None = None, real: Any = None) -> AsyncIterator[Shop]:
    ledger: list[tuple[str | None, str, dict[str, Json]]] = []

    def write(case_id: str | None, kind: str, t_ns: int, data: dict[str, Json]) -> None:
        ledger.append((case_id, kind, data))

    stalls, ticks = Stalls(), count(1_000_000, 1_000_000)
    calls = Calls(stalls, write, lambda: next(ticks), real)
    stall = Stall(of or case(), TRACE, "http://h:1", write)
    stalls.add(stall)
    app = App(calls, Endpoint(calls, stalls.plans))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://sandbox") as client:
        with driven(stall) as log:
            yield Shop(client, calls, stall, log, ledger)


def ask(work: Callable[[Shop], Awaitable[Any]], of: Case | None = None, real: Any = None) -> Any:
    async def run() -> Any:
        async with asyncio.timeout(10), shop(of, real) as one:
            return await work(one)

    return asyncio.run(run())


def test_a_result_is_json_and_every_step_is_written_down_with_its_time() -> None:
    async def work(one: Shop) -> Shop:
        reply = await one.client.post(f"{one.own}/lookup", json={"day": "Thursday"})
        assert (reply.status_code, reply.json()) == (200, {"id": "A-17"})
        assert reply.headers["content-type"] == "application/json"
        return one

    one = ask(work)
    assert one.log.notes == [
        ("sandbox.call", 1_000_000, {
            "call_id": "http-1", "name": "lookup", "arguments": {"day": "Thursday"}, "via": "http",
            "idempotency_key": None, "trace_id": None,
        }),
        ("tool", 2_000_000, {
            "call_id": "http-1", "name": "lookup", "via": "http", "reply": "mocked", "how": "value",
            "mock": "m.yaml:7:3", "step": 1, "steps": 1,
        }),
        ("sandbox.result", 3_000_000, {
            "call_id": "http-1", "name": "lookup", "result": {"id": "A-17"}, "error": None, "via": "http",
            "status": 200,
        }),
    ]  # fmt: skip
    assert one.ledger == [("a", kind, data) for kind, _, data in one.log.notes]


def test_an_error_has_its_status_a_broken_text_breaks_off_a_sequence_goes_on() -> None:
    async def work(one: Shop) -> list[tuple[int, str]]:
        replies = [await one.client.post(f"{one.own}/{name}") for name in ("broken", "garbled", "flaky", "flaky")]
        return [(reply.status_code, reply.text) for reply in replies]

    assert ask(work) == [
        (503, '{"error": "no luck"}'),
        (200, '{"id": "A-'),
        (500, '{"error": "try again"}'),
        (200, '{"ok": true}'),
    ]


def test_get_takes_its_arguments_from_the_query() -> None:
    async def work(one: Shop) -> Log:
        await one.client.get(f"{one.own}/lookup", params={"day": "Thursday", "who": ["a", "b"]})
        return one.log

    (call,) = ask(work).of("sandbox.call")
    assert call["arguments"] == {"day": "Thursday", "who": ["a", "b"]}


@pytest.mark.parametrize(
    ("body", "kept", "why"),
    [
        (b"[1]", [1], "the body is a list"),
        (b"null", None, "the body is null"),
        (b"day=Thursday", "day=Thursday", "the body is no JSON"),
        (b'{"a": NaN}', '{"a": NaN}', "the body is no JSON"),
        (b"\xff", "�", "the body is no JSON"),
    ],
)
def test_what_is_no_object_is_refused_in_a_sentence_and_kept(body: bytes, kept: Json, why: str) -> None:
    async def work(one: Shop) -> tuple[httpx.Response, Log]:
        return await one.client.post(f"{one.own}/lookup", content=body), one.log

    reply, log = ask(work)
    assert reply.status_code == 400
    assert why in reply.json()["error"]
    assert [data["arguments"] for data in log.of("sandbox.call")] == [kept]
    assert [(data["status"], data["error"]) for data in log.of("sandbox.result")] == [(400, reply.json()["error"])]
    assert not log.of("tool"), "no mock may be used up by it"


def test_another_method_is_refused_in_a_sentence() -> None:
    async def work(one: Shop) -> httpx.Response:
        return await one.client.put(f"{one.own}/lookup", json={})

    reply = ask(work)
    assert (reply.status_code, reply.json()) == (
        400, {"error": "a tool is called with POST, or with GET and a query, not with PUT"},
    )  # fmt: skip


def test_a_tool_that_nothing_answers_is_501_with_what_to_do() -> None:
    async def work(one: Shop) -> list[tuple[int, Json]]:
        reply = await one.client.post(f"{one.own}/elsewhere")
        return [(reply.status_code, reply.json()), *[(200, note) for note in one.log.of("sandbox.result")]]

    left, noted = ask(work, case(strategy="selected"))
    assert left == (501, {"error": "nothing in the manifest answers elsewhere: add a mock for it under tools.mocks"})
    assert noted[1]["status"] == 501
    unmatched, _ = ask(work)
    assert unmatched == (501, {"error": "no mock fits this call of elsewhere"})


@pytest.mark.parametrize(
    "path", ["/", "/tools", "/tools/", "/c/x", "/c/x/tools/", "/mcp/x", "/c//tools", "/favicon.ico"]
)
def test_what_is_not_there_is_404_in_json(path: str) -> None:
    async def work(one: Shop) -> tuple[httpx.Response, Log]:
        return await one.client.get(path), one.log

    reply, log = ask(work)
    assert reply.status_code == 404
    assert reply.json()["error"].startswith("nothing is served at")
    assert not log.notes


def test_what_is_posted_to_nowhere_is_told_and_what_only_looks_is_written_down() -> None:
    async def work(one: Shop) -> Shop:
        await one.client.get("/.well-known/oauth-protected-resource")
        for token in (one.stall.token, "made-up"):
            await one.client.post(f"/c/{token}/toolslookup", json={"day": "x"})
        return one

    one = ask(work)
    assert [(kind, data["method"]) for _, kind, data in one.ledger] == [
        ("sandbox.nowhere", method) for method in ("GET", "POST", "POST")
    ]
    assert one.calls.problems == {
        "the sandbox got a POST to '…/toolslookup', where nothing is served: "
        "tools are at ${sandbox.http}/NAME, MCP is at ${sandbox.mcp}": 2
    }


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("/tools/a", (None, "/tools/", "a")),
        ("/tools/a/b", (None, "/tools/", "a/b")),
        ("/c/t/tools/c/d", ("t", "/tools/", "c/d")),
        ("/c/t/mcp", ("t", "/mcp", "")),
        ("/mcp", (None, "/mcp", "")),
    ],
)
def test_an_address(path: str, parts: tuple[str | None, str, str]) -> None:
    assert addressed(path) == parts


def test_markup_in_a_name_comes_back_as_json_only() -> None:
    async def work(one: Shop) -> httpx.Response:
        return await one.client.get("/<script>alert(1)</script>")

    reply = ask(work)
    assert reply.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    ("idempotency", "key"),
    [
        (None, "in-the-usual-header"),
        (Idempotency("header", "X-Once"), "in-another"),
        (Idempotency("argument", "meta.key"), "in-the-arguments"),
        (Idempotency("argument", "nowhere"), None),
    ],
)
def test_the_key_of_a_write(idempotency: Idempotency | None, key: str | None) -> None:
    async def work(one: Shop) -> Log:
        headers = {"Idempotency-Key": "in-the-usual-header", "x-once": "in-another"}
        await one.client.post(f"{one.own}/lookup", json={"meta": {"key": "in-the-arguments"}}, headers=headers)
        return one.log

    (call,) = ask(work, case(idempotency=idempotency)).of("sandbox.call")
    assert call["idempotency_key"] == key


def test_the_trace_of_a_call_ties_it_and_is_kept() -> None:
    async def work(one: Shop) -> Log:
        await one.client.post("/tools/lookup", headers={"Traceparent": traceparent(TRACE)})
        return one.log

    (call,) = ask(work, case(tie="traceparent")).of("sandbox.call")
    assert call["trace_id"] == TRACE


def test_a_stray_is_told_to_whoever_runs_and_to_the_run() -> None:
    async def work(one: Shop) -> Shop:
        for _ in range(2):
            reply = await one.client.post("/tools/lookup", json={"day": "x"})
            assert reply.status_code == 409
            assert reply.json()["error"].startswith("this call was not answered: it came to the address that all")
        return one

    one = ask(work)
    why = one.log.of("sandbox.stray")[0]["why"]
    assert one.log.of("sandbox.stray") == [{"name": "lookup", "via": "http", "why": why}] * 2
    assert one.log.kinds == ["sandbox.stray"] * 2
    assert list(one.calls.problems.values()) == [2]
    assert [case_id for case_id, _, _ in one.ledger] == [None, None]
    assert one.ledger[0][2]["arguments"] == {"day": "x"}


def test_an_unknown_token_is_404_and_a_stray() -> None:
    async def work(one: Shop) -> tuple[httpx.Response, Shop]:
        return await one.client.post("/c/made-up/tools/lookup"), one

    reply, one = ask(work)
    assert reply.status_code == 404
    assert one.log.kinds == ["sandbox.stray"]


def test_a_call_behind_its_case_is_told_to_the_run_and_into_no_recording() -> None:
    async def work(one: Shop) -> tuple[httpx.Response, Shop]:
        one.stall.over.set()
        return await one.client.post(f"{one.own}/lookup", json={"day": "x"}), one

    reply, one = ask(work)
    assert reply.status_code == 410
    assert not one.log.notes
    (problem,) = one.calls.problems
    assert problem.startswith(
        "the sandbox got a call of 'lookup' of a over http that it could not put into a case: its"
    )
    assert [(case_id, kind) for case_id, kind, _ in one.ledger] == [("a", "sandbox.stray")]


def test_who_is_held_as_the_case_ends_is_let_go() -> None:
    async def work(one: Shop) -> list[tuple[int, Json]]:
        asking = [asyncio.create_task(one.client.post(f"{one.own}/{name}")) for name in ("silent", "slow")]
        await one.log.noted("tool", 2)
        one.stall.over.set()
        return [(reply.status_code, one.ledger[-1][1]) for reply in await asyncio.gather(*asking)]

    assert ask(work) == [(504, "sandbox.gone")] * 2


def test_who_goes_away_is_noted_with_how_long_it_waited() -> None:
    async def work(one: Shop) -> Log:
        asking = asyncio.create_task(one.client.post(f"{one.own}/silent"))
        await one.log.noted("tool")
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        return one.log

    log = ask(work)
    assert log.kinds == ["sandbox.call", "tool", "sandbox.gone"]
    assert log.of("sandbox.gone") == [{"call_id": "http-1", "name": "silent", "via": "http", "after_ms": 2.0}]


@pytest.mark.parametrize(
    ("fetched", "status", "body"),
    [
        (Fetched({"ok": True}, None, 200), 200, {"ok": True}),
        (Fetched(None, "HTTP 503: busy", 503), 503, {"error": "HTTP 503: busy"}),
        (Fetched(None, "HTTP 302", 302), 502, {"error": "HTTP 302"}),
        (Fetched(None, "connection refused", None), 502, {"error": "connection refused"}),
    ],
)
def test_a_real_tool_is_asked_and_passed_on(fetched: Fetched, status: int, body: Json) -> None:
    tool, asked = RealTool("book", HERE, "https://h/book"), []

    class Real:
        async def fetch(self, tool: RealTool, arguments: Json, headers: Any) -> Fetched:
            asked.append((tool, arguments, dict(headers)))
            return fetched

    async def work(one: Shop) -> tuple[httpx.Response, Log]:
        return await one.client.post(f"{one.own}/book", json={"a": 1}, headers={"Idempotency-Key": "k"}), one.log

    reply, log = ask(work, case(real=(tool,), no_match="call"), Real())
    assert (reply.status_code, reply.json()) == (status, body)
    assert asked == [(tool, {"a": 1}, {"Idempotency-Key": "k"})]
    assert log.kinds == ["sandbox.call", "tool", "real.result", "sandbox.result"]
    assert log.of("real.result") == [{
        "call_id": "http-1", "name": "book", "via": "http", "status": fetched.status, "result": fetched.result,
        "error": fetched.error,
    }]  # fmt: skip


def test_a_bug_of_ours_is_an_answer_and_a_problem_of_the_run() -> None:
    async def work(one: Shop) -> tuple[httpx.Response, Shop]:
        def full(*_: object) -> None:
            raise OSError("no space left on device")

        one.stall.ledger = full
        return await one.client.post(f"{one.own}/lookup"), one

    reply, one = ask(work)
    assert (reply.status_code, reply.json()) == (500, {"error": "this is a bug of Voxgate"})
    assert list(one.calls.problems) == [
        "a bug of Voxgate broke a call to the sandbox: OSError: no space left on device"
    ]
