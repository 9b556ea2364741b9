"""What a call of the reference agent leaves behind for the next: its conversation, for a caller who resumes it; and,
with a fault, what ought to be gone. Pure."""

from collections import OrderedDict

from gate.reference.dialogue import Dialogue, UseTool
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
        self._minds: OrderedDict[str, Mind] = OrderedDict()
        self._stranger: Dialogue | None = None
        self._owed: UseTool | None = None
        self.broken = False

    def greets(self, mind: Mind) -> None:
        """A session begins. It is known from here on: who was cut off may call again before that is noticed."""
        mind.remembers(self)
        self._minds[mind.session_id] = mind
        while len(self._minds) > KEPT:
            self._minds.popitem(last=False)

    def left(self, mind: Mind, code: int | None) -> None:
        """A session is over: with a close code, or (None) with no close frame."""
        if mind.dialogue.knows_something:
            self._stranger = mind.dialogue
        if code is None:
            self._owed = mind.dialogue.last_write or self._owed
        self._slots -= not mind.was_spoken_to
        self.broken |= any(self._faults.on(fault) for fault, so in self._breaks(mind, code).items() if so)

    def _breaks(self, mind: Mind, code: int | None) -> dict[str, bool]:
        return {
            "first-call-only": code is None,
            "crashes-on-error-close": code is not None and code not in GOOD_CODES,
            "stuck-when-left-early": not mind.was_addressed,
            "runs-out-of-sessions": self._slots <= 0,
            "dies-after-garbage": mind.puzzled,
            "crashes-on-end-message": mind.crashed,
        }

    def recalled(self, session_id: str) -> Dialogue | None:
        mind = self._minds.get(session_id)
        return mind.dialogue if mind else None

    def stranger(self) -> Dialogue | None:
        return self._stranger if self._faults.on("remembers-strangers") else None

    def owed(self) -> UseTool | None:
        return self._owed if self._faults.on("repeats-write-after-reconnect") else None

    def restarted(self) -> None:
        self._minds.clear()
        self._stranger, self._owed, self._slots = None, None, SLOTS
        self.broken = self._faults.on("does-not-come-back")
