"""`make soak`: for an hour one process of the gate makes one run after another, each a suite of the demo of a dialect,
over real sockets, against agents in processes of their own. Behind each run, once all garbage is collected, it counts
what it holds: memory, objects, tasks, files, threads, children. The straight line through these counts, each kind of
run compared with itself alone, must be flat. The table goes to docs/robustness.md.

A run that is not green is printed, and makes the whole red."""

import argparse
import asyncio
import contextlib
import ctypes
import gc
import io
import os
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from itertools import cycle, product
from pathlib import Path
from typing import Final

import numpy as np

from bench.runs import machine
from gate.cli import demo, running
from gate.cli.main import parser
from gate.cli.selection import selected
from gate.fixtures.demos import demo as demo_of
from tests.matrix.pages import ROBUSTNESS, written

Floats = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
Work = tuple[str, int, bool]
"""Of what kind a run was, how many cases it had, whether it was green."""

HOUR_S: Final = 3_600.0
DIALECTS: Final = ("canonical", "openai-realtime", "twilio-media-streams", "template", "retell")
SUITES: Final = ("smoke", "tools", "handshake", "reconnect")
MOST: Final = {"memory MB": 8.0, "objects": 2_000.0, "tasks": 0.5, "files": 0.5, "threads": 0.5, "children": 0.5}
"""By how much the line may rise in an hour."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the process held `at_s` after it began, behind so many cases, the last of them of a kind, in a run that was
    green or not."""

    at_s: float
    cases: int
    kind: str
    held: dict[str, float]
    is_green: bool = True


def held() -> dict[str, float]:
    """What this process holds now, the task that asks left out. Memory that is free already, and was not given back to
    the system yet, is given back first: how much of that there is swings with what ran last."""
    gc.collect()
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return {
        "memory MB": pages * os.sysconf("SC_PAGE_SIZE") / 1e6,
        "objects": float(len(gc.get_objects())),
        "tasks": float(len(asyncio.all_tasks()) - 1),
        "files": float(sum(1 for _ in Path("/proc/self/fd").iterdir())),
        "threads": float(threading.active_count()),
        "children": float(children()),
    }


def children() -> int:
    """Of all threads, those that nobody has waited for among them."""
    lists = (task / "children" for task in Path("/proc/self/task").iterdir())
    return sum(len(one.read_text("ascii").split()) for one in lists)


@dataclass(frozen=True, slots=True)
class Growth:
    """How one thing that is held grew: its mean in the first lap and in the last, and its slope."""

    what: str
    first: float
    last: float
    an_hour: float

    @property
    def flat(self) -> bool:
        return self.an_hour <= MOST[self.what]


def growths(seen: Sequence[Seen]) -> list[Growth]:
    """What came behind the first lap, in which everything that is made once and kept is made. Raises ValueError where
    that is less than two laps: no kind of run could be compared with itself."""
    warm, lap = seen[warmed(seen) :], warmed(seen)
    if len(warm) < max(3, 2 * lap):
        raise ValueError(f"{len(seen)} runs, a lap has {lap}: too few for a line")
    at_h = deviations(warm, [one.at_s / HOUR_S for one in warm])
    found = []
    for what in MOST:
        counts = np.array([one.held[what] for one in warm])
        an_hour = float(at_h @ deviations(warm, counts) / (at_h @ at_h))
        found.append(Growth(what, float(counts[:lap].mean()), float(counts[-lap:].mean()), an_hour))
    return found


def deviations(seen: Sequence[Seen], values: Sequence[float] | Floats) -> Floats:
    """How far each value is from the mean of its own kind: what runs of a kind hold more than others, and how often
    each kind came, is no slope (the within estimator of panel data)."""
    kinds = np.array([one.kind for one in seen])
    numbers = np.array(values, dtype=np.float64)
    for kind in set(kinds):
        numbers[kinds == kind] -= numbers[kinds == kind].mean()
    return numbers


def is_red(seen: Sequence[Seen], found: Sequence[Growth]) -> bool:
    return not (all(one.is_green for one in seen) and all(one.flat for one in found))


