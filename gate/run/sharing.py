"""A run in several parts: which cases each part has. Pure, and the same wherever it is asked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from gate.core.jsons import Json
from gate.core.plan import BargeIn, Call, Case, Clip, Lane, Pause, Play, Restart, Wait

TURN_MS, RESTART_MS, SHORTEST_MS = 4_000.0, 3_000.0, 200.0
"""What nobody knows before it was driven: an answer, a restart, a call that is over at once."""


@dataclass(frozen=True, slots=True)
class Shard:
    """Part `number` of `total`, counted from 1."""

    number: int
    total: int

    def __str__(self) -> str:
        return f"{self.number}/{self.total}"

    def told(self, cases: Iterable[Case], targets: Iterable[str]) -> dict[str, Json]:
        """What `run.json` keeps: the whole of which this is a part."""
        whole: list[Json] = [case.id for case in cases]
        return {"shard": {"number": self.number, "total": self.total, "cases": whole, "targets": list(targets)}}


def shared(
    cases: Sequence[Case], clips: Iterable[Clip], total: int, known_ms: Mapping[str, float], jobs: int
) -> tuple[tuple[Case, ...], ...]:
    """Every part, each in the order of the plan. The longest case first, always to the part that has least to do; what
    is driven alone costs its whole time, what is driven beside others a part of it."""
    lengths = {clip.name: clip.duration_ms for clip in clips}
    costs = {case.id: _cost(case, known_ms, lengths, jobs) for case in cases}
    loads, parts = [0.0] * total, [set[str]() for _ in range(total)]
    for case in sorted(cases, key=lambda case: (-costs[case.id], case.id)):
        least = min(range(total), key=lambda number: (loads[number], len(parts[number]), number))
        loads[least] += costs[case.id]
        parts[least].add(case.id)
    return tuple(tuple(case for case in cases if case.id in part) for part in parts)


def _cost(case: Case, known_ms: Mapping[str, float], lengths: Mapping[str, float], jobs: int) -> float:
    if case.skip is not None:
        return 0.0
    own = known_ms.get(case.id, known_ms.get(case.repeats))
    took_ms = expected_ms(case, lengths) if own is None else own
    return took_ms if case.lane is Lane.ALONE else took_ms / jobs


def expected_ms(case: Case, lengths: Mapping[str, float]) -> float:
    """How long a case will take that was never driven, about: what its callers say, and what they wait for."""
    return sum(max(_expected_ms(case.calls[number], lengths) for number in beside) for beside in case.rounds)


def _expected_ms(call: Call, lengths: Mapping[str, float]) -> float:
    total = SHORTEST_MS + call.early_ms + (call.budgets.linger_ms if call.steps else 0.0)
    for step in call.steps:
        match step:
            case Play(clip) | BargeIn(clip):
                total += lengths.get(clip, TURN_MS)
            case Pause(ms):
                total += ms
            case Wait():
                total += min(step.budget_ms, TURN_MS)
            case Restart():
                total += RESTART_MS
            case _:
                pass
    return total
