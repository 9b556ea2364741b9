"""What differs in one case: its verdict, the order of its events, its words. Several drives of it are taken together,
since only what every drive shows is the agent's and no accident."""

from collections.abc import Iterator, Sequence

from gate.compare.outline import Outline, Spot
from gate.core.comparison import Change, Kind
from gate.core.findings import Verdict, worst
from gate.measures.word_errors import error_rate

MARGIN_MS = 200.0
"""Two events that are nearer to each other than this may change places from one drive to the next."""

MISHEARD = 0.2
"""So much larger must the share of wrong words be: a word or two in ten are wrong on a good day too."""

UNLIKE = 0.5
"""A model says the same in other words; beyond half of the words it says something else."""

_RANK = {Verdict.SKIP: 0, Verdict.PASS: 0, Verdict.UNKNOWN: 1, Verdict.FAIL: 2}


def case_changes(old: Sequence[Outline], new: Sequence[Outline]) -> Iterator[Change]:
    """Both hold every drive of one case, and at least one."""
    yield from _verdict(old, new)
    if any(one.result.verdict is Verdict.SKIP for one in (*old, *new)):
        return
    spots = sorted({spot for one in (*old, *new) for spot in (*one.came_ms, *one.written, *one.said)})
    for spot in spots:
        yield from _order(old, new, spot)
        yield from _words(old, new, spot)


def _verdict(old: Sequence[Outline], new: Sequence[Outline]) -> Iterator[Change]:
    before, after = (worst(one.result.verdict for one in drives) for drives in (old, new))
    if before is after:
        return
    is_worse = _RANK[after] > _RANK[before] and not all(one.case.quarantine for one in new)
    yield _change(new, Kind.VERDICT, "verdict", _rated(old, before), _rated(new, after), is_worse or _is_gone(old, new))


def _is_gone(old: Sequence[Outline], new: Sequence[Outline]) -> bool:
    """What is not asked any more cannot be answered worse, and is not answered well either."""
    skipped = [all(one.result.verdict is Verdict.SKIP for one in drives) for drives in (old, new)]
    return skipped == [False, True]


def _rated(drives: Sequence[Outline], verdict: Verdict) -> str:
    count = sum(one.result.verdict is verdict for one in drives)
    return verdict.value if len(drives) == 1 else f"{verdict.value} in {count} of {len(drives)}"


def _order(old: Sequence[Outline], new: Sequence[Outline], spot: Spot) -> Iterator[Change]:
    before, after = ([one.came_ms.get(spot, {}) for one in drives] for drives in (old, new))
    always = [name for name in before[0] if all(name in came for came in before)]
    where = _where(spot)
    for name in always:
        if not any(name in came for came in after):
            yield _change(new, Kind.ORDER, f"{name}{where}", "came", "never came", True)
    appeared = {name for came in after for name in came} - {name for came in before for name in came}
    for name in sorted(appeared):
        yield _change(new, Kind.ORDER, f"{name}{where}", "never came", "came", name == "error")
    kept = [name for name in always if all(name in came for came in after)]
    for index, first in enumerate(kept):
        for second in kept[index + 1 :]:
            one, other = sorted((first, second), key=lambda name: before[0][name])
            was = all(came[other] - came[one] >= MARGIN_MS for came in before)
            if was and all(came[one] - came[other] >= MARGIN_MS for came in after):
                yield _change(new, Kind.ORDER, f"{one} and {other}{where}", f"{one} first", f"{other} first", True)


def _words(old: Sequence[Outline], new: Sequence[Outline], spot: Spot) -> Iterator[Change]:
    where, asked = _where(spot), new[0].asked.get(spot, "")
    heard = [[one.written[spot] for one in drives if spot in one.written] for drives in (old, new)]
    if asked and all(heard):
        before, after = (min(error_rate(asked, text) for text in texts) for texts in heard)
        if after > before:
            what = f"the caller's words as the agent heard them{where}"
            is_worse = after - before > MISHEARD
            yield _change(new, Kind.WORDS, what, repr(heard[0][0]), f"{heard[1][0]!r}, {after:.0%} wrong", is_worse)
    said = [[one.said.get(spot, "") for one in drives] for drives in (old, new)]
    if all(said[0]) and not any(said[1]):
        yield _change(new, Kind.WORDS, f"the agent's words{where}", repr(said[0][0]), "none", True)
    elif any(said[1]) and all(error_rate(was, now) > UNLIKE for was in said[0] for now in said[1] if was and now):
        shown = [next((text for text in texts if text), "") for texts in said]
        if all(shown):
            yield _change(new, Kind.WORDS, f"the agent's words{where}", repr(shown[0]), repr(shown[1]), False)


def _where(spot: Spot) -> str:
    call = f" of call {spot[0] + 1}" if spot[0] else ""
    return (f" in turn {spot[1]}" if spot[1] else " before the first turn") + call


def _change(drives: Sequence[Outline], kind: Kind, what: str, before: str, after: str, regression: bool) -> Change:
    first = drives[0]
    where = f"{first.case.suite} · {first.case.plain_name}"
    blocks = regression and not first.case.quarantine
    return Change(kind, where, what, before, after, blocks, first.case.group)
