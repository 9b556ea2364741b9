"""Where a Pipecat bot's response begins, ends and is cut, which no message of RTVI's says by itself. Pure: a state, fed
with what was reported, one report after another.

Source: pipecat-ai 1.14.0, `processors/frameworks/rtvi/observer.py` (what a bot reports, and when),
`transports/base_output.py` (when it has stopped speaking), `transports/websocket/fastapi.py` (the frame).

Theory of operation. A response begins with the model (`bot-llm-started`) or, for what a bot says without a model, with
`bot-started-speaking`. It is over once the model is done and the speech for its words has stopped; a model that only
called a tool has no words, and is done when it is done.
A bot reports an interruption at every turn of the caller's, even if it has long been silent, and reports it twice, by
RTVI and by a frame of its own. So the second one means nothing, and the first one only what it cuts: a response that is
not over, or audio that cannot have been played yet, which is all there is to know of a bot without RTVI. The clock for
that is the caller's own audio, which never pauses."""

from typing import Literal

from gate.audio.pcm import duration_ns
from gate.core.signals import AudioDone, AudioIn, AudioOut, Cancelled, Other, ResponseStarted, Transcript, TurnDone
from gate.dialects.base import Signals

Said = Literal["message", "frame"]


class Turns:
    def __init__(self) -> None:
        self._open = False
        self._thinking = False
        self._speaking = False
        self._unheard = False
        self._text = ""
        self._unspoken = False
        self._has_words = False
        self._now_ns = 0
        self._plays_until_ns = 0
        self._told: Said | None = None

    def thinks(self) -> Signals:
        begun = self._begin()
        self._thinking = True
        return begun

    def words(self, text: str) -> Signals:
        self._text += text
        self._unspoken = self._has_words = True
        return (Transcript("agent", text, final=False),)

    def thought(self) -> Signals:
        text, self._text = self._text.strip(), ""
        whole: Signals = (Transcript("agent", text, final=True),) if text else ()
        over = self._thinking and not self._speaking and not self._unspoken
        self._thinking = False
        return (*whole, *self._end()) if over else whole

    def speaks(self) -> Signals:
        begun = self._begin()
        self._speaking, self._unspoken = True, False
        return begun

    def spoke(self) -> Signals:
        if not self._open:
            return ()
        self._speaking = False
        return (AudioDone(),) if self._thinking else (AudioDone(), *self._end())

    def wrote(self, text: str) -> Signals:
        """What was spoken, as the bot reports it when it has been: news where no model's words were reported."""
        return () if self._has_words else (Transcript("agent", text, final=True),)

    def heard(self, pcm: bytes, rate_hz: int) -> Signals:
        """Audio of the caller's."""
        self._now_ns += duration_ns(pcm, rate_hz)
        return (AudioIn(pcm, rate_hz),)

    def sounds(self, pcm: bytes, rate_hz: int) -> Signals:
        """Audio of the bot's."""
        if not pcm:
            return (Other("audio without a sample"),)
        self._plays_until_ns = max(self._now_ns, self._plays_until_ns) + duration_ns(pcm, rate_hz)
        self._unheard = False
        return (AudioOut(pcm, rate_hz),)

    def interrupted(self, said: Said) -> Signals:
        if self._told not in (None, said):
            self._told = None
            return ()
        cut = self._open or self._unheard or self._now_ns < self._plays_until_ns
        self._open = self._thinking = self._speaking = self._unheard = self._unspoken = False
        self._text, self._plays_until_ns = "", self._now_ns
        self._told = said if cut else None
        return (Cancelled(),) if cut else ()

    def _begin(self) -> Signals:
        self._told = None
        if self._open:
            return ()
        self._open = self._unheard = True
        self._has_words = False
        return (ResponseStarted(),)

    def _end(self) -> Signals:
        self._open = False
        return (TurnDone(),)
