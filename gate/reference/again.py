"""Writes of the reference agent that come again by themselves, after some time: two of its faults. Pure."""

from dataclasses import replace

from gate.reference.dialogue import UseTool
from gate.reference.faults import Faults

LATER_NS = 2_000_000_000
NUDGE_NS = 1_500_000_000
NUDGES = 2


class Again:
    """`wake_ns` is when `due` gives the next of them."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._write: UseTool | None = None
        self._later_ns: int | None = None
        self._nudge_ns: int | None = None
        self._left = 0

    @property
    def wake_ns(self) -> int | None:
        return min((at for at in (self._later_ns, self._nudge_ns) if at is not None), default=None)

    def used(self, move: UseTool, t_ns: int) -> None:
        """A tool is called; what has a key writes."""
        if move.key is None or move == self._write:
            return
        self._write, self._left = move, NUDGES
        self._later_ns = t_ns + LATER_NS if self._faults.on("tool-again-later") else None

    def spoke(self, until_ns: int) -> None:
        """The agent says something, and nobody says anything until it is heard."""
        nudges = self._write is not None and self._left > 0 and self._faults.on("writes-when-nudged")
        self._nudge_ns = until_ns + NUDGE_NS if nudges else None

    def heard(self) -> None:
        """The caller speaks."""
        self._nudge_ns = None

    def due(self, t_ns: int) -> UseTool | None:
        if self.wake_ns is None or self.wake_ns > t_ns or self._write is None:
            return None
        if self.wake_ns == self._later_ns:
            self._later_ns = None
        else:
            self._nudge_ns, self._left = None, self._left - 1
        self._write = replace(self._write, key=f"{self._write.key}-again")
        return self._write
