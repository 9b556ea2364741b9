"""What people and tools look at, made from a recording: event log, audio, transcript, tools. Never read back."""

import json
from pathlib import Path

import numpy as np

from gate.audio import wav
from gate.audio.pcm import Samples, samples
from gate.audio.playback import Playback
from gate.audio.resample import resample
from gate.core.jsons import Json, digest
from gate.core.recording import Event, Heard, Recording
from gate.core.signals import AudioIn, AudioOut, Cancelled, Ready

RATE_HZ = 16_000
HASHED = ("arguments", "result", "settings")


def write_derived(folder: Path, recording: Recording, run_id: str) -> None:
    """Fills `folder` (an attempt's `derived/`). The same recording gives the same bytes."""
    folder.mkdir(exist_ok=True)
    start_ns = min((frame.t_ns for frame in recording.frames), default=0)
    session_id = next((h.signal.session_id for h in recording.heard if isinstance(h.signal, Ready)), None)
    lines = [_line(event, start_ns, run_id, session_id, recording.trace_id) for event in recording.events]
    _text(folder / "events.jsonl", "".join(json.dumps(line) + "\n" for line in lines))
    _text(folder / "transcript.txt", "".join(_spoken(recording.events, start_ns)))
    tools = [event for event in recording.events if event.name in ("tool.call", "tool.result", "tool")]
    ledger = [
        {"ms": _ms(event, start_ns), "event": event.name, "by": event.direction, **event.payload} for event in tools
    ]
    _text(folder / "tools.json", json.dumps(ledger, indent=1))
    _text(folder / "trace.json", json.dumps({"traceId": recording.trace_id, "sessionId": session_id}, indent=1))
    caller, agent = both_sides(recording.heard, start_ns)
    (folder / "caller.wav").write_bytes(wav.encode(caller, RATE_HZ))
    (folder / "agent.wav").write_bytes(wav.encode(agent, RATE_HZ))
    (folder / "call.wav").write_bytes(wav.encode(np.stack([caller, agent], axis=1), RATE_HZ))


def _line(event: Event, start_ns: int, run_id: str, session_id: str | None, trace_id: str) -> dict[str, Json]:
    """One line with the names that the field uses; objects that may hold anything stand there as their hash too."""
    names = {"call_id": "callId", "response_id": "responseId", "session_id": "sessionId", "rate_hz": "rateHz",
             "duration_ms": "durationMs", "name": "toolName" if event.name.startswith("tool") else "name"}  # fmt: skip
    shape: dict[str, Json] = {names.get(key, key): value for key, value in event.payload.items()}
    shape |= {f"{key}Hash": digest(event.payload[key]) for key in HASHED if event.payload.get(key) is not None}
    return {
        "testRunId": run_id, "sessionId": session_id, "eventIndex": event.index, "direction": event.direction,
        "eventName": event.name, "occurredAtMs": _ms(event, start_ns), "traceId": trace_id, "call": event.call,
        "wireLine": event.at, "payloadShape": shape,
    }  # fmt: skip


def _spoken(events: tuple[Event, ...], start_ns: int) -> list[str]:
    """Who said what when: the caller's words are those of its clips, the agent's those of its transcripts."""
    said = {"caller.speech_start": ("caller", "words"), "output_transcript.final": ("agent", "text"),
            "transcript.final": ("  (heard as)", "text"), "input_text": ("caller types", "text")}  # fmt: skip
    return [
        f"{_ms(event, start_ns) / 1000:8.2f} s  {said[event.name][0]}: {event.payload[said[event.name][1]]}\n"
        for event in events
        if event.name in said
    ]


def _ms(event: Event, start_ns: int) -> float:
    return round((event.t_ns - start_ns) / 1e6, 3)


def both_sides(heard: tuple[Heard, ...], start_ns: int) -> tuple[Samples, Samples]:
    """What was said and what was heard, on one time axis that starts with the recording: two int16[n] at 16 kHz. Each
    call has a timeline of its own."""
    caller: list[tuple[int, Samples]] = []
    playbacks: dict[int, Playback] = {}
    said_until: dict[int, int] = {}
    for item in heard:
        playback = playbacks.setdefault(item.call, Playback())
        match item.signal:
            case AudioIn(pcm, rate_hz) if not item.received:
                begin_ns = said_until.get(item.call, item.t_ns - len(pcm) * 500_000_000 // rate_hz)
                caller.append((begin_ns, resample(samples(pcm), rate_hz, RATE_HZ)))
                said_until[item.call] = begin_ns + len(pcm) * 500_000_000 // rate_hz
            case AudioOut(pcm, rate_hz, _):
                playback.feed(item.t_ns, pcm, rate_hz)
            case Cancelled():
                playback.clear(item.t_ns)
            case _:
                pass
    agent = [
        (span.start_ns, resample(samples(span.heard), span.rate_hz, RATE_HZ))
        for playback in playbacks.values()
        for span in playback.spans
    ]
    length = max((_at(t_ns, start_ns) + len(part) for t_ns, part in caller + agent), default=0)
    return _laid(caller, start_ns, length), _laid(agent, start_ns, length)


def _laid(parts: list[tuple[int, Samples]], start_ns: int, length: int) -> Samples:
    track: Samples = np.zeros(length, np.int16)
    for t_ns, part in parts:
        at = _at(t_ns, start_ns)
        track[at : at + len(part)] = part[: length - at]
    return track


def _at(t_ns: int, start_ns: int) -> int:
    return max(0, (t_ns - start_ns) * RATE_HZ // 1_000_000_000)


def _text(path: Path, text: str) -> None:
    path.write_text(text, "utf-8", errors="replace")
