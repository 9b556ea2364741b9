"""The assemblyai dialect: AssemblyAI's Voice Agent API, called as an app calls it. Pure.

Text frames of JSON. The client begins with `session.update`, the server answers `session.ready`, and only then takes
audio, which goes out as `audio` and comes back as `data`. The caller's speech is at once the word for an interruption.
The result of a tool is to be sent when the reply that called it is done, so answers wait for that.

Source: assemblyai.com/docs/api-reference/voice-agent-api/voice-agent-web-socket, voice-agents/voice-agent-api."""

from gate.audio.pcm import silence
from gate.core import acts
from gate.core.acts import Act
from gate.core.capabilities import Capabilities
from gate.core.signals import Cancelled, Signal, ToolCall, TurnDone
from gate.dialects import fields
from gate.dialects.answers import written
from gate.dialects.assemblyai.agent import Agent
from gate.dialects.assemblyai.observer import Observer
from gate.dialects.assemblyai.session import FORMS, SESSION, AssemblyAIOptions, update
from gate.dialects.base import About, Base, Frames, Object
from gate.dialects.sound import encoded

SHOWS = frozenset({
    "session.started", "speech.started", "speech.stopped", "transcript.delta", "transcript.final", "tool.call",
    "tool.result", "response.started", "output_transcript.final", "output_audio.delta", "response.done",
    "response.cancelled", "error", "session.closed",
})  # fmt: skip
FRAME_MS = 50  # as the provider's pages advise


class AssemblyAI(Base[AssemblyAIOptions]):
    name = "assemblyai"
    Options = AssemblyAIOptions
    about = About(
        "AssemblyAI Voice Agent API",
        "app client",
        "medium",
        "none: no client of others is known; its messages are those of the provider's pages",
    )

    def __init__(self, options: AssemblyAIOptions | None = None, *, http_first: bool = False) -> None:
        super().__init__(options, http_first=http_first)
        self.capabilities = Capabilities(
            shows=SHOWS,
            input_rate_hz=FORMS[self.options.input_encoding][1],
            output_rate_hz=FORMS[self.options.output_encoding][1],
            frame_ms=FRAME_MS,
            session=SESSION if self.options.agent_id is None else frozenset(),
            configures_first=True,
            acknowledges_configuration=False,
        )

    def encoder(self, call_id: str = "") -> "Encoder":
        return Encoder(self.options)

    def observer(self) -> Observer:
        return Observer(self.options)

    def agent(self) -> Agent:
        return Agent(self.options)

    def opaque(self, message: Object, path: str) -> bool:
        return path in _OPAQUE or (
            path.startswith("session.tools.") and path.count(".") == 3 and path.endswith(".type")
        )


_OPAQUE = frozenset({
    "type", "audio", "data", "call_id", "reply_id", "item_id", "session_id", "status", "session.agent_id",
    "session.input.format.encoding", "session.output.format.encoding",
})  # fmt: skip


class Encoder:
    """Holds the answers to tools until the agent may go on. Those to calls of a reply that was interrupted are not
    sent, whether they are held or come later: the provider wants them thrown away."""

    def __init__(self, options: AssemblyAIOptions) -> None:
        self._options = options
        self._encoding, self._rate_hz = FORMS[options.input_encoding]
        self._answers: dict[str, str] = {}
        self._calling: set[str] = set()
        self._unwanted: set[str] = set()

    def heard(self, signal: Signal) -> None:
        match signal:
            case ToolCall(call_id):
                self._calling.add(call_id)
            case Cancelled():
                self._unwanted |= self._calling
                self._calling.clear()
                self._answers = {call: told for call, told in self._answers.items() if call not in self._unwanted}
            case TurnDone():
                self._calling.clear()
            case _:
                pass

    def encode(self, act: Act, t_ns: int) -> Frames:
        match act:
            case acts.Configure(session):
                return (fields.dump(update(session, self._options)),)
            case acts.Speak(pcm):
                return self._audio(pcm)
            case acts.Hush(count):
                return self._audio(silence(count))
            case acts.Answer(call_id, _, result, error):
                told = written(result, None) if error is None else error
                answer: Object = {"type": "tool.result", "call_id": call_id, "result": told}
                if call_id not in self._unwanted:
                    self._answers[call_id] = fields.dump(answer if error is None else answer | {"is_error": True})
                return ()
            case acts.Respond():
                answers, self._answers = self._answers, {}
                return tuple(answers.values())
            case acts.HangUp(code) if code is not None:
                return (fields.dump({"type": "session.end"}),)
            case acts.Send(frame):
                return (frame,)
            case _:
                return ()

    def _audio(self, pcm: bytes) -> Frames:
        return (fields.dump({"type": "input.audio", "audio": encoded(pcm, self._rate_hz, self._encoding)}),)
