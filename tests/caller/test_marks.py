"""Marks are echoed when all audio before them has been played, and at once when it is thrown away."""

from dataclasses import replace

from gate.core import acts
from gate.core.plan import Pause
from gate.core.signals import Cancelled, Mark
from tests.caller.desk import CAN, Desk, audio

ECHOES = replace(CAN, echoes_marks=True)


def echoes(desk: Desk) -> list[tuple[float, str, float | None]]:
    return [(ms, act.name, due) for ms, act, due in desk.did if isinstance(act, acts.EchoMark)]


def talking() -> Desk:
    return Desk(Pause(60_000), can=ECHOES).talking()


def test_a_mark_is_echoed_when_the_audio_before_it_has_drained() -> None:
    desk = talking().hear(audio(505), 100).hear(Mark("one"), 110).hear(audio(300), 120).hear(Mark("two"), 120).to(3000)
    assert echoes(desk) == [(605, "one", 605), (905, "two", 905)]


def test_a_mark_without_audio_before_it_is_echoed_at_once() -> None:
    desk = talking().hear(Mark("first"), 33).hear(audio(100), 40).hear(Mark("late"), 777).to(800)
    assert echoes(desk) == [(33, "first", 33), (777, "late", 777)]


def test_what_is_thrown_away_makes_its_marks_due_at_once() -> None:
    desk = talking().hear(audio(500), 100).hear(Mark("a"), 100).hear(audio(500), 101).hear(Mark("b"), 101)
    desk.hear(Cancelled(), 350).to(3000)
    assert echoes(desk) == [(350, "a", 350), (350, "b", 350)]


def test_a_mark_behind_a_cancel_waits_for_the_audio_behind_it() -> None:
    desk = talking().hear(audio(500), 100).hear(Cancelled(), 200).hear(audio(100), 210).hear(Mark("new"), 210).to(3000)
    assert echoes(desk) == [(310, "new", 310)]


def test_the_caller_wakes_for_a_mark_between_two_frames() -> None:
    desk = talking().hear(audio(105), 101).hear(Mark("m"), 101)
    desk.at(200)
    assert desk.caller.wake_ns == 206_000_000
    assert [ms for ms, _, _ in echoes(desk.to(220))] == [206]


def test_a_wire_without_marks_gets_no_echo() -> None:
    assert echoes(Desk(Pause(60_000)).talking().hear(Mark("m"), 10).to(500)) == []


def test_no_mark_is_echoed_once_the_call_is_over() -> None:
    desk = Desk(Pause(100), can=ECHOES, linger_ms=0).talking().hear(audio(900, level=0), 10).hear(Mark("m"), 10)
    assert desk.to(5000).end is not None
    assert echoes(desk) == []
