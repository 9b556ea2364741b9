"""Where the reference agent's sessions live: who is let in, who is here, what one call leaves behind for the next."""

import itertools
from collections.abc import Callable, Mapping

from gate.core.capabilities import Capabilities
from gate.core.ports import AgentHalf
from gate.reference.aftermath import Aftermath
from gate.reference.doorway import Doorway, Welcome
from gate.reference.doubtful import Guarded, Late, Polite, Silent
from gate.reference.echo import spellings
from gate.reference.faults import Faults
from gate.reference.gatekeeper import Refusal, admit, token_of
from gate.reference.mind import Ears, Mind
from gate.reference.mouth import VoiceClip
from gate.reference.register import Register
from gate.reference.slow import AnswerDelay, SlowMind
from gate.reference.waiting import CALLERS_WORK, Work

CROWD = 4
LEAKED = 20
FIFTH = 5
LATER = AnswerDelay(300, 300)
WORK_MS = 1_600


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
        self.ears = ears
        self._voice = voice
        self._faults = faults
        self._key = key
        self._delay = delay
        self._work = work
        self._token_at = token_at
        self._used: set[str] = set()
        self._shown = ""
        self._numbers = itertools.count(1)
        self._aftermath = Aftermath(faults)
        self._doorway = Doorway(faults)
        self.sessions: dict[str, Mind] = {}
        self.register = Register(faults)

    @property
    def pongs(self) -> bool:
        """Whether the socket answers a ping, as RFC 6455 wants it."""
        return not self._faults.on("ignores-pings")

    def admit(self, url: str, headers: Mapping[str, str], now_s: float) -> Refusal | None:
        """None for a caller whose upgrade is accepted. Where tokens come in a message, that is everybody's."""
        if self._faults.on("model-down-500"):
            return Refusal(500, "the model does not answer")
        refusal = self._doorway.refusal(url, headers)
        if refusal or self._token_at:
            return refusal
        token = token_of(url, headers)
        self._shown = token if self._faults.on("echoes-token") else ""
        refusal = self.verify(token, now_s)
        if refusal and self._shown:
            return Refusal(refusal.status, f"{refusal.detail}: {'; '.join(spellings(token))}")
        return refusal

    def verify(self, token: str, now_s: float) -> Refusal | None:
        """Why this token opens nothing. One with an id of its own is used up by this."""
        found = admit(token, self._key, self._faults, now_s)
        if isinstance(found, Refusal):
            return found
        if found.token_id in self._used and not self._faults.on("accepts-replayed-token"):
            return Refusal(401, "the token was used before")
        self._used |= {found.token_id} if found.token_id else set()
        return None

    def takes_anybody(self, url: str, headers: Mapping[str, str]) -> bool:
        """Whether who is to be refused for a token gets a socket first."""
        lax = self._faults.on("silent-refusal") or self._faults.on("refuses-after-audio") or self._closes
        return lax and self._doorway.refusal(url, headers) is None

    @property
    def _closes(self) -> bool:
        return "refuses-by-close" in self._faults.habits

    @property
    def hangs_on_large_headers(self) -> bool:
        return self._faults.on("hangs-on-large-header")

    def welcome(self, url: str, headers: Mapping[str, str]) -> Welcome:
        return self._doorway.welcome(url, headers)

    def enter(self, *, hushed: bool = False, unwelcome: bool = False, now_s: float = 0.0) -> Mind:
        """A new session, from `now_s` on: `hushed`, with nothing behind it; `unwelcome`, of a caller to be refused."""
        engaged = bool(self.sessions) and self._faults.on("holds-dead-line")
        number = next(self._numbers)
        full = number >= LEAKED and self._faults.on("slow-leak")
        dead = self._aftermath.broken or engaged or hushed or full
        faults = Faults(["nothing-behind"]) if dead else self._faults
        mind = self._mind(number, faults, unwelcome=unwelcome, now_s=now_s)
        self._crowded(mind, first=number == 1)
        mind.mute |= number % FIFTH == 0 and self._faults.on("deaf-every-fifth")
        self._aftermath.greets(mind)
        mind.shown = self._shown
        self.sessions[mind.session_id] = mind
        self.register.enter(mind.session_id)
        return mind

    def _mind(self, number: int, faults: Faults, *, unwelcome: bool, now_s: float) -> Mind:
        parts = f"s-{number}", self._half(), self._can, self._voice, faults
        delay = self._behind() if faults.on("answers-in-turn") else self._delay
        delay = LATER if faults.on("answers-later") else delay
        if unwelcome and self._closes:
            return Polite(*parts, self._work)
        if unwelcome:
            return Silent(*parts) if self._faults.on("silent-refusal") else Late(*parts, self._work)
        if self._token_at:
            return Guarded(*parts, self._work, path=self._token_at, verify=lambda token: self.verify(token, now_s))
        if delay:
            return SlowMind(*parts, delay.pauses_ns(number), self._work)
        return Mind(*parts, self._work)

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

    def leave(self, mind: Mind, *, clean: bool, code: int = 1000, t_ns: int = 0) -> None:
        """The session is over; `clean` if a close frame said so, with this code."""
        del self.sessions[mind.session_id]
        self.register.leave(mind.session_id, clean=clean, in_mid_answer=mind.is_speaking(t_ns), t_ns=t_ns)
        self._aftermath.left(mind, code if clean else None)

    def restart(self) -> None:
        """As after a start: every session is forgotten."""
        self._aftermath.restarted()
