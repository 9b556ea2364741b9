"""Whole calls in memory and in virtual time, judged from their evidence: clean, and with each of the faults."""

import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from gate.core.findings import Layer, Outcome, Report, Verdict
from gate.core.plan import Plan
from gate.core.vault import Vault
from gate.reference.faults import FAULTS
from gate.report.text import ranked
from tests import rehearsal
from tests.reference.chat import Remembering
from tests.rehearsal import demo_plan, rehearse

EXACTLY = ("accepts-any-token", "no-config-ack", "canned-reply", "tool-twice", "no-final-marker", "wrong-close-code")

SHOWN_BY = {
    "accepts-any-token": "handshake", "accepts-expired-token": "handshake", "accepts-wrong-tenant": "handshake",
    "nothing-behind": "", "crashes-on-garbage": "handshake", "no-config-ack": "", "config-not-applied": "handshake",
    "canned-reply": "smoke", "deaf": "smoke", "answers-in-pause": "smoke", "answer-before-transcript": "smoke",
    "no-final-marker": "smoke", "silent-audio": "smoke", "ignores-barge-in": "smoke", "tool-twice": "tools",
    "wrong-day": "tools", "writes-unasked": "tools", "confirms-before-result": "tools",
    "marker-before-last-chunk": "smoke", "chunks-swapped": "smoke", "chunk-twice": "smoke", "first-words-cut": "tools",
    "clipped": "smoke", "too-quiet": "smoke", "dropouts": "smoke", "wrong-rate": "smoke", "stutters": "smoke",
    "takes-any-audio": "smoke", "cough-stops": "smoke", "confirms-after-failure": "tools",
    "confirms-after-timeout": "tools", "retries-with-new-key": "tools", "invents-id": "tools",
    "wrong-close-code": "reconnect", "first-call-only": "reconnect", "runs-out-of-sessions": "reconnect",
    "stuck-when-left-early": "reconnect", "crashes-on-error-close": "reconnect", "drops-idle-callers": "reconnect",
    "does-not-come-back": "reconnect", "forgets-on-resume": "reconnect", "remembers-strangers": "reconnect",
    "repeats-write-after-reconnect": "reconnect",
}  # fmt: skip
"""The suite that is to show the fault; the others are left out, for time. "" drives all of them."""


WRITES = {
    "tool-twice": "A write that works is confirmed, once",
    "invents-id": "A write that works is confirmed, once",
    "wrong-day": "A write that works is confirmed, once",
    "confirms-after-timeout": "A write that nobody answers is not confirmed",
    "confirms-after-failure": "A write that fails is not confirmed",
    "retries-with-new-key": "A write that finds the calendar busy is tried again",
}
"""The case that shows the fault, whichever way the tools are called."""

SYMPTOM = {
    "accepts-any-token": "caller-let-in", "accepts-expired-token": "caller-let-in",
    "accepts-wrong-tenant": "caller-let-in", "nothing-behind": "nothing-behind",
    "crashes-on-garbage": "garbage-accepted", "no-config-ack": "config-unacknowledged",
    "config-not-applied": "config-differs", "canned-reply": "no-transcript", "deaf": "no-transcript",
    "takes-any-audio": "bad-audio-taken", "answers-in-pause": "turn-cut-short",
    "answer-before-transcript": "event-order", "no-final-marker": "no-final-marker",
    "marker-before-last-chunk": "no-final-marker", "chunks-swapped": "chunks-disordered",
    "chunk-twice": "chunks-disordered", "first-words-cut": "words-cut", "clipped": "clipped", "too-quiet": "too-quiet",
    "dropouts": "audio-holes", "wrong-rate": "wrong-rate", "stutters": "stalls", "silent-audio": "no-audio",
    "cough-stops": "stopped-by-noise", "ignores-barge-in": "interruption-ignored", "tool-twice": "tool-twice",
    "wrong-day": "tool-arguments", "writes-unasked": "tool-unwanted", "confirms-before-result": "event-order",
    "confirms-after-failure": "unproven-confirmation", "confirms-after-timeout": "unproven-confirmation",
    "retries-with-new-key": "retry-without-key", "invents-id": "tool-arguments", "wrong-close-code": "close-wrong",
    "first-call-only": "next-call-lost", "runs-out-of-sessions": "next-call-lost",
    "stuck-when-left-early": "next-call-lost", "crashes-on-error-close": "next-call-lost",
    "drops-idle-callers": "idle-dropped", "does-not-come-back": "next-call-lost", "forgets-on-resume": "state-lost",
    "remembers-strangers": "state-leaked", "repeats-write-after-reconnect": "tool-twice",
}  # fmt: skip
"""The row of the table of triage that each fault is the root of."""

