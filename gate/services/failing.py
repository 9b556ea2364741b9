"""How a service fails, in the words of whoever asked it: the sentences lack their subject. Pure."""

from typing import Final

LARGEST_SHOWN: Final = 300


class Failed(Exception):
    """What it did instead, as a sentence without its subject."""


class TooSlow(Failed):
    """It did not end, or answer, in its time."""


def shown(text: str) -> str:
    """The text, or its beginning, with what would break the line escaped."""
    short = text if len(text) <= LARGEST_SHOWN else text[: LARGEST_SHOWN - 1] + "…"
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in short)


def said(data: bytes) -> str:
    """The beginning of an answer, on one line."""
    return shown(" ".join(data[: 4 * LARGEST_SHOWN].decode(errors="replace").split())) or "nothing"


def last_said(data: bytes) -> str:
    """The last lines of a program, on one."""
    lines = [line.strip() for line in data.decode(errors="replace").splitlines() if line.strip()]
    return shown(" / ".join(lines[-3:])) or "nothing"
