"""A write of a call that was cut, and the next call: it does not come again, but as what it was."""

from pathlib import Path
from typing import Any

from gate.checks.reconnected import WritesKept
from gate.core.findings import Layer
from gate.core.tooling import Idempotency, ToolPlan
from tests.checks.notation import (
    FAIL,
    OPENING,
    PASS,
    SKIP,
    UNKNOWN,
    Line,
    ask,
    closed,
    ended,
    in_call,
    said,
    tool_call,
    tool_result,
)

CHECK = WritesKept(0)
TOOLS = ToolPlan("all", writes=("move",))
KEYED = ToolPlan("all", writes=("move",), idempotency=Idempotency("argument", "key"))
CUT = (closed(4000, None), ended("finished", 4000, linger=0)[-1])
END = ended("finished", 9000)


def finding(
    folder: Path, first: tuple[Any, ...], second: tuple[Any, ...], tools: ToolPlan = TOOLS, end: Any = END
) -> Any:
    before: tuple[Line, ...] = in_call(0, *OPENING, said("hello", 0), *first, *CUT)
    behind: tuple[Line, ...] = in_call(1, *OPENING, said("hello", 0), *second, end)
    return ask(folder, CHECK, *before, *behind, call=1, calls=2, tools=tools)


WRITTEN = (tool_call(3000, "move", day="Friday"), tool_result(3300, result={"ok": True}))
ASKED = (tool_call(3000, "move", day="Friday"),)


def test_what_does_not_come_again_passes_if_the_call_was_followed_to_its_end(tmp_path: Path) -> None:
    assert finding(tmp_path, WRITTEN, ()).verdict is PASS
    assert finding(tmp_path, WRITTEN, (), end=ended("closed", 3000)).verdict is UNKNOWN


def test_a_write_that_comes_again_fails_whether_it_was_answered_or_not(tmp_path: Path) -> None:
    again = (tool_call(3000, "move", "c9", day="friday"),)
    done, unsure = finding(tmp_path, WRITTEN, again), finding(tmp_path, ASKED, again)
    assert (done.verdict, done.layer, done.symptom) == (FAIL, Layer.TOOLS, "tool-twice")
    assert done.actual == 'move {"day":"friday"} came again 3100 ms into the next call, after it had succeeded'
    assert (unsure.verdict, unsure.actual[-37:]) == (FAIL, "though nobody knows what became of it")


def test_the_same_call_may_be_told_again_as_long_as_it_has_no_answer(tmp_path: Path) -> None:
    again = (tool_call(3000, "move", "c1", day="Friday"),)
    assert finding(tmp_path, ASKED, again).verdict is PASS
    assert finding(tmp_path, WRITTEN, again).verdict is FAIL


def test_the_same_key_makes_it_harmless_and_another_does_not(tmp_path: Path) -> None:
    first = (tool_call(3000, "move", day="Friday", key="k1"),)
    same, other = ((tool_call(3000, "move", "c9", day="Friday", key=key),) for key in ("k1", "k2"))
    assert finding(tmp_path, first, same, KEYED).verdict is PASS
    assert finding(tmp_path, first, other, KEYED).verdict is FAIL


def test_another_write_and_another_tool_are_something_else(tmp_path: Path) -> None:
    other = (tool_call(3000, "move", "c2", day="Monday"), tool_call(3500, "look", "c3", day="Friday"))
    assert finding(tmp_path, WRITTEN, other).verdict is PASS


def test_without_a_write_before_nothing_is_proven(tmp_path: Path) -> None:
    assert finding(tmp_path, (), ()).verdict is SKIP
