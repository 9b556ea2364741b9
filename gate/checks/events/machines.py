"""The machines of `sequence`, one for each kind of item: fed positions in ascending order, they say when they are
complete. Pure. Why each is exact is told there."""

from collections import deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Member:
    """One position that is wanted: of this name, and one that fits."""

    name: str
    fits: Callable[[int], bool]


class Machine(Protocol):
    found: list[int | None]

    def take(self, at: int, name: str) -> bool:
        """Whether the item is complete with this position."""
        ...


def _named(of: tuple[Member, ...]) -> dict[str, list[int]]:
    numbers: dict[str, list[int]] = {}
    for number, member in enumerate(of):
        numbers.setdefault(member.name, []).append(number)
    return numbers


class Either:
    def __init__(self, of: tuple[Member, ...]) -> None:
        self.found: list[int | None] = [None] * len(of)
        self._of, self._named = of, _named(of)

    def take(self, at: int, name: str) -> bool:
        for number in self._named[name]:
            if self._of[number].fits(at):
                self.found[number] = at
                return True
        return False


class Matching:
    def __init__(self, of: tuple[Member, ...]) -> None:
        self.found: list[int | None] = [None] * len(of)
        self._of, self._named = of, _named(of)
        self._places: dict[int, list[int]] = {}

    def take(self, at: int, name: str) -> bool:
        self._places[at] = [number for number in self._named[name] if self._of[number].fits(at)]
        if not self._place(at, set()):
            del self._places[at]
        return None not in self.found

    def _place(self, at: int, tried: set[int]) -> bool:
        """Kuhn's augmenting path: a member that is free, or whose position finds another one."""
        for number in self._places[at]:
            if number in tried:
                continue
            tried.add(number)
            holder = self.found[number]
            if holder is None or self._place(holder, tried):
                self.found[number] = at
                return True
        return False


class Running:
    """Bit n of `alive`: the members up to the n-th stand at the last n + 1 positions."""

    def __init__(self, of: tuple[Member, ...]) -> None:
        self.found: list[int | None] = [None] * len(of)
        self._of, self._named = of, _named(of)
        self._alive, self._furthest = 0, 0
        self._last: deque[int] = deque(maxlen=len(of))

    def take(self, at: int, name: str) -> bool:
        reach, self._alive = self._alive << 1 | 1, 0
        self._last.append(at)
        for number in self._named.get(name, ()):
            if reach >> number & 1 and self._of[number].fits(at):
                self._alive |= 1 << number
        came = self._alive.bit_length()
        if came > self._furthest:
            self._furthest = came
            self.found[:came] = list(self._last)[-came:]
        return came == len(self._of)


class Chaining:
    def __init__(self, of: tuple[Member, ...], key: Callable[[int], Hashable | None]) -> None:
        self.found: list[int | None] = [None] * len(of)
        self._of, self._key = of, key
        self._came: dict[Hashable, tuple[int, ...]] = {}
        self._furthest = 0

    def take(self, at: int, name: str) -> bool:
        key = self._key(at)
        if key is None:
            return False
        came = self._came.get(key, ())
        wanted = self._of[len(came)]
        if wanted.name != name or not wanted.fits(at):
            return False
        came = self._came[key] = (*came, at)
        if len(came) > self._furthest:
            self._furthest = len(came)
            self.found[: len(came)] = came
        return len(came) == len(self._of)
