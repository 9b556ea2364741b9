from collections.abc import Sequence

import numpy as np
import pytest

from gate.audio.joints import joints, repeats
from gate.audio.pcm import Samples
from tests.audio.speech import FORMS, Form, good, greeting

RATE = 16_000


def cut(values: Samples, size: int) -> list[Samples]:
    return [values[at : at + size] for at in range(0, len(values), size)]


def met(chunks: Sequence[Samples]) -> tuple[Samples, tuple[int, ...]]:
    """The chunks as one, and where each began."""
    return np.concatenate(chunks), tuple(np.cumsum([0, *map(len, chunks[:-1])]).tolist())


def vowel(ms: int) -> Samples:
    """A voice whose pitch glides from 110 to 150 Hz: no two chunks of it are alike."""
    time_s = np.arange(ms * RATE // 1000) / RATE
    phase = 2 * np.pi * (110 * time_s + 20 / time_s[-1] * time_s**2)
    hiss = np.random.default_rng(1).standard_normal(len(time_s)) * 20
    return np.round(3_000 * np.array([np.sin(k * phase) / k for k in range(1, 20)]).sum(axis=0) + hiss).astype(np.int16)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
@pytest.mark.parametrize("chunk_ms", [60, 137.5])
def test_the_chunks_of_every_good_clip_fit_and_none_is_repeated(form: Form, chunk_ms: float) -> None:
    heard = 0
    for name, values in good(form).items():
        whole, boundaries = met(cut(values, round(form.rate_hz * chunk_ms / 1000)))
        found = joints(whole, form.rate_hz, boundaries)
        assert found.misfits == (), name
        assert repeats(whole, form.rate_hz, boundaries) == (), name
        heard += found.heard
    assert heard > 150


def test_two_swapped_chunks_leave_misfits_at_their_joints() -> None:
    chunks = cut(vowel(2_000), 1_600)
    chunks[7], chunks[8] = chunks[8], chunks[7]
    whole, boundaries = met(chunks)
    found = joints(whole, RATE, boundaries)
    assert found.heard == 19
    assert len(found.misfits) >= 2
    assert {joint.at for joint in found.misfits} <= {boundaries[7], boundaries[8], boundaries[9]}
    assert all(joint.score > 0.9 for joint in found.misfits)


def test_chunks_in_another_order_are_found_in_real_speech() -> None:
    chunks = cut(greeting(), 1_600)
    order = np.random.default_rng(3).permutation(len(chunks))
    whole, boundaries = met([chunks[i] for i in order])
    found = joints(whole, RATE, boundaries)
    assert len(found.misfits) >= 5
    assert {joint.at for joint in found.misfits} <= set(boundaries)


def test_swaps_in_real_speech_are_found_more_often_than_not() -> None:
    """Two neighbours of 100 ms, swapped where both are loud."""
    chunks = cut(greeting(), 1_600)
    loud = [i for i, chunk in enumerate(chunks) if np.square(chunk.astype(np.float64)).mean() > 1_500**2]
    places = [i for i in loud if i + 1 in loud]
    hits = 0
    for i in places:
        swapped = [*chunks[:i], chunks[i + 1], chunks[i], *chunks[i + 2 :]]
        hits += bool(joints(*_with_rate(met(swapped))).misfits)
    assert len(places) > 10
    assert hits > len(places) / 2


def _with_rate(stream: tuple[Samples, tuple[int, ...]]) -> tuple[Samples, int, tuple[int, ...]]:
    return stream[0], RATE, stream[1]


def test_a_single_jump_is_not_enough() -> None:
    chunks = cut(vowel(2_000), 1_600)
    del chunks[9]
    assert joints(*_with_rate(met(chunks))).misfits == ()


def test_joints_in_silence_or_at_the_ends_are_not_judged() -> None:
    assert joints(np.zeros(16_000, np.int16), RATE, tuple(range(0, 16_000, 320))).heard == 0
    assert joints(vowel(1_000), RATE, (0, 100, 15_900)).heard == 0
    assert joints(np.zeros(0, np.int16), RATE, ()).heard == 0
    assert joints(vowel(1_000), RATE, ()) == joints(np.zeros(5, np.int16), RATE, (0, 2))


@pytest.mark.parametrize("chunk_ms", [20, 60, 100])
def test_a_chunk_that_was_sent_twice_is_found_at_its_samples(chunk_ms: int) -> None:
    size = chunk_ms * RATE // 1000
    chunks = cut(greeting(), size)
    loudest = int(np.argmax([np.abs(chunk.astype(np.int32)).mean() for chunk in chunks]))
    chunks.insert(loudest, chunks[loudest])
    whole, boundaries = met(chunks)
    (found,) = repeats(whole, RATE, boundaries)
    assert (found.start, found.end) == ((loudest + 1) * size, (loudest + 2) * size)


def test_a_chunk_that_differs_in_one_sample_is_no_repeat() -> None:
    chunk = vowel(100)
    other = chunk.copy()
    other[800] += 1
    assert repeats(*_with_rate(met([chunk, other]))) == ()
    assert len(repeats(*_with_rate(met([chunk, chunk])))) == 1


def test_silence_and_a_steady_tone_repeat_by_right() -> None:
    quiet = np.zeros(320, np.int16)
    assert repeats(*_with_rate(met([quiet] * 9))) == ()
    tone = np.tile(np.round(9_000 * np.sin(2 * np.pi * np.arange(16) / 16)).astype(np.int16), 20)
    assert repeats(*_with_rate(met([tone] * 9))) == ()
