"""The agent's backend over HTTP, against one in memory: whatever it does is an answer, and nothing secret is told."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from gate.core.callnames import CallNames
from gate.core.probing import CleanupRequest, Cleared, Look, Reading, TraceLook
from gate.core.vault import Vault
from gate.world import backend
from gate.world.backend import HttpBackend
from tests.world.sandboxes import HERE

NAMES = CallNames("c0ffee", "7ace", "s 1", ready=True)
BEARER = (("Authorization", "Bearer ${env.TOKEN}"),)


def with_backend(endpoint: Any, deed: Callable[[HttpBackend], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        made = HttpBackend(Vault({"TOKEN": "a-secret-value"}))
        await made._client.aclose()
        made._client = httpx.AsyncClient(transport=httpx.MockTransport(endpoint), timeout=None)
        try:
            return await deed(made)
        finally:
            await made.close()

    return asyncio.run(run())


def look(endpoint: Any, asked: Look, names: CallNames = NAMES) -> Reading:
    found: Reading = with_backend(endpoint, lambda made: made.look(asked, names))
    return found


def clear(endpoint: Any, asked: CleanupRequest, names: CallNames = NAMES) -> Cleared:
    got: Cleared = with_backend(endpoint, lambda made: made.clear(asked, names))
    return got


def test_a_look_is_a_get_with_its_headers_about_this_call() -> None:
    seen: list[httpx.Request] = []

    def endpoint(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"sessions": ["s 1"]})

    asked = Look("https://h/{session_id}?t={trace_id}", (*BEARER, ("X-Call", "{call}")), ids="sessions")
    assert look(endpoint, asked) == Reading(200, there=True)
    (request,) = seen
    assert (request.method, str(request.url)) == ("GET", "https://h/s%201?t=7ace")
    assert (request.headers["authorization"], request.headers["x-call"]) == ("Bearer a-secret-value", "c0ffee")


def test_what_an_agent_calls_its_session_fills_in_no_secret() -> None:
    seen: list[str] = []

    def endpoint(request: httpx.Request) -> httpx.Response:
        seen.append(str(request.url))
        return httpx.Response(404)

    look(endpoint, Look("https://h/{session_id}"), CallNames("c", "t", "${env.TOKEN}/../{call}"))
    assert seen == ["https://h/%24%7Benv.TOKEN%7D%2F..%2F%7Bcall%7D"]


def fails(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("connection refused, said a-secret-value", request=request)


async def hangs(request: httpx.Request) -> httpx.Response:
    await asyncio.Event().wait()
    raise AssertionError


def floods(request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, content=b"x" * (backend.LARGEST_ANSWER + 1))


def test_whatever_goes_wrong_with_a_look_is_a_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backend, "LOOK_S", 0.01)
    asked = Look("https://h/{session_id}")
    told = look(fails, asked).error
    assert told == "no connection to h: connection refused, said [secret:TOKEN]"
    assert look(hangs, asked) == Reading(error="no answer within 0.01 s")
    assert look(floods, asked).error == "an answer of more than 4194304 bytes"
    assert look(fails, asked, CallNames("c", "t")).error == "the agent told no session id"
    assert look(fails, Look("https://h", (("X", "{session_id}"),), ids="s"), CallNames("c", "t", "a\nb")).error


def test_a_cleanup_carries_method_body_and_headers_about_this_call() -> None:
    seen: list[httpx.Request] = []

    def endpoint(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, text="done for a-secret-value, " + "x" * 300)

    body = {"id": "{session_id}", "key": "${env.TOKEN}"}
    asked = CleanupRequest(HERE, "https://h/end?key=${env.TOKEN}", "POST", BEARER, body)
    got = clear(endpoint, asked)
    assert (got.url, got.status, got.error) == ("https://h/end?key=${env.TOKEN}", 200, None)
    assert got.answer.startswith("done for [secret:TOKEN], xxx")
    assert len(got.answer) == backend.SHOWN
    (request,) = seen
    assert (request.method, str(request.url)) == ("POST", "https://h/end?key=a-secret-value")
    assert request.content == b'{"id":"s 1","key":"a-secret-value"}'


@pytest.mark.parametrize(
    ("url", "status", "error"),
    [
        ("https://h/{session_id}", 204, None),
        ("https://h/{session_id}", 404, None),
        ("https://h/{session_id}", 410, None),
        ("https://h/all", 404, "HTTP 404"),
        ("https://h/{session_id}", 403, "HTTP 403"),
        ("https://h/{session_id}", 500, "HTTP 500"),
    ],
)
def test_what_counts_as_cleared_away(url: str, status: int, error: str | None) -> None:
    """Where this session is not there any more, there is nothing to delete; where nothing is, the address is wrong."""
    got = clear(lambda _: httpx.Response(status), CleanupRequest(HERE, url))
    assert (got.status, got.error) == (status, error)


def test_a_cleanup_never_raises_and_takes_no_longer_than_it_may() -> None:
    asked = CleanupRequest(HERE, "https://h/{session_id}", timeout_ms=10.0)
    assert clear(hangs, asked) == Cleared("DELETE", "https://h/s%201", error="no answer within 10 ms")
    assert clear(fails, asked).error == "no connection to h: connection refused, said [secret:TOKEN]"
    untold = clear(fails, asked, CallNames("c", "t"))
    assert (untold.url, untold.error) == ("https://h/{session_id}", "the agent told no session id")


def trace(endpoint: Any, asked: TraceLook) -> Any:
    return with_backend(endpoint, lambda made: made.trace(asked, "7ace"))


def test_a_trace_is_asked_for_until_it_is_there_and_masked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backend, "AGAIN_S", 0.001)
    answers = [
        httpx.Response(404),
        httpx.Response(200, text="not yet"),
        httpx.Response(200, json={"token": "a-secret-value"}),
    ]
    seen: list[str] = []

    def endpoint(request: httpx.Request) -> httpx.Response:
        seen.append(str(request.url))
        assert request.headers["authorization"] == "Bearer a-secret-value"
        return answers[len(seen) - 1]

    assert trace(endpoint, TraceLook("https://h/{trace_id}", BEARER)) == {"token": "[secret:TOKEN]"}
    assert seen == ["https://h/7ace"] * 3


def test_a_trace_that_never_comes_is_told_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backend, "AGAIN_S", 0.001)
    with pytest.raises(LookupError, match="HTTP 404, for 50 ms"):
        trace(lambda request: httpx.Response(404), TraceLook("https://h/{trace_id}", within_ms=50.0))
