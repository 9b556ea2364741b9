"""Round trip, and a folder cut or damaged in every way: never raised over, never believed, never complete."""

import json
from pathlib import Path

import pytest

from gate.core.recording import Ending, Note
from gate.evidence.reader import Unreadable
from tests.evidence.folders import CLIP, MS, RECEIVED, SMALL, load, spoken, text, write


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    frames = write(tmp_path / "a", *SMALL)
    recording = load(tmp_path / "a")
    assert recording.frames == tuple(frames)
    assert recording.notes[0] == Note(4, 4 * MS, 0, "play", {"clip": "hi", "at_sample": 0, "turn": 1})
    assert recording.ending == Ending("driven", True, 9_000 * MS, "all well")
    assert (recording.case_id, recording.attempt, recording.recorded_by) == ("a.case", 2, "0.1.0")
    assert (recording.trace_id, recording.problems, recording.complete) == ("ab" * 16, (), True)


def test_deadlines_and_calls_survive(tmp_path: Path) -> None:
    (frame,) = write(tmp_path / "a", text(RECEIVED, 5, 3, 4, type="x"))
    assert (frame.due_ns, frame.call) == (4 * MS, 3)
    assert load(tmp_path / "a").frames == (frame,)


def test_wire_jsonl_cut_anywhere_is_never_complete_and_never_untrue(tmp_path: Path) -> None:
    folder = tmp_path / "a"
    frames = write(folder, *SMALL)
    whole = load(folder)
    data = (folder / "wire.jsonl").read_bytes()
    header = data.index(b"\n") + 1
    for size in range(len(data)):
        (folder / "wire.jsonl").write_bytes(data[:size])
        if size < header:
            with pytest.raises(Unreadable, match="no header"):
                load(folder)
            continue
        cut = load(folder)
        assert (cut.complete, cut.ending, cut.problems) == (False, None, ())
        assert cut.frames == tuple(frames[: len(cut.frames)])
        assert cut.notes == whole.notes[: len(cut.notes)]
        assert cut.heard == whole.heard[: len(cut.heard)]
        assert len(cut.frames) + len(cut.notes) == data[:size].count(b"\n") - 1


def test_frames_bin_cut_anywhere_is_a_problem_and_never_untrue(tmp_path: Path) -> None:
    folder = tmp_path / "a"
    frames = write(folder, *SMALL)
    data = (folder / "frames.bin").read_bytes()
    for size in [*range(0, len(data), 7), len(data) - 1]:
        (folder / "frames.bin").write_bytes(data[:size])
        cut = load(folder)
        assert cut.frames == tuple(frames[: len(cut.frames)])
        assert len(cut.frames) < len(frames)
        assert not cut.complete
        assert cut.problems[0].endswith("frames.bin ends before this frame does: it was cut")
    (folder / "frames.bin").unlink()
    assert (load(folder).frames, load(folder).complete) == ((), False)


DAMAGE = {
    "no JSON": b"{",
    "no object": b"5",
    "too deep": b"[" * 100_000,
    "no number": b"{}",
    "another number": b'{"i":77,"t":1}',
    "no time": b'{"i":3,"call":0,"note":"x","data":{}}',
    "time in words": b'{"i":3,"t":"1","call":0,"note":"x","data":{}}',
    "a time that is a truth value": b'{"i":3,"t":true,"call":0,"note":"x","data":{}}',
    "data that is none": b'{"i":3,"t":1,"call":0,"note":"x","data":7}',
    "an unknown opcode": b'{"i":3,"t":1,"dir":"client_to_server","op":"smoke","call":0,"at":0,"len":1}',
    "a place before the file": b'{"i":3,"t":1,"dir":"client_to_server","op":"text","call":0,"at":-5,"len":2}',
    "a close frame that is none": b'{"i":3,"t":1,"dir":"server_to_client","op":"close","call":0,"at":1,"len":2}',
    "not UTF-8": b'{"i":3,"t":1,"dir":"client_to_server","op":"text","call":"\xff"}',
    "nothing": b"",
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_a_damaged_line_is_a_problem_and_what_came_before_it_stays_true(tmp_path: Path, damage: bytes) -> None:
    folder = tmp_path / "a"
    frames = write(folder, *SMALL)
    lines = (folder / "wire.jsonl").read_bytes().split(b"\n")
    lines[3] = damage
    (folder / "wire.jsonl").write_bytes(b"\n".join(lines))
    damaged = load(folder)
    assert damaged.frames == tuple(frames[:2])
    assert (damaged.complete, len(damaged.problems)) == (False, 1)
    assert damaged.problems[0].startswith("wire.jsonl line 4: ")


def test_a_missing_line_and_a_line_behind_the_last_are_problems(tmp_path: Path) -> None:
    folder = tmp_path / "a"
    write(folder, *SMALL)
    lines = (folder / "wire.jsonl").read_bytes().splitlines(keepends=True)
    (folder / "wire.jsonl").write_bytes(b"".join(lines[:5] + lines[6:]))
    assert "lines are missing" in load(folder).problems[0]
    (folder / "wire.jsonl").write_bytes(b"".join(lines) + b'{"i":10,"t":1,"call":0,"note":"x","data":{}}\n')
    assert "behind the last line" in load(folder).problems[0]


def test_an_end_that_does_not_say_complete_is_not_complete(tmp_path: Path) -> None:
    folder = tmp_path / "a"
    write(folder, *SMALL)
    data = (folder / "wire.jsonl").read_bytes()
    (folder / "wire.jsonl").write_bytes(data.replace(b'"complete":true', b'"complete":"yes"'))
    assert not load(folder).complete


def test_another_format_says_please_update(tmp_path: Path) -> None:
    folder = tmp_path / "a"
    write(folder, *SMALL)
    data = (folder / "wire.jsonl").read_bytes()
    (folder / "wire.jsonl").write_bytes(data.replace(b"voxgate-wire/1", b"voxgate-wire/2"))
    with pytest.raises(Unreadable, match=r"format voxgate-wire/2, this version reads voxgate-wire/1: please update"):
        load(folder)


def test_a_folder_without_evidence_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="no such file"):
        load(tmp_path)
    (tmp_path / "wire.jsonl").write_bytes(b"")
    with pytest.raises(Unreadable, match="nothing was recorded before the gate died"):
        load(tmp_path)


def test_a_header_with_odd_fields_is_still_read(tmp_path: Path) -> None:
    header = {"format": "voxgate-wire/1", "attempt": "x", "versions": 3}
    (tmp_path / "wire.jsonl").write_text(json.dumps(header) + "\n")
    assert (load(tmp_path).attempt, load(tmp_path).recorded_by, load(tmp_path).ending) == (1, "?", None)


def test_each_call_has_an_observer_of_its_own(tmp_path: Path) -> None:
    write(tmp_path / "a", spoken(20, bytes(640)), spoken(40, bytes(640))._replace(call=1))
    recording = load(tmp_path / "a", (CLIP,))
    assert [heard.call for heard in recording.heard] == [0, 1]
    assert [len(list(recording.signals(call))) for call in (0, 1)] == [1, 1]
