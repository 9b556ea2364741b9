"""Sessions that are left behind, found in virtual time: by every kind of probe, in both dialects; and nothing else."""

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from gate.core.findings import Layer, Report, Verdict
from gate.core.plan import Case, Lane, Plan
from gate.core.probing import Look, Probe
from gate.core.vault import Vault
from tests.rehearsal import demo_plan, rehearse

CLOSED = "a session that was closed is gone from the backend"
LEFT = "a session left in mid-answer is gone from the backend"
CUT = "a session whose line was cut is gone from the backend"
DIALECTS = ("canonical", "openai-realtime")
HOST = "http://127.0.0.1:8765"
LOOKS = {
    "list": Look(f"{HOST}/sessions", ids="sessions"),
    "one": Look(f"{HOST}/sessions/{{session_id}}"),
    "number": Look(f"{HOST}/sessions", count="count"),
}
FOUND_IN = {"leaves-session-open": {CUT}, "leaks-after-hangup": {LEFT}, "slow-cleanup": {CLOSED, LEFT, CUT}}


@cache
def demo(dialect: str) -> tuple[Plan, Vault]:
    plan, vault = demo_plan(dialect)
    return replace(plan, cases=tuple(case for case in plan.cases if case.probe)), vault


def rehearsed(folder: Path, dialect: str, *faults: str, look: Look | None = None, also: Any = ()) -> Report:
    plan, vault = demo(dialect)

    def looked_at(case: Case) -> Case:
        assert case.probe is not None
        return replace(case, probe=Probe(look or case.probe.look, case.probe.place, also=also))

    return rehearse(replace(plan, cases=tuple(map(looked_at, plan.cases))), vault, folder / "evidence", faults)


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("kind", LOOKS)
def test_a_clean_agent_leaves_nothing_behind(kind: str, dialect: str, tmp_path: Path) -> None:
    report = rehearsed(tmp_path, dialect, look=LOOKS[kind])
    assert {case.name for case in report.cases} == {CLOSED, LEFT, CUT}
    assert {case.verdict for case in report.cases} == {Verdict.PASS}


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("fault", FOUND_IN)
def test_what_is_left_behind_is_found(fault: str, dialect: str, tmp_path: Path) -> None:
    report = rehearsed(tmp_path, dialect, fault)
    assert {case.name for case in report.cases if case.verdict is Verdict.FAIL} == FOUND_IN[fault]
    findings = [finding for case in report.cases for finding in case.failures]
    assert {(f.check, f.layer, f.symptom) for f in findings} == {("session-gone", Layer.CLOSE, "session-left")}
    assert {f.actual for f in findings} == {"s-1 still there 5.0 s after the call was over"}
    assert all(f.at for f in findings)


@pytest.mark.parametrize("kind", ["one", "number"])
def test_it_is_found_by_any_kind_of_probe(kind: str, tmp_path: Path) -> None:
    report = rehearsed(tmp_path, "canonical", "leaves-session-open", look=LOOKS[kind])
    assert {case.name for case in report.cases if case.verdict is Verdict.FAIL} == {CUT}


def looks(folder: Path, name: str) -> Iterator[dict[str, Any]]:
    (wire,) = [path for path in folder.rglob("wire.jsonl") if name.replace(" ", "-") in str(path)]
    for line in wire.read_bytes().splitlines():
        if (row := json.loads(line)).get("note") == "probe":
            yield row["data"] | {"t": row["t"]}


def test_it_is_looked_for_until_it_is_seen_and_then_until_it_is_gone_or_the_time_is_over(tmp_path: Path) -> None:
    rehearsed(tmp_path, "canonical", "leaves-session-open")
    closed, cut = list(looks(tmp_path, "was closed")), list(looks(tmp_path, "was cut"))
    assert [(look["phase"], look["there"]) for look in closed] == [("beside", True), ("behind", False)]
    assert {(look["known_as"], look["status"]) for look in closed} == {("s-1", 200)}
    assert [look["phase"] for look in cut].count("behind") == 21
    assert cut[-1]["t"] - cut[1]["t"] == 5_000_000_000


def test_a_probe_of_another_backend_proves_nothing(tmp_path: Path) -> None:
    report = rehearsed(tmp_path, "canonical", look=Look(f"{HOST}/calls", ids="sessions"))
    assert {case.verdict for case in report.cases} == {Verdict.UNKNOWN}
    assert {finding.symptom for case in report.cases for finding in case.doubts} == {"probe-unusable"}


def test_a_probe_that_only_counts_waits_until_the_number_stands_still(tmp_path: Path) -> None:
    rehearsed(tmp_path, "canonical", look=LOOKS["number"])
    phases = [look["phase"] for look in looks(tmp_path, "was closed")]
    assert phases.count("before") == 21
    assert phases[-2:] == ["beside", "behind"]


def test_cases_of_a_probe_that_tells_sessions_apart_need_not_be_alone() -> None:
    assert {case.lane for case in demo("canonical")[0].cases} == {Lane.PARALLEL}
