"""What a caller of a Pipecat bot puts on the wire. Pure.

Source: pipecat-ai 1.14.0, `serializers/protobuf.py`, `processors/frameworks/rtvi/{processor,models}.py` (what a client
may say) and `evals/client.py` (what Pipecat's own test harness says): the eval wire is opened with `eval-connect`,
shows tools only once `eval-configure` has asked for it, and takes audio in messages."""

from gate.audio.pcm import silence
from gate.core import acts
from gate.core.acts import Act
from gate.core.jsons import Json
from gate.core.signals import Signal, ToolCall
from gate.dialects.base import Frames, Object
from gate.dialects.fields import merged
from gate.dialects.pipecat.options import PipecatOptions
from gate.dialects.pipecat.rtvi import (
    CONFIGURE,
    CONNECT,
    CONTEXT,
    HEARS_HZ,
    METADATA,
    VERSION,
    audio_frame,
    base64_of,
    framed,
    message,
)  # fmt: skip
from gate.dialects.session import text_of


class Encoder:
    """Keeps the arguments of the tool calls, since whoever answers one has to say them back."""

    def __init__(self, options: PipecatOptions, call_id: str) -> None:
        self._options = options
        self._prefix = call_id[:8] or "gate"
        self._count = 0
        self._arguments: dict[str, Json] = {}

    def heard(self, signal: Signal) -> None:
        if isinstance(signal, ToolCall):
            self._arguments[signal.call_id] = signal.arguments or {}

    def encode(self, act: Act, t_ns: int) -> Frames:
        match act:
            case acts.Speak(pcm):
                return (self._audio(pcm),)
            case acts.Hush(count):
                return (self._audio(silence(count)),)
            case acts.Send(frame):
                return (frame,)
            case _ if not self._options.rtvi:
                return ()
            case acts.Configure(session):
                return tuple(framed(said, self._options.wire) for said in self._hello(session))
            case acts.HangUp(code) if code is not None and self._options.disconnect_bot:
                return self._say("disconnect-bot")
            case acts.Answer(call_id, name, result, error) if self._options.client_tools:
                return self._answer(call_id, name, result if error is None else {"error": error})
            case _:
                return self._input(act)

    def _input(self, act: Act) -> Frames:
        match act:
            case acts.Type(text):
                options: Json = {"run_immediately": True, "audio_response": True}
                return self._say("send-text", {"content": text, "options": options})
            case acts.Press(digits):
                return self._say("dtmf", {"buttons": list(digits)})
            case acts.Show(name, data, media_type):
                file: Json = {
                    "format": media_type, "name": name, "source": {"type": "bytes", "bytes": base64_of(data)},
                }  # fmt: skip
                later: Json = {"run_immediately": False, "audio_response": True}
                return self._say("send-file", {"content": "", "file": file, "options": later})
            case _:
                return ()

    def _hello(self, session: Object) -> tuple[Object, ...]:
        """Who is there; on the eval wire before that what is to be shown, which must be the first message of all."""
        ready = merged({"version": VERSION, "about": {"library": "voxgate"}}, self._options.session)
        said = [self._message("client-ready", ready)]
        if (metadata := session.get(METADATA)) is not None:
            said.append(self._told(METADATA, metadata))
        return (*self._eval(text_of(session, "system_prompt")), *said) if self._options.wire == "eval" else tuple(said)

    def _eval(self, prompt: str | None) -> tuple[Object, ...]:
        flags: Json = {"skip_tts": False, "capture_bot_audio": True, "capture_bot_images": False}
        connect = message("client-message", {"t": CONNECT, "d": flags}, CONNECT)
        configure = self._told(CONFIGURE, {"function_call_report_level": {"*": "full"}})
        if prompt is None:
            return connect, configure
        return connect, configure, self._told(CONTEXT, {"messages": [{"role": "system", "content": prompt}]})

    def _told(self, what: str, data: Json) -> Object:
        return self._message("client-message", {"t": what, "d": data})

    def _answer(self, call_id: str, name: str, result: Json) -> Frames:
        """`result` is an object or a text (`LLMFunctionCallResultData`)."""
        told: Json = result if isinstance(result, dict | str) else {"result": result}
        said: Object = {"function_name": name, "tool_call_id": call_id, "result": told}
        said["arguments"] = self._arguments.get(call_id, {})
        return self._say("llm-function-call-result", said)

    def _audio(self, pcm: bytes) -> str | bytes:
        if self._options.wire == "protobuf":
            return audio_frame(pcm, HEARS_HZ)
        said: Object = {"base64Audio": base64_of(pcm), "sampleRate": HEARS_HZ, "numChannels": 1}
        return framed(self._message("raw-audio", said), "eval")

    def _say(self, kind: str, data: Json = None) -> Frames:
        return (framed(self._message(kind, data), self._options.wire),)

    def _message(self, kind: str, data: Json) -> Object:
        self._count += 1
        return message(kind, data, f"{self._prefix}-{self._count}")
