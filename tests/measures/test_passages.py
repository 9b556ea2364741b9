"""What of the agent's sound may hold words, and when it arrived."""

import hashlib
from pathlib import Path

import numpy as np
import pytest

from gate.audio import wav
from gate.audio.pcm import silence
from gate.measures.facts import Facts
from gate.measures.passages import Passage
from tests.checks.notation import CAN, CLIPS, Line, chunk, note, recording, tone


def heard(folder: Path, *lines: Line | tuple[Line, ...]) -> tuple[Passage, ...]:
    return Facts(recording(folder, note(0, "x"), *lines), 0, CAN, CLIPS).passages


def ms(found: tuple[Passage, ...]) -> list[float]:
    return [len(one.samples) * 1000 / one.rate_hz for one in found]


def rest(ms: float) -> bytes:
    return silence(round(ms * 16))


def test_all_of_an_utterance_without_a_long_silence_is_one_passage(tmp_path: Path) -> None:
    pcm = tone(300) + rest(900) + tone(200)
    (one,) = heard(tmp_path, chunk(0, pcm))
    assert np.array_equal(one.samples, np.frombuffer(pcm, "<i2"))
    assert wav.decode(one.wav)[1] == 16_000
    assert one.sha256 == hashlib.sha256(one.wav).hexdigest()


def test_a_stream_without_end_is_divided_where_nothing_is_heard(tmp_path: Path) -> None:
    pieces = [rest(500), tone(400), rest(700), rest(700), tone(600), rest(5_000)]
    found = heard(tmp_path, *(chunk(100.0 * i, pcm) for i, pcm in enumerate(pieces)))
    assert ms(found) == pytest.approx([800, 1000], abs=20)
    assert [(one.first_ns, one.last_ns) for one in found] == [
        (10_000_000_000, 10_200_000_000), (10_300_000_000, 10_500_000_000),
    ]  # fmt: skip


def test_silence_holds_no_words(tmp_path: Path) -> None:
    assert heard(tmp_path, chunk(0, rest(3_000)), chunk(100, b"")) == ()


def test_responses_that_take_turns_are_told_apart(tmp_path: Path) -> None:
    lines = chunk(0, tone(100), "a"), chunk(10, tone(200), "b"), chunk(20, tone(100), "a")
    assert ms(heard(tmp_path, *lines)) == [200, 200]


def test_how_much_of_it_may_be_a_voice(tmp_path: Path) -> None:
    hiss = np.random.default_rng(3).normal(0, 3000, 16_000).astype(np.int16).tobytes()
    voice, noise = heard(tmp_path, chunk(0, rest(300) + tone(600), "a"), chunk(3_000, hiss, "b"))
    assert voice.voiced_ms == pytest.approx(600, abs=60)
    assert noise.voiced_ms == 0
