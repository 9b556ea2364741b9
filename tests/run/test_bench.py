"""The judge's process: it has the words written down before it judges, and gives up what nobody waits for."""

import asyncio
import os
from pathlib import Path

import pytest

from gate.core.findings import Verdict
from gate.core.recognisers import Recogniser
from gate.core.vault import Vault
from gate.evidence import store
from gate.run import bench
from gate.run.bench import Bench
from tests.annotate.attempts import SECRET, audio, plan, python, record
from tests.annotate.test_words import LOUD

HOLDING = "import sys, time; pipe = open(sys.argv[1], 'w'); pipe.write('asked'); pipe.flush(); time.sleep(600)"


def evidence(folder: Path, recogniser: Recogniser) -> Path:
    store.create(folder, plan(recogniser), {"run_id": "r", "problems": []}, Vault(SECRET))
    (folder / "cases" / "c").mkdir(parents=True)
    record(store.attempt_folder(folder, "c", 1), audio(LOUD))
    return folder


def test_words_are_written_down_before_they_are_judged(tmp_path: Path) -> None:
    folder = evidence(tmp_path / "e", python("print('what a day')"))

    async def judged() -> tuple[Verdict, str]:
        one = await Bench.open(folder)
        found = await one.judge("c")
        await one.close()
        return next((f.verdict, f.actual) for f in found.findings if f.check == "says")

    verdict, actual = asyncio.run(judged())
    assert (verdict, actual.split(" (")[0]) == (Verdict.PASS, "'what a day'")


def test_a_recogniser_that_nobody_waits_for_any_more_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "GRACE_S", 0.1)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    folder = evidence(tmp_path / "e", python(HOLDING, str(pipe), timeout_ms=600_000.0))

    async def given_up() -> bytes:
        one = await Bench.open(folder)
        judging = asyncio.create_task(one.judge("c"))
        reader = await asyncio.to_thread(pipe.open, "rb", 0)  # returns once the recogniser has opened it
        with reader:
            assert await asyncio.to_thread(reader.read, 5) == b"asked"
            await one.close()
            with pytest.raises(EOFError):
                await judging
            return await asyncio.to_thread(reader.read, 5)

    assert asyncio.run(asyncio.wait_for(given_up(), 60)) == b"", "the recogniser still holds its end of the pipe"
