"""Where the reference agent's sessions live: who is let in, who is here, what one call leaves behind for the next."""

import itertools
from collections.abc import Callable, Mapping

from gate.core.capabilities import Capabilities
from gate.core.ports import AgentHalf
from gate.reference.doorway import Doorway, Welcome
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
        self._broken = False
        self._doorway = Doorway(faults)
        self.sessions: dict[str, Mind] = {}

    def admit(self, url: str, headers: Mapping[str, str], now_s: float) -> Refusal | None:
        refusal = self._doorway.refusal(url, headers)
        return refusal or admit(url, headers, self._key, self._faults, now_s)

    @property
    def hangs_on_large_headers(self) -> bool:
        return self._faults.on("hangs-on-large-header")

    def welcome(self, url: str, headers: Mapping[str, str]) -> Welcome:
        return self._doorway.welcome(url, headers)

    def enter(self, *, hushed: bool = False) -> Mind:
        """A new session, with nothing behind it if it is `hushed`."""
        faults = Faults(["nothing-behind"]) if self._broken or hushed else self._faults
        number = next(self._numbers)
        parts = f"s-{number}", self._half(), self._can, self._ears, self._voice, faults
        mind = SlowMind(*parts, self._delay.pauses_ns(number), self._work) if self._delay else Mind(*parts, self._work)
        self.sessions[mind.session_id] = mind
        return mind

    def leave(self, mind: Mind, *, clean: bool) -> None:
        """The session is over; `clean` if a close frame said so."""
        del self.sessions[mind.session_id]
        if not clean and self._faults.on("first-call-only"):
            self._broken = True
        if mind.puzzled and self._faults.on("dies-after-garbage"):
            self._broken = True
