"""`make false-alarms`: the clean agent called again and again, in virtual time and over sockets. Nothing may turn red.

First four suites of two dialects, over and over: in virtual time each run has other pauses before the agent's answers,
by its number; over sockets it is the demo as a user runs it, whose every run differs by itself. Then the thousand case
runs of `thousand.py`. Without arguments it makes both, which takes hours and needs a C compiler (for a wall clock that
steps); the tables of what is clean go to docs/false-alarms.md. With arguments it makes only what they say, and prints
it. A run is clean if it ends as passed: one that is red though its cases are green counts as failed."""

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

from gate.core.findings import Report, Verdict
from gate.report.documents import from_json
from tests.matrix import counting
from tests.matrix.hardship import compiler
from tests.matrix.pages import DOCS, written
from tests.matrix.thousand import is_red, short_of, thousand
from tests.matrix.thousand import table as table_of_the_thousand
from tests.matrix.thousand import virtual as rehearsed

ROOT = Path(__file__).parents[2]
PAGE = DOCS / "false-alarms.md"
DIALECTS = ("canonical", "openai-realtime")
SUITES = ("handshake", "smoke", "tools", "reconnect")


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
    cases = counting.judged(report, suite)
    failed = counting.problems_of(report, cases)
    unknown: list[str] = []
    for case in cases:
        if case.verdict is not Verdict.PASS:
            kind = failed if case.verdict is Verdict.FAIL else unknown
            kind += [f"{case.name}: {why}" for why in counting.reasons(case)]
    return Told(dialect, suite, way, len(cases), tuple(failed), tuple(unknown))


def virtual(dialect: str, suite: str, number: int) -> Told:
    return told(dialect, suite, "virtual time", rehearsed(suite, dialect, number))


def sockets(dialect: str, suite: str, number: int) -> Told:
    with TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "gate", "demo", "--dialect", dialect, "--suite", suite, "--out", folder]
        done = subprocess.run(command, cwd=ROOT, env=dict(os.environ), capture_output=True, text=True, check=False)
        results = Path(folder) / "report.json"
        if done.returncode not in (0, 1) or not results.is_file():
            return Told(dialect, suite, "sockets", 0, (f"run {number} broke: {done.stderr[-500:]}",), ())
        report = counting.with_exit(from_json(results.read_text("utf-8")), done.returncode)
        return told(dialect, suite, "sockets", report)


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
    if not arguments:
        compiler()
    red = repeated(options, arguments) if options.thousand is None else False
    if options.thousand is not None or not arguments:
        share = options.thousand or 1.0
        tallies = thousand(share)
        made, short = table_of_the_thousand(tallies), short_of(tallies, share)
        sys.stdout.write(made)
        sys.stderr.write("".join(f"TOO FEW    {line}\n" for line in short))
        not_clean = is_red(tallies) or bool(short)
        if not not_clean and share == 1.0:
            written(PAGE, "false-alarms --thousand 1", made)
        red |= not_clean
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
