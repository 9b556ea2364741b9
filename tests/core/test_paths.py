from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.core.jsons import Json
from gate.core.paths import ABSENT, get, parts, put, takes

DATA: Json = {
    "type": "x",
    "payload": {"items": [{"name": "first"}, {"name": None}], "0": "zero", "a.b": {"c": 3}, "": "empty"},
    "nothing": None,
}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("", DATA),
        ("type", "x"),
        ("payload.items.0.name", "first"),
        ("payload.items.1.name", None),
        ("nothing", None),
        ("payload.0", "zero"),
        ("payload.a\\.b.c", 3),
        ("payload.", "empty"),
    ],
)
def test_a_path_finds_what_stands_there(path: str, found: Json) -> None:
    assert get(DATA, path) == found


@pytest.mark.parametrize(
    "path",
    [
        "missing",
        "type.more",
        "nothing.more",
        "payload.a.b.c",
        "payload.items.2",
        "payload.items.-1",
        "payload.items.01x",
        "payload.items.\u0661",
        "payload.items." + "9" * 5_000,
        "payload.items.name",
        ".type",
    ],
)
def test_a_path_that_leads_nowhere_is_absent(path: str) -> None:
    assert get(DATA, path) is ABSENT


def test_null_is_not_absent() -> None:
    assert get(DATA, "nothing") is None
    assert get({}, "nothing") is ABSENT
    assert repr(ABSENT) == "nothing"


def test_a_dot_in_a_key_is_escaped() -> None:
    assert parts("a\\.b.c") == ("a.b", "c")
    assert parts("") == ()


KEYS = st.text(alphabet="ab.0ä ", min_size=1, max_size=4)


@given(st.lists(KEYS, min_size=1, max_size=4), st.none() | st.integers() | st.text())
def test_what_is_put_is_found_again(keys: list[str], value: Json) -> None:
    path = ".".join(key.replace(".", "\\.") for key in keys)
    target: dict[str, Json] = {}
    put(target, path, value)
    assert get(target, path) == value
    assert parts(path) == tuple(keys)


def test_put_keeps_what_stands_beside() -> None:
    target: dict[str, Json] = {"a": {"b": 1}}
    put(target, "a.c.d", 2)
    assert target == {"a": {"b": 1, "c": {"d": 2}}}


def test_put_through_a_value_that_is_no_object_is_a_bug() -> None:
    with pytest.raises(AssertionError, match=r"a\.b runs through a value"):
        put({"a": 1}, "a.b", 2)


@pytest.mark.parametrize(
    ("path", "can"), [("a", True), ("b.c", True), ("new.way.to", True), ("a.b", False), ("b.c.d", False), ("", False)]
)
def test_a_path_can_be_put_where_only_objects_are_in_its_way(path: str, can: bool) -> None:
    target: Any = {"a": 1, "b": {"c": [1]}}
    assert takes(target, path) is can
    if can:
        put(target, path, "x")
        assert get(target, path) == "x"
