"""The reference agent's own log: one line for each thing that a frame says, written when the call is over."""

import asyncio
import base64
import json
from pathlib import Path
from typing import Any

import pytest

from gate.dialects.canonical.dialect import Canonical
from gate.reference.wirelog import CallLog, WireLog


def written(path: Path, *calls: CallLog) -> list[dict[str, Any]]:
    log = WireLog(path, Canonical())
    for call in calls:
        asyncio.run(log.write(call))
    log.close()
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def audio(kind: str, size: int) -> str:
    return json.dumps({"type": kind, "audio": base64.b64encode(bytes(size)).decode()})


def test_each_message_has_its_time_its_direction_its_kind_and_the_size_of_its_audio(tmp_path: Path) -> None:
    call = CallLog("s-4")
    call.took(audio("input_audio.append", 640), 1_000)
    call.gives(audio("output_audio.delta", 3200), 2_000)
    call.gives('{"type":"response.done"}', 2_500)
    call.ends(1000, 3_000)
    assert written(tmp_path / "log.jsonl", call) == [
        {"t_ns": 1_000, "session": "s-4", "dir": "in", "kind": "input_audio.delta", "audio_bytes": 640,
         "rate_hz": 16_000},
        {"t_ns": 2_000, "session": "s-4", "dir": "out", "kind": "output_audio.delta", "audio_bytes": 3200,
         "rate_hz": 16_000},
        {"t_ns": 2_500, "session": "s-4", "dir": "out", "kind": "response.done"},
        {"t_ns": 3_000, "session": "s-4", "dir": "out", "kind": "session.closed"},
    ]  # fmt: skip


def test_what_is_no_message_is_logged_as_well(tmp_path: Path) -> None:
    call = CallLog("s-1")
    call.took(b"\x00\xff", 1)
    call.ends(None, 2)
    assert [row["kind"] for row in written(tmp_path / "log.jsonl", call)] == ["violation", "session.closed"]


def test_a_log_is_added_to(tmp_path: Path) -> None:
    first, second = CallLog("s-1"), CallLog("s-2")
    first.ends(1000, 1)
    second.ends(1000, 2)
    written(tmp_path / "log.jsonl", first)
    assert [row["session"] for row in written(tmp_path / "log.jsonl", second)] == ["s-1", "s-2"]


def test_a_log_that_cannot_be_written_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        WireLog(tmp_path / "nowhere" / "log.jsonl", Canonical())
