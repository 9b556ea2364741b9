"""What every command with verdicts ends with: the documents, the last words, the exit code."""

import argparse
import os
import signal
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import NamedTuple

from gate.cli.console import Console
from gate.cli.failing import ALL, tolerant
from gate.cli.github import GitHub, workspace_of
from gate.core.findings import Outcome, Report
from gate.report.escape import terminal_safe
from gate.report.workspace import Workspace


class Unmade(NamedTuple):
    """A document that is not there, in words, and whether that is a bug of ours."""

    told: str
    is_bug: bool = True


def close(
    report: Report, evidence: Path, results: Path, arguments: argparse.Namespace, console: Console,
    runner: GitHub | None, stopped: list[signal.Signals],
) -> int:  # fmt: skip
    """Everything that is made of a finished report, and the exit code that follows from it."""
    workspace, without = workspace_of(os.environ, evidence), getattr(arguments, "without", ())
    broken = write_reports(report, evidence, results, workspace, without)
    with runner.quoting() if runner else nullcontext():
        console.closing(report, str(results))
        for problem in broken:
            print(terminal_safe(f"voxgate: {problem.told}"), file=sys.stderr)
        if arguments.json:
            from gate.report.documents import to_json

            sys.stdout.write(to_json(report))
            sys.stdout.flush()
    code = exit_code(report, stopped, broken, getattr(arguments, "fail_on", ALL))
    if runner:
        runner.tell(report, workspace, results, code=code, with_summary="summary" not in without)
    return code


def exit_code(
    report: Report, stopped: list[signal.Signals], broken: Sequence[Unmade], fail_on: frozenset[Outcome] = ALL
) -> int:
    """A proven failure is 1 whatever else happened; a stop from outside is 128 and its signal, a broken renderer 3, a
    report for which there is no room 1."""
    if report.outcome in (Outcome.FAILED, Outcome.REGRESSED):
        return report.exit_code
    if stopped:
        return 128 + stopped[0]
    if any(one.is_bug for one in broken):
        return 3
    return 1 if broken else tolerant(report, fail_on)


def write_reports(
    report: Report, evidence: Path, results: Path, workspace: Workspace, without: Iterable[str] = ()
) -> list[Unmade]:
    """Every document that can be written is, as a whole, but those that are not wanted; returns what went wrong with
    the others, in whose place nothing older is left."""
    from gate.report.renderers import RENDERERS
    from gate.run.showing import PAGE, page

    def made(render: Callable[[Report, Workspace], str]) -> Callable[[], str]:
        return lambda: render(report, workspace)

    makers = {name: made(render) for name, render in RENDERERS.items()} | {
        PAGE: lambda: page(report, evidence, results)
    }
    broken = list[Unmade]()
    for name, make in makers.items():
        if name in without:
            (results / name).unlink(missing_ok=True)
            continue
        part = results / f"{name}.part"
        try:
            part.write_text(make(), "utf-8")
            part.replace(results / name)
            continue
        except OSError as error:
            broken.append(Unmade(f"{name} could not be written: {error.strerror or error}", is_bug=False))
        except Exception as error:
            broken.append(Unmade(f"{name} could not be made: {type(error).__name__}: {error}"))
        for stale in (part, results / name):
            with suppress(OSError):
                stale.unlink()
    return broken
