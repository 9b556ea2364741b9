import shutil
import subprocess
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from gate.audio.pcm import Samples, level_dbfs, pack, samples
from gate.audio.resample import Stream, resample

RATES = [8000, 16000, 24000, 48000]
PAIRS = [(a, b) for a in RATES for b in RATES]


def tone(rate_hz: int, hz: float = 440, seconds: float = 1.0) -> Samples:
    return (10_000 * np.sin(2 * np.pi * hz * np.arange(round(rate_hz * seconds)) / rate_hz)).astype(np.int16)


def impulse(rate_hz: int, at_ms: float, length_ms: float = 500) -> Samples:
    values = np.zeros(round(rate_hz * length_ms / 1000), np.int16)
    values[round(rate_hz * at_ms / 1000)] = 20_000
    return values


@pytest.mark.parametrize(("a", "b"), PAIRS)
def test_an_impulse_stays_at_its_millisecond(a: int, b: int) -> None:
    out = resample(impulse(a, 250), a, b)
    assert np.argmax(np.abs(out.astype(int))) / b * 1000 == pytest.approx(250, abs=0.15)


@pytest.mark.parametrize(("a", "b"), PAIRS)
@pytest.mark.parametrize("count", [1, 7, 160, 333])
def test_the_length_follows_the_rates(a: int, b: int, count: int) -> None:
    out = resample(np.zeros(count, np.int16), a, b)
    assert out.dtype == np.int16
    assert abs(len(out) - count * b / a) <= 0.5


@pytest.mark.parametrize(("a", "b"), PAIRS)
def test_a_tone_keeps_its_level_and_its_pitch(a: int, b: int) -> None:
    out = resample(tone(a), a, b)
    assert level_dbfs(out[b // 10 : -b // 10]) == pytest.approx(level_dbfs(tone(a)), abs=0.05)
    assert np.argmax(np.abs(np.fft.rfft(out.astype(float)))) * b / len(out) == pytest.approx(440, abs=1)


def test_full_scale_is_clipped_and_does_not_wrap() -> None:
    square = np.repeat(np.array([32767, -32768] * 50, np.int16), 80)
    out = resample(square, 16000, 48000)
    assert np.all(np.sign(out[120:-120:240].astype(int)) == np.sign(square[40:-40:80].astype(int)))


def test_equal_rates_and_nothing_pass_through() -> None:
    values = tone(8000, seconds=0.1)
    assert resample(values, 8000, 8000) is values
    assert len(resample(values[:0], 8000, 48000)) == 0
    stream = Stream(8000, 8000)
    assert stream.feed(values) is values
    assert stream.feed(values, last=True) is values


def test_silence_stays_silence() -> None:
    for a, b in PAIRS:
        assert not np.any(resample(np.zeros(a, np.int16), a, b))


# In pieces.

MOVING = [(a, b) for a, b in PAIRS if a != b]


def streamed(values: Samples, a: int, b: int, cuts: list[int]) -> Samples:
    stream, edges = Stream(a, b), [0, *sorted(cuts), len(values)]
    pieces = [stream.feed(values[begin:end]) for begin, end in pairwise(edges)]
    return np.concatenate([*pieces, stream.feed(values[:0], last=True)])


def spectrum_resampled(values: Samples, to: int) -> NDArray[np.float64]:
    """Other code than ours: the signal's spectrum, of which all lies below both Nyquist frequencies, at another length.
    Exact for a signal that goes round in a circle."""
    return np.asarray(np.fft.irfft(np.fft.rfft(values.astype(float)), to) * to / len(values))


def band_limited(rate_hz: int, seed: int = 3) -> Samples:
    """A second of noise with nothing above 3 kHz."""
    spectrum = np.fft.rfft(np.random.default_rng(seed).normal(size=rate_hz))
    spectrum[3000:] = 0
    noise = np.fft.irfft(spectrum, rate_hz)
    return np.rint(20_000 * noise / np.max(np.abs(noise))).astype(np.int16)


@pytest.mark.parametrize(("a", "b"), MOVING)
def test_it_holds_back_less_than_150_ms(a: int, b: int) -> None:
    values, stream, size = tone(a), Stream(a, b), a // 50
    so_far = sum(len(stream.feed(values[i : i + size])) for i in range(0, len(values), size))
    assert b - b * 15 // 100 < so_far <= b


@settings(max_examples=60)
@given(st.sampled_from(PAIRS), st.integers(0, 3000), st.lists(st.integers(0, 3000), max_size=12))
def test_a_stream_gives_what_the_whole_gives_in_pieces_of_any_size(
    pair: tuple[int, int], length: int, cuts: list[int]
) -> None:
    values = band_limited(pair[0])[:length]
    whole = resample(values, *pair)
    assert np.array_equal(streamed(values, *pair, [min(cut, length) for cut in cuts]), whole)
    assert abs(len(whole) - length * pair[1] / pair[0]) <= 0.5


@pytest.mark.parametrize(("a", "b"), MOVING)
def test_a_sine_comes_out_with_its_phase_and_size(a: int, b: int) -> None:
    out = streamed(tone(a, hz=997, seconds=1), a, b, list(range(0, a, 331)))
    expected = 10_000 * np.sin(2 * np.pi * 997 * np.arange(b) / b)
    assert len(out) == b
    assert np.max(np.abs(out - expected)[b // 20 : -b // 20]) <= 2


@pytest.mark.parametrize(("a", "b"), MOVING)
def test_other_code_gives_the_same(a: int, b: int) -> None:
    values = band_limited(a)
    out = streamed(values, a, b, list(range(0, a, 160)))
    assert np.max(np.abs(out - spectrum_resampled(values, b))[b // 20 : -b // 20]) <= 2


@pytest.mark.parametrize(("a", "b"), MOVING)
def test_an_impulse_in_a_stream_stays_at_its_sample(a: int, b: int) -> None:
    out = streamed(impulse(a, 250), a, b, list(range(0, a // 2, 77)))
    assert np.argmax(np.abs(out.astype(int))) == b // 4


@pytest.mark.skipif(shutil.which("sox") is None, reason="NOT TESTED: resampling against sox, which is not installed")
@pytest.mark.parametrize(("a", "b"), MOVING)
def test_sox_gives_the_same(a: int, b: int) -> None:
    raw = ["-t", "raw", "-e", "signed", "-b", "16", "-c", "1"]
    command = ["sox", "-D", *raw, "-r", str(a), "-", *raw, "-r", str(b), "-"]
    values = band_limited(a)
    theirs = samples(subprocess.run(command, input=pack(values), capture_output=True, check=True).stdout)
    ours = resample(values, a, b)
    assert len(theirs) == len(ours)
    assert np.max(np.abs(theirs.astype(int) - ours)[b // 20 : -b // 20]) <= 2
