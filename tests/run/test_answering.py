"""What a run remarks: mocks that nobody used, answers that were never reached; and what each call of a case got."""

from dataclasses import replace
from pathlib import Path

import pytest

from gate.checks import claim
from gate.checks.events.counting import EventCount
from gate.checks.events.never import EventNever
from gate.checks.tools.mocking import CallsMocked, MocksUsed
from gate.core.findings import CaseResult, ToolAnswer, Verdict
from gate.core.matchers import Matcher
from gate.core.places import Place
from gate.core.plan import Case, Plan
from gate.core.tooling import Mock, MockAnswer, ToolPlan
from gate.run.answering import answers_of, remarks
from tests.checks.notation import (
    OPENING,
    decided,
    ended,
    in_call,
    recording,
    sandbox_call,
    sandbox_result,
    tool_call,
    tool_result,
    wire_call,
)


def at(line: int) -> Place:
    return Place("voice-tests.yaml", line, 7)


LOOK = Mock("look", at(9))
MOVE = Mock("move", at(10), (MockAnswer("error", "busy"), MockAnswer("timeout"), MockAnswer()))
TOOLS = ToolPlan("all", mocks=(LOOK, MOVE))
CASE = Case("a", "bot", "tools", "a", at(20), claims=(claim(CallsMocked(), at(20)),), tools=TOOLS)


def used(mock: Mock, step: int = 1) -> ToolAnswer:
    return ToolAnswer(mock.tool, "socket", "mocked", "value", str(mock.place), step, len(mock.answers))


def result(case: Case, *answers: ToolAnswer, evidence: str | None = "evidence/1") -> CaseResult:
    return CaseResult(case.id, "bot", "canonical", case.suite, case.name, case.place, Verdict.PASS, evidence=evidence,
                      answers=answers)  # fmt: skip


def told(results: tuple[CaseResult, ...], *cases: Case) -> tuple[str, ...]:
    return remarks(Plan("voice-tests.yaml", "1", (), (), cases or (CASE,)), results)


def test_a_run_that_used_everything_has_nothing_to_remark() -> None:
    assert told((result(CASE, used(LOOK), used(MOVE, 3)),)) == ()


def test_a_mock_that_no_case_used_is_remarked() -> None:
    other = replace(CASE, id="b")
    assert told((result(CASE, used(MOVE, 3)), result(other)), CASE, other) == (
        "voice-tests.yaml:9:7: no call of this run used this mock of look",
    )
    assert told((result(CASE, used(MOVE, 3)), result(other, used(LOOK))), CASE, other) == ()


def test_answers_that_were_never_reached_are_remarked() -> None:
    assert told((result(CASE, used(LOOK), used(MOVE, 2)),)) == (
        "voice-tests.yaml:10:7: answer 3 of 3 of this mock of move was never reached",
    )
    assert told((result(CASE, used(LOOK), used(MOVE, 1)),))[0].startswith("voice-tests.yaml:10:7: answers 2 to 3 of 3")


def test_a_write_or_an_id_of_a_tool_that_nobody_called_is_remarked() -> None:
    tools = replace(TOOLS, writes=("move", "book", "bok"), ids={"seen": ("id",), "bok": ("id",)})
    case = replace(CASE, tools=tools)
    seen = ToolAnswer("seen", "socket", "left", None, None, 0, 0)
    assert told((result(case, seen, used(LOOK), used(MOVE, 3)),), case) == (
        "tools.writes names book, and no call of this run was of that tool",
        "tools.ids and tools.writes name bok, and no call of this run was of that tool",
    )
    assert told((result(case, seen, used(LOOK)),), case)[0].endswith("no call of this run used this mock of move")
    assert told((result(case, evidence=None),), case) == ()


def test_only_cases_that_were_driven_and_speak_of_tools_count() -> None:
    assert told((result(CASE, evidence=None),)) == ()
    silent = replace(CASE, claims=())
    assert told((result(silent),), silent) == ()


def test_a_mock_of_one_case_is_that_cases_affair() -> None:
    own = Mock("look", at(21))
    idle = claim(MocksUsed((("look", str(own.place)),)), at(21), blocks=False)
    case = replace(CASE, tools=replace(TOOLS, mocks=(own, *TOOLS.mocks)), claims=(*CASE.claims, idle))
    assert told((result(case, used(LOOK), used(MOVE, 3)),), case) == ()


def test_what_each_call_got(tmp_path: Path) -> None:
    mock = str(MOVE.place)
    recorded = recording(
        tmp_path, *OPENING, wire_call(100, "move", "c1", {}),
        decided(100, "move", "c1", how="error", mock=mock, steps=3), tool_result(200, "c1", error="busy"),
        sandbox_call(300, "look"), sandbox_result(400, "look"), ended("finished", 9000),
        in_call(1, *OPENING, tool_call(100, "end_call", "c1", "system", None), ended("finished", 900)),
    )  # fmt: skip
    assert answers_of(recorded) == (
        ToolAnswer("move", "socket", "mocked", "error", mock, 1, 3),
        ToolAnswer("look", "http", "mocked", "value", None, 1, 1),
        ToolAnswer("end_call", "socket", "system", None, None, 1, 1),
    )


@pytest.mark.parametrize(
    "forbidding",
    [
        EventNever("tool.call", (("name", Matcher("exact", "lok")),)),
        EventCount("tool.call", (("name", Matcher("exact", "lok")), ("arguments.id", Matcher("exact", 1))), 0),
    ],
)
def test_what_is_forbidden_by_a_misspelt_name_is_remarked(forbidding: object) -> None:
    case = replace(CASE, claims=(*CASE.claims, claim(forbidding, at(31))))
    everything = result(case, used(LOOK), used(MOVE, 3))
    assert told((everything,), case) == (
        "voice-tests.yaml:31:7: nothing in this run calls or mocks the tool lok: did you mean look?",
    )
    named_lok = ToolAnswer("lok", "socket", "left", None, None, 0, 0)
    assert told((result(case, used(LOOK), used(MOVE, 3), named_lok),), case) == ()


def test_what_is_forbidden_and_like_nothing_is_no_slip() -> None:
    forbidding = EventNever("tool.call", (("name", Matcher("exact", "delete_account")),))
    case = replace(CASE, claims=(*CASE.claims, claim(forbidding, at(31))))
    assert told((result(case, used(LOOK), used(MOVE, 3)),), case) == ()
