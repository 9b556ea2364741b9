"""`make false-alarms`: the clean agent called again and again, in virtual time and over sockets. Nothing may turn red.

In virtual time each run has other pauses before the agent's answers, by its number; over sockets it is the demo as a
user runs it, whose every run differs by itself. Then the thousand case runs of `thousand.py`. The tables go to
docs/false-alarms.md; with arguments it makes only what they say, and prints it."""

import argparse
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

from gate.core.findings import CaseResult, Report, Verdict
from gate.reference.slow import AnswerDelay
from gate.report.documents import from_json
from gate.report.text import NOTHING_JUDGED
from tests.matrix.pages import DOCS, written
from tests.matrix.thousand import is_red, thousand
from tests.matrix.thousand import table as table_of_the_thousand
from tests.rehearsal import demo_plan, rehearse

ROOT = Path(__file__).parents[2]
PAGE = DOCS / "false-alarms.md"
DIALECTS = ("canonical", "openai-realtime")
SUITES = ("handshake", "smoke", "tools", "reconnect")
SLOWEST_MS = 1_500


@dataclass(frozen=True, slots=True)
class Told:
    """What one run said of the agent: how many cases were judged, and each that did not pass."""

    dialect: str
    suite: str
    way: str
    judged: int
    failed: tuple[str, ...]
    unknown: tuple[str, ...]


def told(dialect: str, suite: str, way: str, report: Report) -> Told:
    cases = [case for case in report.cases if case.suite == suite and case.verdict is not Verdict.SKIP]
    bad = {
        verdict: tuple(line for case in cases if case.verdict is verdict for line in reasons(case))
        for verdict in (Verdict.FAIL, Verdict.UNKNOWN)
    }
    return Told(dialect, suite, way, len(cases), bad[Verdict.FAIL], bad[Verdict.UNKNOWN])


def reasons(case: CaseResult) -> list[str]:
    """Why it is red, in a line each; a case in doubt may have no finding at all."""
    found = [one for one in case.findings if one.verdict is case.verdict and one.blocks]
    return [f"{case.name}: {one.check}: {one.actual}" for one in found] or [f"{case.name}: {NOTHING_JUDGED}"]


def virtual(dialect: str, suite: str, number: int) -> Told:
    with TemporaryDirectory() as folder:
        delay = AnswerDelay(0, SLOWEST_MS, number)
        report = rehearse(*demo_plan(dialect), Path(folder) / "evidence", suites=(suite,), delay=delay)
    return told(dialect, suite, "virtual time", report)


def sockets(dialect: str, suite: str, number: int) -> Told:
    with TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "gate", "demo", "--dialect", dialect, "--suite", suite, "--out", folder]
        done = subprocess.run(command, cwd=ROOT, env=dict(os.environ), capture_output=True, text=True, check=False)
        results = Path(folder) / "report.json"
        if done.returncode not in (0, 1) or not results.is_file():
            return Told(dialect, suite, "sockets", 0, (), (f"run {number} broke: {done.stderr[-500:]}",))
        return told(dialect, suite, "sockets", from_json(results.read_text("utf-8")))


def every_run(options: argparse.Namespace) -> Iterator[Told]:
    pairs = list(product(options.dialect or DIALECTS, options.suite or SUITES))
    with ProcessPoolExecutor() as pool:
        jobs = [pool.submit(virtual, *pair, n) for n in range(1, options.virtual + 1) for pair in pairs]
        yield from (job.result() for job in jobs)
    for number, pair in product(range(1, options.sockets + 1), pairs):
        yield sockets(*pair, number)


def table(runs: list[Told]) -> str:
    lines = ["| dialect | suite | in | runs | cases judged | failed | unknown |", "| --- " * 7 + "|"]
    kinds = dict.fromkeys((one.dialect, one.suite, one.way) for one in runs)
    for kind in kinds:
        mine = [one for one in runs if (one.dialect, one.suite, one.way) == kind]
        failed, unknown = (sum(bool(getattr(one, what)) for one in mine) for what in ("failed", "unknown"))
        cells = (f"`{kind[0]}`", *kind[1:], len(mine), sum(one.judged for one in mine), failed, unknown)
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> int:
    reader = argparse.ArgumentParser(prog="python -m tests.matrix.clean", description=__doc__)
    reader.add_argument("--dialect", action="append", help=f"instead of {', '.join(DIALECTS)}")
    reader.add_argument("--suite", action="append", choices=SUITES)
    reader.add_argument("--virtual", type=int, default=100, help="runs in virtual time of each suite (default: 100)")
    reader.add_argument("--sockets", type=int, default=10, help="runs over sockets of each suite (default: 10)")
    reader.add_argument("--thousand", type=float, metavar="SHARE", help="the thousand case runs alone, or this share")
    options = reader.parse_args(arguments)
    red = repeated(options, arguments) if options.thousand is None else False
    if options.thousand is not None or not arguments:
        tallies = thousand(options.thousand or 1.0)
        made = table_of_the_thousand(tallies)
        sys.stdout.write(made)
        if not is_red(tallies) and options.thousand in (None, 1.0):
            written(PAGE, "false-alarms --thousand 1", made)
        red |= is_red(tallies)
    return 1 if red else 0


def repeated(options: argparse.Namespace, arguments: list[str]) -> bool:
    """Suites again and again; whether any run of them was not clean."""
    runs = []
    for one in every_run(options):
        runs.append(one)
        for line in (*one.failed, *one.unknown):
            sys.stderr.write(f"NOT CLEAN  {one.dialect} {one.suite} ({one.way}): {line}\n")
    made = table(runs)
    sys.stdout.write(made)
    red = any(one.failed or one.unknown or not one.judged for one in runs)
    if not red and not arguments:
        written(PAGE, "false-alarms", made)
    return red


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
