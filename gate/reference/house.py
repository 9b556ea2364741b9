"""Where the reference agent's sessions live: who is let in, who is here, what one call leaves behind for the next."""

import itertools
from collections.abc import Callable, Mapping

from gate.core.capabilities import Capabilities
from gate.core.ports import AgentHalf
from gate.reference.aftermath import Aftermath
from gate.reference.faults import Faults
from gate.reference.gatekeeper import Refusal, admit
from gate.reference.mind import Ears, Mind
from gate.reference.mouth import VoiceClip
from gate.reference.slow import AnswerDelay, SlowMind
from gate.reference.waiting import CALLERS_WORK, Work


class House:
    """`half` makes the agent's half of a dialect: each session has one of its own. `delay`: how slow it is. `work`:
    who runs its tools."""

    def __init__(
        self,
        half: Callable[[], AgentHalf],
        can: Capabilities,
        ears: Ears,
        voice: Mapping[str, VoiceClip],
        faults: Faults,
        key: str | None = None,
        delay: AnswerDelay | None = None,
        work: Work = CALLERS_WORK,
    ) -> None:
        self._half = half
        self._can = can
        self._ears = ears
        self._voice = voice
        self._faults = faults
        self._key = key
        self._delay = delay
        self._work = work
        self._numbers = itertools.count(1)
        self._aftermath = Aftermath(faults)
        self.sessions: dict[str, Mind] = {}

    def admit(self, url: str, headers: Mapping[str, str], now_s: float) -> Refusal | None:
        return admit(url, headers, self._key, self._faults, now_s)

    def enter(self) -> Mind:
        """A new session."""
        faults = Faults(["nothing-behind"]) if self._aftermath.broken else self._faults
        number = next(self._numbers)
        parts = f"s-{number}", self._half(), self._can, self._ears, self._voice, faults
        mind = SlowMind(*parts, self._delay.pauses_ns(number), self._work) if self._delay else Mind(*parts, self._work)
        self._aftermath.greets(mind)
        self.sessions[mind.session_id] = mind
        return mind

    def leave(self, mind: Mind, *, clean: bool, code: int = 1000) -> None:
        """The session is over; `clean` if a close frame said so, with this code."""
        del self.sessions[mind.session_id]
        self._aftermath.left(mind, code if clean else None)

    def restart(self) -> None:
        """As after a start: every session is forgotten."""
        self._aftermath.restarted()
