"""How the image begins. What it does as root is tested over the real image, in tests/container."""

from pathlib import Path

import pytest

from gate.cli.entry import main


def test_without_arguments_outside_github_it_says_how_it_is_used(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([], {}) == 2
    assert "usage: voxgate" in capsys.readouterr().err


def test_with_arguments_it_is_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["--version"], {"GITHUB_ACTIONS": "true"})
    assert stopped.value.code == 0
    assert capsys.readouterr().out.startswith("voxgate ")


def test_under_github_it_works_in_the_workspace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir("/")
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    with pytest.raises(SystemExit) as stopped:
        main([], {"GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": str(workspace), "INPUT_MANIFEST": "none.yaml"})
    assert stopped.value.code == 2
    assert "none.yaml" in capsys.readouterr().err
    assert Path.cwd() == workspace
