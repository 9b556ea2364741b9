"""`make kills`: `kill -9` at two hundred random moments of a real run: while the manifest is read, clips are made,
calls go on, the first of them are judged, and reports are written. Behind each it asks what was promised: nothing that
was recorded is lost, by what the agent saw of it too, nothing is proven by what was cut off, no document is half there,
what the gate started is gone, and the same folder can be used again. The table goes to docs/robustness.md.

The seed decides the moments: `--seed` makes the same ones again, as far as the machine is as fast."""

import argparse
import asyncio
import io
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

from bench.agent import SameWords
from bench.runs import agent, machine
from gate.cli.main import main as judge
from gate.dialects.canonical.dialect import Canonical
from gate.reference.faults import Faults
from gate.reference.house import House
from gate.reference.voice import load
from gate.report.documents import from_json
from tests.e2e.test_outcomes import free_port
from tests.matrix import kills_witness
from tests.matrix.kills_laws import (
    LATE,
    half_written,
    misjudged,
    not_usable_again,
    orphans,
    taken_back,
    torn,
    unexplained,
)  # fmt: skip
from tests.matrix.kills_run import LOOK_S, PARTS, Agent, evidence_of, laid_out, started, timed, wires
from tests.matrix.kills_witness import Witness
from tests.matrix.pages import ROBUSTNESS, written

KILLS: Final = 200
TRIES: Final = 5
"""How often a run is made that was over before it could be killed."""

BUG: Final = "bug of Voxgate"
JUDGED: Final = "judged"
"""Where the reports go that are made behind the kill: those of the killed run stay what they are."""


@dataclass(frozen=True, slots=True)
class Killed:
    """What came of one kill. `seen`: how many messages the agent had taken by then. `again`: how many runs before it
    were over before they could be killed. `faults`: every promise that was not kept."""

    part: str
    at_s: float
    lines: int = 0
    seen: int = 0
    passed: int = 0
    unproven: int = 0
    judged: bool = False
    again: int = 0
    faults: tuple[str, ...] = ()


def killed(reached: Agent, lengths_s: dict[str, float], seed: int, part: str, number: int) -> Killed:
    """Kills a run in that part of it, and looks. One that was over before, and green, is made again, a few times."""
    moments = random.Random(f"{seed}.{number}")
    for again in range(TRIES):
        with tempfile.TemporaryDirectory() as name:
            folder, run = Path(name), f"{number}.{again}"
            laid_out(folder, reached.url(run))
            process, began_s = started(folder, run), time.monotonic()
            while process.poll() is None and not PARTS[part](folder):
                time.sleep(LOOK_S)
            with suppress(subprocess.TimeoutExpired):
                process.wait(moments.uniform(0.0, lengths_s[part]))
            process.kill()
            at_s = time.monotonic() - began_s
            code = process.wait()
            if code == -signal.SIGKILL:
                return replace(looked_at(folder, part, at_s, run, reached.seen / run), again=again)
            if code:
                said = "".join((folder / where).read_text("utf-8")[-500:] for where in ("out", "err"))
                return Killed(part, at_s, again=again, faults=(f"it ended by itself, with exit {code}: {said}",))
    return Killed(part, at_s, again=TRIES, faults=(f"{TRIES} runs were over before they could be killed",))


def looked_at(folder: Path, part: str, at_s: float, run: str, home: Path) -> Killed:
    """What is left in the folder of a run that was killed; `home` is where the agent wrote down what it saw of it."""
    faults = [*orphans(run), *torn(folder), *half_written(folder)]
    seen = kills_witness.over(home)
    faults += kills_witness.unrecorded(seen, evidence_of(folder))
    lines = sum(wire.read_bytes().count(b"\n") for wire in wires(folder))
    code, err = judged(folder)
    said = (folder / "out").read_text("utf-8")
    report = folder / JUDGED / "report.json"
    verdicts = dict[str, str]()
    if code in (0, 1) and not report.is_file():
        faults.append(f"judge: exit {code}, and no report: {err[-500:]}")
    elif code in (0, 1):
        cases = from_json(report.read_text("utf-8")).cases
        verdicts = {case.id: LATE if case.only_late else case.verdict.value for case in cases}
        faults += misjudged(folder, verdicts, code)
        faults += taken_back(said, {f"{case.suite} · {case.name}" for case in cases if verdicts[case.id] == "pass"})
    elif code == 2:
        faults += unexplained(folder, err)
    if code not in (0, 1, 2) or BUG in err or "Traceback" in err:
        faults.append(f"judge: exit {code}: {err[-500:]}")
    faults += not_usable_again(folder)
    counted = Counter("unknown" if verdict == LATE else verdict for verdict in verdicts.values())
    took = sum(len(call.took) for call in seen)
    return Killed(
        part, at_s, lines, took, counted["pass"], counted["unknown"], judged=code != 2, faults=tuple(faults)
    )  # fmt: skip


