"""Stalls are gaps in mid-speech that no jitter buffer hides; pauses between words and between responses are none."""

from pathlib import Path

import pytest

from gate.audio.pcm import silence
from tests.checks.notation import OPENING, Line, audio, chunk, done, ended, said, tone
from tests.measures.measured import measured


def flow(folder: Path, *lines: Line | tuple[Line, ...]) -> dict[str, float | None]:
    found = measured(folder, *OPENING, said("hello", 1000), *lines, ended("finished", 12_000))
    return {one.name: one.value for one in found if one.name in ("stalls", "longest_stall", "most_ahead")}


def test_audio_that_comes_in_time_never_stalls(tmp_path: Path) -> None:
    assert flow(tmp_path, audio(3000, 2000, "r1", paced=100)) == {"stalls": 0.0, "most_ahead": 100.0}


def test_a_late_chunk_in_mid_speech_is_a_stall(tmp_path: Path) -> None:
    found = flow(tmp_path, audio(3000, 500, "r1"), audio(3650, 500, "r1"), audio(4350, 500, "r1"))
    assert found["stalls"] == 2
    assert found["longest_stall"] == pytest.approx(200)


def test_what_a_jitter_buffer_hides_is_no_stall(tmp_path: Path) -> None:
    assert flow(tmp_path, audio(3000, 500, "r1"), audio(3550, 500, "r1"))["stalls"] == 0


def test_a_pause_of_the_speaker_is_no_stall(tmp_path: Path) -> None:
    before, after = chunk(3000, tone(500) + silence(16 * 100), "r1"), chunk(3900, silence(16 * 100) + tone(500), "r1")
    assert flow(tmp_path, before, after)["stalls"] == 0


def test_a_gap_between_two_responses_is_no_stall(tmp_path: Path) -> None:
    found = flow(tmp_path, audio(3000, 500, "r1"), done(3000, "r1"), audio(3700, 500, "r2"))
    assert found["stalls"] == 0


def test_how_far_the_agent_sends_ahead_is_told(tmp_path: Path) -> None:
    assert flow(tmp_path, audio(3000, 500, "r1"), audio(3100, 2000, "r1"))["most_ahead"] == pytest.approx(2400)


def test_without_audio_there_is_no_flow(tmp_path: Path) -> None:
    assert flow(tmp_path) == {}


def test_an_agent_that_yields_to_the_caller_does_not_stall(tmp_path: Path) -> None:
    yielding = (audio(3000, 500, "r1"), said("stop", 3000, 2), audio(4200, 500, "r1"))
    assert flow(tmp_path, *yielding)["stalls"] == 0


def test_an_id_says_that_even_a_long_gap_is_a_stall(tmp_path: Path) -> None:
    assert flow(tmp_path, audio(3000, 500, "r1"), audio(5000, 500, "r1"))["longest_stall"] == pytest.approx(1500)


def test_without_an_id_what_comes_after_a_second_is_another_answer(tmp_path: Path) -> None:
    assert flow(tmp_path, audio(3000, 500), audio(5000, 500))["stalls"] == 0


def test_messages_without_a_sample_do_not_multiply_a_gap(tmp_path: Path) -> None:
    empty = [chunk(3590 + i, b"", "r1") for i in range(4)]
    assert flow(tmp_path, audio(3000, 500, "r1"), *empty, audio(3600, 500, "r1"))["stalls"] == 1
