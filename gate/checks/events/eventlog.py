"""The events of a call that may be expected or excluded, and whether one of them is the one that is meant. Pure."""

from collections.abc import Sequence

from gate.core.findings import Layer
from gate.core.matchers import Where, matches
from gate.core.paths import get
from gate.core.recording import Event

LAYERS = {
    "session.closed": Layer.CLOSE, "session.configured": Layer.CONFIG, "session": Layer.HANDSHAKE,
    "input_audio": Layer.INPUT, "speech": Layer.INPUT, "transcript": Layer.INPUT,
    "tool": Layer.TOOLS, "response": Layer.OUTPUT, "output_audio": Layer.OUTPUT, "output_transcript": Layer.OUTPUT,
}  # fmt: skip


def fits(event: Event, name: str, where: Where) -> bool:
    return event.name == name and all(matches(matcher, get(event.payload, path)) for path, matcher in where)


def layer_of(event: str) -> Layer:
    return LAYERS.get(event) or LAYERS.get(event.split(".")[0], Layer.ORDER)


def layer_here(event: str, before: Sequence[Event]) -> Layer:
    """What is said once a tool was called is about that tool: it belongs to the tools."""
    told = event.startswith("output_transcript") and any(other.name.startswith("tool.") for other in before)
    return Layer.TOOLS if told else layer_of(event)


def lines(events: Sequence[Event]) -> tuple[int, ...]:
    """The lines of `wire.jsonl` that they stand on."""
    return tuple(event.at for event in events)
