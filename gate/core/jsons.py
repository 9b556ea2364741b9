"""JSON as Python values: one strict way in, one canonical way out."""

import hashlib
import json
from typing import NoReturn

from pydantic import JsonValue as Json

__all__ = ["Json", "canonical", "digest", "parse"]


def parse(text: str | bytes) -> Json:
    """The value of a JSON text (RFC 8259). Raises ValueError for anything else: NaN and Infinity, which Python's own
    reader lets through, invalid UTF-8, and nesting too deep to read."""
    try:
        value: Json = json.loads(text, parse_constant=_refuse)
    except RecursionError:
        raise ValueError("nested too deep") from None
    return value


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def canonical(value: Json) -> str:
    """One text for equal values: sorted keys, no spaces, no escapes beyond those JSON needs."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(value: Json) -> str:
    """`sha256:` and the hash of the canonical text."""
    return "sha256:" + hashlib.sha256(canonical(value).encode("utf-8", "surrogatepass")).hexdigest()
