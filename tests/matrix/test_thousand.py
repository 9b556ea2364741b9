"""What `make false-alarms` counts of a thousand case runs, and that its hardships are what they say."""

import asyncio
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gate.core.findings import Blame, Verdict
from tests.matrix import clean, thousand
from tests.matrix.hardship import slow_line, stepping
from tests.matrix.thousand import LEAST, Tally, is_red, table
from tests.report.conftest import make_case, make_finding, make_report

UNKNOWN = {"verdict": Verdict.UNKNOWN, "blame": Blame.ENVIRONMENT}
PASSED = make_case(make_finding(Verdict.PASS))
FAILED = make_case(make_finding(Verdict.FAIL))
DOUBTED = make_case(make_finding(**UNKNOWN))
LATE = make_case(make_finding(Verdict.PASS), make_finding(**UNKNOWN, late=True))


def tallied(*cases: object, times: int = 1) -> Tally:
    tally = Tally()
    for _ in range(times):
        tally.take(make_report(*cases), "tools")  # type: ignore[arg-type]
    return tally


def test_each_case_counts_once_by_what_it_came_to() -> None:
    tally = tallied(PASSED, FAILED, DOUBTED, LATE, make_case(verdict=Verdict.SKIP, skip="no"))
    assert (tally.cases, len(tally.failed), len(tally.doubted), len(tally.late)) == (4, 1, 1, 1)
    assert "| `canonical` | sockets | 4 | 1 | 1 | 1 |" in table({("canonical", "sockets"): tally})


@pytest.mark.parametrize(
    ("tally", "red"),
    [
        (tallied(PASSED, times=100), False),
        (tallied(*[PASSED] * 99, LATE), False),
        (tallied(*[PASSED] * 98, LATE, LATE), True),
        (tallied(*[PASSED] * 999, DOUBTED), True),
        (tallied(*[PASSED] * 999, FAILED), True),
    ],
)
def test_one_failure_or_doubt_is_red_and_more_than_one_late_in_a_hundred(tally: Tally, red: bool) -> None:
    assert is_red({("canonical", "sockets"): tally}) is red


def test_a_run_for_which_the_machine_was_too_busy_is_made_again_with_fewer_calls(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers, asked = [None, make_report(PASSED)], list[tuple[str, ...]]()

    def once(suite: str, dialect: str, way: str, fewer: tuple[str, ...]) -> object:
        asked.append(fewer)
        return answers.pop(0) if answers else None

    monkeypatch.setattr(thousand, "once", once)
    assert thousand.over_sockets("tools", "canonical", "sockets") == make_report(PASSED)
    assert asked == [(), ("--jobs", "2")]
    with pytest.raises(RuntimeError, match="too busy for the reference agent"):
        thousand.over_sockets("tools", "canonical", "sockets")


def test_there_are_a_thousand_of_them() -> None:
    assert sum(LEAST.values()) == 1_000
    assert sum(LEAST.values()) - LEAST[thousand.VIRTUAL] == 300


def test_red_is_exit_1_and_writes_no_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clean, "thousand", lambda share: {("canonical", "sockets"): tallied(FAILED)})
    monkeypatch.setattr(clean, "written", lambda *_: pytest.fail("the page was written"))
    assert clean.main(["--thousand", "1"]) == 1


def test_the_slow_line_is_slow_in_each_direction_and_passes_on_ends() -> None:
    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(9):
            writer.write(data)
        writer.close()

    async def ask() -> tuple[float, bytes]:
        server = await asyncio.start_server(echo, "127.0.0.1", 0)
        with slow_line(server.sockets[0].getsockname()[1]) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            began_s = time.monotonic()
            writer.write(b"are you there?")
            heard = await reader.readexactly(14)
            took_s = time.monotonic() - began_s
            writer.write_eof()
            assert await reader.read() == b""
            writer.close()
        server.close()
        return took_s, heard

    took_s, heard = asyncio.run(ask())
    assert heard == b"are you there?"
    assert took_s >= 0.06


WATCH = """
import time
begun, seen = (time.monotonic(), time.time()), []
while time.monotonic() - begun[0] < 2.2:
    seen.append(round((time.time() - begun[1]) - (time.monotonic() - begun[0])))
    time.sleep(0.05)
print(len(set(seen)))
"""


@pytest.mark.long
def test_the_wall_clock_steps_and_the_monotonic_one_does_not() -> None:
    with stepping("") as (_, more):
        done = subprocess.run([sys.executable, "-c", WATCH], env=more, capture_output=True, text=True, check=True)
    assert int(done.stdout) >= 3
    assert Path(more["LD_PRELOAD"]).suffix == ".so"
