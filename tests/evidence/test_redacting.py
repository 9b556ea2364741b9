"""What is written down of frames and notes where a manifest wants something left out."""

import json
from pathlib import Path
from typing import Any

import pytest

from gate.core.frames import Frame, Opcode
from gate.core.redaction import NOTHING, Redaction, keyed
from gate.core.signals import ToolCall, Transcript
from gate.core.vault import Vault
from gate.dialects.canonical.dialect import Canonical
from gate.dialects.openai_realtime.dialect import OpenAIRealtime
from gate.evidence.reader import read
from gate.evidence.writer import Writer
from tests.evidence.folders import HEADER, MS, RECEIVED, SENT, control, text

KEY = b"k" * 32
CARD, MAIL = "4111 1111 1111 1111", "bob@example.com"
WORDS = Redaction(patterns=("cards", "emails"), own=(("order", r"A-\d+"),))
FIELDS = Redaction(("arguments.phone", "result.name", "iban"))
TOKEN = "s3cr3t-token-0815"


def written(
    folder: Path, *lines: Any, redaction: Redaction = WORDS, vault: Vault | None = None, dialect: Any = None
) -> Any:
    dialect = dialect or Canonical()
    with Writer(folder, dialect, vault or Vault({}), HEADER, 0, redaction, KEY) as writer:
        for line in lines:
            if isinstance(line, Frame):
                writer.frame(line)
            else:
                writer.note(line[0], 5 * MS, 0, line[1])
        writer.end("driven", True, 9 * MS)
    return read(folder, dialect, ())


def said(ms: float, words: str, final: bool = False) -> Frame:
    kind = "output_transcript.final" if final else "output_transcript.delta"
    return text(RECEIVED, ms, type=kind, text=words, response_id="r1")


def texts(recording: Any) -> list[str]:
    return [one.signal.text for one in recording.heard if isinstance(one.signal, Transcript)]


def test_patterns_are_taken_out_of_words_and_nothing_else(tmp_path: Path) -> None:
    odd = text(RECEIVED, 2, type="metadata", data={"n": 4111111111111111, "inner": json.dumps({"mail": MAIL})})
    ids = text(RECEIVED, 3, type="tool.call", call_id="4111111111111111", name="t", arguments={"to": MAIL})
    recording = written(tmp_path / "a", said(1, f"card {CARD}, order A-17", True), odd, ids)
    assert texts(recording) == ["card [redacted:cards], order [redacted:order]"]
    assert json.loads(recording.frames[1].data)["data"] == {
        "n": 4111111111111111,
        "inner": '{"mail":"[redacted:emails]"}',
    }
    (call,) = [one.signal for one in recording.heard if isinstance(one.signal, ToolCall)]
    assert (call.call_id, call.arguments) == ("4111111111111111", {"to": "[redacted:emails]"})
    assert recording.redacted


def test_patterns_hold_over_split_deltas(tmp_path: Path) -> None:
    pieces = [f"my card is {CARD[:6]}", CARD[6:11], f"{CARD[11:]} and mail bo", "b@example.com", " ok"]
    recording = written(tmp_path / "a", *(said(n, piece) for n, piece in enumerate(pieces)), said(9, "x" * 10, True))
    assert "".join(texts(recording)[:5]) == f"my card is {'*' * 11}[redacted:cards] and mail **[redacted:emails] ok"
    data = (tmp_path / "a" / "frames.bin").read_bytes()
    assert not any(piece in data for piece in (b"4111", b"1111", b"example"))
    assert recording.problems == ()


def test_what_lies_between_the_deltas_stays_to_the_byte(tmp_path: Path) -> None:
    between = text(RECEIVED, 2, type="output_audio.delta", audio="AAAA" * 100)
    recording = written(tmp_path / "a", said(1, CARD[:9]), between, said(3, CARD[9:]))
    assert recording.frames[1].data == between.data
    assert texts(recording) == ["*" * 9, "[redacted:cards]"]


@pytest.mark.parametrize("cut", range(1, len(TOKEN)))
def test_a_secret_that_is_told_in_two_pieces_is_masked(tmp_path: Path, cut: int) -> None:
    vault = Vault({"TOKEN": TOKEN})
    recording = written(
        tmp_path / "a", said(1, f"I know {TOKEN[:cut]}"), said(2, f"{TOKEN[cut:]}!"), vault=vault, redaction=NOTHING
    )
    assert texts(recording) == [f"I know {'*' * cut}", "[secret:TOKEN]!"]


