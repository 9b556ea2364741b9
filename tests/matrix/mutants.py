"""`make mutants`: every fault of the reference agent in five dialects, against the default suites, in virtual time.

Whether a fault can be seen at all is not for us to say: the agent's own log decides (`witness.py`), of what it did in a
case with the fault and without. What can be seen must be found, in the layer where it is; else the run fails and says
what was missed. The table goes to docs/mutants.md.

A fault that the clean agent is never asked about in a case does nothing there, and a case in which the agent does what
the clean one does is judged as the clean one is: neither is judged again. Once a fault is found in a suite, the rest of
that suite is left out."""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

from gate.compare.latency import Tolerance
from gate.core.findings import CaseResult, Finding, Layer, Verdict
from gate.core.plan import Case, Lane, Plan
from gate.core.vault import Vault
from gate.dialects import dialect_of
from gate.reference.faults import FAULTS
from gate.report.text import ranked
from gate.run.comparing import Past, compare_runs
from gate.run.judging import judge_case
from tests.matrix.witness import Asked, Log, WatchedHouse
from tests.rehearsal import begun, demo_plan, drive, house_for

DIALECTS = ("canonical", "openai-realtime", "twilio-media-streams", "template", "retell")
RIGHT_LAYER = 0.95
ONCE_A_START = ("cold-first-call",)
"""What strikes only the first call of an agent's life: the case that is driven first is the one that meets it."""
UNLESS_PROMISED = {"answer-before-transcript": "transcript-before-answer"}
"""What is a fault only where the provider promises the contrary: elsewhere a decent agent may do so."""
LATER = "answers-later"
"""No fault by itself: an agent that was as slow before is as decent. It shows beside its baseline."""
ASKED_BY_NOBODY = ("echoes-token",)
"""A trap for the gate's own evidence: see tests/e2e/test_redaction.py."""


