import argparse
import io
import os
import re
from typing import Any

import pytest

from gate.cli.console import Console, console_of
from gate.core.findings import Blame, CaseResult, Finding, Layer, Report, Verdict, outcome_of
from gate.core.measurement import Measurement
from gate.core.places import Place
from gate.core.progress import Progress
from gate.core.timelines import Moment, Timeline

PLACE = Place("voice-tests.yaml", 34, 9)
HOSTILE = "\x1b]0;owned\x07[red]x[/red] :boom:\n::set-output name=a::b\u202e\x00\ud800"


def result(verdict: Verdict, name: str = "hello", actual: str = "no audio", **changes: Any) -> CaseResult:
    found = Finding("audible", verdict, Layer.OUTPUT, Blame.AGENT, "an answer", actual, PLACE, at=(3,))
    fields: dict[str, Any] = {"duration_ms": 4_210.0, "evidence": f"evidence/cases/{name}/1"}
    return CaseResult(
        f"staging--{name}", "staging", "canonical", "smoke", name, PLACE, verdict, (found,), **fields | changes
    )


def report(*cases: CaseResult) -> Report:
    return Report("r", "voice-tests.yaml", "1", "1", outcome_of(cases), cases, duration_ms=31_400.0)


def follow(console: Progress, *cases: CaseResult, targets: tuple[str, ...] = ("staging",)) -> None:
    console.planned(len(cases), targets)
    for case in cases:
        console.started(case.id, case.name)
    for case in cases:
        console.finished(case)
    console.closing(report(*cases), "voxgate-results")


def test_plain_lines() -> None:
    stream = io.StringIO()
    skip = result(Verdict.SKIP, "probe", skip="no probe was declared", duration_ms=0.0)
    with Console(stream, colour=False, live=False) as console:
        follow(console, result(Verdict.PASS), skip, result(Verdict.FAIL, "pause"))
    assert stream.getvalue() == (
        "3 cases against staging\n"
        "PASS  smoke · hello  4.2 s\n"
        "SKIP  smoke · probe\n"
        "FAIL  smoke · pause  4.2 s\n"
        "\n"
        "SKIP  smoke · probe: no probe was declared  target staging (canonical)\n"
        "\n"
        "FAIL  smoke · pause                                                           target staging (canonical)\n"
        "  layer     output audio\n"
        "  expected  an answer\n"
        "  actual    no audio (wire.jsonl line 4)\n"
        "  manifest  voice-tests.yaml:34:9\n"
        "  evidence  voxgate-results/evidence/cases/pause/1/\n"
        "\n"
        "results in voxgate-results/\n"
        "FAILED  3 cases: 1 passed, 1 failed, 0 unknown, 1 skipped in 31.4 s\n"
    )


def test_colour_paints_the_verdict_only() -> None:
    stream = io.StringIO()
    follow(Console(stream, colour=True, live=False), result(Verdict.PASS), targets=("staging", "next"))
    assert stream.getvalue() == (
        "1 case against staging, next\n"
        "\x1b[32mPASS\x1b[0m  smoke · hello  staging  4.2 s\n"
        "\n"
        "results in voxgate-results/\n"
        "\x1b[1;32mPASSED\x1b[0m  1 case: 1 passed, 0 failed, 0 unknown, 0 skipped in 31.4 s\n"
    )


@pytest.mark.parametrize("verdict", Verdict)
def test_an_agent_cannot_write_to_the_log(verdict: Verdict) -> None:
    stream = io.StringIO()
    follow(Console(stream, colour=False, live=False), result(verdict, HOSTILE, HOSTILE, skip=HOSTILE))
    shown = stream.getvalue()
    assert not re.search("[\x00-\x08\x0b-\x1f\u202e\ud800]", shown)
    assert not any(line.strip().startswith("::") for line in shown.splitlines())


def test_in_few_words_only_what_is_red_is_said() -> None:
    stream = io.StringIO()
    shown_only = result(Verdict.PASS, "slow")
    with Console(stream, colour=False, live=False, words="few") as console:
        follow(console, result(Verdict.PASS), shown_only, result(Verdict.FAIL, "pause"))
    assert stream.getvalue().startswith("FAIL  smoke · pause  ")
    assert stream.getvalue().endswith(
        "evidence  voxgate-results/evidence/cases/pause/1/\n"
        "\n"
        "FAILED  3 cases: 2 passed, 1 failed, 0 unknown, 0 skipped in 31.4 s\n"
    )
    stream = io.StringIO()
    follow(Console(stream, colour=False, live=False, words="few"), result(Verdict.PASS))
    assert stream.getvalue() == "PASSED  1 case: 1 passed, 0 failed, 0 unknown, 0 skipped in 31.4 s\n"


