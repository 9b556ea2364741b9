"""From an evidence folder to the report: the live run and `voxgate judge` are the same lines of code."""

import gc
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

from gate import __version__
from gate.checks.judge import examine, views_of
from gate.checks.triage.roots import explained
from gate.checks.view import View
from gate.core.findings import Blame, CaseResult, Finding, Layer, Report, Verdict, outcome_of, worst
from gate.core.jsons import Json
from gate.core.plan import Case, Plan
from gate.core.recording import Recording
from gate.dialects import dialect_of
from gate.evidence import store
from gate.evidence.derive import RATE_HZ, SMALL, compress, derive
from gate.evidence.reader import Unreadable, read
from gate.report.moments import timeline_of
from gate.report.picture import Sitter, picture_of
from gate.report.picture.waves import waves
from gate.run.answering import answers_of, remarks
from gate.run.apart import apart
from gate.run.attempts import together

DAMAGED = "recording-damaged"
LONGEST_GREEN_MS = 180_000.0
"""A longer call in which nothing is wrong is not compressed for the page, which seldom has room for it."""
MANY_FRAMES = 5_000
"""Some two minutes of a call: what is derived from as much takes a second or more."""


def judge_evidence(folder: Path) -> Report:
    """The report of the run in `folder`. Raises Unreadable if there is none."""
    plan, run = store.read_plan(folder), store.read_run(folder)
    return report_of(plan, run, [judge_case(folder, plan, case, str(run["run_id"])) for case in plan.cases])


def report_of(plan: Plan, run: Mapping[str, object], cases: Iterable[CaseResult]) -> Report:
    results = tuple(cases)
    problems = run.get("problems", [])
    assert isinstance(problems, list)
    return Report(
        run_id=str(run["run_id"]),
        manifest=plan.manifest,
        recorded_by=plan.gate_version,
        judged_by=__version__,
        outcome=outcome_of(results),
        cases=results,
        started_at=str(run.get("started_at", "")),
        duration_ms=float(str(run.get("duration_ms", 0.0))),
        problems=tuple(map(str, problems)),
        remarks=(*plan.remarks, *remarks(plan, results)),
        trace_url=plan.trace_url,
    )


def judge_case(folder: Path, plan: Plan, case: Case, run_id: str) -> CaseResult:
    """Loads every attempt at a case, derives what people look at, and asks every claim. Whatever breaks on the way is a
    doubt about this case alone."""
    try:
        with _without_collecting():
            return _judge_case(folder, plan, case, run_id)
    except OSError as problem:
        return _doubtful(
            plan, case, _doubt(case, Blame.ENVIRONMENT, f"its evidence cannot be used: {problem}", DAMAGED)
        )
    except Exception as bug:
        return _doubtful(plan, case, _doubt(case, Blame.GATE, f"judging it broke: {type(bug).__name__}: {bug}"))


