"""TLS through weather: to the agent, and to the certificate's own name, nothing has changed."""

import asyncio
import ssl
from pathlib import Path
from typing import cast

import pytest
import trustme
from websockets.asyncio.server import ServerConnection, serve

from gate.core.ends import CallEnd
from gate.core.plan import Call, Dial
from gate.core.weather import Weather
from gate.session.clock import Clock
from gate.session.dial import Dialler, NotConnected
from gate.session.exchange import Exchange
from gate.world.weather import WeatheredLine
from tests.session.test_dial import Written


class Here(WeatheredLine):
    """To an agent on this machine, whatever its name is."""

    here = 0

    async def open(self, host: str, port: int) -> tuple[str, int]:
        return await super().open("127.0.0.1", self.here)


async def dialled(url: str, tls: ssl.SSLContext) -> tuple[str, list[str]]:
    """What the agent echoed, and its own Host headers."""
    hosts: list[str] = []

    async def echo(socket: ServerConnection) -> None:
        assert socket.request
        hosts.append(socket.request.headers["Host"])
        async for message in socket:
            await socket.send(message)

    async with serve(echo, "127.0.0.1", 0, ssl=tls, compression=None) as server:
        line = Here(Weather(10, 5, slice_bytes=40, seed=1), lambda kind, t_ns, data: None)
        line.here = next(iter(server.sockets)).getsockname()[1]
        dial = Dial(url)
        dialler = Dialler(Call("call", dial), dial, cast(Exchange, Written()), Clock(), "ab" * 16, line)
        try:
            socket = await dialler.open()
            await socket.send("hello")
            echoed = await socket.recv()
            await socket.close()
        finally:
            await line.close()
        return str(echoed), hosts


@pytest.fixture
def tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """The agent's side, whose certificate is for agent.test, by an authority that this machine trusts."""
    authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    authority.issue_cert("agent.test").configure_cert(context)
    return context


def test_tls_is_between_the_call_and_the_agent(tls: ssl.SSLContext) -> None:
    assert asyncio.run(dialled("wss://agent.test/voice", tls)) == ("hello", ["agent.test"])


def test_a_certificate_of_another_name_is_none(tls: ssl.SSLContext) -> None:
    with pytest.raises(NotConnected, match=r"other\.test") as reason:
        asyncio.run(dialled("wss://other.test/voice", tls))
    assert reason.value.end is CallEnd.UNTRUSTED
