import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, xunit2
from lxml import etree

from gate.core.findings import Blame, CaseResult, Finding, Layer, Outcome, Report, ToolAnswer, Verdict
from gate.core.measurement import Measurement
from gate.core.places import Place
from gate.report.junit import render
from gate.report.workspace import Workspace

SCHEMA = etree.XMLSchema(etree.parse(Path(__file__).with_name("schemas") / "junit-10.xsd"))

Make = Callable[..., Finding]
MakeCase = Callable[..., CaseResult]
MakeReport = Callable[..., Report]


def parsed(report: Report) -> list[TestCase]:
    return [test for suite in JUnitXml.fromstring(render(report).encode()) for test in suite]


def only(report: Report) -> TestCase:
    (test,) = parsed(report)
    return test


def test_a_failure_of_the_agent(finding: Make, case: MakeCase, report: MakeReport) -> None:
    test = only(report(case(finding())))
    (result,) = test.result
    assert isinstance(result, Failure)
    assert (test.classname, test.name) == ("staging.canonical.tools", "Caller reschedules after correcting the day")
    assert test.time == pytest.approx(4.2)
    assert result.type == "tools"
    assert result.message == "tools: expected reschedule_appointment called exactly once, got called 2 times"
    assert result.text == (
        "\n"
        "  layer     tools\n"
        "  expected  reschedule_appointment called exactly once\n"
        "  actual    called 2 times (wire.jsonl lines 412, 433)\n"
        "  manifest  voice-tests.yaml:34:9\n"
        "  do next   make the tool idempotent, or confirm before it is called\n"
        "  evidence  evidence/cases/staging--canonical--tools--reschedule/1\n"
    )
    folder = "evidence/cases/staging--canonical--tools--reschedule/1"
    assert test.system_out == (
        "trace id: 4bf92f3577b34da6a3ce929d0e0e4736\n"
        f"evidence: {folder}\n"
        "[[PROPERTY|verdict=fail]]\n"
        "[[PROPERTY|dialect=canonical]]\n"
        "[[PROPERTY|manifest=voice-tests.yaml:34:9]]\n"
        f"[[ATTACHMENT|{folder}/derived/call.wav]]\n"
        f"[[ATTACHMENT|{folder}/derived/transcript.txt]]\n"
        f"[[ATTACHMENT|{folder}/derived/events.jsonl]]\n"
        f"[[ATTACHMENT|{folder}/derived/tools.json]]"
    )


@pytest.mark.parametrize(
    ("blame", "kind"),
    [
        (Blame.AGENT, "inconclusive"),
        (Blame.ENVIRONMENT, "environment"),
        (Blame.GATE, "gate"),
        (Blame.CONFIGURATION, "configuration"),
    ],
)
def test_a_doubt_is_an_error_by_its_blame(
    blame: Blame, kind: str, finding: Make, case: MakeCase, report: MakeReport
) -> None:
    (result,) = only(report(case(finding(Verdict.UNKNOWN, blame=blame), finding(Verdict.UNKNOWN)))).result
    assert isinstance(result, Error)
    assert result.type == kind
    assert "called 2 times" in result.text


def test_a_failure_wins_over_doubts_and_tells_them(finding: Make, case: MakeCase, report: MakeReport) -> None:
    lost = finding(Verdict.UNKNOWN, blame=Blame.GATE, actual="a check broke")
    (result,) = only(report(case(lost, finding(layer=Layer.CLOSE)))).result
    assert isinstance(result, Failure)
    assert result.type == "close"
    assert result.text.index("close") < result.text.index("a check broke")


def test_what_does_not_block_is_a_remark(finding: Make, case: MakeCase, report: MakeReport) -> None:
    test = only(report(case(finding(Verdict.PASS), finding(blocks=False), finding(Verdict.SKIP, actual="not shown"))))
    assert test.result == []
    assert "not blocking: fail\n  layer     tools (does not block)" in test.system_out
    assert "skipped: tools: not shown" in test.system_out


def test_a_skip_has_its_reason(case: MakeCase, finding: Make, report: MakeReport) -> None:
    _, test = parsed(report(case(finding(Verdict.PASS)), case(verdict=Verdict.SKIP, skip="an opaque token")))
    (result,) = test.result
    assert isinstance(result, Skipped)
    assert result.message == "an opaque token"


