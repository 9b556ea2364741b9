import numpy as np
import pytest
from numpy.typing import NDArray

from gate.audio.activity import SpeechSpan
from gate.audio.pcm import Samples
from gate.audio.quality import FEWEST_RUNS, clipping, level
from tests.audio.speech import FORMS, Form, good, greeting

RATE = 16_000


def sine(amplitude: float, hz: float = 200, seconds: float = 1.0) -> NDArray[np.float64]:
    return amplitude * np.sin(2 * np.pi * hz * np.arange(round(RATE * seconds)) / RATE)


def rounded(sound: NDArray[np.float64]) -> Samples:
    return np.clip(np.round(sound), -32768, 32767).astype(np.int16)


def test_the_level_is_that_of_the_speech_and_not_of_the_silence_around_it() -> None:
    values = rounded(np.concatenate([np.zeros(RATE), sine(3276.8), np.zeros(3 * RATE)]))
    found = level(values, RATE, (SpeechSpan(RATE, 2 * RATE),))
    assert found.speech_dbfs == pytest.approx(-23.01, abs=0.02)
    assert found.peak_dbfs == pytest.approx(-20.0, abs=0.01)
    assert not found.silent


def test_a_pause_inside_the_speech_does_not_count() -> None:
    values = rounded(np.concatenate([sine(3276.8), np.zeros(RATE // 4), sine(3276.8)]))
    assert level(values, RATE, (SpeechSpan(0, len(values)),)).speech_dbfs == pytest.approx(-23.01, abs=0.02)


@pytest.mark.parametrize("value", [0, 7, -3])
def test_a_stuck_value_is_silence(value: int) -> None:
    assert level(np.full(RATE, value, np.int16), RATE, ()).silent


def test_without_speech_there_is_no_level_of_it() -> None:
    assert level(np.zeros(RATE, np.int16), RATE, ()).speech_dbfs is None
    assert level(np.zeros(0, np.int16), RATE, ()).peak_dbfs == -120.0


def test_full_scale_is_0_dbfs() -> None:
    assert level(np.array([0, -32768], np.int16), RATE, ()).peak_dbfs == 0.0


def test_a_sine_that_just_reaches_full_scale_is_not_clipped() -> None:
    assert clipping(rounded(sine(32767))).runs == ()


@pytest.mark.parametrize("after", [1.0, 0.3])
def test_every_flat_top_is_found_at_its_place_also_where_the_gain_was_taken_back(after: float) -> None:
    """200 Hz, 6 dB too loud: each half wave of 40 samples is flat from 30 to 150 degrees, from sample 6.7 to 33.3."""
    values = rounded(rounded(sine(65_534)) * after)
    found = clipping(values)
    assert len(found.runs) == 400
    assert found.share == 1.0
    assert found.ceiling_dbfs == pytest.approx(20 * np.log10(after), abs=0.01)
    for i, (start, end) in enumerate(found.runs):
        assert start == pytest.approx(40 * i + 6.7, abs=1)
        assert end == pytest.approx(40 * i + 34, abs=1)


def test_a_few_flat_tops_are_not_reported() -> None:
    sound = sine(16_000)
    sound[: 20 * (FEWEST_RUNS - 1) * 2] *= 3
    assert clipping(rounded(sound)).runs == ()
    sound[: 40 * FEWEST_RUNS] = 3 * sine(16_000)[: 40 * FEWEST_RUNS]
    assert len(clipping(rounded(sound)).runs) == FEWEST_RUNS


def test_silence_and_the_faintest_noise_are_not_clipped() -> None:
    assert clipping(np.zeros(0, np.int16)).runs == ()
    assert clipping(np.zeros(RATE, np.int16)).runs == ()
    assert clipping(np.tile(np.array([1, 1, 1, 1, -1, -1, -1, -1], np.int16), 1_000)).runs == ()


def test_speech_that_is_12_db_too_loud_is_clipped() -> None:
    sound = greeting().astype(np.float64)
    found = clipping(rounded(sound / np.abs(sound).max() * 32767 * 4))
    assert len(found.runs) > 100
    assert found.share > 0.2


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_no_good_clip_is_clipped(form: Form) -> None:
    assert [name for name, values in good(form).items() if clipping(values).runs] == []