ALSO = {
    "canned-reply": ("noise-answered", Layer.INPUT),
    "writes-unasked": ("tool-order", Layer.TOOLS),
    "confirms-before-result": ("unproven-confirmation", Layer.TOOLS),
}
"""What another case, that asks for something else, sees of the same fault."""

AFTER_RECONNECTING = {
    "runs-out-of-sessions": "ten callers who hang up at once are followed by the next",
    "stuck-when-left-early": "a caller who leaves before it is ready is followed by the next",
    "crashes-on-error-close": "a close with an error in mid-answer is followed by the next call",
    "drops-idle-callers": "a silent caller is kept, or told why not",
    "does-not-come-back": "after a restart of the agent the next call works",
    "forgets-on-resume": "a session that is resumed goes on where it ended",
    "remembers-strangers": "a new session knows nothing of the one before",
    "repeats-write-after-reconnect": "a write is not repeated after a cut",
}
"""The one case, or two, of the reconnect suite that such a fault breaks."""

EARS = Remembering()


@pytest.fixture(autouse=True)
def _heard_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rehearsal, "ears", lambda: EARS)


@cache
def demo(dialect: str = "canonical") -> tuple[Plan, Vault]:
    return demo_plan(dialect)


def rehearsed(folder: Path, *faults: str, suites: tuple[str, ...] = (), dialect: str = "canonical") -> Report:
    return rehearse(*demo(dialect), folder / "evidence", faults, suites)


def layers(report: Report) -> set[Layer]:
    return {finding.layer for case in report.cases for finding in case.failures if finding.blocks}


def roots(report: Report) -> set[tuple[str, Layer]]:
    """What a reader sees of the failures that block: all but what is folded."""
    found = [f for case in report.cases for f in ranked(case) if f.blocks and f.verdict is Verdict.FAIL]
    assert all(f.cause and f.first_check and f.next_action for f in found)
    return {(f.symptom, f.layer) for f in found}


@pytest.mark.parametrize("dialect", ["canonical", "template", "openai-realtime"])
def test_a_clean_agent_passes_every_case(tmp_path: Path, dialect: str) -> None:
    report = rehearsed(tmp_path, dialect=dialect)
    told = [(case.id, finding) for case in report.cases for finding in (*case.failures, *case.doubts)]
    assert told == []
    skipped = {case.name for case in report.cases if case.verdict is Verdict.SKIP}
    assert (
        skipped
        == {
            "canonical": set(),
            "openai-realtime": {"audio that nobody can read does no harm"},
            "template": {"audio that nobody can read does no harm", "a new session knows nothing of the one before"},
        }[dialect]
    )
    assert {case.verdict for case in report.cases} - {Verdict.SKIP} == {Verdict.PASS}
    assert len(report.cases) >= 12
    assert report.outcome is Outcome.PASSED


