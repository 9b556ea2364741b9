"""Every tool call is one that the schema allows: tools that are known, and arguments that fit."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gate.checks.tools.arguments import ArgumentsFit
from gate.core.findings import Layer
from gate.core.tooling import Schema, ToolPlan
from tests.checks.notation import (
    CAN,
    FAIL,
    OPENING,
    PASS,
    SKIP,
    UNKNOWN,
    Line,
    ask,
    decided,
    ended,
    frames_of,
    note,
    recording,
    said,
    sandbox_call,
    tool_call,
    wire_call,
)

MOVE: dict[str, Any] = {
    "type": "object",
    "properties": {
        "id": {"type": "string", "pattern": "^A-"},
        "day": {"enum": ["Monday", "Thursday"]},
        "slot": {"$ref": "#/$defs/slot"},
    },
    "required": ["id", "day"],
    "additionalProperties": False,
    "$defs": {"slot": {"type": "object", "properties": {"hour": {"type": "integer", "maximum": 23}}}},
}
TOOLS = ToolPlan("all", schemas=(Schema("move", MOVE), Schema("look", {"type": "object"})), system=("end_call",))
CALL = (*OPENING, said("hello", 0))
END = ended("finished", 9000)


def finding(folder: Path, *lines: Line | tuple[Line, ...], **more: Any) -> Any:
    return ask(folder, ArgumentsFit(), *CALL, *lines, **({"tools": TOOLS} | more))


def test_arguments_that_fit_pass(tmp_path: Path) -> None:
    lines = (tool_call(3000, "move", id="A-1", day="Monday", slot={"hour": 9}), tool_call(3100, "look", "c2", x=1), END)
    found = finding(tmp_path, *lines)
    assert (found.verdict, found.layer) == (PASS, Layer.TOOLS)
    assert list(found.at) == frames_of(recording(tmp_path, *CALL, *lines), "tool.call")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"id": "A-1"}, "arguments lacks 'day'"),
        ({}, "arguments lacks 'id', 'day'"),
        ({"id": "A-1", "day": "Friday"}, 'arguments.day is "Friday", expected one of ["Monday","Thursday"]'),
        ({"id": 17, "day": "Monday"}, "arguments.id is 17, expected string"),
        ({"id": "17", "day": "Monday"}, 'arguments.id is "17", expected pattern "^A-"'),
        ({"id": "A-1", "day": "Monday", "slot": {"hour": 24}}, "arguments.slot.hour is 24, expected maximum 23"),
        ({"id": "A-1", "day": "Monday", "when": 1},
         "arguments: Additional properties are not allowed ('when' was unexpected)"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told_by_its_path(tmp_path: Path, arguments: dict[str, Any], told: str) -> None:
    lines = (tool_call(3000, "move", **arguments), END)
    found = finding(tmp_path, *lines)
    assert (found.verdict, found.layer) == (FAIL, Layer.TOOLS)
    assert found.actual.endswith(f": {told}")
    assert list(found.at) == frames_of(recording(tmp_path, *CALL, *lines), "tool.call")


def test_a_call_of_the_sandbox_is_looked_at_as_well(tmp_path: Path) -> None:
    assert finding(tmp_path, sandbox_call(3000, "move", id="A-1", day="Sunday"), END).verdict is FAIL
    assert finding(tmp_path, sandbox_call(3000, "move", id="A-1", day="Monday"), END).verdict is PASS


def test_arguments_that_are_no_object_do_not_fit(tmp_path: Path) -> None:
    broken = (wire_call(3000, "look", "c1", "day=Monday"), decided(3000, "look", "c1"))
    assert finding(tmp_path, *broken, END).actual.endswith("the arguments are no JSON object")


def test_a_tool_that_the_schema_does_not_know_is_a_failure(tmp_path: Path) -> None:
    found = finding(tmp_path, tool_call(3000, "mvoe", id="A-1"), END)
    assert found.verdict is FAIL
    assert found.actual == "a call of mvoe, which the schema does not know; it knows move, look"


def test_tools_of_the_platform_need_no_schema(tmp_path: Path) -> None:
    assert finding(tmp_path, tool_call(3000, "end_call", "c1", "system", None, why="bye"), END).verdict is PASS


def test_no_failure_is_proven_over_a_whole_call_only(tmp_path: Path) -> None:
    good = tool_call(3000, "move", id="A-1", day="Monday")
    assert finding(tmp_path, good, ended("expired", 9000)).verdict is UNKNOWN
    assert finding(tmp_path, good, note(4000, "x"), killed=True).verdict is UNKNOWN
    bad = tool_call(3000, "move", id="A-1", day="Sunday")
    assert finding(tmp_path, bad, ended("expired", 9000)).verdict is FAIL


def test_a_wire_without_tools_puts_nothing_to_the_test(tmp_path: Path) -> None:
    silent = replace(CAN, shows=CAN.shows - {"tool.call"}, answers_tools=False)
    assert finding(tmp_path, END, can=silent).verdict is SKIP
