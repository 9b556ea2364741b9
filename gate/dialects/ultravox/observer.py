"""What frames of an Ultravox call mean, both ways. Pure.

Theory of operation. Responses have no ids and no marks: the server tells its state, and a response is what lies between
`speaking` and the next other state, or begins with audio that came before it; then a `thinking` on the way to that
`speaking` ends nothing. `playback_clear_buffer` cuts a response, and the state that follows ends nothing either.
Transcripts come in pieces (`delta`) or whole (`text`) under the ordinal of their utterance; the final message completes
them."""

from gate.core import jsons
from gate.core.frames import Frame, Opcode
from gate.core.paths import get
from gate.core.signals import (
    Asked,
    AudioDone,
    AudioIn,
    AudioOut,
    Cancelled,
    Metadata,
    Ready,
    ResponseStarted,
    Role,
    ToolCall,
    ToolResult,
    Transcript,
    TurnDone,
    Typed,
)
from gate.dialects import fields
from gate.dialects.answers import read
from gate.dialects.base import JsonObserver, Object, Read, Signals
from gate.dialects.fields import Illegal
from gate.dialects.sound import Framed
from gate.dialects.ultravox.session import UltravoxOptions, asked

ROLES: dict[str, Role] = {"user": "caller", "agent": "agent"}


class Observer(JsonObserver):
    def __init__(self, options: UltravoxOptions) -> None:
        self._said = Framed("pcm", options.send_rate_hz)
        self._heard = Framed("pcm", options.receive_rate_hz)
        self._speaking = False
        self._announced = False
        self._calls: set[str] = set()
        self._words: dict[tuple[Role, str | None], str] = {}
        self.readers: dict[str, Read] = {
            "call_started": lambda message: (Ready(fields.text(message, "callId")),),
            "state": self._state,
            "transcript": self._transcript,
            "client_tool_invocation": self._called,
            "playback_clear_buffer": self._cut,
            "debug": lambda message: (Metadata(message),),
        }

    def observe(self, frame: Frame) -> Signals:
        if frame.opcode is Opcode.HTTP and frame.sent and (settings := _asked(frame.data)):
            return (Asked(settings),)
        return super().observe(frame)

    def sent(self, message: Object) -> Signals:
        match message.get("type"):
            case "user_text_message":
                return (Typed(fields.text(message, "text")),)
            case "client_tool_result":
                return (answered(message),)
            case _:
                return ()

    def binary(self, data: bytes, *, sent: bool) -> Signals:
        pcm, rate_hz = (self._said if sent else self._heard).feed(data)
        if not pcm:
            return ()
        if sent:
            return (AudioIn(pcm, rate_hz),)
        return *self._begun(), AudioOut(pcm, rate_hz)

    def _begun(self) -> Signals:
        was, self._speaking = self._speaking, True
        return () if was else (ResponseStarted(),)

    def _state(self, message: Object) -> Signals:
        state = fields.text(message, "state")
        if state == "speaking":
            self._announced = True
            return self._begun()
        if state == "thinking" and not self._announced:
            return ()
        was, self._speaking, self._announced = self._speaking, False, False
        return (AudioDone(), TurnDone()) if was else ()

    def _cut(self, message: Object) -> Signals:
        self._speaking = self._announced = False
        return (Cancelled(),)

    def _transcript(self, message: Object) -> Signals:
        role, final = ROLES.get(fields.text(message, "role")), message.get("final")
        if role is None or not isinstance(final, bool):
            raise Illegal("a transcript wants a role of user or agent, and final")
        text, delta = fields.maybe_text(message, "text"), fields.maybe_text(message, "delta")
        at = role, fields.maybe_text(message, "ordinal")
        whole = text if text is not None else self._words.pop(at, "") + (delta or "")
        if final:
            self._words.pop(at, None)
            return (Transcript(role, whole, final=True),)
        self._words[at] = whole
        return (Transcript(role, text or delta or "", final=False),) if role == "agent" else ()

    def _called(self, message: Object) -> Signals:
        call_id, name = fields.text(message, "invocationId"), fields.text(message, "toolName")
        if call_id in self._calls:
            return ()
        self._calls.add(call_id)
        arguments, raw = fields.arguments(get(message, "parameters"))
        return (ToolCall(call_id, name, arguments, raw),)


def _asked(data: str | bytes) -> Object:
    """What the HTTP call asked for; the frame is of the gate's own making."""
    try:
        asking = jsons.parse(data)
    except ValueError:
        return {}
    return asked(asking.get("body")) if isinstance(asking, dict) else {}


def answered(message: Object) -> ToolResult:
    """A `client_tool_result`. Raises Illegal."""
    call_id = fields.text(message, "invocationId")
    failed = fields.maybe_text(message, "errorType")
    if failed is not None:
        return ToolResult(call_id, error=fields.maybe_text(message, "errorMessage") or failed)
    result, error = read(fields.text(message, "result"))
    return ToolResult(call_id, "", result, error)
