"""Whether a path leads somewhere in the schema of a tool, which may leave that open."""

from typing import Any

import pytest

from gate.core.tooling import Schema
from gate.suites.known_tools import lacking

DAY: dict[str, Any] = {"type": "string"}
TREE: dict[str, Any] = {
    "type": "object",
    "properties": {
        "day": DAY,
        "slot": {"$ref": "#/$defs/slot"},
        "list": {"type": "array", "items": {"type": "object", "properties": {"id": DAY}}},
        "pair": {"prefixItems": [{"type": "object", "properties": {"a": DAY}}], "items": DAY},
        "either": {"anyOf": [{"properties": {"x": DAY}}, {"properties": {"y": DAY}}]},
        "free": {"type": "object"},
        "any": True,
        "more": {"type": "object", "properties": {"a": DAY}, "additionalProperties": True},
        "numbers": {"type": "object", "properties": {}, "additionalProperties": {"type": "integer"}},
        "named": {"type": "object", "properties": {}, "patternProperties": {"^x-": DAY}},
        "anchor": {"$ref": "#there"},
        "round": {"$ref": "#/properties/round"},
        "a.b": DAY,
        "when": {"properties": {"kind": DAY}, "if": {}, "then": {"properties": {"late": DAY}}},
    },
    "$defs": {"slot": {"type": "object", "properties": {"hour": DAY}}},
}


@pytest.mark.parametrize(
    "path",
    ["day", "slot.hour", "list.0.id", "list.17", "pair.0.a", "pair.1", "either.x", "either.y", "free.anything.at.all",
     "any.thing", "more.what", "numbers.n", "named.x-1", "anchor.what", "round.and.round", "a\\.b", "when.late", ""],
)  # fmt: skip
def test_a_path_that_leads_somewhere(path: str) -> None:
    assert lacking(Schema("t", TREE), path) is None


@pytest.mark.parametrize(
    ("path", "known"),
    [
        ("dya", sorted(TREE["properties"])), ("slot.minute", ["hour"]), ("list.0.di", ["id"]), ("day.part", []),
        ("pair.0.b", ["a"]), ("either.z", ["x", "y"]), ("numbers.n.m", []), ("named.y", []), ("list.id", []),
        ("when.early", ["kind", "late"]),
    ],
)  # fmt: skip
def test_a_path_that_leads_nowhere(path: str, known: list[str]) -> None:
    assert lacking(Schema("t", TREE), path) == known


def test_a_schema_that_says_nothing_knows_everything() -> None:
    assert lacking(Schema("t", {"type": "object"}), "any.thing") is None
    assert lacking(Schema("t", {}), "any") is None
    assert lacking(Schema("t", {"type": "object", "properties": {}}), "any") == []
