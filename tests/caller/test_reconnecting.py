"""What a caller does for the sake of the next call: leaves early, cuts the line around a tool's answer, and has the
agent started again."""

from dataclasses import replace

import pytest

from gate.core import acts
from gate.core.ends import CallEnd
from gate.core.plan import Leave, Pause, Play, Restart, Wait
from gate.core.signals import Closed, ToolCall, ToolResult
from tests.caller.desk import CAN, Desk, mocked

CONFIGURES_FIRST = replace(CAN, configures_first=True)
CUT = Leave(None)


@pytest.mark.parametrize("can", [CAN, CONFIGURES_FIRST])
def test_who_leaves_early_says_nothing_at_all(can: object) -> None:
    desk = Desk(Play("hi"), can=can, early=Leave(1001)).open()  # type: ignore[arg-type]
    assert [act for _, act, _ in desk.did] == [acts.HangUp(1001)]
    assert desk.caller.end is CallEnd.FINISHED
    assert not desk.caller.talked


def test_a_caller_has_talked_once_its_first_step_began() -> None:
    assert not Desk(Play("hi")).open().caller.talked
    assert Desk(Play("hi")).talking().caller.talked


def calling(*steps: object, delay_ms: float = 300.0) -> Desk:
    desk = Desk(Play("hi"), *steps, tools=mocked("move", {"ok": True}, delay_ms))  # type: ignore[arg-type]
    return desk.talking().to(200)


def test_the_line_is_cut_before_the_answer_to_the_tool_that_is_waited_for() -> None:
    desk = calling(Wait("tool_called", tools=("move",)), CUT)
    desk.hear(ToolCall("c1", "look", {}), 400)
    assert desk.caller.end is None
    desk.hear(ToolCall("c2", "move", {}), 500)
    assert desk.caller.end is CallEnd.FINISHED
    assert not [act for act in desk.acts(acts.Answer) if act.call_id == "c2"]
    assert desk.did[-1][1] == acts.HangUp(None)


def test_the_line_is_cut_behind_the_answer() -> None:
    desk = calling(Wait("tool_answered", tools=("move",)), Pause(500), CUT)
    desk.hear(ToolCall("c2", "move", {}), 500).to(1290)
    assert [ms for ms, act, _ in desk.did if isinstance(act, acts.Answer)] == [800]
    assert desk.caller.end is None
    assert desk.to(1320).caller.end is CallEnd.FINISHED


def test_an_answer_of_the_agents_own_counts() -> None:
    desk = Desk(Play("hi"), Wait("tool_answered", tools=("move",)), CUT).talking().to(200)
    desk.hear(ToolCall("c2", "move", {}, ours=False), 500)
    assert desk.caller.end is None
    assert desk.hear(ToolResult("c2"), 600).caller.end is CallEnd.FINISHED


def test_a_call_before_the_callers_turn_is_not_the_one_that_is_waited_for() -> None:
    steps = (Pause(100), Play("hi"), Wait("tool_called", tools=("move",)), CUT)
    desk = Desk(*steps, tools=mocked("move")).talking().hear(ToolCall("c1", "move", {}), 50).to(400)
    assert desk.caller.end is None


def test_a_tool_that_is_never_called_costs_the_budget_of_the_wait() -> None:
    desk = calling(Wait("tool_called", 1_000.0, tools=("move",)), CUT).to(1_300)
    assert desk.caller.end is CallEnd.EXPIRED
    assert desk.noted("expired") == [{"what": "tool_called", "budget_ms": 1_000.0}]


def test_a_restart_is_asked_for_once_and_the_call_waits_for_its_end() -> None:
    desk = Desk(Restart(), Wait("closed")).talking(100).to(300)
    assert desk.restarts == [100]
    assert desk.noted("restart") == [{}]
    assert desk.hear(Closed(1012), 400).caller.end is CallEnd.FINISHED
