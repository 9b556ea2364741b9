"""The dialogue about an appointment: words in, moves out, and nothing written before the caller agreed."""

import pytest

from gate.reference.dialogue import Dialogue, HearMore, Leave, Move, Say, UseTool
from gate.reference.faults import Faults

LOOK_UP = (UseTool("lookup_appointment", {}),)
FOUND = {"id": "A-17", "day": "Tuesday"}


def write(day: str, key: str = "write-1", found: str = "A-17") -> tuple[Move, ...]:
    return (UseTool("reschedule_appointment", {"id": found, "day": day}, key),)


def answered(talk: Dialogue, error: str | None) -> tuple[Move, ...]:
    return talk.answered("reschedule_appointment", None if error else {"ok": True}, error)


def dialogue(*faults: str) -> Dialogue:
    return Dialogue(Faults(faults))


def asked(*faults: str, day: str = "thursday") -> Dialogue:
    talk = dialogue(*faults)
    assert talk.heard(f"move my appointment to {day}") == LOOK_UP
    talk.answered("lookup_appointment", FOUND, None)
    return talk


def test_it_says_when_the_appointment_is_and_asks() -> None:
    talk = dialogue()
    assert talk.heard("i would like to move my appointment to tuesday sorry thursday") == LOOK_UP
    assert talk.answered("lookup_appointment", FOUND, None) == (Say(("appointment-tuesday", "confirm-thursday")),)


@pytest.mark.parametrize("yes", ["yes please", "yes that is right", "yes thursday please", "correct"])
def test_it_writes_when_the_caller_agrees(yes: str) -> None:
    talk = asked()
    assert talk.heard(yes) == write("Thursday")
    assert talk.answered("reschedule_appointment", {"ok": True}, None) == (Say(("done-thursday",)),)


@pytest.mark.parametrize("no", ["no thank you", "no", "stop", "wait"])
def test_it_leaves_all_as_it_is_when_the_caller_does_not(no: str) -> None:
    talk = asked()
    assert talk.heard(no) == (Say(("unchanged",)),)
    assert talk.heard("yes please") == (Say(("pardon",)),)


def test_another_day_is_asked_about_again_and_not_looked_up_again() -> None:
    talk = asked()
    assert talk.heard("wait stop make it friday please") == (Say(("confirm-friday",)),)
    assert talk.heard("yes thursday please") == (Say(("confirm-thursday",)),)
    assert talk.heard("yes please") == write("Thursday")


def test_nobody_agrees_to_what_was_not_asked() -> None:
    assert dialogue().heard("yes please") == (Say(("pardon",)),)


def test_agreeing_twice_writes_once() -> None:
    talk = asked()
    assert talk.heard("yes please") == write("Thursday")
    assert talk.heard("yes please") == (Say(("pardon",)),)


@pytest.mark.parametrize("found", [None, {}, {"id": 5}, "A-17", []])
def test_an_appointment_that_is_not_found_is_said(found: object) -> None:
    talk = dialogue()
    talk.heard("move my appointment to monday")
    assert talk.answered("lookup_appointment", found, None) == (Say(("not-found",)),)  # type: ignore[arg-type]
    assert talk.heard("yes please") == (Say(("pardon",)),)


def test_a_look_up_that_fails_is_no_appointment() -> None:
    talk = dialogue()
    talk.heard("move my appointment to monday")
    assert talk.answered("lookup_appointment", FOUND, "timeout") == (Say(("not-found",)),)


@pytest.mark.parametrize(
    ("result", "error"),
    [(None, "read-only"), ({"error": "full"}, None), ({"ok": False}, None), ('{"ok": tr', None), (None, None)],
)
def test_a_write_that_fails_is_said(result: object, error: str | None) -> None:
    talk = asked()
    talk.heard("yes please")
    assert talk.answered("reschedule_appointment", result, error) == (Say(("failed",)),)  # type: ignore[arg-type]


