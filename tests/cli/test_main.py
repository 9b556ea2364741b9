"""The command line's own words and codes; what runs behind them is tested in tests/e2e."""

import pytest

from gate.cli import closing
from gate.cli.main import main
from gate.cli.outcomes import told
from gate.core.findings import Outcome, Report


def test_a_bug_is_exit_3_with_a_report_to_paste(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended, told():
        raise ZeroDivisionError("of ours")
    assert ended.value.code == 3
    shown = capsys.readouterr().err
    assert "this is a bug of Voxgate, not of your agent" in shown
    assert "ZeroDivisionError: of ours" in shown


def test_faults_are_listed_one_a_line_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    from gate.reference.faults import FAULTS

    assert main(["agent", "--list-faults"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(FAULTS)


@pytest.mark.parametrize(
    "words", [["demo", "--fault", "tool-twise"], ["agent", "--fault", "tool-twise"], ["demo", "--dialect", "canonicl"]]
)
def test_a_misspelt_name_is_exit_2_with_a_suggestion(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    assert "did you mean" in capsys.readouterr().err


def test_judging_a_folder_that_is_none_is_exit_2(tmp_path: object, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["judge", str(tmp_path)])
    assert ended.value.code == 2
    assert "no such file" in capsys.readouterr().err


BUG, NO_ROOM = closing.Unmade("junit.xml could not be made"), closing.Unmade("no room", is_bug=False)


@pytest.mark.parametrize(
    ("outcome", "stopped", "broken", "code"),
    [
        (Outcome.PASSED, [], [], 0),
        (Outcome.PASSED, [], [BUG], 3),
        (Outcome.PASSED, [], [NO_ROOM], 1),
        (Outcome.PASSED, [], [NO_ROOM, BUG], 3),
        (Outcome.FAILED, [2], [BUG], 1),
        (Outcome.ENVIRONMENT, [2], [], 130),
        (Outcome.ENVIRONMENT, [15], [BUG], 143),
        (Outcome.NO_TESTS, [], [], 1),
        (Outcome.INTERNAL, [], [], 3),
    ],
)
def test_exit_codes_in_their_order(
    outcome: Outcome, stopped: list[int], broken: list[closing.Unmade], code: int
) -> None:
    report = Report("r", "m", "0", "0", outcome, ())
    assert closing.exit_code(report, stopped, broken) == code  # type: ignore[arg-type]


def test_a_missing_extra_is_exit_2_and_names_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    from gate.reference.extra import needs_agent_extra

    with pytest.raises(SystemExit) as ended, told(), needs_agent_extra():
        raise ImportError("no module", name="jwt")
    assert ended.value.code == 2
    assert "needs the package 'jwt': pip install 'voxgate[agent]'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "told_"),
    [(["--answer-delay", "fast"], "such as 800"), (["--log", "nowhere/agent.jsonl"], "--log nowhere/agent.jsonl")],
)
def test_what_the_agent_cannot_do_is_exit_2_before_it_listens(
    words: list[str], told_: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["agent", "--port", "0", *words])
    assert ended.value.code == 2
    assert told_ in capsys.readouterr().err
