"""Conversations as somebody may have captured them: both halves of a template dialect speak, and what a wire carries
beside that is put between."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache

from gate.audio import wav
from gate.audio.pcm import Samples, pack
from gate.audio.resample import resample
from gate.core import acts, signals
from gate.core.acts import Act
from gate.core.frames import Direction, Frame, Opcode
from gate.core.jsons import Json
from gate.core.signals import Signal
from gate.dialects.template.dialect import Template
from gate.fixtures.library import home

STEP_MS = 20
SESSION: dict[str, Json] = {"language": "en", "voice": "kal16"}
Turn = tuple[str, str, str]
TURNS: tuple[Turn, ...] = (
    ("opening-hours", "when are you open on weekends please", "We are open on Saturday from nine to one."),
    ("reschedule", "I want to move my appointment", "Let me see, it is on Tuesday."),
    ("short-question", "and which day would that be", "That would be Thursday then."),
)


@cache
def clip(name: str, rate_hz: int) -> Samples:
    values, from_hz = wav.decode((home() / "audio" / f"{name}.wav").read_bytes())
    return resample(values, from_hz, rate_hz)


@dataclass
class Tape:
    """Writes down what crosses. `times`: whether anybody knew when. `burst`: pieces of the agent's audio at once."""

    dialect: Template
    noise: Callable[[int], list[tuple[bool, str]]] = lambda _: []
    times: bool = True
    burst: int = 1
    frames: list[Frame] = field(default_factory=list)
    now_ms: int = 0
    ticks: int = 0

    def __post_init__(self) -> None:
        self.encoder, self.agent = self.dialect.encoder(), self.dialect.agent()

    def write(self, data: str | bytes, sent: bool) -> None:
        opcode = Opcode.BINARY if isinstance(data, bytes) else Opcode.TEXT
        direction = Direction.SENT if sent else Direction.RECEIVED
        t_ns = self.now_ms * 1_000_000 if self.times else 0
        self.frames.append(Frame(direction, opcode, data, t_ns, index=len(self.frames)))

    def act(self, act: Act) -> None:
        for data in self.encoder.encode(act, 0):
            self.write(data, sent=True)

    def say(self, *said: Signal) -> None:
        for signal in said:
            for data in self.agent.say(signal):
                self.write(data, sent=False)

    def tick(self, piece: Samples | None = None) -> None:
        """20 ms of the caller: of a clip, or of silence."""
        rate_hz = self.dialect.options.send_rate_hz
        self.act(acts.Hush(rate_hz * STEP_MS // 1000) if piece is None else acts.Speak(pack(piece)))
        self.now_ms += STEP_MS
        self.ticks += 1
        for sent, text in self.noise(self.ticks):
            self.write(text, sent)

    def wait(self, ms: int) -> None:
        for _ in range(ms // STEP_MS):
            self.tick()

    def pieces(self, name: str) -> Iterator[Samples]:
        values, size = (
            clip(name, self.dialect.options.send_rate_hz),
            self.dialect.options.send_rate_hz * STEP_MS // 1000,
        )
        return (values[at : at + size] for at in range(0, len(values) - size, size))

    def caller(self, name: str, words: str) -> None:
        for number, piece in enumerate(self.pieces(name)):
            self.tick(piece)
            if number == 25:
                self.say(signals.SpeechStarted())
            if number == 50:
                self.say(signals.Transcript("caller", " ".join(words.split()[:2]), False))
        self.wait(400)
        self.say(signals.SpeechStopped(), signals.Transcript("caller", words, True))
        self.wait(100)

    def answer(self, words: str, cut_by: str | None = None) -> None:
        rate_hz = self.dialect.options.receive_rate_hz
        voice, size = clip("monologue", rate_hz)[: 3 * rate_hz], rate_hz * STEP_MS // 1000
        self.say(signals.ResponseStarted(), signals.Transcript("agent", words.split()[0], False))
        barge = self.pieces(cut_by) if cut_by else iter(())
        for number, at in enumerate(range(0, len(voice), size)):
            if cut_by and number == 100:
                break
            self.say(signals.AudioOut(pack(voice[at : at + size]), rate_hz))
            if number % self.burst == 0:
                self.tick(next(barge, None) if number > 50 else None)
        if cut_by:
            self.say(signals.SpeechStarted(), signals.Cancelled())
            for piece in itertools.islice(barge, 100):
                self.tick(piece)
            self.wait(400)
            self.say(signals.SpeechStopped())
            return
        self.say(signals.Transcript("agent", words, True), signals.AudioDone(), signals.TurnDone())
        self.wait(600)


def conversation(tape: Tape, *, fault: bool = True, tool: bool = True, greets: bool = False) -> list[Frame]:
    """Three turns, one of them with tools, and a fourth that is interrupted."""
    tape.act(acts.Configure(SESSION))
    tape.say(signals.Ready("s-81-4471"), signals.Configured(SESSION))
    tape.wait(200)
    tape.say(signals.InputAccepted())
    if greets:
        tape.answer("Hello, this is the appointment desk.")
    for number, (name, words, answer) in enumerate(TURNS):
        tape.caller(name, words)
        if tool and number == 1:
            tools(tape)
        tape.answer(answer)
    tape.caller("opening-hours", "tell me all that you know please")
    tape.answer("That is a long story.", cut_by="reschedule")
    tape.answer("I see, I will stop.")
    tape.act(acts.Type("what can you do for me"))
    tape.wait(100)
    tape.answer("I can look up your day.")
    if fault:
        tape.act(acts.Send("garbage {"))
        tape.say(signals.Fault("bad_message", "that was not JSON"))
        tape.wait(200)
    tape.act(acts.HangUp())
    return tape.frames


def tools(tape: Tape) -> None:
    for call_id, name, asked, result in (
        ("c-1a", "lookup_appointment", {"id": "A-17"}, {"day": "Tuesday"}),
        ("c-2b", "reschedule", {"id": "A-17", "day": "Thursday"}, {"ok": True}),
    ):
        arguments: dict[str, Json] = dict(asked)
        tape.say(signals.ToolCall(call_id, name, arguments))
        tape.wait(60)
        tape.act(acts.Answer(call_id, name, dict(result)))
        tape.say(signals.ToolResult(call_id, name, dict(result)))
    tape.say(signals.ToolCall("c-3c", "cancel_appointment", {"id": "A-17"}))
    tape.act(acts.Answer("c-3c", "cancel_appointment", None, "the calendar is read-only"))
    tape.say(signals.ToolResult("c-3c", "cancel_appointment", None, "the calendar is read-only"))
