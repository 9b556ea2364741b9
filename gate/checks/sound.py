"""Whether the agent's speech is sound: loud enough, not clipped, whole, and in the order in which it was spoken.

What might be the voice's own is no defect, so a pass says that nothing certain was found."""

from dataclasses import dataclass
from typing import ClassVar

from gate.checks.answer import SPEAK_LONGER, Answer, failed, passed, unknown, unproven_here
from gate.checks.view import View
from gate.core.findings import Layer
from gate.measures.listening import Sound, voicing

LONG_ENOUGH_S = 1.0
MANY_FRAMES = 75
NO_SPEECH = "the agent said nothing in this call"
BROKEN_OFF = "listen to agent.wav there; check the synthesis, the buffers and the line between them"


@dataclass(frozen=True, slots=True)
class LoudEnough:
    """Each answer's speech has at least this level (RMS over its active frames)."""

    CHECK: ClassVar[str] = "level"
    least_dbfs: float = -40.0


@dataclass(frozen=True, slots=True)
class Voiced:
    """At least this share of what is loud repeats itself with a pitch: it is no hiss."""

    CHECK: ClassVar[str] = "voiced"
    least: float = 0.08


@dataclass(frozen=True, slots=True)
class Unclipped:
    """At most this share of the loudest peaks of each answer is flat."""

    CHECK: ClassVar[str] = "clipping"
    most: float = 0.25


@dataclass(frozen=True, slots=True)
class WithoutHoles:
    """No answer has holes in the middle of speech, as lost packets leave them."""

    CHECK: ClassVar[str] = "dropouts"


@dataclass(frozen=True, slots=True)
class WholeWords:
    """No answer begins or ends in the middle of a word."""

    CHECK: ClassVar[str] = "whole-words"


@dataclass(frozen=True, slots=True)
class InOrder:
    """The chunks of each answer follow one another as they were spoken: none missing, swapped or sent twice."""

    CHECK: ClassVar[str] = "chunk-order"


@dataclass(frozen=True, slots=True)
class RightRate:
    """The speech plays at the rate at which it was made: neither slow and deep nor fast and high."""

    CHECK: ClassVar[str] = "speech-rate"


def loud_enough(view: View, params: LoudEnough) -> Answer:
    expected = f"speech of at least {params.least_dbfs:g} dBFS"
    levels = [(one.level.speech_dbfs, one) for one in view.sounds if one.level.speech_dbfs is not None]
    heard_s = sum((end - start) / 1e9 for start, end in view.playback.sounds_after(0))
    if not levels and heard_s >= LONG_ENOUGH_S:
        actual = f"{heard_s:.0f} s of sound, and no speech in it"
        return unknown(Layer.OUTPUT, expected, actual, "listen to agent.wav: is this what the agent should say?")
    if not levels:
        return _fine(view, expected, NO_SPEECH)
    quietest, sound = min(levels, key=lambda pair: pair[0])
    actual = f"{quietest:.0f} dBFS"
    if quietest >= params.least_dbfs:
        return _fine(view, expected, actual)
    next_action = "check the gain behind the synthesis, and that samples are not scaled twice"
    return failed(Layer.OUTPUT, expected, actual, next_action, at=sound.utterance.frame_range)


def voiced(view: View, params: Voiced) -> Answer:
    expected = f"a voice in at least {params.least:.0%} of what is loud"
    if not view.sounds:
        return _fine(view, expected, NO_SPEECH)
    found = voicing(view.sounds)
    if found.frames < MANY_FRAMES or found.share >= params.least:
        return _fine(view, expected, f"{found.share:.0%}" if found.frames else "")
    actual = f"{found.share:.0%} of {found.frames * 20 / 1000:.0f} s: this is hiss, and no voice"
    next_action = "listen to agent.wav; check the encoding (mu-law or PCM), the byte order and what is sent as audio"
    return failed(Layer.OUTPUT, expected, actual, next_action, at=view.sounds[0].utterance.frame_range)


def unclipped(view: View, params: Unclipped) -> Answer:
    expected = f"at most {params.most:.0%} of the loudest peaks cut off flat"
    if not view.sounds:
        return _fine(view, expected, NO_SPEECH)
    worst = max(view.sounds, key=lambda one: one.clipping.share)
    found = worst.clipping
    actual = f"{found.share:.0%}: {len(found.runs)} flat peaks, at {found.ceiling_dbfs:.1f} dBFS"
    if found.share <= params.most:
        return _fine(view, expected, actual if found.runs else "none")
    next_action = "lower the gain before the sound is made 16 bit, or use a limiter"
    return failed(Layer.OUTPUT, expected, actual, next_action, at=worst.frames(found.runs[0][0]))


