"""The agent's half of the elevenlabs dialect: the server's side of a conversation. Pure.

Source of what each message must hold: elevenlabs/packages, agent.asyncapi.yaml; elevenlabs 2.78, conversation.py, whose
client stops at a message that lacks a field."""

from gate.audio import formats
from gate.core import acts
from gate.core.acts import Act
from gate.core.jsons import Json
from gate.core.signals import (
    AudioDone,
    AudioOut,
    Cancelled,
    Fault,
    Metadata,
    Ping,
    Ready,
    ResponseStarted,
    Signal,
    ToolCall,
    Transcript,
    TurnDone,
)  # fmt: skip
from gate.dialects import fields
from gate.dialects.base import Frames, Object
from gate.dialects.elevenlabs.session import CHUNK, FORMS, INITIATION, ElevenLabsOptions, number, settings_of
from gate.dialects.elevenlabs.tools import answer_of
from gate.dialects.fields import Illegal
from gate.dialects.sound import Speech, decoded, encoded

ALLOWED = frozenset({
    "user_activity", "contextual_update", "feedback", "multimodal_message", "mcp_tool_approval_result",
    "enclave_setup_config",
})  # fmt: skip
ERRORS = {"bad_message": "invalid_message", "unsupported_language": "override_error"}
CONTRACT = 1008  # the close code of errors in what a client sends


class Agent:
    """Words of the caller open a turn, and the answer to them has the same id. Every ping wants its pong."""

    def __init__(self, options: ElevenLabsOptions) -> None:
        self._options = options
        self._ears = formats.decoder(*FORMS[options.input_format])
        self._encoding, self._rate_hz = FORMS[options.output_format]
        self._speech = Speech(self._rate_hz)
        self._id = 0
        self._asked: int | None = None
        self._turns: dict[str | None, int] = {}
        self._pinged: set[int] = set()

    def hear(self, data: str | bytes) -> tuple[Act, ...]:
        if isinstance(data, bytes):
            raise Illegal("a binary frame, where this dialect has only text")
        message = fields.payload(data)
        if CHUNK in message:
            return (acts.Speak(decoded(self._ears, fields.audio(message, CHUNK))[0]),)
        match fields.text(message, "type"):
            case kind if kind == INITIATION:
                return (acts.Configure(settings_of(message)),)
            case "user_message":
                text = fields.maybe_text(message, "text")
                return () if text is None else (acts.Type(text),)
            case "client_tool_result":
                told = answer_of(message)
                return (acts.Answer(told.call_id, "", told.result, told.error),)
            case "pong":
                return self._pong(number(message, "event_id"))
            case kind if kind in ALLOWED:
                return ()
            case unknown:
                raise Illegal(f"type {unknown!r} is not known")

    def _pong(self, ping: int) -> tuple[Act, ...]:
        if ping not in self._pinged:
            raise Illegal(f"a pong for ping {ping}, which is not waiting for one")
        self._pinged.remove(ping)
        return ()

    def say(self, signal: Signal) -> Frames:
        match signal:
            case Ready(session_id):
                return self._metadata(session_id or "") + self._ping(self._next())
            case Ping(token):
                return self._ping(int(token) if token.isdecimal() else self._next())
            case ResponseStarted(response_id):
                self._turns.pop(response_id, None)
                self._turn(response_id)
                return ()
            case AudioOut(pcm, rate_hz, response_id, _):
                return self._audio(self._speech.feed(pcm, rate_hz), response_id)
            case AudioDone(response_id):
                return self._audio(self._speech.end(), response_id)
            case Cancelled(response_id):
                self._speech.cut()
                self._turns.pop(response_id, None)
                return _message("interruption", "interruption_event", event_id=self._next())
            case TurnDone(response_id) if self._options.response_complete:
                turn = self._turn(response_id)
                return _message("agent_response_complete", "agent_response_complete_event", event_id=turn)
            case _:
                return self._said(signal)

    def _said(self, signal: Signal) -> Frames:
        match signal:
            case Transcript("agent", text, True, response_id):
                turn = self._turn(response_id)
                return _message("agent_response", "agent_response_event", agent_response=text, event_id=turn)
            case Transcript("agent", text, False, response_id):
                turn = self._turn(response_id)
                return _message(
                    "agent_chat_response_part", "text_response_part", text=text, type="delta", event_id=turn
                )
            case Transcript("caller", text, final):
                self._asked = self._next() if self._asked is None else self._asked
                kind, key = _HEARD[final]
                return _message(kind, key, user_transcript=text, event_id=self._asked)
            case ToolCall(call_id, name, arguments, raw):
                given: Json = raw if arguments is None else arguments
                told: Object = {"tool_name": name, "tool_call_id": call_id, "parameters": given}
                return _message("client_tool_call", "client_tool_call", **told, event_id=self._asked or self._next())
            case Metadata(data):
                named: Object = {"metadata": data, "event_id": self._id}
                return _message("agent_response_metadata", "agent_response_metadata_event", **named)
            case Fault(code, text):
                kind = ERRORS.get(code or "", "unknown")
                return _message("error", "error_event", code=CONTRACT, message=text, error_type=kind)
            case _:
                return ()

    def _next(self) -> int:
        self._id += 1
        return self._id

    def _turn(self, response_id: str | None) -> int:
        """The event id of a response: that of the words that it answers, or a new one."""
        if response_id not in self._turns:
            self._turns[response_id] = self._next() if self._asked is None else self._asked
            self._asked = None
        return self._turns[response_id]

    def _metadata(self, session_id: str) -> Frames:
        told: Object = {
            "conversation_id": session_id,
            "agent_output_audio_format": self._options.output_format,
            "user_input_audio_format": self._options.input_format,
        }
        return _message("conversation_initiation_metadata", "conversation_initiation_metadata_event", **told)

    def _ping(self, ping: int) -> Frames:
        self._pinged.add(ping)
        return _message("ping", "ping_event", event_id=ping, ping_ms=None)

    def _audio(self, pcm: bytes, response_id: str | None) -> Frames:
        if not pcm:
            return ()
        audio = encoded(pcm, self._rate_hz, self._encoding)
        return _message("audio", "audio_event", audio_base_64=audio, event_id=self._turn(response_id))


_HEARD = {
    True: ("user_transcript", "user_transcription_event"),
    False: ("tentative_user_transcript", "tentative_user_transcription_event"),
}


def _message(kind: str, key: str, **event: Json) -> Frames:
    return (fields.dump({"type": kind, key: event}),)
