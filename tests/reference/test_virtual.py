"""Whole calls in memory and in virtual time, judged from their evidence: clean, and with each of the faults."""

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from gate.cli.selection import repeated
from gate.core.findings import Layer, Outcome, Report, Verdict
from gate.core.plan import Plan
from gate.core.vault import Vault
from gate.reference.faults import FAULTS
from gate.report.text import ranked
from gate.report.unsteady import rates
from tests.rehearsal import demo_plan, rehearse

EXACTLY = ("accepts-any-token", "no-config-ack", "canned-reply", "tool-twice", "no-final-marker", "wrong-close-code")

SHOWN_BY = {
    "accepts-any-token": "handshake", "accepts-expired-token": "handshake", "accepts-wrong-tenant": "handshake",
    "accepts-wrong-agent": "handshake", "accepts-wrong-environment": "handshake",
    "accepts-tampered-signature": "handshake", "accepts-unsigned-token": "handshake",
    "accepts-replayed-token": "handshake", "silent-refusal": "handshake", "refuses-after-audio": "handshake",
    "nothing-behind": "", "crashes-on-garbage": "handshake", "no-config-ack": "", "config-not-applied": "handshake",
    **dict.fromkeys(["second-caller-ends-both", "one-caller-at-a-time", "crowd-silences-all"], "handshake"),
    "answers-in-turn": "handshake", "cold-first-call": "handshake", "canned-reply": "smoke",
    "deaf": "smoke", "answers-in-pause": "smoke", "answer-before-transcript": "smoke",
    "no-session-id": "handshake", "crashes-on-unknown-type": "handshake", "crashes-on-early-audio": "handshake",
    "chokes-on-huge-message": "handshake", "dies-after-garbage": "handshake", "hangs-on-unknown-path": "handshake",
    "drops-on-unknown-subprotocol": "handshake", "hangs-on-large-header": "handshake",
    "takes-any-origin": "handshake", "hangs-on-foreign-origin": "handshake", "hangs-on-wrong-config": "handshake",
    "no-final-marker": "smoke", "silent-audio": "smoke", "ignores-barge-in": "smoke", "tool-twice": "tools",
    "wrong-day": "tools", "writes-unasked": "tools", "confirms-before-result": "tools",
    "marker-before-last-chunk": "smoke", "chunks-swapped": "smoke", "chunk-twice": "smoke", "first-words-cut": "tools",
    "clipped": "smoke", "too-quiet": "smoke", "dropouts": "smoke", "wrong-rate": "smoke", "stutters": "smoke",
    "takes-any-audio": "smoke", "cough-stops": "smoke", "confirms-after-failure": "tools",
    "confirms-after-timeout": "tools", "retries-with-new-key": "tools", "invents-id": "tools",
    "wrong-close-code": "reconnect", "first-call-only": "reconnect", "leaves-session-open": "reconnect",
    "leaks-after-hangup": "reconnect", "slow-cleanup": "reconnect", "holds-dead-line": "reconnect",
    "ignores-pings": "reconnect", "runs-out-of-sessions": "reconnect",
    "stuck-when-left-early": "reconnect", "crashes-on-error-close": "reconnect", "drops-idle-callers": "reconnect",
    "does-not-come-back": "reconnect", "forgets-on-resume": "reconnect", "remembers-strangers": "reconnect",
    "repeats-write-after-reconnect": "reconnect",
    **dict.fromkeys(["model-down-drops", "model-down-1011", "model-down-1000", "model-down-500"], "smoke"),
    **dict.fromkeys(["hears-at-wrong-rate", "speech-in-silence", "plain-text-error", "padding-inside"], "smoke"),
    **dict.fromkeys(["dies-in-mid-answer", "stops-late", "talks-after-cancel", "keeps-playback"], "smoke"),
    **dict.fromkeys(["answers-later", "deaf-every-fifth"], "smoke"), "slow-leak": "reconnect",
    **dict.fromkeys(["tool-again-later", "writes-when-nudged", "tool-for-other-tenant"], "tools"),
    **dict.fromkeys(["confirms-other-day", "dead-air-after-failure"], "tools"),
}  # fmt: skip
"""The suite that is to show the fault; the others are left out, for time. "" drives all of them."""

