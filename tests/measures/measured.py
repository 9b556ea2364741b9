"""Measurements of a recording in the notation of the checks' tests, by name."""

from dataclasses import replace
from pathlib import Path

from gate.core.capabilities import Capabilities
from gate.core.measurement import Measurement
from gate.measures import measure
from gate.measures.facts import Facts
from tests.checks.notation import CAN, CLIPS, Line, recording


def measured(
    folder: Path, *lines: Line | tuple[Line, ...], can: Capabilities = CAN, late_ms: float | None = None
) -> list[Measurement]:
    return list(measure([Facts(recording(folder, *lines, late_ms=late_ms), 0, can, CLIPS)]))


def named(found: list[Measurement], name: str, turn: int | None = None) -> Measurement:
    """The one measurement of this name (and turn)."""
    (one,) = [one for one in found if one.name == name and turn in (None, one.turn)]
    return replace(one)
