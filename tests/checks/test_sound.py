"""Each defect of sound is planted in real speech and found at its place; the speech itself has none."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gate.audio import g711
from gate.audio.pcm import pack
from gate.checks.sound import InOrder, LoudEnough, RightRate, Unclipped, Voiced, WholeWords, WithoutHoles
from gate.core.findings import Finding, Layer
from tests.checks.notation import (
    FAIL,
    OPENING,
    PASS,
    SKIP,
    UNKNOWN,
    ask,
    cancelled,
    done,
    ended,
    frames_of,
    recording,
    said,
)
from tests.measures.voices import Samples, chunked, clipped, holed, ms, sent, speech

EVERY = (LoudEnough(), Voiced(), Unclipped(), WithoutHoles(), WholeWords(), InOrder(), RightRate())
END = ended("finished", 14_000)


def heard(folder: Path, params: Any, samples: Samples, size_ms: float = 100) -> Finding:
    answer = (*sent(3000, samples, "r1", size_ms), done(3000 + len(samples) / 16, "r1"))
    return ask(folder, params, *OPENING, said("hello", 1000), *answer, END)


@pytest.mark.parametrize("params", EVERY)
@pytest.mark.parametrize("size_ms", [20, 137.5, 200])
def test_good_speech_has_no_defect(tmp_path: Path, params: Any, size_ms: float) -> None:
    assert heard(tmp_path, params, speech(), size_ms).verdict is PASS


@pytest.mark.parametrize("params", EVERY)
def test_where_nothing_is_said_nothing_is_wrong(tmp_path: Path, params: Any) -> None:
    assert ask(tmp_path, params, *OPENING, said("hello", 1000), END).verdict is PASS


@pytest.mark.parametrize("params", EVERY)
def test_a_recording_that_just_stops_proves_nothing_good(tmp_path: Path, params: Any) -> None:
    lines = (*OPENING, said("hello", 1000), *sent(3000, speech()))
    assert ask(tmp_path, params, *lines, killed=True).verdict is UNKNOWN


def test_speech_that_is_too_quiet_is_found(tmp_path: Path) -> None:
    quiet = (speech() * 0.03).astype(np.int16)
    found = heard(tmp_path, LoudEnough(), quiet)
    assert (found.verdict, found.layer) == (FAIL, Layer.OUTPUT)
    assert -46 < float(found.actual.split()[0]) < -40


def hiss(level: float) -> Samples:
    return (np.random.default_rng(7).normal(0, level, 48_000)).astype(np.int16)


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(lambda: hiss(3000), id="noise"),
        pytest.param(lambda: g711.decode_mulaw(pack(speech())), id="PCM read as mu-law"),
        pytest.param(lambda: speech().byteswap(), id="bytes in the wrong order"),
    ],
)
def test_sound_that_is_no_voice_is_found(tmp_path: Path, wrong: Callable[[], Samples]) -> None:
    found = heard(tmp_path, Voiced(), wrong())
    assert (found.verdict, found.layer) == (FAIL, Layer.OUTPUT)
    assert "this is hiss" in found.actual


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(lambda: (speech()[:48_000] + hiss(600)).astype(np.int16), id="speech over hiss"),
        pytest.param(lambda: (np.sin(np.arange(48_000) * 0.17) * 8000).astype(np.int16), id="a tone"),
        pytest.param(lambda: hiss(3000)[:16_000], id="a noise of a second"),
    ],
)
def test_sound_that_may_be_meant_is_no_hiss(tmp_path: Path, other: Callable[[], Samples]) -> None:
    assert heard(tmp_path, Voiced(), other()).verdict is PASS


def test_clipped_speech_is_found(tmp_path: Path) -> None:
    found = heard(tmp_path, Unclipped(), clipped())
    assert (found.verdict, found.layer) == (FAIL, Layer.OUTPUT)
    assert "at 0.0 dBFS" in found.actual


def test_clipped_speech_that_was_turned_down_again_is_found(tmp_path: Path) -> None:
    assert heard(tmp_path, Unclipped(), (clipped() // 4).astype(np.int16)).verdict is FAIL


def test_holes_are_found_where_they_are(tmp_path: Path) -> None:
    found = heard(tmp_path, WithoutHoles(), holed(700, 1400))
    assert found.verdict is FAIL
    assert "2 holes, the longest of 60 ms; the first 7" in found.actual
    recorded = recording(tmp_path, *OPENING, said("hello", 1000), *sent(3000, holed(700, 1400)), END)
    assert found.at[0] == frames_of(recorded, "output_audio.delta")[7]


def test_a_word_that_is_cut_off_is_found(tmp_path: Path) -> None:
    verdicts = [heard(tmp_path, WholeWords(), speech()[ms(at) :]).verdict for at in range(400, 1200, 50)]
    assert verdicts.count(FAIL) >= 5  # cuts in pauses and in hisses cannot be told


def test_an_end_that_is_cut_off_is_found_unless_the_caller_did_it(tmp_path: Path) -> None:
    whole = speech()
    ends = [at for at in range(700, 3000, 50) if heard(tmp_path, WholeWords(), whole[: ms(at)]).verdict is FAIL]
    assert len(ends) >= 5
    cut = (*sent(3000, whole[: ms(ends[0])]), cancelled(3000 + ends[0], "r1"))
    assert ask(tmp_path, WholeWords(), *OPENING, said("hello", 1000), *cut, END).verdict is PASS
    spoken_over = (*sent(3000, whole[: ms(ends[0])], None), said("stop", 3000 + ends[0] - 100, 2))
    assert ask(tmp_path, WholeWords(), *OPENING, said("hello", 1000), *spoken_over, END).verdict is PASS


def test_a_recording_that_stops_in_a_word_is_no_word_that_was_cut(tmp_path: Path) -> None:
    """Whoever kills the gate cuts the agent's words, and the agent is not to blame."""
    whole = speech()
    at = next(at for at in range(700, 3000, 50) if heard(tmp_path, WholeWords(), whole[: ms(at)]).verdict is FAIL)
    lines = (*OPENING, said("hello", 1000), *sent(3000, whole[: ms(at)]))
    assert ask(tmp_path, WholeWords(), *lines, killed=True).verdict is UNKNOWN


