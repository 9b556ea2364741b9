"""A notation for recordings: short lines, written by the real Writer and read back by the real reader.

Times are ms since the caller began to talk. The caller's frame k, of 100 ms, is sent at 100(k+1) ms, so that sample s
of its stream is spoken at s/16 ms: a clip said at 1000 whose speech ends at 1800 has its last word at 2800 ms."""

import base64
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from gate.audio.pcm import pack, silence
from gate.checks import claim
from gate.checks.judge import judge
from gate.core.capabilities import Capabilities
from gate.core.findings import Finding, Verdict
from gate.core.frames import Direction, Frame, Opcode
from gate.core.jsons import canonical
from gate.core.places import Place
from gate.core.plan import Call, Case, Claim, Clip, Dial, Step
from gate.core.ports import Dialect
from gate.core.recording import Recording
from gate.core.tooling import ToolPlan
from gate.core.vault import Vault
from gate.dialects.canonical.dialect import Canonical
from gate.evidence.reader import read
from gate.evidence.writer import Writer

PLACE = Place("voice-tests.yaml", 7, 3)
CANONICAL = Canonical()
CAN = CANONICAL.capabilities
NO_TOOLS = ToolPlan()
BASE_MS, CALL_MS, FRAME_MS, RATE_HZ = 10_000, 200_000, 100, 16_000

CLIPS = {
    clip.name: clip
    for clip in (
        Clip("hello", "0" * 64, RATE_HZ, 2000.0, "hello there", segments_ms=((200.0, 1800.0),)),
        Clip("pause", "1" * 64, RATE_HZ, 4000.0, "to the bank please", segments_ms=((200.0, 1000.0), (3000.0, 3600.0))),
        Clip("stop", "2" * 64, RATE_HZ, 800.0, "stop", segments_ms=((100.0, 500.0),)),
        Clip("noise", "3" * 64, RATE_HZ, 1000.0),
    )
}


@dataclass(frozen=True)
class Line:
    ms: float
    write: Callable[[Writer, int, int], None]
    call: int = 0
    says: str = ""


Lines = Iterable["Line | tuple[Line, ...]"]


def sent(ms: float, **message: Any) -> Line:
    return frame(ms, Direction.SENT, Opcode.TEXT, canonical(message))


def received(ms: float, kind: str, /, **message: Any) -> Line:
    return frame(ms, Direction.RECEIVED, Opcode.TEXT, canonical({"type": kind, **message}))


def frame(ms: float, direction: Direction, opcode: Opcode, data: str | bytes, late_ms: float | None = None) -> Line:
    def write(writer: Writer, t_ns: int, call: int) -> None:
        due_ns = None if late_ms is None else t_ns - int(late_ms * 1e6)
        writer.frame(Frame(direction, opcode, data, t_ns, call, due_ns=due_ns))

    return Line(ms, write)


def note(at: float, kind: str, /, **data: Any) -> Line:
    return Line(at, lambda writer, t_ns, call: _noted(writer, kind, t_ns, call, data))


def _noted(writer: Writer, kind: str, t_ns: int, call: int, data: dict[str, Any]) -> None:
    writer.note(kind, t_ns, call, data)


def upgrade(ms: float, status: int = 101) -> Line:
    return frame(ms, Direction.RECEIVED, Opcode.UPGRADE, canonical({"status": status, "headers": [], "body": ""}))


def ready(ms: float = -80) -> Line:
    return received(ms, "session.started", session_id="s-1")


def asked(ms: float = -60, **session: Any) -> Line:
    return sent(ms, type="session.configure", session=session)


def configured(ms: float = -40, **session: Any) -> Line:
    return received(ms, "session.configured", session=session)


OPENING = (upgrade(-100), ready(), asked(), configured())


def said(clip: str, at: float, turn: int = 1) -> Line:
    """The decision to play; the stream of the caller is laid under every recording in which somebody speaks."""
    start = round(at / FRAME_MS) * FRAME_MS * RATE_HZ // 1000
    return replace(note(at, "play", clip=clip, at_sample=start, turn=turn), says=clip)


def tone(ms: float, level: int = 8000) -> bytes:
    return pack((np.sin(np.arange(round(ms * 16)) * 0.2) * level).astype(np.int16))


def chunk(ms: float, pcm: bytes, response: str | None = None) -> Line:
    named = {} if response is None else {"response_id": response}
    return received(ms, "output_audio.delta", audio=base64.b64encode(pcm).decode(), **named)


