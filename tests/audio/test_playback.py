import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.audio.pcm import pack, silence
from gate.audio.playback import Playback, Span

MS = 1_000_000
RATE = 16_000


def loud(ms: float, rate_hz: int = RATE) -> bytes:
    return pack(np.full(round(ms * rate_hz / 1000), 8000, np.int16))


def quiet(ms: float, rate_hz: int = RATE) -> bytes:
    return silence(round(ms * rate_hz / 1000))


def played(*chunks: tuple[int, bytes]) -> Playback:
    playback = Playback()
    for at_ms, pcm in chunks:
        playback.feed(at_ms * MS, pcm, RATE)
    return playback


def sounds_ms(playback: Playback, after_ms: float = 0) -> list[tuple[float, float]]:
    return [(start / MS, end / MS) for start, end in playback.sounds_after(round(after_ms * MS))]


def test_before_the_first_chunk_there_is_nothing() -> None:
    empty = Playback()
    assert empty.until_ns == 0
    assert not empty.audible_at(0)
    assert empty.sounds_after(0) == []
    empty.clear(5)
    assert empty.spans == []


def test_chunks_that_come_faster_than_real_time_play_one_after_another() -> None:
    playback = played((100, loud(200)), (101, loud(200)), (102, quiet(50)), (103, loud(50)))
    assert playback.until_ns == 600 * MS
    assert sounds_ms(playback) == [(100.0, 500.0), (550.0, 600.0)]


def test_a_gap_in_arrival_is_a_gap_in_hearing() -> None:
    playback = played((0, loud(100)), (250, loud(100)))
    assert sounds_ms(playback) == [(0.0, 100.0), (250.0, 350.0)]
    assert [playback.audible_at(ms * MS) for ms in (0, 99, 100, 249, 250, 349, 350)] == [
        True, True, False, False, True, True, False,
    ]  # fmt: skip


def test_audible_means_this_very_moment() -> None:
    playback = played((0, loud(20) + quiet(20) + loud(20)))
    assert [playback.audible_at(ms * MS) for ms in (0, 10, 19, 20, 39, 40, 59, 60)] == [
        True, True, True, False, False, True, True, False,
    ]  # fmt: skip
    assert not playback.audible_at(-1)
    assert playback.audible_at(20 * MS - 1)


def test_what_is_quieter_than_50_db_below_full_scale_is_not_heard() -> None:
    def level(amplitude: int) -> bytes:
        return pack(np.full(160, amplitude, np.int16))

    assert sounds_ms(played((0, level(104)))) == [(0.0, 10.0)]  # -49.97 dBFS
    assert sounds_ms(played((0, level(103)))) == []  # -50.05 dBFS


