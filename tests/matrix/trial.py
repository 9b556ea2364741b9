"""One fault against the demo of one dialect, in virtual time: can it be seen, is it found, what is told first.

Whether it can be seen is not for us to say: the agent's own log decides (`witness.py`). A fault that the clean agent is
never asked about in a case does nothing there, and a case in which the agent does what the clean one does is judged as
the clean one is: neither is judged again. Cases come in the order of the report, and with the first that is red the
reader knows: no further one is driven."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

from gate.checks.judge import views_of
from gate.compare.latency import Tolerance
from gate.core.capabilities import MARKERS
from gate.core.findings import CaseResult, Finding, Layer, Verdict
from gate.core.plan import Case, Lane, Plan
from gate.core.vault import Vault
from gate.dialects import dialect_of
from gate.evidence import store
from gate.evidence.reader import read
from gate.reference.faults import FAULTS
from gate.report.text import ranked
from gate.run.comparing import Past, compare_runs
from gate.run.judging import result_of
from tests.matrix.witness import Asked, Log, WatchedHouse
from tests.rehearsal import begun, demo_plan, drive, house_for

ONCE_A_START = ("cold-first-call",)
"""What strikes only the first call of an agent's life: the case that is driven first is the one that meets it."""
UNLESS_PROMISED = {"answer-before-transcript": "transcript-before-answer"}
"""What is a fault only where the provider promises the contrary: elsewhere a decent agent may do so."""
OF_MARKERS = ("no-final-marker", "marker-before-last-chunk")
"""What is a fault only where the protocol has a message for the end of an answer."""
LATER = "answers-later"
"""No fault by itself: an agent that was as slow before is as decent. It must show beside its baseline."""
ONLY_SHOWN = {
    "cough-stops": "a decent agent may stop at any sound; a manifest can make it block",
    "answers-in-turn": "how fast is fast enough is the user's to say; a manifest can make it block",
    "hangs-on-large-header": "many servers read no header of that size; a manifest can make it block",
}
"""What is told and blocks nothing, unless the manifest says more."""


@dataclass(frozen=True, slots=True)
class Clean:
    """A case with the clean agent: what that did, which faults it was asked about, and what was told all the same."""

    log: Log
    asked: frozenset[str]
    told: frozenset[str]


class Named:
    """What a report names of a fault: by these checks, on this layer."""

    __slots__ = ()
    fault: str
    checks: tuple[str, ...]
    layer: Layer | None

    @property
    def found(self) -> bool:
        return bool(self.checks)

    @property
    def right(self) -> bool:
        return self.layer is FAULTS[self.fault].layer


@dataclass(frozen=True, slots=True)
class Told(Named):
    """What became of one fault in one dialect. `driven`, `seen`: in how many cases it was tried, and could be seen,
    until one was red. `case`: that one, `checks` what it names and `layer` that of what stands on top there; where none
    was red, the first that told something which does not block (`shown`). `call_s`: how long that case lasts over a
    socket. `failed`: every check that failed, also where it only follows from another. `allowed`: over this wire it is
    no fault."""

    dialect: str
    fault: str
    driven: int = 0
    seen: int = 0
    case: tuple[str, str] = ("", "")
    checks: tuple[str, ...] = ()
    layer: Layer | None = None
    shown: bool = False
    allowed: bool = False
    call_s: float = 0.0
    failed: frozenset[str] = frozenset()
    took_s: float = 0.0


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
    """As a run judges it, without the sound and the pictures."""
    plan, _ = planned(dialect)
    spoken = dialect_of(plan.target(case.target))
    recording = read(store.attempt_folder(folder, case.id, 1), spoken, plan.clips)
    return result_of(plan, case, recording, views_of(case, recording, spoken.capabilities, plan.clips), "")


def told(result: CaseResult) -> list[Finding]:
    """What a reader is shown of a case as wrong, in that order: all but what only follows from something else."""
    return [finding for finding in ranked(result) if finding.verdict is Verdict.FAIL]


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
    can, promise = dialect_of(planned(dialect)[0].targets[0]).capabilities, UNLESS_PROMISED.get(fault)
    if fault in OF_MARKERS and not MARKERS & can.shows:
        return False
    return promise is None or promise in can.guarantees


def tried(dialect: str, fault: str, case: Case, known: Clean) -> CaseResult | None:
    """The case with this fault, judged; None where the agent does what the clean one does."""
    with TemporaryDirectory() as name:
        folder = Path(name) / "evidence"
        begun(folder, *planned(dialect))
        if not driven(dialect, case, Asked([fault]), folder).differs(known.log):
            return None
        return judged(dialect, case, folder)


def mutant(dialect: str, fault: str, known: dict[str, Clean]) -> Told:
    if not is_fault(dialect, fault):
        return Told(dialect, fault, allowed=True)
    began_s, told_so_far = process_time(), Told(dialect, fault)
    for case in asked_of(dialect, fault, known):
        told_so_far = replace(told_so_far, driven=told_so_far.driven + 1)
        if result := tried(dialect, fault, case, known[case.id]):
            told_so_far = with_case(told_so_far, result, known[case.id])
        if told_so_far.found and not told_so_far.shown:
            break
    if fault == LATER and told_so_far.seen:
        told_so_far = by_baseline(told_so_far, known)
    return replace(told_so_far, took_s=process_time() - began_s)


def by_baseline(so_far: Told, known: dict[str, Clean]) -> Told:
    """However late it is by itself: it counts as found where a comparison calls it a regression."""
    found = beside_a_baseline(so_far.dialect, known)
    layer = Layer.OUTPUT if found else None
    return replace(so_far, case=("", ""), checks=("`--baseline`",) if found else (), layer=layer, shown=False)


def asked_of(dialect: str, fault: str, known: dict[str, Clean]) -> Iterator[Case]:
    for case in cases(dialect):
        if fault in known[case.id].asked and (case.lane is Lane.FIRST or fault not in ONCE_A_START):
            yield case


def with_case(so_far: Told, result: CaseResult, known: Clean) -> Told:
    """One more case in which it could be seen. What blocks takes the place of what is only shown."""
    news = [one for one in told(result) if one.check not in known.told]
    blocking = [one for one in news if one.blocks]
    so_far = replace(
        so_far, seen=so_far.seen + 1, failed=so_far.failed | {finding.check for finding in result.failures} - known.told
    )
    if not news or (so_far.found and not blocking):
        return so_far
    chosen = blocking or news
    return replace(
        so_far, case=(result.suite, result.name), checks=tuple(dict.fromkeys(one.check for one in chosen)),
        layer=chosen[0].layer, shown=not blocking, call_s=result.duration_ms / 1000,
    )  # fmt: skip


def beside_a_baseline(dialect: str, known: dict[str, Clean]) -> bool:
    """The questions of the smoke suite, with the fault and without."""
    asked = [case for case in cases(dialect) if case.suite == "smoke" and LATER in known[case.id].asked][:3]
    with TemporaryDirectory() as name:
        folders = [Path(name) / "old", Path(name) / "new"]
        for folder, faults in zip(folders, ([], [LATER]), strict=True):
            begun(folder, *planned(dialect))
            for case in asked:
                driven(dialect, case, Asked(faults), folder)
        comparison = compare_runs(Past.read(folders[0]), Past.read(folders[1]), Tolerance())
    return any(change.kind == "latency" for change in comparison.regressions)
