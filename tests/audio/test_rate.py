import json
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import soxr

from gate.audio.pcm import Samples
from gate.audio.pitch import pitch_track
from gate.audio.rate import SHORTEST_S, RateEstimate, speech_rate
from gate.audio.syllables import syllables
from gate.audio.timbre import timbre
from gate.audio.wav import decode

ROOT = Path(__file__).parents[2]
CALLERS, AGENT = ROOT / "fixtures" / "audio", ROOT / "gate" / "reference" / "clips"
SLT, RMS, AWB, KAL = ((CALLERS / f"{name}.wav") for name in ("monologue", "two-dates", "long-number", "opening-hours"))
VOICES = [SLT, RMS, AWB, KAL]
FAR = [(1, 3), (1, 2), (2, 1), (3, 1)]


@cache
def clip(path: Path, rate_hz: int = 16000, longest_s: int = 4) -> Samples:
    values, own_hz = decode(path.read_bytes())
    return np.asarray(soxr.resample(values[: longest_s * own_hz], own_hz, rate_hz), dtype=np.int16)


@cache
def played(path: Path, played: int, true: int) -> RateEstimate:
    return speech_rate(clip(path, longest_s=4 if played <= true else 6), 16000 * played // true)


def buzz(rate_hz: int, pitch_hz: float, seconds: float = 3.0) -> Samples:
    at = np.arange(round(rate_hz * seconds)) / rate_hz
    return (3000 * sum(np.cos(2 * np.pi * k * pitch_hz * at) for k in range(1, 9))).astype(np.int16)


@pytest.mark.parametrize("path", VOICES, ids=lambda path: path.stem)
@pytest.mark.parametrize("ratio", FAR, ids=lambda ratio: "{}:{}".format(*ratio))
def test_speech_that_is_relabelled_is_at_the_wrong_rate(path: Path, ratio: tuple[int, int]) -> None:
    estimate = played(path, *ratio)
    assert estimate.verdict == "wrong"
    assert (estimate.ratio > 1) == (ratio[0] > ratio[1])
    assert estimate.confidence > 0.5


@pytest.mark.parametrize("ratio", [(2, 3), (3, 2)], ids=lambda ratio: "{}:{}".format(*ratio))
@pytest.mark.parametrize("path", VOICES, ids=lambda path: path.stem)
def test_24_khz_for_16_khz_is_never_called_right(path: Path, ratio: tuple[int, int]) -> None:
    assert played(path, *ratio).verdict != "right"


def test_24_khz_that_plays_as_16_khz_is_named_with_its_ratio() -> None:
    estimate = speech_rate(clip(RMS, 24000, 8), 16000)
    assert (estimate.verdict, estimate.ratio) == ("wrong", pytest.approx(2 / 3))


@pytest.mark.parametrize("path", VOICES, ids=lambda path: path.stem)
@pytest.mark.parametrize("rate_hz", [8000, 24000, 48000])
def test_right_audio_is_left_alone_at_every_rate(path: Path, rate_hz: int) -> None:
    assert speech_rate(clip(path, rate_hz), rate_hz).verdict != "wrong"


def test_the_replies_of_the_reference_agent_are_left_alone_with_and_without_their_words() -> None:
    texts = {entry["key"]: entry["text"] for entry in json.loads((AGENT / "index.json").read_text())["clips"]}
    for key in ("greeting", "ask-day", "confirm-thursday", "done-monday", "failed", "not-found", "pardon"):
        values = clip(AGENT / f"{key}.wav", longest_s=20)
        for words in (None, texts[key]):
            assert speech_rate(values, 16000, words).verdict != "wrong", key


@pytest.mark.parametrize("path", [SLT, KAL], ids=lambda path: path.stem)
def test_noise_under_right_speech_is_no_wrong_rate(path: Path) -> None:
    values = clip(path).astype(np.float64)
    noise = np.random.default_rng(7).standard_normal(len(values)) * np.sqrt(np.mean(values**2)) / 10
    assert speech_rate((values + noise).astype(np.int16), 16000).verdict != "wrong"


def test_what_is_not_speech_is_undecided() -> None:
    noise = (3000 * np.random.default_rng(3).standard_normal(48000)).astype(np.int16)
    square = (8000 * np.sign(np.sin(2 * np.pi * 440 * np.arange(48000) / 16000))).astype(np.int16)
    for values in (noise, square, buzz(16000, 120), np.zeros(48000, np.int16), np.zeros(0, np.int16)):
        assert speech_rate(values, 16000).verdict == "undecided"


def test_an_answer_that_is_too_short_is_undecided() -> None:
    estimate = speech_rate(clip(SLT)[:16000], 48000)
    assert estimate.verdict == "undecided"
    assert estimate.evidence.active_s < SHORTEST_S


def test_everything_is_measured_as_it_is_played() -> None:
    slow, right, fast = played(RMS, 1, 2), played(RMS, 1, 1), played(RMS, 2, 1)
    assert right.evidence.pitch_hz == pytest.approx(95, abs=15)
    for other, factor in ((slow, 0.5), (fast, 2.0)):
        assert other.evidence.pitch_hz == pytest.approx(factor * right.evidence.pitch_hz, rel=0.1)
        assert other.evidence.bandwidth_hz == pytest.approx(factor * right.evidence.bandwidth_hz, rel=0.1)
        assert other.evidence.syllables_per_s == pytest.approx(factor * right.evidence.syllables_per_s, rel=0.25)


def test_words_are_evidence_for_the_rate_at_which_they_are_at_a_human_pace() -> None:
    words = next(
        e["words"] for e in json.loads((CALLERS / "index.json").read_text())["clips"] if e["name"] == "two-dates"
    )
    values = clip(RMS, longest_s=60)
    for rate_hz, at in ((16000, 3), (8000, 1), (32000, 5)):
        with_words, without = speech_rate(values, rate_hz, words), speech_rate(values, rate_hz)
        gained = np.subtract(with_words.evidence.scores, without.evidence.scores)
        assert gained[at] >= gained.max() - 1.0


def test_words_that_were_not_all_spoken_convict_nobody() -> None:
    for words in ("yes", "and so on " * 200):
        assert speech_rate(clip(KAL), 16000, words).verdict != "wrong"


@pytest.mark.parametrize("pitch_hz", [75, 110, 220, 400])
def test_the_pitch_of_a_buzz_is_known(pitch_hz: int) -> None:
    track = pitch_track(buzz(8000, pitch_hz).astype(np.float64), 8000)
    assert np.median(track.pitch_hz) == pytest.approx(pitch_hz, rel=0.005)
    assert track.clarity.min() > 0.95


def test_a_pitch_that_no_voice_has_is_not_clear() -> None:
    noise = np.random.default_rng(1).standard_normal(8000)
    assert np.median(pitch_track(noise, 8000).clarity) < 0.4
    assert len(pitch_track(noise[:300], 8000).pitch_hz) == 0


def test_timbre_rises_with_the_energy_below() -> None:
    at = np.arange(4000) / 8000
    low, high = (1000 * np.sin(2 * np.pi * hz * at) for hz in (200, 3500))
    assert timbre(low).cepstra[:, 1].min() > 0 > timbre(high).cepstra[:, 1].max()
    assert len(timbre(low[:199]).level_db) == 0


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Hello, Thursday!", 4),
        ("Grüß Gott", 2),
        ("été", 2),
        ("Добрый день", 3),
        ("你好", 2),
        ("B52", 2),
        ("", 0),
        ("שלום", 0),
    ],
)
def test_syllables_are_groups_of_vowels(text: str, count: int) -> None:
    assert syllables(text) == count
