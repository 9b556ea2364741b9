"""What happened when in a case, in so few words that a person reads them where nothing can be drawn."""

from dataclasses import dataclass

Stretch = tuple[float, float]
"""From and to, in ms since the recording began."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened: `ms` since the recording began, who did it, and what. `found`: a finding points here."""

    ms: float
    who: str
    what: str
    found: bool = False


@dataclass(frozen=True, slots=True)
class Timeline:
    """`caller`, `agent` and `tools` are when each was at it; `moments` are in the order of time, and `left_out` is how
    many of them had no room."""

    ms: float
    caller: tuple[Stretch, ...] = ()
    agent: tuple[Stretch, ...] = ()
    tools: tuple[Stretch, ...] = ()
    moments: tuple[Moment, ...] = ()
    left_out: int = 0
