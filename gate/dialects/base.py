"""What dialects of one JSON object in each text frame have in common. Pure. A dialect says what its messages mean; how
a frame is read without trusting it, and without ever raising or dropping, is said here once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict

from gate.audio.formats import Encoding
from gate.core.frames import MESSAGES, Frame
from gate.core.jsons import Json
from gate.core.plan import Dial
from gate.core.ports import Change
from gate.core.signals import AudioIn, AudioOut, Other, Signal, Violation
from gate.dialects import fields
from gate.dialects.fields import Illegal
from gate.dialects.sound import Framed
from gate.dialects.transport import observe_transport

Object = dict[str, Json]
Signals = tuple[Signal, ...]
Frames = tuple[str | bytes, ...]
Read = Callable[[Object], Signals]

Role = Literal["app client", "carrier", "orchestrator", "HTTP first"]
Confidence = Literal["high", "medium-high", "medium", "low"]


@dataclass(frozen=True, slots=True)
class About:
    """For the documentation: whose part the gate plays, how sure the wire facts are, and whose code has proven it."""

    title: str
    role: Role
    confidence: Confidence
    proof: str


class Options(BaseModel):
    """What a manifest may say under `options:`; nothing, unless a dialect adds something."""

    model_config = ConfigDict(extra="forbid", frozen=True)


O = TypeVar("O", bound=BaseModel)  # noqa: E741


class Base(Generic[O]):
    """A dialect's options, and its answers to what most providers do not ask. `url_path`: where the reply of a provider
    that is asked over HTTP first holds the address of the socket; empty if the manifest must say it."""

    Options: type[O]
    url_path = ""

    def __init__(self, options: O | None = None, *, http_first: bool = False) -> None:
        self.options: O = options if options is not None else self.Options()

    def dial(self, dial: Dial, session: Object, call_id: str) -> Dial:
        return dial

    def session_mistakes(self, session: Object) -> tuple[str, ...]:
        """What the provider would not carry of the manifest's `session:`, as sentences."""
        return ()

    def opaque(self, message: Object, path: str) -> bool:
        """Whether no words stand at this dotted path of a message, but an id, a type, or audio."""
        raise NotImplementedError

    def rewrite(self, data: str | bytes, change: Change) -> str | bytes:
        """Only text frames hold words. A dialect with words in its binary frames has a `rewrite` of its own."""
        return data if isinstance(data, bytes) else self.rewrite_json(data, change)

    def mute(self, data: str | bytes, fill: bytes) -> str | bytes:
        """The same frame with `fill` in the place of each byte of its audio."""
        return fields.muted(data, fill) if isinstance(data, bytes) else self.mute_json(data, fill)

    def mute_json(self, data: str | bytes, fill: bytes) -> str | bytes:
        try:
            message = fields.payload(data)
        except Illegal:
            return data
        return fields.mute(data, lambda path: self.opaque(message, path), fill)

    def rewrite_json(self, data: str | bytes, change: Change) -> str | bytes:
        try:
            message = fields.payload(data)
        except Illegal:
            return fields.rewrite(data, change, lambda _: False)
        return fields.rewrite(data, change, lambda path: self.opaque(message, path))


def frame_of(kind: str, **more: Json) -> Frames:
    """The frame of a message that says in `type` what it is."""
    return (fields.dump({"type": kind, **more}),)


class SilentEar:
    """Of an encoder that need not know what the agent said."""

    def heard(self, signal: Signal) -> None:
        pass


class JsonObserver:
    """Reads frames by `sent` and `received`; both may raise Illegal, and what they give no signal for is `Other`.
    `readers`: of the agent's messages, by their `type`; for a dialect with no `received` of its own."""

    readers: Mapping[str, Read]

    def observe(self, frame: Frame) -> Signals:
        if frame.opcode not in MESSAGES:
            return observe_transport(frame)
        try:
            if isinstance(frame.data, bytes):
                return self.binary(frame.data, sent=frame.sent) or (Other("audio that the next frame completes"),)
            message = fields.payload(frame.data)
            meant = self.sent(message) if frame.sent else self.received(message)
            return meant or (Other(self.kind(message)),)
        except Illegal as illegal:
            return (Violation(str(illegal)),)

    def kind(self, message: Object) -> str:
        """What a message calls itself."""
        kind = message.get("type")
        return kind if isinstance(kind, str) else ""

    def sent(self, message: Object) -> Signals:
        """A message of the gate's."""
        raise NotImplementedError

    def received(self, message: Object) -> Signals:
        """A message of the agent's."""
        reader = self.readers.get(fields.text(message, "type"))
        return reader(message) if reader else ()

    def binary(self, data: bytes, *, sent: bool) -> Signals:
        raise Illegal("a binary frame, where this dialect has only text")


class StreamObserver(JsonObserver):
    """Of a wire with JSON in text frames, and in binary ones audio of one form both ways."""

    def __init__(self, encoding: Encoding, rate_hz: int) -> None:
        self._said = Framed(encoding, rate_hz)
        self._heard = Framed(encoding, rate_hz)

    def binary(self, data: bytes, *, sent: bool) -> Signals:
        pcm, rate_hz = (self._said if sent else self._heard).feed(data)
        if not pcm:
            return ()
        return (AudioIn(pcm, rate_hz),) if sent else (AudioOut(pcm, rate_hz),)
