"""The other doors and the garbage of the handshake suite, in virtual time: each fault is found where it is, in another
dialect than the canonical one too, and a decent agent of any dialect passes."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from gate.core.findings import Layer, Outcome, Report, Verdict
from gate.core.plan import Plan
from gate.core.vault import Vault
from gate.fixtures.demos import demos
from gate.reference.faults import FAULTS
from gate.report.text import ranked
from tests.rehearsal import demo_plan, rehearse
from tests.suites.briefs import DOORS, GARBAGE

FOUND = {
    "crashes-on-unknown-type": (GARBAGE[1], "garbage-accepted"),
    "crashes-on-early-audio": (GARBAGE[3], "garbage-accepted"),
    "chokes-on-huge-message": (GARBAGE[2], "garbage-accepted"),
    "dies-after-garbage": (GARBAGE[0], "next-call-lost"),
    "hangs-on-unknown-path": (DOORS[0], "door-unanswered"),
    "drops-on-unknown-subprotocol": (DOORS[1], "door-unanswered"),
    "hangs-on-large-header": (DOORS[2], "door-unanswered"),
    "takes-any-origin": (DOORS[3], "door-open"),
    "hangs-on-foreign-origin": (DOORS[3], "door-open"),
    "hangs-on-wrong-config": (DOORS[4], "door-unanswered"),
}


@cache
def plan_of(dialect: str) -> tuple[Plan, Vault]:
    """What the demo of a dialect asks at the doors of its first target."""
    plan, vault = demo_plan(dialect)
    asked = (case for case in plan.cases if case.target == plan.targets[0].name and case.name in (*DOORS, *GARBAGE))
    return replace(plan, cases=tuple(asked)), vault


def rehearsed(folder: Path, dialect: str, *faults: str, only: str = "") -> Report:
    plan, vault = plan_of(dialect)
    plan = replace(plan, cases=tuple(case for case in plan.cases if case.name.startswith(only)))
    return rehearse(plan, vault, folder / "evidence", faults)


def roots(report: Report) -> dict[str, set[tuple[str, Layer]]]:
    """By case, what a reader sees of the failures that block."""
    red = [(case.name, f) for case in report.cases for f in ranked(case) if f.blocks and f.verdict is Verdict.FAIL]
    return {name: {(f.symptom, f.layer) for other, f in red if other == name} for name, _ in red}


@pytest.mark.long
@pytest.mark.parametrize("dialect", sorted(demos()))
def test_a_decent_agent_of_any_dialect_has_an_answer_at_every_door(tmp_path: Path, dialect: str) -> None:
    report = rehearsed(tmp_path, dialect)
    assert [(case.name, f) for case in report.cases for f in (*case.failures, *case.doubts)] == []
    assert report.outcome is Outcome.PASSED
    assert len(report.cases) == len(DOORS) + len(GARBAGE)


@pytest.mark.parametrize("dialect", ["canonical", "openai-realtime"])
def test_a_session_without_an_id_is_found_where_one_is_asked_for(tmp_path: Path, dialect: str) -> None:
    plan, vault = demo_plan(dialect)
    opens = replace(plan, cases=tuple(case for case in plan.cases if case.name == "opens and is ready"))
    found = roots(rehearse(opens, vault, tmp_path / "evidence", ("no-session-id",)))
    assert found == {"opens and is ready": {("session-unnamed", Layer.HANDSHAKE)}}


@pytest.mark.parametrize("fault", FOUND)
@pytest.mark.parametrize("dialect", ["canonical", pytest.param("openai-realtime", marks=pytest.mark.long)])
def test_a_fault_is_found_where_it_is_and_nowhere_else(tmp_path: Path, dialect: str, fault: str) -> None:
    name, symptom = FOUND[fault]
    found = roots(rehearsed(tmp_path, dialect, fault))
    assert found[name] == {(symptom, FAULTS[fault].layer)}
    others = {GARBAGE[1]} if fault == "dies-after-garbage" else set()
    assert set(found) == {name} | others


def test_a_page_of_another_site_must_have_an_answer_even_where_it_may_call(tmp_path: Path) -> None:
    plan, vault = plan_of("canonical")
    (origin,) = (case for case in plan.cases if case.name == DOORS[3])
    any_answer = tuple(
        replace(claim, params={**claim.params, "statuses": [], "codes": []}) if claim.check == "door" else claim
        for claim in origin.claims
    )
    plan = replace(plan, cases=(replace(origin, claims=any_answer),))
    assert rehearse(plan, vault, tmp_path / "a", ("takes-any-origin",)).outcome is Outcome.PASSED
    hung = rehearse(plan, vault, tmp_path / "b", ("hangs-on-foreign-origin",))
    assert roots(hung) == {DOORS[3]: {("door-unanswered", Layer.HANDSHAKE)}}


def test_an_agent_with_nothing_behind_it_is_told_once_in_each_case(tmp_path: Path) -> None:
    found = roots(rehearsed(tmp_path, "canonical", "nothing-behind"))
    assert found == {name: {("nothing-behind", Layer.HANDSHAKE)} for name in (*DOORS, *GARBAGE)}
