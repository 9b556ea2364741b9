"""Truth by construction: phrases, trimmed where their index says, laid at known places into silence or noise."""

import json
import tracemalloc
import wave
from collections.abc import Callable, Iterable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from gate.audio.activity import SpeechSpan, speech_spans
from gate.audio.pcm import Samples

CLIPS = Path(__file__).parents[2] / "fixtures" / "audio"
RATE = 16_000
PER_MS = RATE // 1000
Signal = NDArray[np.float64]


def clip(name: str) -> Signal:
    with wave.open(str(CLIPS / f"{name}.wav")) as file:
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float64)


def phrases() -> list[Signal]:
    """Every clip of one phrase, without the silence around it."""
    entries = json.loads((CLIPS / "index.json").read_text())["clips"]
    spoken = [entry for entry in entries if len(entry["recipe"].get("say", ())) == 1]
    edges = [(entry["name"], entry["segments_ms"][0][0], entry["segments_ms"][-1][1]) for entry in spoken]
    return [clip(name)[int(start) * PER_MS : int(end) * PER_MS] for name, start, end in edges]


PHRASES = phrases()


def white(size: int, rng: np.random.Generator) -> Signal:
    return rng.standard_normal(size)


def pink(size: int, rng: np.random.Generator) -> Signal:
    whole = 1 << size.bit_length()
    spectrum = np.fft.rfft(rng.standard_normal(whole))
    return np.fft.irfft(spectrum / np.sqrt(np.maximum(np.fft.rfftfreq(whole, 1 / RATE), 80.0)), whole)[:size]


def street(size: int, rng: np.random.Generator) -> Signal:
    return np.roll(clip("traffic"), int(rng.integers(8 * RATE)))[np.arange(size) % (8 * RATE)]


def strokes(size: int, rng: np.random.Generator) -> Signal:
    return np.roll(clip("keyboard"), int(rng.integers(4 * RATE)))[np.arange(size) % (4 * RATE)]


def laid(
    phrase: Signal, noise: Callable[[int, np.random.Generator], Signal] | None, snr_db: float, seed: int
) -> tuple[Samples, float, float]:
    """The phrase in the middle of noise; the place of its first and of its last sample in ms."""
    rng = np.random.default_rng(seed)
    lead, tail = (int(rng.integers(700, 1400) * PER_MS + rng.integers(PER_MS)) for _ in range(2))
    sound = np.concatenate([np.zeros(lead), phrase, np.zeros(tail)])
    if noise is not None:
        background = noise(len(sound), rng)
        under = background[lead : lead + len(phrase)]
        sound += background * np.sqrt(np.mean(phrase**2) / np.mean(under**2)) * 10 ** (-snr_db / 20)
    sound *= min(1.0, 32_000 / np.abs(sound).max())
    return np.round(sound).astype(np.int16), lead / PER_MS, (lead + len(phrase)) / PER_MS


def errors_ms(cases: Iterable[tuple[Samples, float, float]]) -> tuple[list[float], list[float]]:
    onsets, offsets = [], []
    for values, start_ms, end_ms in cases:
        spans = speech_spans(values, RATE)
        assert spans, "nothing was found"
        near = [span for span in spans if span.end > start_ms * PER_MS and span.start < end_ms * PER_MS]
        onsets.append(abs(near[0].start / PER_MS - start_ms))
        offsets.append(abs(near[-1].end / PER_MS - end_ms))
    return onsets, offsets


@pytest.mark.parametrize(
    ("noise", "snr_db", "median_ms", "p90_ms"),
    [
        (None, 0, 5, 12),
        (white, 20, 8, 20),
        (pink, 20, 8, 40),
        (street, 20, 6, 60),
        (strokes, 20, 8, 40),
        (white, 10, 15, 120),
        (pink, 10, 20, 150),
        (street, 10, 20, 100),
        (strokes, 10, 15, 90),
    ],
)
def test_edges_are_found_where_the_phrase_was_laid(
    noise: Callable[[int, np.random.Generator], Signal] | None, snr_db: float, median_ms: float, p90_ms: float
) -> None:
    onsets, offsets = errors_ms(laid(phrase, noise, snr_db, seed) for seed, phrase in enumerate(PHRASES))
    assert len(onsets) > 25
    for found in (onsets, offsets):
        assert np.median(found) <= median_ms
        assert np.quantile(found, 0.9) <= p90_ms


def test_a_quiet_phrase_is_found_as_well_as_a_loud_one() -> None:
    onsets, offsets = errors_ms(laid(phrase / 10, None, 0, seed) for seed, phrase in enumerate(PHRASES))
    assert max(np.median(onsets), np.median(offsets)) <= 5


