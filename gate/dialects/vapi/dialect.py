"""The vapi dialect: a call over Vapi's WebSocket transport. Pure.

The call is created over HTTP and the reply names the socket, whose address is its own ticket. Audio goes in binary
frames both ways; text frames are controls, of which the documentation says no more. That they are those which Vapi's
SDKs call client messages, and that `add-message` is taken, is known from others' programs alone: hence the low
confidence. Tools are answered by webhook and not here.

Source: docs.vapi.ai/calls/websocket-transport; vapi_server_sdk 3.0, `types/client_message_*.py`."""

from dataclasses import replace
from typing import Final, Literal

from pydantic import Field, model_validator

from gate.audio import formats
from gate.audio.pcm import silence
from gate.core import acts
from gate.core.acts import Act
from gate.core.capabilities import Capabilities
from gate.core.plan import Dial
from gate.dialects import base, fields
from gate.dialects.base import About, Base, Frames, Object, SilentEar
from gate.dialects.fields import merged
from gate.dialects.vapi.agent import Agent
from gate.dialects.vapi.observer import Observer

FORMATS: Final = {"pcm": "pcm_s16le", "mulaw": "mulaw"}
MULAW_HZ: Final = 8000


class VapiOptions(base.Options):
    """The transport's `audioFormat`, both ways. `session` is laid over the body of the call's creation."""

    encoding: Literal["pcm", "mulaw"] = "pcm"
    rate_hz: Literal[8000, 16000, 24000] = 16000
    session: Object = Field(default_factory=dict)

    @model_validator(mode="after")
    def _is_a_format(self) -> "VapiOptions":
        if self.encoding == "mulaw" and self.rate_hz != MULAW_HZ:
            raise ValueError(f"encoding mulaw goes with rate_hz {MULAW_HZ}, not {self.rate_hz}; write encoding: pcm")
        return self


class Vapi(Base[VapiOptions]):
    name = "vapi"
    Options = VapiOptions
    about = About(
        "Vapi WebSocket transport", "HTTP first", "low", "none: nobody publishes the other end of this socket"
    )
    url_path = "transport.websocketCallUrl"

    def __init__(self, options: VapiOptions | None = None, *, http_first: bool = False) -> None:
        super().__init__(options, http_first=http_first)
        self._form = self.options.encoding, self.options.rate_hz
        self.capabilities = Capabilities(
            shows=frozenset({
                "speech.started", "speech.stopped", "transcript.delta", "transcript.final", "response.started",
                "output_transcript.delta", "output_transcript.final", "output_audio.delta", "output_audio.done",
                "response.done", "response.cancelled", "tool.call", "metadata", "session.closed",
            }),
            input_rate_hz=self.options.rate_hz,
            output_rate_hz=self.options.rate_hz,
            derives=frozenset({"output_audio.done", "response.done"}),
            session=frozenset(),
            announces_ready=False,
            acknowledges_configuration=False,
            answers_tools=False,
            types=True,
        )  # fmt: skip

    def dial(self, dial: Dial, session: Object, call_id: str) -> Dial:
        """What the manifest says in `http.body` wins. The key goes with the HTTP call alone."""
        if dial.http is None:
            return dial
        encoding, rate_hz = self._form
        form: Object = {"format": FORMATS[encoding], "container": "raw", "sampleRate": rate_hz}
        asked: Object = {"transport": {"provider": "vapi.websocket", "audioFormat": form}}
        given = dial.http.body if isinstance(dial.http.body, dict) else {}
        body = merged(merged(asked, self.options.session), given)
        http = replace(dial.http, headers=(*dial.http.headers, *dial.headers), body=body)
        return replace(dial, headers=(), http=http)

    def encoder(self, call_id: str = "") -> "Encoder":
        return Encoder(*self._form)

    def observer(self) -> Observer:
        return Observer(*self._form)

    def agent(self) -> Agent:
        return Agent(*self._form)

    def opaque(self, message: Object, path: str) -> bool:
        if path.startswith(("toolCallList.", "toolWithToolCallList.")):
            return path.endswith((".id", ".type")) and path.count(".") == 2
        return path in ("type", "role", "status", "transcriptType", "message.role", "turnId")


class Encoder(SilentEar):
    def __init__(self, encoding: Literal["pcm", "mulaw"], rate_hz: int) -> None:
        self._encoding: Literal["pcm", "mulaw"] = encoding
        self._rate_hz = rate_hz

    def encode(self, act: Act, t_ns: int) -> Frames:
        match act:
            case acts.Speak(pcm):
                return (formats.encode(self._encoding, pcm, self._rate_hz),)
            case acts.Hush(count):
                return (formats.encode(self._encoding, silence(count), self._rate_hz),)
            case acts.Type(text):
                line: Object = {"role": "user", "content": text}
                return (fields.dump({"type": "add-message", "message": line, "triggerResponseEnabled": True}),)
            case acts.HangUp():
                return (fields.dump({"type": "hangup"}),)
            case acts.Send(frame):
                return (frame,)
            case _:
                return ()
