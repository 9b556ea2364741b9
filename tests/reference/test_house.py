"""Sessions: each with an id and a mind of its own, listed while they last."""

from gate.core.signals import Ready
from gate.reference.faults import Faults
from gate.reference.house import House
from gate.reference.voice import load
from tests.reference.chat import CAN, Straight, Told


def house(*faults: str, key: str | None = None) -> House:
    return House(Straight, CAN, Told([]), load(), Faults(faults), key)


def test_sessions_are_listed_while_they_last() -> None:
    home = house()
    first, second = home.enter(), home.enter()
    assert list(home.sessions) == ["s-1", "s-2"]
    home.leave(first, clean=True)
    assert list(home.sessions) == ["s-2"]
    assert home.enter().session_id == "s-3"
    home.leave(second, clean=False)
    assert list(home.sessions) == ["s-3"]


def test_a_call_that_was_cut_leaves_nothing_behind() -> None:
    home = house()
    home.leave(home.enter(), clean=False)
    assert home.enter().opened(0) == [Ready("s-2")]


def test_first_call_only_is_dead_after_a_cut_and_not_before() -> None:
    home = house("first-call-only")
    home.leave(home.enter(), clean=True)
    assert home.enter().opened(0) == [Ready("s-2")]
    home.leave(home.sessions["s-2"], clean=False)
    assert home.enter().opened(0) == []


def test_what_one_caller_sent_every_later_one_pays_for() -> None:
    home = house("dies-after-garbage")
    puzzled = home.enter()
    puzzled.hear("garbage", 0)
    assert home.enter().opened(0) == [Ready("s-2")]
    home.leave(puzzled, clean=True)
    assert home.enter().opened(0) == []


def test_a_session_may_be_hushed() -> None:
    home = house()
    assert home.enter(hushed=True).opened(0) == []
    assert home.enter().opened(0) == [Ready("s-2")]


def test_the_door_is_the_gatekeepers() -> None:
    refused = house(key="a key that is long enough for HMAC with SHA-256").admit("/", {}, 0.0)
    assert refused is not None
    assert refused.status == 401
    assert house().admit("/", {}, 0.0) is None
