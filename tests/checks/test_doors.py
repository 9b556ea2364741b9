"""Other doors: any answer will do, silence and a broken line will not, and both count only beside an ordinary call."""

from dataclasses import replace
from pathlib import Path

import pytest

from gate.checks.doors import DoorAnswered
from gate.core.capabilities import Capabilities
from gate.core.findings import Blame, Finding, Layer
from gate.core.frames import Direction, Opcode
from gate.core.jsons import canonical
from tests.checks.notation import (
    CAN,
    FAIL,
    OPENING,
    PASS,
    SKIP,
    UNKNOWN,
    Line,
    ask,
    asked,
    audio,
    closed,
    configured,
    ended,
    fault,
    frame,
    in_call,
    ready,
    said,
    upgrade,
)  # fmt: skip

CONTROL = (*OPENING, ended("finished", 10, linger=0))
SILENT = Capabilities(CAN.shows, 16_000, 16_000, announces_ready=False)
ANY, SESSION = DoorAnswered("an unknown path"), DoorAnswered("a configuration", session=True)
REFUSED = replace(ANY, statuses=(403, 404), codes=(4403,))
HANGS = (upgrade(0), ended("expired", 5000, what="ready"))


def through(
    folder: Path, *lines: Line | tuple[Line, ...], params: DoorAnswered = ANY, can: Capabilities = CAN,
    control: tuple[Line | tuple[Line, ...], ...] = CONTROL,
) -> Finding:  # fmt: skip
    return ask(folder, params, *control, in_call(1, *lines), call=1, calls=2, can=can)


ANSWERS = {
    "HTTP": ((upgrade(0, 404), ended("refused", 1)), "HTTP 404"),
    "a session": ((upgrade(0), ready(9), ended("finished", 20)), "the session was ready"),
    "an error": ((upgrade(0), fault(9), ended("expired", 5000, what="ready")), "error bad no"),
    "a close": ((upgrade(0), closed(9, 1011), ended("closed", 9)), "closed with 1011"),
}


@pytest.mark.parametrize(("lines", "actual"), ANSWERS.values(), ids=ANSWERS.keys())
def test_any_answer_will_do(tmp_path: Path, lines: tuple[Line, ...], actual: str) -> None:
    finding = through(tmp_path, *lines)
    assert (finding.verdict, finding.layer, finding.actual, len(finding.at)) == (PASS, Layer.HANDSHAKE, actual, 1)


NONE = {
    "silence": (HANGS, "the line stays open and nothing comes"),
    "no upgrade": ((ended("expired", 5000, detail="not answered"),), "not answered"),
    "dropped": ((closed(9, None), ended("refused", 9)), "the line was dropped: no HTTP status and no close frame"),
    "dropped later": ((upgrade(0), closed(9, None), ended("closed", 9)),
                      "the line was dropped: no HTTP status and no close frame"),
}  # fmt: skip


@pytest.mark.parametrize(("lines", "actual"), NONE.values(), ids=NONE.keys())
def test_none_is_a_failure(tmp_path: Path, lines: tuple[Line, ...], actual: str) -> None:
    finding = through(tmp_path, *lines)
    assert (finding.verdict, finding.actual, finding.symptom) == (FAIL, actual, "door-unanswered")


def test_what_a_server_cannot_read_it_may_drop_but_not_once_it_has_accepted(tmp_path: Path) -> None:
    large = replace(ANY, may_drop=True)
    assert through(tmp_path, closed(9, None), ended("refused", 9), params=large).verdict is PASS
    assert through(tmp_path, upgrade(0), closed(9, None), ended("closed", 9), params=large).verdict is FAIL


def test_an_answer_that_no_client_may_accept_is_one(tmp_path: Path) -> None:
    lost = frame(9, Direction.RECEIVED, Opcode.LOST, canonical({"reason": "unsupported subprotocol", "answered": True}))
    assert through(tmp_path, lost, ended("refused", 9)).verdict is PASS


@pytest.mark.parametrize("lines", [HANGS, (closed(9, None), ended("refused", 9))])
def test_it_proves_nothing_where_the_ordinary_call_is_not_let_in(tmp_path: Path, lines: tuple[Line, ...]) -> None:
    finding = through(tmp_path, *lines, control=(upgrade(0, 401), ended("refused", 1)))
    assert (finding.verdict, "proves nothing" in finding.actual) == (UNKNOWN, True)


def test_where_nothing_announces_readiness_an_open_line_is_an_answer(tmp_path: Path) -> None:
    stayed = (upgrade(0), ended("finished", 2000))
    assert through(tmp_path, *stayed, control=stayed, can=SILENT).verdict is PASS
    never = (ended("expired", 5000, detail="not answered"),)
    assert through(tmp_path, *never, control=stayed, can=SILENT).verdict is FAIL