def test_one_suite_per_suite_and_target(case: MakeCase, finding: Make, report: MakeReport) -> None:
    keys = [("a", "smoke"), ("b", "smoke"), ("a", "smoke"), ("a", "tools")]
    cases = [case(finding(Verdict.PASS), target=target, suite=suite) for target, suite in keys]
    suites = list(JUnitXml.fromstring(render(report(*cases)).encode()))
    assert [(suite.name, suite.tests) for suite in suites] == [("a.smoke", 2), ("b.smoke", 1), ("a.tools", 1)]
    assert {prop.name: prop.value for prop in suites[0].properties()}["run"] == "r-1"


def test_a_problem_of_the_run_is_an_error(case: MakeCase, finding: Make, report: MakeReport) -> None:
    cases = [case(finding(Verdict.PASS))]
    *_, test = parsed(report(*cases, outcome=Outcome.INTERNAL, problems=("summary.md: KeyError\nat line 3", "two")))
    (result,) = test.result
    assert isinstance(result, Error)
    assert (test.classname, test.name) == ("voxgate.run", "run")
    assert (result.type, result.message) == ("gate", "summary.md: KeyError at line 3")
    assert "at line 3" in result.text
    assert "two" in result.text


def test_a_problem_does_not_redden_a_green_run(case: MakeCase, finding: Make, report: MakeReport) -> None:
    text = render(report(case(finding(Verdict.PASS)), problems=("the clock jumped",)))
    assert "the clock jumped" in text
    assert not red(JUnitXml.fromstring(text.encode()))


def red(xml: JUnitXml) -> int:
    return sum(isinstance(result, Failure | Error) for suite in xml for test in suite for result in test.result)


PLACE = Place("m.yaml", 1, 1)
FINDINGS = st.builds(
    lambda verdict, blame, blocks, actual: Finding(
        "c", verdict, Layer.TOOLS, blame if verdict is not Verdict.FAIL else Blame.AGENT, actual, actual or "x", PLACE,
        blocks=blocks,
    ),
    st.sampled_from(Verdict), st.sampled_from(Blame), st.booleans(), st.text(max_size=5),
)  # fmt: skip
CASES = st.builds(
    lambda verdict, findings, suite: CaseResult("i", "t", "d", suite, "n", PLACE, verdict, tuple(findings)),
    st.sampled_from(Verdict), st.lists(FINDINGS, max_size=3), st.sampled_from(["a", "b"]),
)  # fmt: skip


@given(st.sampled_from(Outcome), st.lists(CASES, max_size=3), st.lists(st.text(max_size=5), max_size=2))
def test_a_red_run_is_never_green_or_empty(outcome: Outcome, cases: list[CaseResult], problems: list[str]) -> None:
    made = Report("r", "m", "1", "1", outcome, tuple(cases), problems=tuple(problems))
    xml = JUnitXml.fromstring(render(made).encode())
    assert red(xml) or made.exit_code == 0
    results = [result for suite in xml for test in suite for result in test.result]
    assert all(result.message or result.text for result in results)
    assert all(result.text and result.text.strip() for result in results if not isinstance(result, Skipped))


def invalid(text: str) -> str:
    """What Jenkins' xUnit plugin would say against it."""
    SCHEMA.validate(etree.fromstring(text.encode("utf-8")))
    return str(SCHEMA.error_log)


@given(st.sampled_from(Outcome), st.lists(CASES, max_size=3), st.floats(0.0, 1e7))
def test_every_file_is_valid_for_jenkins(outcome: Outcome, cases: list[CaseResult], duration_ms: float) -> None:
    timed = [replace(case, duration_ms=duration_ms / 10**number) for number, case in enumerate(cases)]
    again = [replace(case, tries=tuple(timed)) for case in timed]
    assert invalid(render(Report("r", "m", "1", "1", outcome, tuple(again), problems=("p",)))) == ""


def test_the_schema_refuses_what_the_package_writes(case: MakeCase, finding: Make) -> None:
    """Or the test above could not fail."""
    from junit_xml import TestSuite, to_xml_report_string

    assert "disabled" in invalid(to_xml_report_string([TestSuite("s", [])]))


