"""The ultravox dialect: a call of Ultravox Realtime over its `serverWebSocket` medium, as a server joins it. Pure.

The call is created over HTTP, all its settings with it, and the reply's `joinUrl` is the socket: nothing is configured
there, and nothing acknowledges what was asked. Audio is s16le in binary frames both ways, JSON in text frames tells
about it. The key goes with the HTTP call alone: the address of the socket is its own ticket, on a host that only the
reply names.

Source: docs.ultravox.ai/apps/{websockets,datamessages}; pipecat 1.14, `services/ultravox/llm.py`."""

from dataclasses import replace

from gate.audio.pcm import silence
from gate.core import acts
from gate.core.acts import Act
from gate.core.capabilities import Capabilities
from gate.core.plan import Dial
from gate.dialects import fields
from gate.dialects.answers import written
from gate.dialects.base import About, Base, Frames, Object, SilentEar
from gate.dialects.fields import merged
from gate.dialects.ultravox.agent import Agent
from gate.dialects.ultravox.observer import Observer
from gate.dialects.ultravox.session import SESSION, UltravoxOptions, body


class Ultravox(Base[UltravoxOptions]):
    name = "ultravox"
    Options = UltravoxOptions
    about = About("Ultravox Realtime", "HTTP first", "medium-high", "pipecat's Ultravox service, as client")
    url_path = "joinUrl"

    def __init__(self, options: UltravoxOptions | None = None, *, http_first: bool = False) -> None:
        super().__init__(options, http_first=http_first)
        self._http_first = http_first
        self.capabilities = Capabilities(
            passes_metadata=True,
            shows=frozenset({
                "session.started", "transcript.final", "output_transcript.delta", "output_transcript.final",
                "response.started", "output_audio.delta", "output_audio.done", "response.done", "response.cancelled",
                "tool.call", "tool.result", "metadata", "session.closed",
            }),
            input_rate_hz=self.options.send_rate_hz,
            output_rate_hz=self.options.receive_rate_hz,
            derives=frozenset({"response.started", "output_audio.done", "response.done"}),
            session=SESSION,
            acknowledges_configuration=False,
            types=True,
        )  # fmt: skip

    def session_mistakes(self, session: Object) -> tuple[str, ...]:
        if session and not self._http_first:
            return ("Ultravox is asked for a session over HTTP first: write http: in the place of url:, with its url",)
        return ()

    def dial(self, dial: Dial, session: Object, call_id: str) -> Dial:
        """What the manifest says in `http.body` wins over `session:`."""
        if dial.http is None:
            return dial
        given = dial.http.body if isinstance(dial.http.body, dict) else {}
        headers = (*dial.http.headers, *dial.headers)
        http = replace(dial.http, headers=headers, body=merged(body(session, self.options), given))
        return replace(dial, headers=(), http=http)

    def encoder(self, call_id: str = "") -> "Encoder":
        return Encoder()

    def observer(self) -> Observer:
        return Observer(self.options)

    def agent(self) -> Agent:
        return Agent(self.options)

    def opaque(self, message: Object, path: str) -> bool:
        return path in _OPAQUE


_OPAQUE = frozenset({
    "type", "callId", "state", "role", "medium", "invocationId", "toolName", "agentReaction", "responseType",
    "errorType", "urgency",
})  # fmt: skip


class Encoder(SilentEar):
    def encode(self, act: Act, t_ns: int) -> Frames:
        match act:
            case acts.Speak(pcm):
                return (pcm,)
            case acts.Hush(count):
                return (silence(count),)
            case acts.Type(text):
                return (fields.dump({"type": "user_text_message", "text": text}),)
            case acts.Answer(call_id, _, result, None):
                return _told(call_id, {"result": written(result, None), "agentReaction": "speaks"})
            case acts.Answer(call_id, _, _, error):
                return _told(call_id, {"errorType": "implementation-error", "errorMessage": error})
            case acts.Send(frame):
                return (frame,)
            case _:
                return ()


def _told(call_id: str, more: Object) -> Frames:
    told: Object = {"type": "client_tool_result", "invocationId": call_id, "responseType": "tool-response"}
    return (fields.dump(told | more),)
