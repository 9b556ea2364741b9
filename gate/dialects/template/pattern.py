"""A frame template with `{{placeholders}}`: filled to make a frame, matched to understand one. Data only, no code."""

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from gate.core import jsons
from gate.core.jsons import Json
from gate.core.paths import ABSENT, Missing, join
from gate.core.vault import REFERENCE
from gate.dialects.fields import dump

PLACEHOLDER = re.compile(r"\{\{(\w+)\}\}")
AUDIO = "audio_data"
BINARY = frozenset({AUDIO, "file_data", "media_data"})
IDS = BINARY | {"call_id", "media_type", "mime_type", "media_name"}

Values = dict[str, Json | bytes]


@dataclass(frozen=True, slots=True)
class Pattern:
    """`shape` is JSON whose text leaves may hold placeholders. `raw` names the one of a frame that is nothing else: raw
    bytes for audio and files, the bare text for anything else."""

    shape: Json
    raw: str | None = None

    @classmethod
    def read(cls, template: Json) -> "Pattern":
        """Raises ValueError for a text that is neither JSON nor exactly one placeholder."""
        if isinstance(template, str):
            alone = PLACEHOLDER.fullmatch(template)
            if alone:
                return cls(template, raw=alone[1])
            try:
                return cls(jsons.parse(template))
            except ValueError as error:
                raise ValueError(f"it is neither JSON nor one placeholder alone ({error})") from None
        return cls(template)

    @property
    def placeholders(self) -> frozenset[str]:
        return frozenset(name for _, leaf in _leaves(self.shape, "") for name in _names(leaf))

    @property
    def fixed(self) -> frozenset[str]:
        """The paths at which no words stand: the template's own texts, ids, and audio."""
        return frozenset(path for path, leaf in _leaves(self.shape, "") if not _names(leaf) or IDS & set(_names(leaf)))

    def places(self, name: str) -> tuple[str, ...]:
        """The paths at which a placeholder stands alone."""
        return tuple(path for path, leaf in _leaves(self.shape, "") if path and leaf == f"{{{{{name}}}}}")

    @property
    def weight(self) -> int:
        """How much a frame must have in common with it: a template that fits all that another does weighs less."""
        return 0 if self.raw else sum(_weight(leaf) for _, leaf in _leaves(self.shape, ""))

    def fill(self, values: Values) -> str | bytes:
        """The frame. Bytes become base64 inside JSON, and stand raw where the template is one placeholder."""
        if self.raw is not None:
            value = values.get(self.raw)
            return value if isinstance(value, bytes) else _as_text(value)
        return dump(_fill(self.shape, values))

    def match(self, data: str | bytes) -> Values | None:
        """What the placeholders stand for in this frame, or None if it is not of this shape."""
        return self.fit(data, parsed(data))

    def fit(self, data: str | bytes, value: Json | Missing) -> Values | None:
        """The same for a frame that is parsed already: many shapes are tried on one."""
        if self.raw in BINARY:
            return {self.raw: data} if isinstance(data, bytes) else None
        if isinstance(data, bytes):
            return None
        found: Values = {}
        if self.raw is not None:
            return found if _take(found, self.raw, data, inside=True) else None
        return found if not isinstance(value, Missing) and _match(self.shape, value, found) else None


def parsed(data: str | bytes) -> Json | Missing:
    """The JSON of a text frame, if it is that."""
    try:
        return jsons.parse(data) if isinstance(data, str) else ABSENT
    except ValueError:
        return ABSENT


def _leaves(shape: Json, path: str) -> Iterator[tuple[str, Json]]:
    match shape:
        case dict() if shape:
            for key, item in shape.items():
                yield from _leaves(item, join(path, key))
        case list() if shape:
            for i, item in enumerate(shape):
                yield from _leaves(item, join(path, str(i)))
        case _:
            yield path, shape


def _names(leaf: Json) -> list[str]:
    return PLACEHOLDER.findall(leaf) if isinstance(leaf, str) else []


def _weight(leaf: Json) -> int:
    if leaf in ({}, []):
        return 1
    if not isinstance(leaf, str) or not PLACEHOLDER.search(leaf):
        return 4
    alone = PLACEHOLDER.fullmatch(leaf)
    return (1 if alone[1] == "result" else 2) if alone else 3


def _fill(shape: Json, values: Values) -> Json:
    match shape:
        case str():
            alone = PLACEHOLDER.fullmatch(shape)
            if alone:
                value = values.get(alone[1])
                return base64.b64encode(value).decode() if isinstance(value, bytes) else value
            return PLACEHOLDER.sub(lambda found: _as_text(values.get(found[1])), shape)
        case dict():
            return {key: _fill(item, values) for key, item in shape.items()}
        case list():
            return [_fill(item, values) for item in shape]
        case _:
            return shape


def _match(shape: Json, value: Json, found: Values) -> bool:
    match shape:
        case str() if alone := PLACEHOLDER.fullmatch(shape):
            return _take(found, alone[1], value)
        case str() if PLACEHOLDER.search(shape) or REFERENCE.search(shape):
            read = _reader(shape).fullmatch(value) if isinstance(value, str) else None
            return read is not None and all(
                _take(found, name, text, inside=True) for name, text in zip(_names(shape), read.groups(), strict=True)
            )
        case dict():
            return isinstance(value, dict) and all(
                key in value and _match(item, value[key], found) for key, item in shape.items()
            )
        case list():
            return (
                isinstance(value, list)
                and len(value) == len(shape)
                and all(_match(item, at, found) for item, at in zip(shape, value, strict=True))
            )
        case _:
            return jsons.same(shape, value)


def _take(found: Values, name: str, value: Json, *, inside: bool = False) -> bool:
    """Puts down what a placeholder stands for, if it can stand for that. `inside`: it was cut out of a text."""
    if inside and name == "session":
        value = _parsed(value)
    match name:
        case "session":
            fits = isinstance(value, dict)
        case _ if name in IDS or name in ("text", "name", "digits"):
            fits = isinstance(value, str)
        case "error":
            fits = value is None or isinstance(value, str)
        case _:
            fits = True
    before = found.setdefault(name, value)
    return fits and not isinstance(before, bytes) and jsons.same(before, value)


def _parsed(text: Json) -> Json:
    try:
        return jsons.parse(text) if isinstance(text, str) else None
    except ValueError:
        return None


@lru_cache(maxsize=64)
def _reader(shape: str) -> re.Pattern[str]:
    """Reads the placeholders out of a text. A reference to the environment stands for anything: a recording shows its
    mask."""
    literals = PLACEHOLDER.split(shape)[::2]
    known = [".+?".join(re.escape(part) for part in REFERENCE.split(literal)[::2]) for literal in literals]
    return re.compile("(.*?)".join(known), re.DOTALL)


def _as_text(value: Json | bytes) -> str:
    match value:
        case bytes():
            return base64.b64encode(value).decode()
        case str():
            return value
        case _:
            return jsons.canonical(value)
