"""What a manifest wants kept out of the evidence, beside its secrets: fields by path, words by pattern. Pure.

The value of a field is replaced by a keyed hash, so that equal values are still seen to be equal; what a pattern finds
is replaced by the pattern's name, and nobody can judge it any more."""

import hashlib
import hmac
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

from gate.core.jsons import Json, canonical
from gate.core.paths import join, parts
from gate.core.patterns import BUILT_IN, Find, own, spans

MARK: Final = re.compile(r"\[redacted:([^\]]*)\]")
HASH: Final = "#"
STAR: Final = "*"
DIGITS: Final = 16

Cut = tuple[int, int, str]
"""text[start:end], and what stands in its place."""

ROOTS: Final[dict[str, frozenset[str]]] = {
    "arguments": frozenset({"arguments", "args", "parameters", "input", "tool_arguments", "delta"}),
    "result": frozenset({"result", "output", "response", "content", "tool_result"}),
    "settings": frozenset({"settings", "session"}),
    "data": frozenset({"data", "metadata"}),
}
"""What events have in their payload, by the names that providers give it."""


@dataclass(frozen=True)
class Redaction:
    """`fields` are dotted paths: `arguments.phone` is a field of a payload as `where:` names it, `customer.phone` the
    key `phone` in any `customer`; `*` is any key, places in lists do not count, and all that lies below is meant too.
    `patterns` are built-in ones, `own` the user's by name. `audio`: nothing is kept of
    what was to be heard, but how long it was."""

    fields: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    own: tuple[tuple[str, str], ...] = ()
    audio: bool = False

    @property
    def active(self) -> bool:
        return bool(self.fields or self.patterns or self.own)

    @cached_property
    def finds(self) -> dict[str, Find]:
        built_in = {name: find for name, find in BUILT_IN.items() if name in self.patterns}
        return built_in | {name: own(expression) for name, expression in self.own}

    def cuts(self, text: str) -> list[Cut]:
        """What the patterns find in it, in order."""
        return [(start, end, f"[redacted:{name}]") for start, end, name in spans(text, self.finds)]

    def covers(self, path: str) -> bool:
        """Whether what stands at this dotted path is a field to be hidden, or lies in one."""
        return bool(self.fields) and _covers(self.fields, path)

    def masked(self, text: str) -> str:
        """The text without what the patterns find."""
        return applied(text, self.cuts(text))


NOTHING: Final = Redaction()


def applied(text: str, cuts: list[Cut]) -> str:
    at, kept = 0, list[str]()
    for start, end, mark in cuts:
        kept += [text[at:start], mark]
        at = end
    return "".join((*kept, text[at:]))


@lru_cache(maxsize=4096)
def _covers(fields: tuple[str, ...], path: str) -> bool:
    keys = _keys(path)
    return any(_stands_in(_keys(field), keys) for field in fields)


def _keys(path: str) -> tuple[str, ...]:
    return tuple(part for part in parts(path) if not part.isdecimal())


def _stands_in(field: tuple[str, ...], keys: tuple[str, ...]) -> bool:
    names: list[frozenset[str] | None] = [None if key == "*" else frozenset({key}) for key in field]
    names[:1] = [ROOTS.get(field[0], names[0])]
    starts = range(len(keys) - len(field) + 1)
    return any(all(name is None or key in name for name, key in zip(names, keys[at:], strict=False)) for at in starts)


def keyed(key: bytes, value: Json) -> str:
    """A mark for a value, the same for the same value and key, that tells nothing of it to whoever lacks the key."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = value if isinstance(value, str) else canonical(value)
    digest = hmac.new(key, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()
    return f"[redacted:{HASH}{digest[:DIGITS]}]"


def hidden(value: Json, path: str, redaction: Redaction, key: bytes, change: Callable[[str], str] = str) -> Json:
    """The value at `path` with each hidden field in it as its hash, and every other text changed."""
    match value:
        case dict():
            return {name: hidden(item, join(path, name), redaction, key, change) for name, item in value.items()}
        case list():
            return [hidden(item, join(path, str(i)), redaction, key, change) for i, item in enumerate(value)]
        case None:
            return None
        case _ if MARK.fullmatch(str(value)) is None and redaction.covers(path):
            return keyed(key, value)
        case str():
            return change(value)
        case _:
            return value


def marks(value: Json) -> Iterator[str]:
    """What every mark in a value's texts says: the name of a pattern, or `#` and a hash."""
    match value:
        case str():
            yield from MARK.findall(value) if "[redacted:" in value else ()
        case dict():
            for item in value.values():
                yield from marks(item)
        case list():
            for item in value:
                yield from marks(item)
        case _:
            pass
