"""Outlines as they are made of recordings."""

from typing import Any

from gate.compare.outline import Outline, Spot
from gate.core.findings import CaseResult, Verdict
from gate.core.measurement import Measurement
from gate.core.places import Place
from gate.core.plan import Case

HERE = Place("voice-tests.yaml", 9, 3)


def latency(ms: float, turn: int = 0, name: str = "first_audible") -> Measurement:
    return Measurement(name, "ms", ms, 12.0, "", turn=turn)


def drive(
    name: str = "hello", verdict: Verdict = Verdict.PASS, numbers: tuple[Measurement, ...] = (), repeat: int = 0,
    came: dict[str, float] | None = None, **words: Any,
) -> Outline:  # fmt: skip
    case_id = f"agent.canonical.smoke.{name}"
    shown = f"{name} · {repeat} of 5" if repeat else name
    known = f"{case_id}.r{repeat}" if repeat else case_id
    case = Case(known, "agent", "smoke", shown, HERE, repeats=case_id if repeat else "",
                quarantine=words.pop("quarantine", ""))  # fmt: skip
    result = CaseResult(known, "agent", "canonical", "smoke", shown, HERE, verdict, measurements=numbers)
    spots: dict[Spot, dict[str, float]] = {(0, 1): came} if came else {}
    return Outline(case, result, spots, **{key: {(0, 1): text} for key, text in words.items()})