@pytest.mark.parametrize(("made_hz", "told"), [(8_000, "fast and high"), (24_000, "slow and deep")])
def test_speech_under_the_label_of_another_rate_is_found(tmp_path: Path, made_hz: int, told: str) -> None:
    times = np.arange(0, len(speech()), 16_000 / made_hz)
    as_played = np.interp(times, np.arange(len(speech())), speech()).astype(np.int16)
    found = heard(tmp_path, RightRate(), np.concatenate([as_played, as_played]))
    assert (found.verdict, found.layer) == (FAIL, Layer.OUTPUT)
    assert found.actual.startswith(told)
    assert f"it sounds like {made_hz} Hz played at 16000 Hz" in found.actual


def test_too_little_speech_does_not_tell_its_rate(tmp_path: Path) -> None:
    found = heard(tmp_path, RightRate(), speech()[: ms(1200)])
    assert found.verdict is SKIP
    assert "do not tell" in found.actual


def test_chunks_that_changed_places_are_found(tmp_path: Path) -> None:
    chunks, loudest = chunked()
    chunks[loudest], chunks[loudest + 1] = chunks[loudest + 1], chunks[loudest]
    found = heard(tmp_path, InOrder(), np.concatenate(chunks))
    assert (found.verdict, found.layer) == (FAIL, Layer.OUTPUT)


def test_a_chunk_that_is_sent_twice_is_found(tmp_path: Path) -> None:
    chunks, loudest = chunked()
    twice = [*chunks[: loudest + 1], *chunks[loudest:]]
    found = heard(tmp_path, InOrder(), np.concatenate(twice))
    assert found.verdict is FAIL
    assert found.actual == f"a chunk is sent twice, sample by sample, the first {100 * (loudest + 1)} ms into it"
