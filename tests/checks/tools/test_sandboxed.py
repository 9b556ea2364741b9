"""What the gate was to answer is called in the sandbox, and nowhere else."""

from pathlib import Path
from typing import Any

from gate.checks.tools.sandboxed import Sandboxed
from gate.core.findings import Blame, Layer
from gate.core.tooling import Mock, Sandbox, ToolPlan
from tests.checks.notation import (
    FAIL,
    OPENING,
    PASS,
    PLACE,
    UNKNOWN,
    Line,
    ask,
    ended,
    frames_of,
    note,
    recording,
    said,
    sandbox_call,
    stray,
    tool_call,
    tool_result,
)

MOCKS = (Mock("move", PLACE), Mock("look", PLACE))
TOOLS = ToolPlan("selected", mocks=MOCKS, system=("end_call",), sandbox=Sandbox(PLACE))
CALL = (*OPENING, said("hello", 0))
END = ended("finished", 9000)
SEEN = sandbox_call(3000, "move", day="Friday")


def told(ms: float, name: str, call_id: str, **arguments: Any) -> tuple[Line, ...]:
    return tool_call(ms, name, call_id, "theirs", None, **arguments)


def finding(folder: Path, *lines: Line | tuple[Line, ...], tools: ToolPlan = TOOLS, **more: Any) -> Any:
    return ask(folder, Sandboxed(), *CALL, *lines, tools=tools, **more)


def test_a_call_that_both_sides_saw_passes(tmp_path: Path) -> None:
    found = finding(tmp_path, SEEN, told(3100, "move", "w1", day="Friday"), END)
    assert (found.verdict, found.layer) == (PASS, Layer.TOOLS)
    assert finding(tmp_path, SEEN, END).verdict is PASS  # a wire that tells of nothing


def test_a_call_that_the_sandbox_never_saw_went_elsewhere(tmp_path: Path) -> None:
    lines = (SEEN, told(3100, "move", "w1", day="Friday"), told(4000, "look", "w2", day="Friday"), END)
    found = finding(tmp_path, *lines)
    assert (found.verdict, found.layer) == (FAIL, Layer.TOOLS)
    assert found.actual == 'look {"day":"Friday"} at 4100 ms was called outside the sandbox'
    assert list(found.at) == frames_of(recording(tmp_path, *CALL, *lines), "tool.call")[-1:]


def test_a_second_call_of_the_same_needs_a_second_record(tmp_path: Path) -> None:
    twice = (told(3100, "move", "w1", day="Friday"), told(3200, "move", "w2", day="Friday"))
    assert finding(tmp_path, SEEN, *twice, END).verdict is FAIL
    assert finding(tmp_path, SEEN, *twice, sandbox_call(3300, "move", "http-2", day="Friday"), END).verdict is PASS


def test_arguments_may_be_written_in_another_way(tmp_path: Path) -> None:
    assert finding(tmp_path, SEEN, told(3100, "move", "w1", day="Fri"), END).verdict is PASS


def test_what_the_gate_was_not_to_answer_may_go_anywhere(tmp_path: Path) -> None:
    assert finding(tmp_path, told(3000, "weather", "w1"), END).verdict is PASS
    assert finding(tmp_path, told(3000, "end_call", "w1"), END).verdict is PASS
    every = ToolPlan("all", system=("end_call",), sandbox=Sandbox(PLACE))
    assert finding(tmp_path, told(3000, "weather", "w1"), END, tools=every).verdict is FAIL
    assert finding(tmp_path, told(3000, "end_call", "w1"), END, tools=every).verdict is PASS


def test_what_the_gate_answered_over_the_socket_went_nowhere_else(tmp_path: Path) -> None:
    assert finding(tmp_path, tool_call(3000, "move", "c1"), tool_result(3100, "c1", 1), END).verdict is PASS


def test_a_stray_call_may_have_been_this_one(tmp_path: Path) -> None:
    found = finding(tmp_path, told(3100, "look", "w1"), stray(3050, "look"), END)
    assert (found.verdict, found.blame) == (UNKNOWN, Blame.CONFIGURATION)
    assert "calls of look" in found.actual


def test_a_stump_proves_neither(tmp_path: Path) -> None:
    outside = told(3100, "look", "w1")
    assert finding(tmp_path, outside, note(4000, "x"), killed=True).verdict is UNKNOWN
    assert finding(tmp_path, SEEN, ended("expired", 9000)).verdict is UNKNOWN
    assert finding(tmp_path, outside, ended("expired", 9000)).verdict is FAIL
