"""What frames of Deepgram's Voice Agent mean, both ways. Pure.

Theory of operation. Responses have no ids, and `AgentStartedSpeaking` comes only to clients that asked for experimental
messages: without it, the first audio after the end of a response is the start of the next. `AgentAudioDone` says that
the last audio was sent, and is all that ends a turn; after an interruption it may never come, so there the words of the
caller end what was cut, whatever of it was still on its way. Functions that the server runs by itself are told as
metadata: a client must not answer them."""

from gate.core.paths import get
from gate.core.signals import (
    Asked,
    AudioDone,
    AudioIn,
    AudioOut,
    Configured,
    Fault,
    Metadata,
    Ready,
    ResponseStarted,
    Role,
    SpeechStarted,
    ToolCall,
    ToolCancelled,
    ToolResult,
    Transcript,
    TurnDone,
    Typed,
)
from gate.dialects import fields
from gate.dialects.answers import read
from gate.dialects.base import JsonObserver, Object, Read, Signals
from gate.dialects.deepgram.session import FORMS, DeepgramOptions, asked
from gate.dialects.fields import Illegal
from gate.dialects.sound import Framed

ROLES: dict[str, Role] = {"user": "caller", "assistant": "agent"}


class Observer(JsonObserver):
    def __init__(self, options: DeepgramOptions) -> None:
        self._said = Framed(FORMS[options.send_encoding], options.send_rate_hz)
        self._heard = Framed(FORMS[options.encoding], options.receive_rate_hz)
        self._speaking = False
        self._unannounced = False
        self._cut = False
        self._calls: set[str] = set()
        self.readers: dict[str, Read] = {
            "Welcome": lambda message: (Ready(fields.text(message, "request_id")),),
            "SettingsApplied": lambda message: (Configured({}),),
            "UserStartedSpeaking": self._interrupted,
            "ConversationText": self._words,
            "AgentStartedSpeaking": self._started,
            "AgentAudioDone": self._done,
            "FunctionCallRequest": self._called,
            "FunctionCallCancelled": _cancelled,
            "FunctionCallResponse": _metadata,
            "AgentThinking": _metadata,
            "LatencyReport": _metadata,
            "Warning": _metadata,
            "Error": _fault,
            "InjectionRefused": lambda message: (Fault("InjectionRefused", fields.text(message, "message")),),
        }

    def sent(self, message: Object) -> Signals:
        match message.get("type"):
            case "Settings":
                return (Asked(asked(message)),)
            case "InjectUserMessage":
                return (Typed(fields.text(message, "content")),)
            case "FunctionCallResponse":
                result, error = read(fields.text(message, "content"))
                return (ToolResult(fields.text(message, "id"), fields.text(message, "name"), result, error),)
            case _:
                return ()

    def binary(self, data: bytes, *, sent: bool) -> Signals:
        pcm, rate_hz = (self._said if sent else self._heard).feed(data)
        if not pcm:
            return ()
        if sent:
            return (AudioIn(pcm, rate_hz),)
        if self._speaking:
            return (AudioOut(pcm, rate_hz),)
        self._speaking = self._unannounced = True
        return ResponseStarted(), AudioOut(pcm, rate_hz)

    def _interrupted(self, message: Object) -> Signals:
        self._cut = self._speaking
        return (SpeechStarted(interrupts=True),)

    def _words(self, message: Object) -> Signals:
        role = ROLES.get(fields.text(message, "role"))
        if role is None:
            raise Illegal("role is neither user nor assistant")
        if role == "caller" and self._cut:
            self._speaking = self._unannounced = self._cut = False
        return (Transcript(role, fields.text(message, "content"), final=True),)

    def _started(self, message: Object) -> Signals:
        announced_late = self._unannounced and not self._cut
        self._unannounced = self._cut = False
        self._speaking = True
        return () if announced_late else (ResponseStarted(),)

    def _done(self, message: Object) -> Signals:
        self._speaking = self._unannounced = self._cut = False
        return AudioDone(), TurnDone()

    def _called(self, message: Object) -> Signals:
        return tuple(signal for function in _functions(message) for signal in self._call(function))

    def _call(self, function: Object) -> Signals:
        call_id, name = fields.text(function, "id"), fields.text(function, "name")
        if function.get("client_side") is not True:
            return (Metadata({"type": "FunctionCallRequest", "functions": [function]}),)
        if call_id in self._calls:
            return ()
        self._calls.add(call_id)
        arguments, raw = fields.arguments(get(function, "arguments"))
        return (ToolCall(call_id, name, arguments, raw),)


def _functions(message: Object) -> list[Object]:
    found = message.get("functions")
    if not isinstance(found, list) or not all(isinstance(function, dict) for function in found):
        raise Illegal("functions is no list of objects")
    return [function for function in found if isinstance(function, dict)]


def _cancelled(message: Object) -> Signals:
    return tuple(ToolCancelled(fields.text(function, "id")) for function in _functions(message))


def _metadata(message: Object) -> Signals:
    return (Metadata(message),)


def _fault(message: Object) -> Signals:
    return (Fault(fields.maybe_text(message, "code"), fields.text(message, "description")),)
