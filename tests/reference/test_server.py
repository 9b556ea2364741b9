"""The HTTP side of the reference agent: what it answers to those who ask for the socket's address first."""

import asyncio
from typing import Any

import httpx
import pytest

from gate.core.jsons import Json
from gate.dialects.canonical.dialect import Canonical
from gate.reference.faults import Faults
from gate.reference.house import House
from gate.reference.server import AgentServer


class Deaf:
    def words(self, samples: Any) -> str | None:
        return None


def answer(url_path: str, headers: dict[str, str]) -> Json:
    house = House(Canonical().agent, Canonical.capabilities, Deaf(), {}, Faults())
    server = AgentServer(house, port=8765, url_path=url_path)

    async def ask() -> Json:
        http = await asyncio.start_server(server._http, "127.0.0.1", 0)
        address = f"http://127.0.0.1:{http.sockets[0].getsockname()[1]}/api/calls"
        async with http, httpx.AsyncClient(trust_env=False) as client:
            reply = await client.post(address, json={"voice": "Mark"}, headers=headers)
        assert reply.status_code == 201
        found: Json = reply.json()
        return found

    return asyncio.run(ask())


def test_whoever_comes_and_asks_nothing_is_let_go_without_a_word() -> None:
    """As whatever only looks whether somebody listens."""
    house = House(Canonical().agent, Canonical.capabilities, Deaf(), {}, Faults())
    server, broken = AgentServer(house), list[Any]()

    async def look() -> bytes:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: broken.append(context))
        async with await asyncio.start_server(server._http, "127.0.0.1", 0) as http:
            reader, writer = await asyncio.open_connection(*http.sockets[0].getsockname())
            writer.write_eof()
            said = await reader.read()
            writer.close()
            await writer.wait_closed()
        return said

    assert asyncio.run(look()) == b""
    assert broken == []


@pytest.mark.parametrize(
    ("headers", "token"),
    [({}, ""), ({"Authorization": "Bearer a+b"}, "?token=a%2Bb"), ({"X-API-Key": "k"}, "?token=k")],
)
def test_a_token_that_came_over_http_is_in_the_address_of_the_socket(headers: dict[str, str], token: str) -> None:
    assert answer("", headers) == {"data": {"websocket_url": f"ws://127.0.0.1:8765/voice{token}"}}


def test_the_address_stands_where_the_provider_has_it_too() -> None:
    socket = "ws://127.0.0.1:8765/voice"
    assert answer("joinUrl", {}) == {"data": {"websocket_url": socket}, "joinUrl": socket}
    assert answer("transport.websocketCallUrl", {}) == {
        "data": {"websocket_url": socket},
        "transport": {"websocketCallUrl": socket},
    }
