"""The judge: one finding for each claim, folding, and no pass for a caller that did not get through."""

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from gate.checks import CHECKS, Check, claim
from gate.checks.events.in_order import EventsInOrder, Expectation
from gate.checks.events.never import EventNever
from gate.checks.judge import judge
from gate.checks.script import ScriptFollowed
from gate.checks.session import ConfiguredAsAsked, ReadyInTime
from gate.checks.speech import Answered
from gate.core.findings import Blame, Layer
from gate.core.plan import Claim
from gate.dialects.canonical.dialect import Canonical
from gate.evidence.reader import read
from tests.checks.notation import (
    CAN,
    CLIPS,
    FAIL,
    OPENING,
    PASS,
    PLACE,
    UNKNOWN,
    Line,
    ask,
    audio,
    case_of,
    configured,
    ended,
    findings,
    heard_as,
    in_call,
    note,
    recording,
    said,
    upgrade,
)

READY = claim(ReadyInTime(5000.0), PLACE)
CONFIGURED = claim(ConfiguredAsAsked(5000.0), PLACE)
ANSWERED = claim(Answered(1), PLACE)
NO_ERROR = claim(EventNever("error"), PLACE)
SCRIPT = claim(ScriptFollowed(), PLACE)


def test_every_check_is_registered_under_its_own_name() -> None:
    assert all(name == CHECKS[name].params.CHECK for name in CHECKS)


def test_a_claim_survives_the_plan(tmp_path: Path) -> None:
    params = EventsInOrder((Expectation("tool.call", within_ms=5.0),))
    made = claim(params, PLACE, call=1, blocks=False, layer=Layer.CLOSE)
    assert made == Claim(
        "events", PLACE,
        {"expectations": [{"event": "tool.call", "where": [], "within_ms": 5.0, "after": "caller.speech_end"}]},
        1, False, "close",
    )  # fmt: skip


def test_a_finding_keeps_the_claims_place_call_and_blocking(tmp_path: Path) -> None:
    recorded = recording(tmp_path, *OPENING, ended("finished", 9))
    made = dataclasses.replace(READY, blocks=False)
    (finding,) = findings(recorded, made)
    assert (finding.check, finding.place, finding.call, finding.blocks, finding.verdict) == (
        "ready",
        PLACE,
        0,
        False,
        PASS,
    )


def test_a_session_that_never_came_folds_all_behind_it(tmp_path: Path) -> None:
    recorded = recording(tmp_path, upgrade(-100), ended("expired", 9000, what="ready"))
    first, *rest = findings(recorded, READY, CONFIGURED, ANSWERED, NO_ERROR)
    assert (first.verdict, first.layer, first.folded) == (FAIL, Layer.HANDSHAKE, False)
    assert [(f.verdict, f.layer, f.folded, f.blame) for f in rest] == [
        (UNKNOWN, Layer.HANDSHAKE, True, Blame.AGENT)
    ] * 3
    assert {f.actual for f in rest} == {"not judged: the call did not get that far (ready)"}


def test_a_call_that_reached_nobody_is_nobodys_failure(tmp_path: Path) -> None:
    recorded = recording(tmp_path, ended("unreachable", 9, detail="connection refused"))
    found = findings(recorded, READY, CONFIGURED, ANSWERED)
    assert [(f.verdict, f.blame) for f in found] == [(UNKNOWN, Blame.ENVIRONMENT)] * 3
    assert found[0].actual == "connection refused"


def test_a_check_that_throws_is_unknown_and_a_bug_of_the_gate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(view: Any, params: Any) -> Any:
        raise ZeroDivisionError("oh")

    monkeypatch.setitem(CHECKS, "never", Check(EventNever, broken))
    (finding,) = findings(recording(tmp_path, *OPENING, ended("finished", 9)), NO_ERROR)
    assert (finding.verdict, finding.blame) == (UNKNOWN, Blame.GATE)
    assert finding.actual == "the check itself broke (ZeroDivisionError: oh)"


