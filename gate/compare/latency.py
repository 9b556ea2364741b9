"""Whether the agent became slower: over all turns of a target, and turn by turn where the cases were repeated.

A slower turn is a regression if it is beyond both bounds, the percentage and the floor, and cannot be chance: over all
turns by the sign test, in one turn by ranks over at least five drives on each side. With fewer turns than a test wants,
all of them must be beyond the bounds. A single slow turn among many is shown and blocks nothing."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from statistics import median

from gate.compare.outline import Outline
from gate.compare.samples import FEWEST_DRIVES, RARE, chance_of_larger, sure_at_least
from gate.core.comparison import Change, Kind

NAMES = {
    "ready": "ready after dialling", "configured": "configured after dialling",
    "first_audible": "first audible sample", "barge_in_stop": "silent after an interruption",
}  # fmt: skip
"""The measures that are compared; the others follow from these, or are no latencies."""

Key = tuple[str, int, int | None]
"""A case, a call of it and a turn."""


@dataclass(frozen=True, slots=True)
class Tolerance:
    """What a latency may grow by: a regression is beyond both."""

    percent: float = 20.0
    floor_ms: float = 100.0

    def is_passed(self, before_ms: float, growth_ms: float) -> bool:
        return growth_ms > self.floor_ms and growth_ms > abs(before_ms) * self.percent / 100


@dataclass(slots=True)
class Pair:
    """One latency of one turn, over all drives of its case, before and now. `off_ms`: by how much either may be off."""

    where: str
    old: list[float] = field(default_factory=list)
    new: list[float] = field(default_factory=list)
    off_ms: float = 0.0

    @property
    def before(self) -> float:
        return median(self.old)

    @property
    def growth(self) -> float:
        return median(self.new) - median(self.old)


def latency_changes(old: Iterable[Outline], new: Iterable[Outline], tolerance: Tolerance) -> Iterator[Change]:
    """First of each target, then of single turns, where what they show was not told of the target already."""
    for (target, name), pairs in _pairs(old, new).items():
        both = {key: pair for key, pair in pairs.items() if pair.old and pair.new}
        overall = _overall(target, name, both, tolerance) if both else None
        if overall:
            yield overall
        if overall is None or not overall.regression:
            yield from _of_turns(name, both, tolerance)


def _pairs(old: Iterable[Outline], new: Iterable[Outline]) -> dict[tuple[str, str], dict[Key, Pair]]:
    found: dict[tuple[str, str], dict[Key, Pair]] = {}
    for outlines, is_new in ((old, False), (new, True)):
        for one in outlines:
            for number in one.result.measurements:
                if number.name not in NAMES or number.value is None:
                    continue
                pairs = found.setdefault((one.case.target, number.name), {})
                turn = "" if number.turn is None else f", turn {number.turn + 1}"
                where = f"{one.result.suite} · {one.case.plain_name}{turn}"
                pair = pairs.setdefault((one.case.group, number.call, number.turn), Pair(where))
                (pair.new if is_new else pair.old).append(number.value)
                pair.off_ms = max(pair.off_ms, number.uncertainty)
    return found


def _overall(target: str, name: str, pairs: Mapping[Key, Pair], tolerance: Tolerance) -> Change | None:
    growths = [pair.growth for pair in pairs.values()]
    before, growth = median(pair.before for pair in pairs.values()), median(growths)
    slower, faster = tolerance.is_passed(before, growth), tolerance.is_passed(before, -growth)
    if not (slower or faster):
        return None
    sure = sure_at_least([abs_growth if slower else -abs_growth for abs_growth in growths])
    if sure is None:
        sign = 1 if slower else -1
        is_sure = all(tolerance.is_passed(pair.before, sign * pair.growth) for pair in pairs.values())
        how = "each beyond what is tolerated" if is_sure else "too few, and not alike: nothing is proven"
    else:
        is_sure = sure > 0
        how = f"at least {sure:.0f} ms, 95 % sure" if is_sure else "which may be chance"
    turns = "once" if len(pairs) == 1 else f"over {len(pairs)} turns"
    after = f"{growth:+.0f} ms ({_percent(before, growth)}), median {turns}, {how}"
    return Change(Kind.LATENCY, f"target {target}", NAMES[name], f"{before:.0f} ms", after, slower and is_sure)


def _of_turns(name: str, pairs: Mapping[Key, Pair], tolerance: Tolerance) -> Iterator[Change]:
    for (case, _, _), pair in pairs.items():
        if not tolerance.is_passed(pair.before, pair.growth) or pair.growth <= 2 * pair.off_ms:
            continue
        drives = min(len(pair.old), len(pair.new))
        proven = drives >= FEWEST_DRIVES and chance_of_larger(pair.old, pair.new) <= RARE
        how = f"median of {len(pair.new)} drives" if proven else f"measured {_times(drives)}, which proves nothing"
        after = f"{pair.before + pair.growth:.0f} ms ({_percent(pair.before, pair.growth)}), {how}"
        yield Change(Kind.LATENCY, pair.where, NAMES[name], f"{pair.before:.0f} ms", after, proven, case)


def _percent(before: float, growth: float) -> str:
    return f"{growth / abs(before):+.0%}" if abs(before) >= 1 else "from nothing"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
