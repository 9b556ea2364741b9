"""What a check answers. The judge adds where it was claimed; a check never knows."""

from dataclasses import dataclass

from gate.core.findings import Blame, Layer, Verdict


@dataclass(frozen=True, slots=True)
class Answer:
    verdict: Verdict
    expected: str
    actual: str
    layer: Layer
    at: tuple[int, ...] = ()
    next_action: str = ""
    blame: Blame = Blame.AGENT


def passed(layer: Layer, expected: str, actual: str = "", *, at: tuple[int, ...] = ()) -> Answer:
    return Answer(Verdict.PASS, expected, actual, layer, at)


def failed(layer: Layer, expected: str, actual: str, next_action: str, *, at: tuple[int, ...] = ()) -> Answer:
    return Answer(Verdict.FAIL, expected, actual, layer, at, next_action)


def unknown(
    layer: Layer, expected: str, actual: str, next_action: str = "", *, at: tuple[int, ...] = (),
    blame: Blame = Blame.AGENT,
) -> Answer:  # fmt: skip
    return Answer(Verdict.UNKNOWN, expected, actual, layer, at, next_action, blame)
