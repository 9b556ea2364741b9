"""What frames of an ElevenLabs conversation mean, both ways. Pure.

Theory of operation. One `event_id` belongs to a turn of the agent's: its words, its chat parts and all of its audio
bear it, in any order, and the ids grow. So the id is the response, and the first frame with a new one begins it.
`interruption` brings an id between what is cut and what comes next: audio of an older response that arrives after it
is late, and no client plays it. Where it names a response, or one before the newest, that one is cut too, and nothing
after it; where it names one to come, it names the reply (elevenlabs-python issue 829), and JavaScript's client, unlike
Python's, plays that. `client_error` is on no page with its shape, so its fields are taken from wherever they stand.

Sources: elevenlabs/packages, agent.asyncapi.yaml, VoiceConversation.ts; elevenlabs 2.78, conversation.py; for
`agent_response_complete` and `client_error` the SDK's list of client events and the provider's pages alone."""

from collections.abc import Callable

from gate.audio import formats
from gate.core.signals import (
    Asked,
    AudioIn,
    AudioOut,
    Cancelled,
    Fault,
    Metadata,
    Other,
    Ping,
    Ready,
    ResponseStarted,
    Transcript,
    TurnDone,
    Typed,
    Violation,
)
from gate.dialects import fields
from gate.dialects.base import JsonObserver, Object, Signals
from gate.dialects.elevenlabs.session import CHUNK, FORMS, INITIATION, ElevenLabsOptions, number, settings_of
from gate.dialects.elevenlabs.tools import Tools, answer_of
from gate.dialects.fields import Illegal
from gate.dialects.sound import decoded

METADATA = frozenset({
    "agent_response_correction", "agent_response_metadata", "context_usage", "guardrail_triggered",
    "mcp_connection_status", "asr_initiation_metadata", "external_agent_connected", "external_agent_disconnected",
})  # fmt: skip


class Observer(JsonObserver):
    def __init__(self, options: ElevenLabsOptions) -> None:
        self._input_format = options.input_format
        self._said = formats.decoder(*FORMS[options.input_format])
        self._heard = formats.decoder(*FORMS[options.output_format])
        self._ready = False
        self._begun: set[int] = set()
        self._cut: int | None = None
        tools = Tools()
        self._readers: dict[str, tuple[str, Callable[[Object], Signals]]] = {
            "audio": ("audio_event", self._audio),
            "conversation_initiation_metadata": ("conversation_initiation_metadata_event", self._opened),
            "user_transcript": ("user_transcription_event", _heard(final=True)),
            "tentative_user_transcript": ("tentative_user_transcription_event", _heard(final=False)),
            "agent_response": ("agent_response_event", self._response),
            "agent_chat_response_part": ("text_response_part", self._part),
            "interruption": ("interruption_event", self._interrupted),
            "client_tool_call": ("client_tool_call", tools.called),
            "agent_tool_request": ("agent_tool_request", tools.runs),
            "agent_tool_response": ("agent_tool_response", tools.ran),
            "agent_tool_response_full_payload": ("agent_tool_response_full_payload", tools.ran),
            "mcp_tool_call": ("mcp_tool_call", tools.mcp),
            "ping": ("ping_event", lambda event: (Ping(str(number(event, "event_id"))),)),
            "error": ("error_event", _fault),
        }
        if options.response_complete:
            self._readers["agent_response_complete"] = ("agent_response_complete_event", self._complete)

    def kind(self, message: Object) -> str:
        return super().kind(message) or (CHUNK if CHUNK in message else "")

    def sent(self, message: Object) -> Signals:
        if CHUNK in message:
            return (AudioIn(*decoded(self._said, fields.audio(message, CHUNK))),)
        match message.get("type"):
            case kind if kind == INITIATION:
                return (Asked(settings_of(message)),)
            case "user_message":
                text = fields.maybe_text(message, "text")
                return () if text is None else (Typed(text),)
            case "client_tool_result":
                return (answer_of(message),)
            case _:
                return ()

    def received(self, message: Object) -> Signals:
        kind = fields.text(message, "type")
        if kind in METADATA:
            return (Metadata(message),)
        if kind == "client_error":
            return _fault(next((event for event in message.values() if isinstance(event, dict)), message))
        if kind not in self._readers:
            return ()
        key, read = self._readers[kind]
        event = message.get(key)
        if not isinstance(event, dict):
            raise Illegal(f"{key} is no object")
        return read(event)

    def _opened(self, event: Object) -> Signals:
        """The formats are what the server says; only the caller's voice cannot be made anew by now."""
        if self._ready:
            raise Illegal("a second conversation_initiation_metadata: a conversation is opened once")
        self._ready = True
        ready = Ready(fields.text(event, "conversation_id"))
        takes, sends = fields.text(event, "user_input_audio_format"), fields.text(event, "agent_output_audio_format")
        if sends not in FORMS:
            return ready, Violation(f"agent_output_audio_format is {sends}, one of {', '.join(FORMS)} is due")
        self._heard = formats.decoder(*FORMS[sends])
        if takes != self._input_format:
            return ready, Violation(
                f"the server takes {takes} from the caller, and the caller speaks {self._input_format}: write "
                f"input_format: {takes} under options, or set the agent's input to {self._input_format}"
            )
        return (ready,)

    def _audio(self, event: Object) -> Signals:
        turn = number(event, "event_id")
        if self._cut is not None and turn <= self._cut:
            return (Other("late audio"),)
        pcm, rate_hz = decoded(self._heard, fields.audio(event, "audio_base_64"))
        return (*self._begin(turn), AudioOut(pcm, rate_hz, str(turn))) if pcm else ()

    def _begin(self, turn: int) -> Signals:
        if turn in self._begun:
            return ()
        self._begun.add(turn)
        return () if self._cut is not None and turn <= self._cut else (ResponseStarted(str(turn)),)

    def _response(self, event: Object) -> Signals:
        text = fields.text(event, "agent_response")
        if (turn := _turn(event)) is None:
            return (Transcript("agent", text, final=True),)
        return (*self._begin(turn), Transcript("agent", text, True, str(turn)))

    def _part(self, event: Object) -> Signals:
        turn = number(event, "event_id")
        begun = self._begin(turn)
        if event.get("type") != "delta":
            return begun
        return (*begun, Transcript("agent", fields.text(event, "text"), False, str(turn)))

    def _interrupted(self, event: Object) -> Signals:
        """Some of the provider's pages have a reason here and no id: then it cuts what was said last."""
        named, newest = _turn(event), max(self._begun, default=None)
        if named is None or newest is None or named > newest:
            over, cut = newest, newest if named is None else named - 1
        else:
            over = cut = named
        if cut is not None:
            self._cut = cut if self._cut is None else max(cut, self._cut)
        return (Cancelled(None if over is None else str(over)),)

    def _complete(self, event: Object) -> Signals:
        turn = _turn(event)
        return (TurnDone(None if turn is None else str(turn)),)


def _turn(event: Object) -> int | None:
    """Older pages of the provider's show some events without an id."""
    return None if event.get("event_id") is None else number(event, "event_id")


def _heard(*, final: bool) -> Callable[[Object], Signals]:
    return lambda event: (Transcript("caller", fields.text(event, "user_transcript"), final),)


def _fault(event: Object) -> Signals:
    code = fields.maybe_text(event, "error_type") or fields.maybe_text(event, "code")
    return (Fault(code, fields.maybe_text(event, "message") or fields.maybe_text(event, "reason") or ""),)
