"""Builders of findings, cases and reports. They make what the judge would make, unless told otherwise."""

from collections.abc import Callable
from typing import Any

import pytest

from gate.core.findings import Blame, CaseResult, Finding, Layer, Report, Verdict, outcome_of, worst
from gate.core.places import Place
from gate.core.timelines import Moment, Timeline

PLACE = Place("voice-tests.yaml", 34, 9)


def make_finding(verdict: Verdict = Verdict.FAIL, **changes: Any) -> Finding:
    fields: dict[str, Any] = {
        "check": "tool-calls",
        "layer": Layer.TOOLS,
        "blame": Blame.AGENT,
        "expected": "reschedule_appointment called exactly once",
        "actual": "called 2 times",
        "place": PLACE,
        "next_action": "make the tool idempotent, or confirm before it is called",
        "at": (411, 432),
    }
    return Finding(verdict=verdict, **fields | changes)


def make_case(*findings: Finding, **changes: Any) -> CaseResult:
    verdict = worst(f.verdict for f in findings if f.blocks) if findings else Verdict.PASS
    fields: dict[str, Any] = {
        "id": "staging--canonical--tools--reschedule",
        "target": "staging",
        "dialect": "canonical",
        "suite": "tools",
        "name": "Caller reschedules after correcting the day",
        "place": PLACE,
        "verdict": verdict,
        "findings": findings,
        "duration_ms": 4_200.0,
        "evidence": "evidence/cases/staging--canonical--tools--reschedule/1",
        "attempt": 1,
        "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736",
    }
    return CaseResult(**fields | changes)


def make_report(*cases: CaseResult, **changes: Any) -> Report:
    fields: dict[str, Any] = {
        "run_id": "r-1",
        "manifest": "voice-tests.yaml",
        "recorded_by": "1.0.0",
        "judged_by": "1.0.0",
        "outcome": outcome_of(cases),
        "cases": cases,
        "started_at": "2026-01-02T03:04:05Z",
        "duration_ms": 31_400.0,
    }
    return Report(**fields | changes)


@pytest.fixture
def finding() -> Callable[..., Finding]:
    return make_finding


@pytest.fixture
def case() -> Callable[..., CaseResult]:
    return make_case


@pytest.fixture
def report() -> Callable[..., Report]:
    return make_report


HOSTILE = {
    "cdata end": "]]><testcase/>",
    "ansi": "\x1b[31mred\x1b]0;title\x07\x9b2J",
    "null": "before\x00after",
    "lone surrogate": "half \ud83d of it",
    "no characters": "\ufffe\uffff\U0001ffff\ufdd0",
    "workflow command": "::set-output name=x::y\n  ::error::z\n\u00a0::add-mask::e\n##[add-mask]e",
    "html": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "entities": "&lt; &#27; &amp;",
    "markdown": "| a | b |\n`code` ``` **bold** [link](https://evil.test) ![i](https://evil.test/x.png) @everyone",
    "attachment": "[[ATTACHMENT|/etc/passwd]]\n[[PROPERTY|verdict=pass]]",
    "link": "[x](javascript:alert(1)) <javascript:alert(1)> https://evil.test www.evil.test #1 GH-1",
    "escaped": "%0A::error::x%0D%0A::add-mask::e%25",
    "fences": "```\n~~~\n````text\n</details>",
    "bidi": "\u202egnp.exe\u2066\u2069",
    "line breaks": "one\rtwo\r\nthree\u2028four\u2029five\x85six\x0bseven",
    "rich markup": "[red]stop[/red] :boom: [link=https://evil.test]x[/link]",
    "long": "word " * 5_000,
    "many lines": "a\n" * 5_000,
    "blank": " \n ",
}


@pytest.fixture(params=HOSTILE.values(), ids=HOSTILE.keys())
def hostile(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def hostile_report(hostile: str) -> Report:
    """One hostile text in every field that an agent or its environment can fill, over all verdicts."""
    told: dict[str, Any] = {"expected": hostile, "actual": hostile, "next_action": hostile}
    findings = [
        make_finding(Verdict.FAIL, **told),
        make_finding(Verdict.UNKNOWN, **told, blame=Blame.ENVIRONMENT),
        make_finding(Verdict.FAIL, **told, blocks=False),
        make_finding(Verdict.SKIP, **told),
    ]
    moments = (Moment(10.0, hostile, hostile), Moment(20.0, "found", hostile, found=True))
    timeline = Timeline(30.0, ((0.0, 5.0),), moments=moments)
    named: dict[str, Any] = {"name": hostile, "trace_id": hostile, "evidence": hostile, "timeline": timeline}
    named["tries"] = (make_case(*findings, **named),)
    cases = (
        make_case(*findings, **named),
        make_case(*findings[1:], **named),
        make_case(*findings[2:], **named, verdict=Verdict.PASS),
        make_case(**named, verdict=Verdict.SKIP, skip=hostile),
        make_case(**named, verdict=Verdict.UNKNOWN, suite=hostile, target=hostile, dialect=hostile),
    )
    url = f"https://traces.test/{{trace_id}}?{hostile}"
    return make_report(*cases, problems=(hostile,), run_id=hostile, recorded_by=hostile, trace_url=url)
