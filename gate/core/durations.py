"""How long: `800ms`, `3s`, `2m`. A bare number is a mistake, since nobody can tell its unit."""

import re
from typing import Annotated

from pydantic import PlainValidator, WithJsonSchema

from gate.core.wrong import Wrong

_FORM = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)(ms|s|m)")
_MS = {"ms": 1.0, "s": 1_000.0, "m": 60_000.0}
_DAY_MS = 24 * 60 * 60_000.0
_FORMS = "a duration such as 800ms, 3s or 2m"


def milliseconds(value: object) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        raise Wrong("has no unit", _FORMS, f"write {value}s or {value}ms")
    match = _FORM.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise Wrong("is no duration", _FORMS)
    ms = float(match[1]) * _MS[match[2]]
    if ms > _DAY_MS:
        raise Wrong("is out of bounds", "at most a day, 1440m")
    return ms


def _positive(value: object) -> float:
    ms = milliseconds(value)
    if ms == 0:
        raise Wrong("is out of bounds", "more than nothing")
    return ms


_SCHEMA = WithJsonSchema({"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)?(ms|s|m)$", "examples": ["800ms", "3s"]})

Duration = Annotated[float, PlainValidator(milliseconds), _SCHEMA]
Budget = Annotated[float, PlainValidator(_positive), _SCHEMA]
