"""The other half of `make false-alarms`: a thousand case runs of the clean agent. At least seven hundred in virtual
time, in whole laps over every suite of every dialect that has a demo, each with a seed of its own for the pauses before
the answers; three hundred over sockets, also while the machine is busy, on a slow network, and while the wall clock
steps. None may fail, also not a run whose cases all passed; one case in a hundred may be UNKNOWN, if the gate's own
pacing was late even when it drove the case alone. A run whose agent was late is made again, and counted."""

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from gate.cli import demo
from gate.cli.selection import with_cases
from gate.core.findings import Report
from gate.fixtures.demos import demo as demo_of
from gate.reference.slow import AnswerDelay
from gate.report.documents import from_json
from tests.e2e.conftest import FEWER, was_busy
from tests.matrix.counting import Run, Tally, with_exit
from tests.matrix.hardship import HARDSHIPS, compiler
from tests.matrix.turns import FIRST, LEAST, SUITES_LEAST, VIRTUAL, along, laps
from tests.rehearsal import demo_plan, rehearse

ROOT: Final = Path(__file__).parents[2]
SLOWEST_MS: Final = 1_500
DOUBTED_MOST: Final = 0.01

Tallies = dict[tuple[str, str], Tally]
"""By dialect and way."""


def virtual(suite: str, dialect: str, seed: int) -> Report:
    """The suite alone, as a run with `--suite` drives it, with these pauses before the answers."""
    plan, vault = demo_plan(dialect)
    alone = with_cases(plan, (case for case in plan.cases if case.suite == suite))
    with TemporaryDirectory() as folder:
        return rehearse(alone, vault, Path(folder) / "evidence", delay=AnswerDelay(0, SLOWEST_MS, seed))


def over_sockets(suite: str, dialect: str, way: str) -> Run:
    """The demo, as a user runs it, in that way. An agent that says that the machine was too busy for it proves nothing:
    then it is made again with fewer calls."""
    thrown: list[Report] = []
    for fewer in FEWER:
        report, busy, broke = once(suite, dialect, way, fewer)
        if broke or not busy:
            return Run(suite, dialect, way, report, tuple(thrown), broke)
        thrown += [report] if report else []
        sys.stderr.write(f"too busy for the agent: {dialect} {suite} ({way}), time {len(thrown)} of {len(FEWER)}\n")
    return Run(suite, dialect, way, None, tuple(thrown))


def once(suite: str, dialect: str, way: str, fewer: tuple[str, ...]) -> tuple[Report | None, bool, str]:
    """Its report, whether the agent says that it was late, and how the run broke, if it did."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        manifest = folder / "voice-tests.yaml"
        text = demo_of(dialect).replace(f"--like, {dialect}.yaml", f'--like, "{manifest}"')
        with HARDSHIPS[way].within(demo._here(text, [])) as (written, more):
            manifest.write_text(written, "utf-8")
            words = ["run", str(manifest), "--suite", suite, "--out", str(folder / "results"), "--quiet", *fewer]
            env = {**os.environ, **demo._tokens(), **more}
            command = [sys.executable, "-m", "gate", *words]
            done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
        results = folder / "results" / "report.json"
        if done.returncode not in (0, 1) or not results.is_file():
            return None, False, f"it broke with {done.returncode}: {done.stderr[-2000:]}"
        report = with_exit(from_json(results.read_text("utf-8")), done.returncode)
        return report, was_busy(folder / "results"), ""


def all_runs(share: float) -> Iterator[Run]:
    """One run after another, until there are enough cases of each way."""
    with ProcessPoolExecutor() as pool:

        def drive_all(jobs: list[tuple[str, str, int]]) -> Iterator[Run]:
            made = [pool.submit(virtual, *job) for job in jobs]
            yield from (_of_job(*job, future) for job, future in zip(jobs, made, strict=True))

        yield from laps(share, drive_all)
    numbers = count()
    for way in HARDSHIPS:
        yield from along(way, share, numbers, over_sockets)


def _of_job(suite: str, dialect: str, seed: int, job: Future[Report]) -> Run:
    broke = job.exception()
    if broke is not None:
        return Run(suite, dialect, VIRTUAL, None, broke=f"{type(broke).__name__}: {broke}", seed=seed)
    return Run(suite, dialect, VIRTUAL, job.result(), seed=seed)


def thousand(share: float = 1.0) -> Tallies:
    """All of it, or so much; says what is not clean as it comes. Raises SystemExit at once where the last hour would
    need what is not there."""
    compiler()
    tallies = Tallies()
    for run in all_runs(share):
        alone = Tally()
        for tally in (alone, tallies.setdefault((run.dialect, run.way), Tally())):
            tally.take(run)
        where = f"{run.dialect}, {run.way}{f', seed {run.seed}' if run.seed else ''}"
        sys.stderr.write(f"{where}: {run.suite}, {run.cases or 'no'} cases\n")
        sys.stderr.writelines(f"{line}  [{where}]\n" for line in alone.told)
    return tallies


def is_red(tallies: Tallies) -> bool:
    cases, doubted = (sum(each) for each in zip(*((t.cases, len(t.late)) for t in tallies.values()), strict=True))
    return any(one.failed or one.doubted for one in tallies.values()) or doubted > DOUBTED_MOST * cases


def short_of(tallies: Tallies, share: float = 1.0) -> list[str]:
    """What was to be driven and was not, since the machine was too busy or runs broke."""
    told = []
    for way, least in LEAST.items():
        mine = [tally for (_, where), tally in tallies.items() if where == way]
        if (cases := sum(one.cases for one in mine)) < share * least:
            told.append(f"{way}: {cases} case runs, at least {share * least:g} were to be made")
        if share >= 1 and len(suites := set().union(*(one.suites for one in mine))) < SUITES_LEAST:
            told.append(f"{way}: only {', '.join(sorted(suites)) or 'no suite'}, of at least {SUITES_LEAST} suites")
        for suite, dialect in FIRST.get(way, ()) if share >= 1 else ():
            if suite not in tallies.get((dialect, way), Tally()).suites:
                told.append(f"{way}: {suite} of {dialect} was not driven")
    return told


def table(tallies: Tallies) -> str:
    lines = [
        "| dialect | in | case runs | failed | late even alone | unknown otherwise | runs made again |",
        "| --- " * 7 + "|",
    ]
    for (dialect, way), one in sorted(tallies.items(), key=lambda item: ([*LEAST].index(item[0][1]), item[0][0])):
        lines.append(f"| `{dialect}` | {way} | {' | '.join(map(str, _numbers(one)))} |")
    sums = [sum(values) for values in zip(*map(_numbers, tallies.values()), strict=True)]
    lines.append(f"| all | | {' | '.join(f'{value:,}' for value in sums)} |")
    return "\n".join(lines) + "\n"


def _numbers(one: Tally) -> tuple[int, ...]:
    return one.cases, len(one.failed), len(one.late), len(one.doubted), one.again
