import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.audio.pcm import Samples, pack, silence
from gate.audio.playback import Playback

MS = 1_000_000
RATE = 16_000
RATES = (8_000, 16_000, 24_000, 48_000)


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
    assert first_end == pytest.approx(4_000, abs=1)
    assert last == pytest.approx(9_000, abs=1)
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


STEPS = st.lists(
    st.tuples(st.integers(0, 60), st.sampled_from(["loud", "quiet", "clear"]), st.integers(1, 15)), max_size=12
)


@given(STEPS)
def test_it_agrees_with_a_tape_of_milliseconds(steps: list[tuple[int, str, int]]) -> None:
    """The answer by another way: one cell for each ms, written and erased. Chunks are whole frames of 10 ms: a shorter
    hole in a sound may be heard through."""
    cells = 2_600
    tape, until, now, playback = [False] * cells, 0, 0, Playback()
    for wait, what, ten_ms in steps:
        now += wait
        if what == "clear":
            playback.clear(now * MS)
            tape[now:] = [False] * (cells - now)
            until = min(until, now)
        else:
            length = ten_ms * 10
            playback.feed(now * MS, (loud if what == "loud" else quiet)(length), RATE)
            begin = max(now, until)
            tape[begin : begin + length] = [what == "loud"] * length
            until = begin + length
    heard = [playback.audible_at(ms * MS + MS // 2) for ms in range(cells)]
    assert heard == tape
    assert playback.until_ns in (until * MS, 0, *(span.ended_ns for span in playback.spans))
    assert [any(a <= ms < b for a, b in sounds_ms(playback)) for ms in range(cells)] == tape


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


@pytest.mark.parametrize("chunk_ms", [20, 100, 1000])
@pytest.mark.parametrize(("quiet_ms", "loud_ms"), [(13, 71), (7, 38), (250, 46), (20, 20)])
def test_the_edges_of_a_sound_are_true_to_the_millisecond(quiet_ms: int, loud_ms: int, chunk_ms: int) -> None:
    pcm = quiet(quiet_ms) + loud(loud_ms) + quiet(300)
    size = chunk_ms * RATE // 1000 * 2
    playback = played(*[(0, pcm[i : i + size]) for i in range(0, len(pcm), size)])
    assert sounds_ms(playback) == [(quiet_ms, quiet_ms + loud_ms)]


def test_a_sound_that_swells_in_a_quiet_frame_begins_there() -> None:
    """Its first frame, from 0 to 10 ms, is as a whole below -50 dBFS: 110 for 3 ms is -54.7 dBFS over 10 ms."""
    pcm = quiet(7) + pack(np.full(3 * 16, 110, np.int16)) + loud(20) + pack(np.full(3 * 16, 110, np.int16)) + quiet(20)
    assert sounds_ms(played((0, pcm))) == [(7.0, 33.0)]


def test_a_single_tick_is_not_heard_and_moves_no_edge() -> None:
    tick = pack(np.full(16, 110, np.int16))
    assert sounds_ms(played((0, quiet(5) + tick + quiet(34) + loud(20)))) == [(40.0, 60.0)]


def test_a_hole_shorter_than_a_frame_may_be_heard_through_and_one_of_two_frames_never() -> None:
    assert sounds_ms(played((0, loud(14) + quiet(2) + loud(14)))) == [(0.0, 30.0)]
    for offset_ms in range(10):
        before = 30 + offset_ms
        playback = played((0, loud(before) + quiet(20) + loud(30)))
        assert sounds_ms(playback) == [(0.0, before), (before + 20, before + 50)]


@given(st.lists(st.integers(1, 4000), min_size=1, max_size=30), st.integers(0, 2**32 - 1), st.sampled_from(RATES))
def test_the_cut_into_chunks_does_not_change_what_is_heard(cuts: list[int], seed: int, rate_hz: int) -> None:
    rng = np.random.default_rng(seed)
    swell = np.repeat(10 ** rng.uniform(0.5, 3.5, 40), rate_hz // 50)[: rate_hz * 4 // 5]
    values = np.round(rng.standard_normal(len(swell)) * swell).astype(np.int16)
    whole, cut = Playback(), Playback()
    whole.feed(3, pack(values), rate_hz)
    at = 0
    for size in [*cuts, len(values)]:
        cut.feed(3, pack(values[at : at + size]), rate_hz)
        at += size
    assert len(cut.sounds_after(0)) == len(whole.sounds_after(0))
    for one, other in zip(cut.sounds_after(0), whole.sounds_after(0), strict=True):
        assert one == pytest.approx(other, abs=100)


def test_the_last_samples_are_judged_at_once_and_again_with_what_follows() -> None:
    """8 ms of quiet and 1 ms of -49.97 dBFS: audible as far as is known, and not once the frame is whole."""
    playback = played((0, quiet(10) + pack(np.full(16, 104, np.int16))))
    assert sounds_ms(playback) == [(10.0, 11.0)]
    playback.feed(0, quiet(20), RATE)
    assert sounds_ms(playback) == []


def room(ms: int, level_dbfs: float, seed: int = 1) -> Samples:
    noise = np.random.default_rng(seed).standard_normal(ms * RATE // 1000)
    return np.round(noise * 32768 * 10 ** (level_dbfs / 20)).astype(np.int16)


@pytest.mark.parametrize("tone_dbfs", [-49.0, -45.0, -40.0, -37.0])
@pytest.mark.parametrize("chunk_ms", [20, 200])
def test_a_constant_room_tone_is_heard_for_a_second_only_and_speech_over_it_at_its_place(
    tone_dbfs: float, chunk_ms: int
) -> None:
    values = room(30_000, tone_dbfs)
    for start_ms, end_ms in ((5_000, 7_500), (12_345, 12_999), (20_001, 29_003)):
        sound = np.sin(np.arange((end_ms - start_ms) * 16) * 0.3) * 5_000
        values[start_ms * 16 : end_ms * 16] += sound.astype(np.int16)
    size = chunk_ms * 16
    playback = played(*[(0, pack(values[i : i + size])) for i in range(0, len(values), size)])
    assert [edge for sound in sounds_ms(playback, 1_000) for edge in sound] == pytest.approx(
        [5_000, 7_500, 12_345, 12_999, 20_001, 29_003], abs=2
    )


def test_a_room_tone_that_sets_in_after_silence_falls_out_of_hearing_after_three_seconds() -> None:
    playback = played((0, quiet(1_000) + pack(room(9_000, -40))))
    ((start, end),) = sounds_ms(playback)
    assert start == pytest.approx(1_000, abs=1)
    assert 3_500 <= end <= 4_510


def test_a_loud_steady_tone_is_heard_for_ever() -> None:
    assert sounds_ms(played((0, loud(20_000)))) == [(0.0, 20_000.0)]
    ((start, end),) = sounds_ms(played((0, pack(room(20_000, -28)))))
    assert (start, end) == pytest.approx((0, 20_000), abs=2)


def test_speech_with_pauses_under_the_level_of_hearing_is_judged_by_that_level_alone() -> None:
    """Words of -40 dBFS with a breath of -60 dBFS between them: the floor rises nothing."""
    words = b"".join(pack(room(700, -40, i)) + pack(room(100, -60, i)) for i in range(10))
    assert sounds_ms(played((0, words))) == [(800.0 * i, 800.0 * i + 700) for i in range(10)]


def test_after_a_gap_in_arrival_frames_start_anew() -> None:
    playback = played((0, loud(3)), (5, loud(3)))
    assert sounds_ms(playback) == [(0.0, 3.0), (5.0, 8.0)]


def test_what_was_thrown_away_leaves_no_mark_on_what_follows() -> None:
    playback = played((0, loud(20) + quiet(14)))
    playback.clear(33 * MS)
    playback.feed(33 * MS, quiet(6) + loud(10), RATE)
    assert sounds_ms(playback) == [(0.0, 20.0), (39.0, 49.0)]