A_QUESTION = "a question is answered"
AT_ONCE = "callers at once do not disturb one another"
COLD = "the first call after a start is answered like the second"
SHOWN_IN = {
    "second-caller-ends-both": AT_ONCE, "one-caller-at-a-time": AT_ONCE, "crowd-silences-all": AT_ONCE,
    "answers-in-turn": AT_ONCE, "cold-first-call": COLD,
    "leaves-session-open": "a session whose line was cut is gone from the backend",
    "leaks-after-hangup": "a session left in mid-answer is gone from the backend",
    "slow-cleanup": "a session that was closed is gone from the backend",
    "takes-any-audio": "audio that nobody can read does no harm",
    "answers-in-pause": "a pause in mid-sentence is respected",
    "cough-stops": "a cough does not stop the agent", "speech-in-silence": "noise alone starts no turn",
    **dict.fromkeys(
        ["ignores-barge-in", "stops-late", "talks-after-cancel", "keeps-playback"], "an interruption stops the agent"
    ),
    "slow-leak": "callers who hang up at once are followed by the next",
    "tool-for-other-tenant": "Caller reschedules after correcting the day",
    "dead-air-after-failure": "A write that fails is not confirmed",
}  # fmt: skip
"""The one case of its suite; of the smoke suite, most of whose cases show most of its faults, a question.
`make dialects` drives them all."""
SHOWN_ONLY = ("answers-in-turn",)
"""What is told and blocks nothing, unless the manifest says so."""
NO_SUITE = ("echoes-token", "crashes-on-end-message")
"""A trap for the gate's own evidence (tests/e2e/test_redaction.py), and a message that carriers have, and not this
dialect (docs/mutants.md)."""
OVER_RUNS = ("answers-later", "deaf-every-fifth")
"""What shows only beside another run, or in one run of many."""


WRITES = {
    "tool-twice": "A write that works is confirmed, once",
    "invents-id": "A write that works is confirmed, once",
    "wrong-day": "A write that works is confirmed, once",
    "tool-again-later": "A write that works is confirmed, once",
    "writes-when-nudged": "A write that works is confirmed, once",
    "confirms-other-day": "A write that works is confirmed, once",
    "confirms-after-timeout": "A write that nobody answers is not confirmed",
    "confirms-after-failure": "A write that fails is not confirmed",
    "retries-with-new-key": "A write that finds the calendar busy is tried again",
}
"""The case that shows the fault, whichever way the tools are called."""

SYMPTOM = {
    "accepts-any-token": "caller-let-in", "accepts-expired-token": "caller-let-in",
    "second-caller-ends-both": "callers-disturb", "one-caller-at-a-time": "callers-disturb",
    "crowd-silences-all": "callers-disturb", "answers-in-turn": "callers-disturb", "cold-first-call": "cold-start",
    "accepts-wrong-tenant": "caller-let-in", "accepts-wrong-agent": "caller-let-in",
    "accepts-wrong-environment": "caller-let-in", "accepts-tampered-signature": "caller-let-in",
    "accepts-unsigned-token": "caller-let-in", "accepts-replayed-token": "caller-let-in",
    "silent-refusal": "refusal-silent", "refuses-after-audio": "caller-let-in", "nothing-behind": "nothing-behind",
    "no-session-id": "session-unnamed", "crashes-on-garbage": "garbage-accepted",
    "crashes-on-unknown-type": "garbage-accepted",
    "crashes-on-early-audio": "garbage-accepted", "chokes-on-huge-message": "garbage-accepted",
    "dies-after-garbage": "next-call-lost", "hangs-on-unknown-path": "door-unanswered",
    "drops-on-unknown-subprotocol": "door-unanswered", "hangs-on-large-header": "door-unanswered",
    "takes-any-origin": "door-open", "hangs-on-foreign-origin": "door-open",
    "hangs-on-wrong-config": "door-unanswered", "no-config-ack": "config-unacknowledged",
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
    "first-call-only": "next-call-lost", "leaves-session-open": "session-left", "leaks-after-hangup": "session-left",
    "slow-cleanup": "session-left", "holds-dead-line": "next-call-lost", "ignores-pings": "ping-unanswered",
    "runs-out-of-sessions": "next-call-lost",
    "stuck-when-left-early": "next-call-lost", "crashes-on-error-close": "next-call-lost",
    "drops-idle-callers": "idle-dropped", "does-not-come-back": "next-call-lost", "forgets-on-resume": "state-lost",
    "remembers-strangers": "state-leaked", "repeats-write-after-reconnect": "tool-twice",
    "model-down-drops": "nothing-behind", "model-down-1011": "nothing-behind", "model-down-1000": "nothing-behind",
    "model-down-500": "handshake-refused", "hears-at-wrong-rate": "words-wrong", "speech-in-silence": "noise-answered",
    "plain-text-error": "protocol-broken", "padding-inside": "no-audio", "dies-in-mid-answer": "no-final-marker",
    "stops-late": "interruption-ignored", "talks-after-cancel": "interruption-ignored",
    "keeps-playback": "interruption-ignored", "slow-leak": "next-call-lost", "tool-again-later": "tool-twice",
    "writes-when-nudged": "tool-twice", "tool-for-other-tenant": "tool-unwanted",
    "confirms-other-day": "result-ignored", "dead-air-after-failure": "result-ignored",
}  # fmt: skip
"""The row of the table of triage that each fault is the root of."""

