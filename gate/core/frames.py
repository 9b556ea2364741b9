"""What crosses the wire, exactly as it crossed. Never decoded here: that is a dialect's work."""

from enum import StrEnum
from typing import NamedTuple


class Direction(StrEnum):
    SENT = "client_to_server"
    RECEIVED = "server_to_client"


class Opcode(StrEnum):
    """What kind of frame this is. HTTP and UPGRADE come before the socket is open; LOST stands for a connection that
    ended without a close frame (RFC 6455 section 7.1.5: the close code is then 1006 and was never on the wire)."""

    HTTP = "http"
    UPGRADE = "upgrade"
    TEXT = "text"
    BINARY = "binary"
    CLOSE = "close"
    LOST = "lost"
    PING = "ping"
    PONG = "pong"


MESSAGES = (Opcode.TEXT, Opcode.BINARY)
"""What is said on an open socket; all else is of the connection."""


class Frame(NamedTuple):
    """One frame. `data` is `str` for TEXT, `bytes` for BINARY, and a JSON object as `str` for every other opcode:
    HTTP `{method, url, body}` or `{status, body}`; UPGRADE `{url, headers}` or `{status, headers, body}`;
    CLOSE `{code, reason}`; LOST `{reason}`; PING and PONG `{}`, for the gate's own pings alone."""

    direction: Direction
    opcode: Opcode
    data: str | bytes
    t_ns: int
    call: int = 0
    index: int = -1  # type: ignore[assignment]  # no tuple is asked for an item's index here
    due_ns: int | None = None

    @property
    def sent(self) -> bool:
        return self.direction is Direction.SENT
