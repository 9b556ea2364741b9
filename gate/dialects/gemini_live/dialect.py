"""The gemini-live dialect: Google's Gemini Live API (BidiGenerateContent), of the Gemini API and of Vertex AI. Pure.

Sources: google-genai 3.4.0 (live.py, types.py, _live_converters.py) and ai.google.dev/api/live. The first frame is
`setup`, and nothing follows it before `setupComplete`. Audio goes up as 16 kHz PCM in `realtimeInput` and comes down in
`serverContent.modelTurn` at the rate that its MIME type names; the server's JSON stands in binary frames. Interruptions
are the server's to notice: `interrupted` says that unplayed audio is to be thrown away."""

from pydantic import Field

from gate.audio.pcm import silence
from gate.core import acts
from gate.core.acts import Act
from gate.core.capabilities import Capabilities
from gate.core.jsons import Json
from gate.core.paths import parts
from gate.core.ports import Change
from gate.dialects import base, fields
from gate.dialects.base import About, Base, Frames, Object, SilentEar
from gate.dialects.gemini_live.agent import INPUT_HZ, OUTPUT_HZ, Agent
from gate.dialects.gemini_live.observer import Observer
from gate.dialects.gemini_live.session import FIELDS, setup_of
from gate.dialects.gemini_live.wire import snake
from gate.dialects.sound import encoded

SHOWS = frozenset({
    "session.started", "session.configured", "transcript.delta", "transcript.final", "tool.call", "tool.result",
    "output_audio.delta", "output_audio.done", "output_transcript.delta", "output_transcript.final",
    "response.started", "response.done", "response.cancelled", "metadata", "session.closed",
})  # fmt: skip
ACTIVITY = frozenset({"speech.started", "speech.stopped"})


class GeminiLiveOptions(base.Options):
    """`session` is laid over the `setup` that the gate makes: what it says wins, and null takes a field away."""

    session: dict[str, Json] = Field(default_factory=dict)


class GeminiLive(Base[GeminiLiveOptions]):
    name = "gemini-live"
    Options = GeminiLiveOptions
    about = About("Gemini Live API", "app client", "high", "google-genai's client and its pydantic types")

    def __init__(self, options: GeminiLiveOptions | None = None, *, http_first: bool = False) -> None:
        super().__init__(options, http_first=http_first)
        tells_activity = self.options.session.get("explicitVadSignal") is True
        self.capabilities = Capabilities(
            shows=SHOWS | ACTIVITY if tells_activity else SHOWS,
            derives=frozenset({"response.started", "transcript.final", "output_transcript.final"}),
            guarantees=frozenset({"started-before-audio", "configured-before-audio"}),
            input_rate_hz=INPUT_HZ,
            output_rate_hz=OUTPUT_HZ,
            session=FIELDS,
            configures_first=True,
            types=True,
        )

    def session_mistakes(self, session: Object) -> tuple[str, ...]:
        if session.get("vad") == "semantic":
            return ("Gemini Live has no semantic detection of speech: write vad: server, or its own settings",)
        return ()

    def encoder(self, call_id: str = "") -> "Encoder":
        return Encoder(self.options.session)

    def observer(self) -> Observer:
        return Observer()

    def agent(self) -> Agent:
        return Agent()

    def opaque(self, message: Object, path: str) -> bool:
        at = tuple("*" if part.isdigit() else snake(part) for part in parts(path))
        return at in _OPAQUE or (at[:-1] in _BLOBS and at[-1] in ("data", "mime_type"))

    def rewrite(self, data: str | bytes, change: Change) -> str | bytes:
        """The server's words stand in binary frames."""
        return self.rewrite_json(data, change)

    def mute(self, data: str | bytes, fill: bytes) -> str | bytes:
        return self.mute_json(data, fill)


_OPAQUE = {
    ("setup_complete", "session_id"),
    ("voice_activity", "voice_activity_type"),
    ("server_content", "interaction_status"),
    ("tool_call", "function_calls", "*", "id"),
    ("tool_call_cancellation", "ids", "*"),
    ("tool_response", "function_responses", "*", "id"),
}
_BLOBS = {
    ("realtime_input", "audio"),
    ("realtime_input", "video"),
    ("realtime_input", "media_chunks", "*"),
    ("server_content", "model_turn", "parts", "*", "inline_data"),
}


class Encoder(SilentEar):
    def __init__(self, more: Object) -> None:
        self._more = more

    def encode(self, act: Act, t_ns: int) -> Frames:
        match act:
            case acts.Configure(session):
                return (fields.dump({"setup": setup_of(session, self._more)}),)
            case acts.Speak(pcm):
                return _spoken(pcm)
            case acts.Hush(count):
                return _spoken(silence(count))
            case acts.Type(text):
                return (fields.dump({"realtimeInput": {"text": text}}),)
            case acts.Answer(call_id, name, result, error):
                return _answered(call_id, name, {"output": result} if error is None else {"error": error})
            case acts.Send(frame):
                return (frame,)
            case _:
                return ()


def _spoken(pcm: bytes) -> Frames:
    blob: Json = {"data": encoded(pcm, INPUT_HZ), "mimeType": f"audio/pcm;rate={INPUT_HZ}"}
    return (fields.dump({"realtimeInput": {"audio": blob}}),)


def _answered(call_id: str, name: str, response: Object) -> Frames:
    """Without an id where the call had none."""
    named: Object = {"id": call_id, "name": name} if call_id else {"name": name}
    return (fields.dump({"toolResponse": {"functionResponses": [{**named, "response": response}]}}),)
