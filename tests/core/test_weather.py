"""The plan of the weather: late by the seed, never lost but where that is said, never out of order."""

import pytest

from gate.core.weather import MS, Break, Course, Stall, Weather

S = 1_000 * MS


def times(weather: Weather, sent_ms: list[float], size: int = 100) -> list[float | None]:
    course = Course(weather, "to_agent")
    due = [course.due_ns(size, int(at * MS)) for at in sent_ms]
    return [None if at is None else at / MS for at in due]


def test_fair_weather_adds_nothing() -> None:
    assert times(Weather(), [0, 1, 7.5]) == [0, 1, 7.5]
    assert Course(Weather(), "to_agent").pieces(b"x" * 5_000) == [b"x" * 5_000]


def test_latency_is_added_to_each_and_does_not_add_up() -> None:
    assert times(Weather(latency_ms=50), [0, 10, 20, 1_000]) == [50, 60, 70, 1_050]


def test_jitter_stays_within_its_bounds_and_nothing_overtakes() -> None:
    sent = [float(at) for at in range(0, 60_000, 5)]
    due = [at for at in times(Weather(50, 20, seed=7), sent) if at is not None]
    added = [at - since for at, since in zip(due, sent, strict=True)]
    assert due == sorted(due)
    assert min(added) >= 30
    assert max(added) <= 70
    assert max(added) - min(added) > 35
    assert sum(added) / len(added) == pytest.approx(50, abs=5)


def test_jitter_larger_than_the_latency_makes_nothing_early() -> None:
    sent = [float(at) for at in range(0, 10_000, 20)]
    assert all(at is not None and at >= since for at, since in zip(times(Weather(5, 50), sent), sent, strict=True))


def test_the_seed_is_the_weather_however_the_bytes_are_read() -> None:
    often, seldom = [float(at) for at in range(0, 2_000, 20)], [float(at) for at in range(0, 2_000, 200)]
    first, again = times(Weather(50, 20, seed=3), often), times(Weather(50, 20, seed=3), often)
    assert first == again
    assert first != times(Weather(50, 20, seed=4), often)
    rare = times(Weather(50, 20, seed=3), seldom)
    assert all(abs((at or 0) - (first[i * 10] or 0)) <= 20 for i, at in enumerate(rare))


def test_the_two_ways_have_their_own_jitter() -> None:
    there, back = (Course(Weather(50, 20), way) for way in ("to_agent", "to_caller"))  # type: ignore[arg-type]
    assert [there.due_ns(1, at * 100 * MS) for at in range(20)] != [back.due_ns(1, at * 100 * MS) for at in range(20)]


def test_bandwidth_is_kept_and_an_idle_line_saves_nothing_up() -> None:
    assert times(Weather(bandwidth_bps=8_000), [0, 0, 0, 5_000], size=100) == [100, 200, 300, 5_100]


def test_a_stall_holds_what_comes_and_lets_it_go_at_its_end() -> None:
    weather = Weather(10, stall=Stall(1_000, 500))
    assert times(weather, [980, 990, 1_200, 1_495, 1_600]) == [990, 1_500, 1_500, 1_505, 1_610]


def test_a_stall_may_be_of_one_way_and_for_good() -> None:
    weather = Weather(stall=Stall(1_000, None, ("to_caller",)))
    assert times(weather, [0, 5_000]) == [0, 5_000]
    back = Course(weather, "to_caller")
    assert [back.due_ns(1, 0), back.due_ns(1, 2 * S), back.end_due_ns(3 * S)] == [0, None, None]


def test_the_end_of_the_stream_may_be_told_late() -> None:
    course = Course(Weather(20, slow_close_ms=300), "to_agent")
    assert course.due_ns(10, 0) == 20 * MS
    assert course.end_due_ns(100 * MS) == 420 * MS


def test_slices_are_cut_at_the_same_places_however_the_bytes_are_read() -> None:
    data = bytes(range(256)) * 20
    whole, piecewise = (Course(Weather(slice_bytes=9, seed=1), "to_agent") for _ in range(2))
    pieces = whole.pieces(data)
    assert b"".join(pieces) == data
    assert {len(piece) for piece in pieces[:-1]} == set(range(1, 10))
    cuts = cut_at(pieces)
    read = [piece for at in range(0, len(data), 100) for piece in piecewise.pieces(data[at : at + 100])]
    assert b"".join(read) == data
    assert cuts <= cut_at(read) <= cuts | set(range(0, len(data) + 1, 100))


def cut_at(pieces: list[bytes]) -> set[int]:
    at, cuts = 0, set()
    for piece in pieces:
        at += len(piece)
        cuts.add(at)
    return cuts


def test_what_was_held_up_longest_is_known() -> None:
    course = Course(Weather(10, bandwidth_bps=8_000), "to_agent")
    for _ in range(3):
        course.due_ns(100, 0)
    assert course.held_ns == 310 * MS


@pytest.mark.parametrize(
    ("weather", "told"),
    [
        (Weather(), ""),
        (Weather(50, 20), "50 ± 20 ms each way"),
        (Weather(bandwidth_bps=64_000, slice_bytes=7), "64 kbit/s each way, pieces of at most 7 bytes"),
        (Weather(breaks=Break("reset", 100)), "a reset at 100 ms"),
        (Weather(5, breaks=Break("dead", 100)), "5 ms each way, dead from 100 ms on"),
        (Weather(stall=Stall(2_000, None, ("to_agent",))), "a stall to agent at 2000 ms for good"),
    ],
)
def test_a_weather_is_told_in_words(weather: Weather, told: str) -> None:
    assert str(weather) == told
