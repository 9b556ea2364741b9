"""JSON as Python values: one strict way in, one canonical way out."""

import hashlib
import json
import math
from collections.abc import Iterable
from typing import Final, NoReturn

from pydantic import JsonValue as Json
from pydantic_core import from_json, to_json

__all__ = ["DEEPEST", "Json", "canonical", "digest", "lines", "parse", "read", "same"]

DEEPEST: Final = 100
"""Objects and lists inside one another. A bound of our own: where Python's reader gives up depends on how deep the
stack already is, and a frame must mean the same while it is recorded and when it is loaded."""


def parse(text: str | bytes) -> Json:
    """The value of a JSON text (RFC 8259). Raises ValueError for anything else, and for what Python's own reader lets
    through: NaN and Infinity, numbers beyond a double, bytes that are not UTF-8, nesting deeper than DEEPEST."""
    if isinstance(text, bytes):
        text = text.decode("utf-8-sig")
    value = read(text)
    if _holders(value) > DEEPEST and _depth(value) > DEEPEST:
        raise ValueError("nested too deep")
    return value


def read(text: str | bytes) -> Json:
    """The same without its last two limits. The fast reader comes first: a call has a hundred thousand frames. Where it
    gives up, Python's says why, or takes what the other does not: half a surrogate pair."""
    try:
        value: Json = from_json(text, allow_inf_nan=False)
        return value
    except (ValueError, TypeError):
        pass
    try:
        value = _STRICT.decode(text if isinstance(text, str) else text.decode("utf-8", "surrogatepass"))
    except RecursionError:
        raise ValueError("nested too deep") from None
    return value


def lines(values: Iterable[Json]) -> bytes:
    """JSON Lines: each value and a line feed. What no UTF-8 can carry is written as a question mark."""
    return b"".join(_line(value) for value in values)


def _line(value: Json) -> bytes:
    try:
        return to_json(value) + b"\n"
    except ValueError:
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


_STRICT: Final = json.JSONDecoder(parse_constant=_refuse)


def _holders(value: Json) -> int:
    """How many objects and lists there are in it. Raises ValueError for a number that is too large for a double: both
    readers make infinity of it."""
    waiting, count = [value], 0
    for item in waiting:
        match item:
            case str():
                pass
            case dict():
                waiting += item.values()
                count += 1
            case list():
                waiting += item
                count += 1
            case float() if math.isinf(item):
                raise ValueError("a number beyond what a double can hold")
            case _:
                pass
    return count


def _depth(value: Json) -> int:
    depth, level = 0, [value]
    while level := [item for item in level if isinstance(item, dict | list)]:
        depth += 1
        level = [inner for item in level for inner in (item.values() if isinstance(item, dict) else item)]
    return depth


def canonical(value: Json) -> str:
    """The value as it was written, in one form: sorted keys, no spaces, no escapes beyond those JSON needs. Numbers
    stay as they are, so 1 and 1.0 differ in it, though they are the `same`."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def same(one: Json, other: Json) -> bool:
    """JSON equality, as JSON Schema has it: 1 is 1.0, and true is neither."""
    if isinstance(one, str) or isinstance(other, str):
        return one == other
    return canonical(_by_value(one)) == canonical(_by_value(other))


def digest(value: Json) -> str:
    """`sha256:` and a hash: one for all values that are the `same`."""
    return "sha256:" + hashlib.sha256(canonical(_by_value(value)).encode("utf-8", "surrogatepass")).hexdigest()


def _by_value(value: Json) -> Json:
    match value:
        case float() if value.is_integer():
            return int(value)
        case dict():
            return {key: _by_value(item) for key, item in value.items()}
        case list():
            return [_by_value(item) for item in value]
        case _:
            return value
