"""Callers without the right are refused, beside a control that is let in; and garbage gets an answer."""

from dataclasses import replace
from pathlib import Path

import pytest

from gate.checks.refusal import CallerRefused, MessageRejected
from gate.core.capabilities import Capabilities
from gate.core.findings import Blame, Finding, Layer
from tests.checks.notation import (
    CAN,
    FAIL,
    OPENING,
    PASS,
    SKIP,
    UNKNOWN,
    Line,
    ask,
    audio,
    closed,
    configured,
    ended,
    fault,
    hung_up,
    in_call,
    note,
    ready,
    said,
    upgrade,
)

CONTROL = (*OPENING, ended("finished", 10, linger=0))
SILENT = Capabilities(CAN.shows, 16_000, 16_000, announces_ready=False)


def refused(folder: Path, *second: Line | tuple[Line, ...], control: tuple[object, ...] = CONTROL,
            can: Capabilities = CAN) -> Finding:  # fmt: skip
    return ask(folder, CallerRefused(0), *control, in_call(1, *second), call=1, calls=2, can=can)  # type: ignore[arg-type]


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_upgrade_passes(tmp_path: Path, status: int) -> None:
    finding = refused(tmp_path, upgrade(0, status), ended("refused", 1))
    assert (finding.verdict, finding.layer, finding.actual) == (PASS, Layer.HANDSHAKE, f"HTTP {status}")
    assert len(finding.at) == 1


@pytest.mark.parametrize("code", [1008, 4401, 4403])
def test_a_close_before_readiness_passes(tmp_path: Path, code: int) -> None:
    assert refused(tmp_path, upgrade(0), closed(9, code), ended("closed", 9)).actual == f"closed with {code}"


NOT_REFUSED = {
    "let in": ((upgrade(0), ready(9), ended("finished", 20)), "the caller was let in, and the session was ready"),
    "HTTP 500": ((upgrade(0, 500), ended("refused", 9)), "HTTP 500, which is no refusal"),
    "closed as if well": ((upgrade(0), closed(9, 1000), ended("closed", 9)), "closed with 1000"),
    "dropped": ((upgrade(0), closed(9, None), ended("closed", 9)), "the connection was dropped without a close frame"),
    "left waiting": ((upgrade(0), ended("expired", 5000, what="ready")),
                     "the socket was opened and neither closed nor made ready"),
}  # fmt: skip


@pytest.mark.parametrize(("lines", "actual"), NOT_REFUSED.values(), ids=NOT_REFUSED.keys())
def test_what_is_no_refusal_fails(tmp_path: Path, lines: tuple[Line, ...], actual: str) -> None:
    finding = refused(tmp_path, *lines)
    assert (finding.verdict, finding.layer, finding.actual) == (FAIL, Layer.HANDSHAKE, actual)


def test_a_refusal_proves_nothing_if_the_right_token_is_refused_too(tmp_path: Path) -> None:
    shut_out = (upgrade(0, 401), ended("refused", 1))
    finding = refused(tmp_path, upgrade(0, 401), ended("refused", 1), control=shut_out)
    assert finding.verdict is UNKNOWN
    assert "proves nothing" in finding.actual


def test_without_a_word_for_readiness_a_caller_is_in_if_it_may_stay(tmp_path: Path) -> None:
    stayed, thrown_out = (upgrade(0), ended("finished", 2000)), (upgrade(0), closed(9, 4401), ended("closed", 9))
    assert refused(tmp_path, *thrown_out, control=stayed, can=SILENT).verdict is PASS
    assert refused(tmp_path, *thrown_out, control=thrown_out, can=SILENT).verdict is UNKNOWN
    stays = (upgrade(0), ended("expired", 5000, what="closed"))
    assert refused(tmp_path, *stays, control=stayed, can=SILENT).verdict is FAIL


@pytest.mark.parametrize(
    ("end", "blame"),
    [("unreachable", Blame.ENVIRONMENT), ("aborted", Blame.ENVIRONMENT), ("broken", Blame.GATE)],
)
def test_a_call_that_reached_nobody_was_not_refused(tmp_path: Path, end: str, blame: Blame) -> None:
    finding = refused(tmp_path, ended(end, 9))
    assert (finding.verdict, finding.blame) == (UNKNOWN, blame)


GARBAGE = (*OPENING, note(0, "inject"))


def test_an_error_or_a_close_rejects_garbage(tmp_path: Path) -> None:
    told = ask(tmp_path, MessageRejected(), *GARBAGE, fault(20), ended("finished", 30, linger=0))
    assert (told.verdict, told.actual) == (PASS, "error")
    shut = ask(tmp_path, MessageRejected(), *GARBAGE, closed(20, 1003), ended("finished", 20, linger=0))
    assert (shut.verdict, shut.actual) == (PASS, "session.closed")


