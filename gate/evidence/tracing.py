"""The trace of a case, derived from its recording alone: the case, its calls, and in each of them connect, config,
turns, tool calls and close. Names of attributes are OpenTelemetry's where it has them."""

import json
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from gate.core.frames import Frame, Opcode
from gate.core.jsons import Json
from gate.core.recording import Event, Note, Recording
from gate.core.tracing import TRACEPARENT, Attribute, Moment, Span, parent_of, span_id
from gate.measures.ledger import ledger

OPENING: Final = (Opcode.HTTP, Opcode.UPGRADE)
ENDING: Final = (Opcode.CLOSE, Opcode.LOST)
CONFIGURED: Final = ("session.started", "session.configured")
WHOLE: Final = ("finished", "closed", "refused")
"""How a call may end without anything being wrong with that by itself."""

MOMENTS: Final = {
    "speech.started": "the agent heard the caller begin", "speech.stopped": "the agent heard the caller end",
    "transcript.final": "the caller's words written down", "response.started": "response started",
    "response.cancelled": "response cancelled", "response.done": "response done",
}  # fmt: skip


def spans_of(recording: Recording) -> tuple[Span, ...]:
    """The case's span first, each other one behind its parent."""
    calls = sorted({frame.call for frame in recording.frames} | {note.call for note in recording.notes})
    found = [span for call in calls for span in _Call(recording, call).spans()]
    start_ns = min((span.start_ns for span in found), default=recording.epoch_ns)
    end_ns = max((span.end_ns for span in found), default=start_ns)
    ending = recording.ending
    if ending is not None:
        end_ns = max(end_ns, recording.epoch_ns + ending.t_ns)
    attributes: dict[str, Attribute] = {"test.case.name": recording.case_id, "voxgate.attempt": recording.attempt}
    error = "" if ending and ending.reason == "driven" else f"the case was not driven to its end{_why(recording)}"
    case = Span(f"case {recording.case_id}", _case_id(recording), "", start_ns, end_ns, attributes, error=error)
    return (case, *found)


def _why(recording: Recording) -> str:
    return f": {recording.ending.detail}" if recording.ending and recording.ending.detail else ""


def _case_id(recording: Recording) -> str:
    return span_id(recording.trace_id, "case")


