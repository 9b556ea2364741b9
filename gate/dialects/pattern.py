"""A frame template with `{{placeholders}}`: filled to make a frame, matched to understand one. Data only, no code."""

import base64
import re
from dataclasses import dataclass

from gate.core import jsons
from gate.core.jsons import Json
from gate.dialects.fields import dump

PLACEHOLDER = re.compile(r"\{\{(\w+)\}\}")

Values = dict[str, Json | bytes]


@dataclass(frozen=True, slots=True)
class Pattern:
    """`shape` is JSON whose text leaves may be placeholders, or None for a frame that is nothing but raw bytes."""

    shape: Json
    raw: str | None = None

    @classmethod
    def read(cls, template: Json) -> "Pattern":
        """Raises ValueError for a text that is neither JSON nor exactly one placeholder."""
        if isinstance(template, str):
            alone = PLACEHOLDER.fullmatch(template)
            if alone:
                return cls(None, raw=alone[1])
            try:
                return cls(jsons.parse(template))
            except ValueError as error:
                raise ValueError(f"it is neither JSON nor one placeholder alone ({error})") from None
        return cls(template)

    @property
    def placeholders(self) -> frozenset[str]:
        return frozenset({self.raw}) if self.raw else frozenset(PLACEHOLDER.findall(jsons.canonical(self.shape)))

    def fill(self, values: Values) -> str | bytes:
        """The frame. Bytes become base64 inside JSON, and stand raw where the template is one placeholder."""
        if self.raw is not None:
            value = values.get(self.raw)
            return value if isinstance(value, bytes) else _as_text(value)
        return dump(_fill(self.shape, values))

    def match(self, data: str | bytes) -> dict[str, Json | bytes] | None:
        """What the placeholders stand for in this frame, or None if it is not of this shape."""
        if self.raw is not None:
            return {self.raw: data} if isinstance(data, bytes) else None
        if isinstance(data, bytes):
            return None
        try:
            value = jsons.parse(data)
        except ValueError:
            return None
        found: dict[str, Json | bytes] = {}
        return found if _match(self.shape, value, found) else None


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


def _match(shape: Json, value: Json, found: dict[str, Json | bytes]) -> bool:
    match shape:
        case str() if alone := PLACEHOLDER.fullmatch(shape):
            found[alone[1]] = value
            return True
        case str() if PLACEHOLDER.search(shape):
            return isinstance(value, str)
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
            return shape == value


def _as_text(value: Json | bytes) -> str:
    match value:
        case bytes():
            return base64.b64encode(value).decode()
        case str():
            return value
        case _:
            return jsons.canonical(value)