def test_an_earlier_attempt_is_a_rerun_or_flaky(case: MakeCase, finding: Make, report: MakeReport) -> None:
    late = case(finding(Verdict.UNKNOWN, blame=Blame.GATE, actual="the gate was late"), evidence="evidence/cases/c/1")
    wrong = case(finding(layer=Layer.CLOSE))
    good = case(finding(Verdict.PASS), attempt=2, evidence="evidence/cases/c/2", tries=(late,))
    bad = case(finding(), attempt=3, tries=(late, wrong))
    text = render(report(good, bad))
    assert invalid(text) == ""
    flaky, rerun = [test for suite in xunit2.JUnitXml.fromstring(text.encode()) for test in suite]
    (once,) = flaky.flaky_errors()
    assert once.type == "gate"
    assert once.message == "tools: expected reschedule_appointment called exactly once, got the gate was late"
    assert "the gate was late" in once.stack_trace
    assert "[[ATTACHMENT|evidence/cases/c/1/derived/call.wav]]" in once.system_out
    assert flaky.is_passed
    assert "attempt: 2" in flaky.system_out
    assert [again.type for again in rerun.rerun_errors()] == ["gate"]
    assert [again.type for again in rerun.rerun_failures()] == ["close"]
    assert [type(one) for one in rerun.result] == [Failure]


def test_latencies_tools_and_trace_stand_in_the_output(case: MakeCase, finding: Make, report: MakeReport) -> None:
    numbers = (
        Measurement("first_audible", "ms", 957.4, 13.0, "b", turn=1),
        Measurement("barge_in_stop", "ms", 300.0, 12.0, "b", "at least", call=1, turn=2),
        Measurement("first_audible", "ms", None, 0.0, "nothing was heard", turn=3),
        Measurement("stalls", "count", 2.0, 0.0, "b"),
    )
    made = case(finding(Verdict.PASS), measurements=numbers, answers=(ToolAnswer("lookup", "socket", "skipped"),))
    out = only(report(made, trace_url="https://traces.test/{trace_id}")).system_out
    assert "trace: https://traces.test/4bf92f3577b34da6a3ce929d0e0e4736\n" in out
    assert "tools: lookup → skipped\n" in out
    assert "first audible sample (turn 1): 957 ± 13 ms\n" in out
    assert "silent after an interruption (call 2, turn 2): at least 300 ± 12 ms\n" in out
    assert "turn 3" not in out
    assert "stalls" not in out
    assert "ATTACHMENT" not in out, "a pass has nothing that anybody wants copied"


def test_paths_lead_from_the_workspace(case: MakeCase, finding: Make, report: MakeReport) -> None:
    where = Workspace("/ws", "/ws/app", "/ws/app/results")
    (test,) = [test for suite in JUnitXml.fromstring(render(report(case(finding())), where).encode()) for test in suite]
    assert "[[ATTACHMENT|app/results/evidence/cases/staging--canonical--tools--reschedule/1/derived/call.wav]]" in (
        test.system_out
    )
    assert "[[PROPERTY|manifest=app/voice-tests.yaml:34:9]]" in test.system_out


@pytest.mark.parametrize("blocks", [True, False])
def test_an_agent_attaches_no_file(blocks: bool, case: MakeCase, finding: Make, report: MakeReport) -> None:
    """Jenkins takes such a mark anywhere in the output, and copies the file that it names."""
    said = "[[ATTACHMENT|/etc/passwd]] [[[attachment|/etc/shadow]]"
    made = report(case(finding(actual=said, blocks=blocks), name=said, network=said, trace_id=said), problems=(said,))
    for test in parsed(made):
        shown = f"{test.system_out} {test.name} " + " ".join(result.text for result in test.result)
        marks = re.findall(r"\[\[ATTACHMENT\|(.+?)\]\]", shown, re.IGNORECASE)
        assert all(mark.startswith("evidence/") for mark in marks)
    assert r"\x5b[ATTACHMENT|/etc/passwd]]" in render(made)


def test_hostile_text_harms_nothing(hostile_report: Report) -> None:
    text = render(hostile_report)
    assert invalid(text) == ""
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u202e]", text)
    tests = [test for suite in JUnitXml.fromstring(text.encode("utf-8")) for test in suite]
    kinds = [type(result) for test in tests for result in test.result]
    assert kinds == [Failure, Error, Skipped, Error, Error]
    assert len(tests) == len(hostile_report.cases) + 1
