"""Ids that the agent calls its tools with come from somewhere, or were invented."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gate.checks.tools.provenance import IdsKnown
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
    asked,
    decided,
    ended,
    frames_of,
    heard_as,
    note,
    received,
    recording,
    said,
    sandbox_call,
    sandbox_result,
    sent,
    tool_call,
    tool_result,
)

TOOLS = ToolPlan("all", ids={"move": ("id", "also.ids")})
CALL = (*OPENING, said("hello", 1000))
LOOKED = (tool_call(3000, "look", "l1"), tool_result(3100, "l1", {"id": "A-17", "more": [{"B-2": 4711}]}))
END = ended("finished", 9000)


def finding(folder: Path, *lines: Line | tuple[Line, ...], **more: Any) -> Any:
    return ask(folder, IdsKnown(), *CALL, *lines, **({"tools": TOOLS} | more))


@pytest.mark.parametrize("value", ["A-17", "a17", "B-2", 4711, "4711", None, "", True])
def test_an_id_of_an_earlier_result_is_known(tmp_path: Path, value: Any) -> None:
    found = finding(tmp_path, *LOOKED, tool_call(4000, "move", id=value), END)
    assert (found.verdict, found.layer) == (PASS, Layer.TOOLS)


def test_an_id_that_nothing_holds_was_invented(tmp_path: Path) -> None:
    lines = (*LOOKED, tool_call(4000, "move", id="A-99"), END)
    found = finding(tmp_path, *lines)
    assert (found.verdict, found.layer) == (FAIL, Layer.TOOLS)
    assert found.actual == (
        'move was called with id "A-99" at 4100 ms, and nothing before it holds that: it was invented'
    )
    assert list(found.at) == frames_of(recording(tmp_path, *CALL, *lines), "tool.call")[1:]


def test_every_id_of_a_list_must_come_from_somewhere(tmp_path: Path) -> None:
    both = tool_call(4000, "move", id="A-17", also={"ids": ["4711", "C-3"]})
    assert 'also.ids "C-3"' in finding(tmp_path, *LOOKED, both, END).actual
    known = tool_call(4000, "move", id="A-17", also={"ids": ["4711"]})
    assert finding(tmp_path, *LOOKED, known, END).verdict is PASS


def test_a_part_of_an_id_is_another_one(tmp_path: Path) -> None:
    assert finding(tmp_path, *LOOKED, tool_call(4000, "move", id="471"), END).verdict is FAIL


def test_a_result_that_comes_later_told_nothing(tmp_path: Path) -> None:
    early = (tool_call(3000, "look", "l1"), tool_call(3050, "move", id="A-17"), tool_result(3100, "l1", {"id": "A-17"}))
    assert finding(tmp_path, *early, END).verdict is FAIL


def test_the_caller_may_say_an_id(tmp_path: Path) -> None:
    assert finding(tmp_path, tool_call(4000, "move", id="hello-there"), END).verdict is PASS
    assert finding(tmp_path, tool_call(500, "move", id="hello"), END).verdict is FAIL  # before it was said


def test_what_the_agent_heard_or_was_typed_or_pressed_counts_as_said(tmp_path: Path) -> None:
    heard = (heard_as(2900, "my number is"), heard_as(2950, "four seven one one"))
    assert finding(tmp_path, *heard, tool_call(4000, "move", id="4711"), END).verdict is PASS
    keys = (note(3000, "press", digits="4711", turn=2), sent(3000, type="dtmf.input", digits="4711"))
    assert finding(tmp_path, *keys, tool_call(4000, "move", id="4711"), END).verdict is PASS


def test_the_session_may_hold_an_id(tmp_path: Path) -> None:
    called = tool_call(4000, "move", id="A-17")
    prompt = {"metadata": {"customer": "A-17"}}
    assert finding(tmp_path, called, END, session=prompt).verdict is PASS
    assert finding(tmp_path, received(100, "metadata", data={"customer": ["A-17"]}), called, END).verdict is PASS


def test_an_example_in_a_description_is_nobodys_id(tmp_path: Path) -> None:
    def plan(**field: Any) -> ToolPlan:
        return replace(TOOLS, schemas=(Schema("move", {"properties": {"id": field}}, "an id such as A-17"),))

    called = tool_call(4000, "move", id="A-17")
    assert finding(tmp_path, called, END, tools=plan(description="such as A-17")).verdict is FAIL
    assert finding(tmp_path, called, END, tools=plan(enum=["A-17", "A-18"])).verdict is PASS
    tools = {"tools": [{"name": "move", "description": "such as A-17"}]}
    assert finding(tmp_path, called, END, session=tools).verdict is FAIL


def test_the_sandbox_saw_results_too(tmp_path: Path) -> None:
    looked = (sandbox_call(3000, "look"), sandbox_result(3100, "look", result={"id": "A-17"}))
    assert finding(tmp_path, *looked, sandbox_call(4000, "move", "http-2", id="A-17"), END).verdict is PASS
    assert finding(tmp_path, *looked, sandbox_call(4000, "move", "http-2", id="A-18"), END).verdict is FAIL


def test_an_answer_that_nobody_showed_may_have_held_it(tmp_path: Path) -> None:
    dark = tool_call(3000, "look", "l1", "theirs", None)
    found = finding(tmp_path, dark, tool_call(4000, "move", id="A-99"), END)
    assert found.verdict is UNKNOWN
    assert found.actual.endswith("but nothing shows what look answered")


def test_a_picture_may_have_held_it(tmp_path: Path) -> None:
    shown = (note(3000, "image", name="card", turn=2),
             sent(3000, type="image.input", name="card", media_type="image/png", image="AAAA"))  # fmt: skip
    assert finding(tmp_path, *shown, tool_call(4000, "move", id="A-99"), END).verdict is UNKNOWN


def test_only_the_tools_and_arguments_that_are_named_are_looked_at(tmp_path: Path) -> None:
    assert finding(tmp_path, tool_call(4000, "look", id="A-99"), END).verdict is PASS
    assert finding(tmp_path, tool_call(4000, "move", day="A-99"), END).verdict is PASS


def test_no_invention_is_proven_over_a_whole_call_only(tmp_path: Path) -> None:
    assert finding(tmp_path, *LOOKED, ended("expired", 9000)).verdict is UNKNOWN
    assert finding(tmp_path, asked(2000), note(4000, "x"), killed=True).verdict is UNKNOWN


def test_a_wire_without_tools_puts_nothing_to_the_test(tmp_path: Path) -> None:
    silent = replace(CAN, shows=CAN.shows - {"tool.call"}, answers_tools=False)
    assert finding(tmp_path, decided(3000, "look", "c1", "theirs", None), END, can=silent).verdict is SKIP


def test_a_number_is_the_same_however_it_is_written(tmp_path: Path) -> None:
    assert finding(tmp_path, *LOOKED, tool_call(4000, "move", id=4711.0), END).verdict is PASS
    assert finding(tmp_path, *LOOKED, tool_call(4000, "move", id=4711.5), END).verdict is FAIL


def test_an_error_that_repeats_what_it_was_asked_about_makes_no_id_known(tmp_path: Path) -> None:
    asked_about = (
        tool_call(3000, "look", "l1", "mocked", "error", id="B-99"),
        tool_result(3100, "l1", error="no B-99"),
    )
    assert finding(tmp_path, *asked_about, tool_call(4000, "move", id="B-99"), END).verdict is FAIL
    hint = tool_result(3100, "l1", error="no B-99, but A-17")
    assert finding(tmp_path, asked_about[0], hint, tool_call(4000, "move", id="A-17"), END).verdict is PASS
