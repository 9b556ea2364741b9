"""The writer: all of it or none of it, in the order in which it happened, and never a secret."""

import errno
import json
from io import FileIO
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from gate.core.frames import Frame, Opcode
from gate.core.places import Place
from gate.core.plan import Call, Case, Dial, Plan, Target
from gate.core.ports import NotWritten
from gate.core.signals import Fault, ToolCall, Transcript
from gate.core.vault import Vault
from gate.dialects.canonical.dialect import Canonical
from gate.dialects.elevenlabs.dialect import ElevenLabs
from gate.evidence import store
from gate.evidence.derive import derive
from gate.evidence.reader import read
from gate.evidence.writer import Writer
from tests.evidence.folders import HEADER, MS, RECEIVED, SENT, SMALL, control, load, text, write


def test_bytes_go_to_disk_before_the_line_that_points_at_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = Writer(tmp_path / "a", Canonical(), Vault({}), HEADER, 0)
    sizes: list[tuple[int, int]] = []
    append = Writer._append

    def watched(self: Writer, file: FileIO, data: bytes) -> int:
        at = append(self, file, data)
        sizes.append(tuple((tmp_path / "a" / name).stat().st_size for name in ("frames.bin", "wire.jsonl")))  # type: ignore[arg-type]
        return at

    before = (tmp_path / "a" / "wire.jsonl").stat().st_size
    monkeypatch.setattr(Writer, "_append", watched)
    writer.frame(text(SENT, 1, type="x"))
    writer.close()
    assert sizes[0] == (12, before)
    assert sizes[1][1] > before


def test_lines_are_numbered_and_frames_get_their_number(tmp_path: Path) -> None:
    frames = write(tmp_path / "a", *SMALL)
    rows = [json.loads(line) for line in (tmp_path / "a" / "wire.jsonl").read_bytes().splitlines()]
    assert [row["i"] for row in rows] == list(range(11))
    assert [frame.index for frame in frames] == [1, 2, 3, 5, 6, 7, 8]
    assert rows[0] == {"i": 0, "format": "voxgate-wire/1", "t": 0, **HEADER}
    assert rows[-1] == {"i": 10, "t": 9_000 * MS, "end": "driven", "complete": True, "detail": "all well"}


def test_an_attempt_is_never_written_over(tmp_path: Path) -> None:
    write(tmp_path / "a", *SMALL)
    with pytest.raises(FileExistsError):
        write(tmp_path / "a", *SMALL)


class FullDisk:
    """A file on a disk with so many bytes left: it takes what fits, and then nothing, as write(2) does."""

    def __init__(self, file: FileIO, room: int) -> None:
        self._file, self._room = file, room

    def write(self, data: bytes) -> int:
        if not self._room:
            raise OSError(errno.ENOSPC, "no space left on device")
        taken = data[: self._room]
        self._room -= len(taken)
        return self._file.write(taken)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def test_a_short_write_is_finished(tmp_path: Path) -> None:
    class Slow:
        def __init__(self, file: FileIO) -> None:
            self._file = file

        def write(self, data: bytes) -> int:
            return self._file.write(data[:3])

        def __getattr__(self, name: str) -> Any:
            return getattr(self._file, name)

    writer = Writer(tmp_path / "a", Canonical(), Vault({}), HEADER, 0)
    writer._wire, writer._frames = Slow(writer._wire), Slow(writer._frames)  # type: ignore[assignment]
    frame = writer.frame(text(SENT, 1, type="first"))
    writer.end("driven", True, 2)
    writer.close()
    assert load(tmp_path / "a").frames == (frame,)


SECRET = 'p"ss/wörd&9\\x'
VAULT = Vault({"TOKEN": SECRET})


def places() -> list[Frame]:
    """The secret everywhere that it can stand."""
    return [
        control(SENT, Opcode.HTTP, 1, method="POST", url=f"https://x/?k={quote(SECRET, safe='')}", body={"k": SECRET}),
        control(
            SENT, Opcode.UPGRADE, 2, url=f"ws://x/?k={quote(SECRET)}", headers=[["authorization", f"Bearer {SECRET}"]]
        ),
        control(RECEIVED, Opcode.UPGRADE, 3, status=401, body=f"bad token {SECRET}", headers=[]),
        text(SENT, 4, type="session.configure", session={"key": SECRET, "inner": json.dumps({"k": SECRET})}),
        text(RECEIVED, 5, type="transcript.final", text=f"my key is {SECRET} ok"),
        text(RECEIVED, 6, type="tool.call", call_id="c", name="look", arguments=json.dumps({"key": SECRET})),
        text(RECEIVED, 7, type="error", code=SECRET, message=json.dumps(json.dumps({"k": SECRET}))),
        text(RECEIVED, 8, type="tool.call", call_id=SECRET, name="look", arguments={}),
        Frame(RECEIVED, Opcode.TEXT, f"not json {SECRET}", 9 * MS),
        Frame(RECEIVED, Opcode.BINARY, b"\x00\x01" + SECRET.encode() + b"\xff", 10 * MS),
        control(RECEIVED, Opcode.CLOSE, 11, code=1008, reason=f"bad {SECRET}"),
    ]


