"""What people and tools look at, made from a recording: event log, audio, transcript, tools. Never read back."""

import json
from pathlib import Path
from typing import NamedTuple

import numpy as np

from gate.audio import mp3_writing, wav
from gate.audio.pcm import WIDTH, Samples, duration_ns, samples
from gate.audio.playback import Timeline
from gate.audio.resample import resample
from gate.core import jsons
from gate.core.frames import Direction
from gate.core.jsons import Json, digest
from gate.core.recording import Event, Heard, Recording
from gate.core.signals import AudioIn, AudioOut, Ready, throws_away
from gate.core.tracing import otlp
from gate.evidence.tracing import spans_of
from gate.measures.ledger import ledger

RATE_HZ = 16_000
SMALL = "call.mp3"
TOUCH_NS = 1_000  # less than a sample: times are whole ns, and rounded
LOWEST, HIGHEST = -32_768, 32_767
BURST_NS = 100_000_000  # nobody who speaks in real time is so far ahead of it
HASHED = frozenset({"arguments", "result", "settings"})
KEYS = {
    "call_id": "callId", "response_id": "responseId", "session_id": "sessionId", "rate_hz": "rateHz",
    "duration_ms": "durationMs",
}  # fmt: skip
TOOL_KEYS = {**KEYS, "name": "toolName"}


def derive(
    folder: Path, recording: Recording, run_id: str, derives: frozenset[str] = frozenset()
) -> tuple[Samples, Samples]:
    """Fills `folder`, an attempt's `derived/`, and gives both sides as `both_sides` does. The same recording gives the
    same bytes. `derives`: events that no message of the provider's says by itself, which are marked as such. Raises
    OSError."""
    folder.mkdir(exist_ok=True)
    start_ns = min((frame.t_ns for frame in recording.frames), default=0)
    paced = frozenset(frame.index for frame in recording.frames if frame.due_ns is not None)
    caller, agent = both_sides(recording.heard, start_ns, paced)
    _write_texts(folder, recording, run_id, derives, start_ns)
    _write_sound(folder, caller, agent)
    return caller, agent


def _write_texts(folder: Path, recording: Recording, run_id: str, derives: frozenset[str], start_ns: int) -> None:
    session_id = next((h.signal.session_id for h in recording.heard if isinstance(h.signal, Ready)), None)
    whose = _Whose(run_id, session_id, recording.trace_id, start_ns)
    lines = (_line(event, whose, derives) for event in recording.events)
    (folder / "events.jsonl").write_bytes(jsons.lines(lines))
    _text(folder / "transcript.txt", "".join(_spoken(recording.events, start_ns)))
    _text(folder / "tools.json", json.dumps(_calls(recording.events, start_ns), indent=1))
    _text(folder / "trace.json", json.dumps(_trace(recording), indent=1))


def compress(folder: Path) -> None:
    """What `derive` wrote of a call in which anybody sent audio, as MP3 for the page; silence alone is not worth it.
    Raises OSError."""
    caller, agent = (wav.decode((folder / f"{name}.wav").read_bytes())[0] for name in ("caller", "agent"))
    both = _together(caller, agent)
    small = mp3_writing.encode(both, RATE_HZ) if both.any() else None
    if small:
        (folder / SMALL).write_bytes(small)


def _write_sound(folder: Path, caller: Samples, agent: Samples) -> None:
    for name, track in (("caller", caller), ("agent", agent), ("call", _together(caller, agent))):
        (folder / f"{name}.wav").write_bytes(wav.encode(track, RATE_HZ))


def _together(caller: Samples, agent: Samples) -> Samples:
    """int16[n, 2]: the caller left, the agent right."""
    return np.stack((caller, agent), axis=1)


def _trace(recording: Recording) -> Json:
    return otlp(recording.trace_id, spans_of(recording), recording.recorded_by)


def _calls(events: tuple[Event, ...], start_ns: int) -> list[dict[str, Json]]:
    """Each tool call with what it got, as checks see them."""
    by_call: dict[int, list[Event]] = {}
    for event in events:
        by_call.setdefault(event.call, []).append(event)
    return [
        {"ms": (entry.asked_ns - start_ns) / 1e6, "call": call, "name": entry.name, "arguments": entry.arguments,
         "via": entry.via, "callId": entry.call_id, "reply": entry.reply, "how": entry.how, "mock": entry.mock,
         "step": entry.step, "steps": entry.steps, "result": entry.result, "error": entry.error,
         "answeredMs": None if entry.answered_ns is None else (entry.answered_ns - start_ns) / 1e6,
         "idempotencyKey": entry.idempotency_key, "traceId": entry.trace_id, "wireLine": entry.at}
        for call, mine in by_call.items()
        for entry in ledger(mine).entries
    ]  # fmt: skip


class _Whose(NamedTuple):
    """What all events of a recording share, and when it began."""

    run_id: str
    session_id: str | None
    trace_id: str
    start_ns: int


