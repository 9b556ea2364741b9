"""One drive of a case, reduced to what is compared: its verdict and numbers, when what came in each turn, and words."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from gate.core.capabilities import Capabilities
from gate.core.findings import CaseResult
from gate.core.plan import Case, Clip
from gate.core.recording import Event, Recording
from gate.measures.facts import Facts

Spot = tuple[int, int]
"""A call of the case, and how many turns the caller had begun: 0 is before the first."""

TOLD = {
    "session.started", "session.configured", "transcript.final", "tool.call", "output_audio.delta", "output_audio.done",
    "output_transcript.final", "response.started", "response.done", "response.cancelled", "error", "session.closed",
}  # fmt: skip
"""What comes in each turn of a healthy call, or never. What an agent may or may not say by the way is no order."""


@dataclass(frozen=True, slots=True)
class Outline:
    """`came_ms`: when each event first came, by its name. `asked`: the words of the clip; `written`: how the agent
    wrote them down, where it did; `said`: what it said itself."""

    case: Case
    result: CaseResult
    came_ms: Mapping[Spot, Mapping[str, float]] = field(default_factory=dict)
    asked: Mapping[Spot, str] = field(default_factory=dict)
    written: Mapping[Spot, str] = field(default_factory=dict)
    said: Mapping[Spot, str] = field(default_factory=dict)


def outline(
    case: Case, result: CaseResult, recording: Recording, can: Capabilities, clips: tuple[Clip, ...]
) -> Outline:
    known = {clip.name: clip for clip in clips}
    came: dict[Spot, dict[str, float]] = {}
    asked: dict[Spot, str] = {}
    written: dict[Spot, list[str]] = {}
    said: dict[Spot, list[str]] = {}
    for call in range(len(case.calls)):
        facts = Facts(recording, call, can, known)
        starts_ns = [turn.start_ns for turn in facts.turns]
        asked |= {(call, number): turn.clip.words for number, turn in enumerate(facts.turns, 1) if turn.clip.words}
        for event in facts.events:
            spot = (call, bisect_right(starts_ns, event.t_ns))
            if event.name in TOLD and event.direction != "gate":
                came.setdefault(spot, {}).setdefault(_name(event), facts.since_start_ms(event.t_ns))
            if event.name == "transcript.final":
                written.setdefault(spot, []).append(str(event.payload.get("text") or ""))
        for t_ns, text in _words(facts):
            said.setdefault((call, bisect_right(starts_ns, t_ns)), []).append(text)
    return Outline(case, result, came, asked, _joined(written), _joined(said))


def _name(event: Event) -> str:
    return f"tool.call {event.payload.get('name')}" if event.name == "tool.call" else event.name


def _words(facts: Facts) -> Iterator[tuple[int, str]]:
    spoken = facts.spoken
    for part in spoken.parts if spoken else ():
        if part.arrivals and part.text:
            yield part.arrivals[0].t_ns, part.text


def _joined(texts: Mapping[Spot, list[str]]) -> dict[Spot, str]:
    return {spot: " ".join(parts) for spot, parts in texts.items()}
