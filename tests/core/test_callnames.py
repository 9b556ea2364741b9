"""What a call is called, and the placeholders that stand for it."""

import pytest

from gate.core.callnames import CallNames, names_in

NAMES = CallNames("c0ffee", "7ace", "s 1/é", ready=True)


def test_placeholders_are_filled_and_quoted_where_they_stand_in_an_address() -> None:
    assert NAMES.fill("https://h/{session_id}/{call}?t={trace_id}", quoted=True) == (
        "https://h/s%201%2F%C3%A9/c0ffee?t=7ace"
    )
    assert NAMES.fill("of {session_id}") == "of s 1/é"


def test_what_is_no_placeholder_stays() -> None:
    assert NAMES.fill('{"a": {}} ${env.TOKEN} {other}') == '{"a": {}} ${env.TOKEN} {other}'


def test_a_whole_body_is_filled() -> None:
    body = {"id": "{session_id}", "of": ["{call}", 1, None, {"t": "{trace_id}"}]}
    assert NAMES.fill_json(body) == {"id": "s 1/é", "of": ["c0ffee", 1, None, {"t": "7ace"}]}
    assert list(names_in(body)) == ["session_id", "call", "trace_id"]


@pytest.mark.parametrize("session_id", [None, ""])
def test_an_id_that_was_never_told_fills_nothing(session_id: str | None) -> None:
    """An empty one would make the address of all sessions out of that of one."""
    names = CallNames("c0ffee", "7ace", session_id)
    with pytest.raises(LookupError, match="the agent told no session id"):
        names.fill("https://h/sessions/{session_id}")
    assert names.fill("{call}") == names.known_as == "c0ffee"
