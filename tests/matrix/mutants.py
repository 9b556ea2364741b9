"""`make mutants`: every fault of the reference agent in five dialects, against the default suites, in virtual time.

What can be seen (`trial.py`) must be found, in the layer where it is, and every check must find something (`idle.py`);
else the run fails and says what was missed. The tables go to docs/mutants.md, and where each fault is found, and
in which dialect the cheapest, to `found.json`, for `mutants_sockets.py`."""

import argparse
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from functools import partial
from itertools import product

from gate.reference.faults import FAULTS
from tests.matrix import mutants_page
from tests.matrix.found import FOUND, as_text
from tests.matrix.idle import Check, elsewhere, found_by
from tests.matrix.pages import written
from tests.matrix.trial import ONLY_SHOWN, Clean, Told, cases, clean, mutant

DIALECTS = ("canonical", "openai-realtime", "twilio-media-streams", "template", "retell")
RIGHT_LAYER = 0.95
ASKED_BY_NOBODY = ("echoes-token",)
"""A trap for the gate's own evidence: see tests/e2e/test_redaction.py."""

Known = dict[str, dict[str, Clean]]


def judged_faults() -> list[str]:
    return [fault for fault in FAULTS if fault not in ASKED_BY_NOBODY]


def known_of(dialects: Iterable[str], pool: Executor) -> Known:
    """The clean agent in every case of these dialects."""
    pairs = [(way, case) for way in dialects for case in cases(way)]
    known: Known = {}
    for (way, case), one in zip(pairs, pool.map(clean, *zip(*pairs, strict=True)), strict=True):
        known.setdefault(way, {})[case.id] = one
    return known


def every(known: Known, faults: Iterable[str], pool: Executor) -> Iterator[Told]:
    trials = [(way, fault, known[way]) for way, fault in product(known, faults)]
    yield from pool.map(mutant, *zip(*trials, strict=True))


def checks_of(runs: list[Told], known: Known, pool: Executor) -> list[Check]:
    found = found_by(runs)
    idle = pool.map(partial(elsewhere, known=known), [name for name, trials in found.items() if not trials])
    left = {check.name: check for check in idle}
    return [left.get(name) or Check(name, trials) for name, trials in found.items()]


def complaints(runs: Sequence[Told], checks: Sequence[Check] = ()) -> Iterator[str]:
    seen = [one for one in runs if one.seen]
    for one in seen:
        if not one.found:
            yield f"MISSED  {one.dialect} {one.fault}: seen in {one.seen} cases, and found in none"
        if one.shown and one.fault not in ONLY_SHOWN:
            yield f"GREEN  {one.dialect} {one.fault}: {', '.join(one.checks)} tells it, and the build stays green"
    right = sum(one.right for one in seen)
    if right < RIGHT_LAYER * len(seen):
        yield f"MISPLACED  the layer is right for {right} of {len(seen)}"
        yield from (
            f"  {one.dialect} {one.fault}: {one.layer} instead of {FAULTS[one.fault].layer} ({', '.join(one.checks)})"
            for one in seen if one.found and not one.right
        )  # fmt: skip
    yield from (f"IDLE  the check {check.name} found nothing: remove it" for check in checks if check.is_idle)


def word(one: Told) -> str:
    if one.allowed:
        return "allowed"
    if not one.seen:
        return "unseen"
    return "MISSED" if not one.found else "found" if one.right else "misplaced"


def line(one: Told) -> str:
    where = f"  {', '.join(one.checks)} ({one.layer}{', shown' if one.shown else ''}) in {one.case[1]!r}"
    told = f"{word(one):9}  {one.dialect} {one.fault} {one.seen} of {one.driven}"
    return f"{told}{where if one.found else ''} {one.took_s:.1f} s\n"


def reported(runs: list[Told], checks: list[Check]) -> None:
    written(mutants_page.PAGE, "mutants", mutants_page.matrix(runs, checks))
    FOUND.write_text(as_text(runs), "utf-8")


def main(arguments: list[str]) -> int:
    reader = argparse.ArgumentParser(prog="python -m tests.matrix.mutants", description=__doc__)
    reader.add_argument("--dialect", action="append", help=f"instead of {', '.join(DIALECTS)}")
    reader.add_argument("--fault", action="append", choices=FAULTS, metavar="FAULT")
    reader.add_argument("--jobs", type=int, help="processes at once (default: one for each core)")
    options = reader.parse_args(arguments)
    whole = not (options.dialect or options.fault)
    began_s, runs = time.monotonic(), []
    with ProcessPoolExecutor(options.jobs) as pool:
        known = known_of(options.dialect or DIALECTS, pool)
        for one in every(known, options.fault or judged_faults(), pool):
            runs.append(one)
            sys.stderr.write(line(one))
        checks = checks_of(runs, known, pool) if whole else []
    if whole:
        reported(runs, checks)
    wrong = list(complaints(runs, checks))
    took = f"{(time.monotonic() - began_s) / 60:.0f} minutes\n"
    sys.stdout.write("\n".join([*wrong, "", mutants_page.matrix(runs, checks), took]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
