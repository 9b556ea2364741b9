"""The event log, derived: signals and the gate's decisions in one order, under the canonical names. Never read back."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from gate.audio.pcm import WIDTH
from gate.core.frames import Direction
from gate.core.jsons import Json
from gate.core.plan import Clip
from gate.core.recording import Event, Heard, Note
from gate.core.signals import (
    Asked,
    AudioDone,
    AudioIn,
    AudioOut,
    Cancelled,
    Closed,
    Configured,
    Fault,
    FileIn,
    Mark,
    MarkPlayed,
    Metadata,
    Other,
    Pressed,
    Ready,
    Refused,
    ResponseStarted,
    Shown,
    Signal,
    ToolCall,
    ToolResult,
    Transcript,
    TurnDone,
    Typed,
    Violation,
)  # fmt: skip


def derive_events(heard: Iterable[Heard], notes: Iterable[Note], clips: Iterable[Clip]) -> tuple[Event, ...]:
    """One event for each signal but the caller's own audio, one for each note, and `caller.speech_start` and
    `caller.speech_end` for each stretch of a clip, in the order of time."""
    heard, notes = _named(heard), list(notes)
    happened: list[Happened] = [
        (item.t_ns, item.frame, item.call, RECEIVED if item.direction is Direction.RECEIVED else SENT,
         item.signal.EVENT, payload_of(item.signal))
        for item in heard
        if not isinstance(item.signal, AudioIn)
    ]  # fmt: skip
    happened += [_decided(note) for note in notes]
    happened += speech_events(heard, notes, {clip.name: clip for clip in clips})
    happened += typed_events(heard, notes)
    happened.sort(key=_when)
    return tuple(
        Event(i, t_ns, call, direction, name, payload, at)
        for i, (t_ns, at, call, direction, name, payload) in enumerate(happened)
    )


Happened = tuple[int, int, int, str, str, dict[str, Json]]
"""An event that has no number yet: its time in ns, its line of `wire.jsonl`, call, direction, name and payload."""
RECEIVED, SENT = Direction.RECEIVED.value, Direction.SENT.value


def _when(one: Happened) -> tuple[int, int]:
    return one[:2]


SANDBOX = {"sandbox.call": "tool.call", "sandbox.result": "tool.result"}
"""What the sandbox wrote down of the agent's backend: it says nothing on the wire, and is as good as if it did."""


def _decided(note: Note) -> Happened:
    direction = "probe" if note.kind in SANDBOX else "gate"
    return note.t_ns, note.index, note.call, direction, SANDBOX.get(note.kind, note.kind), note.data


def _named(heard: Iterable[Heard]) -> list[Heard]:
    """Results with the name of the tool that was called: many protocols send only the call's id back."""
    names: dict[tuple[int, str], str] = {}
    named = []
    for item in heard:
        match item.signal:
            case ToolCall(call_id, name, _, _):
                names[item.call, call_id] = name
            case ToolResult(call_id, "", _, _) if (item.call, call_id) in names:
                item = item._replace(signal=replace(item.signal, name=names[item.call, call_id]))
            case _:
                pass
        named.append(item)
    return named


class _Sent(NamedTuple):
    """One frame of the caller's stream: its samples are [first, last) of the stream."""

    first: int
    last: int
    t_ns: int
    rate_hz: int
    frame: int


