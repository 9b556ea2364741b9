"""`voxgate run` and `voxgate check`: from a manifest to results on disk and an exit code."""

import argparse
import asyncio
import os
import signal
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from gate.cli.changes import changed_since
from gate.cli.closing import close
from gate.cli.console import console_of
from gate.cli.github import GitHub
from gate.cli.logs import open_log
from gate.cli.outcomes import Usage
from gate.cli.place_to_run import startable, unwritable
from gate.cli.places import evidence_in
from gate.cli.selection import repeated, selected
from gate.cli.sharding import part_of, shard_of
from gate.cli.streams import stream_of
from gate.core.findings import Report
from gate.core.jsons import Json
from gate.core.plan import Plan
from gate.core.vault import Vault

if TYPE_CHECKING:
    from gate.run.comparing import Past


def check(arguments: argparse.Namespace) -> int:
    plan, _ = read(arguments.manifest, os.environ)
    for case in plan.cases:
        print(f"{case.suite:10} {case.name}" + (f"  (skipped: {case.skip})" if case.skip else ""))
    cases = "1 case" if len(plan.cases) == 1 else f"{len(plan.cases)} cases"
    print(f"{arguments.manifest}: {cases} against {', '.join(target.name for target in plan.targets)}")
    return 0


def run(arguments: argparse.Namespace) -> int:
    return run_manifest(arguments.manifest, arguments, os.environ)


Choose = Callable[[Plan, argparse.Namespace], None]


def run_manifest(
    manifest: str, arguments: argparse.Namespace, environ: Mapping[str, str], choose: Choose | None = None
) -> int:
    """The whole gate: every case driven, judged and reported. `choose` may name suites once the plan is known."""
    plan, vault = read(manifest, environ)
    if choose:
        choose(plan, arguments)
    plan = selected(plan, arguments)
    if since := getattr(arguments, "changed_since", None):
        plan = changed_since(plan, manifest, since)
        if not plan.cases:
            print(f"nothing that these suites are about has changed since {since}: no case is run")
            return 0
    plan = repeated(plan, arguments.repeat)
    about: dict[str, Json] = {}
    if given := getattr(arguments, "shard", None):
        plan, about = part_of(plan, shard_of(given, environ), arguments.durations, arguments.jobs)
    startable(plan, environ)
    return asyncio.run(_run(plan, vault, manifest, arguments, environ, about))


def read(manifest: str, environ: Mapping[str, str]) -> tuple[Plan, Vault]:
    from gate.fixtures.library import Library, home
    from gate.manifest import read_plan

    return read_plan(manifest, environ, Library(home() / "audio", Path(manifest).parent))


async def _run(
    plan: Plan, vault: Vault, manifest: str, arguments: argparse.Namespace, environ: Mapping[str, str],
    about: Mapping[str, Json],
) -> int:  # fmt: skip
    from gate.fixtures.library import Library, home
    from gate.run.attempts import Retries
    from gate.run.driving import Run

    results = Path(arguments.out)
    library = Library(home() / "audio", Path(manifest).parent)
    runner = GitHub.around(environ, stream_of(arguments))
    if runner:
        runner.mask(vault.values)
    with console_of(arguments, environ, live=True) as console:
        retries = Retries(arguments.retries, arguments.retry_failures)
        run = Run(plan, vault, library, results, arguments.jobs, environ, console, retries, about)
        try:
            baseline = _baseline(arguments.baseline, results, plan)
            run.prepare()
            _be_alike(baseline, run.plan, arguments.baseline)
        except FileExistsError as error:
            raise Usage(str(error)) from None
        except OSError as error:
            raise unwritable(error, results) from error
        with (
            open_log(run.evidence / "gate.log", arguments.log_level, vault),
            runner.quoting("Calls") if runner else nullcontext(),
        ):
            stopped = _stop_by_signal()
            report = await run.drive()
        if baseline and not stopped:
            report = _against(baseline, report, run.evidence, arguments)
        return close(report, run.evidence, results, arguments, console, runner, stopped)


def _baseline(given: Path | None, results: Path, plan: Plan) -> "Past | None":
    """The run to compare with, known to be one before anything is written or called."""
    from gate.run.comparing import Past

    if given is None:
        return None
    folder = evidence_in(given)
    if folder.resolve() == (results / "evidence").resolve():
        raise Usage(f"--baseline {given} would be written over by this run: copy it, or give another --out")
    past = Past.read(folder)
    _be_alike(past, plan, given)
    return past


def _be_alike(past: "Past | None", plan: Plan, given: Path) -> None:
    """Asked again once the plan's own clips are made, whose hashes are not known before."""
    from gate.run.comparing import Unlike, check_alike

    try:
        if past:
            check_alike(past.plan, plan)
    except Unlike as why:
        raise Usage(f"--baseline {given} is no baseline for this run:\n{why}\nrecord one anew") from None


def _against(baseline: "Past", report: Report, evidence: Path, arguments: argparse.Namespace) -> Report:
    from gate.compare.latency import Tolerance
    from gate.run.comparing import Past, compare_runs, with_comparison

    tolerance = Tolerance(arguments.latency_percent, arguments.latency_floor)
    return with_comparison(report, compare_runs(baseline, Past.read(evidence), tolerance))


def _stop_by_signal() -> list[signal.Signals]:
    """From now on SIGINT and SIGTERM cancel this task once, and are remembered."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None
    seen: list[signal.Signals] = []

    def stop(number: signal.Signals) -> None:
        if not seen:
            task.cancel()
        seen.append(number)

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop, number)
    return seen
