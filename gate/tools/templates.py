"""`{{arguments.PATH}}` in what a mock answers: filled from the call. Pure."""

import re
from collections.abc import Iterator
from typing import Final

from gate.core.jsons import Json
from gate.core.matchers import as_text
from gate.core.paths import Missing, get

_PLACEHOLDER: Final = re.compile(r"\{\{ *arguments\.([^{}\s]+) *\}\}")
_SUSPECT: Final = re.compile(r"\{\{\s*[A-Za-z_][^{}]*\}{0,2}")


def filled(value: Json, arguments: Json) -> Json:
    """The value with every placeholder filled. A text that is nothing else becomes the argument itself, null where the
    call has none; inside a text it is the argument's text, or nothing."""
    match value:
        case str():
            whole = _PLACEHOLDER.fullmatch(value)
            return _argument(whole[1], arguments) if whole else _text(value, arguments)
        case dict():
            return {key: filled(item, arguments) for key, item in value.items()}
        case list():
            return [filled(item, arguments) for item in value]
        case _:
            return value


def paths(value: Json) -> Iterator[str]:
    """The arguments that the placeholders name."""
    for text in _texts(value):
        yield from _PLACEHOLDER.findall(text)


def malformed(value: Json) -> Iterator[str]:
    """What begins like a placeholder and is none. Braces with no word behind them are the user's own."""
    for text in _texts(value):
        yield from (found[0] for found in _SUSPECT.finditer(text) if not _PLACEHOLDER.fullmatch(found[0]))


def _texts(value: Json) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict() | list():
            for item in value.values() if isinstance(value, dict) else value:
                yield from _texts(item)
        case _:
            pass


def _argument(path: str, arguments: Json) -> Json:
    found = get(arguments, path)
    return None if isinstance(found, Missing) else found


def _text(text: str, arguments: Json) -> str:
    def written(found: re.Match[str]) -> str:
        value = _argument(found[1], arguments)
        return "" if value is None else as_text(value)

    return _PLACEHOLDER.sub(written, text)
