"""When a message arrived: stamped as its last byte is taken from the socket, before any task wakes to read it.

Many calls share one event loop. A stamp that is taken where a message is read would tell how long the other calls kept
the loop busy; here, all that came at the same time is stamped before any of it is worked on."""

from collections import deque
from collections.abc import Callable
from typing import Any

from websockets.asyncio.client import ClientConnection
from websockets.asyncio.connection import Connection
from websockets.asyncio.server import ServerConnection
from websockets.frames import Frame
from websockets.frames import Opcode as Kind
from websockets.protocol import Event

from gate.session.clock import Clock

_CLOCK = Clock()
_DATA = (Kind.TEXT, Kind.BINARY, Kind.CONT)


class _Stamped(Connection):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._arrived_ns: deque[int] = deque()
        self.ponged: Callable[[bytes, int], None] | None = None

    def process_event(self, event: Event) -> None:
        if isinstance(event, Frame) and event.fin and event.opcode in _DATA:
            self._arrived_ns.append(_CLOCK.now_ns())
        elif isinstance(event, Frame) and event.opcode is Kind.PONG and self.ponged:
            self.ponged(bytes(event.data), _CLOCK.now_ns())
        super().process_event(event)

    async def take(self) -> tuple[str | bytes, int]:
        """The next message, and when its last frame arrived. Raises ConnectionClosed, as `recv` does."""
        data = await self.recv()
        return data, self._arrived_ns.popleft()


class StampedClient(_Stamped, ClientConnection):
    """A connection of the gate's."""


class StampedServer(_Stamped, ServerConnection):
    """A connection of an agent's, for logs that are to be as true as the gate's."""
