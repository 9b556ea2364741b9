"""What a check answers. The judge adds where it was claimed; a check never knows."""

from dataclasses import dataclass

from gate.core.findings import Blame, Layer, Verdict


@dataclass(frozen=True, slots=True)
class Answer:
    """`symptom` is a row of the table of triage, where the check itself knows it; else it is deduced. `absent`: the
    finding is that something never came, which may only follow from something else."""

    verdict: Verdict
    expected: str
    actual: str
    layer: Layer
    at: tuple[int, ...] = ()
    next_action: str = ""
    blame: Blame = Blame.AGENT
    late: bool = False
    symptom: str = ""
    absent: bool = False


def passed(layer: Layer, expected: str, actual: str = "", *, at: tuple[int, ...] = ()) -> Answer:
    return Answer(Verdict.PASS, expected, actual, layer, at)


def failed(
    layer: Layer, expected: str, actual: str, next_action: str, *, at: tuple[int, ...] = (), symptom: str = "",
) -> Answer:  # fmt: skip
    return Answer(Verdict.FAIL, expected, actual, layer, at, next_action, symptom=symptom)


def unknown(
    layer: Layer, expected: str, actual: str, next_action: str = "", *, at: tuple[int, ...] = (),
    blame: Blame = Blame.AGENT,
) -> Answer:  # fmt: skip
    return Answer(Verdict.UNKNOWN, expected, actual, layer, at, next_action, blame)


def gate_late(
    layer: Layer, expected: str, actual: str, late_ms: float, *, at: tuple[int, ...] = (), doing: str = "audio",
) -> Answer:  # fmt: skip
    """What says nothing of the agent, since the gate itself was late."""
    told = f"{actual}, but the gate itself was {late_ms:.0f} ms late with the caller's {doing}"
    next_action = "run with fewer --jobs, or on a quieter machine"
    return Answer(Verdict.UNKNOWN, expected, told, layer, at, next_action, Blame.ENVIRONMENT, late=True)


SPEAK_LONGER = "use a clip that makes the agent speak for some seconds"


def unproven_here(layer: Layer, expected: str, actual: str, next_action: str, *, at: tuple[int, ...] = ()) -> Answer:
    """What could not be put to the test with this agent and these clips: shown, and held against nobody."""
    return Answer(Verdict.SKIP, expected, actual, layer, at, next_action)
