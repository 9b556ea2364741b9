import json
from pathlib import Path

import pytest
import structlog

from gate.cli.logs import open_log
from gate.core.vault import Vault
from tests.cli.runner import Runner


def test_the_log_is_json_with_bound_ids_and_without_secrets(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with open_log(tmp_path / "gate.log", "warning", Vault({"TOKEN": "not-for-the-log"})):
        log = structlog.get_logger()
        with structlog.contextvars.bound_contextvars(run="r1", case="c1"):
            log.info("dial", header="Bearer not-for-the-log")
            log.warning("late", ms=31)
    structlog.reset_defaults()
    first, second = [json.loads(line) for line in (tmp_path / "gate.log").read_text().splitlines()]
    assert first["header"] == "Bearer [secret:TOKEN]"
    assert (first["run"], first["case"], first["level"]) == ("r1", "c1", "info")
    assert second["ms"] == 31
    shown = capsys.readouterr().err.splitlines()
    assert [json.loads(line)["event"] for line in shown] == ["late"]


def test_an_exception_text_is_masked_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with open_log(tmp_path / "gate.log", "error", Vault({"TOKEN": "not-for-the-log"})):
        try:
            raise ValueError("bad token not-for-the-log")
        except ValueError:
            structlog.get_logger().exception("case.broken")
    structlog.reset_defaults()
    text = (tmp_path / "gate.log").read_text() + capsys.readouterr().err
    assert "not-for-the-log" not in text
    assert "ValueError: bad token [secret:TOKEN]" in text


def test_what_is_shown_of_the_log_is_no_command_of_a_pipeline(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`##[add-mask]` acts anywhere in a line, inside JSON too."""
    said = "##[add-mask]e ###[error]x ##vso[task.complete] ::error::y \x1b[31m"
    with open_log(tmp_path / "gate.log", "warning", Vault({})):
        structlog.get_logger().warning("heard", text=said)
    structlog.reset_defaults()
    shown = capsys.readouterr().err
    runner = Runner()
    runner.reads(shown)
    assert runner.masked == []
    assert len(runner.log) == 1
    assert "##" not in shown
    assert json.loads(shown)["text"] == said
