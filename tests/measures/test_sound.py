"""Numbers of sound, on speech to which a known thing was done."""

from pathlib import Path

import numpy as np
import pytest

from gate.core.measurement import Measurement
from tests.checks.notation import OPENING, done, ended, said
from tests.measures.measured import measured
from tests.measures.voices import Samples, chunked, clipped, holed, ms, sent, speech


def numbers(folder: Path, samples: Samples) -> dict[str, Measurement]:
    answer = (*sent(3000, samples), done(8000, "r1"))
    found = measured(folder, *OPENING, said("hello", 1000), *answer, ended("finished", 14_000))
    return {one.name: one for one in found if one.turn is None}


def test_speech_has_a_level_and_no_defects(tmp_path: Path) -> None:
    found = numbers(tmp_path, speech())
    peak = 20 * np.log10(np.abs(speech().astype(int)).max() / 32768)
    assert found["peak"].value == pytest.approx(peak, abs=0.01)
    assert -30 < (found["speech_level"].value or 0.0) < -10
    assert [found[name].value for name in ("clipped", "dropouts", "cut_words", "misfits", "repeats")] == [0] * 5


def test_half_the_amplitude_is_six_db_less(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    full, half = numbers(tmp_path / "a", speech()), numbers(tmp_path / "b", (speech() // 2).astype(np.int16))
    for name in ("speech_level", "peak"):
        assert (full[name].value or 0) - (half[name].value or 0) == pytest.approx(6.02, abs=0.1)


def test_silence_between_words_is_no_part_of_the_level(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    silent = np.zeros(ms(2000), np.int16)
    padded = np.concatenate([silent, speech(), silent, speech()])
    once, twice = numbers(tmp_path / "a", speech()), numbers(tmp_path / "b", padded)
    assert once["speech_level"].value == pytest.approx(twice["speech_level"].value, abs=0.5)


def test_planted_defects_are_counted(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / name).mkdir()
    holes = numbers(tmp_path / "a", holed(700, 1100, 1400))["dropouts"]
    assert (holes.value, len(holes.at)) == (3, 3)
    assert (numbers(tmp_path / "b", clipped())["clipped"].value or 0) > 0.5
    chunks, loudest = chunked()
    twice = np.concatenate([*chunks[: loudest + 1], *chunks[loudest:]])
    assert numbers(tmp_path / "c", twice)["repeats"].value == 1


def test_every_number_says_how_it_was_obtained(tmp_path: Path) -> None:
    assert all(one.basis for one in numbers(tmp_path, speech()).values())
