"""Tokens that are asked for, from an endpoint in memory: whatever it does is told in words."""

import asyncio
import json
from typing import Any

import httpx
import pytest

from gate.core.tokens import Mint, Minted
from gate.core.vault import Vault
from gate.world import mint
from gate.world.mint import HttpMint

URL = "https://agent.test/token"
VAULT = Vault({"API_KEY": "a-secret-value"})
CLIENT = httpx.AsyncClient


def asked_for(
    monkeypatch: pytest.MonkeyPatch, endpoint: Any, asked: Mint, service: HttpMint | None = None
) -> Minted:  # fmt: skip
    transport = httpx.MockTransport(endpoint)
    monkeypatch.setattr(mint.httpx, "AsyncClient", lambda **more: CLIENT(**more, transport=transport))
    return asyncio.run((service or HttpMint()).token(asked, VAULT))


def test_it_is_asked_with_its_headers_and_its_body_filled_in(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[httpx.Request] = []

    def endpoint(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(201, json={"data": {"token": "a-minted-token"}})

    headers = (("Authorization", "Bearer ${env.API_KEY}"),)
    asked = Mint(URL, "data.token", headers=headers, body={"key": "${env.API_KEY}", "ttl": 300})
    assert asked_for(monkeypatch, endpoint, asked) == Minted("a-minted-token", status=201)
    assert (seen[0].method, str(seen[0].url)) == ("POST", URL)
    assert json.loads(seen[0].content) == {"key": "a-secret-value", "ttl": 300}
    assert seen[0].headers["authorization"] == "Bearer a-secret-value"
    assert seen[0].headers["content-type"] == "application/json"


def test_without_a_path_the_whole_reply_is_the_token(monkeypatch: pytest.MonkeyPatch) -> None:
    found = asked_for(monkeypatch, lambda request: httpx.Response(200, text="a-minted-token\n"), Mint(URL, "", "GET"))
    assert found == Minted("a-minted-token", status=200)


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (httpx.Response(401, text="a-leaked-token"), f"{URL} was asked for a token and answered with HTTP 401"),
        (httpx.Response(302, headers={"location": "/"}), f"{URL} was asked for a token and answered with HTTP 302"),
        (httpx.Response(200, text="<p>a-leaked-token"), f"the reply of {URL} is not JSON"),
        (httpx.Response(200, json={"tok": "a-leaked-token"}), f"no token stands at token of the reply of {URL}"),
        (httpx.Response(200, json={"token": 5}), f"no token stands at token of the reply of {URL}"),
    ],
)
def test_why_there_is_no_token(monkeypatch: pytest.MonkeyPatch, reply: httpx.Response, why: str) -> None:
    found = asked_for(monkeypatch, lambda request: reply, Mint(URL, "token"))
    assert found == Minted(error=why, status=reply.status_code)


def test_an_address_where_nobody_is(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("nobody there")

    found = asked_for(monkeypatch, refuse, Mint(URL, "token"))
    assert found == Minted(error=f"{URL} could not be asked for a token: nobody there")


def test_one_that_does_not_answer_costs_its_budget_twice_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    async def hang(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        await asyncio.Event().wait()
        raise AssertionError

    service = HttpMint()
    late = f"{URL} gave no token within 10 ms"
    found = [asked_for(monkeypatch, hang, Mint(URL, "token", timeout_ms=10.0), service).error for _ in range(4)]
    assert found == [late, late, *[f"{late}, 2 times, and was not asked again"] * 2]
    assert asked == [URL, URL]
