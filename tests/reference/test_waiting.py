"""An agent that runs its tools itself: errands in place of messages, each within its budget, and keys of its own."""

import pytest

from gate.core.signals import Fault, ToolCall, ToolResult
from gate.reference.waiting import Errand, Work
from tests.reference.chat import FOUND, Chat

ASKS = "i would like to move my appointment to thursday"
ITSELF = Work(itself=True, budget_ms=2_000)
UNSURE = "I am sorry, I got no answer. I do not know whether it was moved."
FAILED = "I am sorry, I could not move your appointment. It is still where it was."
DONE = "Done. Your appointment is now on Thursday."
WRITE = {"id": "A-17", "day": "Thursday"}


def asked(*faults: str, work: Work = ITSELF) -> Chat:
    return Chat(ASKS, "yes please", faults=faults, work=work).say().done("call_1", FOUND).hush(5000).say()


def test_the_wire_tells_nothing_of_tools_that_it_runs_itself() -> None:
    chat = asked().done("call_2", {"ok": True}).hush(3000)
    assert chat.errands == [
        Errand("call_1", "lookup_appointment", {}, None, 2_000),
        Errand("call_2", "reschedule_appointment", WRITE, "s-1-write-1", 2_000),
    ]
    assert chat.of(ToolCall, ToolResult, Fault) == []
    assert chat.said[-1] == DONE


def test_a_busy_tool_is_called_again_under_the_same_key_and_another_id() -> None:
    chat = asked().done("call_2", None, "HTTP 503: busy")
    assert [(errand.call_id, errand.key) for errand in chat.errands[1:]] == [
        ("call_2", "s-1-write-1"), ("call_3", "s-1-write-1"),
    ]  # fmt: skip
    assert chat.done("call_3", {"ok": True}).hush(1000).said[-1] == DONE


def test_over_the_socket_a_busy_tool_is_called_again_without_any_key() -> None:
    chat = Chat(ASKS, "yes please").say().answer("call_1", FOUND).hush(5000).say().answer("call_2", error="busy")
    assert chat.of(ToolCall)[1:] == [
        ToolCall("call_2", "reschedule_appointment", WRITE),
        ToolCall("call_3", "reschedule_appointment", WRITE),
    ]


@pytest.mark.parametrize("work", [ITSELF, Work(budget_ms=2_000)])
def test_after_its_budget_a_tool_is_given_up_once_and_the_caller_told(work: Work) -> None:
    chat = Chat(ASKS, "yes please", work=work).say()
    chat = (chat.done if work.itself else chat.answer)("call_1", FOUND).hush(5000).say()
    called_ms = chat.when(Errand if work.itself else ToolCall)[1]
    chat.hush(2_000)
    assert chat.said[-1] == UNSURE
    told_ms = next(ms for ms, what in chat.out if getattr(what, "text", "") == UNSURE)
    assert told_ms - called_ms == 2_000
    assert len(chat.of(Errand, ToolCall)) == 2


def test_what_comes_after_that_is_forgotten() -> None:
    chat = asked().hush(2_500)
    before = list(chat.out)
    assert chat.done("call_2", {"ok": True}).out == before


def test_a_write_that_was_sent_twice_is_told_once() -> None:
    chat = asked("tool-twice")
    assert [errand.key for errand in chat.errands[1:]] == ["s-1-write-1", "s-1-write-2"]
    assert chat.hush(3_000).said[1:] == [UNSURE]


def test_a_failure_is_told() -> None:
    assert asked().done("call_2", None, "HTTP 500: read-only").hush(1000).said[-1] == FAILED
