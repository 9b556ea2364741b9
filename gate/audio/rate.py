"""Whether speech plays at the rate it was made at, told from the sound alone. Pure; knows no clip and no agent.

Theory of operation. Samples that are played at the wrong rate are stretched by one factor in everything: the period
of the voice, the resonances of the mouth, the pace at which they change. Each may vary between people, but not all
together and not by much. So for each ratio of played to true rate the stretching is undone, and a few numbers are taken
from the first 4 kHz of what comes out, the band that every telephone has. The score of a ratio says how much those
numbers are like those of people who speak; the verdict compares the best score with that of the rate as labelled.

The score is the sum over TRAITS of linear * z + square * z^2, with z how many spreads a trait is off its usual value,
at most 4: a conditional logit model (McFadden 1974) with 14 weights. They were fitted by Newton's method, ridge 0.001,
on 3034 examples of 220 voices: telephone prompts in five languages, read speech, and four kinds of synthesizer; clean,
or with noise at 15 to 25 dB, mu-law, a telephone's band, 3 dB an octave of tilt, clipping, or at a very low level. SURE
was then set above the highest margin of right audio that is SPEECHLIKE, 4.6 nats, on these and on 136 other voices."""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from gate.audio.pcm import Samples
from gate.audio.syllables import syllables
from gate.audio.traits import hear

Floats = NDArray[np.float64]
Verdict = Literal["right", "wrong", "undecided"]

RATIOS: Final = ((1, 3), (1, 2), (2, 3), (1, 1), (3, 2), (2, 1), (3, 1))
AS_LABELLED: Final = RATIOS.index((1, 1))


@dataclass(frozen=True, slots=True)
class Trait:
    """What a number usually is at the right rate, how far it spreads, and what being off it by z spreads adds."""

    usual: float
    spread: float
    linear: float
    square: float


TRAITS: Final = {
    "clarity": Trait(0.76, 0.14, 0.48, -0.30),  # median height of the pitch peak, of pitches that people have
    "slope": Trait(26.78, 12.42, -0.77, -0.52),  # mean of cepstrum 1
    "hump": Trait(11.63, 7.00, 1.49, -0.66),  # mean of cepstrum 2
    "ripple": Trait(2.85, 5.10, 0.81, -0.43),  # mean of cepstrum 3
    "change": Trait(-0.61, 0.16, 0.09, -0.62),  # log2 of the timbre's change within 40 ms, against its spread
    "hump_spread": Trait(3.97, 0.36, 2.65, -0.07),  # log2 of the standard deviation of cepstrum 2
    "ripple_spread": Trait(3.51, 0.41, 1.35, -0.06),  # log2 of the standard deviation of cepstrum 3
}
PACE: Final = Trait(2.42, 0.27, 0.0, -0.5)
"""log2 of syllables a second of active speech, of 338 synthesised examples. What an agent says that it said need not be
all that was heard, so it may add or take PACE_MOST nats and no more."""
PACE_MOST: Final = 3.0
MOST_SPREADS: Final = 4.0

SURE: Final = 5.5
"""Nats by which another ratio must beat the labelled one."""
QUITE_RIGHT: Final = 2.0
"""Nats by which the labelled ratio must beat every other."""
SPEECHLIKE: Final = -12.0
"""Speech scores above this at its own rate, 95 times in 100. Noise and tones do not; music and barking sometimes do."""

SHORTEST_S: Final = 1.5
LONGEST_S: Final = 20.0
ACTIVE_DB: Final = 30.0
FRAME_MS: Final = 20
NEAR_FRAMES: Final = 10


@dataclass(frozen=True, slots=True)
class RateEvidence:
    """As played, not as corrected. `pitch_hz` is the median over voiced frames, 0 where there is no voice;
    `bandwidth_hz` is the frequency that 99.9 % of the energy lies below; `scores` are nats, one for each of RATIOS."""

    active_s: float
    pitch_hz: float
    syllables_per_s: float
    spoken_syllables_per_s: float | None
    bandwidth_hz: float
    traits: dict[str, float]
    scores: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class RateEstimate:
    """`ratio` is the likeliest played rate over true rate, `confidence` its share of the likelihood of all ratios (0 to
    1), `margin` the nats by which it beats the labelled rate, negative where the labelled rate beats all others."""

    verdict: Verdict
    ratio: float
    confidence: float
    margin: float
    evidence: RateEvidence


