"""Drives the cases of a plan into an evidence folder, and has each judged from there as soon as it is closed."""

import asyncio
import secrets
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path
from platform import python_version
from typing import TYPE_CHECKING

import structlog

from gate import __version__
from gate.core.ends import CallEnd
from gate.core.findings import CaseResult, Report
from gate.core.hiding import hide
from gate.core.jsons import Json
from gate.core.plan import Case, Lane, Plan, Target
from gate.core.ports import Dialect, NotWritten, Sink
from gate.core.progress import Progress
from gate.core.redaction import hidden
from gate.core.sound import Attachment, Sound
from gate.core.vault import Vault
from gate.dialects import dialect_of
from gate.evidence import store
from gate.evidence.writer import WHAT_TO_DO, Writer
from gate.fixtures.library import Library
from gate.fixtures.making import prepared
from gate.fixtures.sounds import attachments_of, sounds_of
from gate.run.attempts import ONCE, Retries
from gate.run.bench import Bench
from gate.run.clearing import clear, whatever_happens
from gate.run.exporting import export
from gate.run.fetching import fetch_traces
from gate.run.judging import judge_case, report_of
from gate.run.limits import within
from gate.run.slots import Slots
from gate.run.watched import JUDGED_NEXT, Watched
from gate.session.clock import Clock
from gate.session.drive import Driver
from gate.session.hopes import Hopes
from gate.world.backend import HttpBackend
from gate.world.containers import is_container
from gate.world.mint import HttpMint
from gate.world.program import NotStarted, Program, Restarts, mask_log
from gate.world.real_tools import RealTools
from gate.world.weather import WeatheredLine

if TYPE_CHECKING:
    from gate.world.sandbox import Sandbox

log = structlog.get_logger()


class Gone(Exception):
    """What the plan names, and was there when the run began, is there no more."""


