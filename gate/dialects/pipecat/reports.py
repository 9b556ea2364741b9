"""What a Pipecat bot reports of itself: the signals of the agent's half as RTVI messages. Pure.

Source: pipecat-ai 1.14.0, `processors/frameworks/rtvi/{observer,models}.py`: each message with the fields that its
model requires, in the order in which a bot with a model and a voice sends them."""

from gate.core.jsons import Json
from gate.core.signals import (
    Configured,
    Fault,
    Metadata,
    ResponseStarted,
    Signal,
    SpeechStarted,
    SpeechStopped,
    ToolCall,
    ToolCancelled,
    ToolResult,
    Transcript,
    TurnDone,
)  # fmt: skip
from gate.dialects.base import Object
from gate.dialects.pipecat.rtvi import VERSION, message

NEVER = "1970-01-01T00:00:00.000+00:00"  # a half has no clock


class Reports:
    """`level`: what is told of a tool call, as in RTVIFunctionCallReportLevel. `heard_id`: of the client's last
    message, `ready_id`: of its `client-ready`."""

    def __init__(self, level: str, *, client_tools: bool) -> None:
        self.level = level
        self.heard_id = self.ready_id = ""
        self._client_tools = client_tools
        self._thinks = False
        self._said = ""

    def of(self, signal: Signal) -> tuple[Object, ...]:
        match signal:
            case Configured():
                about: Json = {"library": "voxgate"}
                return (message("bot-ready", {"version": VERSION, "about": about}, self.ready_id),)
            case SpeechStarted():
                return (message("user-started-speaking"),)
            case SpeechStopped():
                return (message("user-stopped-speaking"),)
            case Transcript("caller", text, final):
                return _heard(text, final)
            case ResponseStarted():
                self._thinks, self._said = True, ""
                return (message("bot-llm-started"),)
            case Transcript(_, text, final):
                return self._words(text, final)
            case TurnDone() if self._thinks:
                return self._thought()
            case ToolCall(call_id, name, arguments, raw):
                return self._call(call_id, name, raw if arguments is None else arguments)
            case ToolResult(call_id, name, result, error):
                return self._returned(call_id, name, result if error is None else {"error": error})
            case ToolCancelled(call_id):
                return (message("llm-function-call-stopped", {"tool_call_id": call_id, "cancelled": True}),)
            case Metadata(data):
                return (message("server-message", data),)
            case Fault("bad_message", text):
                return (message("error-response", {"error": text}, self.heard_id),)
            case Fault(_, text):
                return (message("error", {"error": text, "fatal": False}),)
            case _:
                return ()

    def _words(self, text: str, final: bool) -> tuple[Object, ...]:
        new, self._said = text.removeprefix(self._said) if final else text, self._said + text
        words = (message("bot-llm-text", {"text": new}),) if new else ()
        return (*words, *self._thought()) if final else words

    def _thought(self) -> tuple[Object, ...]:
        self._thinks, self._said = False, ""
        return (message("bot-llm-stopped"),)

    def _call(self, call_id: str, name: str, arguments: Json) -> tuple[Object, ...]:
        if self._client_tools:
            said: Object = {"function_name": name, "tool_call_id": call_id, "args": arguments}
            return (message("bot-llm-started"), message("llm-function-call", said), message("bot-llm-stopped"))
        if self.level == "disabled":
            return (message("bot-llm-started"), message("bot-llm-stopped"))
        named: Object = {"function_name": name} if self._names else {}
        told: Object = {"arguments": arguments} if self.level in ("arguments", "full") else {}
        return (
            message("bot-llm-started"),
            message("llm-function-call-started", {**named}),
            message("llm-function-call-in-progress", {"tool_call_id": call_id, **named, **told}),
            message("bot-llm-stopped"),
        )

    def _returned(self, call_id: str, name: str, result: Json) -> tuple[Object, ...]:
        if self.level == "disabled":
            return ()
        said: Object = {"tool_call_id": call_id, "cancelled": False}
        said |= {"function_name": name} if self._names else {}
        said |= {"result": result} if self.level == "full" else {}
        return (message("llm-function-call-stopped", said),)

    @property
    def _names(self) -> bool:
        return self.level in ("name", "arguments", "full")


def _heard(text: str, final: bool) -> tuple[Object, ...]:
    """As a bot of today says it, and again as older clients want it."""
    said: Object = {"text": text, "user_id": "", "timestamp": NEVER, "final": final}
    return message("user-input", {**said, "input_type": "transcription"}), message("user-transcription", said)
