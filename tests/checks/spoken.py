"""Words of the agent's in the notation: as they come on the wire, or as a recogniser wrote down what was heard."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from gate.checks import claim
from gate.core.capabilities import Capabilities
from gate.core.findings import Finding
from gate.core.matchers import Matcher
from gate.core.recording import Recording
from gate.measures.facts import Facts
from gate.measures.spoken import FORMAT
from tests.checks.notation import CAN, CLIPS, PLACE, Line, findings, received, recording

SILENT: Capabilities = replace(CAN, shows=frozenset(n for n in CAN.shows if not n.startswith("output_transcript")))
"""A wire that shows nothing of what the agent says."""


def delta(ms: float, text: str, response: str | None = None) -> Line:
    return received(ms, "output_transcript.delta", text=text, **({} if response is None else {"response_id": response}))


def final(ms: float, text: str, response: str | None = None) -> Line:
    return received(ms, "output_transcript.final", text=text, **({} if response is None else {"response_id": response}))


def contains(text: str) -> tuple[Matcher, ...]:
    return (Matcher("contains", text),)


def regex(text: str) -> tuple[Matcher, ...]:
    return (Matcher("regex", text),)


def annotated(recorded: Recording, *texts: str | None, error: str = "no model") -> Recording:
    """With the words of what is heard in it, in order; None where the recogniser failed."""
    heard = Facts(recorded, 0, SILENT, CLIPS).passages
    rows = [
        {"call": 0, "frames": list(one.frames), "sha256": one.sha256}
        | ({"error": error} if text is None else {"text": text})
        for one, text in zip(heard, texts, strict=True)
    ]
    opinion: Any = {"format": FORMAT, "voxgate": "0", "tool": "whisper x", "utterances": rows}
    return replace(recorded, annotations={"words": opinion})


def ask_annotated(folder: Path, params: Any, texts: tuple[str | None, ...], *lines: Line | tuple[Line, ...]) -> Finding:
    """The finding where the wire shows no words and a recogniser wrote these down."""
    recorded = annotated(recording(folder, *lines), *texts)
    return findings(recorded, claim(params, PLACE), can=SILENT)[0]
