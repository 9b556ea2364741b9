"""`voxgate init`: what it reads, what it writes, and what it refuses."""

import base64
import json
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gate.cli.captured import read_capture
from gate.cli.main import main
from gate.cli.outcomes import Usage
from gate.core.frames import Direction, Frame, Opcode
from gate.core.vault import Vault
from gate.dialects.template.dialect import Template
from gate.dialects.template.options import TemplateOptions
from gate.evidence.writer import Writer
from gate.manifest.source import load
from tests.dialects.made_up import PROTOCOLS
from tests.dialects.test_template_guess import SECRETS, log_of, observed, secretive

TOKEN = "a-token-for-the-tests"


def jsonl(frames: Iterable[Frame]) -> str:
    lines = []
    for frame in frames:
        row: dict[str, Any] = {"direction": "sent" if frame.sent else "received", "t_ns": frame.t_ns}
        is_text = isinstance(frame.data, str)
        row |= {"data": frame.data} if is_text else {"opcode": 2, "data": base64.b64encode(frame.data).decode()}  # type: ignore[arg-type]
        lines.append(json.dumps(row))
    return "\n".join(lines) + "\n"


def written(folder: Path, log: str, *more: str) -> Path:
    (folder / "log.jsonl").write_text(log, "utf-8")
    out = folder / "voice-tests.yaml"
    assert main(["init", "--from-log", str(folder / "log.jsonl"), "--out", str(out), *more]) == 0
    return out


