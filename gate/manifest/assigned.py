"""Which targets a suite and its cases are run against, and what is wrong with those that they name."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from gate.core.mistakes import Mistake
from gate.core.places import Place
from gate.core.suggest import did_you_mean
from gate.manifest import words
from gate.manifest.document import Loc


def targets(settings: Any) -> tuple[str, ...]:
    """Those that a suite or a case names; none for all that there are."""
    return tuple(getattr(settings, "targets", None) or ())


def mistakes(suite: Any, names: Sequence[str], place: Callable[[Loc], Place]) -> Iterator[Mistake]:
    """What is no target, and what is one and stands in a case whose suite is not run against it."""
    here = targets(suite) or names
    asked: list[tuple[Loc, tuple[str, ...], Sequence[str]]] = [((), targets(suite), names)]
    asked += [(("cases", i), targets(case), here) for i, case in enumerate(getattr(suite, "cases", ()))]
    for loc, named, known in asked:
        for i, name in enumerate(named):
            if name not in known:
                what = "the suite is not run against this target" if name in names else "there is no such target"
                yield Mistake(place((*loc, "targets", i)), what, words.quoted(name), hint=did_you_mean(name, known))
