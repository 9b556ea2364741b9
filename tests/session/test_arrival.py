"""Stamps of arrival: taken when a message is there, not when somebody gets round to reading it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.asyncio.server import serve
from websockets.frames import Close, Frame, Opcode

from gate.core.plan import Budgets
from gate.session.arrival import StampedClient, StampedServer, bytes_behind
from gate.session.clock import Clock
from gate.session.meter import Excess, Meter

STAMPED: Any = partial(StampedClient, meter=Meter(Budgets()))
NOW_NS = Clock().now_ns


@contextlib.asynccontextmanager
async def pair() -> AsyncIterator[tuple[StampedClient, StampedServer]]:
    taken: asyncio.Queue[StampedServer] = asyncio.Queue()

    async def hold(line: object) -> None:
        assert isinstance(line, StampedServer)
        await taken.put(line)
        await line.wait_closed()

    async with serve(hold, "127.0.0.1", 0, create_connection=StampedServer, compression=None) as server:
        port = server.sockets[0].getsockname()[1]
        async with connect(f"ws://127.0.0.1:{port}/", create_connection=STAMPED, compression=None) as client:
            assert isinstance(client, StampedClient)
            yield client, await taken.get()


def test_a_message_is_stamped_though_nobody_reads_it_yet() -> None:
    async def call() -> None:
        async with pair() as (client, agent):
            await agent.send("one")
            await (await client.ping())  # the agent's answer came behind its message
            there_ns = NOW_NS()
            await agent.send("two")
            first, second = await client.take(), await client.take()
            assert (first[0], second[0]) == ("one", "two")
            assert first[1] <= there_ns <= second[1]

    asyncio.run(call())


def test_a_message_in_fragments_arrives_with_its_last() -> None:
    async def call() -> None:
        async with pair() as (client, agent):
            last_ns = 0

            async def parts() -> AsyncIterator[bytes]:
                nonlocal last_ns
                yield b"a"
                yield b"b"
                await (await client.ping())
                last_ns = NOW_NS()
                yield b"c"

            await client.send(parts())
            await client.send("next")
            whole, following = await agent.take(), await agent.take()
            assert (whole[0], following[0]) == (b"abc", "next")
            assert last_ns <= whole[1] <= following[1]

    asyncio.run(call())


def test_what_nobody_reads_is_known_to_be_unread() -> None:
    async def call() -> None:
        async with pair() as (client, agent):
            await client.send("read")
            await (await client.ping())
            assert client.unread_bytes == 0
            agent.transport.pause_reading()
            sending = asyncio.create_task(client.send(bytes(16_000_000)))
            await asyncio.sleep(0)
            assert client.unread_bytes > 0
            for line in (client, agent):
                line.transport.abort()
            await asyncio.gather(sending, return_exceptions=True)

    asyncio.run(call())


def test_a_meter_says_which_budget_ran_out_first_and_lets_nothing_in_from_then_on() -> None:
    meter = Meter(Budgets(received_bytes=10, frames=3))
    assert [meter.has_room(size) for size in (4, 6, 1, 0)] == [True, True, False, False]
    assert meter.excess == Excess("received", 10)
    meter = Meter(Budgets(received_bytes=10, frames=3))
    assert [meter.has_room(0) for _ in range(4)] == [True, True, True, False]
    assert meter.excess == Excess("frames", 3)


@pytest.mark.parametrize("close", [Close(1000, "ok"), Close(4000, ""), Close(1005, "")], ids=str)
def test_bytes_behind_a_close_are_counted_wherever_the_reads_fall(close: Close) -> None:
    payload = b"" if close.code == 1005 else close.serialize()
    frame = bytes(Frame(Opcode.CLOSE, payload).serialize(mask=False))
    for more in (b"", b"\x81\x03abc"):
        assert bytes_behind(close, b"\x81\x01a" + frame + more) == len(more)
        for cut in range(len(frame)):
            assert bytes_behind(close, frame[cut:] + more) == len(more)