def failed(words: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    return capsys.readouterr().err


@pytest.mark.parametrize("name", PROTOCOLS)
def test_the_manifest_of_a_log_passes_check_and_reads_the_log_as_its_protocol(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = written(tmp_path, jsonl(log_of(name)))
    monkeypatch.setenv("VOICE_TOKEN", TOKEN)
    assert main(["check", str(out)]) == 0
    assert "cases against agent" in capsys.readouterr().out
    data: Any = load(out).data
    mine = Template(TemplateOptions.model_validate(data["target"]["options"]))
    assert observed(mine, log_of(name)) == observed(PROTOCOLS[name].dialect, log_of(name))
    assert data["suites"] == {"handshake": None, "smoke": None}


def test_reasons_doubts_and_what_is_to_be_put_in_stand_in_the_manifest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = written(tmp_path, jsonl(log_of("that of the docs"))).read_text("utf-8")
    lines = [line.strip() for line in text.splitlines()]
    assert lines[lines.index('url: "wss://agent.example/voice"') - 1].startswith("# PLACEHOLDER")
    assert lines[lines.index('auth: {bearer: "${env.VOICE_TOKEN}"}') - 1].startswith("# PLACEHOLDER")
    assert "# once; its name says so, and its places allow it" in lines
    assert "# NOT DECIDED: 1 text frames that hold no JSON object: a template reads none but those" in lines
    assert lines[lines.index("receive_rate_hz: 24000") - 1].startswith("# as 24000 Hz the voice sounds like a person's")
    assert all(line.startswith("#") for line in lines if "PLACEHOLDER" in line)
    shown = capsys.readouterr().out
    assert "read out of the log: error 1, input_audio.delta 2334" in shown
    assert "not decided: 1 text frames that hold no JSON object" in shown


def test_no_secret_of_the_log_is_written_or_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = written(tmp_path, jsonl(secretive())).read_text("utf-8")
    shown = text + capsys.readouterr().out
    assert [name for name, secret in SECRETS.items() if secret in shown] == []
    assert "hunter2" not in shown
    assert "# set VOICE_TOKEN: it stands for the secret that the log had at" in text


def test_text_of_the_log_cannot_break_out_of_a_comment_or_a_value(tmp_path: Path) -> None:
    hostile = "x\n  url: wss://evil.example # \u2028 \x1b[31m"
    lines = [{"type": "hello", "session_id": "s", hostile: 1}, {"type": "0o17"}, {"type": "1e5"}, {"type": hostile}]
    log = [
        {"from": "client", "message": {"type": "go", "session": {"a": hostile, "0o7": "0o7", "no": "1e5", "~": "="}}}
    ]
    text = "\n".join(map(json.dumps, [*log, *({"from": "server", "message": line} for line in lines)]))
    data: Any = load(written(tmp_path, text)).data
    assert data["target"]["url"] == "wss://agent.example/voice"
    assert data["target"]["session"] == {"a": hostile, "0o7": "0o7", "no": "1e5", "~": "="}


def test_what_is_there_is_written_over_only_by_force(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = written(tmp_path, "> {}\n")
    out.write_text("mine")
    assert "is there already: give another name by --out, or --force" in failed(
        ["init", "--from-log", str(tmp_path / "log.jsonl"), "--out", str(out)], capsys
    )
    assert out.read_text() == "mine"
    written(tmp_path, "> {}\n", "--force", "--url", "wss://other.example/x")
    assert 'url: "wss://other.example/x"' in out.read_text()


def test_without_a_log_a_dialect_and_an_address_make_a_manifest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "new.yaml"
    assert main(["init", "--dialect", "canonical", "--url", "wss://agent.example/a", "--out", str(out)]) == 0
    monkeypatch.setenv("VOICE_TOKEN", TOKEN)
    assert main(["check", str(out)]) == 0
    assert 'url: "wss://agent.example/a"\n  dialect: canonical\n  # PLACEHOLDER' in out.read_text()
    new = ["--out", str(tmp_path / "b.yaml")]
    monkeypatch.chdir(tmp_path)
    assert "Give --url as well" in failed(["init", "--dialect", "canonical", *new], capsys)
    assert "Give --dialect NAME (and --url URL), or --from-log FILE" in failed(["init", *new], capsys)
    told = failed(["init", "--dialect", "canonicl", "--url", "wss://a.example", *new], capsys)
    assert "did you mean 'canonical'?" in told
    assert "is not encrypted" in failed(["init", "--dialect", "canonical", "--url", "ws://a.example", *new], capsys)
    assert "give one of the two" in failed(["init", "--dialect", "canonical", "--from-log", "x", *new], capsys)
    assert not (tmp_path / "b.yaml").exists()


@pytest.mark.parametrize("sent, received", [  # noqa: PT006
    ('{"direction": "sent", "data": "{}"}', '{"direction": "received", "data": {}}'),
    ('{"dir": "client_to_server", "payload": {}}', '{"dir": "server_to_client", "payload": "{}"}'),
    ('{"from": "client", "message": {}}', '{"from": "server", "message": {}}'),
    ('{"type": "send", "frame": "{}", "ts": 1}', '{"type": "receive", "frame": {}, "ts": 2}'),
    ('{"direction": "out", "data": {}}', '{"direction": "IN", "data": {}}'),
    ("→ {}", "← {}"), ("> {}", "< {}"), ("12:01:02.120 >>> {}", "[12:01:03] <<< {}"), ("-> {}", "<- {}"),
])  # fmt: skip
def test_the_common_shapes_of_a_log_are_read(sent: str, received: str, tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    log.write_text(f"{sent}\n\n{received}\n", "utf-8")
    found = [(frame.direction, frame.opcode, frame.data) for frame in read_capture(str(log))]
    assert found == [(Direction.SENT, Opcode.TEXT, "{}"), (Direction.RECEIVED, Opcode.TEXT, "{}")]


@pytest.mark.parametrize(
    ("times", "ns"),
    [
        ((100, 120), (100_000_000, 120_000_000)), ((1.5, 1.52), (1_500_000_000, 1_520_000_000)),
        ((1_700_000_000.5, 1_700_000_001), (1_700_000_000_500_000_000, 1_700_000_001_000_000_000)),
        ((1_700_000_000_000, 1_700_000_000_020), (1_700_000_000_000_000_000, 1_700_000_000_020_000_000)),
        (("1970-01-01T00:00:01Z", "1970-01-01T00:00:02Z"), (1_000_000_000, 2_000_000_000)),
        ((9, 2), (0, 0)), (("soon", None), (0, 0)),
    ],
)  # fmt: skip
def test_times_are_read_where_they_are_times(times: tuple[Any, Any], ns: tuple[int, int], tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    log.write_text("\n".join(json.dumps({"dir": "in", "data": "{}", "t": t}) for t in times))
    assert tuple(frame.t_ns for frame in read_capture(str(log))) == ns


def test_a_har_gives_the_socket_with_the_most_messages(tmp_path: Path) -> None:
    rows = [
        {"type": "send", "time": 1.0, "opcode": 1, "data": "{}"},
        {"type": "receive", "time": 2.0, "opcode": 2, "data": base64.b64encode(b"\1\2").decode()},
    ]
    entries = [{"request": {}}, {"_webSocketMessages": rows[:1]}, {"_webSocketMessages": rows}]
    har = tmp_path / "call.har"
    har.write_text(json.dumps({"log": {"entries": entries}}))
    assert [frame.data for frame in read_capture(str(har))] == ["{}", b"\1\2"]
    har.write_text(json.dumps({"log": {"entries": entries[:1]}}))
    with pytest.raises(Usage, match="there is no WebSocket in the HAR, found 1 entries, expected an entry with"):
        read_capture(str(har))


def test_evidence_of_our_own_is_read_with_its_bytes(tmp_path: Path) -> None:
    folder = tmp_path / "1"
    log = log_of("binary")[:300]
    with Writer(folder, Template(), Vault({}), {"case": "a", "attempt": 1}, 0) as writer:
        for frame in log:
            writer.frame(frame)
        writer.end("done", complete=True, t_ns=1)
    assert [frame.data for frame in read_capture(str(folder / "wire.jsonl"))] == [frame.data for frame in log]
    shutil.rmtree(folder)


@pytest.mark.parametrize(
    ("log", "told"),
    [
        ("", "log.jsonl:1:1: there is no frame in the log"),
        ("> {}\nnothing here\n", "log.jsonl:2:1: no frame, found a text of 12 characters, expected an object such as"),
        ('{"a": 1}\n', "log.jsonl:1:1: who sent the frame is not told, found an object with a, expected"),
        ('> {}\n{"dir": "in"}\n', "log.jsonl:2:1: the frame itself is not there, found an object with dir, expected"),
        ('{"dir": "in", "data": 7}\n', "log.jsonl:1:1: data is no frame, found a JSON int"),
        ('{"dir": "in", "opcode": 2, "data": "?"}\n', "log.jsonl:1:1: data of a binary frame, found a text of 1 char"),
        ('{"dir": "in", "data": "Bearer s3cret\n> {}\n', "log.jsonl:1:1: no frame, found a text of 36 characters"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place_and_exit_2(
    log: str, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "log.jsonl").write_text(log, "utf-8")
    out = tmp_path / "out.yaml"
    shown = failed(["init", "--from-log", str(tmp_path / "log.jsonl"), "--out", str(out)], capsys)
    assert told in shown
    assert "s3cret" not in shown
    assert not out.exists()


def test_a_log_that_is_no_file_and_one_that_is_no_text_are_exit_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "b").write_bytes(b"\xff\xfe\x00")
    out = ["--out", str(tmp_path / "out.yaml")]
    assert "No such file" in failed(["init", "--from-log", str(tmp_path / "none"), *out], capsys)
    assert "found not UTF-8" in failed(["init", "--from-log", str(tmp_path / "b"), *out], capsys)


def test_a_last_line_that_is_torn_is_passed_over(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    log.write_text('> {}\n{"dir": "in", "da', "utf-8")
    assert len(read_capture(str(log))) == 1


WORDS = st.sampled_from(
    ["sent", "in", "direction", "data", "type", "t", "opcode", "{}", '{"type": "a", "text": "good day"}', "\u2028",
     "0o7", "${env.A}", "{{text}}", "", "- a", "é", "log", "entries", "_webSocketMessages", "AAAA"]
)  # fmt: skip
VALUES = st.recursive(
    WORDS | st.integers() | st.none() | st.floats(allow_nan=False) | st.booleans(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=5,
)
ROWS = st.builds(
    lambda way, data, more: json.dumps({"direction": way, "data": data} | more),
    st.sampled_from(["sent", "in"]),
    st.dictionaries(WORDS, VALUES, max_size=4) | WORDS,
    st.dictionaries(WORDS, VALUES, max_size=1),
)  # fmt: skip


@given(st.lists(ROWS | st.text(max_size=12) | VALUES.map(json.dumps) | st.just("> {}"), max_size=8))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_log_gives_a_manifest_or_the_clear_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], lines: list[str]
) -> None:
    log, out = tmp_path / "log.jsonl", tmp_path / "voice-tests.yaml"
    log.write_bytes("\n".join(lines).encode("utf-8", "surrogatepass"))
    out.unlink(missing_ok=True)
    code: object = None
    try:
        main(["init", "--from-log", str(log), "--out", str(out)])
    except SystemExit as ended:
        code = ended.code
    shown = capsys.readouterr().err
    if code is None:
        assert load(out).mistakes == ()
        return
    assert (code, out.exists()) == (2, False), shown
    assert f"voxgate: {log}:" in shown