def test_a_frame_that_is_written_over_may_hold_anything_else(tmp_path: Path) -> None:
    """Spaces, escapes and numbers that are written anew in another way: the bytes stay as many, and valid."""
    odd = '{ "type" : "output_transcript.delta", "n": 1e3, "response_id":"r1", "text": "caf\\u00e9 \\/ 4111 1111" }'
    recording = written(tmp_path / "a", Frame(RECEIVED, Opcode.TEXT, odd, 1), said(2, " 1111 1111"))
    assert texts(recording) == ["café / *********", "[redacted:cards]"]


def test_one_that_does_not_fit_in_its_place_is_starred_where_it_is(tmp_path: Path) -> None:
    odd = '{"type":"output_transcript.delta","n":[1e9,1e9,1e9,1e9],"response_id":"r1","text":"4111 1111"}'
    recording = written(tmp_path / "a", Frame(RECEIVED, Opcode.TEXT, odd, 1), said(2, " 1111 1111"))
    assert recording.frames[0].data == odd.replace("4111 1111", "*" * 9)


def test_fields_are_hashed_and_equal_values_stay_equal(tmp_path: Path) -> None:
    call = text(RECEIVED, 1, type="tool.call", call_id="c", name="t", arguments={"phone": "030", "n": 1})
    answer = text(SENT, 2, type="tool.result", call_id="c", result={"name": "Bob", "iban": 12, "ok": True})
    note = ("sandbox.call", {"call_id": "d", "name": "t", "arguments": {"phone": "030"}})
    recording = written(tmp_path / "a", call, answer, note, redaction=FIELDS)
    events = {event.name: event.payload for event in recording.events}
    shown = keyed(KEY, "030")
    assert json.loads(recording.frames[0].data)["arguments"] == {"phone": shown, "n": 1}
    assert events["tool.result"]["result"] == {"name": keyed(KEY, "Bob"), "iban": keyed(KEY, 12), "ok": True}
    assert recording.notes[0].data["arguments"] == {"phone": shown}
    assert recording.notes[0].data["name"] == "t"


def test_arguments_that_come_in_pieces_are_hidden_as_a_whole(tmp_path: Path) -> None:
    pieces = ['{"phone"', ':"030 ', '1234"}']
    frames = [
        Frame(RECEIVED, Opcode.TEXT, json.dumps({"type": "response.function_call_arguments.delta", "call_id": "c",
              "response_id": "r", "item_id": "i", "delta": piece}), n) for n, piece in enumerate(pieces)
    ]  # fmt: skip
    written(tmp_path / "a", *frames, redaction=FIELDS, dialect=OpenAIRealtime())
    data = (tmp_path / "a" / "frames.bin").read_bytes()
    assert b"030" not in data
    assert data.count(b"[redacted:json]") == 3


def test_reasons_bodies_and_notes_are_read_too(tmp_path: Path) -> None:
    lines = [
        control(RECEIVED, Opcode.CLOSE, 1, code=1008, reason=f"bad {MAIL}"),
        control(RECEIVED, Opcode.HTTP, 2, status=400, body=json.dumps({"iban": "DE1", "why": f"no {MAIL}"})),
        control(SENT, Opcode.UPGRADE, 3, url="ws://x/4111111111111111", headers=[["x-id", "4111111111111111"]]),
        ("real.result", {"call_id": "4111111111111111", "name": "t", "result": {"mail": MAIL}, "error": f"to {MAIL}"}),
    ]
    both = Redaction(FIELDS.fields, WORDS.patterns)
    recording = written(tmp_path / "a", *lines, redaction=both)
    close, http, upgrade = (json.loads(frame.data) for frame in recording.frames)
    assert close["reason"] == "bad [redacted:emails]"
    assert json.loads(http["body"]) == {"iban": keyed(KEY, "DE1"), "why": "no [redacted:emails]"}
    assert upgrade == {"url": "ws://x/4111111111111111", "headers": [["x-id", "4111111111111111"]]}
    assert recording.notes[0].data == {
        "call_id": "4111111111111111", "name": "t", "result": {"mail": "[redacted:emails]"},
        "error": "to [redacted:emails]",
    }  # fmt: skip


def test_without_redaction_the_header_says_nothing_and_frames_stay(tmp_path: Path) -> None:
    frame = said(1, f"card {CARD}")
    recording = written(tmp_path / "a", frame, redaction=NOTHING)
    assert not recording.redacted
    assert recording.frames[0].data == frame.data
