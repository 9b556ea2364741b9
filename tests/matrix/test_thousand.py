"""What `make false-alarms` counts of a thousand case runs, and that its hardships are what they say."""

import asyncio
import subprocess
import sys
import time
from concurrent.futures import Future
from pathlib import Path
from types import SimpleNamespace

import pytest

from gate.core.findings import Blame, CaseResult, Outcome, Report, Verdict
from gate.report.renderers import RENDERERS
from gate.report.workspace import NOWHERE
from tests.matrix import clean, hardship, thousand
from tests.matrix.counting import Run, Tally
from tests.matrix.hardship import slow_line, stepping
from tests.matrix.thousand import Tallies, is_red, short_of, table
from tests.matrix.turns import FIRST, LEAST, STEPPING, SUITES, VIRTUAL
from tests.report.conftest import make_case, make_finding, make_report

UNKNOWN = {"verdict": Verdict.UNKNOWN, "blame": Blame.ENVIRONMENT}
PASSED = make_case(make_finding(Verdict.PASS))
FAILED = make_case(make_finding(Verdict.FAIL))
DOUBTED = make_case(make_finding(**UNKNOWN))
LATE = make_case(make_finding(Verdict.PASS), make_finding(**UNKNOWN, late=True))
SLOW = make_case(make_finding(check="first-audio"), make_finding(check="script", folded=True))
SLOW_AND_WRONG = make_case(make_finding(check="first-audio"), make_finding(check="count"))
LEFT_OUT = make_case(make_finding(Verdict.SKIP, actual="not here"), verdict=Verdict.SKIP)


def a_run(*cases: CaseResult, **changes: object) -> Run:
    fields = {"way": "sockets", "report": make_report(*cases)} | changes
    return Run("tools", "canonical", **fields)  # type: ignore[arg-type]


def tallied(*cases: CaseResult, times: int = 1) -> Tally:
    tally = Tally()
    for _ in range(times):
        tally.take(a_run(*cases))
    return tally


def of(tally: Tally) -> Tallies:
    return {("canonical", "sockets"): tally}


def test_each_case_counts_once_by_what_it_came_to() -> None:
    tally = tallied(PASSED, FAILED, DOUBTED, LATE, make_case(verdict=Verdict.SKIP, skip="no"))
    assert (tally.cases, len(tally.failed), len(tally.doubted), len(tally.late)) == (4, 1, 1, 1)
    assert "| `canonical` | sockets | 4 | 1 | 1 | 1 | 0 |" in table(of(tally))


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
    assert is_red(of(tally)) is red


@pytest.mark.parametrize(
    ("run", "why"),
    [
        (a_run(report=make_report(PASSED, problems=("the log is gone",))), "tools: the log is gone"),
        (
            a_run(report=make_report(PASSED, outcome=Outcome.INTERNAL)),
            "tools: the run is internal, and none of its 1 cases says why",
        ),
        (
            a_run(PASSED, make_case(make_finding(), suite="smoke")),
            "tools: the run is failed, and none of its 1 cases says why",
        ),
        (a_run(report=None, broke="it broke with 3: bug"), "tools: it broke with 3: bug"),
    ],
)
def test_a_red_run_whose_cases_are_green_failed(run: Run, why: str) -> None:
    tally = Tally()
    tally.take(run)
    assert tally.failed == [why]
    assert is_red(of(tally))


def test_only_the_plan_may_leave_a_case_out() -> None:
    tally = tallied(PASSED, LEFT_OUT)
    assert (tally.cases, tally.doubted) == (2, [f"tools · {PASSED.name}: tool-calls: not here"])


@pytest.mark.parametrize(
    ("case", "failed", "excused"),
    [(PASSED, 0, 0), (DOUBTED, 0, 0), (SLOW, 0, 1), (SLOW_AND_WRONG, 1, 0), (FAILED, 1, 0)],
)
def test_a_failure_in_a_run_that_is_thrown_away_counts_unless_it_is_one_of_time(
    case: CaseResult, failed: int, excused: int
) -> None:
    tally = Tally()
    tally.take(a_run(PASSED, thrown=(make_report(case),)))
    assert (tally.cases, tally.again, len(tally.failed), len(tally.excused)) == (1, 1, failed, excused)
    assert is_red(of(tally)) is bool(failed)
    assert "| all | | 1 | " in table(of(tally))
    assert len([line for line in tally.told if "thrown away" in line]) == failed + excused


def test_a_run_for_which_the_machine_was_too_busy_is_made_again_with_fewer_calls_and_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked, busy = list[tuple[str, ...]](), [True, False]

    def once(suite: str, dialect: str, way: str, fewer: tuple[str, ...]) -> tuple[Report, bool, str]:
        asked.append(fewer)
        return make_report(PASSED), busy.pop(0) if busy else True, ""

    monkeypatch.setattr(thousand, "once", once)
    run = thousand.over_sockets("tools", "canonical", "sockets")
    assert (run.report, len(run.thrown)) == (make_report(PASSED), 1)
    assert asked == [(), ("--jobs", "2")]
    in_vain = thousand.over_sockets("tools", "canonical", "sockets")
    assert (in_vain.report, len(in_vain.thrown), in_vain.cases) == (None, 3, 0)
    tally = Tally()
    tally.take(in_vain)
    assert "| `canonical` | sockets | 0 | 0 | 0 | 0 | 3 |" in table(of(tally))


