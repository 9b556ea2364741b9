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
from gate.reference.register import Register
from gate.reference.slow import AnswerDelay, SlowMind
from gate.reference.waiting import CALLERS_WORK, Work

CROWD = 4
WORK_MS = 1_600


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
        self.ears = ears
        self._voice = voice
        self._faults = faults
        self._key = key
        self._delay = delay
        self._work = work
        self._numbers = itertools.count(1)
        self._broken = False
        self._doorway = Doorway(faults)
        self.sessions: dict[str, Mind] = {}
        self.register = Register(faults)

    @property
    def pongs(self) -> bool:
        """Whether the socket answers a ping, as RFC 6455 wants it."""
        return not self._faults.on("ignores-pings")

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
        engaged = bool(self.sessions) and self._faults.on("holds-dead-line")
        faults = Faults(["nothing-behind"]) if self._broken or engaged or hushed else self._faults
        number = next(self._numbers)
        parts = f"s-{number}", self._half(), self._can, self._voice, faults
        delay = self._behind() if faults.on("answers-in-turn") else self._delay
        mind = SlowMind(*parts, delay.pauses_ns(number), self._work) if delay else Mind(*parts, self._work)
        self._crowded(mind, first=number == 1)
        self.sessions[mind.session_id] = mind
        self.register.enter(mind.session_id)
        return mind

    def _behind(self) -> AnswerDelay | None:
        pause_ms = len(self.sessions) * WORK_MS
        return AnswerDelay(pause_ms, pause_ms) if pause_ms else self._delay

    def _crowded(self, mind: Mind, *, first: bool) -> None:
        """What a new session does to those that are there, and they to it."""
        others = list(self.sessions.values())
        if others and self._faults.on("second-caller-ends-both"):
            for one in (mind, *others):
                one.cut = True
        if len(others) >= CROWD - 1 and self._faults.on("crowd-silences-all"):
            for one in (mind, *others):
                one.mute = True
        if others and self._faults.on("one-caller-at-a-time"):
            mind.mute = True
        if first and self._faults.on("cold-first-call"):
            mind.mute = True

    def leave(self, mind: Mind, *, clean: bool, t_ns: int = 0) -> None:
        """The session is over; `clean` if a close frame said so."""
        del self.sessions[mind.session_id]
        self.register.leave(mind.session_id, clean=clean, in_mid_answer=mind.is_speaking(t_ns), t_ns=t_ns)
        if not clean and self._faults.on("first-call-only"):
            self._broken = True
        if mind.puzzled and self._faults.on("dies-after-garbage"):
            self._broken = True
