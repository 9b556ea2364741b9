"""When a message arrived: stamped as its last byte is taken from the socket, before any task wakes to read it. And how
much may arrive: what is over the budgets of a call is not let in.

Many calls share one event loop. A stamp that is taken where a message is read would tell how long the other calls kept
the loop busy; here, all that came at the same time is stamped before any of it is worked on."""

import sys
from collections import deque
from collections.abc import Callable
from typing import Any

from websockets.asyncio.client import ClientConnection
from websockets.asyncio.connection import Connection
from websockets.asyncio.server import ServerConnection
from websockets.exceptions import PayloadTooBig
from websockets.frames import Close, CloseCode, Frame
from websockets.frames import Opcode as Kind
from websockets.protocol import Event

from gate.session.clock import Clock
from gate.session.meter import Meter

_CLOCK = Clock()
GIVEN_UP = (CloseCode.PROTOCOL_ERROR, CloseCode.INVALID_DATA, CloseCode.MESSAGE_TOO_BIG)
MOST_BEHIND = 1_000_000
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
    """A connection of the gate's. `meter` says how much may come on it, and `behind_close` how many bytes came where
    nothing may come any more."""

    def __init__(self, *args: Any, meter: Meter, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.meter = meter
        self.behind_close = 0
        self._is_ending = False

    @property
    def forbidden(self) -> str:
        """Why the gate itself gave the line up: what the agent sent is no WebSocket. Empty if it did not."""
        given_up = self.protocol.close_sent
        if given_up is None or self.protocol.close_rcvd_then_sent or given_up.code not in GIVEN_UP:
            return ""
        return str(self.protocol.parser_exc or given_up.reason or given_up)

    @property
    def close_s(self) -> float:
        """How long a close may take: then the library cuts the line."""
        assert self.close_timeout is not None, "a call has a budget for its close"
        return self.close_timeout

    @property
    def unread_bytes(self) -> int:
        """What the gate has sent, and the agent's machine has not taken: it takes on, some way, for a program that does
        not read, so nothing here proves no reading. Where the kernel does not tell (Linux: SIOCOUTQ of tcp(7)), what
        waits before it alone."""
        return self.transport.get_write_buffer_size() + _in_kernel(self.transport.get_extra_info("socket"))

    def data_received(self, data: bytes) -> None:
        closed_before = self.protocol.close_rcvd is not None
        super().data_received(data)
        close = self.protocol.close_rcvd
        if closed_before:
            self.behind_close += len(data)
        elif close is not None:
            self.behind_close += bytes_behind(close, data)
        if self.behind_close > MOST_BEHIND:
            self.transport.abort()
        if isinstance(self.protocol.parser_exc, PayloadTooBig):
            self.meter.too_long()
        self._end_in_time()

    def process_event(self, event: Event) -> None:
        """Raises nothing, and lets nothing in that is over the budget: the line is cut there."""
        if isinstance(event, Frame) and not self.meter.has_room(len(event.data)):
            self.transport.abort()
            return
        super().process_event(event)

    def _end_in_time(self) -> None:
        """The library waits for whoever must close the line after a close frame, or after nonsense, only while it
        sends: a caller who only listens would wait for ever."""
        if self.protocol.close_expected() and not self._is_ending:
            self._is_ending = True
            self.loop.call_later(self.close_s, self.transport.abort)


class StampedServer(_Stamped, ServerConnection):
    """A connection of an agent's, for logs that are to be as true as the gate's."""


def _in_kernel(socket: Any) -> int:
    if sys.platform != "linux":
        return 0
    import fcntl
    import termios

    try:
        return int.from_bytes(fcntl.ioctl(socket.fileno(), termios.TIOCOUTQ, bytes(4)), sys.byteorder)
    except OSError:
        return 0


def bytes_behind(close: Close, data: bytes) -> int:
    """How many bytes of what was just received stand behind the close frame, the end of which is in it."""
    payload = b"" if close.code == CloseCode.NO_STATUS_RCVD else close.serialize()
    frame = bytes(Frame(Kind.CLOSE, payload).serialize(mask=False))
    at = data.rfind(frame)
    if at >= 0:
        return len(data) - at - len(frame)
    rest = next((size for size in range(len(frame), 0, -1) if data.startswith(frame[-size:])), len(data))
    return len(data) - rest
