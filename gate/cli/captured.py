"""Captured frames of somebody's WebSocket, from the shapes in which people have them. Reads leniently, but never
guesses who sent what."""

import base64
import binascii
import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from gate.cli.outcomes import Usage
from gate.core.frames import Direction, Frame, Opcode
from gate.core.mistakes import Mistake
from gate.core.places import Place
from gate.dialects.fields import dump
from gate.report.escape import one_line

MOST_BYTES: Final = 200_000_000
MOST_FRAMES: Final = 20_000
SENT: Final = {
    "sent", "send", "out", "outgoing", "outbound", "client_to_server", "client", "c2s", "tx", "upstream", "up", "user",
    "caller", "request", "to_server", "client->server", ">", "→",
}  # fmt: skip
RECEIVED: Final = {
    "received", "receive", "recv", "in", "incoming", "inbound", "server_to_client", "server", "s2c", "rx", "downstream",
    "down", "agent", "response", "to_client", "server->client", "<", "←",
}  # fmt: skip
WHO: Final = ("direction", "dir", "from", "sender", "side", "type", "event", "source")
WHAT: Final = ("data", "payload", "message", "frame", "body", "msg", "content", "text")
WHEN: Final = ("t_ns", "t_ms", "t", "time", "ts", "timestamp", "time_ms", "timestamp_ms", "at")
_ARROW = re.compile(r"[\s\d:.,TZ\[\]+-]{0,40}?(→|←|-->|<--|->|<-|>{1,3}|<{1,3})\s*(.*)", re.DOTALL)
EXPECTED: Final = (
    'an object such as {"direction": "sent", "data": …} or {"from": "server", "message": …}, or a line that begins '
    "with → or ←"
)


def read_capture(path: str) -> list[Frame]:
    """The frames of a log: JSON lines, lines with arrows, a browser's HAR, or evidence of the gate's own. Raises Usage
    with the place, what was found and what is expected."""
    file = Path(path)
    if file.is_file() and file.name == "wire.jsonl" and b'"voxgate-wire/' in file.read_bytes()[:200]:
        return _evidence(file)
    try:
        if file.stat().st_size > MOST_BYTES:
            raise _unreadable(path, 1, "the log is too large", f"{file.stat().st_size} bytes", f"at most {MOST_BYTES}")
        text = file.read_bytes().decode("utf-8-sig")
    except (OSError, ValueError) as error:
        why = (error.strerror or "") if isinstance(error, OSError) else "not UTF-8"
        raise _unreadable(path, 1, "the log cannot be read", why, "a text file with a frame on each line") from None
    frames = list(_frames(path, text))[:MOST_FRAMES]
    if not frames:
        raise _unreadable(path, 1, "there is no frame in the log", "nothing", EXPECTED)
    return _in_time(frames)


def _evidence(file: Path) -> list[Frame]:
    from gate.dialects.template.dialect import Template
    from gate.evidence.reader import read

    frames = read(file.parent, Template(), ()).frames
    calls = [frame.call for frame in frames if frame.opcode is Opcode.TEXT]
    if not calls:
        raise _unreadable(str(file), 1, "there is no text frame in the evidence", "", "a call that was recorded")
    return [frame for frame in frames if frame.call == max(set(calls), key=calls.count)][:MOST_FRAMES]


def _frames(path: str, text: str) -> Iterator[Frame]:
    whole = _parsed(text) if text.lstrip()[:1] in ("{", "[") else None
    if isinstance(whole, dict) and isinstance(whole.get("log"), dict):
        yield from _har(path, whole["log"])
        return
    if isinstance(whole, list):
        for number, row in enumerate(whole, 1):
            yield _of_row(path, number, row)
        return
    lines = text.split("\n")
    for number, line in enumerate(lines, 1):
        stripped = line.strip()
        if not stripped:
            continue
        arrow = _ARROW.fullmatch(stripped)
        if arrow:
            direction = Direction.SENT if arrow[1] in ("→", "-->", "->") or arrow[1][0] == ">" else Direction.RECEIVED
            yield _frame(direction, arrow[2], 0)
            continue
        row = _parsed(stripped)
        if row is None and number == len(lines) and stripped[:1] == "{":
            return  # torn: whoever wrote it was stopped
        yield _of_row(path, number, row if row is not None else stripped)


