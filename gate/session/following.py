"""What the calls of one case have to do with one another: whether the next is made, and whose session it goes on with.
Pure."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from gate.core.capabilities import Capabilities
from gate.core.ends import NEVER_THERE, CallEnd
from gate.core.jsons import Json
from gate.core.plan import Call, Case
from gate.session.exchange import Exchange


@dataclass
class Following:
    """What is known of the calls of `case` that are over."""

    case: Case
    can: Capabilities
    _sessions: dict[int, str] = field(default_factory=dict)
    _talked: set[int] = field(default_factory=set)

    def resuming(self, call: Call, note: Callable[[str, dict[str, Json]], object]) -> Call:
        """The call with the id of the session that it resumes, which is written down; without one, as it is."""
        session_id = self._sessions.get(call.resumes) if call.resumes is not None else None
        if session_id is None or not self.can.resumes:
            return call
        note("resume", {"session_id": session_id, "of": call.resumes})
        return replace(call, session={**call.session, self.can.resumes: session_id})

    def over(self, number: int, exchange: Exchange) -> None:
        if exchange.names.session_id is not None:
            self._sessions[number] = exchange.names.session_id
        if exchange.talked:
            self._talked.add(number)

    def goes_on(self, number: int, end: CallEnd) -> bool:
        """Whether the call behind this one is made: not if this one reached nobody, nor if nothing is asked of what
        follows a session that never got ready."""
        return end not in NEVER_THERE and (number in self._talked or not self.case.stands_on(number))