def speech_rate(values: Samples, rate_hz: int, words: str | None = None) -> RateEstimate:
    """int16[n], the rate it is played at, and what the agent says that it said. Hears the first 20 s of active speech;
    undecided below 1.5 s, and wherever no ratio makes it sound like speech."""
    active, whole_s = _active(values, rate_hz)
    active_s = min(whole_s, LONGEST_S)
    if active_s < SHORTEST_S:
        evidence = RateEvidence(active_s, 0.0, 0.0, None, 0.0, {}, (0.0,) * len(RATIOS))
        return RateEstimate("undecided", 1.0, 1 / len(RATIOS), 0.0, evidence)
    heard = [hear(active[: int(LONGEST_S * rate_hz * true / played)], rate_hz, played, true) for played, true in RATIOS]
    scores = np.array([_score(each.traits) for each in heard])
    spoken = syllables(words or "") / whole_s
    if spoken:
        scores += _pace(spoken)
    best = int(np.argmax(scores))
    played, true = RATIOS[best]
    evidence = RateEvidence(
        active_s=active_s,
        pitch_hz=heard[best].pitch_hz * played / true,
        syllables_per_s=heard[best].nuclei_per_s * played / true,
        spoken_syllables_per_s=spoken or None,
        bandwidth_hz=_bandwidth_hz(active, rate_hz),
        traits=heard[AS_LABELLED].traits,
        scores=tuple(round(float(score), 2) for score in scores),
    )
    margin = float(scores[best] - scores[AS_LABELLED])
    if best == AS_LABELLED:
        margin = float(np.delete(scores, best).max() - scores[best])
    shares = np.exp(scores - scores[best])
    speechlike = bool(scores[best] >= SPEECHLIKE)
    return RateEstimate(_verdict(margin, speechlike), played / true, float(1 / shares.sum()), margin, evidence)


def _verdict(margin: float, speechlike: bool) -> Verdict:
    if speechlike and margin > SURE:
        return "wrong"
    return "right" if speechlike and margin < -QUITE_RIGHT else "undecided"


def _score(traits: dict[str, float]) -> float:
    total = 0.0
    for name, trait in TRAITS.items():
        z = max(-MOST_SPREADS, min(MOST_SPREADS, (traits[name] - trait.usual) / trait.spread))
        total += trait.linear * z + trait.square * z * z
    return total


def _pace(spoken: float) -> Floats:
    """Nats for each of RATIOS, the best of them 0."""
    true = np.log2([spoken * true / played for played, true in RATIOS])
    nats = PACE.square * np.square((true - PACE.usual) / PACE.spread)
    return np.asarray(np.maximum(nats - nats.max(), -PACE_MOST))


def _active(values: Samples, rate_hz: int) -> tuple[Samples, float]:
    """The loud frames (within 30 dB of the loudest twentieth) and 200 ms around them, joined, up to 20 s of loud ones;
    and how many seconds of all frames are loud."""
    size = rate_hz * FRAME_MS // 1000
    count = len(values) // size if size else 0
    if not count:
        return values[:0], 0.0
    frames = values[: count * size].reshape(count, size)
    level_db = 10 * np.log10(np.einsum("ij,ij->i", frames, frames, dtype=np.float64) / size + 1e-3)
    if level_db.max() < 0.0:
        return values[:0], 0.0
    loud = level_db > np.percentile(level_db, 95) - ACTIVE_DB
    kept = np.flatnonzero(np.convolve(loud, np.ones(2 * NEAR_FRAMES + 1))[NEAR_FRAMES : NEAR_FRAMES + count] > 0)
    seconds = np.cumsum(loud[kept]) * FRAME_MS / 1000
    kept = kept[: int(np.searchsorted(seconds, LONGEST_S)) + 1]
    return frames[kept].ravel(), float(seconds[-1])


def _bandwidth_hz(active: Samples, rate_hz: int) -> float:
    power = np.square(np.abs(np.fft.rfft(active[: int(LONGEST_S * rate_hz)])))
    below = np.cumsum(power) / max(float(power.sum()), 1e-9)
    return float(np.searchsorted(below, 0.999) * rate_hz / 2 / len(power))
