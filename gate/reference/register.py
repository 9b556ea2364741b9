"""Which sessions the reference agent's backend shows as there, and for how long after their calls. Pure: time is an
argument. It has the agent's faults of cleaning up."""

from gate.core.jsons import Json
from gate.reference.faults import Faults

SWEEP_NS = 20_000_000_000
PATH = "/sessions"


class Register:
    """Sessions by id, each with when it goes: None while it lasts, or for good."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._until: dict[str, int | None] = {}

    def enter(self, session_id: str) -> None:
        self._until[session_id] = None

    def leave(self, session_id: str, *, clean: bool, in_mid_answer: bool, t_ns: int) -> None:
        """The session's call is over; `clean` if a close frame said so."""
        if self._faults.on("leaves-session-open") and not clean:
            return
        if self._faults.on("leaks-after-hangup") and clean and in_mid_answer:
            return
        self._until[session_id] = t_ns + (SWEEP_NS if self._faults.on("slow-cleanup") else 0)

    def listed(self, t_ns: int) -> list[str]:
        return [session_id for session_id, until_ns in self._until.items() if until_ns is None or t_ns < until_ns]

    def shown(self, path: str, t_ns: int) -> tuple[int, Json] | None:
        """Status and body of what is asked at this path: all sessions and their number, or one; None for any other."""
        if path != PATH and not path.startswith(f"{PATH}/"):
            return None
        there = self.listed(t_ns)
        if path == PATH:
            return 200, {"sessions": [*there], "count": len(there)}
        session_id = path.removeprefix(f"{PATH}/")
        return (200, {"id": session_id}) if session_id in there else (404, {"error": "no such session"})
