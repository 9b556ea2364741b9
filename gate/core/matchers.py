"""Matchers of values: what a manifest may ask of one value, as data."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from gate.core import jsonschemas
from gate.core.jsons import Json, canonical, same
from gate.core.paths import ABSENT, Missing, get

Kind = Literal["exact", "regex", "contains", "one_of", "at_least", "at_most", "approx", "schema", "present"]

SHOWN: Final = 80
"""Characters of a found value that are told: it is whatever the agent sent."""


@dataclass(frozen=True, slots=True)
class Matcher:
    """One question about one value. `exact` and `one_of` are JSON equality (1 is 1.0, true is neither); `regex`
    searches, and `contains` looks without regard to case, in a text or in the JSON of anything else; `approx` is
    `{value, by}` or `{value, percent}`, bounds inside; `schema` a JSON Schema of draft 2020-12; `present` is true or
    false."""

    kind: Kind
    value: Json


Where = tuple[tuple[str, Matcher], ...]
"""What stands at which dotted paths: all of it."""


def matches(matcher: Matcher, found: Json | Missing) -> bool:
    """Whether `found` is what the matcher asks for. ABSENT matches nothing but `present: false`."""
    if matcher.kind == "present":
        return (found is not ABSENT) == bool(matcher.value)
    if isinstance(found, Missing):
        return False
    match matcher.kind:
        case "exact":
            return same(found, matcher.value)
        case "regex":
            return re.search(str(matcher.value), as_text(found)) is not None
        case "contains":
            return str(matcher.value).casefold() in as_text(found).casefold()
        case "one_of":
            options = matcher.value if isinstance(matcher.value, list) else []
            return any(same(found, option) for option in options)
        case "schema":
            return jsonschemas.fits(matcher.value, found)
        case "at_least" | "at_most" | "approx":
            return _bounded(matcher, found)


def _bounded(matcher: Matcher, found: Json) -> bool:
    if isinstance(found, bool) or not isinstance(found, int | float):
        return False
    if matcher.kind == "approx":
        least, most = _around(matcher)
        return least <= _decimal(found) <= most
    assert isinstance(matcher.value, int | float)
    return found >= matcher.value if matcher.kind == "at_least" else found <= matcher.value


def _around(matcher: Matcher) -> tuple[Decimal, Decimal]:
    """The bounds as they are written: 0.7 give or take 0.1 holds 0.8, which doubles would miss."""
    assert isinstance(matcher.value, dict)
    value = _decimal(matcher.value["value"])
    by = _decimal(matcher.value["by"]) if "by" in matcher.value else None
    spread = abs(value) * _decimal(matcher.value["percent"]) / 100 if by is None else by
    return value - spread, value + spread


def _decimal(number: Json) -> Decimal:
    return Decimal(number) if isinstance(number, int) else Decimal(str(number))


def as_text(value: Json) -> str:
    return value if isinstance(value, str) else canonical(value)


def describe(matcher: Matcher) -> str:
    """The matcher in words, for `expected`."""
    wanted = canonical(matcher.value)
    match matcher.kind:
        case "exact":
            return wanted
        case "regex":
            return f"a match of /{matcher.value}/"
        case "contains":
            return f"something that contains {wanted}"
        case "one_of":
            return f"one of {wanted}"
        case "at_least":
            return f"at least {wanted}"
        case "at_most":
            return f"at most {wanted}"
        case "approx":
            least, most = _around(matcher)
            return f"a number from {least.normalize():f} to {most.normalize():f}"
        case "schema":
            return f"a value of the schema {_short(wanted)}"
        case "present":
            return "any value" if matcher.value else "no value"


def lacking(where: Where, value: Json) -> int:
    """How many of these questions the value does not answer as asked."""
    return sum(not matches(matcher, get(value, path)) for path, matcher in where)


def misses(where: Where, value: Json) -> tuple[str, ...]:
    """Every question that this value does not answer as asked: what was found, what was expected."""
    found = ((path, matcher, get(value, path)) for path, matcher in where)
    return tuple(_missed(path, matcher, there) for path, matcher, there in found if not matches(matcher, there))


def _missed(path: str, matcher: Matcher, found: Json | Missing) -> str:
    if isinstance(found, Missing):
        return f"{path} was missing, expected {describe(matcher)}"
    why = jsonschemas.why_not(matcher.value, found) if matcher.kind == "schema" else f"expected {describe(matcher)}"
    return f"{path} was {_short(canonical(found))}, {_short(why, 2 * SHOWN)}"


def _short(text: str, limit: int = SHOWN) -> str:
    line = " ".join(text.split())
    return line if len(line) <= limit else f"{line[: limit - 1]}…"
