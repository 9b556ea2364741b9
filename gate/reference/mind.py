"""The reference agent's mind: frames and time in, frames and wake-up times out. Pure: no socket, no clock, no log.

It hears with the endpointer and the recogniser, follows the dialogue, calls tools, speaks clips, and stops when it is
interrupted. What it hears is counted in samples, so that a busy machine changes nothing."""

import re
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from gate.audio.pcm import Samples, samples
from gate.audio.resample import Stream
from gate.core import acts
from gate.core.acts import Act
from gate.core.capabilities import Capabilities
from gate.core.jsons import Json
from gate.core.ports import AgentHalf
from gate.core.signals import (
    AudioOut,
    Configured,
    Fault,
    InputAccepted,
    Mark,
    Ready,
    Signal,
    SpeechStarted,
    SpeechStopped,
    ToolCall,
    ToolResult,
    Transcript,
    TurnDone,
)  # fmt: skip
from gate.dialects.fields import Illegal, is_object
from gate.reference import endpointer, files
from gate.reference.again import Again
from gate.reference.dialogue import LOOK_UP, Dialogue, HearMore, Leave, Move, Say, UseTool
from gate.reference.echo import echoes
from gate.reference.faults import Faults
from gate.reference.habits import UNDOCUMENTED
from gate.reference.idling import Idling
from gate.reference.mouth import Mouth, VoiceClip
from gate.reference.past import NO_PAST, Past
from gate.reference.spoiling import with_padding_inside
from gate.reference.voiced import spoke
from gate.reference.voicing import RATE_HZ, Line
from gate.reference.waiting import CALLERS_WORK, Errand, Waiting, Work

MS = 1_000_000
HEAR_MORE_MS = 3_500
CANNED_MS = 4_000
COUGH_MS = 50
VAD_MS = 500
OTHER_RATE = 3
DOWN = {"model-down-drops": None, "model-down-1011": 1011, "model-down-1000": 1000}
LONGEST_REASON = 123  # RFC 6455 section 5.5
INVALID_PAYLOAD, TOO_LARGE = 1007, 1009  # RFC 6455 section 7.4.1
LARGEST = 2**20
UNINTELLIGIBLE = "(unintelligible)"
DEFAULTS: dict[str, Json] = {"language": "en", "voice": "standard", "modalities": ["audio"]}


