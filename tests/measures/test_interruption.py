"""How soon the agent falls silent, what was left to play, what was thrown away; a lower bound where it never stops."""

from pathlib import Path

import pytest

from tests.checks.notation import OPENING, audio, cancelled, done, ended, said, started
from tests.measures.measured import measured, named

FIRST_WORD_MS = 4100  # of "stop", said at 4000


def question() -> tuple[object, ...]:
    return (*OPENING, said("hello", 1000), started(3000, "r1"))


def test_the_stop_is_the_last_audible_sample_that_was_played(tmp_path: Path) -> None:
    lines = (*question(), *audio(3000, 5000, "r1"), said("stop", 4000, 2), cancelled(4560, "r1"))
    found = measured(tmp_path, *lines, ended("finished", 12_000))
    assert named(found, "barge_in_stop", 2).value == pytest.approx(4560 - FIRST_WORD_MS, abs=1.5)
    assert named(found, "buffered_at_interruption", 2).value == pytest.approx(8000 - FIRST_WORD_MS, abs=1)
    assert named(found, "discarded", 2).value == pytest.approx(8000 - 4560, abs=1)


def test_an_agent_that_talks_on_is_measured_to_its_end(tmp_path: Path) -> None:
    lines = (*question(), *audio(3000, 5000, "r1"), done(3100, "r1"), said("stop", 4000, 2))
    found = measured(tmp_path, *lines, ended("finished", 12_000))
    assert named(found, "barge_in_stop", 2).value == pytest.approx(8000 - FIRST_WORD_MS, abs=1.5)
    assert not [one for one in found if one.name == "discarded"]


def test_a_sound_that_outlasts_the_recording_is_a_lower_bound(tmp_path: Path) -> None:
    lines = (*question(), *audio(3000, 60_000, "r1"), said("stop", 4000, 2))
    stop = named(measured(tmp_path, *lines, ended("finished", 9000)), "barge_in_stop", 2)
    assert stop.bound == "at least"
    assert stop.value == pytest.approx(9004 - FIRST_WORD_MS, abs=1)
    assert str(stop).startswith("at least 4904 ± ")


def test_speaking_into_silence_is_no_interruption(tmp_path: Path) -> None:
    lines = (*question(), *audio(3000, 500, "r1"), done(3000, "r1"), said("stop", 4000, 2))
    found = measured(tmp_path, *lines, ended("finished", 9000))
    assert not [one for one in found if one.name in ("barge_in_stop", "buffered_at_interruption")]


def test_what_had_been_played_before_is_not_left(tmp_path: Path) -> None:
    lines = (*question(), *audio(3000, 3000, "r1", paced=100), said("stop", 4000, 2), cancelled(4500, "r1"))
    found = measured(tmp_path, *lines, ended("finished", 9000))
    assert named(found, "buffered_at_interruption", 2).value == pytest.approx(100, abs=1)
