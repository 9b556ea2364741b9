"""The agent's half of Cekura's chat WebSocket: a chat server that Cekura tests. Pure."""

from gate.core import acts
from gate.core.acts import Act
from gate.core.jsons import Json
from gate.core.signals import Metadata, Ready, Signal, ToolCall, ToolResult, Transcript
from gate.dialects import fields
from gate.dialects.base import Frames
from gate.dialects.fields import Illegal

CALL, RESULT, END = "Function Call", "Function Call Result", "end_call"


class Agent:
    """Stateless: nothing on this wire has an id but tools."""

    def hear(self, data: str | bytes) -> tuple[Act, ...]:
        """What ends the call wants no answer."""
        if isinstance(data, bytes):
            raise Illegal("a binary frame, where this dialect has only text")
        message = fields.payload(data)
        if message.get("type") == END:
            return ()
        return (acts.Type(fields.text(message, "content")),)

    def say(self, signal: Signal) -> Frames:
        message = _message(signal)
        return () if message is None else (fields.dump(message),)


def _message(signal: Signal) -> dict[str, Json] | None:
    match signal:
        case Ready(str(session_id)):  # docs.cekura.ai, "Metadata", sends an id of its own so
            return {"metadata": {"internal_session_id": session_id}}
        case Transcript("agent", text, True):
            return {"content": text}
        case ToolCall(call_id, name, arguments, raw):
            text = raw if arguments is None else fields.dump(arguments)
            return {"role": CALL, "data": {"id": call_id, "name": name, "arguments": text}}
        case ToolResult(call_id, _, result, error):
            value: Json = result if error is None else {"error": error}
            return {"role": RESULT, "data": {"id": call_id, "result": fields.dump(value)}}
        case Metadata(dict() as data):
            return {"metadata": data}
        case _:
            return None
