"""A case as it is drawn: the waves as heard, what happened when, what took how long, what failed where. Data, and pure.

It is made where a case is judged, from the same facts as its findings, so that no document has to read a recording
again. Every time in it is in ms since the recording began."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gate.core.findings import Finding
from gate.core.jsons import Json
from gate.core.plan import Case
from gate.core.recording import Recording
from gate.measures.facts import Facts
from gate.report.picture.axis import Axis
from gate.report.picture.budgets import budgets
from gate.report.picture.lanes import calls, discarded, sounds, tools, turns
from gate.report.picture.log import log
from gate.report.picture.marks import marks, pointed_at
from gate.report.picture.spans import spans
from gate.report.picture.words import words

FORMAT = "voxgate-picture/1"


@dataclass(frozen=True, slots=True)
class Sitter:
    """What a picture is made of. `waves` as `waves.waves` makes them of both sides, which are heard for `heard_ms`."""

    case: Case
    recording: Recording
    facts: Mapping[int, Facts]
    findings: Sequence[Finding]
    waves: dict[str, Json]
    heard_ms: float


def picture_of(sitter: Sitter) -> dict[str, Json]:
    """JSON. `findings` of marks and budgets are numbers in `sitter.findings`."""
    axis, facts = Axis.of(sitter.recording), list(sitter.facts.values())
    return {
        "format": FORMAT,
        "ms": round(max(sitter.recording.duration_ms, sitter.heard_ms), 3),
        "waves": sitter.waves,
        "calls": calls(sitter.case, sitter.facts, axis),
        "turns": [row for one in facts for row in turns(one, axis)],
        "sounds": [row for one in facts for row in sounds(one, axis)],
        "discarded": [row for one in facts for row in discarded(one, axis)],
        "tools": [row for one in facts for row in tools(one, axis)],
        "spans": [row for one in facts for row in spans(one, axis)],
        "budgets": budgets(sitter.case, sitter.facts, sitter.findings, axis),
        "words": words(facts, axis),
        "events": log(sitter.recording.events, axis, pointed_at(sitter.findings)),
        "marks": marks(sitter.findings, sitter.recording, axis),
    }