@pytest.mark.parametrize(("code", "problems", "broke"), [(0, 0, False), (1, 1, False), (3, 0, True)])
def test_a_run_counts_as_its_process_ended(
    code: int, problems: int, broke: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(command: list[str], **_: object) -> object:
        results = Path(command[command.index("--out") + 1])
        results.mkdir()
        (results / "report.json").write_text(RENDERERS["report.json"](make_report(PASSED), NOWHERE), "utf-8")
        return SimpleNamespace(returncode=code, stderr="a bug")

    monkeypatch.setattr(thousand, "subprocess", SimpleNamespace(run=run))
    report, busy, words = thousand.once("tools", "canonical", "sockets", ())
    assert (bool(words), busy, len(report.problems if report else ())) == (broke, False, problems)


def test_in_virtual_time_a_suite_is_alone_and_has_the_pauses_of_its_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    report, seeds = thousand.virtual("handshake", "retell", 1), list[int]()
    assert (report.outcome, {case.suite for case in report.cases}) == (Outcome.PASSED, {"handshake"})
    monkeypatch.setattr(thousand, "rehearse", lambda *_, delay: seeds.append(delay.seed))
    thousand.virtual("handshake", "retell", 7)
    assert seeds == [7]


def test_a_job_that_breaks_costs_itself_alone() -> None:
    job: Future[Report] = Future()
    job.set_exception(ValueError("no such thing"))
    run = thousand._of_job("tools", "canonical", 4, job)
    assert (run.report, run.broke, run.way) == (None, "ValueError: no such thing", VIRTUAL)


def test_what_is_not_clean_is_told_with_its_seed_as_it_comes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(thousand, "compiler", lambda: "cc")
    runs = [a_run(FAILED, way=VIRTUAL, seed=7), a_run(PASSED, way=VIRTUAL, seed=8)]
    monkeypatch.setattr(thousand, "all_runs", lambda share: iter(runs))
    assert thousand.thousand()["canonical", VIRTUAL].cases == 2
    told = capsys.readouterr().err.splitlines()
    assert told[0] == "canonical, virtual time, seed 7: tools, 1 cases"
    assert told[1].startswith("NOT CLEAN  tools · ")
    assert told[1].endswith("[canonical, virtual time, seed 7]")
    assert told[2:] == ["canonical, virtual time, seed 8: tools, 1 cases"]


def whole() -> Tallies:
    tallies = {("canonical", way): Tally(cases=least, suites={*SUITES}) for way, least in LEAST.items()}
    return tallies | {("openai-realtime", STEPPING): Tally(suites={"handshake"})}


def test_what_was_to_be_driven_and_was_not_is_told() -> None:
    assert short_of(whole()) == []
    fewer = whole()
    fewer["canonical", "sockets"].cases = 99
    assert short_of(fewer) == ["sockets: 99 case runs, at least 100 were to be made"]
    assert short_of(fewer, 0.5) == []
    alike = whole()
    alike["canonical", "sockets"].suites = {"smoke", "tools"}
    assert short_of(alike) == ["sockets: only smoke, tools, of at least 3 suites"]
    tokens = whole()
    del tokens["openai-realtime", STEPPING]
    assert short_of(tokens) == [f"{STEPPING}: handshake of openai-realtime was not driven"]
    assert short_of(tokens, 0.02) == []
    assert FIRST[STEPPING]


def test_red_is_exit_1_and_writes_no_page(monkeypatch: pytest.MonkeyPatch) -> None:
    tallies = whole() | {("retell", "sockets"): tallied(FAILED)}
    monkeypatch.setattr(clean, "thousand", lambda share: tallies)
    monkeypatch.setattr(clean, "written", lambda *_: pytest.fail("the page was written"))
    assert clean.main(["--thousand", "1"]) == 1


def test_too_few_is_exit_1_and_says_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    tallies, pages = whole(), list[str]()
    monkeypatch.setattr(clean, "thousand", lambda share: tallies)
    monkeypatch.setattr(clean, "written", lambda page, command, made: pages.append(command))
    assert clean.main(["--thousand", "1"]) == 0
    assert pages == ["false-alarms --thousand 1"]
    tallies["canonical", VIRTUAL].cases = 12
    assert clean.main(["--thousand", "1"]) == 1
    assert len(pages) == 1
    assert "TOO FEW    virtual time: 12 case runs, at least 700 were to be made" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["--thousand", "1"]])
def test_without_a_c_compiler_it_does_not_even_begin(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hardship, "shutil", SimpleNamespace(which=lambda name: None))
    monkeypatch.setattr(clean, "repeated", lambda *_: pytest.fail("it began"))
    monkeypatch.setattr(thousand, "all_runs", lambda share: pytest.fail("it began"))
    with pytest.raises(SystemExit, match="needs a C compiler"):
        clean.main(arguments)


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
