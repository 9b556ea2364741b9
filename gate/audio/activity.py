"""Where speech is in a piece of audio, found afterwards, with the whole of it in hand. Pure; knows no words.

Theory of operation. The power is taken every 2 ms in three ways: of the sound, of the sound without its low notes (the
difference of samples 1/16 ms apart: a street is loud there where speech is not) and without its high ones (the mean of
0.5 ms: a vowel stands out of hiss). Whichever shows the most counts.
First, islands that are speech beyond doubt: frames of 10 ms that rise far above the quiet of some seconds around them.
How far depends on the range between quiet and loud there: 9 to 30 dB (`ENTER_*`). So a steady room tone, comfort noise
or a tone is never speech, however loud; one of -40 dBFS hides words softer than -31 dBFS. Islands under 60 ms (a key, a
click) are dropped and gaps under 300 ms bridged.
Then each outer edge is moved outwards to where the sound parts from the noise next to it: to the hop up to which the
evidence adds up to most, the evidence of a hop being its log likelihood ratio under noise S times as loud (the CUSUM
rule for a change of variance), limited so that one click cannot outweigh a silence. The noise is measured within 300 ms
beyond the edge, and is nowhere taken to be quieter than 46 dB below the speech, nor than -72 dBFS.

Where it breaks down. Voices in the background are speech: at 20 dB below it they are mostly left out, at 10 dB they are
not. Soft sounds at the edge of a word (f, h, a dying vowel) are lost in noise that is louder than they are: at 5 dB the
median error grows to 15-30 ms. A word of under 60 ms is not found, nor is speech that never pauses for breath told from
its own quiet. There is no speech in less than 10 ms."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gate.audio.pcm import FULL_SCALE, Samples

Powers = NDArray[np.float32]
Levels = NDArray[np.float64]

HOP_MS: Final = 2
HOPS: Final = 5  # to a frame of 10 ms
HOPS_AT_ONCE: Final = 4096
QUIETEST_DBFS: Final = -72.0
RANGE_DB: Final = 46.0
S: Final = 1.4
BURST: Final = 2.0
CLICK: Final = 4.0
WINDOW_FRAMES: Final = 200
QUIET_AND_LOUD: Final = (0.15, 0.95)
ENTER_SHARE: Final = 0.65
ENTER_DB: Final = (9.0, 30.0)
STAY_SHARE: Final = 0.6
SHORTEST_FRAMES: Final = 6
BRIDGE_FRAMES: Final = 30
NEAR_HOPS: Final = 150
SETTLED_HOPS: Final = 10
MOST_EVIDENCE: Final = 2.0


@dataclass(frozen=True, slots=True)
class SpeechSpan:
    """From its first sample to the one after its last."""

    start: int
    end: int


def speech_spans(values: Samples, rate_hz: int) -> tuple[SpeechSpan, ...]:
    """int16[n] to the stretches of speech in order, with pauses under 300 ms inside; edges are whole hops of 2 ms."""
    size = rate_hz * HOP_MS // 1000
    hops = _powers(values, size, max(1, round(rate_hz / 16_000)))
    count = hops.shape[1] // HOPS
    if not count:
        return ()
    frames = hops[:, : count * HOPS].reshape(3, count, HOPS).mean(axis=2)
    groups = _joined(_islands(frames), BRIDGE_FRAMES)
    edges = []
    for i, (first, last) in enumerate(groups):
        after = groups[i - 1][1] if i else 0
        before = groups[i + 1][0] if i + 1 < len(groups) else count
        top = _ranked(np.sort(frames[:, first:last]), 0.9)
        quietest = np.maximum(10 ** (QUIETEST_DBFS / 10), top * 10 ** (-RANGE_DB / 10))
        start = first * HOPS - _beyond(hops[:, after * HOPS : (first + 1) * HOPS][:, ::-1], quietest)
        end = last * HOPS + _beyond(hops[:, (last - 1) * HOPS : before * HOPS], quietest)
        edges.append((start, end))
    return tuple(SpeechSpan(start * size, end * size) for start, end in _joined(edges, 1))


def _powers(values: Samples, size: int, lag: int) -> Powers:
    """float32[3, hops], full scale is 1: of the sound, without its low notes, and without its high ones."""
    count = len(values) // size
    box = max(1, size // 4)
    out: Powers = np.empty((3, count), np.float32)
    for a in range(0, count, HOPS_AT_ONCE):
        b = min(a + HOPS_AT_ONCE, count)
        back = min(lag, a * size)
        part = values[a * size - back : b * size].astype(np.float32)
        plain = part[back:].reshape(-1, size)
        steps = np.zeros(len(part) - back, np.float32)
        steps[lag - back :] = part[lag:] - part[:-lag]
        np.einsum("ij,ij->i", plain, plain, out=out[0, a:b])
        np.einsum("ij,ij->i", *2 * [steps.reshape(-1, size)], out=out[1, a:b])
        low = plain[:, : 4 * box].reshape(b - a, 4, box).sum(axis=2)
        np.einsum("ij,ij->i", low, low, out=out[2, a:b])
    out[2] *= size / (4 * box * box)
    return out / np.float32(size * FULL_SCALE**2)


def _islands(frames: Powers) -> list[tuple[int, int]]:
    """Stretches of frames [first, last) that are speech beyond doubt: above the level to enter once at least, above
    STAY_SHARE of it all through."""
    excess = np.full(frames.shape[1], -np.inf)
    for levels in 10 * np.log10(np.maximum(frames, 1e-12)):
        quiet, loud = _range(levels)
        quiet = np.maximum(quiet, QUIETEST_DBFS)
        enter = np.clip(ENTER_SHARE * (loud - quiet), *ENTER_DB)
        excess = np.maximum(excess, (levels - quiet) / enter)
    stays = np.concatenate([[False], excess > STAY_SHARE, [False]])
    edges = np.flatnonzero(stays[1:] != stays[:-1]).tolist()
    found = zip(edges[::2], edges[1::2], strict=True)
    return [(a, b) for a, b in found if b - a >= SHORTEST_FRAMES and excess[a:b].max() > 1]


def _range(levels: Levels) -> tuple[Levels, Levels]:
    """The quiet and the loud level around each frame: quantiles over 4 s, and the extremes of three such windows."""
    starts = range(0, len(levels), WINDOW_FRAMES)
    around = [levels[max(0, at - WINDOW_FRAMES // 2) : at + WINDOW_FRAMES * 3 // 2] for at in starts]
    ranked = [np.sort(part) for part in around]
    low, high = (np.pad([_ranked(part, share) for part in ranked], 1, mode="edge") for share in QUIET_AND_LOUD)
    low = np.minimum(np.minimum(low[:-2], low[1:-1]), low[2:])
    high = np.maximum(np.maximum(high[:-2], high[1:-1]), high[2:])
    return np.repeat(low, WINDOW_FRAMES)[: len(levels)], np.repeat(high, WINDOW_FRAMES)[: len(levels)]


def _joined(stretches: list[tuple[int, int]], nearer_than: int) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for first, last in stretches:
        if joined and first - joined[-1][1] < nearer_than:
            joined[-1] = joined[-1][0], last
        else:
            joined.append((first, last))
    return joined


def _beyond(hops: Powers, quietest: Levels) -> int:
    """How many hops beyond the first frame, seen from the speech outwards, belong to it still; fewer than none where
    the frame was speech in part. Measured three times: what is found to be speech is no noise the next time."""
    outside, beyond = hops[:, HOPS:], 0
    for _ in range(3):
        first = max(0, beyond) + SETTLED_HOPS
        noise = outside[:, first : first + NEAR_HOPS]
        if noise.shape[1] < SETTLED_HOPS:
            noise = outside[:, -SETTLED_HOPS:]
        if not noise.shape[1]:
            return 0
        ratio = hops[:, : HOPS + NEAR_HOPS] / np.maximum(_steady(noise), quietest)[:, None]
        evidence = np.minimum(ratio * (1 - 1 / S) - np.log(S), MOST_EVIDENCE).sum(axis=0)
        beyond = int(np.argmax(np.cumsum(evidence))) + 1 - HOPS
    return beyond


def _steady(noise: Powers) -> Levels:
    """Its mean power, without single clicks; or, where bursts are a part of it, half of theirs."""
    ranked = np.sort(noise)
    mean = np.minimum(ranked, CLICK * _ranked(ranked, 0.5)[:, None]).mean(axis=1, dtype=np.float64)
    return np.asarray(np.maximum(mean, _ranked(ranked, 0.95) / BURST), np.float64)


def _ranked(values: Levels | Powers, share: float) -> Levels:
    """The quantile of values that are sorted along their last axis: numpy's own takes ten times as long."""
    at = share * (values.shape[-1] - 1)
    below = int(at)
    above = min(below + 1, values.shape[-1] - 1)
    return np.asarray(values[..., below] + (at - below) * (values[..., above] - values[..., below]), np.float64)
