"""The endpointer finds speech to the frame, hears no speech in clicks, and does not care how its audio is cut."""

from __future__ import annotations

import numpy as np
import pytest

from gate.reference.endpointer import Endpointer, Event, Samples, SpeechStarted, UtteranceEnded

RATE_HZ = 16_000


def silence(duration_ms: int) -> Samples:
    return np.zeros(duration_ms * 16, np.int16)


def noise(duration_ms: int, level: float, seed: int = 1) -> Samples:
    return (np.random.default_rng(seed).standard_normal(duration_ms * 16) * level).astype(np.int16)


def told(events: tuple[Event, ...]) -> list[tuple[str, int, int]]:
    return [
        ("started", e.start_sample, e.known_at_sample)
        if isinstance(e, SpeechStarted)
        else ("ended", e.start_sample, e.end_sample)
        for e in events
    ]


def test_start_is_back_dated_and_end_waits_for_the_hang_over() -> None:
    events = Endpointer().feed(np.concatenate([silence(500), noise(600, 3000), silence(1000)]))
    assert told(events) == [("started", 500 * 16, 650 * 16), ("ended", 500 * 16, 1100 * 16)]
    assert events[1].known_at_sample == 1800 * 16


def test_samples_hold_the_speech_and_200_ms_on_either_side() -> None:
    audio = np.concatenate([silence(500), noise(600, 3000), silence(1000)])
    ended = Endpointer().feed(audio)[1]
    assert isinstance(ended, UtteranceEnded)
    assert np.array_equal(ended.samples, audio[300 * 16 : 1300 * 16])


@pytest.mark.parametrize("seed", range(8))
def test_cutting_the_audio_differently_changes_nothing(seed: int) -> None:
    parts = [noise(300, 20), noise(700, 4000), noise(900, 20), noise(60, 9000), noise(300, 20), noise(400, 2000)]
    audio = np.concatenate([*parts, noise(900, 20)])
    whole = Endpointer().feed(audio)
    rng = np.random.default_rng(seed)
    cuts = np.sort(rng.integers(0, len(audio) + 1, rng.integers(1, 400)))
    endpointer = Endpointer()
    pieces = tuple(event for chunk in np.split(audio, cuts) for event in endpointer.feed(chunk))
    assert told(pieces) == told(whole)
    assert len(whole) == 4
    for one, other in zip(whole, pieces, strict=True):
        if isinstance(one, UtteranceEnded) and isinstance(other, UtteranceEnded):
            assert np.array_equal(one.samples, other.samples)


def test_a_pause_shorter_than_the_hang_over_stays_inside_and_a_longer_one_splits() -> None:
    def starts(pause_ms: int) -> int:
        audio = np.concatenate([noise(400, 3000), silence(pause_ms), noise(400, 3000), silence(900)])
        return sum(isinstance(event, SpeechStarted) for event in Endpointer().feed(audio))

    assert starts(650) == 1
    assert starts(750) == 2


def test_a_stated_hang_over_is_kept() -> None:
    ended = Endpointer(hang_over_ms=300).feed(np.concatenate([noise(400, 3000), silence(900)]))[1]
    assert ended.known_at_sample == 700 * 16


def test_bursts_of_100_ms_and_quiet_hiss_are_no_speech() -> None:
    bursts = [part for seed in range(12) for part in (noise(100, 8000, seed), silence(80))]
    assert Endpointer().feed(np.concatenate(bursts)) == ()
    assert Endpointer().feed(noise(5000, 100)) == ()


def test_clicks_after_the_speech_do_not_hold_the_utterance_open() -> None:
    clicks = [part for seed in range(10) for part in (silence(180), noise(20, 8000, seed))]
    events = Endpointer().feed(np.concatenate([noise(500, 3000), *clicks]))
    assert told(events)[1] == ("ended", 0, 500 * 16)


def test_noise_without_end_is_cut_and_then_learned() -> None:
    events = Endpointer().feed(noise(60_000, 1500))
    assert [kind for kind, *_ in told(events)] == ["started", "ended"]
    assert events[1].known_at_sample == 40_000 * 16


def test_speech_is_found_over_a_steady_background() -> None:
    background = noise(6000, 60)
    background[3000 * 16 : 3500 * 16] += noise(500, 2500, seed=3)
    assert told(Endpointer().feed(background)) == [
        ("started", 3000 * 16, 3150 * 16),
        ("ended", 3000 * 16, 3500 * 16),
    ]
