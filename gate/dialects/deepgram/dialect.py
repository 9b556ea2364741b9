"""The deepgram dialect: Deepgram's Voice Agent API, version 1, called as an app calls it. Pure.

JSON in text frames, audio in binary ones. The server says `Welcome` before the client may say anything, then takes
`Settings`, answers `SettingsApplied`, and only then takes audio. Its word for an interruption is `UserStartedSpeaking`,
at which a client throws away whatever it has not played; there is no other. What its server keeps is not shown, so an
acknowledged configuration has no values to compare.

Source: developers.deepgram.com/docs/voice-agent-message-flow; deepgram-sdk 7.17, `agent/v1/`."""

from dataclasses import replace

from gate.audio import formats
from gate.audio.pcm import silence
from gate.core import acts
from gate.core.acts import Act
from gate.core.capabilities import Capabilities
from gate.core.plan import Dial
from gate.dialects import fields
from gate.dialects.answers import written
from gate.dialects.base import About, Base, Frames, Object, SilentEar
from gate.dialects.deepgram.agent import Agent
from gate.dialects.deepgram.observer import Observer
from gate.dialects.deepgram.session import FORMS, SESSION, DeepgramOptions, settings


class Deepgram(Base[DeepgramOptions]):
    name = "deepgram"
    Options = DeepgramOptions
    about = About("Deepgram Voice Agent", "app client", "high", "deepgram-sdk 7.17, its client and its types")

    def __init__(self, options: DeepgramOptions | None = None, *, http_first: bool = False) -> None:
        super().__init__(options, http_first=http_first)
        announces = self.options.session.get("experimental") is True
        self.capabilities = Capabilities(
            shows=frozenset({
                "session.started", "session.configured", "speech.started", "transcript.final", "response.started",
                "output_transcript.final", "output_audio.delta", "output_audio.done", "response.done", "tool.call",
                "tool.result", "metadata", "error", "session.closed",
            }),
            input_rate_hz=self.options.send_rate_hz,
            output_rate_hz=self.options.receive_rate_hz,
            derives=frozenset({"response.done"} if announces else {"response.done", "response.started"}),
            guarantees=frozenset({"started-before-audio", "configured-before-audio", "session-id"}),
            session=SESSION,
            types=True,
            speech_interrupts=True,
        )  # fmt: skip

    def session_mistakes(self, session: Object) -> tuple[str, ...]:
        if session and isinstance(self.options.session.get("agent"), str):
            return ("options.session.agent names a stored agent, which brings all of these with it: keep one of both",)
        return ()

    def dial(self, dial: Dial, session: Object, call_id: str) -> Dial:
        """Deepgram takes keys as `Authorization: Token KEY`, and only temporary tokens as `Bearer`."""
        return replace(dial, headers=tuple((name, self._authorised(name, value)) for name, value in dial.headers))

    def _authorised(self, name: str, value: str) -> str:
        scheme, _, token = value.partition(" ")
        if name.casefold() != "authorization" or scheme.casefold() != "bearer":
            return value
        return f"{self.options.auth_scheme} {token}"

    def encoder(self, call_id: str = "") -> "Encoder":
        return Encoder(self.options)

    def observer(self) -> Observer:
        return Observer(self.options)

    def agent(self) -> Agent:
        return Agent(self.options)

    def opaque(self, message: Object, path: str) -> bool:
        if path.startswith("functions.") and path.count(".") == 2:
            return path.endswith((".id", ".name"))
        return path in _OPAQUE or path.startswith("audio.")


_OPAQUE = frozenset({"type", "id", "name", "request_id", "role", "code", "conversational_behavior"})


class Encoder(SilentEar):
    def __init__(self, options: DeepgramOptions) -> None:
        self._options = options

    def encode(self, act: Act, t_ns: int) -> Frames:
        match act:
            case acts.Configure(session):
                return (fields.dump(settings(session, self._options)),)
            case acts.Speak(pcm):
                return (self._audio(pcm),)
            case acts.Hush(count):
                return (self._audio(silence(count)),)
            case acts.Type(text):
                return (fields.dump({"type": "InjectUserMessage", "content": text}),)
            case acts.Answer(call_id, name, result, error):
                told: Object = {"type": "FunctionCallResponse", "id": call_id, "name": name}
                return (fields.dump(told | {"content": written(result, error)}),)
            case acts.Send(frame):
                return (frame,)
            case _:
                return ()

    def _audio(self, pcm: bytes) -> bytes:
        return formats.encode(FORMS[self._options.send_encoding], pcm, self._options.send_rate_hz)
