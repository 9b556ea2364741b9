"""Tools that are called for real, against an endpoint in memory: whatever it does is an answer."""

import asyncio
import json
from typing import Any

import httpx
import pytest

from gate.core.fetched import Fetched
from gate.core.jsons import Json
from gate.core.tooling import RealTool
from gate.core.vault import Vault
from gate.world.real_tools import RealTools
from tests.world.sandboxes import HERE


def fetch(endpoint: Any, tool: RealTool | None = None, arguments: Json = None, **headers: str) -> Fetched:
    async def run() -> Fetched:
        real = RealTools(Vault({"TOKEN": "a-secret-value"}))
        await real._client.aclose()
        real._client = httpx.AsyncClient(transport=httpx.MockTransport(endpoint), timeout=None)
        try:
            return await real.fetch(tool or RealTool("book", HERE, "https://h/book"), arguments, headers)
        finally:
            await real.close()

    return asyncio.run(run())


def test_it_is_asked_with_its_own_headers_and_those_that_are_passed_on() -> None:
    asked: list[httpx.Request] = []

    def endpoint(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(201, json={"ok": True})

    tool = RealTool("book", HERE, "https://h/book", headers=(("Authorization", "Bearer ${env.TOKEN}"),))
    assert fetch(endpoint, tool, {"day": "x"}, **{"Idempotency-Key": "k"}) == Fetched({"ok": True}, None, 201)
    (request,) = asked
    assert (request.method, str(request.url), json.loads(request.content)) == ("POST", "https://h/book", {"day": "x"})
    assert request.headers["authorization"] == "Bearer a-secret-value"
    assert request.headers["idempotency-key"] == "k"


def test_get_carries_the_arguments_as_its_query() -> None:
    def endpoint(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=dict(request.url.params))

    tool = RealTool("book", HERE, "https://h/book", "GET")
    assert fetch(endpoint, tool, {"day": "x y", "n": 2, "of": ["a"]}).result == {"day": "x y", "n": "2", "of": '["a"]'}


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (httpx.Response(204), Fetched(None, None, 204)),
        (httpx.Response(503, text="busy"), Fetched(None, "book answered with HTTP 503: busy", 503)),
        (httpx.Response(302, headers={"location": "https://x/"}), Fetched(None, "book answered with HTTP 302", 302)),
        (httpx.Response(200, text="<p>ok"), Fetched(None, "book answered with what is no JSON: <p>ok", 200)),
        (
            httpx.Response(200, content=b"1" * (4 * 2**20 + 1)),
            Fetched(None, "book answered with more than 4194304 bytes", 200),
        ),
    ],
)  # fmt: skip
def test_what_is_no_result_is_an_error_in_words(reply: httpx.Response, expected: Fetched) -> None:
    assert fetch(lambda _: reply) == expected


def test_an_endpoint_that_cannot_be_reached() -> None:
    def endpoint(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("nobody there")

    assert fetch(endpoint) == Fetched(None, "book could not be called: nobody there", None)


def test_an_endpoint_that_never_answers() -> None:
    async def endpoint(request: httpx.Request) -> httpx.Response:
        await asyncio.Event().wait()
        raise AssertionError

    tool = RealTool("book", HERE, "https://h/book", timeout_ms=20)
    assert fetch(endpoint, tool) == Fetched(None, "book did not answer within 20 ms", None)


def test_arguments_that_cannot_be_sent() -> None:
    found = fetch(lambda _: httpx.Response(200), arguments={"a": "\ud800"})
    assert found.error is not None
    assert found.error.startswith("book could not be called: 'utf-8' codec can't encode")