def test_an_agent_that_only_answers_our_hanging_up_rejected_nothing(tmp_path: Path) -> None:
    finding = ask(tmp_path, MessageRejected(), *GARBAGE, ended("expired", 5000, what="rejected"))
    assert (finding.verdict, finding.layer, finding.actual) == (FAIL, Layer.HANDSHAKE, "neither came")


def test_a_crash_on_garbage_fails(tmp_path: Path) -> None:
    finding = ask(tmp_path, MessageRejected(), *GARBAGE, closed(20, None), ended("finished", 20, linger=0))
    assert (finding.verdict, finding.actual) == (FAIL, "the connection was dropped without a close frame")


def test_an_error_before_the_garbage_is_no_answer_to_it(tmp_path: Path) -> None:
    lines = (*OPENING, fault(-10), note(0, "inject"), ended("expired", 5000, what="rejected"))
    assert ask(tmp_path, MessageRejected(), *lines).verdict is FAIL


def test_a_cut_call_does_not_show_whether_garbage_was_rejected(tmp_path: Path) -> None:
    assert ask(tmp_path, MessageRejected(), *GARBAGE, ended("aborted", 30)).verdict is UNKNOWN
    assert ask(tmp_path, MessageRejected(), *GARBAGE, hung_up(30), killed=True).verdict is UNKNOWN
    assert ask(tmp_path, MessageRejected(), *OPENING, fault(5), ended("broken", 30)).blame is Blame.GATE


def test_silence_to_garbage_proves_nothing_where_an_error_could_not_be_seen(tmp_path: Path) -> None:
    blind = replace(CAN, shows=CAN.shows - {"error"})
    lines = (*GARBAGE, ended("expired", 5000, what="rejected"))
    assert ask(tmp_path, MessageRejected(), *lines, can=blind).verdict is SKIP
    assert ask(tmp_path, MessageRejected(), *lines).verdict is FAIL
    crash = ask(tmp_path, MessageRejected(), *GARBAGE, closed(20, None), ended("closed", 20), can=blind)
    assert crash.verdict is FAIL


def test_a_line_that_is_dropped_behind_something_huge_may_have_lost_its_close_frame(tmp_path: Path) -> None:
    dropped = (*GARBAGE, closed(20, None), ended("closed", 20))
    assert ask(tmp_path, MessageRejected(may_drop=True), *dropped).verdict is PASS
    assert ask(tmp_path, MessageRejected(may_ignore=True, may_drop=True), *dropped).verdict is PASS


def test_silence_is_held_against_an_agent_that_answers_the_same_words_in_the_next_call(tmp_path: Path) -> None:
    hung = (*GARBAGE, said("hello", 2000), ended("expired", 20_000))
    answered = in_call(1, *OPENING, said("hello", 2000), *audio(4200, 500), ended("finished", 8000, linger=0))
    silent = in_call(1, *OPENING, said("hello", 2000), ended("expired", 20_000))
    asked = MessageRejected(may_ignore=True, control=1)
    assert ask(tmp_path, asked, *hung, answered, calls=2).verdict is FAIL
    finding = ask(tmp_path, asked, *hung, silent, calls=2)
    assert (finding.verdict, "proves nothing" in finding.actual) == (SKIP, True)


def test_a_session_that_is_never_configured_behind_it_is_one_that_has_stopped(tmp_path: Path) -> None:
    early = (upgrade(-100), ready(), note(-70, "inject"), ended("expired", 5000, what="configured"))
    asked = MessageRejected(may_ignore=True, control=1)
    served = in_call(1, *OPENING, ended("finished", 10, linger=0))
    assert ask(tmp_path, asked, *early, served, calls=2).verdict is FAIL
    down = in_call(1, upgrade(0), ended("expired", 5000, what="ready"))
    assert ask(tmp_path, asked, *early, down, calls=2).verdict is SKIP


def test_an_error_behind_which_nothing_comes_is_an_error_all_the_same(tmp_path: Path) -> None:
    lines = (*GARBAGE, fault(20), ended("expired", 20_000))
    assert ask(tmp_path, MessageRejected(may_ignore=True), *lines).verdict is PASS


