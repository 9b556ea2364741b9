"""Every measure of a recording, in one order."""

from collections.abc import Iterable, Iterator

from gate.core.measurement import Measurement
from gate.measures.facts import Facts
from gate.measures.flow import flows
from gate.measures.interruption import interruptions
from gate.measures.latency import latencies
from gate.measures.sound import sounds


def measure(calls: Iterable[Facts]) -> tuple[Measurement, ...]:
    """Call after call."""
    return tuple(number for facts in calls for number in _of(facts))


def _of(facts: Facts) -> Iterator[Measurement]:
    yield from latencies(facts)
    yield from interruptions(facts)
    yield from flows(facts)
    yield from sounds(facts)
