"""Which row of the table an answer on events is: which of the events that a claim asks for it speaks of, and what the
recording holds in its place. Pure."""

from collections.abc import Iterator

from pydantic import TypeAdapter, ValidationError

from gate.checks.answer import Answer
from gate.checks.triage.rows import BY_LAYER, DIFFERS, MISSED
from gate.checks.view import View
from gate.core.findings import Layer
from gate.core.jsons import Json
from gate.core.matchers import Where, describe, matches
from gate.core.paths import get
from gate.core.plan import Claim
from gate.core.recording import Event


def unwanted(claim: Claim, answer: Answer, view: View) -> str:
    match str(claim.params.get("event")):
        case "error":
            return "error-reported"
        case "tool.call":
            return "tool-unwanted"
        case event if event.startswith("output_transcript") and answer.layer is Layer.TOOLS:
            return "unproven-confirmation" if _without_success(answer, view) else "event-unwanted"
        case _:
            return "event-unwanted"


def _without_success(answer: Answer, view: View) -> bool:
    """Whether what was said rests on no tool of its turn, on one that has failed, or on one that had not answered."""
    said = max(answer.at, default=0)
    since = max((turn.at[1] for turn in view.turns if turn.at[1] < said), default=0)
    before = [event for event in view.events if since <= event.at < said and event.name.startswith("tool.")]
    return not before or before[-1].name == "tool.call" or before[-1].payload.get("error") is not None


def of_events(claim: Claim, answer: Answer, view: View) -> str:
    """Of claims on events: what the first of them, of those that the answer speaks of, met in the recording."""
    wanted = sorted(_wanted(claim.params), key=lambda one: _told(one[0], one[1], answer.expected), reverse=True)
    if not wanted:
        return BY_LAYER.get(answer.layer, "event-missing" if answer.absent else "event-differs")
    if not answer.absent:
        return "late"
    name, where = wanted[0]
    if answer.layer is Layer.ORDER and len(answer.at) > 1:
        return "tool-order" if name.startswith("tool.") else "event-order"
    since = max(answer.at, default=0)
    near = any(_resembles(event, name, where) for event in view.events if event.at >= since)
    if answer.layer is Layer.TOOLS and name.startswith(("output_", "response.")):
        return "unproven-confirmation" if near and _without_success(answer, view) else "result-ignored"
    return DIFFERS.get(name, "event-differs") if near else MISSED.get(name, "event-missing")


def _told(name: str, where: Where, expected: str) -> tuple[bool, int]:
    """How much of this event the answer speaks of."""
    told = [f"{path} {describe(matcher)}" in expected for path, matcher in where]
    return name in expected and all(told), len(told)


def _resembles(event: Event, name: str, where: Where) -> bool:
    """Whether this event is meant, and only its values are other ones: a tool is meant by its name."""
    if event.name != name or all(matches(matcher, get(event.payload, path)) for path, matcher in where):
        return False
    return all(matches(matcher, get(event.payload, path)) for path, matcher in where if path == "name")


def _wanted(params: Json) -> Iterator[tuple[str, Where]]:
    """The events that a claim asks for, wherever they stand in its params."""
    match params:
        case {"event": str(name), **more}:
            yield name, _where(more.get("where"))
        case dict():
            for value in params.values():
                yield from _wanted(value)
        case list() | tuple():
            for value in params:
                yield from _wanted(value)


def _where(value: object) -> Where:
    """As a claim keeps it; a claim that keeps it in another form says nothing of it here."""
    try:
        return TypeAdapter(Where).validate_python(value or ())
    except ValidationError:
        return ()