@pytest.mark.parametrize(
    "fault", [fault for fault in FAULTS if fault not in (*WRITES, *AFTER_RECONNECTING) or fault in EXACTLY]
)
def test_every_fault_fails_in_its_own_layer(tmp_path: Path, fault: str) -> None:
    suites = (SHOWN_BY[fault],) if SHOWN_BY[fault] else ()
    plan, vault = demo()
    one_way = replace(plan, cases=tuple(case for case in plan.cases if case.target == "socket"))
    report = rehearse(one_way, vault, tmp_path / "evidence", (fault,), suites)
    assert report.outcome is Outcome.FAILED
    assert FAULTS[fault].layer in layers(report)
    assert roots(report) == {(SYMPTOM[fault], FAULTS[fault].layer), *([ALSO[fault]] if fault in ALSO else [])}
    if fault in EXACTLY:
        assert layers(report) == {FAULTS[fault].layer}


@pytest.mark.parametrize("fault", WRITES)
def test_a_fault_of_tools_is_found_whichever_way_they_are_called(tmp_path: Path, fault: str) -> None:
    plan, vault = demo()
    shown = replace(plan, cases=tuple(case for case in plan.cases if case.name == WRITES[fault]))
    report = rehearse(shown, vault, tmp_path / "evidence", (fault,))
    red = {case.target for case in report.cases if case.verdict is Verdict.FAIL}
    assert red == {"http", "mcp"} | (set() if fault == "retries-with-new-key" else {"socket"})
    assert SYMPTOM[fault] in {symptom for symptom, _ in roots(report)}
    assert layers(report) == {Layer.TOOLS}


@pytest.mark.parametrize("dialect", ["canonical", "openai-realtime"])
@pytest.mark.parametrize("fault", AFTER_RECONNECTING)
def test_a_fault_across_calls_breaks_its_own_case_and_no_other(tmp_path: Path, fault: str, dialect: str) -> None:
    plan, vault = demo(dialect)
    own, other = AFTER_RECONNECTING[fault], "a caller who hangs up in mid-answer is followed by the next"
    shown = tuple(case for case in plan.cases if case.name.startswith((own, other)))
    report = rehearse(replace(plan, cases=shown), vault, tmp_path / "evidence", (fault,))
    red = {case.name for case in report.cases if case.verdict is Verdict.FAIL}
    assert red == {case.name for case in shown} - {other}
    assert len(shown) > 1 or dialect not in CAN_RESUME
    assert roots(report) == ({(SYMPTOM[fault], FAULTS[fault].layer)} if red else set())


CAN_RESUME = ("canonical",)


def test_every_fault_has_a_suite_that_shows_it() -> None:
    assert SHOWN_BY.keys() == FAULTS.keys()
    assert {SHOWN_BY[fault] for fault in WRITES} == {"tools"}


@pytest.mark.parametrize("fault", ["wrong-close-code", "first-call-only"])
def test_a_fault_that_a_suite_cannot_see_does_not_fail_it(tmp_path: Path, fault: str) -> None:
    report = rehearsed(tmp_path, fault, suites=("handshake",))
    driven = [case for case in report.cases if case.suite == "handshake"]
    assert {case.verdict for case in driven} == {Verdict.PASS}


def test_the_same_call_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = (files(rehearsed_ends(tmp_path / name), tmp_path / name) for name in ("a", "b"))
    assert first == second
    assert len(first) > 15


def rehearsed_ends(folder: Path) -> Report:
    """Some cases of many calls: enough of them for what holds of every call."""
    plan, vault = demo()
    ends = tuple(case for case in plan.cases if "followed by the next" in case.name and "mid-answer" not in case.name)
    return rehearse(replace(plan, cases=ends), vault, folder / "evidence")


def files(report: Report, folder: Path) -> dict[str, bytes]:
    assert report.cases
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def test_in_virtual_time_nobody_is_late(tmp_path: Path) -> None:
    report = rehearsed_ends(tmp_path)
    assert max(case.duration_ms for case in report.cases) > 10_000
    lines = [json.loads(line) for wire in tmp_path.rglob("wire.jsonl") for line in wire.read_bytes().splitlines()]
    late = [line["t"] - line["due"] for line in lines if "due" in line]
    assert len(late) > 1000
    assert set(late) == {0}
