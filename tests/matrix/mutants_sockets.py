"""`make mutants-sockets`: faults over real sockets, as a user would meet them: `voxgate demo --fault NAME` with the
case in which the matrix found it (`found.json`). Every fault once, in whichever dialect has the shortest such case, and
of each dialect a fixed sample of the others. The same check must stand on top, in the same layer; and all these cases
must be green without a fault. The tables go to docs/mutants.md."""

import argparse
import subprocess
import sys
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from gate.core.findings import Layer, Report, Verdict
from gate.reference.faults import FAULTS
from gate.report.documents import from_json
from gate.report.text import ranked
from tests.e2e.conftest import FEWER, command, environ, was_busy
from tests.matrix import mutants_page, sockets_page
from tests.matrix.counting import judged, problems_of, reasons, with_exit
from tests.matrix.found import Cell, read
from tests.matrix.pages import written

AT_ONCE = 4
TRIES = 3
LONGEST_S = 1_800


@dataclass(frozen=True, slots=True)
class Met:
    """What a run of the case of one cell told of its fault: what stands on top of the case in its report, and its
    layer. `busy`: the machine was too slow for the agent, or the case stayed in doubt: each of the `tries`, so that
    nothing is proven. `broke`: how the command ended without a report."""

    cell: Cell
    checks: tuple[str, ...] = ()
    layer: Layer | None = None
    took_s: float = 0.0
    busy: bool = False
    tries: int = 1
    broke: str = ""

    @property
    def found(self) -> bool:
        return bool(self.checks) and not self.busy

    @property
    def right(self) -> bool:
        return self.layer is FAULTS[self.cell.fault].layer

    @property
    def differs(self) -> bool:
        """Whether something else stands on top than where the matrix found it."""
        return self.found and (self.checks[0], self.layer) != self.cell.top


@dataclass(frozen=True, slots=True)
class Control:
    """The clean agent of one dialect in so many of the cases, and what is wrong with it."""

    dialect: str
    cases: int
    problems: tuple[str, ...]


def met(cell: Cell) -> Met:
    for number in range(1, TRIES + 1):
        one = replace(_once(cell), tries=number)
        if not one.busy:
            break
    return one


def _once(cell: Cell) -> Met:
    began_s = time.monotonic()
    report, busy, error = _demo(cell.dialect, [cell], "--fault", cell.fault)
    if report is None:
        return Met(cell, took_s=time.monotonic() - began_s, broke=error or "it said nothing")
    cases = [one for one in report.cases if (one.suite, one.name) == (cell.suite, cell.case)]
    told = [finding for one in cases for finding in ranked(one) if finding.verdict is Verdict.FAIL and finding.blocks]
    doubted = not told and any(one.verdict is Verdict.UNKNOWN for one in cases)
    checks = tuple(dict.fromkeys(finding.check for finding in told))
    return Met(cell, checks, told[0].layer if told else None, time.monotonic() - began_s, busy or doubted)


def control(dialect: str, cells: Iterable[Cell]) -> Control:
    """All that is driven of this dialect, once, without a fault; again with fewer calls if the agent was late."""
    chosen = list({(cell.suite, cell.case): cell for cell in cells}.values())
    for fewer in FEWER:
        report, busy, error = _demo(dialect, chosen, *fewer)
        if not busy:
            break
    wrong = [f"the machine was too busy for the agent, {len(FEWER)} times"] if busy else []
    wrong += problems_without_fault(report, chosen) if report else [f"the run broke: {error}"]
    return Control(dialect, len(chosen), tuple(wrong))


def problems_without_fault(report: Report, chosen: Iterable[Cell]) -> list[str]:
    cases = judged(report)
    driven = {(case.suite, case.name) for case in cases}
    return [
        *problems_of(report, cases),
        *(f"{case.name}: {'; '.join(reasons(case))}" for case in cases if case.verdict is not Verdict.PASS),
        *(f"{cell.case}: it was not driven" for cell in chosen if (cell.suite, cell.case) not in driven),
    ]


def _demo(dialect: str, cells: list[Cell], *more: str) -> tuple[Report | None, bool, str]:
    """The report, whether the agent says that it was late, and the end of what the command said."""
    suites = [word for suite in dict.fromkeys(cell.suite for cell in cells) for word in ("--suite", suite)]
    asked = ["--dialect", dialect, *suites, *(f"--case={cell.case}" for cell in cells), *more]
    with TemporaryDirectory() as folder:
        words = command("demo", *asked, "--out", folder)
        try:
            done = subprocess.run(words, env=environ(), capture_output=True, text=True, timeout=LONGEST_S, check=False)
        except subprocess.TimeoutExpired:
            return None, False, f"it was not over after {LONGEST_S} s"
        file = Path(folder) / "report.json"
        report = with_exit(from_json(file.read_text("utf-8")), done.returncode) if file.is_file() else None
        return report, was_busy(Path(folder)), done.stderr[-500:]


def line(one: Met) -> str:
    if one.broke:
        return f"BROKE    {one.cell.fault} {one.cell.dialect} {one.cell.case!r}: {one.broke}\n"
    word = "busy" if one.busy else "MISSED" if not one.found else "DIFFERS" if one.differs else "found"
    cell, tries = one.cell, f" at try {one.tries}" if one.tries > 1 else ""
    wanted = f", in the matrix {cell.top[0]} ({cell.layer})" if one.differs else ""
    return f"{word:7}  {cell.fault} {cell.dialect} {cell.case!r} {one.checks} ({one.layer}){wanted}{tries}\n"


def main(arguments: list[str]) -> int:
    reader = argparse.ArgumentParser(prog="python -m tests.matrix.mutants_sockets", description=__doc__)
    reader.add_argument("--fault", action="append", choices=FAULTS, metavar="FAULT")
    reader.add_argument("--jobs", type=int, default=AT_ONCE, help=f"runs at once (default: {AT_ONCE})")
    options = reader.parse_args(arguments)
    found = read()
    every, sample = (
        [cell for cell in cells if cell.fault in (options.fault or FAULTS)]
        for cells in (found.cheapest, found.sample())
    )
    began_s, cells = time.monotonic(), [*every, *sample]
    controls = []
    for dialect in dict.fromkeys(cell.dialect for cell in cells):
        controls.append(control(dialect, [cell for cell in cells if cell.dialect == dialect]))
        sys.stderr.writelines(f"NOT CLEAN  {dialect} without a fault: {what}\n" for what in controls[-1].problems)
    runs = []
    with ThreadPoolExecutor(options.jobs) as pool:
        for one in pool.map(met, cells):
            runs.append(one)
            sys.stderr.write(line(one))
    made = sockets_page.page(runs[: len(every)], runs[len(every) :], controls, time.monotonic() - began_s)
    sys.stdout.write(made)
    if not options.fault:
        written(mutants_page.PAGE, "mutants-sockets", made)
    return 1 if any(one.problems for one in controls) or any(one.differs or not one.found for one in runs) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
