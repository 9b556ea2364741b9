"""When a backend is looked at: never for longer than it may take, and at the very end of that time."""

from collections.abc import Callable

import pytest

from gate.core.probing import Reading
from gate.core.watching import MS, Settling, Watch, until_gone

Shows = Callable[[float], Reading]


def asked(watch: Watch, shows: Shows, took_ms: float = 0.0) -> list[float]:
    """The times of all looks, in ms, where each answer takes so long."""
    times: list[float] = []
    at_ns = next(watch)
    now_ms = 0.0
    try:
        while True:
            now_ms = max(now_ms, at_ns / MS)
            times.append(now_ms)
            reading = shows(now_ms)
            asked_ns, now_ms = int(now_ms * MS), now_ms + took_ms
            at_ns = watch.send((reading, asked_ns))
    except StopIteration:
        return times


def there(until_ms: float) -> Shows:
    return lambda ms: Reading(200, there=ms < until_ms)


@pytest.mark.parametrize(
    ("until_ms", "took_ms", "times"),
    [
        (0.0, 0.0, [0.0]),
        (600.0, 0.0, [0.0, 250.0, 500.0, 750.0]),
        (9_999.0, 0.0, [0.0, 250.0, 500.0, 750.0, 1_000.0, 1_100.0]),
        (9_999.0, 700.0, [0.0, 700.0, 1_400.0]),
        (9_999.0, 5_000.0, [0.0, 5_000.0]),
    ],
)
def test_behind_a_call(until_ms: float, took_ms: float, times: list[float]) -> None:
    assert asked(until_gone(0, 1_100.0, None), there(until_ms), took_ms) == times


def test_a_probe_that_fails_is_asked_to_the_end_of_the_time() -> None:
    assert asked(until_gone(0, 500.0, None), lambda _: Reading(error="down")) == [0.0, 250.0, 500.0]


def test_a_number_that_stands_still_is_taken() -> None:
    settling = Settling(1_000.0)
    times = asked(settling.looks(0), lambda ms: Reading(200, count=5.0 if ms < 600 else 3.0))
    assert (settling.count, settling.settled) == (3.0, True)
    assert times[-1] == 1_750.0


def test_a_number_that_never_does_is_given_up() -> None:
    settling = Settling(1_000.0)
    times = asked(settling.looks(0), lambda ms: Reading(200, count=ms))
    assert not settling.settled
    assert times[-1] == 4_250.0


def test_a_number_that_nobody_tells_is_none() -> None:
    settling = Settling(1_000.0)
    assert asked(settling.looks(0), lambda _: Reading(500, error="HTTP 500")) == [0.0]
    assert (settling.count, settling.settled) == (None, False)