ALSO = {
    "canned-reply": {("noise-answered", Layer.INPUT)},
    "writes-unasked": {("tool-order", Layer.TOOLS)},
    "confirms-before-result": {("unproven-confirmation", Layer.TOOLS)},
    "padding-inside": {("protocol-broken", Layer.OUTPUT)},
}
"""What other cases, that ask for something else, see of the same fault."""

TEMPLATE_CANNOT = {"audio that nobody can read does no harm", "an unknown path is answered"}
OPAQUE = ("wrong-agent", "wrong-environment", "tampered-signature", "replayed")
"""What a token that is only given cannot be made to be."""
AFTER_RECONNECTING = {
    "runs-out-of-sessions": "callers who hang up at once are followed by the next",
    "stuck-when-left-early": "a caller who leaves before it is ready is followed by the next",
    "crashes-on-error-close": "a close with an error in mid-answer is followed by the next call",
    "drops-idle-callers": "a silent caller is kept, or told why not",
    "does-not-come-back": "after a restart of the agent the next call works",
    "forgets-on-resume": "a session that is resumed goes on where it ended",
    "remembers-strangers": "a new session knows nothing of the one before",
    "repeats-write-after-reconnect": "a write is not repeated after a cut",
}
"""The one case, or two, of the reconnect suite that such a fault breaks."""


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


OTHERS = [pytest.param(dialect, marks=pytest.mark.long) for dialect in ("openai-realtime", "template")]


@pytest.mark.parametrize("dialect", ["canonical", *OTHERS])
def test_a_clean_agent_passes_every_case(tmp_path: Path, dialect: str) -> None:
    report = rehearsed(tmp_path, dialect=dialect)
    told = [(case.id, finding) for case in report.cases for finding in (*case.failures, *case.doubts)]
    assert told == []
    skipped = {case.name for case in report.cases if case.verdict is Verdict.SKIP}
    bare = {"audio that nobody can read does no harm"}
    opaque = {f"{kind} token is refused" for kind in OPAQUE}
    anew = {"a new session knows nothing of the one before"}
    assert (
        skipped == {"canonical": set(), "openai-realtime": bare, "template": TEMPLATE_CANNOT | opaque | anew}[dialect]
    )
    assert {case.verdict for case in report.cases} - {Verdict.SKIP} == {Verdict.PASS}
    assert len(report.cases) >= 12
    assert report.outcome is Outcome.PASSED


APART = (*WRITES, *SHOWN_ONLY, *NO_SUITE, *OVER_RUNS, *AFTER_RECONNECTING, "holds-dead-line", "ignores-pings")
"""The last two are those of a line: see test_virtual_weather.py."""


ONE_OF_EACH_LAYER = (
    "accepts-any-token", "config-not-applied", "deaf", "answers-in-pause", "answer-before-transcript", "silent-audio",
    "ignores-barge-in", "confirms-before-result",
)  # fmt: skip


def often(fault: str) -> Any:
    """The others are rehearsed by `make long`, and by `make dialects`."""
    return fault if fault in ONE_OF_EACH_LAYER else pytest.param(fault, marks=pytest.mark.long)


@pytest.mark.parametrize("fault", [often(fault) for fault in FAULTS if fault in EXACTLY or fault not in APART])
def test_every_fault_fails_in_its_own_layer(tmp_path: Path, fault: str) -> None:
    suites = (SHOWN_BY[fault],) if SHOWN_BY[fault] else ()
    plan, vault = demo()
    one_way = tuple(case for case in plan.cases if case.target == "socket")
    if suites == ("handshake",) and fault not in SHOWN_IN:
        one_way = tuple(case for case in one_way if case.name not in (AT_ONCE, COLD))
    if fault in SHOWN_IN or (suites == ("smoke",) and fault not in EXACTLY):
        one_way = tuple(case for case in one_way if case.name == SHOWN_IN.get(fault, A_QUESTION))
    report = rehearse(replace(plan, cases=one_way), vault, tmp_path / "evidence", (fault,), suites)
    assert report.outcome is Outcome.FAILED
    assert FAULTS[fault].layer in layers(report)
    assert roots(report) == {(SYMPTOM[fault], FAULTS[fault].layer)} | ALSO.get(fault, set())
    if fault in EXACTLY:
        assert layers(report) == {FAULTS[fault].layer}


AT_THE_DOOR = [fault for fault in FAULTS if fault.startswith("accepts-") or "refus" in fault]


