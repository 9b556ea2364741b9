"""What the answers of a backend show of a session."""

import json
from typing import Any

import pytest

from gate.core.callnames import CallNames
from gate.core.matchers import Matcher
from gate.core.places import Place
from gate.core.probing import CleanupRequest, Look, Probe, Reading, is_gone, is_seen, read

HERE = Place("m.yaml", 1, 1)
ACTIVE = (("status", Matcher("exact", "active")),)
NAMES = CallNames("c0ffee", "7ace", "s-1", ready=True)


def reading(look: Look, body: Any, status: int = 200) -> Reading:
    return read(look, status, json.dumps(body).encode(), NAMES)


@pytest.mark.parametrize(
    ("ids", "id_path", "body", "there"),
    [
        ("sessions", "id", {"sessions": ["s-0", "s-1"]}, True),
        ("sessions", "id", {"sessions": ["s-0", "s-11"]}, False),
        ("sessions", "id", {"sessions": []}, False),
        ("", "id", [{"id": "s-1"}], True),
        ("data.live", "call.sid", {"data": {"live": [{"id": "s-1"}, {"call": {"sid": "s-1"}}]}}, True),
        ("data.live", "call.sid", {"data": {"live": [{"id": "s-1"}, {}, 7, None]}}, False),
        ("calls", "id", {"calls": ["c0ffee"]}, True),
        ("traces", "id", {"traces": ["7ace"]}, True),
        ("", "sid", [{"sid": "CAc0ffee"}], True),
        ("", "id", [{"id": "C0-FF-EE"}], True),
        ("", "id", [{"id": ""}, "", "xs-1", "CAc0fffe"], False),
    ],
)
def test_a_list_of_ids(ids: str, id_path: str, body: Any, there: bool) -> None:
    found = reading(Look("https://h", ids=ids, id_path=id_path), body)
    assert found == Reading(200, there=there)
    assert (is_seen(found, None), is_gone(found, None)) == (there, not there)


@pytest.mark.parametrize(
    ("look", "body", "there"),
    [
        (Look("h", ids="", where=ACTIVE), [{"id": "s-1", "status": "active"}], True),
        (Look("h", ids="", where=ACTIVE), [{"id": "s-1", "status": "ended"}, {"id": "s-2", "status": "active"}], False),
        (Look("h", ids="", where=ACTIVE), ["s-1"], False),
        (Look("h/{session_id}", where=ACTIVE), {"status": "active"}, True),
        (Look("h/{session_id}", where=ACTIVE), {"status": "ended"}, False),
    ],
)
def test_a_session_that_is_only_remembered_is_not_there(look: Look, body: Any, there: bool) -> None:
    assert reading(look, body) == Reading(200, there=there)


def test_ids_that_are_numbers() -> None:
    names = CallNames("c0ffee", "7ace", "17")
    assert read(Look("https://h", ids="s"), 200, b'{"s": [17]}', names).there is True


@pytest.mark.parametrize(("status", "there"), [(200, True), (204, True), (404, False), (410, False)])
def test_an_address_of_one_session(status: int, there: bool) -> None:
    assert read(Look("https://h/{session_id}"), status, b"", NAMES) == Reading(status, there=there)


@pytest.mark.parametrize(
    ("look", "status", "body", "error"),
    [
        (Look("h/{session_id}"), 500, b"", "HTTP 500"),
        (Look("h/{session_id}"), 401, b"", "HTTP 401"),
        (Look("h", ids="s"), 404, b"", "HTTP 404"),
        (Look("h", ids="s"), 200, b"<html>", "an answer that is no JSON"),
        (Look("h", ids="s"), 200, b'{"t": []}', "no list at s of the answer"),
        (Look("h", ids=""), 200, b'{"t": []}', "no list at the top of the answer"),
        (Look("h/{session_id}", where=ACTIVE), 200, b"", "an answer that is no JSON"),
        (Look("h", count="n"), 200, b'{"n": "3"}', "no number at n of the answer"),
        (Look("h", count="n"), 200, b'{"n": true}', "no number at n of the answer"),
    ],
)
def test_what_shows_nothing_says_why(look: Look, status: int, body: bytes, error: str) -> None:
    """A list that is not found is not an empty one: it would show every session as gone."""
    found = read(look, status, body, NAMES)
    assert found == Reading(status, error=error)
    assert not is_seen(found, 0)
    assert not is_gone(found, 0)


@pytest.mark.parametrize(
    ("count", "before", "seen", "is_back"),
    [(4, 3, True, False), (3, 3, False, True), (2, 3, False, True), (4, None, False, False)],
)
def test_a_number_says_something_beside_the_one_before(
    count: int, before: float | None, seen: bool, is_back: bool
) -> None:
    found = reading(Look("h", count="n"), {"n": count})
    assert found == Reading(200, count=float(count))
    assert (is_seen(found, before), is_gone(found, before)) == (seen, is_back)


def test_a_probe_that_counts_anywhere_cannot_tell_sessions_apart() -> None:
    ids, number = Look("h", ids="s"), Look("h", count="n")
    assert not Probe(ids, HERE, also=(ids,)).counts
    assert Probe(number, HERE).counts


def test_a_request_is_of_one_call_if_anything_in_it_names_one() -> None:
    assert CleanupRequest(HERE, "h/{session_id}").of_one_call
    assert CleanupRequest(HERE, "h", headers=(("X-Call", "{call}"),)).of_one_call
    assert CleanupRequest(HERE, "h", body={"id": ["{session_id}"]}).of_one_call
    assert not CleanupRequest(HERE, "h/{trace_id}").of_one_call
