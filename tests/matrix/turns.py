"""What is driven next in the thousand case runs: always the same order, which meets suites and dialects alike."""

from collections.abc import Callable, Iterator
from itertools import count, product
from typing import Final

from gate.fixtures.demos import demo as demo_of
from gate.fixtures.demos import demos
from tests.matrix.counting import Run

Pair = tuple[str, str]
"""A suite and a dialect."""

VIRTUAL: Final = "virtual time"
STEPPING: Final = "sockets, the wall clock steps"
LEAST: Final = {
    VIRTUAL: 700, "sockets": 100, "sockets, both cores busy": 70, "sockets, 50 ms ± 20 ms away": 70, STEPPING: 60,
}  # fmt: skip
SUITES: Final = ("smoke", "tools", "handshake", "reconnect")
OVER_SOCKETS: Final = ("canonical", "openai-realtime", "twilio-media-streams", "retell", "elevenlabs")
FIRST: Final = {STEPPING: (("handshake", "canonical"), ("handshake", "openai-realtime"))}
"""Where tokens expire, which is the one place where the wall clock decides."""
SUITES_LEAST: Final = 3
STRIDE: Final = 7
"""From one turn to the next in `pairs`: any three in a row are of three suites and three dialects, and it meets all."""
VAIN_MOST: Final = 5
"""As many runs of one way as may come to nothing before it is given up."""


def pairs(dialects: tuple[str, ...]) -> list[Pair]:
    return [(suite, name) for suite, name in product(SUITES, dialects) if f"  {suite}:" in demo_of(name)]


def lap(number: int, share: float) -> list[tuple[str, str, int]]:
    """Suite, dialect and seed of each job of the nth lap (from 1); of a share every so manieth. No two jobs have the
    same seed."""
    every = pairs(tuple(demos()))
    seeded = [(*pair, (number - 1) * len(every) + place) for place, pair in enumerate(every, 1)]
    return seeded[:: max(1, round(1 / share))]


def along(way: str, share: float, numbers: Iterator[int], drive: Callable[[str, str, str], Run]) -> Iterator[Run]:
    """Drives one turn after another over sockets, until there are enough cases in this way, of enough suites, and what
    it must meet was met; or too much was in vain. `numbers` goes on from one way to the next, so that each drives
    other turns."""
    every, first = pairs(OVER_SOCKETS), FIRST.get(way, ())
    owed, met, cases, vain = list(first), set[str](), 0, 0
    part = min(share, 1.0)
    while vain < VAIN_MOST and not (
        cases >= share * LEAST[way] and len(met) >= part * SUITES_LEAST and len(first) - len(owed) >= part * len(first)
    ):
        turn = owed.pop(0) if owed else _next(every, first, numbers)
        run = drive(*turn, way)
        cases += run.cases
        if run.cases:
            met.add(run.suite)
        else:
            vain += 1
            owed += [turn] if turn in first else []
        yield run


def _next(every: list[Pair], first: tuple[Pair, ...], numbers: Iterator[int]) -> Pair:
    turns = (every[number * STRIDE % len(every)] for number in numbers)
    return next(turn for turn in turns if turn not in first)


def laps(share: float, drive_all: Callable[[list[tuple[str, str, int]]], Iterator[Run]]) -> Iterator[Run]:
    """Whole laps in virtual time, until there are enough cases."""
    cases = 0
    for number in count(1):
        gained = 0
        for run in drive_all(lap(number, share)):
            gained += run.cases
            yield run
        cases += gained
        if cases >= share * LEAST[VIRTUAL] or not gained:
            return
