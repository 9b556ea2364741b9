"""Where the reference agent's sessions live: who is let in, who is here, what one call leaves behind for the next."""

import itertools
from collections.abc import Callable, Mapping

from gate.core.capabilities import Capabilities
from gate.core.ports import AgentHalf
from gate.reference.faults import Faults
from gate.reference.gatekeeper import Refusal, admit
from gate.reference.mind import Ears, Mind
from gate.reference.mouth import VoiceClip


class House:
    """`half` makes the agent's half of a dialect: each session has one of its own."""

    def __init__(
        self,
        half: Callable[[], AgentHalf],
        can: Capabilities,
        ears: Ears,
        voice: Mapping[str, VoiceClip],
        faults: Faults,
        key: str | None = None,
    ) -> None:
        self._half = half
        self._can = can
        self._ears = ears
        self._voice = voice
        self._faults = faults
        self._key = key
        self._numbers = itertools.count(1)
        self._broken = False
        self.sessions: dict[str, Mind] = {}

    def admit(self, headers: Mapping[str, str], now_s: float) -> Refusal | None:
        return admit(headers, self._key, self._faults, now_s)

    def enter(self) -> Mind:
        """A new session."""
        faults = Faults(["nothing-behind"]) if self._broken else self._faults
        mind = Mind(f"s-{next(self._numbers)}", self._half(), self._can, self._ears, self._voice, faults)
        self.sessions[mind.session_id] = mind
        return mind

    def leave(self, mind: Mind, *, clean: bool) -> None:
        """The session is over; `clean` if a close frame said so."""
        del self.sessions[mind.session_id]
        if not clean and self._faults.on("first-call-only"):
            self._broken = True
