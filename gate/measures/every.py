"""Every measure of a recording, in one order."""

from collections.abc import Iterator

from gate.core.capabilities import Capabilities
from gate.core.measurement import Measurement
from gate.core.plan import Clip
from gate.core.recording import Recording
from gate.measures.facts import Facts
from gate.measures.flow import flows
from gate.measures.interruption import interruptions
from gate.measures.latency import latencies


def measure(recording: Recording, can: Capabilities, clips: tuple[Clip, ...]) -> tuple[Measurement, ...]:
    """Call after call."""
    named = {clip.name: clip for clip in clips}
    calls = sorted({frame.call for frame in recording.frames})
    return tuple(number for call in calls for number in _of(Facts(recording, call, can, named)))


def _of(facts: Facts) -> Iterator[Measurement]:
    yield from latencies(facts)
    yield from interruptions(facts)
    yield from flows(facts)
