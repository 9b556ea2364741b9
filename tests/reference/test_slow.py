"""A slow agent: the pause before each answer, and what goes on meanwhile."""

import pytest

from gate.core.signals import AudioOut, Cancelled, ResponseStarted, Signal, TurnDone
from gate.reference.faults import Faults
from gate.reference.house import House
from gate.reference.slow import AnswerDelay, SlowMouth
from gate.reference.voice import load
from gate.reference.voicing import LEAD
from tests.reference.chat import CAN, Straight, Told

MS = 1_000_000


def mouth(*pauses_ms: int) -> SlowMouth:
    left = list(pauses_ms)
    return SlowMouth(load(), Faults([]), lambda: left.pop(0) * MS)


def kinds(signals: list[Signal]) -> set[type]:
    return {type(signal) for signal in signals}


def test_the_audio_of_an_answer_waits_and_comes_whole() -> None:
    slow = mouth(800)
    begun = slow.speak(("ask-day",), 1000 * MS)
    assert ResponseStarted in kinds(begun)
    assert AudioOut not in kinds(begun)
    assert slow.wake_ns == 1800 * MS
    assert slow.due(1799 * MS) == []
    assert [type(signal) for signal in slow.due(1800 * MS)] == [AudioOut] * LEAD
    assert TurnDone in kinds(slow.due(60_000 * MS))


def test_each_answer_has_a_pause_of_its_own() -> None:
    slow = mouth(100, 500)
    slow.speak(("ask-day",), 0)
    slow.due(10_000 * MS)
    slow.speak(("ask-day",), 10_000 * MS)
    assert slow.wake_ns == 10_500 * MS


def test_an_answer_that_is_still_awaited_can_be_cancelled() -> None:
    slow = mouth(800)
    slow.speak(("ask-day",), 0)
    assert kinds(slow.stop(400 * MS)) == {Cancelled}
    assert slow.wake_ns is None


def test_pauses_lie_in_their_range_and_are_those_of_the_seed_and_the_session() -> None:
    first, again, other = (
        [pause() for _ in range(200)]
        for pause in (
            AnswerDelay(0, 2000, 7).pauses_ns(1), AnswerDelay(0, 2000, 7).pauses_ns(1),
            AnswerDelay(0, 2000, 7).pauses_ns(2),
        )
    )  # fmt: skip
    assert first == again
    assert first != other
    assert 0 <= min(first) < 100 * MS
    assert 1900 * MS < max(first) <= 2000 * MS


@pytest.mark.parametrize(("text", "delay"), [("800", AnswerDelay(800, 800)), ("0-2000", AnswerDelay(0, 2000))])
def test_a_delay_is_one_number_or_two(text: str, delay: AnswerDelay) -> None:
    assert AnswerDelay.parse(text) == delay


@pytest.mark.parametrize("text", ["", "fast", "2000-0", "-5", "1-2-3", "60001", "0.5"])
def test_any_other_delay_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="such as 800, or a range such as 0-2000"):
        AnswerDelay.parse(text)


def test_a_slow_house_has_slow_minds() -> None:
    home = House(Straight, CAN, Told([]), load(), Faults([]), delay=AnswerDelay(800, 800))
    assert type(home.enter()).__name__ == "SlowMind"
