"""`voxgate init` in a repository: what it finds there, and that its manifest passes `check` and runs green."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gate.cli.main import main
from gate.cli.running import read
from gate.cli.selection import with_cases
from gate.cli.survey import survey
from gate.core.findings import Outcome
from gate.core.plan import Start
from gate.manifest import json_schema
from gate.manifest.source import load
from gate.reference.gatekeeper import mint
from gate.reference.virtual import EPOCH_S
from tests.cli.repositories import REPOSITORIES, lay_out
from tests.rehearsal import KEY, rehearse

KEYS = {
    "openai-realtime": "OPENAI_API_KEY", "elevenlabs": "ELEVENLABS_API_KEY", "gemini-live": "GOOGLE_API_KEY",
    "deepgram": "DEEPGRAM_API_KEY",
}  # fmt: skip


def manifest(folder: Path, monkeypatch: pytest.MonkeyPatch, *more: str) -> dict[str, Any]:
    monkeypatch.chdir(folder)
    assert main(["init", *more]) == 0
    data: Any = load(str(folder / "voice-tests.yaml")).data
    return dict(data["target"])


@pytest.mark.parametrize("dialect", REPOSITORIES)
def test_a_repository_gets_a_manifest_that_passes_check_and_runs_green(
    dialect: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    target = manifest(lay_out(tmp_path, dialect), monkeypatch)
    assert target["dialect"] == dialect
    assert f"found {dialect}: " in capsys.readouterr().out
    environ = {KEYS[dialect]: mint(KEY, EPOCH_S)} if dialect in KEYS else {}
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert main(["check"]) == 0
    plan, vault = read("voice-tests.yaml", environ)
    own = Start(("agent",), {"VOXGATE_AGENT_KEY": ""} if environ else {})
    few = [case for case in plan.cases if case.name in ("a question is answered", "no token is refused")]
    assert len(few) == 2
    kept = with_cases(replace(plan, targets=tuple(replace(one, start=own) for one in plan.targets)), few)
    assert rehearse(kept, vault, tmp_path / "evidence").outcome is Outcome.PASSED


def test_the_names_that_are_used_here_are_used_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = manifest(lay_out(tmp_path, "gemini-live"), monkeypatch)
    assert target["auth"] == {"header": {"name": "x-goog-api-key", "value": "${env.GOOGLE_API_KEY}"}}


def test_a_server_is_started_as_its_repository_starts_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = manifest(lay_out(tmp_path, "twilio-media-streams"), monkeypatch)
    assert target["url"] == "ws://127.0.0.1:5050/media-stream"
    assert target["start"] == {"command": ["npm", "start"], "ready": {"port": 5050}}


def test_what_else_is_named_is_told_and_can_be_chosen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    manifest(lay_out(tmp_path, "twilio-media-streams"), monkeypatch)
    assert "also named here: openai-realtime; --dialect NAME --force chooses another" in capsys.readouterr().out
    target = manifest(tmp_path, monkeypatch, "--dialect", "openai-realtime", "--force")
    assert target["url"] == "wss://api.openai.com/v1/realtime"


def test_of_a_file_with_secrets_only_names_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    manifest(lay_out(tmp_path, "twilio-media-streams"), monkeypatch)
    assert "never-to-be-read" not in capsys.readouterr().out + (tmp_path / "voice-tests.yaml").read_text()


def test_an_editor_finds_the_schema(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    manifest(lay_out(tmp_path, "deepgram"), monkeypatch)
    first = (tmp_path / "voice-tests.yaml").read_text().splitlines()[0]
    assert first == "# yaml-language-server: $schema=voice-tests.schema.json"
    assert json.loads((tmp_path / "voice-tests.schema.json").read_text()) == json_schema()


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({}, "nothing in .* says which protocol your agent speaks"),
        (
            {"requirements.txt": "twilio\n"},
            r"a hint of twilio-media-streams \(requirements.txt names twilio\), which proves",
        ),
    ],
)
def test_what_proves_nothing_makes_no_manifest(
    files: dict[str, str],
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    with pytest.raises(SystemExit) as ended:
        main(["init"])
    assert ended.value.code == 2
    assert re.search(told, capsys.readouterr().err)
    assert not (tmp_path / "voice-tests.yaml").exists()


def test_a_hostile_repository_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text("[" * 100_000)
    (tmp_path / "pyproject.toml").write_text("[project]\ndependencies = 5\n")
    (tmp_path / "binary.py").write_bytes(b"\xff\xfe streamSid")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "requirements.txt").write_text("-r other.txt\n# openai\n--index-url x\n")
    assert survey(tmp_path).found == ()
