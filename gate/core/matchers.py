"""Matchers of values: what a manifest may ask of one value, as data."""

import re
from dataclasses import dataclass
from typing import Literal

from gate.core.jsons import Json, canonical, same
from gate.core.paths import ABSENT, Missing

Kind = Literal["exact", "regex", "contains", "one_of", "at_least", "at_most", "present"]


@dataclass(frozen=True, slots=True)
class Matcher:
    """One question about one value. `exact` and `one_of` are JSON equality (1 is 1.0, true is neither); `regex`
    searches, and `contains` looks without regard to case, in a text or in the JSON of anything else; `present` is true
    or false."""

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
        case "at_least" | "at_most":
            return _bounded(matcher, found)


def _bounded(matcher: Matcher, found: Json) -> bool:
    if isinstance(found, bool) or not isinstance(found, int | float):
        return False
    assert isinstance(matcher.value, int | float)
    return found >= matcher.value if matcher.kind == "at_least" else found <= matcher.value


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
        case "present":
            return "any value" if matcher.value else "no value"