def without_holes(view: View, params: WithoutHoles) -> Answer:
    expected = "no holes of lost packets in the middle of speech"
    holes = [(one, hole.start, hole.end) for one in view.sounds for hole in one.holes]
    if not holes:
        return _fine(view, expected, "none")
    longest_ms = max((end - start) * 1000 / one.utterance.rate_hz for one, start, end in holes)
    actual = f"{len(holes)} holes, the longest of {longest_ms:.0f} ms; the first {_where(*holes[0][:2])}"
    at = [frame for one, start, _ in holes for frame in one.frames(start)]
    return failed(Layer.OUTPUT, expected, actual, BROKEN_OFF, at=tuple(dict.fromkeys(at)))


def whole_words(view: View, params: WholeWords) -> Answer:
    expected = "answers that begin and end with whole words"
    cuts = [(one, at, word) for one in view.sounds
            for at, word in ((one.edges.start, "begins"), (one.edges.end, "ends")) if at is not None]  # fmt: skip
    if not cuts:
        return _fine(view, expected, "")
    one, at, word = cuts[0]
    many = f", and {len(cuts) - 1} more" if len(cuts) > 1 else ""
    actual = f"an answer {word} at full voice, in the middle of a sound, {_where(one, at)}{many}"
    lines = [frame for sound, sample, _ in cuts for frame in sound.frames(max(0, sample - 1))]
    next_action = "check what is sent before the line is open, and what is dropped when a response ends"
    return failed(Layer.OUTPUT, expected, actual, next_action, at=tuple(dict.fromkeys(lines)))


def in_order(view: View, params: InOrder) -> Answer:
    expected = "chunks that follow one another as they were spoken"
    twice = [(one, again.start) for one in view.sounds for again in one.repeats]
    misfits = [(one, joint.at) for one in view.sounds for joint in one.joints.misfits]
    wrong = twice or misfits
    if not wrong:
        return _fine(view, expected, f"{sum(one.joints.heard for one in view.sounds)} joints in mid-sound, all fit")
    if twice:
        times = "a chunk is" if len(twice) == 1 else f"{len(twice)} chunks are"
        actual = f"{times} sent twice, sample by sample, the first {_where(*twice[0])}"
    else:
        actual = f"{len(misfits)} chunks do not continue the one before them, the first {_where(*misfits[0])}"
    at = [frame for one, sample in wrong for frame in one.frames(sample)]
    next_action = "check the queue between synthesis and socket: retries, two writers, chunks handled at the same time"
    return failed(Layer.OUTPUT, expected, actual, next_action, at=tuple(dict.fromkeys(at)))


def right_rate(view: View, params: RightRate) -> Answer:
    expected = "speech that plays at the rate at which it was made"
    found = view.rate
    if found is None:
        return _fine(view, expected, NO_SPEECH)
    heard = found.evidence
    if found.verdict == "undecided":
        actual = f"{heard.active_s:.1f} s of speech do not tell"
        return unproven_here(Layer.OUTPUT, expected, actual, SPEAK_LONGER)
    pitch = f"voice at {heard.pitch_hz:.0f} Hz, {heard.syllables_per_s:.1f} syllables a second"
    if found.verdict == "right":
        return _fine(view, expected, pitch)
    sound = view.sounds[0].utterance
    true_hz, manner = sound.rate_hz / found.ratio, "slow and deep" if found.ratio < 1 else "fast and high"
    actual = f"{manner} ({pitch}): it sounds like {true_hz:.0f} Hz played at {sound.rate_hz} Hz"
    next_action = "compare the rate of the synthesis with the one that the wire or the manifest says"
    return failed(Layer.OUTPUT, expected, actual, next_action, at=sound.frame_range)


def _fine(view: View, expected: str, actual: str) -> Answer:
    """These are claims of every answer: over a call without any they hold, and whether it should have had one is
    asked elsewhere."""
    return passed(Layer.OUTPUT, expected, actual) if view.watched else view.unproven(Layer.OUTPUT, expected)


def _where(sound: Sound, sample: int) -> str:
    return f"{sample * 1000 / sound.utterance.rate_hz:.0f} ms into it"
