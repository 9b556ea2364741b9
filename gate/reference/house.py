"""Where the reference agent's sessions live: who is let in, who is here, what one call leaves behind for the next."""

import itertools
from collections.abc import Callable, Mapping

from gate.core.capabilities import Capabilities
from gate.core.ports import AgentHalf
from gate.reference.doubtful import Guarded, Late, Silent
from gate.reference.faults import Faults
from gate.reference.gatekeeper import Refusal, admit, token_of
from gate.reference.mind import Ears, Mind
from gate.reference.mouth import VoiceClip
from gate.reference.slow import AnswerDelay, SlowMind
from gate.reference.waiting import CALLERS_WORK, Work


class House:
    """`half` makes the agent's half of a dialect: each session has one of its own. `delay`: how slow it is. `work`:
    who runs its tools. `token_at`: where in the session that a caller asks for its token stands, if it does."""

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
        token_at: str = "",
    ) -> None:
        self._half = half
        self._can = can
        self._ears = ears
        self._voice = voice
        self._faults = faults
        self._key = key
        self._delay = delay
        self._work = work
        self._token_at = token_at
        self._used: set[str] = set()
        self._numbers = itertools.count(1)
        self._broken = False
        self.sessions: dict[str, Mind] = {}

    def admit(self, url: str, headers: Mapping[str, str], now_s: float) -> Refusal | None:
        """None for a caller whose upgrade is accepted. Where tokens come in a message, that is everybody's."""
        if self._token_at:
            return None
        return self.verify(token_of(url, headers), now_s)

    def verify(self, token: str, now_s: float) -> Refusal | None:
        """Why this token opens nothing. One with an id of its own is used up by this."""
        found = admit(token, self._key, self._faults, now_s)
        if isinstance(found, Refusal):
            return found
        if found.token_id in self._used and not self._faults.on("accepts-replayed-token"):
            return Refusal(401, "the token was used before")
        self._used |= {found.token_id} if found.token_id else set()
        return None

    @property
    def takes_anybody(self) -> bool:
        """Whether who is to be refused gets a socket first."""
        return self._faults.on("silent-refusal") or self._faults.on("refuses-after-audio")

    def enter(self, *, unwelcome: bool = False, now_s: float = 0.0) -> Mind:
        """A new session, from `now_s` on; `unwelcome`: of a caller that is to be refused."""
        faults = Faults(["nothing-behind"]) if self._broken else self._faults
        number = next(self._numbers)
        parts = f"s-{number}", self._half(), self._can, self._ears, self._voice, faults
        if unwelcome:
            mind: Mind = Silent(*parts) if self._faults.on("silent-refusal") else Late(*parts, self._work)
        elif self._token_at:
            mind = Guarded(*parts, self._work, path=self._token_at, verify=lambda token: self.verify(token, now_s))
        elif self._delay:
            mind = SlowMind(*parts, self._delay.pauses_ns(number), self._work)
        else:
            mind = Mind(*parts, self._work)
        self.sessions[mind.session_id] = mind
        return mind

    def leave(self, mind: Mind, *, clean: bool) -> None:
        """The session is over; `clean` if a close frame said so."""
        del self.sessions[mind.session_id]
        if not clean and self._faults.on("first-call-only"):
            self._broken = True
