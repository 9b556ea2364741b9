"""Latencies are signed, start at the last speech sample, tell what came from what could be heard, and miss out loud."""

from pathlib import Path

import pytest

from gate.audio.pcm import silence
from tests.checks.notation import OPENING, audio, chunk, done, ended, said, started, tone
from tests.measures.measured import measured, named

LAST_WORD_MS = 2800  # of "hello", said at 1000


def test_the_first_byte_and_the_first_audible_sample_are_two_numbers(tmp_path: Path) -> None:
    answer = chunk(3000, silence(16 * 250) + tone(1000))
    found = measured(tmp_path, *OPENING, said("hello", 1000), answer, ended("finished", 8000))
    assert named(found, "first_byte", 1).value == pytest.approx(3000 - LAST_WORD_MS, abs=0.1)
    assert named(found, "first_audible", 1).value == pytest.approx(3250 - LAST_WORD_MS, abs=1.5)


def test_talking_over_the_caller_is_a_negative_latency(tmp_path: Path) -> None:
    found = measured(tmp_path, *OPENING, said("hello", 1000), audio(2300, 2000), ended("finished", 8000))
    assert named(found, "first_byte", 1).value == pytest.approx(-500, abs=0.1)
    assert named(found, "first_audible", 1).value == pytest.approx(-500, abs=1.5)


def test_what_the_agent_was_saying_before_is_no_answer(tmp_path: Path) -> None:
    greeting, answer = audio(500, 1000, "r1"), audio(3300, 500, "r2")
    lines = (*OPENING, greeting, done(600, "r1"), said("hello", 1000), answer, ended("finished", 8000))
    assert named(measured(tmp_path, *lines), "first_audible", 1).value == pytest.approx(500, abs=1.5)


def test_a_missing_answer_is_no_number(tmp_path: Path) -> None:
    found = measured(tmp_path, *OPENING, said("hello", 1000), ended("finished", 8000))
    for name in ("first_byte", "first_audible"):
        assert named(found, name, 1).value is None
        assert "no answer" in str(named(found, name, 1))
    assert not [one for one in found if one.name.endswith(("_median", "_worst"))]


def test_inaudible_audio_is_no_answer(tmp_path: Path) -> None:
    found = measured(tmp_path, *OPENING, said("hello", 1000), chunk(3000, silence(16_000)), ended("finished", 8000))
    assert named(found, "first_audible", 1).value is None


def test_in_an_endless_stream_no_frame_is_the_first(tmp_path: Path) -> None:
    stream = [chunk(at, tone(100) if at >= 3200 else silence(1600)) for at in range(100, 5000, 100)]
    found = measured(tmp_path, *OPENING, said("hello", 1000), *stream, ended("finished", 9000))
    assert named(found, "first_byte", 1).value is None
    assert "without a pause" in named(found, "first_byte", 1).basis
    assert named(found, "first_audible", 1).value == pytest.approx(400, abs=1.5)


def test_turns_are_measured_each_and_together(tmp_path: Path) -> None:
    first = (said("hello", 1000), started(3000, "a"), audio(3100, 500, "a"), done(3100, "a"))
    second = (said("hello", 5000, 2), started(7500, "b"), audio(7700, 500, "b"), done(7700, "b"))
    third = (said("hello", 9000, 3),)
    found = measured(tmp_path, *OPENING, *first, *second, *third, ended("finished", 16_000))
    assert [named(found, "first_audible", turn).value for turn in (1, 2)] == pytest.approx([300, 900], abs=1.5)
    assert named(found, "first_audible", 3).value is None
    assert named(found, "first_audible_median").value == pytest.approx(600, abs=1.5)
    assert named(found, "first_audible_worst").value == pytest.approx(900, abs=1.5)
    assert named(found, "first_audible_worst").basis == "over 2 of 3 turns"


def test_our_own_lateness_widens_the_uncertainty(tmp_path: Path) -> None:
    lines = (*OPENING, said("hello", 1000), audio(3000, 500), ended("finished", 8000))
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    prompt = named(measured(tmp_path / "a", *lines, late_ms=0.0), "first_byte", 1)
    late = named(measured(tmp_path / "b", *lines, late_ms=35.0), "first_byte", 1)
    assert late.uncertainty == pytest.approx(prompt.uncertainty + 35.0)
    assert late.value == pytest.approx(prompt.value or 0.0)


def test_readiness_counts_from_dialling(tmp_path: Path) -> None:
    found = measured(tmp_path, *OPENING, ended("finished", 4000))
    assert named(found, "ready").value == pytest.approx(20)
    assert named(found, "configured").value == pytest.approx(60)