def judged(folder: Path) -> tuple[int, str]:
    """`voxgate judge` on what is there, with reports of its own: its exit code, and what it said on standard error."""
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()) as err:
        try:
            results = str(folder / "voxgate-results")
            return judge(["judge", results, "--out", str(folder / JUDGED)]), err.getvalue()
        except SystemExit as stopped:
            return int(str(stopped.code)), err.getvalue()


@contextmanager
def an_agent() -> Iterator[Agent]:
    """The reference agent in a process of its own, for all runs, with ears that need no time."""
    port = free_port()
    with tempfile.TemporaryDirectory() as seen, agent(["tests.matrix.kills", "--agent", str(port), seen], port):
        yield Agent(port, Path(seen))


async def be_an_agent(port: int, seen: Path) -> None:
    dialect = Canonical()
    house = House(dialect.agent, dialect.capabilities, SameWords(), load(), Faults(()))
    async with Witness(house, port=port, seen=seen).serving():
        await asyncio.to_thread(sys.stdin.buffer.read)


def table(kills: list[Killed], seed: int) -> str:
    about = machine()
    head = (
        "aimed at", "kills", "over before, made again", "seconds into the run", "messages that the agent took",
        "lines kept", "cases judged PASS", "UNKNOWN", "nothing to judge, and said so", "promises broken",
    )  # fmt: skip
    lines = [
        f"{len(kills)} kills, seed {seed} ({about['date']}, {about['cores']} cores, Python {about['python']}).",
        "",
        f"| {' | '.join(head)} |",
        "| --- |" + " ---: |" * (len(head) - 1),
    ]
    for part in PARTS:
        mine = [one for one in kills if one.part == part]
        if not mine:
            continue
        first, last = min(one.at_s for one in mine), max(one.at_s for one in mine)
        cells = (
            part, len(mine), sum(one.again for one in mine), f"{first:.1f}-{last:.1f}",
            f"{sum(one.seen for one in mine):,}", f"{sum(one.lines for one in mine):,}",
            sum(one.passed for one in mine), sum(one.unproven for one in mine),
            sum(not one.judged for one in mine), sum(bool(one.faults) for one in mine),
        )  # fmt: skip
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["--agent"]:
        asyncio.run(be_an_agent(int(arguments[1]), Path(arguments[2])))
        return 0
    reader_ = argparse.ArgumentParser(prog="python -m tests.matrix.kills", description=__doc__)
    reader_.add_argument("--kills", type=int, default=KILLS, help=f"how many (default: {KILLS})")
    reader_.add_argument("--seed", type=int, default=1, help="of the moments (default: 1)")
    reader_.add_argument("--beside", type=int, default=3, help="how many runs at the same time (default: 3)")
    reader_.add_argument("--page", action="store_true", help="write the page, however many")
    options = reader_.parse_args(arguments)
    with an_agent() as reached, ProcessPoolExecutor(options.beside) as pool:
        runs = list(pool.map(partial(timed, reached), range(-options.beside, 0)))
        begins = {part: statistics.median(run[part] for run in runs) for part in (*PARTS, "end")}
        following = dict(zip(begins, list(begins)[1:], strict=False))
        lengths_s = {part: begins[following[part]] - begins[part] for part in PARTS}
        sys.stderr.write(f"a run that nobody kills: {lengths_s}\n")
        parts = [list(PARTS)[number % len(PARTS)] for number in range(options.kills)]
        kills = list[Killed]()
        for one in pool.map(partial(killed, reached, lengths_s, options.seed), parts, range(options.kills)):
            kills.append(one)
            if one.again:
                sys.stderr.write(f"over before the kill, {one.again} times: {one.part}, kill {len(kills) - 1}\n")
            for fault in one.faults:
                sys.stderr.write(f"NOT KEPT  {one.part}, kill {len(kills) - 1} at {one.at_s:.2f} s: {fault}\n")
    made = table(kills, options.seed)
    sys.stdout.write(made)
    red = any(one.faults for one in kills)
    if not red and (options.page or not arguments):
        written(ROBUSTNESS, "kills", made)
    return 1 if red else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