def warmed(seen: Sequence[Seen]) -> int:
    """How many runs there were before the first that was of a kind again."""
    kinds = [one.kind for one in seen]
    return next((number for number, kind in enumerate(kinds) if kind in kinds[:number]), len(kinds))


async def soak(work: Callable[[], Awaitable[Work]], seconds: float, now_s: Callable[[], float]) -> list[Seen]:
    """Does the work until the time is over; looks behind each."""
    began_s, cases, seen = now_s(), 0, list[Seen]()
    while now_s() - began_s < seconds:
        kind, more, is_green = await work()
        cases += more
        seen.append(Seen(now_s() - began_s, cases, kind, held(), is_green))
    return seen


async def demo_run(dialect: str, suite: str, jobs: int) -> tuple[int, bool]:
    """As `voxgate demo` does it, in this loop; returns how many cases it had, and whether it was green."""
    folder = Path(tempfile.mkdtemp(prefix="voxgate-soak-"))
    try:
        manifest = folder / "voice-tests.yaml"
        text = demo_of(dialect).replace(f"--like, {dialect}.yaml", f'--like, "{manifest}"')
        manifest.write_text(demo._here(text, []), "utf-8")
        environ = {**os.environ, **demo._tokens()}
        words = ["--suite", suite, "--out", str(folder / "results"), "--jobs", str(jobs), "--quiet"]
        arguments = parser().parse_args(["run", str(manifest), *words])
        plan, vault = running.read(str(manifest), environ)
        plan = selected(plan, arguments)
        with contextlib.redirect_stdout(io.StringIO()) as said:
            code = await running._run(plan, vault, str(manifest), arguments, environ, {})
        if code:
            sys.stderr.write(f"NOT GREEN  {dialect} {suite}, exit {code}\n{said.getvalue()}\n")
        return sum(case.skip is None for case in plan.cases), not code
    finally:
        shutil.rmtree(folder)


def page(seen: Sequence[Seen], found: Sequence[Growth]) -> str:
    about = machine()
    last = seen[-1]
    where = f"{about['date']}, {about['cores']} cores of {about['cpu']}, Python {about['python']}"
    what = f"{len(seen)} runs with {last.cases:,} cases in {last.at_s / 60:.0f} minutes ({where})"
    red = sum(not one.is_green for one in seen)
    lines = [
        f"{what}; {red} of the runs were not green. Left out as warm-up: the first lap, {warmed(seen)} runs.",
        "",
        "| held | mean of the next lap | mean of the last | growth in an hour | at most |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for one in found:
        many = ",.1f" if one.what == "memory MB" else ",.0f"
        mark = "" if one.flat else " **not flat**"
        lines.append(
            f"| {one.what} | {one.first:{many}} | {one.last:{many}} | {one.an_hour:+,.2f}{mark} | {MOST[one.what]:,g} |"
        )
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> int:
    reader = argparse.ArgumentParser(prog="python -m tests.matrix.soak", description=__doc__)
    reader.add_argument("--minutes", type=float, default=60.0)
    reader.add_argument("--jobs", type=int, default=8, help="calls at the same time (default: 8)")
    reader.add_argument("--dialect", action="append", help=f"instead of {', '.join(DIALECTS)}")
    reader.add_argument("--page", action="store_true", help="write the page, whatever the minutes")
    options = reader.parse_args(arguments)
    pairs = product(SUITES, options.dialect or DIALECTS)
    turns = cycle([pair for pair in pairs if f"  {pair[0]}:" in demo_of(pair[1])])

    async def work() -> Work:
        suite, dialect = next(turns)
        began_s = time.monotonic()
        cases, is_green = await demo_run(dialect, suite, options.jobs)
        shown = "  ".join(f"{what} {count:g}" for what, count in held().items())
        sys.stderr.write(f"{dialect} {suite}: {cases} cases in {time.monotonic() - began_s:.0f} s  {shown}\n")
        return f"{dialect} {suite}", cases, is_green

    seen = asyncio.run(soak(work, options.minutes * 60, time.monotonic))
    found = growths(seen)
    made = page(seen, found)
    sys.stdout.write(made)
    red = is_red(seen, found)
    if not red and (options.page or not arguments):
        written(ROBUSTNESS, "soak", made)
    return 1 if red else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
