"""The agent's half of Cartesia Line: agent code as `VoiceAgentApp` of cartesia-line serves it. Pure."""

from gate.core import acts
from gate.core.acts import Act
from gate.core.jsons import Json
from gate.core.signals import (
    Fault,
    Metadata,
    Signal,
    ToolCall,
    ToolResult,
    Transcript,
    TurnDone,
)  # fmt: skip
from gate.dialects import fields
from gate.dialects.base import Frames, Object
from gate.dialects.cartesia_line.observer import settings
from gate.dialects.fields import Illegal


class Agent:
    """Answers when the caller's turn ends, and each answer names the event that ended it."""

    def __init__(self) -> None:
        self._started = False
        self._words: list[str] = []
        self._responding_to: str | None = None
        self._arguments: dict[str, Json] = {}

    def hear(self, data: str | bytes) -> tuple[Act, ...]:
        """What is unknown is passed over, as Line does."""
        if isinstance(data, bytes):
            raise Illegal("a binary frame, where this dialect has only text")
        message = fields.payload(data)
        kind = message.get("type")
        if not self._started:
            if kind != "start":
                raise Illegal("the first message is no start")
            asked = settings(message)
            self._started = True
            return (acts.Configure(asked),)
        match kind:
            case "message":
                self._words.append(fields.text(message, "content"))
            case "user_state":
                return self._turned(message)
            case "dtmf":
                return (acts.Press(fields.text(message, "button")),)
        return ()

    def _turned(self, message: Object) -> tuple[Act, ...]:
        value = fields.text(message, "value")
        if value == "speaking":
            self._words = []
        if value != "idle" or not self._words:
            return ()
        self._responding_to = fields.maybe_text(message, "event_id")
        words, self._words = " ".join(self._words), []
        return (acts.Type(words),)

    def say(self, signal: Signal) -> Frames:
        body = self._body(signal)
        if body is None:
            return ()
        return (fields.dump(body if body["type"] == "error" else {**body, "responding_to": self._responding_to}),)

    def _body(self, signal: Signal) -> Object | None:
        match signal:
            case Transcript("agent", text, _):
                return {"type": "message", "content": text, "interruptible": True}
            case TurnDone():
                return {"type": "response_end"}
            case ToolCall(call_id, name, arguments, raw):
                self._arguments[call_id] = raw if arguments is None else arguments
                return _tool(call_id, name, self._arguments[call_id], None)
            case ToolResult(call_id, name, result, error):
                value: Json = result if error is None else {"error": error}
                return _tool(call_id, name, self._arguments.get(call_id, {}), fields.dump(value))
            case Metadata(dict() as data):
                return {"type": "custom", "metadata": data}
            case Fault(_, text):
                return {"type": "error", "content": text}
            case _:
                return None


def _tool(call_id: str, name: str, arguments: Json, result: str | None) -> Object:
    return {"type": "tool_call", "name": name, "arguments": arguments, "result": result, "id": call_id}
