"""The calls of one case, one behind the other: which are made, and whose session they go on with."""

from types import SimpleNamespace
from typing import Any

import pytest

from gate.checks import claim
from gate.checks.session import ReadyInTime
from gate.core.callnames import CallNames
from gate.core.ends import CallEnd
from gate.core.plan import Call, Case, Dial
from gate.session.following import Following
from tests.checks.notation import CAN, PLACE

CALL = Call("call", Dial("ws://x"), {"language": "en"}, resumes=0)


def case(*calls_that_must_get_ready: int) -> Case:
    claims = tuple(claim(ReadyInTime(5.0), PLACE, call=number) for number in calls_that_must_get_ready)
    return Case("c", "t", "reconnect", "a case", PLACE, (CALL, CALL), claims)


def over(session_id: str | None = "s-1", *, talked: bool = True) -> Any:
    return SimpleNamespace(names=CallNames(session_id=session_id), talked=talked)


def resuming(following: Following, call: Call = CALL) -> tuple[Call, list[Any]]:
    notes: list[Any] = []
    return following.resuming(call, lambda kind, data: notes.append((kind, data))), notes


def test_a_call_that_resumes_has_the_session_of_the_call_it_names_and_that_is_written_down() -> None:
    following = Following(case(), CAN)
    following.over(0, over("s-7"))
    call, notes = resuming(following)
    assert call.session == {"language": "en", "resume": "s-7"}
    assert notes == [("resume", {"session_id": "s-7", "of": 0})]


def test_without_an_id_the_call_is_as_it_is_and_nothing_is_written_down() -> None:
    following = Following(case(), CAN)
    assert resuming(following) == (CALL, [])
    following.over(0, over(None))
    assert resuming(following) == (CALL, [])


@pytest.mark.parametrize("end", [CallEnd.EXPIRED, CallEnd.CLOSED, CallEnd.REFUSED])
def test_behind_a_session_that_had_to_get_ready_and_did_not_no_call_is_made(end: CallEnd) -> None:
    following = Following(case(0), CAN)
    following.over(0, over(talked=False))
    assert not following.goes_on(0, end)


def test_behind_any_other_the_next_is_made() -> None:
    following = Following(case(0), CAN)
    following.over(0, over())
    assert following.goes_on(0, CallEnd.EXPIRED)
    assert Following(case(1), CAN).goes_on(0, CallEnd.REFUSED)


def test_who_is_not_reached_is_not_called_again() -> None:
    assert not Following(case(), CAN).goes_on(0, CallEnd.UNREACHABLE)
