"""What was recorded, loaded and decoded again: immutable, and never built by the driver."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from gate.core.frames import Direction, Frame
from gate.core.jsons import Json
from gate.core.signals import Signal


@dataclass(frozen=True, slots=True)
class Note:
    """A decision of the gate, written as it was taken."""

    index: int
    t_ns: int
    call: int
    kind: str
    data: dict[str, Json] = field(default_factory=dict)


class Heard(NamedTuple):
    """One signal, and the frame that it was read from."""

    signal: Signal
    t_ns: int
    direction: Direction
    call: int
    frame: int

    @property
    def received(self) -> bool:
        return self.direction is Direction.RECEIVED


class Event(NamedTuple):
    """One line of the derived event log. `at` is the line of `wire.jsonl` that it stands on."""

    index: int  # type: ignore[assignment]  # as in Frame
    t_ns: int
    call: int
    direction: str
    name: str
    payload: dict[str, Json]
    at: int


@dataclass(frozen=True, slots=True)
class Ending:
    """The last line of a recording: why the driving ended. `complete` only if the caller finished and lingered."""

    reason: str
    complete: bool
    t_ns: int
    detail: str = ""


@dataclass(frozen=True)
class Recording:
    """One attempt at one case. `ending` is None where the last line is missing: the gate died while it drove.
    `annotations` are opinions, by name, as they were written between driving and judging. `redacted`: the manifest had
    fields or words left out, which are marked.
    `epoch_ns`: when the clock of its times stood at zero, in ns since 1970 (UTC)."""

    case_id: str
    attempt: int
    recorded_by: str
    trace_id: str
    frames: tuple[Frame, ...]
    notes: tuple[Note, ...]
    heard: tuple[Heard, ...]
    events: tuple[Event, ...]
    ending: Ending | None
    problems: tuple[str, ...] = ()
    annotations: dict[str, Json] = field(default_factory=dict)
    redacted: bool = False
    epoch_ns: int = 0

    @property
    def complete(self) -> bool:
        return self.ending is not None and self.ending.complete and not self.problems

    def signals(self, call: int) -> Iterator[Heard]:
        return (heard for heard in self.heard if heard.call == call)

    def notes_of(self, call: int, kind: str) -> tuple[Note, ...]:
        return tuple(note for note in self.notes if note.call == call and note.kind == kind)

    @cached_property
    def duration_ms(self) -> float:
        times = [frame.t_ns for frame in self.frames] + [note.t_ns for note in self.notes]
        if self.ending:
            times.append(self.ending.t_ns)
        return (max(times) - min(times)) / 1e6 if times else 0.0
