"""Numbers of how the agent sounds, over everything that it sent in a call, whatever of it was heard. Pure."""

from collections.abc import Iterator

from gate.core.measurement import Measurement, Unit
from gate.measures.facts import Facts

LEVEL = "RMS over the frames of speech of each answer, 10 ms each, within 25 dB of its loudest; the quietest answer"
PEAK = "the largest sample against full scale"
CLIPPED = "of the peaks near an answer's loudest level, the share with a flat top; the worst answer"
HOLES = "5 to 200 ms of next to nothing between sudden edges, two or more of them on one grid of 10 ms, as packets are"
CUTS = "answers whose first or last sound stands at full voice beside nothing; those that were interrupted, first only"
MISFITS = "joints of two messages over which the sound cannot be foretold, neither forwards nor backwards"
REPEATS = "messages that equal the one before them sample by sample"

RATE = "played rate over true rate: which of 1/3, 1/2, 2/3, 1, 3/2, 2, 3 makes the audio sound like a person"


def sounds(facts: Facts) -> Iterator[Measurement]:
    """Nothing where no audio came; no level where none of it was speech."""
    found = facts.sounds
    if not found:
        return

    def number(name: str, unit: Unit, value: float, off: float, basis: str, *at: int) -> Measurement:
        return Measurement(name, unit, value, off, basis, call=facts.call, at=at)

    levels = [one.level.speech_dbfs for one in found if one.level.speech_dbfs is not None]
    if levels:
        yield number("speech_level", "dBFS", min(levels), 0.5, LEVEL)
    yield number("peak", "dBFS", max(one.level.peak_dbfs for one in found), 0.0, PEAK)
    yield number("clipped", "ratio", max(one.clipping.share for one in found), 0.0, CLIPPED)
    holes = [frame for one in found for hole in one.holes for frame in one.frames(hole.start)]
    yield number("dropouts", "count", sum(len(one.holes) for one in found), 0.0, HOLES, *holes)
    cuts = sum((one.edges.start is not None) + (one.edges.end is not None) for one in found)
    yield number("cut_words", "count", cuts, 0.0, CUTS)
    misfits = [frame for one in found for joint in one.joints.misfits for frame in one.frames(joint.at)]
    yield number("misfits", "count", len(misfits), 0.0, MISFITS, *misfits)
    if facts.rate is not None and facts.rate.verdict != "undecided":
        yield number("speech_rate_ratio", "ratio", facts.rate.ratio, 0.0, RATE)
    yield number("repeats", "count", sum(len(one.repeats) for one in found), 0.0, REPEATS)
