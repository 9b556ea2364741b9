"""What looks like somebody's own, in words: card numbers, telephone numbers, e-mail addresses, and whatever a manifest
describes. Pure. Nothing here knows whose they are: it is the shape that is found."""

import re
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple


class Span(NamedTuple):
    """text[start:end] is of the pattern `name`."""

    start: int
    end: int
    name: str


_DIGITS: Final = re.compile(r"(?<![\w.])\d(?:[ -]?\d){12,40}(?!\w)")
_SHORTEST_CARD, _LONGEST_CARD = 13, 19

_PHONE: Final = re.compile(
    r"(?<![\w+.])(?:"
    r"(?:\+|00)[1-9](?:[ ./-]?\(?\d\)?){6,16}"  # international: ITU-T E.123
    r"|(?:1[-. ])?(?:\(\d{3}\) ?|\d{3}[-. ])\d{3}[-. ]\d{4}"  # North America
    r"|\(?0[1-9](?:[ ./-]?\(?\d\)?){7,11}"  # elsewhere, with its trunk prefix
    r")(?!\w)"
)
_DATE: Final = re.compile(r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b")
_LONGEST_PHONE = 15  # digits: ITU-T E.164

_EMAIL: Final = re.compile(
    r"(?<![\w.+-])[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[a-z0-9](?:[a-z0-9-]{0,62})(?:\.[a-z0-9-]{1,63}){1,8}", re.IGNORECASE
)


def _cards(text: str) -> Iterator[tuple[int, int]]:
    """Runs of 13 to 19 digits, in groups or not, that begin as cards do (ISO/IEC 7812) and whose check digit is right
    (Luhn). Digits before and behind may be of something else: groups are tried one by one."""
    for run in _DIGITS.finditer(text):
        at = [i for i in range(run.start(), run.end()) if text[i].isdigit()]
        firsts = [n for n, i in enumerate(at) if n == 0 or at[n - 1] != i - 1]
        lasts = [n for n, i in enumerate(at) if n == len(at) - 1 or at[n + 1] != i + 1]
        done = 0
        for first in firsts:
            for last in reversed(lasts):
                size = last - first + 1
                if first >= done and _SHORTEST_CARD <= size <= _LONGEST_CARD:
                    number = "".join(text[i] for i in at[first : last + 1])
                    if number[0] in "23456" and luhn(number):
                        yield at[first], at[last] + 1
                        done = last + 1


def luhn(number: str) -> bool:
    """Whether the last digit is the check digit of those before it (ISO/IEC 7812-1, annex B)."""
    doubled = [int(digit) * (1 + i % 2) for i, digit in enumerate(reversed(number))]
    return sum(digit - 9 if digit > 9 else digit for digit in doubled) % 10 == 0


def _phones(text: str) -> Iterator[tuple[int, int]]:
    for found in _PHONE.finditer(text):
        if not _DATE.match(found[0]) and sum(map(str.isdigit, found[0])) <= _LONGEST_PHONE + 2:
            yield found.span()


def _emails(text: str) -> Iterator[tuple[int, int]]:
    return (found.span() for found in _EMAIL.finditer(text)) if "@" in text else iter(())


Find = Callable[[str], Iterator[tuple[int, int]]]

BUILT_IN: Final[dict[str, Find]] = {"cards": _cards, "emails": _emails, "phones": _phones}
"""In this order: what is a card number is no telephone number too."""


def own(expression: str) -> Find:
    """A pattern of the user's, in Python's `re`. What matches nothing at all hides nothing."""
    compiled = re.compile(expression)
    return lambda text: (found.span() for found in compiled.finditer(text) if found[0])


def spans(text: str, finds: dict[str, Find]) -> list[Span]:
    """What is found of all patterns, in order; where two overlap, the one that was named first."""
    taken: list[Span] = []
    for name, find in finds.items():
        for start, end in find(text):
            if not any(start < other.end and other.start < end for other in taken):
                taken.append(Span(start, end, name))
    return sorted(taken)