def test_no_secret_stands_in_any_file_in_any_form(tmp_path: Path) -> None:
    target = Target("t", "canonical", Dial("ws://x", (("authorization", f"Bearer {SECRET}"),)), Place("m", 1, 1),
                    session={"key": SECRET})  # fmt: skip
    case = Case("c", "t", "smoke", "n", Place("m", 1, 1), (Call("call", target.dial, {"key": SECRET}),))
    store.create(tmp_path / "e", Plan("m", "1", (target,), (), (case,)), {"run_id": "r", "note": SECRET}, VAULT)
    folder = store.attempt_folder(tmp_path / "e", "c", 1)
    write(folder, *places(), ("tool", 12, {"name": SECRET, SECRET: 1}), vault=VAULT)
    derive(folder / "derived", load(folder), "r")
    files = [path for path in (tmp_path / "e").rglob("*") if path.is_file()]
    assert len(files) == 11
    for path in files:
        data = path.read_bytes()
        assert not VAULT.holds(data), path
        assert not VAULT.holds(data.decode("utf-8", "replace")), path
        for piece in (b"wrd&9", "wörd".encode(), b"w\\u00f6rd", b"p%22ss", b"w%C3%B6rd"):
            assert piece not in data, path


def test_masked_frames_are_still_understood(tmp_path: Path) -> None:
    write(tmp_path / "a", *places(), vault=VAULT)
    signals = [heard.signal for heard in load(tmp_path / "a").heard]
    assert Transcript("caller", "my key is [secret:TOKEN] ok", True) in signals
    (call,) = [signal for signal in signals if isinstance(signal, ToolCall) and signal.call_id == "c"]
    assert call.arguments == {"key": "[secret:TOKEN]"}
    (fault,) = [signal for signal in signals if isinstance(signal, Fault)]
    assert fault.code == "[secret:TOKEN]"


def test_a_secret_that_is_spelt_letter_by_letter_is_masked_and_its_audio_kept(tmp_path: Path) -> None:
    spelt = list(f"it is {SECRET} ok")
    alignment = {"chars": spelt, "char_start_times_ms": [0] * len(spelt), "char_durations_ms": [1] * len(spelt)}
    event = {"audio_base_64": "AQACAA==", "event_id": 1, "alignment": alignment}
    frame = text(RECEIVED, 1, type="audio", audio_event=event)
    with Writer(tmp_path / "a", ElevenLabs(), VAULT, HEADER, 0) as writer:
        writer.frame(frame)
    (kept,) = read(tmp_path / "a", ElevenLabs(), ()).frames
    hidden = event | {"alignment": alignment | {"chars": ["*"] * len(spelt)}}
    assert json.loads(kept.data) == {"type": "audio", "audio_event": hidden}
    assert not VAULT.holds(kept.data)


def test_frames_without_a_secret_are_kept_to_the_byte(tmp_path: Path) -> None:
    odd = Frame(RECEIVED, Opcode.TEXT, '{ "type" : "x",  "n": 1.50 }', 1)
    (frame,) = write(tmp_path / "a", odd, vault=VAULT)
    assert load(tmp_path / "a").frames[0].data == frame.data == odd.data


@pytest.mark.parametrize("file", ["_wire", "_frames"])
@pytest.mark.parametrize("room", [0, 1, 20, 70, 200])
def test_a_full_disk_takes_whole_lines_or_nothing_and_still_the_last_line(file: str, room: int, tmp_path: Path) -> None:
    made: list[bool] = []

    def make_room() -> None:
        made.append(True)
        setattr(writer, file, real)

    writer = Writer(tmp_path / "a", Canonical(), Vault({}), HEADER, 0, make_room=make_room)
    real = getattr(writer, file)
    setattr(writer, file, FullDisk(real, room))
    kept: list[Frame] = []

    def flood() -> None:
        for number in range(100):
            kept.append(writer.frame(text(RECEIVED, number, type="error", message="m" * number)))

    with pytest.raises(NotWritten, match="no space left on device; make room on this disk"):
        flood()
    with pytest.raises(NotWritten):
        writer.frame(text(RECEIVED, 1, type="error"))
    writer.end("unwritten", False, 100 * MS, "full")
    writer.close()
    recording = load(tmp_path / "a")
    assert (recording.frames, recording.problems, made) == (tuple(kept), (), [True])
    assert recording.ending is not None
    assert (recording.ending.reason, recording.complete) == ("unwritten", False)
