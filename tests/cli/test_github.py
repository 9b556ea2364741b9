"""Under GitHub, read by its runner: what it acts upon, what a person sees, what is in the files that it reads back."""

import io
from pathlib import Path
from typing import Any

import pytest

from gate.cli.github import GitHub, workspace_of
from gate.cli.main import main
from gate.core.findings import Blame, CaseResult, Finding, Layer, Outcome, Report, Verdict, outcome_of
from gate.core.places import Place
from gate.report.workspace import Workspace
from tests.cli.runner import Runner

PLACE = Place("voice-tests.yaml", 34, 9)
SAID = "::error::x\n::set-output name=a::b\n::add-mask::e\n##[add-mask]e\n::stop-commands::z\n::endgroup::"


def report(verdict: Verdict, said: str = "no audio") -> Report:
    found = Finding("audible", verdict, Layer.OUTPUT, Blame.AGENT, said, said, PLACE, at=(3,))
    case = CaseResult(
        "c", "staging", "canonical", "smoke", said, PLACE, verdict, (found,), evidence="evidence/cases/c/1"
    )
    return Report("r", "voice-tests.yaml", "1", "1", outcome_of([case]), (case,))


class Step:
    """One step of a job: its workspace, its files, and what it prints."""

    def __init__(self, workspace: Path) -> None:
        self.workspace = workspace
        self.results = workspace / "out"
        (self.results / "evidence").mkdir(parents=True)
        self.printed = io.StringIO()
        self.environ = {
            "GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": str(workspace),
            "GITHUB_OUTPUT": str(workspace / "output"), "GITHUB_STEP_SUMMARY": str(workspace / "summary"),
        }  # fmt: skip

    @property
    def github(self) -> GitHub:
        found = GitHub.around(self.environ, self.printed)
        assert found
        return found

    def tell(self, told: Report, **more: Any) -> Runner:
        where = Workspace(str(self.workspace), str(self.workspace), str(self.results))
        self.github.tell(told, where, self.results, **{"code": told.exit_code} | more)
        return self.runner

    @property
    def runner(self) -> Runner:
        runner = Runner()
        runner.reads(self.printed.getvalue())
        return runner

    @property
    def outputs(self) -> dict[str, str]:
        return Runner.outputs((self.workspace / "output").read_text("utf-8"))

    @property
    def summary(self) -> str:
        return (self.workspace / "summary").read_text("utf-8")


@pytest.fixture
def step(tmp_path: Path) -> Step:
    return Step(tmp_path)


def test_a_red_run_is_told_in_full(step: Step) -> None:
    for name in ("junit.xml", "report.html"):
        (step.results / name).touch()
    runner = step.tell(report(Verdict.FAIL))
    assert [(one.name, one.properties["file"], one.properties["line"]) for one in runner.commands] == [
        ("error", "voice-tests.yaml", "34")
    ]
    assert step.outputs == {
        "outcome": "failed", "reason": "failed", "junit": "out/junit.xml", "report": "out/report.html",
        "evidence": "out/evidence",
        "counts": '{"cases":1,"passed":0,"failed":1,"unknown":0,"skipped":0,"flaky":0,"quarantined":0}',
    }  # fmt: skip
    assert step.summary.startswith("## Voxgate: FAILED\n")


def test_what_was_not_written_is_no_path_and_no_summary(step: Step) -> None:
    step.tell(report(Verdict.PASS), with_summary=False)
    assert (step.outputs["junit"], step.outputs["report"], step.outputs["outcome"]) == ("", "", "passed")
    assert not (step.workspace / "summary").exists()


def test_a_doubt_that_is_let_pass_is_a_warning_in_a_step_that_passed(step: Step) -> None:
    runner = step.tell(report(Verdict.UNKNOWN), code=0)
    assert [one.name for one in runner.commands] == ["warning"]
    assert (step.outputs["outcome"], step.outputs["reason"]) == ("passed", "inconclusive")


def test_what_is_quoted_is_text_even_where_nobody_escaped_it(step: Step) -> None:
    def run() -> None:
        with step.github.quoting("Calls"):
            step.printed.write(SAID + "\n")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run()
    runner = step.runner
    assert runner.listens
    assert [(one.name, one.data) for one in runner.commands] == [("group", "Calls"), ("endgroup", "")]
    assert runner.masked == []
    assert "\n".join(runner.log) == SAID


