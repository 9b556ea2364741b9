"""`make mutants-sockets`: every fault once over real sockets, as a user would meet it: `voxgate demo --fault NAME` with
the case in which the matrix found it, whichever dialect has the shortest (`found.json`). The same must be found, in the
same layer. The table goes to docs/mutants.md."""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from gate.core.findings import Layer, Verdict
from gate.reference.faults import FAULTS
from gate.report.documents import from_json
from gate.report.text import ranked
from tests.e2e.conftest import command, environ, was_busy
from tests.matrix import mutants_page
from tests.matrix.mutants import FOUND
from tests.matrix.trial import Named

AT_ONCE = 4
TRIES = 3


@dataclass(frozen=True, slots=True)
class Met(Named):
    """What a run of one case told of this fault: what stands on top of the case in its report, and its layer. `busy`:
    the machine was too slow for the agent, or the case stayed in doubt: each time, so that nothing is proven."""

    fault: str
    dialect: str
    case: str
    checks: tuple[str, ...] = ()
    layer: Layer | None = None
    took_s: float = 0.0
    busy: bool = False


def met(fault: str, where: Mapping[str, str]) -> Met:
    for _ in range(TRIES):
        one = _once(fault, where)
        if not one.busy:
            break
    return one


def _once(fault: str, where: Mapping[str, str]) -> Met:
    dialect, case = where["dialect"], where["case"]
    began_s = time.monotonic()
    with TemporaryDirectory() as folder:
        asked = ("--dialect", dialect, "--suite", where["suite"], "--case", case, "--fault", fault, "--out", folder)
        subprocess.run(command("demo", *asked), env=environ(), capture_output=True, timeout=600, check=False)
        took_s, file = time.monotonic() - began_s, Path(folder) / "report.json"
        report = from_json(file.read_text("utf-8")) if file.is_file() else None
        busy = was_busy(Path(folder))
    told = [finding for result in (report.cases if report else ()) if result.name == case
            for finding in ranked(result) if finding.verdict is Verdict.FAIL and finding.blocks]  # fmt: skip
    doubted = not told and any(result.verdict is Verdict.UNKNOWN for result in (report.cases if report else ()))
    checks = tuple(dict.fromkeys(finding.check for finding in told))
    return Met(fault, dialect, case, checks, told[0].layer if told else None, took_s, busy or doubted)


def main(arguments: list[str]) -> int:
    reader = argparse.ArgumentParser(prog="python -m tests.matrix.mutants_sockets", description=__doc__)
    reader.add_argument("--fault", action="append", choices=FAULTS, metavar="FAULT")
    reader.add_argument("--jobs", type=int, default=AT_ONCE, help=f"runs at once (default: {AT_ONCE})")
    options = reader.parse_args(arguments)
    found = json.loads(FOUND.read_text("utf-8"))
    faults = options.fault or list(found)
    began_s, every = time.monotonic(), []
    with ThreadPoolExecutor(options.jobs) as pool:
        for one in pool.map(met, faults, map(found.__getitem__, faults)):
            every.append(one)
            word = "busy" if one.busy else "MISSED" if not one.found else "found" if one.right else "misplaced"
            sys.stderr.write(f"{word:9}  {one.fault} {one.dialect} {one.case!r} {one.checks} {one.layer}\n")
    made = mutants_page.sockets(every, time.monotonic() - began_s)
    sys.stdout.write(made)
    if not options.fault:
        mutants_page.written(mutants_page.SOCKETS, made)
    return 0 if all(one.found for one in every) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