def test_where_the_protocol_has_no_word_for_an_error_garbage_may_be_ignored_but_must_not_crash_it(
    tmp_path: Path,
) -> None:
    still_there = (*GARBAGE, said("hello", 2000), audio(4200, 500), ended("finished", 8000, linger=0))
    passed_over = ask(tmp_path, MessageRejected(may_ignore=True), *still_there)
    assert (passed_over.verdict, passed_over.actual) == (PASS, "it was passed over, and the caller answered")
    hung = ask(tmp_path, MessageRejected(may_ignore=True), *GARBAGE, said("hello", 2000), ended("expired", 20_000))
    assert (hung.verdict, hung.actual) == (FAIL, "nothing came any more, also not to the caller")
    greeted = (*GARBAGE, audio(100, 400), said("hello", 2000), ended("expired", 20_000))
    assert ask(tmp_path, MessageRejected(may_ignore=True), *greeted).verdict is FAIL
    shut = ask(tmp_path, MessageRejected(may_ignore=True), *GARBAGE, closed(20, 1007), ended("closed", 20))
    assert shut.verdict is PASS
    crashed = ask(tmp_path, MessageRejected(may_ignore=True), *GARBAGE, closed(20, None), ended("closed", 20))
    assert (crashed.verdict, crashed.actual) == (FAIL, "the connection was dropped without a close frame")
    assert ask(tmp_path, MessageRejected(may_ignore=True), *GARBAGE, ended("aborted", 30)).verdict is UNKNOWN


def test_where_not_one_message_comes_nobody_is_behind_the_socket(tmp_path: Path) -> None:
    wordless = replace(CAN, announces_ready=False)
    silent = (upgrade(-100), note(0, "inject"), said("hello", 2000), ended("expired", 20_000))
    behind = in_call(1, upgrade(-100), said("hello", 2000), ended("expired", 20_000))
    asked = MessageRejected(may_ignore=True, control=1)
    finding = ask(tmp_path, asked, *silent, behind, calls=2, can=wordless)
    assert (finding.verdict, finding.layer, finding.symptom) == (FAIL, Layer.HANDSHAKE, "nothing-behind")
    greets = in_call(1, upgrade(-100), *audio(100, 400), said("hello", 2000), ended("expired", 20_000))
    assert ask(tmp_path, asked, *silent, greets, calls=2, can=wordless).verdict is SKIP
    never_asked = in_call(1, upgrade(-100), ended("finished", 10))
    assert ask(tmp_path, asked, *silent, never_asked, calls=2, can=wordless).verdict is SKIP


@pytest.mark.parametrize("status", [400, 404, 429, 500, 502, 503])
def test_another_status_is_no_refusal(tmp_path: Path, status: int) -> None:
    finding = refused(tmp_path, upgrade(0, status), ended("refused", 9))
    assert (finding.verdict, finding.actual) == (FAIL, f"HTTP {status}, which is no refusal")


def test_a_caller_that_is_neither_let_in_nor_told_so_is_a_finding_of_its_own(tmp_path: Path) -> None:
    finding = refused(tmp_path, upgrade(0), ended("expired", 5000, what="ready"))
    assert (finding.verdict, finding.symptom) == (FAIL, "refusal-silent")
    let_in = refused(tmp_path, upgrade(0), ready(9), ended("finished", 20))
    assert let_in.symptom == "caller-let-in"


def test_a_close_behind_readiness_is_no_refusal_whatever_its_code(tmp_path: Path) -> None:
    finding = refused(tmp_path, upgrade(0), ready(9), closed(40, 4401), ended("closed", 40))
    assert (finding.verdict, finding.symptom) == (FAIL, "caller-let-in")


def test_a_token_that_could_not_be_had_was_not_refused(tmp_path: Path) -> None:
    finding = refused(tmp_path, ended("tokenless", 9, detail="no token stands at data.token"))
    assert (finding.verdict, finding.blame, finding.symptom) == (UNKNOWN, Blame.ENVIRONMENT, "no-token")
    assert finding.actual == "no token stands at data.token"


def by_message(folder: Path, *second: Line | tuple[Line, ...], can: Capabilities = CAN) -> Finding:
    control = (*CONTROL[:-1], configured(), CONTROL[-1])
    return ask(folder, CallerRefused(0, by_message=True), *control, in_call(1, *second), call=1, calls=2, can=can)


def test_where_the_token_comes_in_a_message_readiness_before_it_lets_nobody_in(tmp_path: Path) -> None:
    opened = (upgrade(0), ready(5))
    assert by_message(tmp_path, *opened, closed(9, 4401), ended("closed", 9)).verdict is PASS
    let_in = by_message(tmp_path, *opened, configured(), ended("finished", 20))
    assert (let_in.verdict, let_in.actual) == (FAIL, "the caller was let in, and the session was configured")
    silent = by_message(tmp_path, *opened, ended("expired", 5000, what="configured"))
    assert (silent.verdict, silent.symptom) == (FAIL, "refusal-silent")


def test_a_dialect_that_configures_first_is_ready_behind_the_token(tmp_path: Path) -> None:
    first = replace(CAN, configures_first=True)
    assert by_message(tmp_path, upgrade(0), ready(9), ended("finished", 20), can=first).verdict is FAIL
