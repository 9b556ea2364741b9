"""`--shard`: which part of the run this is, from the command line or from what a CI system says of its jobs."""

import argparse
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gate.cli.outcomes import Usage
from gate.cli.selection import with_cases
from gate.core.jsons import Json
from gate.core.plan import Plan
from gate.run.sharing import Shard, shared

_FORM = re.compile(r"(?:(\d{1,4})|auto)(?:/(\d{1,4}))?")
EXPECTED = "2/3, auto, or auto/3 where the CI system does not say how many there are"

NODES = (
    ("GitLab", "CI_NODE_INDEX", "CI_NODE_TOTAL", 1),
    ("Buildkite", "BUILDKITE_PARALLEL_JOB", "BUILDKITE_PARALLEL_JOB_COUNT", 0),
    ("CircleCI", "CIRCLE_NODE_INDEX", "CIRCLE_NODE_TOTAL", 0),
    ("Kubernetes", "JOB_COMPLETION_INDEX", "JOB_COMPLETIONS", 0),
)
"""Whose variables say which job this is and how many there are, and what its first job is called. Kubernetes tells an
indexed job its index alone."""


@dataclass(frozen=True, slots=True)
class Asked:
    """`--shard` as it was given; what is None stands in the environment."""

    number: int | None
    total: int | None


def asked(text: str) -> Asked:
    """The type of the option."""
    found = _FORM.fullmatch(text)
    if found is None or (found[1] and not found[2]):
        raise argparse.ArgumentTypeError(f"{text!r} is no shard; expected {EXPECTED}")
    number, total = (int(part) if part else None for part in found.groups())
    if total == 0 or (number is not None and total is not None and not 1 <= number <= total):
        raise argparse.ArgumentTypeError(f"{text!r} is no shard: they are counted from 1; expected {EXPECTED}")
    return Asked(number, total)


def shard_of(given: Asked, environ: Mapping[str, str]) -> Shard:
    if given.number is not None and given.total is not None:
        return Shard(given.number, given.total)
    for system, index, count, first in NODES:
        if environ.get(index):
            return _read(system, index, count, first, given, environ)
    names = ", ".join(f"{index} ({system})" for system, index, _, _ in NODES)
    raise Usage(f"--shard auto: none of {names} is set; expected {EXPECTED}")


def _read(system: str, index: str, count: str, first: int, given: Asked, environ: Mapping[str, str]) -> Shard:
    total = str(given.total) if given.total else environ.get(count, "")
    if not total:
        raise Usage(f"--shard auto: {system} set {index}, and {count} is not set; write --shard auto/3 for three jobs")
    if not (environ[index].isdecimal() and total.isdecimal()):
        raise Usage(f"--shard auto: {index}={environ[index]!r} of {total!r} are no numbers")
    shard = Shard(int(environ[index]) - first + 1, int(total))
    if not 1 <= shard.number <= shard.total:
        raise Usage(f"--shard auto: {index}={environ[index]} is none of {total} shards (the first is {first})")
    return shard


def part_of(plan: Plan, shard: Shard, durations: Path | None, jobs: int) -> tuple[Plan, dict[str, Json]]:
    """The plan of this part alone, and what `run.json` keeps of the whole."""
    known_ms = read_durations(durations) if durations else {}
    own = shared(plan.cases, plan.clips, shard.total, known_ms, jobs)[shard.number - 1]
    if not any(case.skip is None for case in own):
        driven = sum(case.skip is None for case in plan.cases)
        raise Usage(f"--shard {shard}: {driven} cases are not enough for {shard.total} shards; this one has none")
    return with_cases(plan, own), shard.told(plan.cases, [target.name for target in plan.targets])


def read_durations(given: Path) -> dict[str, float]:
    """How long each case took, from the `report.json` of an earlier run or the folder that it stands in. Repeated cases
    are known by the name that they share, too."""
    path = given / "report.json" if given.is_dir() else given
    try:
        cases = json.loads(path.read_text("utf-8"))["cases"]
        took = [(str(case["id"]), str(case.get("repeats") or ""), float(case["duration_ms"])) for case in cases]
    except OSError as error:
        raise Usage(f"--durations {given}: {path} cannot be read: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Usage(f"--durations {given}: {path} is no report.json of a run") from None
    return _known(took)


def _known(took: Sequence[tuple[str, str, float]]) -> dict[str, float]:
    shared_ms: dict[str, list[float]] = {}
    for _, repeats, ms in took:
        if repeats:
            shared_ms.setdefault(repeats, []).append(ms)
    return {case: sum(times) / len(times) for case, times in shared_ms.items()} | {case: ms for case, _, ms in took}
