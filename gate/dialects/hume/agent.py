"""The agent's half of the hume dialect: EVI's side of a chat. Pure.

Source of what each message must hold: hume 0.14.1, `empathic_voice/types/`. Times are milliseconds of the caller's
audio heard so far, since nothing here has a clock."""

from gate.audio import formats
from gate.audio.pcm import WIDTH
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
    ToolCall,
    Transcript,
    TurnDone,
)  # fmt: skip
from gate.dialects import fields
from gate.dialects.base import Frames, Object, frame_of
from gate.dialects.fields import Illegal
from gate.dialects.hume.observer import answer_of
from gate.dialects.hume.session import OUTPUT_HZ, HumeOptions, settings, settings_of, unlike
from gate.dialects.sound import Speech, decoded, encoded

ALLOWED = frozenset({"assistant_input", "pause_assistant_message", "resume_assistant_message"})
UNHEARD: Object = {"prosody": None}


class Agent:
    def __init__(self, options: HumeOptions) -> None:
        self._options = options
        self._ears = formats.decoder("pcm", options.send_rate_hz)
        self._speech = Speech(OUTPUT_HZ)
        self._heard_samples = 0
        self._pieces = 0

    def hear(self, data: str | bytes) -> tuple[Act, ...]:
        if isinstance(data, bytes):
            raise Illegal("a binary frame, where this dialect has only text")
        message = fields.payload(data)
        match fields.text(message, "type"):
            case "audio_input":
                pcm, _ = decoded(self._ears, fields.audio(message, "data"))
                self._heard_samples += len(pcm) // WIDTH
                return (acts.Speak(pcm),)
            case "session_settings":
                if (difference := unlike(message, self._options)) is not None:
                    raise Illegal(difference)
                return (acts.Configure(settings_of(message)),)
            case "user_input":
                return (acts.Type(fields.text(message, "text")),)
            case "tool_response" | "tool_error":
                told = answer_of(message)
                return (acts.Answer(told.call_id, told.name, told.result, told.error),)
            case kind if kind in ALLOWED:
                return ()
            case unknown:
                raise Illegal(f"type {unknown!r} is not known")

    def say(self, signal: Signal) -> Frames:
        match signal:
            case AudioOut(pcm, rate_hz, response_id, _):
                return self._audio(self._speech.feed(pcm, rate_hz), response_id)
            case AudioDone(response_id):
                return self._audio(self._speech.end(), response_id)
            case ResponseStarted():
                self._pieces = 0
                return ()
            case Cancelled():
                self._speech.cut()
                return frame_of("user_interruption", time=self._now_ms)
            case Transcript("caller", text, final) if final or self._options.verbose_transcription:
                words: Object = {"role": "user", "content": text}
                time: Object = {"begin": 0, "end": self._now_ms}
                heard: Object = {"from_text": False, "interim": not final, "message": words, "models": UNHEARD}
                return frame_of("user_message", **heard, time=time)
            case Configured(applied):
                return (fields.dump(settings(applied, HumeOptions(send_rate_hz=self._options.send_rate_hz))),)
            case _:
                return _said(signal)

    @property
    def _now_ms(self) -> int:
        return self._heard_samples * 1000 // self._options.send_rate_hz

    def _audio(self, pcm: bytes, response_id: str | None) -> Frames:
        if not pcm:
            return ()
        self._pieces += 1
        data = encoded(pcm, OUTPUT_HZ, "wav")
        return frame_of("audio_output", id=response_id or "", index=self._pieces - 1, data=data)


def _said(signal: Signal) -> Frames:
    """What stands for itself."""
    match signal:
        case Ready(session_id):
            return frame_of(
                "chat_metadata", chat_id=session_id, chat_group_id=f"group-{session_id}", request_id=session_id
            )
        case Transcript("agent", text, True, response_id):
            words: Object = {"role": "assistant", "content": text}
            about: Object = {"id": response_id, "from_text": False, "is_quick_response": False}
            return frame_of("assistant_message", **about, message=words, models=UNHEARD)
        case TurnDone():
            return frame_of("assistant_end")
        case ToolCall(call_id, name, arguments, raw):
            written = raw if arguments is None else canonical(arguments)
            call: Object = {"tool_call_id": call_id, "name": name, "parameters": written}
            return frame_of("tool_call", **call, response_required=True, tool_type="function")
        case Metadata():
            return frame_of("assistant_prosody", models=UNHEARD)
        case Fault(code, message):
            return frame_of("error", code=code or "E0000", slug=code or "unknown", message=message)
        case _:
            return ()
