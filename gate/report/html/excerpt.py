"""A few lines of the manifest around the one that a finding comes from. Pure."""

from typing import NamedTuple

BEFORE, BEHIND = 2, 4
MOST_WIDTH = 200


class Line(NamedTuple):
    number: int
    text: str
    here: bool


def excerpt(text: str, line: int) -> list[Line]:
    """Lines count from 1. Nothing where the text does not go so far: it is another file then."""
    lines = text.splitlines()
    if not 1 <= line <= len(lines):
        return []
    first, last = max(1, line - BEFORE), min(len(lines), line + BEHIND)
    return [Line(number, lines[number - 1][:MOST_WIDTH], number == line) for number in range(first, last + 1)]
