import io
import re
from typing import Any

import pytest

from gate.cli.console import Console
from gate.core.findings import Blame, CaseResult, Finding, Layer, Report, Verdict, outcome_of
from gate.core.places import Place
from gate.core.progress import Progress

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


def test_live_shows_what_runs_and_leaves_plain_lines() -> None:
    stream = io.StringIO()
    with Console(stream, colour=False, live=True) as console:
        console.planned(2, ("staging",))
        console.started("staging--hello", HOSTILE)
        console.started("staging--pause", "pause")
        console.started("staging--pause", "pause")
        console.finished(result(Verdict.PASS))
        console.finished(result(Verdict.FAIL, "pause", HOSTILE))
        console.closing(report(result(Verdict.FAIL, "pause", HOSTILE)), "out")
    shown = stream.getvalue()
    assert "PASS  smoke · hello  4.2 s\n" in shown
    assert "[red]x[/red] :boom:" in shown
    assert "0:00:0" in shown
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