@pytest.mark.long
@pytest.mark.parametrize("fault", AT_THE_DOOR)
def test_who_may_not_call_is_found_to_be_let_in_by_another_protocol_too(tmp_path: Path, fault: str) -> None:
    plan, vault = demo("openai-realtime")
    refusals = tuple(case for case in plan.cases if case.name.endswith(" is refused"))
    report = rehearse(replace(plan, cases=refusals), vault, tmp_path / "evidence", (fault,))
    assert roots(report) == {(SYMPTOM[fault], Layer.HANDSHAKE)}
    red = [case.name for case in report.cases if case.verdict is Verdict.FAIL]
    if fault.startswith("accepts-") and fault != "accepts-any-token":
        assert red == [fault.removeprefix("accepts-").removesuffix("-token") + " token is refused"]
    else:
        assert red == [case.name for case in report.cases if case.name.endswith(" is refused")]


ONE_OF_WRITES = "confirms-after-timeout"


@pytest.mark.parametrize(
    "fault", [fault if fault == ONE_OF_WRITES else pytest.param(fault, marks=pytest.mark.long) for fault in WRITES]
)
def test_a_fault_of_tools_is_found_whichever_way_they_are_called(tmp_path: Path, fault: str) -> None:
    plan, vault = demo()
    shown = replace(plan, cases=tuple(case for case in plan.cases if case.name == WRITES[fault]))
    report = rehearse(shown, vault, tmp_path / "evidence", (fault,))
    red = {case.target for case in report.cases if case.verdict is Verdict.FAIL}
    assert red == {"http", "mcp"} | (set() if fault == "retries-with-new-key" else {"socket"})
    assert SYMPTOM[fault] in {symptom for symptom, _ in roots(report)}
    assert layers(report) == {Layer.TOOLS}


@pytest.mark.long
def test_what_strikes_one_caller_of_five_shows_when_a_case_is_repeated(tmp_path: Path) -> None:
    plan, vault = demo()
    (question,) = (case for case in plan.cases if case.name == A_QUESTION)
    many = repeated(replace(plan, cases=(question,)), 20)
    report = rehearse(many, vault, tmp_path / "evidence", ("deaf-every-fifth",), one_house=True)
    assert [case.verdict for case in report.cases].count(Verdict.FAIL) == 4
    assert roots(report) == {("no-transcript", Layer.INPUT)}
    (rate,) = rates(report)
    assert str(rate) == "passed 16 of 20; it probably passes between 58% and 92% of the time (95% interval)"


IN_COMPANY = ("second-caller-ends-both", "one-caller-at-a-time", "crowd-silences-all", "cold-first-call")


@pytest.mark.long
@pytest.mark.parametrize("fault", IN_COMPANY)
def test_what_calls_do_to_one_another_is_found_over_a_providers_wire(tmp_path: Path, fault: str) -> None:
    plan, vault = demo("openai-realtime")
    shown = replace(plan, cases=tuple(case for case in plan.cases if case.name == SHOWN_IN[fault]))
    report = rehearse(shown, vault, tmp_path / "evidence", (fault,))
    assert (report.outcome, layers(report)) == (Outcome.FAILED, {Layer.HANDSHAKE})
    assert {symptom for symptom, _ in roots(report)} == {SYMPTOM[fault]}
    assert rehearse(shown, vault, tmp_path / "clean").outcome is Outcome.PASSED


@pytest.mark.parametrize("limit_ms", [None, pytest.param(5_000.0, marks=pytest.mark.long)])
def test_who_answers_one_after_another_is_told_and_blocks_where_the_manifest_has_a_limit(
    tmp_path: Path, limit_ms: float | None
) -> None:
    plan, vault = demo()
    (shown,) = (case for case in plan.cases if case.name == AT_ONCE and case.target == "socket")
    if limit_ms is not None:
        claims = tuple(replace(one, blocks=True) if one.check == "prompt-alike" else one for one in shown.claims)
        shown = replace(shown, claims=claims)
    report = rehearse(replace(plan, cases=(shown,)), vault, tmp_path / "evidence", ("answers-in-turn",))
    (late,) = report.cases[0].failures
    assert (late.check, late.symptom, late.layer) == ("prompt-alike", "callers-disturb", Layer.HANDSHAKE)
    assert late.actual == "after up to 7156 ms, and after 756 ms without that"
    assert report.outcome is (Outcome.FAILED if limit_ms else Outcome.PASSED)


@pytest.mark.parametrize("dialect", ["canonical", pytest.param("openai-realtime", marks=pytest.mark.long)])
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
    assert SHOWN_BY.keys() | set(NO_SUITE) == FAULTS.keys()
    assert {SHOWN_BY[fault] for fault in WRITES} == {"tools"}


@pytest.mark.parametrize("fault", ["wrong-close-code", pytest.param("first-call-only", marks=pytest.mark.long)])
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
