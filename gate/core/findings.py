"""What judging says: findings, their verdicts, and the worst of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from gate.core.comparison import Comparison
from gate.core.measurement import Measurement
from gate.core.places import Place
from gate.core.timelines import Timeline
from gate.core.tooling import How, Via


class Verdict(StrEnum):
    PASS = "pass"
    FAIL = "fail"
    UNKNOWN = "unknown"
    SKIP = "skip"

    @property
    def is_red(self) -> bool:
        """Neither a pass nor left out."""
        return self in (Verdict.FAIL, Verdict.UNKNOWN)


class Layer(StrEnum):
    """Which layer of the agent a finding is about, in the order in which a call meets them."""

    HANDSHAKE = "handshake"
    CONFIG = "session config"
    INPUT = "audio input"
    ORDER = "event order"
    OUTPUT = "output audio"
    TOOLS = "tools"
    CLOSE = "close"


class Blame(StrEnum):
    AGENT = "agent"
    GATE = "gate"
    ENVIRONMENT = "environment"
    CONFIGURATION = "configuration"


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer of one check to one claim. `at` are indices of lines in `wire.jsonl`: the frames and notes that it
    rests on; empty only where the finding is that something never came. `folded`: it only follows from another finding
    of the same case, and need not be shown beside it. `late`: it is in doubt only because the gate itself was late.
    `symptom` names the row of the table of triage, which gives the likely `cause` and the `first_check`."""

    check: str
    verdict: Verdict
    layer: Layer
    blame: Blame
    expected: str
    actual: str
    place: Place
    next_action: str = ""
    at: tuple[int, ...] = ()
    call: int = 0
    blocks: bool = True
    folded: bool = False
    late: bool = False
    symptom: str = ""
    cause: str = ""
    first_check: str = ""

    def __post_init__(self) -> None:
        if self.verdict is Verdict.FAIL and self.blame is not Blame.AGENT:
            raise ValueError("a failure is the agent's; whatever is not proven against the agent is UNKNOWN")
        if self.verdict is not Verdict.PASS and not self.actual:
            raise ValueError("a finding that is no pass says what came instead")


_SEVERITY = {Verdict.PASS: 0, Verdict.UNKNOWN: 1, Verdict.FAIL: 2}


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """FAIL over UNKNOWN over PASS. Nothing at all is UNKNOWN, and nothing but SKIP is SKIP."""
    seen = list(verdicts)
    judged = [verdict for verdict in seen if verdict is not Verdict.SKIP]
    if judged:
        return max(judged, key=_SEVERITY.__getitem__)
    return Verdict.SKIP if seen else Verdict.UNKNOWN


class Outcome(StrEnum):
    """Why a run ended as it did: `report.json` and the action's outputs carry this word."""

    PASSED = "passed"
    FAILED = "failed"
    INCONCLUSIVE = "inconclusive"
    ENVIRONMENT = "environment"
    NO_TESTS = "no-tests"
    CONFIGURATION = "configuration"
    INTERNAL = "internal"
    REGRESSED = "regressed"
    FLAKY = "flaky"


EXIT_CODES = {
    Outcome.PASSED: 0,
    Outcome.FAILED: 1,
    Outcome.INCONCLUSIVE: 1,
    Outcome.ENVIRONMENT: 1,
    Outcome.NO_TESTS: 1,
    Outcome.CONFIGURATION: 2,
    Outcome.INTERNAL: 3,
    Outcome.REGRESSED: 1,
    Outcome.FLAKY: 1,
}


@dataclass(frozen=True, slots=True)
class ToolAnswer:
    """What one tool call of a case got: from which mock (its place in the manifest), which of its `steps` answers."""

    tool: str
    via: Via
    reply: str
    how: How | None = None
    mock: str | None = None
    step: int = 0
    steps: int = 0


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One case, judged. `evidence` is the folder of the judged attempt, relative to the results folder; `network` the
    network of its own that it was made over, in words. `tries` are the other attempts at it that count; `repeats` is
    the id that it shares with other drives of the same case; `quarantine` says until when and why it does not block;
    `timeline` is what happened in it, where it did not pass."""

    id: str
    target: str
    dialect: str
    suite: str
    name: str
    place: Place
    verdict: Verdict
    findings: tuple[Finding, ...] = ()
    skip: str | None = None
    duration_ms: float = 0.0
    evidence: str | None = None
    attempt: int = 0
    trace_id: str = ""
    measurements: tuple[Measurement, ...] = ()
    answers: tuple[ToolAnswer, ...] = ()
    network: str = ""
    tries: "tuple[CaseResult, ...]" = ()
    repeats: str = ""
    quarantine: str = ""
    timeline: Timeline | None = None

    @property
    def flaky(self) -> bool:
        """Whether it passed, and did not at another attempt."""
        return self.verdict is Verdict.PASS and any(one.verdict is not Verdict.PASS for one in self.tries)

    @property
    def proven_flaky(self) -> bool:
        """Whether what it did not do at another attempt was the agent's, and blocks."""
        return self.flaky and any(f.blocks for one in self.tries for f in one.failures)

    @property
    def failures(self) -> tuple[Finding, ...]:
        return tuple(f for f in self.findings if f.verdict is Verdict.FAIL)

    @property
    def only_late(self) -> bool:
        """Whether nothing stands between this case and a verdict but that the gate itself was late."""
        blocking = [f for f in self.findings if f.blocks and f.verdict.is_red]
        return bool(blocking) and all(f.late for f in blocking)

    @property
    def doubts(self) -> tuple[Finding, ...]:
        return tuple(f for f in self.findings if f.verdict is Verdict.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Report:
    """Every case with its findings: the only input of every renderer. `problems` concern the run; `remarks` are what is
    worth knowing of it and turns nothing red, such as a mock that nobody used. `trace_url`: where the backend shows the
    trace of a case, with `{trace_id}` in the place of its id."""

    run_id: str
    manifest: str
    recorded_by: str
    judged_by: str
    outcome: Outcome
    cases: tuple[CaseResult, ...]
    started_at: str = ""
    duration_ms: float = 0.0
    problems: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    trace_url: str = ""
    comparison: Comparison | None = None

    @property
    def exit_code(self) -> int:
        return EXIT_CODES[self.outcome]

    def count(self, verdict: Verdict) -> int:
        return sum(case.verdict is verdict for case in self.cases)


def outcome_of(cases: Iterable[CaseResult], internal: bool = False) -> Outcome:
    """The run's outcome: a proven failure first, then a bug of ours, then the environment, then any other doubt.
    Nothing judged is no pass, and what failed and passed when it was tried again is flaky. Only blocking findings
    count, but a case without any finding is in doubt."""
    results = [case for case in cases if case.verdict is not Verdict.SKIP]
    blocking = [f for case in results for f in case.findings if f.blocks]
    if any(f.verdict is Verdict.FAIL for f in blocking):
        return Outcome.FAILED
    doubts = [f for f in blocking if f.verdict is Verdict.UNKNOWN]
    if internal or any(f.blame is Blame.GATE for f in doubts):
        return Outcome.INTERNAL
    if any(f.blame is Blame.ENVIRONMENT for f in doubts):
        return Outcome.ENVIRONMENT
    if doubts or any(not case.findings for case in results):
        return Outcome.INCONCLUSIVE
    if any(case.proven_flaky for case in results):
        return Outcome.FLAKY
    return Outcome.PASSED if results else Outcome.NO_TESTS