def test_params_that_do_not_fit_their_check_are_a_bug_of_the_gate(tmp_path: Path) -> None:
    recorded = recording(tmp_path, *OPENING, ended("finished", 9))
    (finding,) = findings(recorded, Claim("never", PLACE, {"event": 5}))
    assert (finding.verdict, finding.blame) == (UNKNOWN, Blame.GATE)


def test_nothing_claimed_is_nothing_found(tmp_path: Path) -> None:
    assert findings(recording(tmp_path, *OPENING, ended("finished", 9))) == ()


ANSWER = (*OPENING, said("hello", 1000), heard_as(3000, "hello there"), audio(3300, 900))


@pytest.mark.parametrize("last", [(note(5000, "x"),), ended("aborted", 5000), ended("unreachable", 5000)])
def test_what_was_seen_before_a_cut_stays_proven_and_nothing_else_is(tmp_path: Path, last: tuple[Line, ...]) -> None:
    found = findings(recording(tmp_path, *ANSWER, *last, killed=True), READY, CONFIGURED, ANSWERED, NO_ERROR, SCRIPT)
    assert [finding.verdict for finding in found] == [PASS, PASS, PASS, UNKNOWN, UNKNOWN]
    assert {finding.blame for finding in found[3:]} == {Blame.ENVIRONMENT}


def test_a_call_that_was_never_made_is_no_pass(tmp_path: Path) -> None:
    recorded = recording(tmp_path, *ANSWER, ended("finished", 8000))
    (finding,) = findings(recorded, dataclasses.replace(NO_ERROR, call=1), calls=2)
    assert (finding.call, finding.verdict) == (1, UNKNOWN)


def test_a_suite_may_know_the_layer_better_unless_it_failed_before(tmp_path: Path) -> None:
    again = claim(Answered(1), PLACE, call=1, layer=Layer.CLOSE)
    silent = (*OPENING, said("hello", 1000), heard_as(3000, "hello there"), ended("finished", 9000))
    answering = (*ANSWER, ended("finished", 9000))
    after = findings(recording(tmp_path, *answering, in_call(1, *silent)), ANSWERED, again, calls=2)
    assert [(f.verdict, f.layer) for f in after] == [(PASS, Layer.OUTPUT), (FAIL, Layer.CLOSE)]
    both = findings(recording(tmp_path, *silent, in_call(1, *silent)), ANSWERED, again, calls=2)
    assert [(f.verdict, f.layer) for f in both] == [(FAIL, Layer.OUTPUT)] * 2


def test_a_damaged_recording_fails_nobody_and_passes_nothing_absent(tmp_path: Path) -> None:
    recording(tmp_path, *ANSWER, ended("finished", 8000))
    wire = tmp_path / "attempt-0" / "wire.jsonl"
    lines = wire.read_bytes().splitlines(keepends=True)
    lines[20] = b"{\n"
    wire.write_bytes(b"".join(lines))
    damaged = read(tmp_path / "attempt-0", Canonical(), tuple(CLIPS.values()))
    found = judge(case_of(READY, ANSWERED, NO_ERROR), damaged, CAN, tuple(CLIPS.values()))
    assert [(f.verdict, f.blame) for f in found] == [
        (PASS, Blame.AGENT), (UNKNOWN, Blame.ENVIRONMENT), (UNKNOWN, Blame.ENVIRONMENT),
    ]  # fmt: skip


def test_one_call_is_not_judged_by_what_another_did(tmp_path: Path) -> None:
    lines = (*OPENING, ended("finished", 9, linger=0), in_call(1, upgrade(0), ended("expired", 9)))
    assert ask(tmp_path, ReadyInTime(5000.0), *lines, call=1, calls=2).verdict is FAIL
    assert ask(tmp_path, ConfiguredAsAsked(5000.0), *lines, in_call(1, configured(5)), calls=2).verdict is PASS
