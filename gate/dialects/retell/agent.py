"""The agent's half of Retell's custom-LLM WebSocket: a server that gives the words. Pure."""

from gate.core import acts
from gate.core.acts import Act
from gate.core.jsons import Json
from gate.core.signals import (
    Metadata,
    Ping,
    Ready,
    ResponseStarted,
    Signal,
    ToolCall,
    ToolResult,
    Transcript,
    TurnDone,
)  # fmt: skip
from gate.dialects import fields
from gate.dialects.base import Frames, Object
from gate.dialects.fields import Illegal
from gate.dialects.retell.observer import last_words, stamp

QUIET = ("call_details", "update_only", "ping_pong")
CONFIG: Json = {"auto_reconnect": False, "call_details": True, "transcript_with_tool_calls": True}


class Agent:
    """Answers under the id that it was asked under, once; what it says beyond that is an `agent_interrupt`. It asks for
    no pings (`auto_reconnect`), since a mind has no words to answer them with."""

    def __init__(self) -> None:
        self._asked: int | None = None
        self._interrupts = 0
        self._speaking: Object | None = None

    def hear(self, data: str | bytes) -> tuple[Act, ...]:
        if isinstance(data, bytes):
            raise Illegal("a binary frame, where this dialect has only text")
        message = fields.payload(data)
        match fields.text(message, "interaction_type"):
            case "response_required":
                self._asked = fields.number(message, "response_id")
                return tuple(acts.Type(text) for text in last_words(message))
            case "reminder_required":
                self._asked = fields.number(message, "response_id")
                return ()
            case kind if kind in QUIET:
                return ()
            case unknown:
                raise Illegal(f"interaction_type {unknown!r} is not known")

    def say(self, signal: Signal) -> Frames:
        match signal:
            case Ready():
                return (_event("config", config=CONFIG), _event("response", response_id=0, **_piece("", True)))
            case ResponseStarted():
                self._speaking = self._named()
                return ()
            case Transcript("agent", text, _):
                return (self._chunk(text, last=False),)
            case TurnDone():
                frame = self._chunk("", last=True)
                self._speaking = None
                return (frame,)
            case ToolCall(call_id, name, arguments, raw):
                text = raw if arguments is None else fields.dump(arguments)
                return (_event("tool_call_invocation", tool_call_id=call_id, name=name, arguments=text),)
            case ToolResult(call_id, _, result, error):
                value: Json = result if error is None else {"error": error}
                return (_event("tool_call_result", tool_call_id=call_id, content=fields.dump(value)),)
            case Metadata(data):
                return (_event("metadata", metadata=data),)
            case Ping(token):
                return (_event("ping_pong", timestamp=stamp(token)),)
            case _:
                return ()

    def _chunk(self, text: str, *, last: bool) -> str:
        self._speaking = self._speaking or self._named()
        return fields.dump(self._speaking | _piece(text, last))

    def _named(self) -> Object:
        if self._asked is not None:
            number, self._asked = self._asked, None
            return {"response_type": "response", "response_id": number}
        self._interrupts += 1
        return {"response_type": "agent_interrupt", "interrupt_id": self._interrupts}


def _piece(text: str, last: bool) -> Object:
    return {"content": text, "content_complete": last, "end_call": False}


def _event(kind: str, **body: Json) -> str:
    message: Object = {"response_type": kind}
    return fields.dump(message | body)
