"""The other half of `make false-alarms`: a thousand case runs of the clean agent. Seven hundred in virtual time, over
every dialect that has a demo, each lap with other pauses before the answers; three hundred over sockets, also while the
machine is busy, on a slow network, and while the wall clock steps. None may fail; one in a hundred may be UNKNOWN, if
the gate's own pacing was late even when it drove the case alone."""

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import count, product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from gate.cli import demo
from gate.core.findings import Report, Verdict
from gate.fixtures.demos import demo as demo_of
from gate.fixtures.demos import demos
from gate.reference.slow import AnswerDelay
from gate.report.documents import from_json
from gate.report.text import NOTHING_JUDGED
from tests.e2e.conftest import FEWER, was_busy
from tests.matrix.hardship import HARDSHIPS
from tests.rehearsal import demo_plan, rehearse

ROOT: Final = Path(__file__).parents[2]
VIRTUAL: Final = "virtual time"
LEAST: Final = {
    VIRTUAL: 700, "sockets": 100, "sockets, both cores busy": 70, "sockets, 50 ms ± 20 ms away": 70,
    "sockets, the wall clock steps": 60,
}  # fmt: skip
SUITES: Final = ("smoke", "tools", "handshake", "reconnect")
OVER_SOCKETS: Final = ("canonical", "openai-realtime", "twilio-media-streams", "retell", "elevenlabs")
SLOWEST_MS: Final = 1_500
DOUBTED_MOST: Final = 0.01


@dataclass
class Tally:
    """Of one dialect in one way: case runs, and in words each that failed, each that was late, each other doubt."""

    cases: int = 0
    failed: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    doubted: list[str] = field(default_factory=list)

    def take(self, report: Report, suite: str) -> None:
        for case in report.cases:
            if case.suite != suite or case.verdict is Verdict.SKIP:
                continue
            self.cases += 1
            if case.verdict is Verdict.PASS:
                continue
            found = [one for one in case.findings if one.verdict is case.verdict and one.blocks and not one.folded]
            why = "; ".join(f"{one.check}: {one.actual}" for one in found) or NOTHING_JUDGED
            kind = self.failed if case.verdict is Verdict.FAIL else self.late if case.only_late else self.doubted
            kind.append(f"{suite} · {case.name}: {why}")


Tallies = dict[tuple[str, str], Tally]
"""By dialect and way."""


def pairs(dialects: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(suite, name) for suite, name in product(SUITES, dialects) if f"  {suite}:" in demo_of(name)]


def virtual(suite: str, dialect: str, lap: int) -> Report:
    with TemporaryDirectory() as folder:
        delay = AnswerDelay(0, SLOWEST_MS, lap)
        return rehearse(*demo_plan(dialect), Path(folder) / "evidence", suites=(suite,), delay=delay)


def over_sockets(suite: str, dialect: str, way: str) -> Report:
    """The demo, as a user runs it, in that way. An agent that says that the machine was too busy for it proves nothing:
    then it is made again with fewer calls. Raises RuntimeError where that is in vain, or it broke."""
    for fewer in FEWER:
        if report := once(suite, dialect, way, fewer):
            return report
        sys.stderr.write(f"too busy for the agent: {dialect} {suite} ({way}) is made again\n")
    raise RuntimeError("this machine is too busy for the reference agent: nothing can be said of the gate")


def once(suite: str, dialect: str, way: str, fewer: tuple[str, ...]) -> Report | None:
    """None where the agent says that it was late."""
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
            raise RuntimeError(f"{dialect} {suite} ({way}) broke with {done.returncode}: {done.stderr[-2000:]}")
        return None if was_busy(folder / "results") else from_json(results.read_text("utf-8"))


def all_runs(share: float) -> Iterator[tuple[str, str, str, Report]]:
    """Suite, dialect, way and report of one run after another, until there are enough cases of each way."""
    with ProcessPoolExecutor() as pool:
        cases, least = 0, LEAST[VIRTUAL] * share
        for lap in count(1):
            jobs = {pair: pool.submit(virtual, *pair, lap) for pair in pairs(tuple(demos()))}
            for (suite, dialect), job in jobs.items():
                if cases < least:
                    report = job.result()
                    cases += judged(report, suite)
                    yield suite, dialect, VIRTUAL, report
                else:
                    job.cancel()
            if cases >= least:
                break
    for way in HARDSHIPS:
        cases, turns = 0, pairs(OVER_SOCKETS)
        for number in count():
            if cases >= LEAST[way] * share:
                break
            suite, dialect = turns[(number * 7) % len(turns)]
            report = over_sockets(suite, dialect, way)
            cases += judged(report, suite)
            yield suite, dialect, way, report


def judged(report: Report, suite: str) -> int:
    return sum(case.suite == suite and case.verdict is not Verdict.SKIP for case in report.cases)


def thousand(share: float = 1.0) -> Tallies:
    """All of it, or so much; says what is not clean as it comes."""
    tallies = Tallies()
    for suite, dialect, way, report in all_runs(share):
        tally = tallies.setdefault((dialect, way), Tally())
        before = len(tally.failed + tally.late + tally.doubted)
        tally.take(report, suite)
        sys.stderr.write(f"{way}: {dialect} {suite}, {judged(report, suite)} cases\n")
        for line in [*tally.failed, *tally.late, *tally.doubted][before:]:
            sys.stderr.write(f"NOT CLEAN  {dialect} ({way}): {line}\n")
    return tallies


def is_red(tallies: Tallies) -> bool:
    cases, doubted = (sum(count) for count in zip(*((t.cases, len(t.late)) for t in tallies.values()), strict=True))
    return any(one.failed or one.doubted for one in tallies.values()) or doubted > DOUBTED_MOST * cases


def table(tallies: Tallies) -> str:
    lines = ["| dialect | in | case runs | failed | late even alone | unknown otherwise |", "| --- " * 6 + "|"]
    for (dialect, way), one in sorted(tallies.items(), key=lambda item: ([*LEAST].index(item[0][1]), item[0][0])):
        lines.append(
            f"| `{dialect}` | {way} | {one.cases} | {len(one.failed)} | {len(one.late)} | {len(one.doubted)} |"
        )
    sums = [sum(values) for values in zip(*(
        (one.cases, len(one.failed), len(one.late), len(one.doubted)) for one in tallies.values()
    ), strict=True)]  # fmt: skip
    lines.append(f"| all | | {' | '.join(f'{value:,}' for value in sums)} |")
    return "\n".join(lines) + "\n"
