"""The agent's half of the deepgram dialect: the server's side of the Voice Agent API. Pure.

Source of what each message must hold: deepgram-sdk 7.17, `agent/v1/types/agent_v1*.py`."""

from gate.audio import formats
from gate.core import acts
from gate.core.acts import Act
from gate.core.jsons import canonical
from gate.core.signals import (
    AudioDone,
    AudioOut,
    Cancelled,
    Configured,
    Fault,
    Metadata,
    Ready,
    ResponseStarted,
    Signal,
    SpeechStarted,
    ToolCall,
    ToolCancelled,
    Transcript,
)  # fmt: skip
from gate.dialects import fields
from gate.dialects.answers import read
from gate.dialects.base import Frames, Object, frame_of
from gate.dialects.deepgram.session import FORMS, DeepgramOptions, asked, unlike
from gate.dialects.fields import Illegal
from gate.dialects.sound import Framed, Speech

ALLOWED = frozenset({
    "KeepAlive", "UpdatePrompt", "UpdateSpeak", "UpdateThink", "UpdateThinkLive", "UpdateListen", "InjectAgentMessage",
    "InjectDynamicAgentMessage", "ForceEndTurn", "CustomToThinkProvider",
})  # fmt: skip


class Agent:
    """`AgentStartedSpeaking` goes out with the first audio, as the provider does it: behind the words."""

    def __init__(self, options: DeepgramOptions) -> None:
        self._options = options
        self._ears = Framed(FORMS[options.send_encoding], options.send_rate_hz)
        self._speech = Speech(options.receive_rate_hz)
        self._begun = False

    def hear(self, data: str | bytes) -> tuple[Act, ...]:
        if isinstance(data, bytes):
            pcm, _ = self._ears.feed(data)
            return (acts.Speak(pcm),) if pcm else ()
        message = fields.payload(data)
        match fields.text(message, "type"):
            case "Settings":
                session = asked(message)
                if (difference := unlike(message, self._options)) is not None:
                    raise Illegal(difference)
                return (acts.Configure(session),)
            case "InjectUserMessage":
                return (acts.Type(fields.text(message, "content")),)
            case "FunctionCallResponse":
                result, error = read(fields.text(message, "content"))
                return (acts.Answer(fields.text(message, "id"), fields.text(message, "name"), result, error),)
            case kind if kind in ALLOWED:
                return ()
            case unknown:
                raise Illegal(f"type {unknown!r} is not known")

    def say(self, signal: Signal) -> Frames:
        match signal:
            case AudioOut(pcm, rate_hz):
                return self._announced(self._frame(self._speech.feed(pcm, rate_hz)))
            case AudioDone():
                return self._announced(self._frame(self._speech.end())) + frame_of("AgentAudioDone")
            case ResponseStarted():
                self._begun = True
                return ()
            case Cancelled():
                self._speech.cut()
                return ()
            case _:
                return _said(signal)

    def _announced(self, audio: Frames) -> Frames:
        if not audio or not self._begun:
            return audio
        self._begun = False
        return frame_of("AgentStartedSpeaking", total_latency=0.0, tts_latency=0.0, ttt_latency=0.0) + audio

    def _frame(self, pcm: bytes) -> Frames:
        return (formats.encode(FORMS[self._options.encoding], pcm, self._options.receive_rate_hz),) if pcm else ()


def _said(signal: Signal) -> Frames:
    """What stands for itself."""
    match signal:
        case Ready(session_id):
            return frame_of("Welcome", request_id=session_id or "")
        case Configured():
            return frame_of("SettingsApplied")
        case SpeechStarted():
            return frame_of("UserStartedSpeaking")
        case Transcript(role, text, True):
            speaker = "user" if role == "caller" else "assistant"
            return frame_of("ConversationText", role=speaker, content=text, conversational_behavior="default")
        case ToolCall(call_id, name, arguments, raw):
            written = raw if arguments is None else canonical(arguments)
            function: Object = {"id": call_id, "name": name, "arguments": written, "client_side": True}
            return frame_of("FunctionCallRequest", functions=[function])
        case ToolCancelled(call_id):
            return frame_of("FunctionCallCancelled", functions=[{"id": call_id, "name": ""}])
        case Metadata(data):
            return frame_of("Warning", description=canonical(data), code="NOTICE")
        case Fault(code, message):
            return frame_of("Error", description=message, code=code or "INTERNAL_SERVER_ERROR")
        case _:
            return ()
