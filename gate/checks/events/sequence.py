"""Whether items occur in a log, one behind the other, and where. Pure: positions, names, predicates; it knows neither
events nor recordings.

Theory of operation. An item is a small machine. It is fed positions in ascending order, those that its names stand at,
and stops at the first at which it is complete: so it ends as early as it can. The next item begins behind that end.
This greed is exact. The earliest end of an item never moves forward when it may begin later, so whatever fits the rest
of a sequence behind a later end fits behind the earliest one too; by induction each item ends, in the greedy fit, no
later than in any other. Each machine is exact by itself:

- `Unordered` grows a bipartite matching of members and positions by augmenting paths. The sets of positions that can be
  placed at once are a transversal matroid: a position that cannot be placed when it comes never can later, so it is
  dropped, and the first complete matching has the earliest possible last position.
- `Run` follows all beginnings at once, a bit for each (Baeza-Yates and Gonnet, "A new approach to text searching",
  1992). All runs are of one length, so the one that ends first is also the one that began first.
- `Chain` keeps, for each key, how far its members came; every position has one key, so keys do not compete.

An item looks only at positions between the end before it and its own, so a sequence walks the log once, whatever it is
long: linear in the log, times the members of one item."""

from bisect import bisect_left
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property

from gate.checks.events.machines import Chaining, Either, Machine, Matching, Member, Running

__all__ = ["AnyOf", "Chain", "Fit", "Found", "Item", "Log", "Member", "Run", "Unordered", "fit"]

Found = tuple[int | None, ...]
"""The position of each member of an item, None where there is none (yet)."""


@dataclass(frozen=True, slots=True)
class AnyOf:
    """The first position that fits any member."""

    of: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class Unordered:
    """A position of its own for each member, in any order."""

    of: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """The members one right behind the other, in a log without the names that are ignored."""

    of: tuple[Member, ...]
    ignoring: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Chain:
    """The members in this order, all at positions of one key. A position whose key is None belongs to no chain."""

    of: tuple[Member, ...]
    key: Callable[[int], Hashable | None]


Item = AnyOf | Unordered | Run | Chain


@dataclass(frozen=True)
class Log:
    """What stands at each position, by name."""

    names: Sequence[str]

    @cached_property
    def _by_name(self) -> dict[str, list[int]]:
        by_name: dict[str, list[int]] = {}
        for at, name in enumerate(self.names):
            by_name.setdefault(name, []).append(at)
        return by_name

    @cached_property
    def _by_names(self) -> dict[frozenset[str], list[int]]:
        return {}

    def positions(self, item: Item) -> Sequence[int]:
        """The positions that the item has to look at, ascending."""
        names = frozenset(member.name for member in item.of)
        if isinstance(item, Run):
            names = frozenset(self._by_name) - item.ignoring
        if names not in self._by_names:
            self._by_names[names] = sorted(at for name in names for at in self._by_name.get(name, ()))
        return self._by_names[names]


@dataclass(frozen=True, slots=True)
class Fit:
    """Where the items are that were found, in order; and if not all were, how far the next one came."""

    taken: tuple[Found, ...]
    stuck: Found | None = None


def fit(items: Sequence[Item], log: Log) -> Fit:
    """Each item at its earliest end behind the one before it."""
    taken: list[Found] = []
    since = 0
    for item in items:
        machine = _machine(item)
        end = _end(machine, log, log.positions(item), since)
        if end is None:
            return Fit(tuple(taken), tuple(machine.found))
        taken.append(tuple(machine.found))
        since = end + 1
    return Fit(tuple(taken))


def _end(machine: Machine, log: Log, positions: Sequence[int], since: int) -> int | None:
    names, take = log.names, machine.take
    for i in range(bisect_left(positions, since), len(positions)):
        at = positions[i]
        if take(at, names[at]):
            return at
    return None


def _machine(item: Item) -> Machine:
    match item:
        case AnyOf(of):
            return Either(of)
        case Unordered(of):
            return Matching(of)
        case Run(of):
            return Running(of)
        case Chain(of, key):
            return Chaining(of, key)