@dataclass(frozen=True, slots=True)
class Clean:
    """A case with the clean agent: what that did, which faults it was asked about, and what was told all the same."""

    log: Log
    asked: frozenset[str]
    told: frozenset[str]


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one fault in one dialect: in how many of the cases that were driven it could be seen, and what the
    first of each suite that found it says. `layers`: that of what stands on top there, one for each suite. `shown`:
    nothing of it blocks. `allowed`: over this wire it is no fault."""

    dialect: str
    fault: str
    driven: int = 0
    seen: int = 0
    checks: tuple[str, ...] = ()
    layers: tuple[Layer, ...] = ()
    shown: bool = False
    allowed: bool = False
    took_s: float = 0.0

    @property
    def found(self) -> bool:
        return bool(self.checks)

    @property
    def layer(self) -> Layer | None:
        """The layer that most suites name first; of two that are named as often, that of the fault."""
        counted, own = Counter(self.layers), FAULTS[self.fault].layer
        return max(counted, key=lambda layer: (counted[layer], layer is own), default=None)

    @property
    def right(self) -> bool:
        return self.layer is FAULTS[self.fault].layer


@cache
def planned(dialect: str) -> tuple[Plan, Vault]:
    return demo_plan(dialect)


def cases(dialect: str) -> list[Case]:
    return [case for case in planned(dialect)[0].cases if case.skip is None]


def driven(dialect: str, case: Case, faults: Asked, folder: Path) -> Log:
    plan, vault = planned(dialect)
    house = house_for(plan, case, faults, kind=WatchedHouse)
    assert isinstance(house, WatchedHouse)
    drive(plan, vault, folder, case, house)
    return house.log


def judged(dialect: str, case: Case, folder: Path) -> CaseResult:
    return judge_case(folder, planned(dialect)[0], case, "mutants")


def told(result: CaseResult) -> list[Finding]:
    """What a reader is shown of a case as wrong: all but what only follows from something else."""
    return [finding for finding in ranked(result) if finding.verdict is Verdict.FAIL and not finding.folded]


def clean(dialect: str, case: Case) -> Clean:
    """Raises AssertionError if the clean agent does not pass: then nothing that is found means anything."""
    faults = Asked()
    with TemporaryDirectory() as name:
        begun(Path(name) / "evidence", *planned(dialect))
        log = driven(dialect, case, faults, Path(name) / "evidence")
        result = judged(dialect, case, Path(name) / "evidence")
    assert result.verdict is Verdict.PASS, (case.id, result.failures, result.doubts)
    return Clean(log, frozenset(faults.asked), frozenset(finding.check for finding in told(result)))


def is_fault(dialect: str, fault: str) -> bool:
    target = planned(dialect)[0].targets[0]
    promise = UNLESS_PROMISED.get(fault)
    return promise is None or promise in dialect_of(target).capabilities.guarantees


def mutant(dialect: str, fault: str, known: dict[str, Clean]) -> Told:
    if not is_fault(dialect, fault):
        return Told(dialect, fault, allowed=True)
    began_s, seen, number, found = time.process_time(), 0, 0, dict[str, list[Finding]]()
    for case in cases(dialect):
        if fault in ONCE_A_START and case.lane is not Lane.FIRST:
            continue
        if case.suite in found or fault not in known[case.id].asked:
            continue
        number += 1
        with TemporaryDirectory() as name:
            folder = Path(name) / "evidence"
            begun(folder, *planned(dialect))
            if not driven(dialect, case, Asked([fault]), folder).differs(known[case.id].log):
                continue
            seen += 1
            news = [one for one in told(judged(dialect, case, folder)) if one.check not in known[case.id].told]
        if news:
            found[case.suite] = news
    if fault == LATER and seen and (check := beside_a_baseline(dialect, known)):
        return Told(dialect, fault, number, seen, (check,), (Layer.OUTPUT,), took_s=time.process_time() - began_s)
    return summed(Told(dialect, fault, number, seen, took_s=time.process_time() - began_s), found)


def summed(so_far: Told, found: dict[str, list[Finding]]) -> Told:
    """What blocks goes before what is only shown."""
    every = [finding for news in found.values() for finding in news]
    blocking = [finding for finding in every if finding.blocks]
    chosen = blocking or every
    tops = [next((one for one in news if one in chosen), news[0]) for news in found.values()]
    checks, layers = tuple(dict.fromkeys(one.check for one in chosen)), tuple(one.layer for one in tops)
    return Told(
        so_far.dialect, so_far.fault, so_far.driven, so_far.seen, checks, layers, not blocking, so_far.took_s
    )  # fmt: skip


def beside_a_baseline(dialect: str, known: dict[str, Clean]) -> str:
    """The questions of the smoke suite, with the fault and without."""
    asked = [case for case in cases(dialect) if case.suite == "smoke" and LATER in known[case.id].asked][:3]
    with TemporaryDirectory() as name:
        folders = [Path(name) / "old", Path(name) / "new"]
        for folder, faults in zip(folders, ([], [LATER]), strict=True):
            begun(folder, *planned(dialect))
            for case in asked:
                driven(dialect, case, Asked(faults), folder)
        comparison = compare_runs(Past.read(folders[0]), Past.read(folders[1]), Tolerance())
    return "`--baseline`" if any(change.kind == "latency" for change in comparison.regressions) else ""


def judged_faults() -> list[str]:
    return [fault for fault in FAULTS if fault not in ASKED_BY_NOBODY]


def every(dialects: list[str], faults: list[str]) -> Iterator[Told]:
    with ProcessPoolExecutor() as pool:
        ways = list(dialects)
        pairs = [(way, case) for way in ways for case in cases(way)]
        kept = dict[str, dict[str, Clean]]()
        for (way, case), one in zip(pairs, pool.map(clean, *zip(*pairs, strict=True)), strict=True):
            kept.setdefault(way, {})[case.id] = one
        jobs = [(way, fault, kept[way]) for way, fault in product(ways, faults)]
        yield from pool.map(mutant, *zip(*jobs, strict=True))


def complaints(runs: list[Told]) -> Iterator[str]:
    seen = [one for one in runs if one.seen]
    for one in seen:
        if not one.found:
            yield f"MISSED  {one.dialect} {one.fault}: seen in {one.seen} cases, and found in none"
    right = sum(one.right for one in seen if one.found)
    if right < RIGHT_LAYER * len(seen):
        yield f"MISPLACED  the layer is right for {right} of {len(seen)}"
        yield from (
            f"  {one.dialect} {one.fault}: {one.layer} instead of {FAULTS[one.fault].layer} ({', '.join(one.checks)})"
            for one in seen if one.found and not one.right
        )  # fmt: skip


def main(arguments: list[str]) -> int:
    reader = argparse.ArgumentParser(prog="python -m tests.matrix.mutants", description=__doc__)
    reader.add_argument("--dialect", action="append", help=f"instead of {', '.join(DIALECTS)}")
    reader.add_argument("--fault", action="append", choices=FAULTS, metavar="FAULT")
    options = reader.parse_args(arguments)
    began_s, runs = time.monotonic(), []
    for one in every(options.dialect or list(DIALECTS), options.fault or judged_faults()):
        runs.append(one)
        word = (
            "allowed"
            if one.allowed
            else "unseen"
            if not one.seen
            else "MISSED"
            if not one.found
            else "found"
            if one.right
            else "misplaced"
        )
        where = f"  {', '.join(one.checks)} ({one.layer})" if one.found else ""
        sys.stderr.write(f"{word:9}  {one.dialect} {one.fault} {one.seen} of {one.driven}{where} {one.took_s:.1f} s\n")
    from tests.matrix.mutants_page import page

    wrong = list(complaints(runs))
    sys.stdout.write("\n".join(wrong) + "\n" if wrong else page(runs, time.monotonic() - began_s, write=not arguments))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
