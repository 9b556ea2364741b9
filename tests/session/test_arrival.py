"""Stamps of arrival: taken when a message is there, not when somebody gets round to reading it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from websockets.asyncio.client import connect
from websockets.asyncio.server import serve

from gate.session.arrival import StampedClient, StampedServer
from gate.session.clock import Clock

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
        async with connect(f"ws://127.0.0.1:{port}/", create_connection=StampedClient, compression=None) as client:
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
