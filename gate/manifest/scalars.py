"""Unquoted words of YAML as the 1.2 core schema reads them, and the numbers that readers of YAML do not agree on."""

import math
import re
from dataclasses import dataclass

from gate.core.jsons import Json

_CONSTANTS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER = re.compile(r"[-+]?[0-9]+")
_OCTAL = re.compile(r"0o[0-7]+")
_HEX = re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NO_NUMBER = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_LEADING_ZERO = re.compile(r"[-+]?0[0-9]+")
_LONGEST = 40


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A word that one reader takes for this and the next for that."""

    what: str
    hint: str


def read(word: str) -> Json | Doubtful:
    """The value of an unquoted word. `no`, `on`, `1:30`, `1_000` and dates are texts, as they are written."""
    if word in _CONSTANTS:
        return _CONSTANTS[word]
    if _NO_NUMBER.fullmatch(word):
        return Doubtful("is a number that JSON does not have", f'put quotes around it, "{word}", if a text is meant')
    if _FLOAT.fullmatch(word):
        return _number(word)
    if _OCTAL.fullmatch(word) or _HEX.fullmatch(word):
        return int(word, 0) if len(word) <= _LONGEST else _too_long()
    return word


def _number(word: str) -> Json | Doubtful:
    if len(word) > _LONGEST:
        return _too_long()
    bare = word.lstrip("+")
    if _LEADING_ZERO.fullmatch(word):
        number = int(word)
        return Doubtful("is a number with a leading zero", f'write {number} for the number, "{word}" for the text')
    if bare != word:
        return Doubtful("is a number with a plus sign", f'write {bare} for the number, "{word}" for the text')
    if _INTEGER.fullmatch(word):
        return int(word)
    fraction = float(word)
    return fraction if math.isfinite(fraction) else Doubtful("is a number too large to hold", "write it in quotes")


def _too_long() -> Doubtful:
    return Doubtful(f"is a number of more than {_LONGEST} digits", "put quotes around it if a text is meant")