class Ears(Protocol):
    def words(self, samples: Samples) -> str | None:
        """The caller's words, or None for what is no speech of this dialogue."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Utterance:
    """To be recognised: what its words are is told to `understood`. Until then the session listens no further."""

    samples: Samples


@dataclass(frozen=True, slots=True)
class Close:
    """End the connection: with a close code, or (None) by dropping it."""

    code: int | None
    reason: str = ""


Output = str | bytes | Close | Errand | Utterance


class Mind:
    """One session. `opened`, `hear`, `understood` and `wake` give what goes out now; `wake_ns` is when to call `wake`,
    if ever. What other sessions do to it, by a fault: it is `cut`, or `mute`.
    `shown`: the token that its caller showed, where it is to be told back."""

    def __init__(
        self, session_id: str, half: AgentHalf, can: Capabilities, voice: Mapping[str, VoiceClip], faults: Faults,
        work: Work = CALLERS_WORK,
    ) -> None:  # fmt: skip
        self.session_id = session_id
        self._half = half
        self._can = can
        self._mouth = Mouth(voice, faults, Line.of(can))
        self._faults = faults
        self.dialogue = Dialogue(faults)
        self._past: Past = NO_PAST
        self._is_new = True
        self._idling = Idling(faults)
        self.was_addressed = False
        self._endpointer = endpointer.Endpointer(onset_ms=COUGH_MS if faults.on("cough-stops") else endpointer.ONSET_MS)
        self._unheard: deque[endpointer.Event] = deque()
        self._utterance: Samples | None = None
        rate_hz = can.input_rate_hz * (OTHER_RATE if faults.on("hears-at-wrong-rate") else 1)
        self._to_ears = Stream(rate_hz, endpointer.RATE_HZ)
        self._configured = not can.acknowledges_configuration
        self._heard_samples = 0
        self._partial = ""
        self._hear_more_until: int | None = None
        self._canned_at = CANNED_MS * RATE_HZ // 1000
        self._waiting = Waiting(session_id, work)
        self._again = Again(faults)
        self._hears_silence = faults.on("speech-in-silence")
        self._leave_ns: int | None = None
        self._choked = False
        self.puzzled = False
        self.crashed = False
        self._out: list[Output] = []
        self.cut = False
        self.mute = False
        self.shown = ""

    @property
    def was_spoken_to(self) -> bool:
        return self._heard_samples > 0

    def remembers(self, past: Past) -> None:
        self._past = past

    def opened(self, t_ns: int) -> list[Output]:
        if not self._faults.on("nothing-behind"):
            self._say(Ready(None if self._faults.on("no-session-id") else self.session_id))
        for signal in echoes(self.shown):
            self._say(signal)
        if not self._can.configures:
            self._greet(t_ns)
        self._out += [Close(code) for fault, code in DOWN.items() if self._faults.on(fault)]
        return self._flush()

    def hear(self, data: str | bytes, t_ns: int) -> list[Output]:
        self.was_addressed = True
        if self._faults.on("nothing-behind") or self._choked:
            return []
        if self.cut:
            return [Close(None)]
        if isinstance(data, str | bytes) and len(data) > LARGEST:
            self._choked = self._faults.on("chokes-on-huge-message")
            return [] if self._choked else [Close(TOO_LARGE)]
        try:
            heard = self._half.hear(data)
        except Illegal as illegal:
            self._illegal(illegal, data)
            return self._flush()
        for act in heard:
            self._obey(act, t_ns)
        return self._flush()

    def wake(self, t_ns: int) -> list[Output]:
        self._tell(self._mouth.due(t_ns))
        for name in self._waiting.late(t_ns):
            self._move(self.dialogue.unanswered(name), t_ns)
        while write := self._again.due(t_ns):
            self._use(write, t_ns)
        if self._leave_ns is not None and self._leave_ns <= t_ns and self._mouth.wake_ns is None:
            self._leave_ns = None
            self._out.append(Close(1011 if self._faults.on("wrong-close-code") else 1000, self.shown[:LONGEST_REASON]))
        return self._flush()

    def understood(self, words: str | None, t_ns: int) -> list[Output]:
        """The words of the utterance that was given out; None for what is no speech of this dialogue."""
        assert self._utterance is not None, "nothing was to be recognised"
        heard, self._utterance = self._utterance, None
        self._recognised(heard, words, t_ns)
        self._follow(t_ns)
        return self._flush()

    def answered(self, call_id: str, result: Json, error: str | None, t_ns: int) -> list[Output]:
        """An errand is done. One that was given up is forgotten."""
        if self._waiting.for_call(call_id):
            self._answered(call_id, result, error, t_ns)
        return self._flush()

    @property
    def wake_ns(self) -> int | None:
        times = [self._waiting.wake_ns] if self._waiting.wake_ns is not None else []
        times += [self._again.wake_ns] if self._again.wake_ns is not None else []
        times += [self._mouth.wake_ns] if self._mouth.wake_ns is not None else []
        times += [self._leave_ns] if self._leave_ns is not None and self._mouth.wake_ns is None else []
        return min(times, default=None)

    def is_speaking(self, t_ns: int) -> bool:
        """Whether what it says is still being heard."""
        return t_ns < self._mouth.playing_until_ns

    def _obey(self, act: Act, t_ns: int) -> None:
        match act:
            case acts.Configure(session):
                self._configure(session, t_ns)
            case acts.Speak(pcm):
                self._listen(samples(pcm), t_ns)
            case acts.Type() if self.mute:
                pass
            case acts.Type(text):
                self._understood(" ".join(re.findall(r"[\w']+", text.casefold())), t_ns)
            case acts.Answer(call_id, _, result, error):
                self._answered(call_id, result, error, t_ns)
            case acts.SendFile(data, _):
                self._take(data, t_ns)
            case acts.Press():
                self._speak(("greeting",), t_ns)
            case acts.Interrupt():
                self._tell(self._mouth.stop(t_ns))
            case acts.Send(frame):
                self._out.append(frame)
            case acts.HangUp() if self._faults.on("crashes-on-end-message"):
                self.crashed = True
                self._out.append(Close(None))
            case _:
                pass

    def _illegal(self, illegal: Illegal, data: str | bytes) -> None:
        self.puzzled = True
        if self._faults.on("crashes-on-unknown-type" if is_object(data) else "crashes-on-garbage"):
            self._out.append(Close(None))
        else:
            self._complain("bad_message", str(illegal))

    def _complain(self, code: str, text: str) -> None:
        """Where the dialect has no message for an error, the close code is the answer."""
        if Fault.EVENT in self._can.shows:
            self._say(Fault(code, text))
        else:
            self._out.append(Close(INVALID_PAYLOAD))

    def _configure(self, session: dict[str, Json], t_ns: int) -> None:
        language = session.get("language", "en")
        if not str(language).casefold().startswith("en"):
            if not self._faults.on("hangs-on-wrong-config"):
                self._complain("unsupported_language", "this agent speaks English only")
            return
        if not self._resumed(session.get("resume")):
            self._say(Fault("unknown_session", "no session of this id can be resumed"))
            return
        self._configured = True
        if self._faults.on("no-config-ack"):
            return
        applied = DEFAULTS | ({} if self._faults.on("config-not-applied") else session)
        self._say(Configured(applied))
        self._greet(t_ns)

    def _greet(self, t_ns: int) -> None:
        if "greets-first" in self._faults.habits:
            self._speak(("greeting",), t_ns)

    def _resumed(self, session_id: Json) -> bool:
        """Whether the conversation that is asked for goes on; also if none is asked for."""
        if session_id is None:
            return True
        found = self._past.recalled(str(session_id))
        if found is not None and not self._faults.on("forgets-on-resume"):
            self.dialogue = found
        return found is not None

    def _take(self, data: bytes, t_ns: int) -> None:
        """A whole file: a good one is listened to like audio that is streamed."""
        decode = files.anyhow if self._faults.on("takes-any-audio") else files.strictly
        try:
            heard = decode(data, self._can.input_rate_hz)
        except ValueError as why:
            self._say(Fault("bad_audio", str(why)))
        else:
            self._listen(heard, t_ns)

    def _listen(self, heard: Samples, t_ns: int) -> None:
        if not self._configured:
            if self._faults.on("crashes-on-early-audio"):
                self._out.append(Close(None))
            else:
                self._complain("not_configured", "audio came before the session was configured")
            return
        if self._heard_samples == 0:
            self._say(InputAccepted())
        at_16k = self._to_ears.feed(heard)
        self._heard_samples += len(at_16k)
        if self._hears_silence and self._heard_samples >= VAD_MS * RATE_HZ // 1000:
            self._hears_silence = False
            self._say(SpeechStarted())
        if self._faults.on("deaf") or self.mute:
            return
        if self._faults.on("canned-reply"):
            self._canned(t_ns)
            return
        self._unheard.extend(self._endpointer.feed(at_16k))
        self._follow(t_ns)

    def _follow(self, t_ns: int) -> None:
        """What was heard, in its order: nothing behind an utterance before its words are known."""
        while self._unheard and self._utterance is None:
            match self._unheard.popleft():
                case endpointer.SpeechStarted():
                    self._idling.active(self._heard_samples)
                    self._interrupted(t_ns)
                    self._first_words(t_ns)
                case endpointer.UtteranceEnded() as ended:
                    self._idling.active(self._heard_samples)
                    self._say(SpeechStopped())
                    self._utterance = ended.samples
                    self._out.append(Utterance(ended.samples))
        waited = self._hear_more_until is not None and self._heard_samples >= self._hear_more_until
        if waited and self._utterance is None:
            self._understood(self._partial, t_ns, waited=True)
        if t_ns < self._mouth.playing_until_ns:
            self._idling.active(self._heard_samples)
        elif self._idling.too_long(self._heard_samples):
            self._out.append(Close(None))

    def _first_words(self, t_ns: int) -> None:
        """What the faults bring in from other sessions, once, when the caller begins to speak."""
        if not self._is_new:
            return
        self._is_new = False
        self.dialogue = self._past.stranger() or self.dialogue
        if owed := self._past.owed():
            self._move((self.dialogue.repeat(owed),), t_ns)

    def _canned(self, t_ns: int) -> None:
        if self._heard_samples >= self._canned_at and t_ns >= self._mouth.playing_until_ns:
            self._canned_at = self._heard_samples + CANNED_MS * RATE_HZ // 1000
            self._speak(("greeting",), t_ns)

    def _interrupted(self, t_ns: int) -> None:
        self._hear_more_until = None
        self._again.heard()
        if "cancels-first" in self._faults.habits:
            self._tell(self._mouth.stop(t_ns))
        if not (self._faults.on("keeps-playback") and self.is_speaking(t_ns)):
            self._say(SpeechStarted())
        if not self._faults.on("ignores-barge-in"):
            self._tell(self._mouth.stop(t_ns))

    def _recognised(self, heard: Samples, words: str | None, t_ns: int) -> None:
        """Words that are not understood are asked about; what nobody spoke is passed over."""
        if words is not None:
            self._understood(f"{self._partial} {words}".strip(), t_ns)
        elif not self._partial and spoke(heard):
            self._understood(UNINTELLIGIBLE, t_ns)

    def _understood(self, words: str, t_ns: int, *, waited: bool = False) -> None:
        moves = self.dialogue.heard(words, waited=waited)
        if moves == (HearMore(),):
            self._partial = words
            self._hear_more_until = self._heard_samples + HEAR_MORE_MS * RATE_HZ // 1000
            self._say(Transcript("caller", words, final=False))
            return
        self._partial, self._hear_more_until = "", None
        if self._faults.on("answer-before-transcript"):
            self._move(moves, t_ns)
            self._say(Transcript("caller", words, final=True))
        else:
            self._say(Transcript("caller", words, final=True))
            self._move(moves, t_ns)

    def _move(self, moves: tuple[Move, ...], t_ns: int) -> None:
        for move in moves:
            match move:
                case Say(keys):
                    self._speak(keys, t_ns)
                case UseTool():
                    self._use(move, t_ns)
                case Leave():
                    self._speak(("goodbye",), t_ns)
                    self._leave_ns = self._mouth.playing_until_ns
                case HearMore():
                    pass

    def _use(self, move: UseTool, t_ns: int) -> None:
        errand = self._waiting.begin(move, t_ns)
        self._again.used(move, t_ns)
        if self._waiting.itself:
            self._out.append(errand)
            return
        self._say(ToolCall("" if self._idless else errand.call_id, move.name, move.arguments))
        if not self._can.answers_tools:
            result: Json = {"id": "A-17", "day": "Tuesday"} if move.name == LOOK_UP else {"ok": True}
            self._say(ToolResult(errand.call_id, move.name, result))
            self._answered(errand.call_id, result, None, t_ns)

    @property
    def _idless(self) -> bool:
        return "tools-without-ids" in self._faults.habits

    def _answered(self, call_id: str, result: Json, error: str | None, t_ns: int) -> None:
        call_id = self._waiting.oldest if self._idless and not call_id else call_id
        if not self._waiting.for_call(call_id):
            self._say(Fault("unknown_call_id", f"no tool call is waiting under {call_id!r}"))
            return
        name = self._waiting.over(call_id)
        if name is not None:
            self._move(self.dialogue.answered(name, result, error), t_ns)

    def _speak(self, keys: tuple[str, ...], t_ns: int) -> None:
        if self._faults.on("plain-text-error"):
            self._out.append("Internal Server Error")
        self._tell(self._mouth.speak(keys, t_ns))
        self._again.spoke(max(t_ns, self._mouth.playing_until_ns))

    def _tell(self, signals: list[Signal]) -> None:
        for signal in signals:
            self._say(signal)
            if isinstance(signal, TurnDone) and self._can.echoes_marks:
                self._say(Mark("" if "nameless-marks" in self._faults.habits else signal.response_id or ""))

    def _say(self, signal: Signal) -> None:
        if "undocumented" in self._faults.habits:
            self._out.append(UNDOCUMENTED)
        frames = self._half.say(signal)
        inside = isinstance(signal, AudioOut) and self._faults.on("padding-inside")
        self._out += [with_padding_inside(frame) for frame in frames] if inside else frames

    def _flush(self) -> list[Output]:
        out, self._out = self._out, []
        return out
