"""What the caller heard of the agent: an answer, audible, after the question and not inside it, and soon. Pure."""

from dataclasses import dataclass
from typing import ClassVar

from gate.audio.pcm import level_dbfs, samples
from gate.audio.playback import AUDIBLE_DBFS
from gate.checks.answer import Answer, failed, passed, unknown
from gate.checks.view import Turn, View
from gate.core.findings import Blame, Layer
from gate.core.signals import AudioOut

LATE_MS = 20.0
STOP_GAP_MS = 1_000.0


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
class Interrupted:
    """The agent is audible when the caller interrupts with this turn, and falls silent within this time."""

    CHECK: ClassVar[str] = "interrupted"
    turn: int
    within_ms: float


@dataclass(frozen=True, slots=True)
class StaysQuiet:
    """Nothing audible comes from the agent in the whole call: what was played was no speech."""

    CHECK: ClassVar[str] = "noise-ignored"


def answered(view: View, params: Answered) -> Answer:
    expected = f"an audible answer (above {AUDIBLE_DBFS:g} dBFS) after the caller's words"
    turn = view.turn(params.turn)
    if turn is None:
        return _not_spoken(view, Layer.OUTPUT, expected)
    limit_ns = view.turn_limit_ns(params.turn)
    sounds = view.sounds(turn.end_ns, limit_ns)
    if sounds:
        after_ms = (sounds[0][0] - turn.end_ns) / 1e6
        return passed(Layer.OUTPUT, expected, f"audible {after_ms:.0f} ms after the caller's last word", at=turn.at)
    silent = [h for h in view.received if isinstance(h.signal, AudioOut) and turn.end_ns <= h.t_ns < limit_ns]
    if silent:
        pcm = b"".join(h.signal.pcm for h in silent if isinstance(h.signal, AudioOut))
        actual = (
            f"{len(silent)} audio frames came and nothing in them can be heard ({level_dbfs(samples(pcm)):.0f} dBFS)"
        )
        next_action = "listen to agent.wav; check the speech synthesis and the audio format"
        return view.missing(Layer.OUTPUT, expected, actual, next_action, (*turn.at, silent[0].frame))
    layer = view.layer_of_silence(params.turn, Layer.OUTPUT)
    if layer is Layer.INPUT:
        actual = "no transcript of the caller's words came, and no answer"
        next_action = "check sample rate, encoding, chunk size and the speech recogniser; compare with caller.wav"
    else:
        actual = "no audio came"
        next_action = "check the session's modalities, the response trigger and the speech synthesis"
    return view.missing(layer, expected, actual, next_action, turn.at)


def not_cut_short(view: View, params: NotCutShort) -> Answer:
    expected = "the agent does not begin to speak before the caller has finished"
    turn = view.turn(params.turn)
    if turn is None:
        return _not_spoken(view, Layer.INPUT, expected)
    talking = view.playback.audible_at(turn.start_ns)
    sounds = [] if talking else view.sounds(turn.start_ns, turn.end_ns)
    if sounds:
        early_ms = (turn.end_ns - sounds[0][0]) / 1e6
        actual = f"it spoke {early_ms:.0f} ms before the caller's last word"
        next_action = "check the end-of-turn detection: a pause in mid-sentence is no end of a turn"
        return failed(Layer.INPUT, expected, actual, next_action, at=turn.at)
    return passed(Layer.INPUT, expected, at=turn.at)


def first_audio(view: View, params: FirstAudio) -> Answer:
    expected = f"first audible sample within {params.within_ms:g} ms of the caller's last speech sample"
    turn = view.turn(params.turn)
    if turn is None:
        return _not_spoken(view, Layer.OUTPUT, expected)
    sounds = view.sounds(turn.end_ns, view.turn_limit_ns(params.turn))
    if not sounds:
        layer = view.layer_of_silence(params.turn, Layer.OUTPUT)
        return view.missing(layer, expected, "nothing audible came", "see the finding on the answer itself", turn.at)
    late_ms = _own_lateness_ms(view, turn)
    latency_ms = (sounds[0][0] - turn.end_ns) / 1e6
    actual = f"{latency_ms:.0f} ms"
    if late_ms > LATE_MS:
        actual = f"{actual}, but the gate itself was {late_ms:.0f} ms late with the caller's audio"
        return unknown(Layer.OUTPUT, expected, actual, "run with fewer --jobs, or on a quieter machine", at=turn.at,
                       blame=Blame.ENVIRONMENT)  # fmt: skip
    if latency_ms <= params.within_ms:
        return passed(Layer.OUTPUT, expected, actual, at=turn.at)
    next_action = "look at the agent's own trace for this turn: end-of-turn delay, model, tools, first synthesis"
    return failed(Layer.OUTPUT, expected, actual, next_action, at=turn.at)


def interrupted(view: View, params: Interrupted) -> Answer:
    expected = f"the agent falls silent within {params.within_ms:g} ms of the interruption"
    turn = view.turn(params.turn)
    if turn is None:
        return _not_spoken(view, Layer.OUTPUT, expected)
    if not view.playback.audible_at(turn.start_ns) and not view.sounds(turn.start_ns - 500_000_000, turn.start_ns):
        actual = "the agent was not audible when the caller interrupted, so nothing was interrupted"
        return unknown(
            Layer.OUTPUT, expected, actual, "use a clip that makes the agent speak for some seconds", at=turn.at
        )
    stop_ns = _stopped_ns(view, turn)
    stop_ms = (stop_ns - turn.start_ns) / 1e6
    if stop_ms <= params.within_ms:
        return passed(Layer.OUTPUT, expected, f"silent after {max(0.0, stop_ms):.0f} ms", at=turn.at)
    next_action = "check that speech of the caller cancels the response and clears what was not yet played"
    layer = view.layer_of_silence(params.turn, Layer.OUTPUT)
    return failed(layer, expected, f"still audible after {stop_ms:.0f} ms", next_action, at=turn.at)


def _stopped_ns(view: View, turn: Turn) -> int:
    """When the sound that was interrupted ended: at the first silence of a second or more."""
    stopped_ns = turn.start_ns
    for start_ns, end_ns in view.sounds(turn.start_ns - 500_000_000, 2**63):
        if start_ns - stopped_ns > STOP_GAP_MS * 1e6:
            break
        stopped_ns = max(stopped_ns, end_ns)
    return stopped_ns


def noise_ignored(view: View, params: StaysQuiet) -> Answer:
    expected = "no answer to what is no speech"
    sounds = view.sounds(0, 2**63)
    if sounds:
        audio = view.first(AudioOut)
        next_action = "check the voice activity detection: noise alone starts a turn"
        at = (audio.frame,) if audio else ()
        return failed(Layer.INPUT, expected, "the agent spoke", next_action, at=at)
    return passed(Layer.INPUT, expected) if view.whole else view.unproven(Layer.INPUT, expected)


def _own_lateness_ms(view: View, turn: Turn) -> float:
    """How late the gate sent the caller's frames of this turn, at worst."""
    spoken = (f for f in view.recording.frames if f.call == view.call and turn.at[0] <= f.index <= turn.at[1])
    return max(((frame.t_ns - frame.due_ns) / 1e6 for frame in spoken if frame.due_ns is not None), default=0.0)


def _not_spoken(view: View, layer: Layer, expected: str) -> Answer:
    actual = "the caller did not get to this turn: an earlier wait ran out" if view.notes("expired") else "never spoken"
    return unknown(layer, expected, actual, "see this case's other findings")
