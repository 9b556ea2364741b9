import json
import re
from collections.abc import Callable

import pytest

from gate.core.comparison import Change, Comparison
from gate.core.findings import Blame, CaseResult, Finding, Outcome, Report, Verdict
from gate.core.mistakes import Mistake
from gate.core.places import Place
from gate.report import github
from gate.report.workspace import NOWHERE, Workspace
from tests.cli.runner import Runner

Make = Callable[..., Finding]
MakeCase = Callable[..., CaseResult]
MakeReport = Callable[..., Report]


def told(lines: tuple[str, ...]) -> Runner:
    runner = Runner()
    runner.reads("\n".join(lines))
    assert runner.log == [], "every line is a command"
    return runner


def test_a_failure_is_an_error_at_its_line(finding: Make, case: MakeCase, report: MakeReport) -> None:
    where = Workspace("/ws", "/ws/app", "/ws/app/out")
    (one,) = told(github.annotations(report(case(finding())), where, red=True)).commands
    assert one.name == "error"
    assert one.properties == {
        "file": "app/voice-tests.yaml", "line": "34", "col": "9",
        "title": "FAIL: tools · Caller reschedules after correcting the day (staging)",
    }  # fmt: skip
    assert one.data.splitlines()[:3] == [
        "layer     tools",
        "expected  reschedule_appointment called exactly once",
        "actual    called 2 times (wire.jsonl lines 412, 433)",
    ]


def test_errors_come_first_and_failures_before_doubts(finding: Make, case: MakeCase, report: MakeReport) -> None:
    doubt = finding(Verdict.UNKNOWN, blame=Blame.ENVIRONMENT)
    made = report(case(doubt, finding(blocks=False)), case(finding()), problems=("disk full",))
    found = told(github.annotations(made, NOWHERE, red=True)).commands
    assert [one.name for one in found] == ["error"] * 3 + ["warning"]
    assert [one.properties["title"].split(":")[0] for one in found] == ["FAIL", "Voxgate", "UNKNOWN", "FAIL"]


def test_in_a_step_that_passes_a_doubt_is_a_warning(finding: Make, case: MakeCase, report: MakeReport) -> None:
    made = report(case(finding(Verdict.UNKNOWN)))
    assert [one.name for one in told(github.annotations(made, NOWHERE, red=False)).commands] == ["warning"]


def test_there_are_never_more_than_the_runner_shows(finding: Make, case: MakeCase, report: MakeReport) -> None:
    made = report(*[case(finding(), finding(blocks=False))] * 25)
    found = told(github.annotations(made, NOWHERE, red=True)).commands
    assert [one.name for one in found] == ["error"] * 10 + ["warning"] * 10
    assert found[9].data == "and 16 more: see the summary, or report.html"


def test_what_is_worse_than_the_baseline_is_an_error(finding: Make, case: MakeCase, report: MakeReport) -> None:
    change = Change("latency", "smoke · hello", "first audible sample", "950 ms", "1270 ms", regression=True)
    made = report(
        case(finding(Verdict.PASS)), comparison=Comparison("r-0", "", 1, (change,)), outcome=Outcome.REGRESSED
    )
    (one,) = told(github.annotations(made, NOWHERE, red=True)).commands
    assert one.data == "latency: smoke · hello: first audible sample: before 950 ms, now 1270 ms"


def test_a_flaky_case_is_shown_where_it_is_written(finding: Make, case: MakeCase, report: MakeReport) -> None:
    made = report(case(finding(Verdict.PASS), attempt=2, tries=(case(finding()),)))
    (one,) = told(github.annotations(made, NOWHERE, red=True)).commands
    assert (one.name, one.properties["line"]) == ("error", "34")
    assert one.data.startswith("failed at attempt 1, then passed at attempt 2: tools: called 2 times")
    doubt = report(case(finding(Verdict.PASS), attempt=2, tries=(case(finding(Verdict.UNKNOWN)),)))
    assert [one.name for one in told(github.annotations(doubt, NOWHERE, red=False)).commands] == ["warning"]


def test_what_is_in_quarantine_is_a_warning(finding: Make, case: MakeCase, report: MakeReport) -> None:
    made = report(
        case(finding(blocks=False), verdict=Verdict.FAIL, quarantine="until 2027-01-01"), outcome=Outcome.PASSED
    )
    assert [one.name for one in told(github.annotations(made, NOWHERE, red=False)).commands] == ["warning"]


@pytest.mark.parametrize("outcome", [Outcome.NO_TESTS, Outcome.INTERNAL])
def test_a_red_run_without_a_finding_says_why(outcome: Outcome, report: MakeReport) -> None:
    (one,) = told(github.annotations(report(outcome=outcome), NOWHERE, red=True)).commands
    assert (one.name, one.properties["title"]) == ("error", f"Voxgate: {outcome}")


def test_mistakes_stand_at_their_lines() -> None:
    mistake = Mistake(Place("a,b:c.yaml", 4, 3), "unknown key 'dialct'", hint="did you mean 'dialect'?")
    (one,) = told(github.mistakes([mistake], NOWHERE)).commands
    assert one.properties == {
        "file": "a,b:c.yaml",
        "line": "4",
        "col": "3",
        "title": "Voxgate: a mistake in the manifest",
    }
    assert "did you mean 'dialect'?" in one.data


def test_outputs_are_read_back_as_they_were(finding: Make, case: MakeCase, report: MakeReport) -> None:
    files = {"junit": "out/junit.xml", "evidence": "a\noutcome<<x\npassed\nx"}
    values = github.outputs(report(case(finding())), "failed", files, red=True)
    assert tuple(values) == github.OUTPUTS
    assert json.loads(values["counts"]) == {
        "cases": 1, "passed": 0, "failed": 1, "unknown": 0, "skipped": 0, "flaky": 0, "quarantined": 0
    }  # fmt: skip
    assert Runner.outputs(github.output_file(values, "d-1")) == values
    assert github.outputs(None, "configuration", {}, red=True)["counts"] == ""


def test_every_line_of_a_secret_is_masked() -> None:
    runner = told(github.masks(["one 100%", "two\nthree", " \n", "one 100%"]))
    assert runner.masked == ["one 100%", "two\nthree", "two", "three"]


def test_hostile_text_becomes_no_command(hostile_report: Report) -> None:
    lines = github.annotations(hostile_report, NOWHERE, red=True)
    assert all("\n" not in line and "\r" not in line for line in lines)
    runner = told(lines)
    assert {one.name for one in runner.commands} <= {"error", "warning"}
    assert runner.masked == []
    assert all(set(one.properties) <= {"file", "line", "col", "title"} for one in runner.commands)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202e\u2028]", "".join(lines))
    assert all(len(one.data) < 3_000 for one in runner.commands)
