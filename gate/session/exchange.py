"""One call between caller, dialect and sink, without a socket: what every kind of line has in common.

A line (a real socket, or two queues in virtual time) says what came and asks what to send; every frame is written down
and observed here, both ways, in the order in which it crossed the line."""

from dataclasses import dataclass, replace

from gate.caller.caller import Caller
from gate.caller.outs import Decision, Doing, Errand, Pinging, Restarting
from gate.core import acts
from gate.core.callnames import CallNames
from gate.core.ends import CallEnd
from gate.core.fetched import Fetched
from gate.core.frames import Direction, Frame, Opcode
from gate.core.jsons import Json, canonical
from gate.core.ports import Encoder, Observer, Sink
from gate.core.signals import Ready, Signal
from gate.core.weather import Loss


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A frame to be sent now; it was due at `due_ns`."""

    data: str | bytes
    due_ns: int | None


@dataclass(frozen=True, slots=True)
class Ending:
    """The call is to be ended now: by a close frame, or (code None) by cutting the line, or losing it so."""

    code: int | None
    loss: Loss | None = None


Due = Outgoing | Ending | Errand | Pinging | Restarting


class Exchange:
    """`names`: what the call is called by now."""

    def __init__(self, call: int, caller: Caller, encoder: Encoder, observer: Observer, sink: Sink) -> None:
        self._call = call
        self._caller = caller
        self._encoder = encoder
        self._observer = observer
        self._sink = sink
        self.names = CallNames()

    @property
    def number(self) -> int:
        """Of its call in the case."""
        return self._call

    @property
    def talked(self) -> bool:
        """Whether the session got as far as the caller's first step."""
        return self._caller.talked

    @property
    def wake_ns(self) -> int:
        return self._caller.wake_ns

    @property
    def ready(self) -> bool:
        return self._caller.ready

    @property
    def end(self) -> CallEnd | None:
        return self._caller.end

    def opened(self, t_ns: int) -> None:
        self._caller.opened(t_ns)

    def shown(self, *, yet: bool) -> None:
        """Whether the backend has answered yet what it was asked about this call's session."""
        self._caller.unshown = not yet

    def received(self, opcode: Opcode, data: str | bytes, t_ns: int) -> None:
        """A frame arrived at `t_ns`: it is written down before anybody thinks about it."""
        for signal in self._cross(Direction.RECEIVED, opcode, data, t_ns, None):
            if isinstance(signal, Ready):
                session_id = signal.session_id or self.names.session_id
                self.names = replace(self.names, session_id=session_id, ready=True)
            self._encoder.heard(signal)
            self._caller.hear(signal, t_ns)

    def sent(self, opcode: Opcode, data: str | bytes, t_ns: int, due_ns: int | None = None) -> None:
        self._cross(Direction.SENT, opcode, data, t_ns, due_ns)

    def control(self, direction: Direction, opcode: Opcode, t_ns: int, **data: Json) -> None:
        """A frame around the socket: HTTP, UPGRADE, PING, PONG, CLOSE or LOST."""
        text = canonical(dict(data))
        if direction is Direction.RECEIVED:
            self.received(opcode, text, t_ns)
        else:
            self.sent(opcode, text, t_ns)

    def note(self, kind: str, t_ns: int, **data: Json) -> None:
        self._sink.note(kind, t_ns, self._call, dict(data))

    def flooded(self, what: str, most: int, t_ns: int) -> None:
        """The agent sent more than the budget of that name allows: the caller has left."""
        self.note("over-budget", t_ns, what=what, most=most)
        if self._caller.end is None:
            self.note("hang-up", t_ns, code=None, why="the agent sent more than a budget of the call allows")
        self._caller.flooded()

    def fetched(self, errand: Errand, answer: Fetched, t_ns: int) -> None:
        """What a tool answered that was called for real."""
        data: dict[str, Json] = {"status": answer.status, "result": answer.result, "error": answer.error}
        self.note("real.result", t_ns, call_id=errand.call_id, name=errand.name, via="socket", **data)
        self._caller.fetched(errand.call_id, answer.result, answer.error, t_ns)

    def due(self, t_ns: int) -> list[Due]:
        """What is to be sent, or fetched, by now. The caller's decisions are written down on the way."""
        out: list[Due] = []
        for item in self._caller.act(t_ns):
            match item:
                case Decision(kind, data):
                    self._sink.note(kind, t_ns, self._call, data)
                case Errand() | Pinging() | Restarting():
                    out.append(item)
                case Doing(acts.HangUp(None, loss=loss), _):
                    out.append(Ending(None, loss))
                case Doing(act, due_ns):
                    out += [Outgoing(data, due_ns) for data in self._encoder.encode(act, t_ns)]
                    if isinstance(act, acts.HangUp):
                        out.append(Ending(act.code))
        return out

    def _cross(
        self, direction: Direction, opcode: Opcode, data: str | bytes, t_ns: int, due_ns: int | None
    ) -> tuple[Signal, ...]:
        frame = self._sink.frame(Frame(direction, opcode, data, t_ns, self._call, due_ns=due_ns))
        return self._observer.observe(frame)
