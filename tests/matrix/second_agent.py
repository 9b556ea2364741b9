"""`make second-agent`: the second agent over real sockets, clean in all its cases, then with each of its faults. The
same check must stand on top, in the same layer, as with the reference agent. The table goes to docs/mutants.md."""

import argparse
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from gate.core.findings import CaseResult, Layer, Verdict
from gate.reference.faults import FAULTS as REFERENCE
from gate.report.documents import from_json
from gate.report.text import ranked
from tests.e2e.bakery import manifest
from tests.e2e.conftest import command, environ
from tests.e2e.stranger_faults import FAULTS
from tests.matrix.mutants_page import PAGE
from tests.matrix.pages import written

COMMAND = "second-agent"
AT_ONCE = 3
TRIES = 3


@dataclass(frozen=True, slots=True)
class Met:
    """What one run told: the verdict of each case, and the check and the layer of what stands on top in the first that
    is red."""

    fault: str
    verdicts: tuple[Verdict, ...] = ()
    check: str = ""
    layer: Layer | None = None
    took_s: float = 0.0

    @property
    def right(self) -> bool:
        if not self.fault:
            return bool(self.verdicts) and set(self.verdicts) <= {Verdict.PASS, Verdict.SKIP}
        return (self.check, self.layer) == (FAULTS[self.fault].check, REFERENCE[self.fault].layer)


def met(fault: str) -> Met:
    """With this fault, in its case; "" is the clean agent, in all cases. What is in doubt proves nothing, and is asked
    again."""
    for _ in range(TRIES):
        one = _once(fault)
        if one.right or Verdict.UNKNOWN not in one.verdicts:
            break
    return one


def _once(fault: str) -> Met:
    which = ("--suite", FAULTS[fault].suite, "--case", FAULTS[fault].case) if fault else ()
    began_s = time.monotonic()
    with TemporaryDirectory() as folder:
        manifest(Path(folder), manner=f"--fault={fault}" if fault else "--patient")
        subprocess.run(command("run", *which), cwd=folder, env=environ(), capture_output=True, timeout=900, check=False)
        file = Path(folder) / "voxgate-results" / "report.json"
        cases = from_json(file.read_text("utf-8")).cases if file.is_file() else ()
    return told(fault, cases, time.monotonic() - began_s)


def told(fault: str, cases: tuple[CaseResult, ...], took_s: float) -> Met:
    wrong = (one for case in cases for one in ranked(case) if one.verdict is Verdict.FAIL and one.blocks)
    top = next(wrong, None)
    verdicts = tuple(case.verdict for case in cases)
    return Met(fault, verdicts, top.check if top else "", top.layer if top else None, took_s)


def page(clean: Met, every: list[Met], day: str, took_s: float) -> str:
    """Markdown of what was seen."""
    passed, skipped = (clean.verdicts.count(verdict) for verdict in (Verdict.PASS, Verdict.SKIP))
    others, right = len(clean.verdicts) - passed - skipped, sum(one.right for one in every)
    head = (
        f"{day}. The clean agent: {passed} cases passed, {skipped} skipped, {others} neither, in {clean.took_s:.0f} s. "
        f"With faults: {right} of {len(every)} as they must be. All of it took {took_s / 60:.0f} minutes."
    )
    table = ["| fault | layer | found by | in the case | s |", "| --- " * 5 + "|", *map(row, every)]
    return "\n".join((head, "", *table)) + "\n"


def row(one: Met) -> str:
    wrong = "" if one.right else f" (**must be** {REFERENCE[one.fault].layer}, {FAULTS[one.fault].check})"
    found = one.check or "**missed**"
    return f"| `{one.fault}` | {one.layer or '·'} | {found}{wrong} | {FAULTS[one.fault].case} | {one.took_s:.0f} |"


def main(arguments: list[str]) -> int:
    reader = argparse.ArgumentParser(prog="python -m tests.matrix.second_agent", description=__doc__)
    reader.add_argument("--fault", action="append", choices=FAULTS, metavar="FAULT", help="these alone, and no page")
    reader.add_argument("--jobs", type=int, default=AT_ONCE, help=f"runs at once (default: {AT_ONCE})")
    options = reader.parse_args(arguments)
    began_s, every = time.monotonic(), []
    with ThreadPoolExecutor(options.jobs) as pool:
        for one in pool.map(met, options.fault or ["", *FAULTS]):
            every.append(one)
            word = "right" if one.right else "WRONG"
            sys.stderr.write(f"{word}  {one.fault or 'clean'}: {one.check} {one.layer} {one.took_s:.0f} s\n")
    if not options.fault:
        made = page(every[0], every[1:], f"{datetime.now(UTC):%Y-%m-%d}", time.monotonic() - began_s)
        written(PAGE, COMMAND, made)
        sys.stdout.write(made)
    return 0 if all(one.right for one in every) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
