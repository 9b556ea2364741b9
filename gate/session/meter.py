"""What an agent may send in one call, counted where its bytes arrive: before anything is queued, written or thought
about. A call that is over its budget is never heard any further, so that no agent can fill the memory or the disk."""

from dataclasses import dataclass

from gate.core.plan import Budgets


@dataclass(frozen=True, slots=True)
class Excess:
    """`what` is the budget that ran out, by its name in the manifest, and `most` what it was."""

    what: str
    most: int


class Meter:
    def __init__(self, budgets: Budgets) -> None:
        self._budgets = budgets
        self._bytes = 0
        self._frames = 0
        self.excess: Excess | None = None

    def has_room(self, size: int) -> bool:
        """Whether one more frame with a payload of so many bytes may be heard. Once it may not, none may."""
        self._bytes += size
        self._frames += 1
        if self.excess is None and self._frames > self._budgets.frames:
            self.excess = Excess("frames", self._budgets.frames)
        if self.excess is None and self._bytes > self._budgets.received_bytes:
            self.excess = Excess("received", self._budgets.received_bytes)
        return self.excess is None

    def too_long(self) -> None:
        """A message longer than any may be has come."""
        self.excess = self.excess or Excess("message", self._budgets.message_bytes)
