"""What tool calls got, in one line of each document; and what is only worth knowing of a run."""

import pytest

from gate.core.findings import ToolAnswer, Verdict
from gate.report import documents, junit, markdown
from gate.report.answering import answers_line
from gate.report.closing import closing_blocks
from gate.report.text import case_block
from tests.report.conftest import make_case, make_finding, make_report

MOCK = "voice-tests.yaml:22:7"
FIRST = ToolAnswer("move", "socket", "mocked", "error", MOCK, 1, 2)
THEN = ToolAnswer("move", "socket", "mocked", "value", MOCK, 2, 2)
LINE = "move → error (mock voice-tests.yaml:22, answer 1 of 2), then value"


@pytest.mark.parametrize(
    ("answers", "line"),
    [
        ((), ""),
        ((FIRST, THEN), LINE),
        ((FIRST, ToolAnswer("look", "http", "mocked", "value", "voice-tests.yaml:9:7", 1, 1), THEN),
         f"{LINE}; look → value (mock voice-tests.yaml:9)"),
        ((ToolAnswer("a", "mcp", "mocked", "timeout", "v.yaml:1:1", 1, 1),), "a → timeout (mock v.yaml:1)"),
        ((ToolAnswer("a", "socket", "left"), ToolAnswer("a", "socket", "theirs", "value")),
         "a → left to the agent, then answered elsewhere"),
        ((ToolAnswer("a", "socket", "no-match", "error"),), "a → error (no mock fits)"),
        ((ToolAnswer("a", "socket", "system"), ToolAnswer("b", "http", "real", "value")),
         "a → left to the platform; b → value (the real tool)"),
        ((ToolAnswer("a\n::error::", "socket", "skipped", "value"),), "a ::error:: → skipped"),
    ],
)  # fmt: skip
def test_answers_in_a_line(answers: tuple[ToolAnswer, ...], line: str) -> None:
    assert answers_line(make_case(answers=answers)) == line


def test_a_hostile_agent_gets_no_endless_line() -> None:
    many = tuple(ToolAnswer(f"t{i}" * 100, "socket", "left") for i in range(500))
    many += tuple(ToolAnswer("t", "socket", "left") for _ in range(500))
    assert len(answers_line(make_case(answers=many))) < 1000


def test_a_case_that_did_not_pass_says_what_its_tools_got() -> None:
    case = make_case(make_finding(), answers=(FIRST, THEN))
    assert f"  tools     {LINE}\n  evidence" in case_block(case)
    report = make_report(case)
    assert f"Tools: `{LINE}`" in markdown.render(report)
    assert f"  tools     {LINE}\n  evidence" in junit.render(report)
    assert "tools   " not in case_block(make_case(make_finding()))


def test_the_report_says_it_of_every_case() -> None:
    report = make_report(make_case(make_finding(Verdict.PASS, actual=""), answers=(FIRST, THEN)))
    assert LINE not in markdown.render(report)
    again = documents.from_json(documents.to_json(report))
    assert again.cases[0].answers == (FIRST, THEN)


def test_remarks_are_notes() -> None:
    remark = f"{MOCK}: no call of this run used this mock of move"
    report = make_report(make_case(), remarks=(remark,))
    assert f"NOTE  {remark}" in closing_blocks(report)
    assert f"- `{remark}`" in markdown.render(report)
    assert documents.from_json(documents.to_json(report)).remarks == (remark,)
    assert "Notes" not in markdown.render(make_report(make_case()))
