import numpy as np
import pytest

from gate.audio.pcm import Samples, level_dbfs
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


@pytest.mark.parametrize(("a", "b"), [(a, b) for a, b in PAIRS if a != b])
def test_a_stream_gives_what_the_whole_gives(a: int, b: int) -> None:
    values, stream, size = tone(a), Stream(a, b), a // 50
    pieces = [stream.feed(values[i : i + size]) for i in range(0, len(values), size)]
    so_far = sum(map(len, pieces))
    out = np.concatenate([*pieces, stream.feed(values[:0], last=True)])
    whole = resample(values, a, b)
    assert len(whole) - b * 15 // 100 < so_far <= len(whole), "it holds back less than 150 ms"
    assert len(out) == len(whole)
    assert np.max(np.abs(out.astype(int) - whole.astype(int))) <= 2