def audio(
    at: float, ms: float, response: str | None = None, *, level: int = 8000, paced: float = 0
) -> tuple[Line, ...]:
    """`ms` of audible audio: in one chunk, or in chunks of `paced` ms at the pace of speech."""
    size = paced or ms
    pieces = int(ms // size)
    return tuple(chunk(at + i * paced, tone(size, level), response) for i in range(pieces))


def started(ms: float, response: str | None = None) -> Line:
    return received(ms, "response.started", **({} if response is None else {"response_id": response}))


def done(ms: float, response: str | None = None) -> Line:
    return received(ms, "response.done", **({} if response is None else {"response_id": response}))


def cancelled(ms: float, response: str | None = None) -> Line:
    return received(ms, "response.cancelled", **({} if response is None else {"response_id": response}))


def heard_as(ms: float, text: str) -> Line:
    return received(ms, "transcript.final", text=text)


def says(ms: float, text: str) -> Line:
    return received(ms, "output_transcript.final", text=text)


def tool_call(
    ms: float, name: str, call_id: str = "c1", reply: str = "mocked", how: str | None = "value", **arguments: Any
) -> tuple[Line, ...]:
    return wire_call(ms, name, call_id, arguments), decided(ms, name, call_id, reply, how)


def wire_call(ms: float, name: str, call_id: str, arguments: Any) -> Line:
    return received(ms, "tool.call", call_id=call_id, name=name, arguments=arguments)


def decided(
    ms: float, name: str, call_id: str, reply: str = "mocked", how: str | None = "value", *, via: str = "socket",
    mock: str | None = None, step: int = 1, steps: int = 1,
) -> Line:  # fmt: skip
    """What the desk decided about a call."""
    return note(
        ms, "tool", call_id=call_id, name=name, via=via, reply=reply, how=how, mock=mock, step=step, steps=steps
    )


def tool_result(ms: float, call_id: str = "c1", result: Any = None, error: str | None = None) -> Line:
    return sent(ms, type="tool.result", call_id=call_id, **({"result": result} if error is None else {"error": error}))


def told_result(ms: float, call_id: str = "c1", result: Any = None) -> Line:
    """The agent tells of an answer that somebody else gave."""
    return received(ms, "tool.result", call_id=call_id, result=result)


def sandbox_call(
    ms: float, name: str, call_id: str = "http-1", reply: str = "mocked", how: str | None = "value", *,
    key: str | None = None, **arguments: Any,
) -> tuple[Line, ...]:  # fmt: skip
    """A call of the agent's backend to the sandbox, and what was decided."""
    via = call_id.partition("-")[0]
    seen = note(
        ms, "sandbox.call", call_id=call_id, name=name, arguments=arguments, via=via, idempotency_key=key, trace_id=None
    )
    return seen, decided(ms, name, call_id, reply, how, via=via)


def sandbox_result(ms: float, name: str, call_id: str = "http-1", result: Any = None, error: str | None = None) -> Line:
    via, status = call_id.partition("-")[0], 200 if error is None else 500
    return note(ms, "sandbox.result", call_id=call_id, name=name, result=result, error=error, via=via, status=status)


def sandbox_gone(ms: float, name: str, call_id: str = "http-1", after_ms: float = 1000) -> Line:
    return note(ms, "sandbox.gone", call_id=call_id, name=name, via=call_id.partition("-")[0], after_ms=after_ms)


def stray(ms: float, name: str, why: str = "it names no case") -> Line:
    return note(ms, "sandbox.stray", name=name, via="http", why=why)


def fault(ms: float, message: str = "no") -> Line:
    return received(ms, "error", code="bad", message=message)


def closed(ms: float, code: int | None = 1000) -> Line:
    """The agent's close frame, or the end of a connection without one."""
    if code is None:
        return frame(ms, Direction.RECEIVED, Opcode.LOST, canonical({"reason": "gone"}))
    return frame(ms, Direction.RECEIVED, Opcode.CLOSE, canonical({"code": code, "reason": ""}))


def hung_up(ms: float, code: int = 1000, echo: int | None = 1000) -> tuple[Line, ...]:
    own = frame(ms, Direction.SENT, Opcode.CLOSE, canonical({"code": code, "reason": ""}))
    return note(ms, "hang-up", code=code, why=""), own, closed(ms + 4, echo)


def unanswered(ms: float, unread: int = 0) -> tuple[Line, ...]:
    """The gate's close frame, to which nobody answers: the line is cut. `unread`: bytes that nobody took until then."""
    note_, own, lost = hung_up(ms, echo=None)
    left = (note(ms + 3, "unread", bytes=unread),) if unread else ()
    return note_, own, note(ms + 2, "close-unanswered", within_ms=5000.0), *left, lost


def ended(end: str, ms: float, *, linger: float = 3000, what: str = "turn_done", detail: str = "") -> tuple[Line, ...]:
    """How the call ended, as the driver writes it: finished, expired, closed, refused, unreachable, aborted, broken."""
    last = note(ms + 5, "call.end", end=end, detail=detail, name="call")
    match end:
        case "finished":
            return note(ms - linger, "linger", ms=linger), *hung_up(ms), last
        case "expired":
            return note(ms, "expired", what=what, budget_ms=15000.0), *hung_up(ms), last
        case _:
            return (last,)


def in_call(number: int, *lines: "Line | tuple[Line, ...]") -> tuple[Line, ...]:
    return tuple(replace(line, call=number) for line in flat(lines))


def flat(lines: Lines) -> list[Line]:
    return [one for line in lines for one in (line if isinstance(line, tuple) else (line,))]


def recording(
    folder: Path,
    *lines: "Line | tuple[Line, ...]",
    killed: bool = False,
    late_ms: float | None = None,
    clips: tuple[Clip, ...] = tuple(CLIPS.values()),
    dialect: Dialect = CANONICAL,
) -> Recording:
    """The recording of these lines. Killed: it has no last line. `late_ms`: the gate's own lateness with audio."""
    everything = flat(lines)
    for number in sorted({line.call for line in everything}):
        mine = [line for line in everything if line.call == number]
        if any(line.says for line in mine):
            everything += _stream(mine, number, late_ms)
    written = sorted(everything, key=lambda line: (line.call, line.ms))
    at = folder / f"attempt-{len(list(folder.iterdir()))}"
    with Writer(at, dialect, Vault({}), {"case": "c", "attempt": 1, "trace_id": "t"}, 0) as writer:
        for line in written:
            line.write(writer, _t_ns(line), line.call)
        if not killed:
            writer.end("driven", True, _t_ns(written[-1]) + 1)
    return read(at, dialect, clips)


def _t_ns(line: Line) -> int:
    return int((BASE_MS + line.call * CALL_MS + line.ms) * 1e6)


def _stream(lines: list[Line], call: int, late_ms: float | None) -> list[Line]:
    """The caller's frames from its first to its last line: its voice is as good as silence to every check."""
    until_ms = max(line.ms for line in lines)
    pcm = base64.b64encode(silence(FRAME_MS * RATE_HZ // 1000)).decode()
    text = canonical({"type": "input_audio.append", "audio": pcm})
    times = range(FRAME_MS, int(until_ms) + 1, FRAME_MS)
    return [replace(frame(ms, Direction.SENT, Opcode.TEXT, text, late_ms), call=call) for ms in times]


def case_of(
    *claims: Claim, calls: int = 1, steps: tuple[Step, ...] = (), tools: ToolPlan = NO_TOOLS,
    session: dict[str, Any] | None = None,
) -> Case:  # fmt: skip
    made = tuple(Call(f"call {n}", Dial("ws://x"), session=session or {}, steps=steps) for n in range(calls))
    return Case("c", "target", "smoke", "a case", PLACE, made, claims, tools)


def findings(recorded: Recording, *claims: Claim, can: Capabilities = CAN, **more: Any) -> tuple[Finding, ...]:
    """`more` goes into the case."""
    return judge(case_of(*claims, **more), recorded, can, tuple(CLIPS.values()))


def ask(
    folder: Path, params: Any, *lines: "Line | tuple[Line, ...]", can: Capabilities = CAN, call: int = 0,
    killed: bool = False, late_ms: float | None = None, dialect: Dialect = CANONICAL, **more: Any,
) -> Finding:  # fmt: skip
    """The finding of one check on the recording of these lines."""
    recorded = recording(folder, *lines, killed=killed, late_ms=late_ms, dialect=dialect)
    return findings(recorded, claim(params, PLACE, call=call), can=can, **more)[0]


def frames_of(recorded: Recording, kind: str) -> list[int]:
    """The lines of the frames that carry this event."""
    return [event.at for event in recorded.events if event.name == kind]


PASS, FAIL, UNKNOWN, SKIP = Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN, Verdict.SKIP
