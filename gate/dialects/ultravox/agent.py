"""The agent's half of the ultravox dialect: the server's side of a joined call. Pure.

Source of the messages: docs.ultravox.ai/apps/datamessages; livekit-plugins-ultravox 1.8, `realtime/events.py`."""

from gate.core import acts
from gate.core.acts import Act
from gate.core.jsons import Json, canonical
from gate.core.signals import (
    AudioDone,
    AudioOut,
    Cancelled,
    Metadata,
    Ready,
    ResponseStarted,
    Signal,
    ToolCall,
    Transcript,
    TurnDone,
)  # fmt: skip
from gate.dialects import fields
from gate.dialects.base import Frames, frame_of
from gate.dialects.fields import Illegal
from gate.dialects.sound import Framed, Speech
from gate.dialects.ultravox.observer import answered
from gate.dialects.ultravox.session import UltravoxOptions

ALLOWED = frozenset({"ping", "set_output_medium", "forced_agent_message", "hang_up", "input_text_message"})


class Agent:
    """Its own words go out twice, as the provider's do: in pieces as they are spoken, and whole at the end."""

    def __init__(self, options: UltravoxOptions) -> None:
        self._ears = Framed("pcm", options.send_rate_hz)
        self._speech = Speech(options.receive_rate_hz)
        self._ordinal = 0

    def hear(self, data: str | bytes) -> tuple[Act, ...]:
        if isinstance(data, bytes):
            pcm, _ = self._ears.feed(data)
            return (acts.Speak(pcm),) if pcm else ()
        message = fields.payload(data)
        match fields.text(message, "type"):
            case "user_text_message":
                return (acts.Type(fields.text(message, "text")),)
            case "client_tool_result":
                told = answered(message)
                return (acts.Answer(told.call_id, "", told.result, told.error),)
            case kind if kind in ALLOWED:
                return ()
            case unknown:
                raise Illegal(f"type {unknown!r} is not known")

    def say(self, signal: Signal) -> Frames:
        match signal:
            case Ready(session_id):
                return frame_of("call_started", callId=session_id or "") + _state("listening")
            case ResponseStarted():
                return _state("speaking")
            case AudioOut(pcm, rate_hz):
                return _audio(self._speech.feed(pcm, rate_hz))
            case AudioDone():
                return _audio(self._speech.end())
            case TurnDone():
                return _state("listening")
            case Cancelled():
                self._speech.cut()
                return frame_of("playback_clear_buffer") + _state("listening")
            case Transcript(role, text, final):
                return self._transcript(role, text, final)
            case ToolCall(call_id, name, arguments, raw):
                parameters: Json = raw if arguments is None else arguments
                return frame_of("client_tool_invocation", toolName=name, invocationId=call_id, parameters=parameters)
            case Metadata(data):
                return frame_of("debug", message=canonical(data))
            case _:
                return ()

    def _transcript(self, role: str, text: str, final: bool) -> Frames:
        """The caller's words are told once they are final; the service has no other."""
        if role == "caller" and not final:
            return ()
        speaker = {"role": "user" if role == "caller" else "agent", "medium": "voice"}
        delta = frame_of("transcript", **speaker, text=None, delta=text, final=False, ordinal=self._ordinal)
        whole = frame_of("transcript", **speaker, text=text, delta=None, final=True, ordinal=self._ordinal)
        if final:
            self._ordinal += 1
        return (delta if role == "agent" else ()) + (whole if final else ())


def _audio(pcm: bytes) -> Frames:
    return (pcm,) if pcm else ()


def _state(state: str) -> Frames:
    return frame_of("state", state=state)