def test_a_clear_in_mid_chunk_cuts_it_there() -> None:
    playback = played((0, loud(100)), (1, loud(100)), (2, loud(100)))
    playback.clear(135 * MS)
    assert playback.until_ns == 135 * MS
    assert sounds_ms(playback) == [(0.0, 135.0)]
    assert [span.ended_ns // MS for span in playback.spans] == [100, 135]
    assert b"".join(span.heard for span in playback.spans) == loud(135)
    assert playback.audible_at(135 * MS - 1)
    assert not playback.audible_at(135 * MS)


def test_a_clear_between_sounds_keeps_what_was_heard() -> None:
    playback = played((0, loud(50) + quiet(50) + loud(50)))
    playback.clear(70 * MS)
    assert sounds_ms(playback) == [(0.0, 50.0)]
    assert playback.until_ns == 70 * MS


def test_a_clear_when_all_was_heard_changes_nothing() -> None:
    playback = played((0, loud(100)))
    playback.clear(100 * MS)
    playback.clear(500 * MS)
    assert sounds_ms(playback) == [(0.0, 100.0)]
    assert playback.until_ns == 100 * MS


def test_a_clear_before_anything_was_heard_leaves_nothing() -> None:
    playback = played((10, loud(100)), (10, loud(100)))
    playback.clear(10 * MS)
    assert playback.spans == []
    assert sounds_ms(playback) == []


def test_what_comes_after_a_clear_plays_on_arrival() -> None:
    playback = played((0, loud(1000)))
    playback.clear(300 * MS)
    playback.feed(400 * MS, loud(100), RATE)
    assert sounds_ms(playback) == [(0.0, 300.0), (400.0, 500.0)]
    playback.clear(450 * MS)
    playback.feed(450 * MS, loud(50), RATE)
    assert sounds_ms(playback) == [(0.0, 300.0), (400.0, 500.0)]


def test_sounds_after_are_cut_at_the_question() -> None:
    playback = played((0, loud(100) + quiet(100) + loud(100)))
    assert sounds_ms(playback, 50) == [(50.0, 100.0), (200.0, 300.0)]
    assert sounds_ms(playback, 100) == [(200.0, 300.0)]
    assert sounds_ms(playback, 299.5) == [(299.5, 300.0)]
    assert sounds_ms(playback, 300) == []


def test_an_empty_chunk_is_no_sound_and_moves_nothing() -> None:
    playback = played((0, loud(10)), (500, b""), (600, b"\x01"))
    assert playback.until_ns == 10 * MS


@pytest.mark.parametrize("rate_hz", [8000, 11025, 16000, 22050, 24000, 44100, 48000])
def test_a_chunk_that_was_not_cut_is_heard_to_its_last_sample(rate_hz: int) -> None:
    playback = Playback()
    chunk = pack(np.arange(1, 998, dtype=np.int16))
    for _ in range(3):
        playback.feed(7, chunk, rate_hz)
    assert [span.heard for span in playback.spans] == [chunk] * 3


@pytest.mark.parametrize("rate_hz", [8000, 11025, 16000, 22050, 24000, 44100, 48000])
def test_positions_in_a_long_chunk_are_true_to_the_millisecond(rate_hz: int) -> None:
    playback = Playback()
    playback.feed(0, loud(4_000, rate_hz) + quiet(5_000, rate_hz) + loud(1_000, rate_hz), rate_hz)
    (first, first_end), (last, last_end) = sounds_ms(playback)
    assert first == 0.0
    assert first_end == pytest.approx(4_000, abs=10)
    assert last == pytest.approx(9_000, abs=10)
    assert last_end == pytest.approx(10_000, abs=0.1)


def test_rates_may_change_between_chunks() -> None:
    playback = Playback()
    playback.feed(0, loud(100, 8000), 8000)
    playback.feed(0, loud(100, 48000), 48000)
    assert sounds_ms(playback) == [(0.0, 200.0)]


@pytest.mark.parametrize("chunk_ms", [1, 2.5, 3, 20])
def test_how_a_sound_is_cut_into_chunks_does_not_change_what_is_heard(chunk_ms: float) -> None:
    pcm = pack(np.full(16 * 60, 150, np.int16))
    size = round(chunk_ms * 16) * 2
    playback = played(*[(0, pcm[i : i + size]) for i in range(0, len(pcm), size)])
    assert sounds_ms(playback) == [(0.0, 60.0)]


def test_a_span_says_its_own_sounds() -> None:
    assert Span(5, 5 + 30 * MS, quiet(10) + loud(20), RATE).sounds() == [
        (5 + 10 * MS, 5 + 20 * MS),
        (5 + 20 * MS, 5 + 30 * MS),
    ]


STEPS = st.lists(
    st.tuples(st.integers(0, 60), st.sampled_from(["loud", "quiet", "clear"]), st.integers(1, 50)), max_size=12
)


@given(STEPS)
def test_it_agrees_with_a_tape_of_milliseconds(steps: list[tuple[int, str, int]]) -> None:
    """The answer by another way: one cell for each ms, written and erased."""
    tape, until, now, playback = [False] * 2000, 0, 0, Playback()
    for wait, what, ten_ms in steps:
        now += wait
        if what == "clear":
            playback.clear(now * MS)
            tape[now:] = [False] * (2000 - now)
            until = min(until, now)
        else:
            length = ten_ms * 2
            playback.feed(now * MS, (loud if what == "loud" else quiet)(length), RATE)
            begin = max(now, until)
            tape[begin : begin + length] = [what == "loud"] * length
            until = begin + length
    heard = [playback.audible_at(ms * MS + MS // 2) for ms in range(2000)]
    assert heard == tape
    assert playback.until_ns in (until * MS, 0, *(span.ended_ns for span in playback.spans))
    assert [any(a <= ms < b for a, b in sounds_ms(playback)) for ms in range(2000)] == tape


def test_ten_minutes_cost_a_live_caller_nothing() -> None:
    playback = Playback()
    chunk = loud(10) + quiet(10)
    for _ in range(30_000):
        playback.feed(0, chunk, RATE)
    began = time.process_time()
    for tick in range(3_000):
        now = (tick % 600) * 1_000 * MS + 15 * MS
        playback.audible_at(now)
        playback.sounds_after(599_000 * MS)
        playback.until_ns  # noqa: B018
    assert (time.process_time() - began) / 3_000 < 0.001


def test_a_clear_between_two_chunks_ends_the_sound_there() -> None:
    playback = played((0, loud(100)), (0, loud(100)), (0, loud(100)))
    playback.clear(100 * MS)
    assert sounds_ms(playback) == [(0.0, 100.0)]
    assert not playback.audible_at(150 * MS)