@dataclass(frozen=True)
class _Call:
    recording: Recording
    call: int

    def spans(self) -> Iterator[Span]:
        yield self._whole()
        yield from self._connect()
        yield from self._config()
        yield from self._turns()
        yield from self._tools()
        yield from self._close()

    @cached_property
    def frames(self) -> list[Frame]:
        return [frame for frame in self.recording.frames if frame.call == self.call]

    @cached_property
    def events(self) -> list[Event]:
        return [event for event in self.recording.events if event.call == self.call]

    @cached_property
    def span_id(self) -> str:
        """What the agent was told: what is derived of an older recording is tied to that too."""
        told = (parent_of(_header(frame)) for frame in self.frames if frame.opcode in OPENING and frame.sent)
        return next(filter(None, told), None) or span_id(self.recording.trace_id, "call", self.call)

    @cached_property
    def start_ns(self) -> int:
        begun = [note.t_ns for note in self._notes("call")] + [frame.t_ns for frame in self.frames[:1]]
        return min(begun, default=0)

    @cached_property
    def end_ns(self) -> int:
        ended = [note.t_ns for note in self._notes("call.end")] or [event.t_ns for event in self.events[-1:]]
        return max(ended, default=self.start_ns)

    def _notes(self, kind: str) -> list[Note]:
        return [note for note in self.recording.notes if note.call == self.call and note.kind == kind]

    def _span(
        self, name: str, about: tuple[object, ...], start_ns: int, end_ns: int,
        attributes: dict[str, Attribute] | None = None, *, parent_id: str = "", error: str = "", client: bool = False,
        moments: tuple[Moment, ...] = (),
    ) -> Span:  # fmt: skip
        own_id = span_id(self.recording.trace_id, self.call, *about) if about else self.span_id
        epoch_ns = self.recording.epoch_ns
        return Span(
            name, own_id, parent_id or self.span_id, epoch_ns + start_ns, epoch_ns + max(start_ns, end_ns),
            attributes or {}, moments, "client" if client else "internal", error,
        )  # fmt: skip

    def _whole(self) -> Span:
        named = next((str(note.data.get("name", "")) for note in self._notes("call")), "")
        end = next((note.data for note in self._notes("call.end")), {})
        session = next((event.payload.get("session_id") for event in self._named("session.started")), None)
        attributes: dict[str, Attribute] = {"voxgate.call": self.call, "voxgate.call.end": str(end.get("end", ""))}
        attributes |= {"session.id": session} if isinstance(session, str) else {}
        error = "" if end.get("end") in WHOLE else str(end.get("detail") or end.get("end") or "it was cut off")
        return self._span(f"call {named}".strip(), (), self.start_ns, self.end_ns, attributes,
                          parent_id=_case_id(self.recording), error=error, client=True)  # fmt: skip

    @cached_property
    def _opening(self) -> list[Frame]:
        return [frame for frame in self.frames if frame.opcode in OPENING]

    def _connect(self) -> Iterator[Span]:
        if not self._opening:
            return
        first, last = self._opening[0], self._opening[-1]
        status = None if last.sent else _object(last).get("status")
        attributes: dict[str, Attribute] = {"url.full": str(_object(first).get("url", "")).partition("?")[0]}
        attributes |= {"http.response.status_code": status} if isinstance(status, int) else {}
        good = status == 101 or (isinstance(status, int) and status < 300)
        error = "" if good else f"answered with HTTP {status}" if status else "never answered"
        end_ns = self.end_ns if last.sent else last.t_ns
        yield self._span("connect", ("connect",), first.t_ns, end_ns, attributes, error=error, client=True)

    def _config(self) -> Iterator[Span]:
        """From the open socket until the agent is ready and has taken the configuration."""
        done = [event for name in CONFIGURED for event in self._named(name)[:1]]
        if done and self._opening:
            yield self._span("config", ("config",), self._opening[-1].t_ns, max(event.t_ns for event in done))

    def _turns(self) -> Iterator[Span]:
        """From the caller's first word to the last that the agent sends before the next turn."""
        starts = self._named("caller.speech_start")
        for number, start in enumerate(starts, 1):
            limit_ns = starts[number].t_ns if number < len(starts) else self.end_ns
            first, last = (bisect_left(self._times, t_ns) for t_ns in (start.t_ns, limit_ns))
            within = self._shown[first:last]
            theirs = [event for event in within if not event.name.startswith("caller.")]
            spoken = [event for event in within if event.name == "caller.speech_end"][:1]
            audio = [event for event in within if event.name == "output_audio.delta"][:1]
            end_ns = max(event.t_ns for event in (start, *spoken, *theirs))
            attributes: dict[str, Attribute] = {"voxgate.turn": number, "voxgate.clip": str(start.payload["clip"])}
            if audio and spoken:
                attributes["voxgate.first_audio_ms"] = (audio[0].t_ns - spoken[0].t_ns) / 1e6
            moments = tuple(self._moments([*spoken, *audio, *(one for one in within if one.name in MOMENTS)]))
            yield self._span(f"turn {number}", ("turn", number), start.t_ns, end_ns, attributes, moments=moments)

    def _moments(self, events: list[Event]) -> Iterator[Moment]:
        names = MOMENTS | {"caller.speech_end": "the caller's last word", "output_audio.delta": "first output audio"}
        for event in sorted(events, key=lambda event: event.index):
            yield Moment(self.recording.epoch_ns + event.t_ns, names[event.name])

    def _tools(self) -> Iterator[Span]:
        for number, entry in enumerate(ledger(self.events).entries):
            attributes: dict[str, Attribute] = {"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": entry.name}
            attributes |= {"gen_ai.tool.call.id": entry.call_id} if entry.call_id else {}
            attributes |= {"voxgate.tool.via": str(entry.via), "voxgate.tool.answer": str(entry.how or entry.reply)}
            end_ns = self.end_ns if entry.answered_ns is None else entry.answered_ns
            error = entry.error or ("" if entry.answered_ns is not None else "never answered")
            yield self._span(
                f"execute_tool {entry.name}", ("tool", number), entry.asked_ns, end_ns, attributes, error=error
            )

    def _close(self) -> Iterator[Span]:
        ending = [frame for frame in self.frames if frame.opcode in ENDING]
        if not ending:
            return
        first = ending[0]
        start_ns = min([first.t_ns, *(note.t_ns for note in self._notes("hang-up"))])
        code = next((code for frame in ending if isinstance(code := _object(frame).get("code"), int)), None)
        attributes: dict[str, Attribute] = {"voxgate.close.by": "gate" if first.sent else "agent"}
        attributes |= {"voxgate.close.code": code} if code is not None else {}
        error = "" if code is not None else "the line was lost without a close frame"
        yield self._span("close", ("close",), start_ns, ending[-1].t_ns, attributes, error=error)

    @cached_property
    def _shown(self) -> list[Event]:
        """What a turn is made of, in the order of time."""
        return [
            event for event in self.events if event.name in MOMENTS or event.name.startswith(("output_", "caller."))
        ]

    @cached_property
    def _times(self) -> list[int]:
        return [event.t_ns for event in self._shown]

    @cached_property
    def _by_name(self) -> dict[str, list[Event]]:
        named: dict[str, list[Event]] = {}
        for event in self.events:
            named.setdefault(event.name, []).append(event)
        return named

    def _named(self, name: str) -> list[Event]:
        return self._by_name.get(name, [])


def _object(frame: Frame) -> dict[str, Json]:
    found = json.loads(frame.data)
    return found if isinstance(found, dict) else {}


def _header(frame: Frame) -> Json:
    """The `traceparent` of a request, whose headers are an object or pairs."""
    headers = _object(frame).get("headers")
    if isinstance(headers, dict):
        return headers.get(TRACEPARENT)
    pairs = [pair for pair in headers if isinstance(pair, list) and len(pair) == 2] if isinstance(headers, list) else []
    return next((value for name, value in pairs if name == TRACEPARENT), None)
