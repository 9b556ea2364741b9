"""The matcher against one that tries every assignment, on small logs: the same answer, and the earliest ends."""

import itertools
from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from gate.checks.events.sequence import AnyOf, Chain, Fit, Item, Log, Member, Run, Unordered, fit

Line = tuple[str, int, int | None]
"""A line of a small log: its name, a value that members ask about, and a key."""

LINES = st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 2), st.sampled_from([None, 1, 2])), max_size=9)
WANTED = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from([None, 0, 1, 2])), min_size=1, max_size=3)
KINDS = st.sampled_from(["any", "unordered", "run", "run without b", "chain"])
ITEMS = st.lists(st.tuples(KINDS, WANTED), min_size=1, max_size=3)


def item_of(kind: str, wanted: list[tuple[str, int | None]], lines: list[Line]) -> Item:
    def member(name: str, value: int | None) -> Member:
        return Member(name, lambda at: lines[at][0] == name and value in (None, lines[at][1]))

    of = tuple(member(name, value) for name, value in wanted)
    match kind:
        case "any":
            return AnyOf(of)
        case "unordered":
            return Unordered(of)
        case "chain":
            return Chain(of, lambda at: lines[at][2])
        case _:
            return Run(of, frozenset("b") if kind == "run without b" else frozenset())


def assignments(item: Item, lines: list[Line]) -> Iterator[tuple[int, ...]]:
    """Every way to place this item in the log, by trying all."""
    everywhere = range(len(lines))
    if isinstance(item, AnyOf):
        yield from ((at,) for at in everywhere if any(member.fits(at) for member in item.of))
        return
    for places in itertools.permutations(everywhere, len(item.of)):
        if not all(member.fits(at) for member, at in zip(item.of, places, strict=True)):
            continue
        ascending = list(places) == sorted(places)
        match item:
            case Unordered():
                yield places
            case Run(_, ignoring) if ascending:
                between = [at for at in range(places[0], places[-1] + 1) if lines[at][0] not in ignoring]
                if between == list(places):
                    yield places
            case Chain() if ascending and len({lines[at][2] for at in places}) == 1 and lines[places[0]][2]:
                yield places
            case _:
                pass


def ways(items: list[Item], lines: list[Line], since: int = 0) -> Iterator[tuple[int, ...]]:
    """The ends of every way to place all items, one behind the other."""
    if not items:
        yield ()
        return
    for places in assignments(items[0], lines):
        if min(places) >= since:
            for rest in ways(items[1:], lines, max(places) + 1):
                yield (max(places), *rest)


def ends(found: Fit) -> list[int]:
    return [max(at for at in taken if at is not None) for taken in found.taken]


@settings(max_examples=200)
@given(LINES, ITEMS)
def test_it_finds_what_trying_everything_finds_and_ends_as_early(
    lines: list[Line], asked: list[tuple[str, list[tuple[str, int | None]]]]
) -> None:
    items = [item_of(kind, wanted, lines) for kind, wanted in asked]
    found = fit(items, Log([name for name, _, _ in lines]))
    every = list(ways(items, lines))
    assert (found.stuck is None) == bool(every)
    if every:
        assert ends(found) == [min(way[number] for way in every) for number in range(len(items))]
    for item, taken in zip(items, found.taken, strict=False):
        places = tuple(at for at in taken if at is not None)
        assert places in set(assignments(item, lines))
    if found.stuck is not None:  # it got as far as any got
        furthest = max(n for n in range(len(items)) if next(ways(items[:n], lines), None) is not None)
        assert len(found.taken) == furthest


@settings(max_examples=200)
@given(LINES, WANTED)
def test_what_is_stuck_shows_how_far_it_came(lines: list[Line], wanted: list[tuple[str, int | None]]) -> None:
    log = Log([name for name, _, _ in lines])
    for kind in ("unordered", "run", "chain"):
        item = item_of(kind, wanted, lines)
        stuck = fit([item], log).stuck
        if stuck is None:
            continue
        placed = [(member, at) for member, at in zip(item.of, stuck, strict=True) if at is not None]
        assert len({at for _, at in placed}) == len(placed)
        assert all(member.fits(at) for member, at in placed)
        if kind != "unordered":
            assert [at is None for at in stuck] == sorted(at is None for at in stuck)


def test_a_member_gives_up_its_position_to_one_that_has_no_other() -> None:
    log = Log("aab")
    either, only_first = Member("a", lambda at: True), Member("a", lambda at: at == 1)
    found = fit([Unordered((only_first, either)), AnyOf((Member("b", lambda at: True),))], log)
    assert found == Fit(((1, 0), (2,)))
    swapped = fit([Unordered((either, Member("a", lambda at: at == 0)))], log)
    assert swapped.taken == ((1, 0),)


def test_no_position_is_looked_at_twice_for_one_item_or_by_two_items() -> None:
    looked: list[int] = []

    def fits(at: int) -> bool:
        looked.append(at)
        return at % 10 == 9

    found = fit([AnyOf((Member("a", fits),))] * 50, Log("a" * 1000))
    assert len(found.taken) == 50
    assert looked == list(range(500))


def test_a_log_of_a_hundred_thousand_is_walked_once() -> None:
    asked = [0]

    def fits(at: int) -> bool:
        asked[0] += 1
        return at % 4_000 == 3_999

    log = Log(["a", "b"] * 50_000)
    one, other = Member("a", fits), Member("b", fits)
    items: list[Item] = [AnyOf((one,)), AnyOf((one, other)), Unordered((one, other)), Run((other, one))]
    fit([*items, Chain((one, other), lambda at: at % 7)] * 20, log)
    assert asked[0] <= 200_000
