import json
from collections.abc import Callable

import pytest

from gate.core.findings import Blame, CaseResult, Finding, Report, Verdict
from gate.report.documents import from_json, to_json
from gate.report.renderers import RENDERERS
from gate.report.workspace import NOWHERE

Make = Callable[..., Finding]
MakeCase = Callable[..., CaseResult]
MakeReport = Callable[..., Report]


def test_a_report_comes_back_as_it_was(finding: Make, case: MakeCase, report: MakeReport) -> None:
    doubt = finding(Verdict.UNKNOWN, blame=Blame.ENVIRONMENT, at=(), call=2, blocks=False)
    made = report(case(finding(), doubt), case(verdict=Verdict.SKIP, skip="why", evidence=None), problems=("p",))
    assert from_json(to_json(made)) == made


def test_hostile_text_comes_back_too(hostile_report: Report) -> None:
    text = to_json(hostile_report)
    assert text.isascii()
    assert "\x1b" not in text
    assert from_json(text) == hostile_report


def test_what_readers_need_stands_first(finding: Make, case: MakeCase, report: MakeReport) -> None:
    document = json.loads(to_json(report(case(finding()), case(finding(Verdict.PASS)))))
    assert list(document)[:4] == ["format", "outcome", "exit_code", "counts"]
    assert document["format"] == "voxgate-report/1"
    assert (document["outcome"], document["exit_code"]) == ("failed", 1)
    assert document["counts"] == {
        "cases": 2,
        "passed": 1,
        "failed": 1,
        "unknown": 0,
        "skipped": 0,
        "flaky": 0,
        "quarantined": 0,
    }
    assert document["cases"][0]["findings"][0]["place"] == {"file": "voice-tests.yaml", "line": 34, "column": 9}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[]", "it is no voxgate report"),
        ('{"format": "voxgate-report/2"}', "please update"),
        ('{"format": "voxgate-report/1"}', "run_id: Field required"),
        ("{", "Expecting"),
        ('{"format": NaN}', "NaN is not JSON"),
    ],
)
def test_what_is_no_report_is_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        from_json(text)


def test_every_renderer_takes_the_empty_report(report: MakeReport) -> None:
    assert list(RENDERERS) == ["junit.xml", "report.json", "summary.md", "gl-code-quality-report.json"]
    assert all(render(report(), NOWHERE) for render in RENDERERS.values())
