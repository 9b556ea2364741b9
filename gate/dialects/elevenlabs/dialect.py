"""The elevenlabs dialect: ElevenLabs Agents (Conversational AI), called as an app calls them. Pure.

Text frames of JSON. The client speaks first, with what it wants of the conversation; the server's first frame names the
conversation and the forms of audio, and nothing acknowledges the settings. The caller's audio goes out without a type.
No message says that somebody began or ceased to speak, nor, unless the agent is told to, that a turn is over: that is
taken from the quiet behind it. Every ping is answered at once.

Sources: elevenlabs/packages, packages/types/schemas/agent.asyncapi.yaml; elevenlabs 2.78, conversation.py."""

from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

from gate.audio.pcm import silence
from gate.core import acts
from gate.core.acts import Act
from gate.core.capabilities import Capabilities
from gate.core.dialling import addressed
from gate.core.plan import Dial
from gate.core.ports import Change
from gate.dialects import fields
from gate.dialects.answers import written
from gate.dialects.base import About, Base, Frames, Object, SilentEar
from gate.dialects.elevenlabs.agent import Agent
from gate.dialects.elevenlabs.observer import Observer
from gate.dialects.elevenlabs.session import CHUNK, FORMS, SESSION, ElevenLabsOptions, initiation
from gate.dialects.fields import Illegal
from gate.dialects.sound import encoded

SHOWS = frozenset({
    "session.started", "transcript.delta", "transcript.final", "tool.call", "tool.result", "response.started",
    "output_transcript.delta", "output_transcript.final", "output_audio.delta", "response.cancelled", "metadata",
    "error", "session.closed",
})  # fmt: skip


class ElevenLabs(Base[ElevenLabsOptions]):
    name = "elevenlabs"
    Options = ElevenLabsOptions
    about = About(
        "ElevenLabs Agents",
        "app client",
        "high",
        "elevenlabs 2.78, its Conversation; every frame of both halves against the provider's AsyncAPI schema",
    )
    url_path = "signed_url"

    def __init__(self, options: ElevenLabsOptions | None = None, *, http_first: bool = False) -> None:
        super().__init__(options, http_first=http_first)
        self.capabilities = Capabilities(
            shows=SHOWS | {"response.done"} if self.options.response_complete else SHOWS,
            input_rate_hz=FORMS[self.options.input_format][1],
            output_rate_hz=FORMS[self.options.output_format][1],
            derives=frozenset({"response.started"}),
            guarantees=frozenset({"started-before-audio", "session-id"}),
            session=SESSION,
            configures_first=True,
            acknowledges_configuration=False,
            types=True,
        )

    def dial(self, dial: Dial, session: Object, call_id: str) -> Dial:
        """The agent is named in the address of the socket, or where a signed address is asked for."""
        named = (("agent_id", self.options.agent_id), ("environment", self.options.environment))
        there = {name for name, _ in parse_qsl(urlsplit(dial.http.url if dial.http else dial.url).query)}
        query = tuple((name, value) for name, value in named if value is not None and name not in there)
        if dial.http:
            return replace(dial, http=replace(dial.http, url=addressed(dial.http.url, query)))
        return replace(dial, query=(*query, *dial.query))

    def encoder(self, call_id: str = "") -> "Encoder":
        return Encoder(self.options)

    def observer(self) -> Observer:
        return Observer(self.options)

    def agent(self) -> Agent:
        return Agent(self.options)

    def opaque(self, message: Object, path: str) -> bool:
        where, _, name = path.rpartition(".")
        return name in _OPAQUE and (not where or where in _TOOLS or ("." not in where and where.endswith("_event")))

    def rewrite(self, data: str | bytes, change: Change) -> str | bytes:
        """`alignment` spells the agent's words letter by letter: where a change would touch them, every one goes."""
        after = super().rewrite(data, change)
        if not isinstance(after, str) or '"alignment"' not in after:
            return after
        try:
            message = fields.payload(after)
            spelt = fields.maybe_object(fields.maybe_object(message, "audio_event"), "alignment")
        except Illegal:
            return after
        letters = spelt.get("chars")
        if not isinstance(letters, list):
            return after
        words = "".join(letter for letter in letters if isinstance(letter, str))
        if change("audio_event.alignment.chars", words) != words:
            spelt["chars"] = ["*"] * len(letters)
        return fields.dump(message)


_OPAQUE = frozenset({
    "type", "audio_base_64", CHUNK, "event_id", "conversation_id", "tool_call_id", "tool_type", "error_type", "state",
    "agent_output_audio_format", "user_input_audio_format",
})  # fmt: skip
_TOOLS = frozenset({
    "client_tool_call", "agent_tool_request", "agent_tool_response", "agent_tool_response_full_payload",
    "mcp_tool_call", "text_response_part",
})  # fmt: skip


class Encoder(SilentEar):
    def __init__(self, options: ElevenLabsOptions) -> None:
        self._options = options
        self._encoding, self._rate_hz = FORMS[options.input_format]

    def encode(self, act: Act, t_ns: int) -> Frames:
        match act:
            case acts.Configure(session):
                return (fields.dump(initiation(session, self._options)),)
            case acts.Speak(pcm):
                return self._audio(pcm)
            case acts.Hush(count):
                return self._audio(silence(count))
            case acts.Type(text):
                return (fields.dump({"type": "user_message", "text": text}),)
            case acts.Answer(call_id, _, result, error):
                told = written(result, None) if error is None else error
                answer: Object = {"type": "client_tool_result", "tool_call_id": call_id, "result": told}
                return (fields.dump(answer | {"is_error": error is not None}),)
            case acts.Pong(token) if token.removeprefix("-").isdecimal():
                return (fields.dump({"type": "pong", "event_id": int(token)}),)
            case acts.Send(frame):
                return (frame,)
            case _:
                return ()

    def _audio(self, pcm: bytes) -> Frames:
        return (fields.dump({CHUNK: encoded(pcm, self._rate_hz, self._encoding)}),)