def voice(ms: float, rate_hz: int, amplitude: float = 8_000) -> Signal:
    """A buzz of 120 Hz and its harmonics up to 3 kHz; it neither swells nor dies away."""
    time_s = np.arange(round(ms * rate_hz / 1000)) / rate_hz
    harmonics = np.array([np.sin(2 * np.pi * 120 * k * time_s) / k for k in range(1, 26)])
    return amplitude * harmonics.sum(axis=0)


def built(rate_hz: int, *parts: tuple[float, float]) -> Samples:
    """(ms of silence, ms of voice) one after another, and a second of silence."""
    sounds = [
        part for quiet_ms, ms in parts for part in (np.zeros(round(quiet_ms * rate_hz / 1000)), voice(ms, rate_hz))
    ]
    return np.round(np.concatenate([*sounds, np.zeros(rate_hz)])).astype(np.int16)


def ms(spans: tuple[SpeechSpan, ...], rate_hz: int) -> list[float]:
    return [edge * 1000 / rate_hz for span in spans for edge in (span.start, span.end)]


@pytest.mark.parametrize("rate_hz", [8_000, 16_000, 24_000, 48_000])
def test_edges_hold_at_every_rate(rate_hz: int) -> None:
    values = built(rate_hz, (1_003, 800), (700, 450))
    assert ms(speech_spans(values, rate_hz), rate_hz) == pytest.approx([1_003, 1_803, 2_503, 2_953], abs=4)


def test_a_pause_of_300_ms_parts_two_spans_and_a_shorter_one_does_not() -> None:
    assert ms(speech_spans(built(RATE, (500, 400), (260, 400)), RATE), RATE) == pytest.approx([500, 1_560], abs=4)
    found = ms(speech_spans(built(RATE, (500, 400), (320, 400)), RATE), RATE)
    assert found == pytest.approx([500, 900, 1_220, 1_620], abs=4)


@pytest.mark.parametrize("level", [30, 300, 3_000])
@pytest.mark.parametrize("noise", [white, pink])
def test_a_steady_room_tone_is_no_speech(noise: Callable[[int, np.random.Generator], Signal], level: float) -> None:
    sound = noise(10 * RATE, np.random.default_rng(4))
    assert speech_spans(np.round(sound / sound.std() * level).astype(np.int16), RATE) == ()


def test_a_tone_that_never_ends_and_silence_are_no_speech() -> None:
    assert speech_spans(np.round(voice(5_000, RATE)).astype(np.int16), RATE) == ()
    assert speech_spans(np.zeros(5 * RATE, np.int16), RATE) == ()
    assert speech_spans(np.zeros(0, np.int16), RATE) == ()
    assert speech_spans(np.full(100, 9_000, np.int16), RATE) == ()


def test_speech_over_a_room_tone_of_40_db_below_full_scale_is_found_at_its_place() -> None:
    hiss = np.random.default_rng(2).standard_normal(12 * RATE) * 328
    for at_ms, length_ms in ((1_500, 600), (5_001, 2_000)):
        hiss[at_ms * PER_MS : (at_ms + length_ms) * PER_MS] += voice(length_ms, RATE, 3_000)
    found = ms(speech_spans(np.round(hiss).astype(np.int16), RATE), RATE)
    assert found == pytest.approx([1_500, 2_100, 5_001, 7_001], abs=6)


def test_keys_and_clicks_are_no_speech() -> None:
    assert speech_spans(strokes(8 * RATE, np.random.default_rng(0)).astype(np.int16), RATE) == ()
    values = np.zeros(3 * RATE, np.int16)
    values[RATE : RATE + 40] = 20_000
    assert speech_spans(values, RATE) == ()


def test_spans_are_in_order_and_apart() -> None:
    values = np.concatenate([laid(phrase, white, 5, seed)[0] for seed, phrase in enumerate(PHRASES)])
    spans = speech_spans(values, RATE)
    assert all(span.start < span.end for span in spans)
    assert all(a.end < b.start for a, b in pairwise(spans))
    assert spans[-1].end <= len(values)


def test_the_memory_for_five_minutes_is_a_fraction_of_the_audio() -> None:
    values = np.resize(built(24_000, (700, 800)), 300 * 24_000)
    tracemalloc.start()
    try:
        speech_spans(values, 24_000)
        assert tracemalloc.get_traced_memory()[1] < values.nbytes
    finally:
        tracemalloc.stop()