@dataclass
class Run:
    """One run: what it works with, and what it has learned so far. `jobs` cases are driven at a time; `about` is what
    `run.json` says of the run beside that."""

    plan: Plan
    vault: Vault
    library: Library
    results: Path
    jobs: int
    environ: Mapping[str, str]
    progress: Progress
    retries: Retries = ONCE
    about: Mapping[str, Json] = field(default_factory=dict)
    clock: Clock = field(default_factory=Clock)
    run_id: str = field(default_factory=lambda: uuid.uuid4().hex[:12])
    started_at: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))
    problems: list[str] = field(default_factory=list)
    done: dict[str, CaseResult] = field(default_factory=dict)
    _key: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    _again: list[tuple[Case, int]] = field(default_factory=list)
    _retried: Counter[str] = field(default_factory=Counter)
    _begun: dict[str, asyncio.Event] = field(default_factory=lambda: defaultdict(asyncio.Event))
    _vaults: list[Vault] = field(default_factory=list)
    _mint: HttpMint = field(default_factory=HttpMint)
    _hopes: dict[str, Hopes] = field(default_factory=lambda: defaultdict(Hopes))
    _sandbox: "Sandbox | None" = None
    _real: RealTools | None = None
    _backend: HttpBackend | None = None
    _programs: dict[str, Program] = field(default_factory=dict)

    @property
    def evidence(self) -> Path:
        return self.results / "evidence"

    def prepare(self) -> None:
        """Makes what clips are still to be made, and lays out the evidence folder: the whole plan stands there before
        the first socket opens. Raises ManifestError for a clip that cannot be made."""
        self.plan = prepared(self.plan, self.library, self.vault, self.environ)
        store.create(self.evidence, hide(self.plan, self._key), self._facts(), self.vault)
        for clip in self.plan.clips if not self.plan.redact.audio else ():
            store.keep_clip(self.evidence, clip, self.library.data(clip))
        for file in self.plan.files if not self.plan.redact.audio else ():
            store.keep_file(self.evidence, file, self.library.file_data(file))
        store.keep_room(self.evidence)

    async def drive(self) -> Report:
        """Drives every case and judges it. A stop from outside cuts what is under way; all of it is still reported."""
        began_ns = self.clock.now_ns()
        self.progress.planned(len(self.plan.cases), tuple(target.name for target in self.plan.targets))
        bench: Bench | None = None
        try:
            bench = await Bench.open(self.evidence)
            self._real = RealTools(self.vault) if any(case.tools.real for case in self.plan.cases) else None
            asks = any(case.probe or case.cleanup for case in self.plan.cases)
            asks = asks or any(target.trace for target in self.plan.targets)
            self._backend = HttpBackend(self.vault) if asks else None
            self._sandbox = await self._open_sandbox()
            self._programs = await self._start_agents()
            if reached := await within(self.plan.limits, self.evidence, self._drive_all(bench)):
                self.problems.append(reached)
        except NotStarted as problem:
            self.problems.append(str(problem))
        except asyncio.CancelledError:
            self.problems.append("the run was stopped from outside before it was through")
        finally:
            await asyncio.shield(self._stop_agents(self._programs.values()))
            if self._sandbox:
                await asyncio.shield(self._sandbox.close())
                self.problems += self._sandbox.problems
            for client in (self._real, self._backend):
                if client:
                    await client.close()
            if bench:
                await asyncio.shield(bench.close())
        took_ms = (self.clock.now_ns() - began_ns) / 1e6
        plan = hide(self.plan, self._key)
        results = [self.done.get(case.id) or self._judged_here(plan, case) for case in plan.cases]
        self.problems += export(results, self.results, self.environ)
        for held in store.HELD_BYTES:
            store.give_room(self.evidence, held)
        try:
            store.write_run(self.evidence, self._facts() | {"duration_ms": took_ms}, self.vault)
        except OSError as error:
            self.problems.append(f"{store.RUN} could not be written: {error.strerror}; {WHAT_TO_DO}")
        return report_of(plan, self._facts() | {"duration_ms": took_ms}, results)

    def _judged_here(self, plan: Plan, case: Case) -> CaseResult:
        """For what the bench did not come to: the same code, in this process."""
        return self._told(judge_case(self.evidence, plan, case, self.run_id))

    def _facts(self) -> dict[str, Json]:
        return {
            "run_id": self.run_id, "started_at": self.started_at, "manifest": self.plan.manifest,
            "voxgate": __version__, "problems": [self.vault.mask(problem) for problem in self.problems],
            **self.about,
        }  # fmt: skip

    async def _open_sandbox(self) -> "Sandbox | None":
        """Before any agent is started: what it is started with may say where the tools are."""
        plans = [case.tools for case in self.plan.cases]
        settings = next((plan.sandbox for plan in plans if plan.sandbox), None)
        if settings is None:
            return None
        from gate.world.sandbox import Sandbox

        return await Sandbox.open(settings, plans, self.evidence, self.vault, self.clock.now_ns, self._real)

    async def _start_agents(self) -> dict[str, Program]:
        """All at once, by their targets; if one does not start, none is left running."""
        vault = self.vault.knowing(self._sandbox.addresses) if self._sandbox else self.vault
        started_for = [target for target in self.plan.targets if target.start]
        starting = [asyncio.create_task(self._start(target, vault)) for target in started_for]
        try:
            programs = await asyncio.gather(*starting)
            return dict(zip((target.name for target in started_for), programs, strict=True))
        except BaseException:
            for task in starting:
                task.cancel()
            started = await asyncio.shield(asyncio.gather(*starting, return_exceptions=True))
            await asyncio.shield(self._stop_agents(one for one in started if isinstance(one, Program)))
            raise

    async def _start(self, target: Target, vault: Vault) -> Program:
        assert target.start is not None
        log.info("agent.start", target=target.name, command=list(target.start.command))
        return await Program.launch(target.start, self.environ, vault, self._agent_log(target))

    async def _stop_agents(self, programs: Iterable[Program]) -> None:
        for program in programs:
            self.problems += [program.crash] if program.crash else []
            await program.stop()
        for target in self.plan.targets:
            self.problems += filter(None, [mask_log(self._agent_log(target), self._masked)])

    def _masked(self, text: str) -> str:
        for vault in (self.vault, *(vault for vault in self._vaults if vault.learnt)):
            text = vault.mask(text)
        return self.plan.redact.masked(text)

    def _agent_log(self, target: Target) -> Path:
        return self.evidence / f"agent.{target.name}.log"

    async def _drive_all(self, bench: Bench) -> None:
        """What must come first, the parallel lane, then one by one what must be alone, and what is driven again."""
        slots = Slots(self.jobs)

        async def one(case: Case) -> None:
            async with slots.taken(case.widest):
                await self._drive(case, bench)
            self._begun[case.id].set()

        async with asyncio.TaskGroup() as group:
            for case in self._lane(Lane.FIRST):
                group.create_task(one(case))
            for case in self._lane(Lane.FIRST):
                await self._begun[case.id].wait()
            for case in self._lane(Lane.PARALLEL):
                group.create_task(one(case))
        for case in self._lane(Lane.ALONE):
            await self._drive(case, bench)

        if self.retries.count:
            self._hopes.clear()
        while self._again:
            case, attempt = self._again.pop(0)
            await self._drive(case, bench, attempt)
        await self._fetch_traces()

    async def _fetch_traces(self) -> None:
        if self._backend is None:
            return
        masked = partial(hidden, path="", redaction=self.plan.redact, key=self._key, change=self.plan.redact.masked)
        self.problems += await fetch_traces(self.plan, self.done.values(), self._backend, masked, self.results)

    def _lane(self, lane: Lane) -> list[Case]:
        return [case for case in self.plan.cases if case.lane is lane]

    async def _drive(self, case: Case, bench: Bench, attempt: int = 1) -> None:
        if case.skip is None:
            with structlog.contextvars.bound_contextvars(run=self.run_id, case=case.id, attempt=attempt):
                self.progress.started(case.id, f"{case.suite} · {case.name}")
                try:
                    await self._record(case, attempt)
                except (OSError, NotWritten) as problem:
                    log.exception("case.unrecorded")
                    self.problems.append(f"{case.suite} · {case.name} was not driven to its end: {problem}")
            self.progress.doing(case.id, JUDGED_NEXT)
        try:
            result = await bench.judge(case.id)
        except EOFError:
            log.error("bench.gone", case=case.id)
            return
        if result.only_late and attempt == 1:
            log.warning("case.late", case=case.id, why="the gate was late: it is driven again, alone, once")
            self._again.append((case, 2))
        elif self.retries.wants(result, self._retried[case.id]):
            self._retried[case.id] += 1
            log.warning("case.retried", case=case.id, verdict=result.verdict.value)
            self._again.append((case, attempt + 1))
        else:
            self._told(result)

    async def _record(self, case: Case, attempt: int) -> None:
        target, trace_id = self.plan.target(case.target), uuid.uuid4().hex
        stall = self._sandbox.stall(case, trace_id) if self._sandbox else None
        vault = self.vault.knowing(stall.addresses if stall else {})
        self._vaults.append(vault)
        dialect = dialect_of(replace(target, options=vault.fill_object(target.options)))
        program, driver = self._programs.get(target.name), None
        header = _header(case, target, trace_id, attempt)
        folder = store.attempt_folder(self.evidence, case.id, attempt)
        redact = self.plan.redact, self._key, partial(store.give_room, self.evidence, store.FOR_LINES)
        with Writer(folder, dialect, vault, header, self.clock.now_ns(), *redact) as writer:
            ends: list[CallEnd] = []
            reason, detail = "aborted", "the gate was stopped"
            try:
                sounds, files = self._things(case, dialect)
                driver = Driver(
                    dialect, sounds, vault, self.clock, files, stall, self._real, self._backend, WeatheredLine,
                    self._mint, self._hopes[target.name], Restarts(program) if program else None,
                    self._begun[case.id].set, is_container(self.environ),
                )  # fmt: skip
                ends = await driver.drive(case, Watched(writer, case, self.progress.doing), trace_id)
                reason, detail = "driven", ""
            except (NotWritten, Gone) as problem:
                reason, detail = "unwritten" if isinstance(problem, NotWritten) else "undriven", str(problem)
                self.problems.append(f"{case.suite} · {case.name}: {problem}")
            except Exception as bug:
                log.exception("case.broken")
                reason, detail = "broken", f"{type(bug).__name__}: {bug}"
            finally:
                if driver:
                    await whatever_happens(self._clear(case, driver, trace_id, writer))
                complete = reason == "driven" and len(ends) == len(case.calls) and all(end.whole for end in ends)
                writer.end(reason, complete, self.clock.now_ns(), detail)
                log.info("case.end", reason=reason, ends=[end.value for end in ends])

    def _things(self, case: Case, dialect: Dialect) -> tuple[dict[str, Sound], dict[str, Attachment]]:
        try:
            return (
                sounds_of(case, self.plan.clips, self.library, dialect),
                attachments_of(case, self.plan.files, self.library),
            )
        except (OSError, ValueError) as why:
            raise Gone(f"what the caller plays or sends is no longer what the run began with: {why}") from why

    async def _clear(self, case: Case, driver: Driver, trace_id: str, sink: Sink) -> None:
        """What could not be cleared away is a problem of the run: it changes no verdict."""
        if not case.cleanup:
            return
        assert self._backend is not None

        def note(number: int, data: dict[str, Json]) -> None:
            sink.note("cleanup", self.clock.now_ns(), number, data)

        calls = [exchange.names for _, exchange in sorted(driver.exchanges.items())]
        self.problems += await clear(case, calls, trace_id, self._backend, note)

    def _told(self, result: CaseResult) -> CaseResult:
        self.done[result.id] = result
        self.progress.finished(result)
        return result


def _header(case: Case, target: Target, trace_id: str, attempt: int) -> dict[str, Json]:
    versions: dict[str, Json] = {
        "voxgate": __version__, "python": python_version(), "websockets": version("websockets"),
    }  # fmt: skip
    return {
        "case": case.id, "attempt": attempt, "dialect": target.dialect, "trace_id": trace_id, "versions": versions,
        "recorded_at": datetime.now(UTC).isoformat(timespec="microseconds"),
    }  # fmt: skip