def test_an_odd_day_in_the_calendar_is_not_read_out() -> None:
    talk = dialogue()
    talk.heard("move my appointment to friday")
    assert talk.answered("lookup_appointment", {"id": "A", "day": "Sunday"}, None) == (Say(("confirm-friday",)),)


def test_an_unfinished_sentence_is_waited_for_once() -> None:
    assert dialogue().heard("i would like to move my appointment") == (HearMore(),)
    assert dialogue().heard("i would like to move my appointment", waited=True) == (Say(("ask-day",)),)
    assert dialogue("answers-in-pause").heard("i would like to move my appointment") == (Say(("ask-day",)),)


@pytest.mark.parametrize("bye", ["goodbye", "thank you goodbye", "that is all"])
def test_it_says_goodbye(bye: str) -> None:
    assert dialogue().heard(bye) == (Leave(),)


@pytest.mark.parametrize("hello", ["hello", "hi can you hear me", "can you hear me", "what can you do for me"])
def test_it_greets(hello: str) -> None:
    assert dialogue().heard(hello) == (Say(("greeting",)),)


def test_faults_of_the_dialogue_change_what_they_say() -> None:
    assert asked("tool-twice").heard("yes please") == (*write("Thursday"), *write("Thursday", "write-2"))
    assert asked("wrong-day").heard("yes please") == write("Tuesday")
    assert asked("confirms-before-result").heard("yes please") == (Say(("done-thursday",)), *write("Thursday"))
    talk = dialogue("writes-unasked")
    talk.heard("move my appointment to thursday")
    assert talk.answered("lookup_appointment", FOUND, None) == write("Thursday")
    told = asked("confirms-after-failure")
    told.heard("yes please")
    assert told.answered("reschedule_appointment", None, "no") == (Say(("done-thursday",)),)
    assert asked("invents-id").heard("yes please") == write("Thursday", found="A-71")


@pytest.mark.parametrize("busy", ["the calendar is busy", "Try again later", "HTTP 503: down"])
def test_a_busy_tool_is_tried_once_more_with_the_same_key(busy: str) -> None:
    talk = asked()
    first = talk.heard("yes please")
    assert answered(talk, busy) == first == write("Thursday")
    assert answered(talk, busy) == (Say(("failed",)),)


def test_a_busy_tool_that_then_works_is_a_success_and_the_next_may_be_busy_too() -> None:
    talk = dialogue()
    assert talk.heard("move my appointment to thursday") == LOOK_UP
    assert talk.answered("lookup_appointment", {"error": "busy"}, None) == LOOK_UP
    talk.answered("lookup_appointment", FOUND, None)
    assert talk.heard("yes please") == answered(talk, "busy")
    assert answered(talk, None) == (Say(("done-thursday",)),)


def test_a_tool_that_never_answers_is_told_and_not_tried_again() -> None:
    talk = asked()
    talk.heard("yes please")
    assert talk.unanswered("reschedule_appointment") == (Say(("unsure",)),)
    talk = dialogue()
    talk.heard("move my appointment to thursday")
    assert talk.unanswered("lookup_appointment") == (Say(("not-found",)),)


def test_no_two_writes_have_the_same_key() -> None:
    talk = asked()
    assert talk.heard("yes please") == write("Thursday")
    assert answered(talk, "no") == (Say(("failed",)),)
    talk.heard("make it friday")
    assert talk.heard("yes please") == write("Friday", "write-2")


def test_faults_of_the_tools_change_what_comes_of_a_failure() -> None:
    talk = asked("retries-with-new-key")
    talk.heard("yes please")
    assert answered(talk, "busy") == write("Thursday", "write-2")
    talk = asked("confirms-after-timeout")
    talk.heard("yes please")
    assert talk.unanswered("reschedule_appointment") == (Say(("done-thursday",)),)
    assert answered(talk, "no") == (Say(("failed",)),)
    talk = asked("confirms-after-failure")
    talk.heard("yes please")
    assert talk.unanswered("reschedule_appointment") == (Say(("unsure",)),)
