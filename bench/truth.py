"""What really happened, from the agent's own log alone: when it had the caller's words, when its own left. Pure.

The agent stamps a frame of the caller's as it arrives at its socket. The frame holds samples up to N of the stream;
sample k of them was spoken (N - k) / rate before the frame could be sent, so that much is taken off the stamp. Where k
lies in the stream is known by construction: from the clip, and from where in its stream the caller says to have begun
it. Both processes read one clock: CLOCK_MONOTONIC counts the same for all processes of a Linux machine."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field

SECOND_NS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Taken:
    """A frame of the caller's audio, as the agent had it: its stream up to sample `last`."""

    last: int
    t_ns: int
    rate_hz: int


@dataclass(frozen=True, slots=True)
class Given:
    """A frame of the agent's audio, stamped before it was sent."""

    t_ns: int
    duration_ns: int


@dataclass
class Session:
    taken: list[Taken] = field(default_factory=list)
    given: list[Given] = field(default_factory=list)
    cancels: list[int] = field(default_factory=list)

    def spoken_ns(self, sample: int) -> int | None:
        """When the caller spoke this sample of the stream, counted from 1; None if it never came."""
        for frame in self.taken:
            if frame.last >= sample:
                return frame.t_ns - (frame.last - sample) * SECOND_NS // frame.rate_hz
        return None

    def first_byte_ns(self, after_ns: int) -> int | None:
        return next((frame.t_ns for frame in self.given if frame.t_ns > after_ns), None)

    def silent_ns(self, from_ns: int) -> int | None:
        """When what a caller heard at `from_ns` broke off, by a cancel that came before all of it was played; None
        where nothing was cut. Each frame plays behind the one before it, or from when it was sent."""
        cancel_ns = next((t_ns for t_ns in self.cancels if t_ns > from_ns), None)
        if cancel_ns is None:
            return None
        since_ns = max((t_ns for t_ns in self.cancels if t_ns <= from_ns), default=-1)
        until_ns = 0
        for frame in self.given:
            if since_ns < frame.t_ns <= cancel_ns:
                until_ns = max(until_ns, frame.t_ns) + frame.duration_ns
        return cancel_ns if until_ns > cancel_ns else None


def sessions(lines: Iterable[str]) -> dict[str, Session]:
    """The agent's log, by session."""
    found: dict[str, Session] = {}
    for line in lines:
        row = json.loads(line)
        session = found.setdefault(row["session"], Session())
        match row["kind"]:
            case "input_audio.delta":
                before = session.taken[-1].last if session.taken else 0
                session.taken.append(Taken(before + row["audio_bytes"] // 2, row["t_ns"], row["rate_hz"]))
            case "output_audio.delta":
                duration_ns = row["audio_bytes"] // 2 * SECOND_NS // row["rate_hz"]
                session.given.append(Given(row["t_ns"], duration_ns))
            case "response.cancelled":
                session.cancels.append(row["t_ns"])
    return found
