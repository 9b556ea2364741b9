"""Whole calls in memory: what the reference agent confirms, healthy and faulty, however a dialect gives its words."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from gate.core.findings import CaseResult, Verdict
from gate.fixtures.demos import demo
from gate.manifest import read_plan
from tests.rehearsal import demo_environ, demo_plan, library, rehearse

pytest.importorskip("pocketsphinx", reason="needs voxgate[agent]")

TOOL = "reschedule_appointment"
CALLER = [{"play": "self-correction"}, {"wait": "turn_done"}, {"say": "Yes, Thursday please"}, {"wait": "turn_done"}]
MOVED = {"respond": {"ok": True}, "delay": "300ms"}
REFUSED = {"error": "the calendar is read-only today"}
CONFIRMS = {"confirms": [{"tool": TOOL, "says": "now on Thursday", "result": {"ok": True}}]}
MUST_NOT = {"must_not_confirm": [{"tool": TOOL, "says": {"regex": "done|now on"}}]}
WORDS = {
    "hears": [{"words": "yes thursday please", "error_rate": 0.3, "turn": 2}],
    "says": [
        {"words": "Done. Your appointment is now on Thursday.", "error_rate": 0.1, "turn": 2},
        {"contains": "shall I move it to Thursday?", "turn": 1},
        {"forbidden": ["guarantee"]},
    ],
}
DIALECTS = ("openai-realtime", "gemini-live", "deepgram", "ultravox")
"""Named pieces and final texts; derived final texts; sentences without a name; pieces and whole texts without one."""


def called(
    folder: Path, dialect: str, mock: dict[str, Any], claims: dict[str, Any], faults: tuple[str, ...] = ()
) -> CaseResult:
    written = yaml.safe_load(demo(dialect))
    lookup = {"tool": "lookup_appointment", "respond": {"id": "A-17", "day": "Tuesday"}}
    written["tools"] = {"strategy": "all", "mocks": [lookup, {"tool": TOOL, **mock}]}
    written["suites"] = {"tools": {"cases": [{"name": "a", "caller": CALLER, **claims}]}}
    (folder / "m.yaml").write_text(yaml.safe_dump(written), "utf-8")
    plan, vault = read_plan(folder / "m.yaml", demo_environ(), library())
    (result,) = rehearse(plan, vault, folder / "evidence", faults).cases
    return result


def said(result: CaseResult) -> dict[str, tuple[Verdict, str]]:
    mine = {"says", "hears", "confirms", "must-not-confirm"}
    return {f"{f.check}@{f.place.line}": (f.verdict, f.actual) for f in result.findings if f.check in mine}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_decent_agent_passes(tmp_path: Path, dialect: str) -> None:
    found = said(called(tmp_path, dialect, MOVED, CONFIRMS | WORDS))
    assert len(found) == 5
    assert {verdict for verdict, _ in found.values()} == {Verdict.PASS}, found


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_decent_agent_admits_a_failure(tmp_path: Path, dialect: str) -> None:
    ((verdict, actual),) = said(called(tmp_path, dialect, REFUSED, MUST_NOT)).values()
    assert verdict is Verdict.PASS, actual


@pytest.mark.parametrize("dialect", DIALECTS[:2])
@pytest.mark.parametrize(
    ("fault", "mock", "instead"),
    [
        ("confirms-before-result", MOVED, r"ms later"),
        ("confirms-after-failure", REFUSED, "the calendar is read-only today"),
    ],
)
def test_one_that_confirms_without_evidence_is_found(
    tmp_path: Path, dialect: str, fault: str, mock: dict[str, Any], instead: str
) -> None:
    result = called(tmp_path, dialect, mock, CONFIRMS | MUST_NOT, (fault,))
    for verdict, actual in said(result).values():
        assert verdict is Verdict.FAIL
        assert actual.startswith("a claim without evidence: ")
        assert instead in actual
    symptoms = {f.symptom for f in result.findings if f.check in ("confirms", "must-not-confirm")}
    assert symptoms == {"unproven-confirmation"}


@pytest.mark.parametrize(
    ("faults", "verdict"),
    [
        ((), Verdict.PASS),
        (("confirms-after-failure",), Verdict.FAIL),
        (("confirms-after-failure", "first-words-cut"), Verdict.UNKNOWN),
    ],
    ids=["honest", "a lie", "a lie whose first word is lost"],
)
def test_over_a_telephone_a_lie_is_heard_and_what_is_not_heard_is_no_proof(
    tmp_path: Path, faults: tuple[str, ...], verdict: Verdict
) -> None:
    plan, vault = demo_plan("twilio-media-streams")
    case = tuple(case for case in plan.cases if case.name.startswith("A write that fails"))
    (result,) = rehearse(replace(plan, cases=case), vault, tmp_path / "evidence", faults).cases
    assert [one.verdict for one in result.findings if one.check == "must-not-confirm"] == [verdict]
