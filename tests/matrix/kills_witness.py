"""What the agent saw of the runs that `make kills` kills: a witness in a process of its own that writes down at once,
without a buffer, each message that it takes from a call and each that it gives.

The gate writes a message down before it hands it to the socket (`Driver._send` in gate/session/drive.py). So the law of
what it sent has no tolerance, not even for the last message: a recording begins with all that the agent took. What the
gate received is written down as it is taken from the socket, into the same file: a recording holds how what the agent
gave begins, and only what was still in flight is missing behind it."""

import hashlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.server import ServerConnection

from gate.core.frames import MESSAGES, Direction, Opcode
from gate.core.recording import Recording
from gate.core.tracing import TRACEPARENT, traceparent
from gate.dialects.canonical.dialect import Canonical
from gate.evidence import reader
from gate.reference.server import AgentServer
from gate.session.arrival import StampedServer

RUN: Final = "run"
UPGRADE: Final = "upgrade"
TOOK, GAVE, OVER = "took", "gave", "over"
HANG_UP_S: Final = 15.0


def digest(data: str | bytes) -> str:
    raw = data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass")
    return hashlib.sha256(raw).hexdigest()


@dataclass
class Witness(AgentServer):
    """The address that is called names the run: `?run=4.0`. Each call has a file, by the trace that it was dialled
    with, in the folder of its run."""

    seen: Path = Path()

    async def _call(self, line: ServerConnection) -> None:
        assert isinstance(line, StampedServer)
        assert line.request is not None
        (run,) = parse_qs(urlsplit(line.request.path).query)[RUN]
        home = self.seen / run
        home.mkdir(exist_ok=True)
        take, send = line.take, line.send
        with (home / line.request.headers[TRACEPARENT]).open("xb", buffering=0) as file:

            def saw(how: str, what: str) -> None:
                file.write(f"{how} {what}\n".encode())

            async def takes() -> tuple[str | bytes, int]:
                data, t_ns = await take()
                saw(TOOK, digest(data))
                return data, t_ns

            async def gives(data: str | bytes) -> None:
                saw(GAVE, digest(data))
                await send(data)

            line.take, line.send = takes, gives  # type: ignore[method-assign, assignment]
            saw(TOOK, UPGRADE)
            try:
                await super()._call(line)
            finally:
                saw(OVER, "")


@dataclass(frozen=True, slots=True)
class Call:
    """What crossed a call one way and the other, in order: the upgrade, and digests of messages."""

    trace: str
    took: Sequence[str]
    gave: Sequence[str] = ()
    is_over: bool = True


def calls_of(home: Path) -> list[Call]:
    """What the agent saw of a run's calls. A run that called nobody has no folder."""
    return [_call(path) for path in sorted(home.glob("*"))]


def _call(path: Path) -> Call:
    lines = [line.split(" ") for line in path.read_text("ascii").splitlines()]
    took = [what for how, what in lines if how == TOOK]
    return Call(path.name, took, [what for how, what in lines if how == GAVE], lines[-1:] == [[OVER, ""]])


def over(home: Path) -> list[Call]:
    """The same, once the agent has noticed that nobody is there any more; or after a while."""
    until_s = time.monotonic() + HANG_UP_S
    seen = calls_of(home)
    while not all(call.is_over for call in seen) and time.monotonic() < until_s:
        time.sleep(0.02)
        seen = calls_of(home)
    return seen


def recorded(folder: Path) -> dict[str, Call]:
    """The calls that stand in the recordings below a folder, by their traces."""
    found = {}
    for wire in sorted(folder.glob("cases/*/*/wire.jsonl")):
        try:
            recording = reader.read(wire.parent, Canonical(), ())
        except reader.Unreadable:
            continue
        for number in {frame.call for frame in recording.frames}:
            call = _recorded(recording, number)
            found[call.trace] = call
    return found


def _recorded(recording: Recording, number: int) -> Call:
    def crossed(direction: Direction) -> Iterator[str]:
        for frame in recording.frames:
            if (frame.call, frame.direction) == (number, direction):
                if frame.opcode in MESSAGES:
                    yield digest(frame.data)
                elif frame.opcode is Opcode.UPGRADE and direction is Direction.SENT:
                    yield UPGRADE

    sent, received = list(crossed(Direction.SENT)), list(crossed(Direction.RECEIVED))
    return Call(traceparent(recording.trace_id, number), sent, received)


def unrecorded(seen: Sequence[Call], evidence: Path) -> Iterator[str]:
    """What the agent can tell of calls, and the recordings cannot."""
    there = recorded(evidence)
    for call in seen:
        kept = there.get(call.trace, Call(call.trace, ()))
        if not call.is_over:
            yield f"the agent still holds the call {call.trace}"
        if (at := _parted(call.took, kept.took)) is not None:
            yield f"the agent took {len(call.took)} messages, and number {at} of them is not recorded: {call.trace}"
        if (at := _parted(kept.gave, call.gave)) is not None:
            yield f"number {at} of what was recorded as received is not what the agent gave: {call.trace}"


def _parted(beginning: Sequence[str], whole: Sequence[str]) -> int | None:
    """Where the second is not the first any more; None if it begins with all of it."""
    pairs = enumerate(zip(beginning, [*whole, *[""] * len(beginning)], strict=False))
    return next((at for at, (one, other) in pairs if one != other), None)