def _line(event: Event, whose: _Whose, derives: frozenset[str]) -> dict[str, Json]:
    """One line with the names that the field uses; objects that may hold anything stand there as their hash too."""
    payload, names = event.payload, TOOL_KEYS if event.name.startswith("tool") else KEYS
    shape: dict[str, Json] = {names.get(key, key): value for key, value in payload.items()}
    if not HASHED.isdisjoint(payload):
        shape |= {f"{key}Hash": digest(value) for key, value in payload.items() if key in HASHED and value is not None}
    line: dict[str, Json] = {
        "testRunId": whose.run_id, "sessionId": whose.session_id, "eventIndex": event.index,
        "direction": event.direction, "eventName": event.name, "occurredAtMs": _ms(event, whose.start_ns),
        "traceId": whose.trace_id, "call": event.call, "wireLine": event.at, "payloadShape": shape,
    }  # fmt: skip
    if event.name in derives and event.direction == Direction.RECEIVED.value:
        line["derived"] = True
    return line


def _spoken(events: tuple[Event, ...], start_ns: int) -> list[str]:
    """Who said what when: the caller's words are those of its clips, the agent's those of its transcripts."""
    said = {"caller.speech_start": ("caller", "words"), "output_transcript.final": ("agent", "text"),
            "transcript.final": ("  (heard as)", "text"), "input_text": ("caller types", "text"),
            "input_dtmf": ("caller presses", "digits"), "input_image": ("caller shows", "name"),
            "input_audio.file": ("caller sends a file of", "media_type")}  # fmt: skip
    return [
        f"{_ms(event, start_ns) / 1000:8.2f} s  {said[event.name][0]}: {event.payload[said[event.name][1]]}\n"
        for event in events
        if event.name in said and event.payload.get("clip") != ""
    ]


def _ms(event: Event, start_ns: int) -> float:
    return round((event.t_ns - start_ns) / 1e6, 3)


def both_sides(heard: tuple[Heard, ...], start_ns: int, paced: frozenset[int]) -> tuple[Samples, Samples]:
    """What was said and what was heard, on one time axis that starts with the recording: two int16[n] at 16 kHz. Each
    call has a timeline of its own. A clip that was sent in a burst is laid out as it sounds, and nothing of the silence
    that was sent meanwhile, so that what comes later stands at its time again. `paced` are the frames that had a
    deadline, as those of a burst have none."""
    said: dict[int, list[_Piece]] = {}
    playbacks: dict[int, Timeline] = {}
    for item in heard:
        match item.signal:
            case AudioIn(pcm, rate_hz) if not item.received:
                pieces = said.setdefault(item.call, [])
                duration = duration_ns(pcm, rate_hz)
                begin_ns = pieces[-1].ended_ns if pieces else item.t_ns - duration
                if item.frame in paced and begin_ns - item.t_ns > BURST_NS and not any(pcm):
                    continue
                pieces.append(_Piece(begin_ns, begin_ns + duration, pcm, rate_hz))
            case AudioOut(pcm, rate_hz, _):
                if item.call not in playbacks:
                    playbacks[item.call] = Timeline()
                playbacks[item.call].feed(item.t_ns, pcm, rate_hz)
            case signal if throws_away(signal) and item.call in playbacks:
                playbacks[item.call].clear(item.t_ns)
            case _:
                pass
    played = {
        call: [_Piece(span.start_ns, span.ended_ns, span.heard, span.rate_hz) for span in playback.spans]
        for call, playback in playbacks.items()
    }
    caller, agent = _joined(said), _joined(played)
    length = max((_at(t_ns, start_ns) + len(part) for t_ns, part in caller + agent), default=0)
    return _laid(caller, start_ns, length), _laid(agent, start_ns, length)


class _Piece(NamedTuple):
    start_ns: int
    ended_ns: int
    pcm: bytes
    rate_hz: int


def _joined(calls: dict[int, list[_Piece]]) -> list[tuple[int, Samples]]:
    """Each stretch of pieces that touch, resampled as a whole: a piece by itself would click at its seams."""
    stretches: list[list[_Piece]] = []
    for pieces in calls.values():
        before: _Piece | None = None
        for piece in pieces:
            touches = before is not None and piece.start_ns <= before.ended_ns + TOUCH_NS
            if not touches or before is None or piece.rate_hz != before.rate_hz:
                stretches.append([])
            stretches[-1].append(piece)
            before = piece
    return [
        (first.start_ns, resample(_whole(stretch), first.rate_hz, RATE_HZ))
        for stretch in stretches
        for first in stretch[:1]
    ]


def _whole(pieces: list[_Piece]) -> Samples:
    return samples(b"".join(piece.pcm[: len(piece.pcm) - len(piece.pcm) % WIDTH] for piece in pieces))


def _laid(parts: list[tuple[int, Samples]], start_ns: int, length: int) -> Samples:
    """Calls beside one another sound together."""
    track = np.zeros(length, np.int32)
    for t_ns, part in parts:
        at = _at(t_ns, start_ns)
        track[at : at + len(part)] += part[: length - at]
    return track.clip(LOWEST, HIGHEST, out=track).astype(np.int16)


def _at(t_ns: int, start_ns: int) -> int:
    return max(0, (t_ns - start_ns) * RATE_HZ // 1_000_000_000)


def _text(path: Path, text: str) -> None:
    path.write_text(text, "utf-8", errors="replace")
