"""The judge's bench: a process of its own that judges one case after another from the evidence folder, once the
opinions that its claims read are written down beside the frames.

Judging takes tenths of a second, and a recogniser seconds, which in the driver's own process would hold up the audio of
the calls still going on. And nothing but the folder can cross from driving to judging: there is no other way into this
process. It ends when its standard input does."""

import asyncio
import contextlib
import json
import os
import signal
import sys
from pathlib import Path

from pydantic import TypeAdapter

from gate.annotate import annotate_case
from gate.core.findings import CaseResult
from gate.core.plan import Case, Plan
from gate.evidence import store
from gate.run.judging import judge_case

NICE = 10
"""The calls that are still going on come first: their times are what is measured."""

ONE_CORE = {"OPENBLAS_NUM_THREADS": "1"}
"""Small matrices are not worth a second core, and the calls have better use for it."""

GRACE_S = 3.0
LONGEST_LINE = 64 * 2**20

_RESULT = TypeAdapter(CaseResult)


class Bench:
    """The driver's side of it."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._turn = asyncio.Lock()

    @classmethod
    async def open(cls, evidence: Path) -> "Bench":
        """Ready to judge: getting ready beside the first call makes that one's verdict later."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-I" if sys.flags.isolated else "-P", "-m", "gate.run.bench", str(evidence),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, start_new_session=True, limit=LONGEST_LINE,
            env=os.environ | ONE_CORE,
        )  # fmt: skip
        bench = cls(process)
        await bench._answer()
        return bench

    async def judge(self, case_id: str) -> CaseResult:
        """Raises EOFError if the bench is gone."""
        async with self._turn:
            assert self._process.stdin is not None
            self._process.stdin.write(json.dumps(case_id).encode() + b"\n")
            return _RESULT.validate_json(await self._answer())

    async def _answer(self) -> bytes:
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        if not line.endswith(b"\n"):
            raise EOFError("the judge's process ended")
        return line

    async def close(self) -> None:
        """What it is still at when nobody waits for it any more, a recogniser perhaps, is given up."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            async with asyncio.timeout(GRACE_S):
                await self._process.wait()
        except TimeoutError:
            self._process.terminate()
            await self._process.wait()


def main(evidence: Path) -> None:
    plan, run_id = store.read_plan(evidence), str(store.read_run(evidence)["run_id"])
    cases = {case.id: case for case in plan.cases}
    os.nice(NICE)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    _say("ready")
    for line in sys.stdin:
        case = cases[json.loads(line)]
        _annotate(evidence, plan, case)
        result = judge_case(evidence, plan, case, run_id)
        _say(_RESULT.dump_json(result).decode())


def _annotate(evidence: Path, plan: Plan, case: Case) -> None:
    """What breaks here breaks judging too, or is told there as words that nobody wrote down."""
    with contextlib.suppress(Exception):
        for attempt in store.attempts(evidence, case.id)[-1:]:
            annotate_case(attempt, plan, case, os.environ)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