def test_in_many_words_every_step_and_every_claim_is_said() -> None:
    stream = io.StringIO()
    number = Measurement("first_audible", "ms", 957.0, 13.0, "b", turn=1)
    with Console(stream, colour=False, live=False, words="many") as console:
        console.planned(1, ("staging",))
        console.started("staging--hello", "smoke · hello")
        console.doing("staging--hello", "waits for the agent to be heard")
        console.finished(result(Verdict.FAIL, measurements=(number,)))
    assert stream.getvalue() == (
        "1 case against staging\n"
        "START  smoke · hello\n"
        "  smoke · hello: waits for the agent to be heard\n"
        "FAIL  smoke · hello  4.2 s\n"
        "  fail    output audio: an answer: no audio\n"
        "  first_audible: 957 ± 13 ms\n"
    )


def test_a_failure_is_shown_with_its_timeline() -> None:
    stream = io.StringIO()
    timeline = Timeline(2_000.0, agent=((0.0, 1_000.0),), moments=(Moment(500.0, "agent", 'says "hi"'),))
    follow(Console(stream, colour=False, live=False), result(Verdict.FAIL, timeline=timeline))
    assert "\n  agent   ===============================.............................\n" in stream.getvalue()
    assert '      0.50 s   agent   says "hi"\n' in stream.getvalue()


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def words(**changes: bool) -> argparse.Namespace:
    return argparse.Namespace(**{"quiet": False, "verbose": False, "json": False} | changes)


@pytest.mark.parametrize(
    ("environ", "options", "live", "colour"),
    [
        ({}, {}, True, True),
        ({"NO_COLOR": "1"}, {}, True, False),
        ({"NO_COLOR": ""}, {}, True, True),
        ({"TERM": "dumb"}, {}, False, False),
        ({"CI": "true"}, {}, False, True),
        ({}, {"quiet": True}, False, True),
    ],
)
def test_what_a_terminal_gets(
    environ: dict[str, str], options: dict[str, bool], live: bool, colour: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stdout", terminal)
    with console_of(words(**options), environ, live=True) as console:
        follow(console, result(Verdict.PASS))
    assert ("\x1b[?25l" in terminal.getvalue()) is live
    assert ("\x1b[1;32m" in terminal.getvalue()) is colour


def test_with_json_the_words_go_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    follow(console_of(words(json=True), {}, live=True), result(Verdict.PASS))
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "PASS  smoke · hello" in shown.err


def test_a_reader_that_has_gone_changes_nothing() -> None:
    """`voxgate run | head`: what is still to say is said to nobody."""
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w", encoding="utf-8") as stream:
        follow(Console(stream, colour=False, live=False), result(Verdict.FAIL))


def test_live_shows_what_runs_and_leaves_plain_lines() -> None:
    stream = io.StringIO()
    with Console(stream, colour=False, live=True) as console:
        console.planned(2, ("staging",))
        console.started("staging--hello", HOSTILE)
        console.started("staging--pause", "pause")
        console.started("staging--pause", "pause")
        console.doing("staging--pause", HOSTILE)
        console.finished(result(Verdict.PASS))
        console.finished(result(Verdict.FAIL, "pause", HOSTILE))
        console.closing(report(result(Verdict.FAIL, "pause", HOSTILE)), "out")
    shown = stream.getvalue()
    assert "PASS  smoke · hello  4.2 s\n" in shown
    assert "[red]x[/red] :boom:" in shown
    assert "0:00" in shown
    assert "\x1b]" not in shown
    assert "\x07" not in shown
    assert shown.endswith("FAILED  1 case: 0 passed, 1 failed, 0 unknown, 0 skipped in 31.4 s\n")


def test_a_run_that_dies_gives_the_terminal_back() -> None:
    stream = io.StringIO()

    def run() -> None:
        with Console(stream, colour=False, live=True) as console:
            console.planned(1, ("staging",))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run()
    assert stream.getvalue().rindex("\x1b[?25h") > stream.getvalue().rindex("\x1b[?25l")


def test_a_stream_that_knows_ascii_only_is_no_obstacle() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    follow(Console(stream, colour=False, live=False), result(Verdict.PASS, "日本"))
    assert rb"PASS  smoke \xb7 \u65e5\u672c  4.2 s" in raw.getvalue()
