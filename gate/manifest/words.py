"""How a value of the file, and what it should have been, are named to the user."""

import re

from gate.core.jsons import Json

_EXPECTED = {
    "string": "a text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "dict": "a mapping of keys to values",
    "model": "a mapping of keys to values",
    "list": "a list",
    "tuple": "a list",
    "set": "a list",
    "frozen_set": "a list",
    "none_required": "nothing",
}
_TRUE, _FALSE = {"yes", "on", "y", "true", "1"}, {"no", "off", "n", "false", "0"}
_LONGEST = 60


def found(value: Json) -> str:
    match value:
        case None:
            return "nothing"
        case bool():
            return "true" if value else "false"
        case str():
            return f"the text {quoted(value)}"
        case int() | float():
            return f"the number {value}"
        case dict():
            return f"a mapping ({_some(value)})" if value else "an empty mapping"
        case _:
            return "a list" if value else "an empty list"


def _some(keys: dict[str, Json]) -> str:
    names = [clipped(key) for key in list(keys)[:3]]
    return ", ".join(names) + (", …" if len(keys) > 3 else "")


def quoted(text: str) -> str:
    return f"'{clipped(text)}'"


def clipped(text: str, longest: int = _LONGEST) -> str:
    """The text, or its beginning, with what would break the line escaped."""
    short = text if len(text) <= longest else text[: longest - 1] + "…"
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in short)


def expected(error_type: str) -> str | None:
    """What a pydantic error about a wrong type wanted; None if the error is about something else."""
    stem = re.sub(r"_(attributes_type|type|parsing|from_float)$", "", error_type)
    return _EXPECTED.get(stem)


def remedy(value: Json, wanted: str) -> str:
    """What to write instead of a value of the wrong type."""
    match value:
        case str() if wanted == "true or false" and value.casefold() in _TRUE | _FALSE:
            return f"write {'true' if value.casefold() in _TRUE else 'false'}, without quotes"
        case str() if "number" in wanted and re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value):
            return "write it without quotes"
        case bool() | int() | float() if "a text" in wanted.split(" or "):
            return f'put quotes around it: "{"true" if value is True else "false" if value is False else value}"'
        case None:
            return "give it a value, or delete the key"
        case str() | int() | float() if wanted == "a list":
            return f"write [{clipped(str(value))}]"
        case _:
            return ""


def listed(options: list[str]) -> str:
    return options[0] if len(options) == 1 else "one of " + ", ".join(options)
