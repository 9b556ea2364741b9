"""What a case has to do with the world beyond its own sockets, as Protocols: another room serves it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol

from gate.core.jsons import Json
from gate.core.weather import Loss, Weather
from gate.tools.desk import Desk

Note = Callable[[str, int, dict[str, Json]], None]
"""Writes a decision down with the number of the call under way: its kind, its time in ns, its data."""


class Restarts(Protocol):
    """What stops the agent's program and starts it again, during one case."""

    def begin(self) -> None: ...

    async def over(self) -> dict[str, Json] | None:
        """What became of a restart that was begun, once the agent is back or is known not to come back: empty, or a
        `problem`, and whether it was `stopped`. None if there was none."""
        ...


class Stall(Protocol):
    """Where the agent's backend calls the tools of one case."""

    def open(self, desk: Desk, note: Note) -> AbstractContextManager[None]:
        """Serves the case's calls from its desk while the context is entered."""
        ...


class Line(Protocol):
    """What stands between one call and its agent, on the way of every byte."""

    async def open(self, host: str, port: int) -> tuple[str, int]:
        """Connects to the agent; gives the address to dial in its place. Raises OSError where nobody answers."""
        ...

    def lose(self, how: Loss) -> None:
        """Loses the line under both sides, now."""
        ...

    async def close(self) -> None: ...


LineThrough = Callable[[Weather, Note], Line]
