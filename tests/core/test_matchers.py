import pytest

from gate.core.jsons import Json
from gate.core.matchers import Matcher, as_text, describe, matches, misses
from gate.core.paths import ABSENT, Missing


@pytest.mark.parametrize(
    ("kind", "value", "found", "fits"),
    [
        ("exact", 1, 1, True),
        ("exact", 1, 1.0, True),
        ("exact", 1, True, False),
        ("exact", True, 1, False),
        ("exact", "Thursday", "thursday", False),
        ("exact", None, None, True),
        ("exact", {"a": [1, 2]}, {"a": [1, 2]}, True),
        ("exact", {"a": [1, 2]}, {"a": [1, 2], "b": 0}, False),
        ("regex", "^A-[0-9]+$", "A-17", True),
        ("regex", "[0-9]", "A-17", True),
        ("regex", "^[0-9]+$", "A-17", False),
        ("regex", "^17$", 17, True),
        ("regex", '"day":"Thu', {"day": "Thursday"}, True),
        ("regex", "^null$", None, True),
        ("contains", "THURSDAY", "now on Thursday.", True),
        ("contains", "straße", "Die STRASSE", True),
        ("contains", "friday", "now on Thursday.", False),
        ("contains", "A-17", {"id": "A-17"}, True),
        ("contains", "", "", True),
        ("one_of", ["a", 1], 1.0, True),
        ("one_of", ["a", 1], True, False),
        ("one_of", ["a", 1], "b", False),
        ("one_of", [], None, False),
        ("at_least", 2, 2, True),
        ("at_least", 2, 1.999, False),
        ("at_least", 0, True, False),
        ("at_least", 2, "3", False),
        ("at_most", 2, 2, True),
        ("at_most", 2, 10**400, False),
        ("at_most", 2, -(10**400), True),
        ("at_most", 2, None, False),
        ("approx", {"value": 0.7, "by": 0.1}, 0.8, True),
        ("approx", {"value": 0.7, "by": 0.1}, 0.81, False),
        ("approx", {"value": 0.7, "by": 0.1}, 0.6, True),
        ("approx", {"value": -200, "percent": 10}, -220, True),
        ("approx", {"value": -200, "percent": 10}, -221, False),
        ("approx", {"value": 1, "by": 0}, 1.0, True),
        ("approx", {"value": 1, "by": 1}, True, False),
        ("approx", {"value": 1, "by": 1}, "1", False),
        ("approx", {"value": 1, "by": 1}, 10**400, False),
        ("schema", {"type": "integer"}, 7, True),
        ("schema", {"type": "integer"}, "7", False),
        ("schema", {"type": ["string", "null"]}, None, True),
        ("schema", {"required": ["day"], "properties": {"day": {"enum": ["Thursday"]}}}, {"day": "Thursday"}, True),
        ("schema", {"required": ["day"]}, {"id": 1}, False),
        ("schema", False, None, False),
        ("present", True, None, True),
        ("present", False, None, False),
    ],
)
def test_a_matcher_asks_one_question(kind: str, value: Json, found: Json, fits: bool) -> None:
    assert matches(Matcher(kind, value), found) is fits  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("exact", None),
        ("regex", ".*"),
        ("contains", ""),
        ("one_of", [None]),
        ("at_least", 0),
        ("at_most", 0),
        ("approx", {"value": 0, "by": 9}),
        ("schema", True),
        ("present", True),
    ],
)
def test_absent_matches_nothing(kind: str, value: Json) -> None:
    assert matches(Matcher(kind, value), ABSENT) is False  # type: ignore[arg-type]


def test_absent_matches_what_asks_for_absence() -> None:
    assert matches(Matcher("present", False), ABSENT) is True


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        ("exact", {"a": "b"}, '{"a":"b"}'),
        ("regex", "^x$", "a match of /^x$/"),
        ("contains", "x", 'something that contains "x"'),
        ("one_of", ["a", 1], 'one of ["a",1]'),
        ("at_least", 2, "at least 2"),
        ("at_most", 2.5, "at most 2.5"),
        ("approx", {"value": 0.7, "by": 0.1}, "a number from 0.6 to 0.8"),
        ("approx", {"value": 200, "percent": 10}, "a number from 180 to 220"),
        ("schema", {"type": "integer"}, 'a value of the schema {"type":"integer"}'),
        ("present", True, "any value"),
        ("present", False, "no value"),
    ],
)
def test_a_matcher_says_what_it_expects(kind: str, value: Json, words: str) -> None:
    assert describe(Matcher(kind, value)) == words  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "text"), [("a", "a"), (1, "1"), (None, "null"), (True, "true"), ({"b": "ä"}, '{"b":"ä"}')]
)
def test_a_value_is_searched_as_text(value: Json, text: str) -> None:
    assert as_text(value) == text


def test_missing_has_one_value() -> None:
    assert isinstance(ABSENT, Missing)


def test_every_miss_says_what_was_found_and_what_was_expected() -> None:
    where = (
        ("arguments.day", Matcher("exact", "Thursday")),
        ("arguments.id", Matcher("regex", "^A-")),
        ("arguments.seats", Matcher("approx", {"value": 3, "by": 1})),
        ("arguments.more", Matcher("schema", {"properties": {"a": {"type": "integer"}}})),
        ("name", Matcher("contains", "look")),
    )
    value: Json = {"name": "lookup", "arguments": {"day": "Tuesday", "seats": 5, "more": {"a": "x"}}}
    assert misses(where, value) == (
        'arguments.day was "Tuesday", expected "Thursday"',
        "arguments.id was missing, expected a match of /^A-/",
        "arguments.seats was 5, expected a number from 2 to 4",
        """arguments.more was {"a":"x"}, which at $.a is wrong: 'x' is not of type 'integer'""",
    )


def test_what_is_told_of_a_value_is_bounded() -> None:
    (told,) = misses((("text", Matcher("exact", "y")),), {"text": "x\n" * 10_000})
    assert len(told) < 120
    (told,) = misses((("text", Matcher("schema", {"type": "integer"})),), {"text": "x" * 10_000})
    assert len(told) < 300