def test_a_call_that_reached_nobody_proves_nothing(tmp_path: Path) -> None:
    finding = through(tmp_path, ended("unreachable", 9))
    assert (finding.verdict, finding.blame) == (UNKNOWN, Blame.ENVIRONMENT)


def test_a_configuration_is_answered_by_what_comes_behind_it(tmp_path: Path) -> None:
    door = (upgrade(0), ready(9), asked(10, voice="none"))
    waits = ended("expired", 5000, what="configured")
    hung = through(tmp_path, *door, waits, params=SESSION)
    assert (hung.verdict, hung.layer) == (FAIL, Layer.CONFIG)
    assert through(tmp_path, *door, fault(20), waits, params=SESSION).verdict is PASS
    applied = through(tmp_path, *door, configured(20, voice="none"), ended("finished", 30), params=SESSION)
    assert (applied.verdict, applied.actual) == (PASS, "it was acknowledged")
    early = (upgrade(0), ready(9), fault(9), asked(10, voice="none"), waits)
    assert through(tmp_path, *early, params=SESSION).verdict is FAIL


def test_what_must_be_refused_must_be_refused(tmp_path: Path) -> None:
    for lines in ((upgrade(0, 404), ended("refused", 1)), (upgrade(0), closed(9, 4403), ended("closed", 9))):
        assert through(tmp_path, *lines, params=REFUSED).verdict is PASS
    let_in = through(tmp_path, *ANSWERS["a session"][0], params=REFUSED)
    assert (let_in.verdict, let_in.actual, let_in.symptom) == (FAIL, "the session was ready", "door-open")
    assert through(tmp_path, upgrade(0, 500), ended("refused", 1), params=REFUSED).actual == "HTTP 500"
    late = (upgrade(0), ready(9), closed(20, 4403), ended("closed", 20))
    assert through(tmp_path, *late, params=REFUSED).verdict is FAIL
    assert through(tmp_path, *HANGS, params=REFUSED).verdict is FAIL
    stayed = (upgrade(0), ended("finished", 2000))
    assert through(tmp_path, *stayed, params=REFUSED, control=stayed, can=SILENT).verdict is FAIL


def test_a_session_that_is_ready_behind_a_configuration_has_not_answered_it(tmp_path: Path) -> None:
    door = (upgrade(0), asked(5, voice="none"), ready(9), ended("expired", 5000, what="configured"))
    hung = through(tmp_path, *door, params=SESSION)
    assert (hung.verdict, hung.layer) == (FAIL, Layer.CONFIG)
    unacknowledged = replace(CAN, acknowledges_configuration=False)
    assert through(tmp_path, *door, params=SESSION, can=unacknowledged).verdict is PASS


ASKS = (upgrade(-100), said("hello", 2000))
ANSWERED = (*ASKS, *audio(4200, 500), ended("finished", 8000, linger=0))
UNANSWERED = (*ASKS, ended("expired", 20_000))


def beside(folder: Path, control: tuple[Line, ...], *calls: tuple[Line, ...]) -> Finding:
    """The door is the second call, over a wire that has no word for readiness."""
    numbered = (in_call(number, *call) for number, call in enumerate(calls, 1))
    return ask(folder, ANY, *control, *numbered, call=1, calls=1 + len(calls), can=SILENT)


def test_where_nothing_announces_readiness_a_question_shows_what_is_behind_the_door(tmp_path: Path) -> None:
    served = beside(tmp_path, ANSWERED, ANSWERED)
    assert (served.verdict, served.actual) == (PASS, "the caller was answered, as in the ordinary call")
    hung = beside(tmp_path, ANSWERED, UNANSWERED, ANSWERED)
    assert (hung.verdict, hung.layer, hung.symptom) == (FAIL, Layer.HANDSHAKE, "door-unanswered")
    shut = (upgrade(-100), closed(9, 1008), ended("closed", 9))
    assert beside(tmp_path, ANSWERED, shut, ANSWERED).verdict is PASS


def test_a_caller_who_is_never_answered_is_not_at_the_door(tmp_path: Path) -> None:
    finding = beside(tmp_path, (*ASKS, ended("finished", 20_000)), UNANSWERED)
    assert (finding.verdict, "got no answer either" in finding.actual) == (SKIP, True)
    assert beside(tmp_path, UNANSWERED, UNANSWERED).verdict is UNKNOWN


def test_where_the_next_ordinary_call_is_not_served_either_the_door_is_not_to_blame(tmp_path: Path) -> None:
    finding = beside(tmp_path, ANSWERED, UNANSWERED, UNANSWERED)
    assert (finding.verdict, finding.layer, finding.symptom) == (FAIL, Layer.CLOSE, "next-call-lost")
    silent = in_call(2, upgrade(0), ended("expired", 5000, what="ready"))
    ready_wire = ask(tmp_path, ANY, *CONTROL, in_call(1, *HANGS), silent, call=1, calls=3)
    assert (ready_wire.layer, ready_wire.symptom) == (Layer.CLOSE, "next-call-lost")
