"""A JSON Schema is checked before it is asked, never fetches anything, and is compiled once."""

from typing import Any

import pytest

from gate.core import jsonschemas
from gate.core.jsons import Json

TREE: Json = {"$defs": {"node": {"type": "object", "properties": {"next": {"$ref": "#/$defs/node"}}}},
              "$ref": "#/$defs/node"}  # fmt: skip

WRONG = [
    (5, "it is neither an object nor true or false"),
    ({"type": "strng"}, "at $.type: 'strng' is not valid under any of the given schemas"),
    ({"properties": {"day": {"minimum": "1"}}}, "at $.properties.day.minimum: '1' is not of type 'number'"),
    ({"pattern": "("}, "at $.pattern: '(' is not a 'regex'"),
    ({"$ref": "https://example.com/day.json"},
     "at $.$ref: 'https://example.com/day.json' is no reference to a part of the schema itself, such as #/$defs/day"),
    ({"items": {"$dynamicRef": "other.json#x"}},
     "at $.items.$dynamicRef: 'other.json#x' is no reference to a part of the schema itself, such as #/$defs/day"),
    ({"items": {"$ref": "#/$defs/day"}}, "at $.items.$ref: there is no #/$defs/day"),
    ({"items": {"$ref": "#/required"}, "required": ["a"]},
     "at $.items.$ref: #/required is no schema: ['a'] is not of type 'object', 'boolean'"),
    ({"$ref": "#"}, "at $.$ref: # refers to itself without end"),
    ({"properties": {"a": {"allOf": [{"$ref": "#/properties/a"}]}}},
     "at $.properties.a.allOf[0].$ref: #/properties/a refers to itself without end"),
    ({"$schema": "http://json-schema.org/draft-07/schema#"},
     "at $.$schema: it is written for 'http://json-schema.org/draft-07/schema#', and only draft 2020-12 is known here"),
    ({"properties": {"a": {"$id": "https://example.com/a"}}},
     "at $.properties.a.$id: a part of a schema has no $id of its own here"),
]  # fmt: skip


@pytest.mark.parametrize(("schema", "told"), WRONG)
def test_a_mistake_says_where_it_is(schema: Json, told: str) -> None:
    assert jsonschemas.mistake(schema) == told


RIGHT: list[Any] = [
    True,
    {},
    TREE,
    {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "https://example.com/a.json",
     "$ref": "#/$defs/a", "$defs": {"a": {"type": "integer"}}},
    {"$anchor": "top", "properties": {"inner": {"$ref": "#top"}}},
]  # fmt: skip


@pytest.mark.parametrize("schema", RIGHT)
def test_what_refers_to_itself_alone_is_right(schema: Json) -> None:
    assert jsonschemas.mistake(schema) is None


def test_references_are_followed_inside_the_schema() -> None:
    assert jsonschemas.fits(TREE, {"next": {"next": {}}})
    assert not jsonschemas.fits(TREE, {"next": {"next": 1}})


def test_what_is_nested_too_deep_or_too_large_is_no_bug_of_the_gate() -> None:
    deep: Json = {}
    for _ in range(2_000):
        deep = {"next": deep}
    assert jsonschemas.fits(TREE, deep) is False
    told = "which is nested too deep, or too large a number, to be judged"
    assert jsonschemas.why_not(TREE, deep) == told
    assert jsonschemas.fits({"multipleOf": 0.1}, 10**400) is False
    assert jsonschemas.why_not({"multipleOf": 0.1}, 10**400) == told


def test_a_schema_is_compiled_once() -> None:
    jsonschemas._compiled.cache_clear()
    for value in range(100):
        assert jsonschemas.fits({"type": "integer"}, value)
    assert jsonschemas._compiled.cache_info().misses == 1