def speech_events(heard: list[Heard], notes: list[Note], clips: dict[str, Clip]) -> Iterator[Happened]:
    """When each clip's speech began and ended: sample k of N in a frame sent at t was spoken at t - (N-k)/rate. What
    was said in a burst has no real time in it: each of its samples was spoken when its frame was sent."""
    streams: dict[int, list[_Sent]] = {}
    for item in heard:
        if isinstance(item.signal, AudioIn) and not item.received:
            stream = streams.setdefault(item.call, [])
            first = stream[-1].last if stream else 0
            last = first + len(item.signal.pcm) // WIDTH
            stream.append(_Sent(first, last, item.t_ns, item.signal.rate_hz, item.frame))
    for note in notes:
        clip = clips.get(str(note.data.get("clip"))) if note.kind == "play" else None
        start = note.data.get("at_sample")
        if clip is None or not isinstance(start, int):
            continue
        pace = note.data.get("pace", "real-time")
        turn = note.data.get("turn")
        payload: dict[str, Json] = {"clip": clip.name, "words": clip.words, "turn": turn, "pace": pace}
        for name, at_ms in (("caller.speech_start", clip.speech_start_ms), ("caller.speech_end", clip.speech_end_ms)):
            if at_ms is None:
                continue
            spoken = _spoken(streams.get(note.call, []), start, at_ms, burst=pace == "burst")
            if spoken:
                yield *spoken, note.call, "gate", name, payload


def typed_events(heard: list[Heard], notes: list[Note]) -> Iterator[Happened]:
    """A line that the caller types is a turn of no length, at the moment in which it was sent."""
    typed = [item for item in heard if isinstance(item.signal, Typed) and not item.received]
    for note in (note for note in notes if note.kind == "write"):
        sent = next((item for item in typed if item.call == note.call and item.frame > note.index), None)
        if sent and isinstance(sent.signal, Typed):
            payload: dict[str, Json] = {
                "clip": "", "words": sent.signal.text, "turn": note.data.get("turn"), "pace": "typed",
            }  # fmt: skip
            for name in ("caller.speech_start", "caller.speech_end"):
                yield sent.t_ns, sent.frame, note.call, "gate", name, payload


def _spoken(stream: list[_Sent], start: int, at_ms: float, *, burst: bool) -> tuple[int, int] | None:
    """When the stream's sample was spoken, and in which frame; None if it was never sent."""
    begun = bisect_right(stream, start, key=_last)
    if begun == len(stream):
        return None
    sample = max(1, start + round(at_ms * stream[begun].rate_hz / 1000))
    at = bisect_left(stream, sample, key=_last)
    if at == len(stream):
        return None
    sent = stream[at]
    before_ns = 0 if burst else (sent.last - sample) * 1_000_000_000 // sent.rate_hz
    return sent.t_ns - before_ns, sent.frame


def _last(sent: _Sent) -> int:
    return sent.last


def payload_of(signal: Signal) -> dict[str, Json]:
    """What a `where:` can look at, by dotted path."""
    match signal:
        case AudioOut(pcm, rate_hz, response_id):
            size = len(pcm) // WIDTH
            return {"duration_ms": size * 1000 / rate_hz, "rate_hz": rate_hz, "response_id": response_id}
        case Transcript(role, text, _, response_id):
            return {"role": role, "text": text, "response_id": response_id}
        case Metadata(data):
            return {"data": data}
        case Ready(session_id):
            return {"session_id": session_id}
        case Asked(settings) | Configured(settings):
            return {"settings": settings}
        case Typed(text):
            return {"text": text}
        case ToolCall(call_id, name, arguments, raw):
            return {"call_id": call_id, "name": name, "arguments": arguments if arguments is not None else raw}
        case ToolResult(call_id, name, result, error):
            return {"call_id": call_id, "name": name, "result": result, "error": error}
        case ResponseStarted(response_id) | AudioDone(response_id) | TurnDone(response_id) | Cancelled(response_id):
            return {"response_id": response_id}
        case FileIn(media_type, size):
            return {"media_type": media_type, "size": size}
        case Shown(name, media_type, size):
            return {"name": name, "media_type": media_type, "size": size}
        case Pressed(digits):
            return {"digits": digits}
        case Mark(name) | MarkPlayed(name):
            return {"name": name}
        case Fault(code, message):
            return {"code": code, "message": message}
        case Refused(status, detail):
            return {"status": status, "detail": detail}
        case Closed(code, reason):
            return {"code": code, "reason": reason}
        case Violation(what):
            return {"what": what}
        case Other(name):
            return {"name": name}
        case _:
            return {}
