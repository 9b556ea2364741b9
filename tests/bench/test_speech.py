"""The onset bench's own arithmetic: where phrases are laid, and how far a detector is off."""

import numpy as np

from bench.phrases import RATE_HZ, Laid, cut, laid
from bench.speech import MISSED_MS, bridged, errors_ms

PER_MS = RATE_HZ // 1000


def test_a_phrase_is_laid_where_it_is_said_to_be() -> None:
    phrase = np.full(1600, 1000.0)
    found = laid(phrase, None, 0, 3)
    assert np.flatnonzero(found.values)[[0, -1]].tolist() == [found.start, found.end - 1]
    assert 700 * PER_MS <= found.start < 1400 * PER_MS


def test_the_noise_under_a_phrase_is_as_far_below_it_as_asked() -> None:
    phrase = np.full(16_000, 1000.0)
    found = laid(phrase, lambda size, rng: np.tile([1.0, -1.0], size)[:size], 10, 3)
    beside = found.values[: found.start].astype(float)
    assert abs(10 * np.log10(1000.0**2 / np.mean(beside**2)) - 10) < 0.1


def test_a_phrase_is_cut_to_what_is_less_than_25_db_below_it() -> None:
    parts = [np.full(160, level) for level in (10.0, 1000.0, 1000.0, 100.0, 10.0)]
    assert len(cut(np.concatenate(parts))) == 3 * 160


def test_errors_are_those_of_the_stretches_over_the_phrase() -> None:
    truth = Laid(np.zeros(1, np.int16), 1000 * PER_MS, 2000 * PER_MS)
    spans = [(0, 500), (990 * PER_MS, 1500 * PER_MS), (1900 * PER_MS, 2040 * PER_MS)]
    assert errors_ms(spans, truth) == (10, 40)
    assert errors_ms([(0, 500)], truth) == (MISSED_MS, MISSED_MS)


def test_a_gap_of_300_ms_parts_two_stretches_and_a_shorter_one_does_not() -> None:
    assert bridged([True] + [False] * 29 + [True]) == [(0, 31 * 10 * PER_MS)]
    assert len(bridged([True] + [False] * 30 + [True])) == 2
    assert bridged([False]) == []
