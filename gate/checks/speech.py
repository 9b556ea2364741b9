"""What the caller heard of the agent: an answer, audible, after the question and not inside it, and soon. Pure."""

from dataclasses import dataclass
from typing import ClassVar

from gate.audio.pcm import level_dbfs, samples
from gate.audio.playback import AUDIBLE_DBFS
from gate.checks.answer import Answer, failed, gate_late, passed, unknown
from gate.checks.view import LATE_MS, View
from gate.core.findings import Layer
from gate.core.signals import AudioOut, SpeechStarted, Violation
from gate.measures.facts import Turn
from gate.measures.latency import first_audible

BREATH_MS = 200.0


@dataclass(frozen=True, slots=True)
class Answered:
    """After the caller's last speech sample of this turn, and before the next turn, the agent is heard."""

    CHECK: ClassVar[str] = "answered"
    turn: int


@dataclass(frozen=True, slots=True)
class NotCutShort:
    """The agent does not start to speak between the first and the last speech sample of this turn."""

    CHECK: ClassVar[str] = "turn-respected"
    turn: int


@dataclass(frozen=True, slots=True)
class FirstAudio:
    """The first audible sample comes within this time of the caller's last speech sample."""

    CHECK: ClassVar[str] = "first-audio"
    turn: int
    within_ms: float


@dataclass(frozen=True, slots=True)
class StaysQuiet:
    """Nothing audible comes from the agent in the whole call: what was played was no speech."""

    CHECK: ClassVar[str] = "noise-ignored"


@dataclass(frozen=True, slots=True)
class HearsNothing:
    """While nothing but silence is sent, the agent hears nobody speak."""

    CHECK: ClassVar[str] = "silence-ignored"


def answered(view: View, params: Answered) -> Answer:
    expected = f"an audible answer (above {AUDIBLE_DBFS:g} dBFS) after the caller's words"
    turn = view.turn(params.turn)
    if turn is None:
        return view.not_spoken(Layer.OUTPUT, expected)
    sounds = view.answer_to(turn)
    if sounds:
        after_ms = (sounds[0][0] - turn.end_ns) / 1e6
        return passed(Layer.OUTPUT, expected, f"audible {after_ms:.0f} ms after the caller's last word", at=turn.at)
    limit_ns = view.turn_limit_ns(params.turn)
    came = [h for h in view.received if isinstance(h.signal, AudioOut) and turn.end_ns <= h.t_ns < limit_ns]
    layer = view.layer_of_silence(params.turn, Layer.OUTPUT)
    if view.playback.sounds_after(turn.end_ns) and came:
        actual = "only the rest of what the agent was saying before, and nothing new"
        next_action = "check that the agent listens while it speaks, and answers what it heard then"
        return view.missing(layer, expected, actual, next_action, turn.at)
    if came:
        pcm = b"".join(h.signal.pcm for h in came if isinstance(h.signal, AudioOut))
        actual = f"{len(came)} audio frames came and nothing in them can be heard ({level_dbfs(samples(pcm)):.0f} dBFS)"
        next_action = "listen to agent.wav; check the speech synthesis and the audio format"
        return view.missing(Layer.OUTPUT, expected, actual, next_action, (*turn.at, came[0].frame))
    broken = [h for h in view.received if isinstance(h.signal, Violation) and turn.end_ns <= h.t_ns < limit_ns]
    if broken and layer is Layer.OUTPUT and isinstance(broken[0].signal, Violation):
        actual = f"no audio came that can be read, but {len(broken)} frames of which {broken[0].signal.what}"
        next_action = "check how the audio is encoded and joined into messages"
        return view.missing(layer, expected, actual, next_action, (*turn.at, broken[0].frame))
    if layer is Layer.INPUT:
        shown = "transcript.final" in view.can.shows
        actual = "no transcript of the caller's words came, and no answer"
        actual = actual if shown else "no audio came, and nothing shows that the agent heard the caller"
        next_action = "check sample rate, encoding, chunk size and the speech recogniser; compare with caller.wav"
    else:
        actual = "no audio came"
        next_action = "check the session's modalities, the response trigger and the speech synthesis"
    return view.missing(layer, expected, actual, next_action, turn.at)


