"""A person who speaks is told from noise, hum and silence, whatever the words; far voices and short sounds are none."""

from pathlib import Path

import numpy as np
import pytest

from gate.audio.resample import resample
from gate.fixtures.library import Library, home
from gate.reference.voiced import RATE_HZ, Samples, spoke


def clip(name: str) -> Samples:
    library = Library(home() / "audio", Path())
    found = library.find(name)
    assert not isinstance(found, str)
    samples, rate_hz = library.samples(found)
    return resample(samples, rate_hz, RATE_HZ)


@pytest.mark.parametrize(
    "name", ["hello", "monologue", "phone-number", "spelled-name", "hello-traffic-20db", "goodbye"]
)
def test_speech_is_speech(name: str) -> None:
    assert spoke(clip(name))


@pytest.mark.parametrize("name", ["keyboard", "traffic", "voices", "cough", "silence"])
def test_noise_is_none(name: str) -> None:
    assert not spoke(clip(name))


def test_speech_from_far_away_is_none() -> None:
    assert not spoke((clip("hello") // 50).astype(np.int16))


def test_a_steady_hum_is_none() -> None:
    time_s = np.arange(RATE_HZ * 3) / RATE_HZ
    assert not spoke((8000 * np.sign(np.sin(2 * np.pi * 120 * time_s))).astype(np.int16))


def test_white_noise_is_none() -> None:
    assert not spoke(np.random.default_rng(1).normal(0, 6000, RATE_HZ * 3).astype(np.int16))


def test_next_to_nothing_is_none() -> None:
    assert not spoke(np.zeros(10, np.int16))
