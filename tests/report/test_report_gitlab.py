import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from gate.core.findings import CaseResult, Finding, Report, Verdict
from gate.core.places import Place
from gate.report.gitlab import render
from gate.report.workspace import Workspace

Make = Callable[..., Finding]
MakeCase = Callable[..., CaseResult]
MakeReport = Callable[..., Report]

FIELDS = {"description", "check_name", "fingerprint", "severity", "location"}


def issues(report: Report, *where: Workspace) -> list[dict[str, Any]]:
    found = json.loads(render(report, *where))
    assert all(set(issue) == FIELDS for issue in found)
    assert all(issue["severity"] in ("info", "minor", "major", "critical", "blocker") for issue in found)
    assert len({issue["fingerprint"] for issue in found}) == len(found)
    return list(found)


def test_a_finding_stands_at_its_line(finding: Make, case: MakeCase, report: MakeReport) -> None:
    at = Place("./voice-tests.yaml", 12, 3)
    doubt, shown = finding(Verdict.UNKNOWN), finding(blocks=False)
    found = issues(report(case(finding(place=at), doubt, shown)), Workspace("/ws", "/ws", "/ws/out"))
    assert found[0]["location"] == {"path": "voice-tests.yaml", "lines": {"begin": 12}}
    assert found[0]["check_name"] == "tool-calls"
    assert found[0]["description"] == (
        "tools · Caller reschedules after correcting the day (staging): tools: called 2 times, "
        "expected reschedule_appointment called exactly once"
    )
    assert [issue["severity"] for issue in found] == ["critical", "major", "info"]


def test_a_green_run_is_an_empty_list(finding: Make, case: MakeCase, report: MakeReport) -> None:
    assert issues(report(case(finding(Verdict.PASS)), case(verdict=Verdict.SKIP, skip="no"))) == []


def test_a_case_without_findings_is_one_too(case: MakeCase, report: MakeReport) -> None:
    (found,) = issues(report(case(verdict=Verdict.UNKNOWN)))
    assert found["severity"] == "major"
    assert found["location"]["lines"]["begin"] == 34


def test_the_next_run_has_the_same_fingerprints(finding: Make, case: MakeCase, report: MakeReport) -> None:
    """They are what GitLab tells a new issue from an old one by, so that no time and no word of a call is in them."""
    found = finding()
    first = issues(report(case(found, found, replace(found, call=1))))
    second = issues(report(case(*[replace(found, actual="at 5 ms", at=(1,))] * 2, replace(found, call=1))))
    assert [issue["fingerprint"] for issue in first] == [issue["fingerprint"] for issue in second]


def test_hostile_text_only_shows(hostile_report: Report) -> None:
    text = render(hostile_report)
    assert text.isascii()
    for issue in issues(hostile_report):
        assert not re.search("[\x00-\x1f\x7f-\x9f\ud800-\udfff\u202e\u2028]", issue["description"])
        assert len(issue["description"]) <= 500
