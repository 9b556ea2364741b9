"""The weather over real sockets of this machine. What is asked of time is only that nothing comes too early."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
import trustme

from gate.core.weather import Stall, Weather
from gate.world.weather import AT_ONCE, WeatheredLine

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Agent:
    """Echoes all that comes, and keeps it; `over` says how its one connection ended."""

    heard: bytes = b""
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    over: asyncio.Future[str] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(4_096):
                self.heard += data
                self.arrived.set()
                writer.write(data)
                await writer.drain()
            self.over.set_result("eof")
            writer.close()
        except ConnectionError:
            self.over.set_result("reset")


@dataclass
class Call:
    agent: Agent
    line: WeatheredLine
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    notes: list[dict[str, Any]]

    async def echoed(self, data: bytes) -> bytes:
        self.writer.write(data)
        await self.writer.drain()
        return await self.reader.readexactly(len(data))


@asynccontextmanager
async def calling(weather: Weather, tls: trustme.CA | None = None) -> AsyncIterator[Call]:
    agent, notes = Agent(), list[dict[str, Any]]()
    there = here = None
    if tls:
        there, here = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
        tls.issue_cert("agent.test").configure_cert(there)
        tls.configure_trust(here)
    async with await asyncio.start_server(agent.serve, "127.0.0.1", 0, ssl=there) as server:
        line = WeatheredLine(weather, lambda kind, t_ns, data: notes.append(data))
        host, port = await line.open("127.0.0.1", server.sockets[0].getsockname()[1])
        name = "agent.test" if tls else None
        reader, writer = await asyncio.open_connection(host, port, ssl=here, server_hostname=name)
        try:
            yield Call(agent, line, reader, writer, notes)
        finally:
            writer.transport.abort()
            await line.close()


def run(coroutine: Callable[[], Awaitable[None]]) -> None:
    async def bounded() -> None:
        async with asyncio.timeout(20):
            await coroutine()

    asyncio.run(bounded())


async def took_ms(deed: Awaitable[object]) -> float:
    loop = asyncio.get_running_loop()
    since_s = loop.time()
    await deed
    return (loop.time() - since_s) * 1000


DATA = bytes(range(256)) * 400


@pytest.mark.parametrize(
    "weather", [Weather(), Weather(5, 20, seed=1), Weather(slice_bytes=700), Weather(3, 3, 40e6, 900, seed=2)], ids=str
)
def test_every_byte_arrives_and_in_order(weather: Weather) -> None:
    async def scene() -> None:
        async with calling(weather) as call:
            assert await call.echoed(DATA) == DATA
            assert call.agent.heard == DATA

    run(scene)


def test_latency_is_added_each_way_and_told_at_the_end() -> None:
    async def scene() -> None:
        async with calling(Weather(60)) as call:
            assert await took_ms(call.echoed(b"hello")) >= 120
        (held,) = [note for note in call.notes if note["what"] == "line.held"]
        assert held["to_agent"] >= 60
        assert held["to_caller"] >= 60

    run(scene)


def test_bandwidth_is_kept_each_way() -> None:
    async def scene() -> None:
        async with calling(Weather(bandwidth_bps=80_000)) as call:
            assert await took_ms(call.echoed(b"x" * 1_000)) >= 200

    run(scene)


def test_a_stall_is_noted_when_it_begins_and_when_it_is_over() -> None:
    async def scene() -> None:
        async with calling(Weather(stall=Stall(0, 150))) as call:
            assert await call.echoed(b"hello") == b"hello"
        assert [note["what"] for note in call.notes] == ["stall.begins", "stall.ends", "line.held"]
        assert call.notes[-1]["to_agent"] > 0

    run(scene)


def test_a_reset_reaches_both_sides() -> None:
    async def scene() -> None:
        async with calling(Weather()) as call:
            await call.echoed(b"hello")
            call.line.lose("reset")
            with pytest.raises(ConnectionResetError):
                await call.reader.read(1)
            assert await call.agent.over == "reset"
        assert call.notes[0] == {"what": "line.reset"}

    run(scene)


def test_a_dead_line_takes_every_byte_and_passes_none_on() -> None:
    async def scene() -> None:
        async with calling(Weather()) as call:
            await call.echoed(b"before")
            call.line.lose("dead")
            call.writer.write(b"behind")
            call.writer.write_eof()
            await call.writer.drain()
            silence = asyncio.create_task(call.reader.read(1))
            done, _ = await asyncio.wait([silence, call.agent.over], timeout=0.3)
            assert not done
            silence.cancel()
        await call.agent.over
        assert call.agent.heard == b"before"

    run(scene)


def test_a_reset_of_one_side_is_passed_on() -> None:
    async def scene() -> None:
        async with calling(Weather()) as call:
            await call.echoed(b"hello")
            raw = call.writer.get_extra_info("socket")
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
            call.writer.transport.abort()
            assert await call.agent.over == "reset"

    run(scene)


def test_the_end_of_the_stream_is_passed_on_late() -> None:
    async def scene() -> None:
        async with calling(Weather(slow_close_ms=150)) as call:
            await call.echoed(b"hello")
            call.writer.write_eof()
            assert await took_ms(call.agent.over) >= 150
            assert call.agent.over.result() == "eof"
            assert await took_ms(call.reader.read(1)) >= 100

    run(scene)


def test_tls_passes_through_untouched() -> None:
    async def scene() -> None:
        async with calling(Weather(5, 5, slice_bytes=50, seed=5), trustme.CA()) as call:
            assert await call.echoed(DATA[:5_000]) == DATA[:5_000]

    run(scene)


def test_an_agent_that_is_not_there_is_told_before_anybody_dials() -> None:
    async def scene() -> None:
        async with await asyncio.start_server(Agent().serve, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
        line = WeatheredLine(Weather(), lambda kind, t_ns, data: None)
        with pytest.raises(ConnectionRefusedError):
            await line.open("127.0.0.1", port)
        await line.close()

    run(scene)


def test_a_line_is_one_connection() -> None:
    async def scene() -> None:
        async with calling(Weather()) as call:
            await call.echoed(b"hello")
            peer = call.writer.get_extra_info("peername")
            reader, writer = await asyncio.open_connection(*peer)
            assert await reader.read() == b""
            writer.close()

    run(scene)
