"""A call with very many events on disk, made without waiting for it: a plan, and a recording by the real writer. The
caller's silence runs through it in frames of 20 ms, as in every call."""

import base64
import json
from functools import cache
from pathlib import Path

from bench.longcall import SENTENCES
from gate import __version__
from gate.audio.pcm import pack
from gate.core.frames import Direction, Frame, Opcode
from gate.core.jsons import Json, canonical
from gate.core.plan import Plan
from gate.core.vault import Vault
from gate.dialects import dialect_of
from gate.evidence import store
from gate.evidence.writer import Writer
from gate.fixtures.library import Library, home
from gate.manifest import read_plan
from gate.reference.voice import load
from gate.reference.voicing import RATE_HZ, joined

CASE = "very many events"
MS = 1_000_000
FRAME_MS = 20
LOOK_UP, WRITE = "lookup_appointment", "reschedule_appointment"
PIECES = 330
"""Of each kind in one response: its audio of 20 ms, its words, and what a provider tells beside them."""

OPENING: tuple[dict[str, Json], ...] = (
    {"type": "transcript.final", "text": "when is it"},
    {"type": "tool.call", "name": LOOK_UP, "arguments": {"day": "Tuesday"}},
    {"type": "tool.result", "result": {"id": "A-17", "day": "Tuesday"}},
    {"type": "response.started"},
)
PIECE: tuple[dict[str, Json], ...] = (
    {"type": "output_transcript.delta", "text": "so "},
    {"type": "output_audio.delta"},
    {"type": "metadata", "data": {"tokens": 12}},
)
CLOSING: tuple[dict[str, Json], ...] = (
    {"type": "output_transcript.final", "text": "so " * PIECES},
    {"type": "output_audio.done"},
    {"type": "response.done"},
)
ROUND = OPENING + PIECE * PIECES + CLOSING

LAST: tuple[dict[str, Json], ...] = (
    {"type": "tool.call", "call_id": "w", "name": WRITE, "arguments": {"id": "A-17", "day": "Thursday"}},
    {"type": "tool.result", "call_id": "w", "result": {"ok": True}},
    {"type": "output_transcript.final", "text": "your appointment is now on Thursday", "response_id": "last"},
    {"type": "response.done", "response_id": "last"},
)


def manifest() -> str:
    expected = [
        {"event": "tool.call", "where": {"name": LOOK_UP}},
        {"event": "tool.call", "where": {"name": WRITE, "arguments.day": "Thursday"}, "times": 1},
        {"event": "tool.result"},
        {"event": "output_transcript.final", "where": {"text": {"regex": "now on Thursday"}}},
        {"event": "response.done"},
    ]
    case = {
        "name": CASE,
        "caller": [{"pause": "1s"}],
        "expect": expected,
        "never": ["error", {"event": "tool.call", "where": {"name": WRITE, "arguments.day": "Tuesday"}}],
    }
    target = {"url": "ws://127.0.0.1:1/", "dialect": "canonical"}
    return json.dumps({"version": 1, "target": target, "suites": {"tools": {"cases": [case]}}})


def record(folder: Path, events: int, minutes: float) -> Plan:
    """Writes an evidence folder with one call of so many events of the agent's; returns its plan."""
    path = folder.parent / "voice-tests.yaml"
    path.write_text(manifest(), "utf-8")
    plan, vault = read_plan(path, {}, Library(home() / "audio", folder.parent))
    store.create(folder, plan, {"run_id": "bench", "problems": [], "voxgate": __version__}, vault)
    (case,) = plan.cases
    dialect = dialect_of(plan.target(case.target))
    attempt = store.attempt_folder(folder, case.id, 1)
    with Writer(attempt, dialect, Vault({}), {"case": case.id, "attempt": 1, "trace_id": "0" * 32}, 0) as writer:
        _write(writer, events, int(minutes * 60_000 * MS))
    return plan


def _write(writer: Writer, events: int, length_ns: int) -> None:
    def frame(t_ns: int, direction: Direction, opcode: Opcode, **message: Json) -> None:
        writer.frame(Frame(direction, opcode, canonical(dict(message)), t_ns, 0))

    writer.note("call", 0, 0, {"name": "call"})
    frame(MS, Direction.SENT, Opcode.UPGRADE, url="ws://127.0.0.1:1/", headers=[])
    frame(2 * MS, Direction.RECEIVED, Opcode.UPGRADE, status=101, headers=[], body="")
    frame(3 * MS, Direction.RECEIVED, Opcode.TEXT, type="session.started", session_id="s-1")
    frame(4 * MS, Direction.SENT, Opcode.TEXT, type="session.configure", session={})
    frame(5 * MS, Direction.RECEIVED, Opcode.TEXT, type="session.configured", session={})
    silence = base64.b64encode(bytes(640)).decode()
    hush_ns, begun_ns = 0, 10 * MS
    for number in range(events):
        t_ns = begun_ns + number * (length_ns - begun_ns) // events
        while hush_ns <= t_ns:
            frame(max(hush_ns, begun_ns), Direction.SENT, Opcode.TEXT, type="input_audio.append", audio=silence)
            hush_ns += FRAME_MS * MS
        frame(t_ns, Direction.RECEIVED, Opcode.TEXT, **_message(number, events))
    writer.note("linger", length_ns - 3_000 * MS, 0, {"ms": 3000.0})
    writer.note("hang-up", length_ns, 0, {"code": 1000, "why": "said everything and lingered"})
    frame(length_ns, Direction.SENT, Opcode.CLOSE, code=1000, reason="")
    frame(length_ns + MS, Direction.RECEIVED, Opcode.CLOSE, code=1000, reason="")
    writer.note("call.end", length_ns + 2 * MS, 0, {"end": "finished", "detail": "", "name": "call"})
    writer.end("driven", True, length_ns + 3 * MS)


@cache
def _speech() -> list[str]:
    """Sentences of the reference agent's, in frames of 20 ms."""
    clips, size = load(), RATE_HZ * FRAME_MS // 1000
    said = joined([clips[key].samples for key in SENTENCES])
    return [base64.b64encode(pack(said[at : at + size])).decode() for at in range(0, len(said) - size, size)]


def _message(number: int, events: int) -> dict[str, Json]:
    """The nth event: rounds of a look-up and what is said of it; what the case waits for comes at the very end."""
    left = events - number
    if left <= len(LAST):
        return LAST[-left]
    response, place = divmod(number, len(ROUND))
    message = ROUND[place]
    if message["type"] == "output_audio.delta":
        message = {**message, "audio": _speech()[place // len(PIECE) % len(_speech())]}
    if message["type"] in ("tool.call", "tool.result"):
        return {**message, "call_id": f"c{response}"}
    named = message["type"] not in ("metadata", "transcript.final")
    return {**message, "response_id": f"r{response}"} if named else dict(message)
