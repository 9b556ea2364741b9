"""Pictures of recordings in the notation of the checks, made as judging makes them."""

from pathlib import Path
from typing import Any

from gate.checks.judge import examine, views_of
from gate.core.findings import Finding
from gate.core.plan import Claim
from gate.evidence.derive import RATE_HZ, both_sides
from gate.report.picture import Sitter, picture_of
from gate.report.picture.waves import waves
from tests.checks.notation import CAN, CLIPS, Line, case_of, recording

START_MS = -100
"""The first line of OPENING: what the notation calls 0 is 100 ms in a picture."""


def drawn(folder: Path, *lines: "Line | tuple[Line, ...]", claims: tuple[Claim, ...] = (), calls: int = 1) -> Any:
    """The picture of these lines, and the findings of these claims."""
    recorded = recording(folder, *lines)
    case = case_of(*claims, calls=calls)
    views = views_of(case, recorded, CAN, tuple(CLIPS.values()))
    findings: tuple[Finding, ...] = examine(case, views)[0]
    start_ns = min(frame.t_ns for frame in recorded.frames)
    paced = frozenset(frame.index for frame in recorded.frames if frame.due_ns is not None)
    caller, agent = both_sides(recorded.heard, start_ns, paced)
    return picture_of(
        Sitter(case, recorded, views, findings, waves(caller, agent, RATE_HZ), len(caller) * 1000 / RATE_HZ)
    ), findings
