"""Whether the agent's speech is sound: loud enough, not clipped, whole, and in the order in which it was spoken.

What might be the voice's own is no defect, so a pass says that nothing certain was found."""

from dataclasses import dataclass
from typing import ClassVar

from gate.checks.answer import Answer, failed, passed
from gate.checks.view import View
from gate.core.findings import Layer
from gate.measures.listening import Sound

NO_SPEECH = "the agent said nothing in this call"
BROKEN_OFF = "listen to agent.wav there; check the synthesis, the buffers and the line between them"


@dataclass(frozen=True, slots=True)
class LoudEnough:
    """Each answer's speech has at least this level (RMS over its active frames)."""

    CHECK: ClassVar[str] = "level"
    least_dbfs: float = -40.0


@dataclass(frozen=True, slots=True)
class Unclipped:
    """At most this share of the loudest peaks of each answer is flat."""

    CHECK: ClassVar[str] = "clipping"
    most: float = 0.25


@dataclass(frozen=True, slots=True)
class WithoutHoles:
    """No answer has holes of next to nothing in the middle of speech: `most` of them are forgiven."""

    CHECK: ClassVar[str] = "dropouts"
    most: int = 1


@dataclass(frozen=True, slots=True)
class WholeWords:
    """No answer begins or ends in the middle of a word."""

    CHECK: ClassVar[str] = "whole-words"


@dataclass(frozen=True, slots=True)
class InOrder:
    """The chunks of each answer follow one another as they were spoken: none missing, swapped or sent twice."""

    CHECK: ClassVar[str] = "chunk-order"


def loud_enough(view: View, params: LoudEnough) -> Answer:
    expected = f"speech of at least {params.least_dbfs:g} dBFS"
    levels = [(one.level.speech_dbfs, one) for one in view.sounds if one.level.speech_dbfs is not None]
    if not levels:
        return _fine(view, expected, NO_SPEECH)
    quietest, sound = min(levels, key=lambda pair: pair[0])
    actual = f"{quietest:.0f} dBFS"
    if quietest >= params.least_dbfs:
        return _fine(view, expected, actual)
    next_action = "check the gain behind the synthesis, and that samples are not scaled twice"
    return failed(Layer.OUTPUT, expected, actual, next_action, at=sound.utterance.frame_range)


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
    expected = f"at most {params.most} hole of silence in the middle of speech"
    holes = [(one, hole.start, hole.end) for one in view.sounds for hole in one.holes]
    if len(holes) <= params.most:
        return _fine(view, expected, f"{len(holes)}" if holes else "none")
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


def _fine(view: View, expected: str, actual: str) -> Answer:
    """These are claims of every answer: over a call without any they hold, and whether it should have had one is
    asked elsewhere."""
    return passed(Layer.OUTPUT, expected, actual) if view.watched else view.unproven(Layer.OUTPUT, expected)


def _where(sound: Sound, sample: int) -> str:
    return f"{sample * 1000 / sound.utterance.rate_hz:.0f} ms into it"