def test_nobody_can_know_the_word_that_ends_a_quotation(step: Step) -> None:
    for _ in range(2):
        with step.github.quoting():
            pass
    words = [line for line in step.printed.getvalue().splitlines() if line.startswith("::stop-commands::")]
    assert len(set(words)) == 2


def test_hostile_text_becomes_no_command_no_output_and_no_html(step: Step) -> None:
    runner = step.tell(report(Verdict.FAIL, SAID + "<script>\noutcome<<x\npassed\nx"))
    assert [one.name for one in runner.commands] == ["error"]
    assert runner.masked == []
    assert runner.log == []
    assert step.outputs["outcome"] == "failed"
    assert not any(line.lstrip().startswith("::") for line in step.summary.splitlines())


def test_a_file_that_cannot_be_written_changes_nothing(step: Step, capsys: pytest.CaptureFixture[str]) -> None:
    (step.workspace / "output").mkdir()
    step.tell(report(Verdict.PASS))
    assert "output could not be written: Is a directory" in capsys.readouterr().err
    assert step.summary


def test_elsewhere_nothing_is_told() -> None:
    assert GitHub.around({}, io.StringIO()) is None
    assert GitHub.around({"GITHUB_ACTIONS": "false"}, io.StringIO()) is None


def test_without_its_files_the_commands_are_still_printed() -> None:
    stream = io.StringIO()
    found = GitHub.around({"GITHUB_ACTIONS": "true"}, stream)
    assert found
    found.refuse("no", Outcome.CONFIGURATION, (), Workspace("/", "/", "/"))
    assert stream.getvalue() == "::error title=Voxgate%3A configuration::no\n"


@pytest.mark.parametrize("name", ["GITHUB_WORKSPACE", "CI_PROJECT_DIR", "WORKSPACE"])
def test_the_workspace_is_the_pipelines_if_we_are_in_it(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = tmp_path / "app"
    inside.mkdir()
    monkeypatch.chdir(inside)
    where = workspace_of({name: str(tmp_path)}, Path("out/evidence"))
    assert where.file("voice-tests.yaml") == "app/voice-tests.yaml"
    assert where.evidence("evidence/cases/c/1") == "app/out/evidence/cases/c/1"
    assert where.file("/elsewhere/x") == "/elsewhere/x"
    elsewhere = workspace_of({name: "/nowhere"}, Path("out/evidence"))
    assert elsewhere.file("voice-tests.yaml") == "voice-tests.yaml"


@pytest.fixture
def at_github(step: Step, monkeypatch: pytest.MonkeyPatch) -> Step:
    monkeypatch.chdir(step.workspace)
    for name, value in step.environ.items():
        monkeypatch.setenv(name, value)
    return step


def test_mistakes_of_a_manifest_are_annotations_at_their_lines(
    at_github: Step, capsys: pytest.CaptureFixture[str]
) -> None:
    (at_github.workspace / "voice-tests.yaml").write_text("version: 1\ntarget:\n  url: ws://127.0.0.1:1\n  dialct: x\n")
    with pytest.raises(SystemExit) as stopped:
        main(["run"])
    assert stopped.value.code == 2
    runner = Runner()
    runner.reads(capsys.readouterr().out)
    assert ("voice-tests.yaml", "4") in [(one.properties["file"], one.properties["line"]) for one in runner.commands]
    assert (at_github.outputs["outcome"], at_github.outputs["reason"]) == ("failed", "configuration")
    assert "unknown key 'dialct'" in at_github.summary


@pytest.mark.parametrize("words", [["run", "--no-such-option"], ["run", "nowhere.yaml"], ["judge", "nowhere"]])
def test_whatever_is_refused_has_its_outputs(
    words: list[str], at_github: Step, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(words)
    assert stopped.value.code == 2
    assert at_github.outputs == {
        "outcome": "failed", "reason": "configuration", "counts": "", "junit": "", "report": "", "evidence": ""
    }  # fmt: skip
    runner = Runner()
    runner.reads(capsys.readouterr().out)
    assert {one.name for one in runner.commands} == {"error"}


def test_help_is_no_failure(at_github: Step) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    assert not (at_github.workspace / "output").exists()
