"""`make mutants`: every fault of the reference agent in five dialects, against the default suites, in virtual time.

What can be seen (`trial.py`) must be found, in the layer where it is; else the run fails and says what was missed. The
table goes to docs/mutants.md."""

import argparse
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import product

from gate.reference.faults import FAULTS
from tests.matrix.mutants_page import page
from tests.matrix.trial import Clean, Told, cases, clean, mutant

DIALECTS = ("canonical", "openai-realtime", "twilio-media-streams", "template", "retell")
RIGHT_LAYER = 0.95
ASKED_BY_NOBODY = ("echoes-token",)
"""A trap for the gate's own evidence: see tests/e2e/test_redaction.py."""


def judged_faults() -> list[str]:
    return [fault for fault in FAULTS if fault not in ASKED_BY_NOBODY]


def every(dialects: list[str], faults: list[str], jobs: int | None = None) -> Iterator[Told]:
    with ProcessPoolExecutor(jobs) as pool:
        pairs = [(way, case) for way in dialects for case in cases(way)]
        kept = dict[str, dict[str, Clean]]()
        for (way, case), one in zip(pairs, pool.map(clean, *zip(*pairs, strict=True)), strict=True):
            kept.setdefault(way, {})[case.id] = one
        trials = [(way, fault, kept[way]) for way, fault in product(dialects, faults)]
        yield from pool.map(mutant, *zip(*trials, strict=True))


def complaints(runs: list[Told]) -> Iterator[str]:
    seen = [one for one in runs if one.seen]
    for one in seen:
        if not one.found:
            yield f"MISSED  {one.dialect} {one.fault}: seen in {one.seen} cases, and found in none"
    right = sum(one.right for one in seen if one.found)
    if right < RIGHT_LAYER * len(seen):
        yield f"MISPLACED  the layer is right for {right} of {len(seen)}"
        yield from (
            f"  {one.dialect} {one.fault}: {one.layer} instead of {FAULTS[one.fault].layer} ({', '.join(one.checks)})"
            for one in seen if one.found and not one.right
        )  # fmt: skip


def word(one: Told) -> str:
    if one.allowed:
        return "allowed"
    if not one.seen:
        return "unseen"
    return "MISSED" if not one.found else "found" if one.right else "misplaced"


def main(arguments: list[str]) -> int:
    reader = argparse.ArgumentParser(prog="python -m tests.matrix.mutants", description=__doc__)
    reader.add_argument("--dialect", action="append", help=f"instead of {', '.join(DIALECTS)}")
    reader.add_argument("--fault", action="append", choices=FAULTS, metavar="FAULT")
    reader.add_argument("--jobs", type=int, help="processes at once (default: one for each core)")
    options = reader.parse_args(arguments)
    began_s, runs = time.monotonic(), []
    for one in every(options.dialect or list(DIALECTS), options.fault or judged_faults(), options.jobs):
        runs.append(one)
        where = f"  {', '.join(one.checks)} ({one.layer}{', shown' if one.shown else ''}) in {one.case[1]!r}"
        sys.stderr.write(
            f"{word(one):9}  {one.dialect} {one.fault} {one.seen} of {one.driven}{where if one.found else ''}"
            f" {one.took_s:.1f} s\n"
        )
    wrong = list(complaints(runs))
    whole = not (options.dialect or options.fault)
    sys.stdout.write("\n".join(wrong) + "\n" if wrong else page(runs, time.monotonic() - began_s, write=whole))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