@contextmanager
def _without_collecting() -> Iterator[None]:
    """A recording is a million objects that all stay: looking for garbage among them takes a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _judge_case(folder: Path, plan: Plan, case: Case, run_id: str) -> CaseResult:
    attempts = store.attempts(folder, case.id)
    if case.skip is not None or not attempts:
        return undriven(plan, case)
    return together([_judge_attempt(folder, plan, case, run_id, attempt) for attempt in attempts])


def _judge_attempt(folder: Path, plan: Plan, case: Case, run_id: str, attempt: Path) -> CaseResult:
    dialect = dialect_of(plan.target(case.target))
    try:
        recording = read(attempt, dialect, plan.clips)
    except Unreadable as problem:
        return _doubtful(plan, case, _doubt(case, Blame.ENVIRONMENT, str(problem), DAMAGED))
    derived, place = attempt / "derived", attempt.relative_to(folder.parent).as_posix()
    views = views_of(case, recording, dialect.capabilities, plan.clips)
    try:
        looked_at = partial(_derived, derived, recording, run_id, dialect.capabilities.derives)
        with apart(looked_at, worth_it=len(recording.frames) > MANY_FRAMES) as waves_and_ms:
            result = result_of(plan, case, recording, views, place)
            drawn, heard_ms = waves_and_ms()
            picture = picture_of(Sitter(case, recording, views, result.findings, drawn, heard_ms))
            store.write_picture(derived, picture)
        (derived / SMALL).unlink(missing_ok=True)
        if heard_ms and (result.verdict.is_red or heard_ms <= LONGEST_GREEN_MS):
            compress(derived)
    except OSError:  # no room for what is derived: the verdict rests on none of it
        return result_of(plan, case, recording, views, place)
    return replace(result, timeline=timeline_of(picture)) if result.verdict.is_red else result


def _derived(folder: Path, recording: Recording, run_id: str, derives: frozenset[str]) -> tuple[dict[str, Json], float]:
    """Writes what people look at and listen to; the waves of a picture, and how long they are in ms."""
    caller, agent = derive(folder, recording, run_id, derives)
    return waves(caller, agent, RATE_HZ), len(caller) * 1000 / RATE_HZ


def undriven(plan: Plan, case: Case) -> CaseResult:
    """What there is to say of a case that left nothing to read."""
    if case.skip is not None:
        return _result(plan, case, Verdict.SKIP)
    why = "this case was not driven: the run ended before its turn came"
    return _doubtful(plan, case, _doubt(case, Blame.ENVIRONMENT, why))


def result_of(plan: Plan, case: Case, recording: Recording, views: dict[int, View], evidence: str) -> CaseResult:
    """One attempt, judged. Writes nothing."""
    findings, measurements = examine(case, views)
    findings = (*findings, *_beside(findings, _cut_off(case, recording)))
    blocking = [finding.verdict for finding in findings if finding.blocks]
    return _result(
        plan, case, worst(blocking or [finding.verdict for finding in findings]), findings=findings,
        duration_ms=recording.duration_ms, evidence=evidence, attempt=recording.attempt, trace_id=recording.trace_id,
        measurements=measurements, answers=answers_of(recording),
    )  # fmt: skip


def _beside(findings: tuple[Finding, ...], doubts: tuple[Finding, ...]) -> Iterator[Finding]:
    """A doubt of the whole case need not be shown beside a finding that says the same."""
    known = {f.symptom for f in findings if f.blocks and f.verdict is Verdict.UNKNOWN and not f.folded}
    return (replace(doubt, folded=doubt.symptom in known) for doubt in doubts)


def _cut_off(case: Case, recording: Recording) -> tuple[Finding, ...]:
    """A case whose driving did not come to its own end is in doubt, whatever was seen until then."""
    ending = recording.ending
    if ending is not None and ending.reason == "driven" and not recording.problems:
        return ()
    if ending is not None and ending.reason == "broken":
        return (_doubt(case, Blame.GATE, f"driving it broke: {ending.detail}"),)
    if recording.problems:
        return (_doubt(case, Blame.ENVIRONMENT, "; ".join(recording.problems), DAMAGED),)
    actual = ending.detail if ending else "the recording just stops: the gate was killed while it drove"
    return (_doubt(case, Blame.ENVIRONMENT, actual),)


def _doubt(case: Case, blame: Blame, why: str, symptom: str = "stopped") -> Finding:
    doubt = Finding(
        check="recording", verdict=Verdict.UNKNOWN, layer=Layer.HANDSHAKE, blame=blame,
        expected="a whole recording of this case", actual=why, place=case.place,
        blocks=not case.quarantine,
    )  # fmt: skip
    return explained(doubt, "gate-bug" if blame is Blame.GATE else symptom)


def _doubtful(plan: Plan, case: Case, doubt: Finding) -> CaseResult:
    return _result(plan, case, Verdict.UNKNOWN, findings=(doubt,))


def _result(plan: Plan, case: Case, verdict: Verdict, **more: object) -> CaseResult:
    return CaseResult(case.id, case.target, plan.target(case.target).dialect, case.suite, case.name, case.place,
                      verdict, skip=case.skip, network=case.network, repeats=case.repeats, quarantine=case.quarantine,
                      **more)  # type: ignore[arg-type] # fmt: skip
