"""How many bytes: `64MB`, `500kB`, `2GB`, in powers of ten. A bare number is a mistake: nobody can tell its
unit."""

import re
from typing import Annotated

from pydantic import PlainValidator, WithJsonSchema

from gate.core.wrong import Wrong

_FORM = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)(kB|MB|GB)")
_BYTES = {"kB": 1_000, "MB": 1_000_000, "GB": 1_000_000_000}
_LARGEST = 1_000 * _BYTES["GB"]
_FORMS = "a size such as 500kB, 64MB or 2GB"


def size_bytes(value: object) -> int:
    if isinstance(value, int | float) and not isinstance(value, bool):
        raise Wrong("has no unit", _FORMS, f"write {value}MB or {value}kB")
    match = _FORM.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise Wrong("is no size", _FORMS)
    count = round(float(match[1]) * _BYTES[match[2]])
    if not 1 <= count <= _LARGEST:
        raise Wrong("is out of bounds", "more than nothing, at most 1000GB")
    return count


def told(count: int) -> str:
    """A size in words: `64 MB`."""
    unit = next((name for name in ("GB", "MB", "kB") if count >= _BYTES[name]), None)
    return f"{count / _BYTES[unit]:g} {unit}" if unit else f"{count} bytes"


Size = Annotated[
    int,
    PlainValidator(size_bytes),
    WithJsonSchema({"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)?(kB|MB|GB)$", "examples": ["64MB", "2GB"]}),
]
