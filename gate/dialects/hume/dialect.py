"""The hume dialect: Hume's Empathic Voice Interface (EVI), called as an app calls it. Pure.

Text frames of JSON. The server begins with `chat_metadata`; `session_settings` says the form of the caller's audio, so
it is always sent. Each `audio_output` is a whole WAV file. An interruption is the server's to notice; it says that what
was not played is to be thrown away. No message says that somebody began or ceased to speak.

Source: hume 0.14.1, `empathic_voice/chat/` and `empathic_voice/types/`."""

from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

from gate.audio.pcm import silence
from gate.core import acts
from gate.core.acts import Act
from gate.core.capabilities import Capabilities
from gate.core.plan import Dial
from gate.dialects import fields
from gate.dialects.answers import written
from gate.dialects.base import About, Base, Frames, Object, SilentEar
from gate.dialects.hume.agent import Agent
from gate.dialects.hume.observer import Observer
from gate.dialects.hume.session import OUTPUT_HZ, SESSION, HumeOptions, settings
from gate.dialects.sound import encoded

SHOWS = frozenset({
    "session.started", "session.configured", "transcript.final", "tool.call", "tool.result", "response.started",
    "output_transcript.final", "output_audio.delta", "response.done", "response.cancelled", "metadata", "error",
    "session.closed",
})  # fmt: skip


class Hume(Base[HumeOptions]):
    name = "hume"
    Options = HumeOptions
    about = About("Hume EVI", "app client", "high", "hume 0.14.1, its client and its types")

    def __init__(self, options: HumeOptions | None = None, *, http_first: bool = False) -> None:
        super().__init__(options, http_first=http_first)
        self.capabilities = Capabilities(
            shows=SHOWS | {"transcript.delta"} if self.options.verbose_transcription else SHOWS,
            derives=frozenset({"response.started"}),
            guarantees=frozenset({"started-before-audio", "session-id"}),
            input_rate_hz=self.options.send_rate_hz,
            output_rate_hz=OUTPUT_HZ,
            session=SESSION,
            acknowledges_configuration=False,
            types=True,
        )

    def dial(self, dial: Dial, session: Object, call_id: str) -> Dial:
        """The options stand in the address, and what the user wrote there stays."""
        there = {name for name, _ in parse_qsl(urlsplit(dial.url).query)}
        return replace(dial, query=(*(pair for pair in self.options.query if pair[0] not in there), *dial.query))

    def encoder(self, call_id: str = "") -> "Encoder":
        return Encoder(self.options)

    def observer(self) -> Observer:
        return Observer(self.options)

    def agent(self) -> Agent:
        return Agent(self.options)

    def opaque(self, message: Object, path: str) -> bool:
        return path in _OPAQUE or (path.startswith("tools.") and path.count(".") == 2 and path.endswith(".type"))


_OPAQUE = frozenset({
    "type", "data", "id", "chat_id", "chat_group_id", "request_id", "tool_call_id", "tool_type", "level",
    "message.role", "audio.encoding", "audio.codec",
})  # fmt: skip


class Encoder(SilentEar):
    def __init__(self, options: HumeOptions) -> None:
        self._options = options

    def encode(self, act: Act, t_ns: int) -> Frames:
        match act:
            case acts.Configure(session):
                return (fields.dump(settings(session, self._options)),)
            case acts.Speak(pcm):
                return self._audio(pcm)
            case acts.Hush(count):
                return self._audio(silence(count))
            case acts.Type(text):
                return (fields.dump({"type": "user_input", "text": text}),)
            case acts.Answer(call_id, name, result, None):
                told: Object = {"type": "tool_response", "tool_call_id": call_id, "content": written(result, None)}
                return (fields.dump(told | ({"tool_name": name} if name else {})),)
            case acts.Answer(call_id, _, _, error):
                # `error` is kept from the model, `content` is what it reads instead
                failed: Object = {"type": "tool_error", "tool_call_id": call_id, "error": error, "content": error}
                return (fields.dump(failed | {"level": "warn"}),)
            case acts.Send(frame):
                return (frame,)
            case _:
                return ()

    def _audio(self, pcm: bytes) -> Frames:
        return (fields.dump({"type": "audio_input", "data": encoded(pcm, self._options.send_rate_hz)}),)
