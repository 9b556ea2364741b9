"""What a call of the reference agent leaves behind for the next: its conversation, for a caller who resumes it; and,
with a fault, what ought to be gone. Pure."""

from collections import OrderedDict

from gate.reference.dialogue import Dialogue
from gate.reference.faults import Faults
from gate.reference.mind import Mind

KEPT = 100
SLOTS = 8
GOOD_CODES = (1000, 1001, 1005)


class Aftermath:
    """`broken`: nothing answers any more, whoever calls."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._slots = SLOTS
        self._kept: OrderedDict[str, Dialogue] = OrderedDict()
        self._cut: Dialogue | None = None
        self.broken = False

    def greets(self, mind: Mind) -> None:
        """A session begins."""
        mind.recalls(self._kept.get)
        if self._kept and self._faults.on("remembers-strangers"):
            mind.goes_on_with(next(reversed(self._kept.values())))
        if self._cut is not None and self._faults.on("repeats-write-after-reconnect"):
            mind.owes(self._cut.last_write)
        self._cut = None

    def left(self, mind: Mind, code: int | None) -> None:
        """A session is over: with a close code, or (None) with no close frame."""
        self._kept[mind.session_id] = mind.dialogue
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        self._cut = mind.dialogue if code is None else None
        self._slots -= not mind.was_spoken_to
        self.broken |= any(self._faults.on(fault) for fault, so in self._breaks(mind, code).items() if so)

    def _breaks(self, mind: Mind, code: int | None) -> dict[str, bool]:
        return {
            "first-call-only": code is None,
            "crashes-on-error-close": code is not None and code not in GOOD_CODES,
            "stuck-when-left-early": not mind.was_addressed,
            "runs-out-of-sessions": self._slots <= 0,
        }

    def restarted(self) -> None:
        self._kept.clear()
        self._cut, self._slots = None, SLOTS
        self.broken = self._faults.on("does-not-come-back")
