"""What of the clean agent is driven in the thousand case runs, and in which order."""

from collections.abc import Iterator
from itertools import count

import pytest

from gate.fixtures.demos import demos
from tests.matrix.counting import Run
from tests.matrix.turns import (
    FIRST,
    LEAST,
    OVER_SOCKETS,
    STEPPING,
    SUITES_LEAST,
    VAIN_MOST,
    VIRTUAL,
    Pair,
    along,
    lap,
    laps,
    pairs,
)
from tests.report.conftest import make_case, make_finding, make_report

WAYS = [way for way in LEAST if way != VIRTUAL]


def a_run(suite: str, dialect: str, way: str, cases: int) -> Run:
    case = make_case(make_finding(), suite=suite)
    return Run(suite, dialect, way, make_report(*[case] * cases) if cases else None)


def driven(way: str, numbers: Iterator[int], share: float = 1.0, cases: int = 10, vain: int = 0) -> list[Pair]:
    """Every run has so many cases, but for the first ones, which are in vain."""
    left = [0] * vain

    def drive(suite: str, dialect: str, way: str) -> Run:
        return a_run(suite, dialect, way, left.pop() if left else cases)

    return [(run.suite, run.dialect) for run in along(way, share, numbers, drive)]


def test_there_are_a_thousand_of_them() -> None:
    assert sum(LEAST.values()) == 1_000
    assert sum(LEAST.values()) - LEAST[VIRTUAL] == 300


def test_a_lap_is_every_suite_of_every_demo_and_no_seed_comes_twice() -> None:
    first, second = lap(1, 1.0), lap(2, 1.0)
    assert [(suite, name) for suite, name, _ in first] == pairs(tuple(demos()))
    assert {name for suite, name, _ in first if suite == "reconnect"} == {*demos()}
    assert [seed for *_, seed in (*first, *second)] == [*range(1, 2 * len(first) + 1)]


def test_of_a_share_a_lap_is_a_part_that_meets_several_suites() -> None:
    assert len(lap(1, 0.1)) == -(-len(lap(1, 1.0)) // 10)
    assert len({suite for suite, *_ in lap(1, 0.1)}) == 4


@pytest.mark.parametrize(("cases", "made"), [(10, 1), (9, 1), (5, 2), (0, 1)])
def test_in_virtual_time_laps_are_whole_and_end_where_nothing_is_gained(cases: int, made: int) -> None:
    def drive_all(jobs: list[tuple[str, str, int]]) -> Iterator[Run]:
        return (a_run(suite, name, VIRTUAL, cases) for suite, name, _ in jobs)

    assert len(list(laps(1.0, drive_all))) == made * len(pairs(tuple(demos())))


def test_each_way_goes_on_where_the_one_before_stopped_and_meets_several_suites() -> None:
    numbers = count()
    all_of_it = {way: driven(way, numbers) for way in WAYS}
    assert all_of_it["sockets"][0] == pairs(OVER_SOCKETS)[0]
    assert not {*all_of_it["sockets"]} & {*all_of_it["sockets, both cores busy"]}
    for way, turns in all_of_it.items():
        assert 10 * len(turns) >= LEAST[way]
        assert len({suite for suite, _ in turns}) >= SUITES_LEAST
    numbers = count()
    assert all_of_it == {way: driven(way, numbers) for way in WAYS}


def test_any_turns_in_a_row_are_of_other_suites_and_dialects_and_all_are_met() -> None:
    turns = driven("sockets", count(), cases=5)
    assert {*turns} == {*pairs(OVER_SOCKETS)}
    for at in range(len(turns) - 2):
        suites, dialects = zip(*turns[at : at + 3], strict=True)
        assert len({*suites}) == len({*dialects}) == 3


@pytest.mark.parametrize("start", range(20))
@pytest.mark.parametrize("cases", [10, 40])
def test_handshakes_are_driven_while_the_wall_clock_steps_wherever_it_begins(start: int, cases: int) -> None:
    turns = driven(STEPPING, count(start), cases=cases)
    assert turns[:2] == [("handshake", "canonical"), ("handshake", "openai-realtime")]
    assert len({*turns}) == len(turns)
    assert len({suite for suite, _ in turns}) >= SUITES_LEAST


def test_what_must_be_met_is_driven_again_if_it_was_in_vain() -> None:
    turns = driven(STEPPING, count(), cases=40, vain=1)
    assert turns[:3] == [*FIRST[STEPPING], FIRST[STEPPING][0]]


def test_it_ends_on_a_machine_that_is_always_too_busy() -> None:
    for way in WAYS:
        assert len(driven(way, count(), vain=1_000)) == VAIN_MOST


def test_a_small_share_is_small() -> None:
    assert [len(driven(way, count(), share=0.02)) for way in WAYS] == [1, 1, 1, 1]
