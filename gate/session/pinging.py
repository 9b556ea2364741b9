"""A ping of the WebSocket protocol itself, and its pong, written down as the frames that they are."""

import asyncio
import contextlib
from typing import Final

from websockets.exceptions import ConnectionClosed

from gate.core.frames import Direction, Opcode
from gate.session.arrival import StampedClient
from gate.session.exchange import Exchange

PING: Final = b"voxgate"


async def ping(line: StampedClient, exchange: Exchange, t_ns: int) -> None:
    exchange.control(Direction.SENT, Opcode.PING, t_ns)
    with contextlib.suppress(ConnectionClosed):
        await line.ping(PING)


def listen(line: StampedClient, exchange: Exchange, heard: asyncio.Event) -> None:
    """From here on pongs are heard. One that answers no ping of ours is a heartbeat (RFC 6455 section 5.5.3)."""

    def ponged(data: bytes, t_ns: int) -> None:
        if data == PING:
            exchange.control(Direction.RECEIVED, Opcode.PONG, t_ns)
            heard.set()

    line.ponged = ponged