def not_cut_short(view: View, params: NotCutShort) -> Answer:
    expected = "the agent does not begin to speak before the caller has finished"
    turn = view.turn(params.turn)
    if turn is None:
        return view.not_spoken(Layer.INPUT, expected)
    begun = [(i, piece) for i, piece in enumerate(view.pieces) if _begins_within(view, i, turn)]
    if not begun:
        return passed(Layer.INPUT, expected, at=turn.at)
    number, piece = begun[0]
    early_ms = (turn.end_ns - piece.start_ns) / 1e6
    actual = f"it spoke {early_ms:.0f} ms before the caller's last word"
    first_pause_ns = turn.start_ns + round((turn.clip.segments_ms[0][1] - turn.clip.segments_ms[0][0]) * 1e6)
    if number == 0 and turn == view.turns[0] and piece.arrived_ns < first_pause_ns and len(begun) == 1:
        actual = f"{actual}; these were its first words, before any pause of the caller: a late greeting does the same"
        next_action = "let the caller wait for the greeting: put `wait: {until: quiet, for: 2s}` before its first words"
        return unknown(Layer.INPUT, expected, actual, next_action, at=(*turn.at, piece.frame))
    next_action = "check the end-of-turn detection: a pause in mid-sentence is no end of a turn"
    return failed(Layer.INPUT, expected, actual, next_action, at=(*turn.at, piece.frame))


def _begins_within(view: View, number: int, turn: Turn) -> bool:
    """Whether the agent, silent before, begins this piece between the first and the last word of the turn."""
    piece = view.pieces[number]
    silent = number == 0 or piece.start_ns - view.pieces[number - 1].end_ns >= BREATH_MS * 1e6
    return silent and piece.arrived_ns >= turn.start_ns and turn.start_ns <= piece.start_ns < turn.end_ns


def first_audio(view: View, params: FirstAudio) -> Answer:
    within_ms = params.within_ms + view.held_ms
    expected = f"first audible sample within {params.within_ms:g} ms of the caller's last speech sample"
    expected += view.over_network
    turn = view.turn(params.turn)
    if turn is None:
        return view.not_spoken(Layer.OUTPUT, expected)
    latency = first_audible(view, turn)
    if latency.value is None:
        layer = view.layer_of_silence(params.turn, Layer.OUTPUT)
        return view.missing(layer, expected, "nothing audible came", "see the finding on the answer itself", turn.at)
    late_ms = view.lateness_ms(turn.at[0], turn.at[1])
    actual = f"{latency}, before the caller had finished" if latency.value < 0 else str(latency)
    if late_ms > LATE_MS:
        return gate_late(Layer.OUTPUT, expected, actual, late_ms, at=turn.at)
    if latency.value <= within_ms:
        return passed(Layer.OUTPUT, expected, actual, at=turn.at)
    next_action = "look at the agent's own trace for this turn: end-of-turn delay, model, tools, first synthesis"
    return failed(Layer.OUTPUT, expected, actual, next_action, at=latency.at)


def noise_ignored(view: View, params: StaysQuiet) -> Answer:
    """What the agent began to say before the caller's first sound is a greeting, and no answer to it."""
    expected = "no answer to what is no speech"
    played = view.notes("play")
    if not played:
        return view.not_spoken(Layer.INPUT, expected)
    answers = [piece for piece in view.pieces if piece.arrived_ns >= played[0].t_ns]
    if answers:
        next_action = "check the voice activity detection: noise alone starts a turn"
        return failed(Layer.INPUT, expected, "the agent spoke", next_action, at=(played[0].index, answers[0].frame))
    return passed(Layer.INPUT, expected, view.watch) if view.whole else view.unproven(Layer.INPUT, expected)


def silence_ignored(view: View, params: HearsNothing) -> Answer:
    """The gate sends zeros until it plays its first clip: no room, no line and no noise is in them."""
    expected = "no start of speech while the caller has sent nothing but silence"
    played = view.notes("play")
    if not played:
        return view.not_spoken(Layer.INPUT, expected)
    started = view.first(SpeechStarted)
    if started and started.frame < played[0].index:
        next_action = "check the voice activity detection: pure silence starts a turn, and may cut the agent's words"
        actual = (
            f"{started.signal.EVENT} {(played[0].t_ns - started.t_ns) / 1e6:.0f} ms before the caller's first sound"
        )
        return failed(Layer.INPUT, expected, actual, next_action, at=(started.frame, played[0].index))
    return (
        passed(Layer.INPUT, expected, at=(played[0].index,)) if view.watched else view.unproven(Layer.INPUT, expected)
    )
