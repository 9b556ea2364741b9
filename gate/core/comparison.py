"""What differs between two runs of the same cases: the later one against its baseline."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    VERDICT = "verdict"
    ORDER = "event order"
    LATENCY = "latency"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `where` is a case, or what is told of a whole target; `case` its id, empty there. Whatever is no
    `regression` is shown and turns nothing red."""

    kind: Kind
    where: str
    what: str
    before: str
    after: str
    regression: bool = False
    case: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """`baseline` is the run that was compared with, and when it began; `compared` counts the cases that both have.
    `alone` are cases that only one of the runs has, in a sentence each."""

    baseline: str
    started_at: str
    compared: int
    changes: tuple[Change, ...] = ()
    alone: tuple[str, ...] = ()

    @property
    def regressions(self) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if change.regression)