def _har(path: str, log: dict[str, Any]) -> Iterator[Frame]:
    """The socket with the most messages."""
    entries = log.get("entries")
    sockets = [
        messages
        for entry in (entries if isinstance(entries, list) else [])
        if isinstance(entry, dict) and isinstance(messages := entry.get("_webSocketMessages"), list)
    ]
    if not sockets:
        expected = "an entry with _webSocketMessages: open the network panel before the call, and export with content"
        raise _unreadable(path, 1, "there is no WebSocket in the HAR", f"{len(entries or ())} entries", expected)
    for row in max(sockets, key=len):
        yield _of_row(path, 1, row)


def _of_row(path: str, line: int, row: Any) -> Frame:
    if not isinstance(row, dict):
        raise _unreadable(path, line, "no frame", _kind(row), EXPECTED)
    by = next((key for key in WHO if str(row.get(key)).casefold() in SENT | RECEIVED), None)
    what = next((key for key in WHAT if key in row and key != by), None)
    if by is None or what is None:
        lacks = "who sent the frame is not told" if by is None else "the frame itself is not there"
        raise _unreadable(path, line, lacks, f"an object with {', '.join(map(str, row)) or 'no key'}", EXPECTED)
    direction = Direction.SENT if str(row[by]).casefold() in SENT else Direction.RECEIVED
    data, is_binary = row[what], _is_binary(row)
    if isinstance(data, dict | list):
        data = dump(data)
    if not isinstance(data, str):
        raise _unreadable(path, line, f"{what} is no frame", _kind(data), "a text, an object, or base64")
    if is_binary:
        try:
            return _frame(direction, base64.b64decode(data, validate=True), _when(row))
        except (binascii.Error, ValueError):
            raise _unreadable(path, line, f"{what} of a binary frame", _kind(data), "base64") from None
    return _frame(direction, data, _when(row))


def _is_binary(row: dict[str, Any]) -> bool:
    told = (row.get("opcode"), row.get("op"), row.get("kind"), row.get("encoding"), row.get("binary"))
    return any((one in (2, "binary", "base64") and one is not True) or one is True for one in told)


def _frame(direction: Direction, data: str | bytes, t_ns: int) -> Frame:
    return Frame(direction, Opcode.BINARY if isinstance(data, bytes) else Opcode.TEXT, data, t_ns)


def _when(row: dict[str, Any]) -> int:
    """Nanoseconds, or 0. A whole number is milliseconds unless it is too large, a fraction is seconds."""
    key = next((key for key in WHEN if key in row), "")
    value = row.get(key)
    if isinstance(value, str):
        try:
            return int(datetime.fromisoformat(value).timestamp() * 1e9)
        except (ValueError, OverflowError):
            return 0
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e20:
        return 0
    if key.endswith("_ns") or value > 1e17:
        return int(value)
    if value > 1e14:
        return int(value * 1e3)
    is_ms = key.endswith("_ms") or value > 1e11 or (isinstance(value, int) and not value > 1e9)
    return int(value * (1e6 if is_ms else 1e9))


def _in_time(frames: list[Frame]) -> list[Frame]:
    """Times that run backwards are no times."""
    times = [frame.t_ns for frame in frames]
    if times == sorted(times):
        return frames
    return [Frame(frame.direction, frame.opcode, frame.data, 0) for frame in frames]


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _kind(value: Any) -> str:
    """Never the text itself, which may be a secret."""
    return f"a text of {len(value)} characters" if isinstance(value, str) else f"a JSON {type(value).__name__}"


def _unreadable(path: str, line: int, what: str, found: str, expected: str) -> Usage:
    return Usage(str(Mistake(Place(path, line, 1), what, one_line(found), expected)))
