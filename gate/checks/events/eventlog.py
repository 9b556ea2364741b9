"""The events of a call that may be expected or excluded, and whether one of them is the one that is meant. Pure."""

from collections.abc import Sequence

from gate.checks.view import View
from gate.core.findings import Layer
from gate.core.matchers import Where, matches
from gate.core.paths import get
from gate.core.plan import Leave
from gate.core.recording import Event

LAYERS = {
    "session.closed": Layer.CLOSE, "session.configured": Layer.CONFIG, "session": Layer.HANDSHAKE,
    "input_audio": Layer.INPUT, "speech": Layer.INPUT, "transcript": Layer.INPUT,
    "tool": Layer.TOOLS, "response": Layer.OUTPUT, "output_audio": Layer.OUTPUT, "output_transcript": Layer.OUTPUT,
}  # fmt: skip
THEIRS = ("server_to_client", "probe")


def log_of(view: View) -> list[Event]:
    """What came from the agent, by the wire or by a sandbox, and once where it came by both; what the caller said; and
    answers to tools, whoever gave them. A close that only answers the gate's own is no event of the agent's, unless
    hanging up was a step of the caller's."""
    leaves = any(isinstance(step, Leave) for step in view.case.calls[view.call].steps)
    echo = view.closed.frame if view.closed and view.closed is not view.closed_by_agent and not leaves else None
    left_out = view.echoes
    return [
        event for event in view.events
        if _is_expectable(event) and event.index not in left_out and event.at != echo
    ]  # fmt: skip


def _is_expectable(event: Event) -> bool:
    return event.direction in THEIRS or event.name == "tool.result" or event.name.startswith("caller.")


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
