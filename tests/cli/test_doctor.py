import socket
from pathlib import Path

import pytest

from gate.cli.doctor import examined
from gate.cli.main import main

MANIFEST = """version: 1
target:
  url: ws://127.0.0.1:{port}/voice
  dialect: canonical
  auth: {{bearer: "${{env.VOICE_TOKEN}}"}}
suites: {{handshake: {{}}}}
"""


def looks(folder: Path, text: str, **environ: str) -> dict[str, str]:
    (folder / "m.yaml").write_text(text)
    return {look.what: look.wrong for look in examined(folder / "m.yaml", environ)}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def test_nothing_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VOICE_TOKEN", "a-token-for-the-tests")
    with socket.create_server(("127.0.0.1", 0)) as server:
        (tmp_path / "m.yaml").write_text(MANIFEST.format(port=server.getsockname()[1]))
        assert main(["doctor", "m.yaml"]) == 0
    assert capsys.readouterr().out.endswith("nothing is missing\n")


def test_each_thing_that_is_missing_is_told_with_what_to_do(tmp_path: Path) -> None:
    port = free_port()
    found = looks(tmp_path, MANIFEST.format(port=port))
    assert "export VOICE_TOKEN=" in found["the variable VOICE_TOKEN"]
    assert "VOICE_TOKEN" in found[f"{tmp_path / 'm.yaml'} is a manifest"]
    found = looks(tmp_path, MANIFEST.format(port=port), VOICE_TOKEN="a-token-for-the-tests")
    assert "let the gate do so with `start:`" in found[f"target agent: 127.0.0.1:{port} is listened on"]


def test_a_program_that_is_not_there_and_a_port_that_is_taken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        start = f"  start: {{command: no-such-program, ready: {{port: {port}}}}}\nsuites"
        found = looks(
            tmp_path, MANIFEST.format(port=port).replace("suites", start), VOICE_TOKEN="a-token-for-the-tests"
        )
    assert "it is not on this machine" in found["target agent: its program no-such-program"]
    assert "something listens there already" in found[f"target agent: port {port} is free for it"]


def test_no_manifest_and_what_is_still_to_be_put_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["doctor"]) == 2
    assert (
        "MISSING  a manifest, voice-tests.yaml\n         `voxgate init` writes a first one" in capsys.readouterr().out
    )
    found = looks(tmp_path, "# PLACEHOLDER: the port\n" + MANIFEST.format(port=1), VOICE_TOKEN="a-token-for-the-tests")
    assert found["no PLACEHOLDER is left"].endswith("m.yaml: line 1")
