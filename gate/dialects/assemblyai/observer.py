"""What frames of AssemblyAI's Voice Agent API mean, both ways. Pure.

Theory of operation. `reply.started` begins a reply, whose id its audio does not repeat; `reply.done` ends it, and says
whether the caller interrupted it. The caller's speech is what a client throws unplayed audio away at, whatever comes of
it. Sources differ on where a tool's arguments stand (`arguments` or `args`), and some errors come without a type.

Source: assemblyai.com/docs/voice-agents/voice-agent-api/events-reference; a bridge to Twilio for `args`."""

from collections.abc import Callable

from gate.audio import formats
from gate.core.paths import ABSENT
from gate.core.signals import (
    Asked,
    AudioIn,
    AudioOut,
    Cancelled,
    Fault,
    Ready,
    ResponseStarted,
    SpeechStarted,
    SpeechStopped,
    ToolCall,
    ToolResult,
    Transcript,
    TurnDone,
)  # fmt: skip
from gate.dialects import fields
from gate.dialects.assemblyai.session import FORMS, AssemblyAIOptions, settings_of
from gate.dialects.base import JsonObserver, Object, Signals
from gate.dialects.sound import decoded


class Observer(JsonObserver):
    def __init__(self, options: AssemblyAIOptions) -> None:
        self._said = formats.decoder(*FORMS[options.input_encoding])
        self._heard = formats.decoder(*FORMS[options.output_encoding])
        self._replies = 0
        self._reply: str | None = None
        self._calls: set[str] = set()
        self._readers: dict[str, Callable[[Object], Signals]] = {
            "session.ready": lambda message: (Ready(fields.maybe_text(message, "session_id")),),
            "session.error": _fault,
            "error": _fault,
            "input.speech.started": lambda message: (SpeechStarted(interrupts=True),),
            "input.speech.stopped": lambda message: (SpeechStopped(),),
            "transcript.user.delta": _interim,
            "transcript.user": lambda message: (Transcript("caller", fields.text(message, "text"), True),),
            "transcript.agent": self._words,
            "reply.started": self._started,
            "reply.audio": self._audio,
            "reply.done": self._done,
            "tool.call": self._called,
        }

    def sent(self, message: Object) -> Signals:
        match message.get("type"):
            case "input.audio":
                return (AudioIn(*decoded(self._said, fields.audio(message, "audio"))),)
            case "session.update":
                return (Asked(settings_of(message)),)
            case "tool.result":
                return (answer_of(message),)
            case _:
                return ()

    def received(self, message: Object) -> Signals:
        if "type" not in message and ("error" in message or "message" in message):
            return _fault(message)
        read = self._readers.get(fields.text(message, "type"))
        return read(message) if read else ()

    def _started(self, message: Object) -> Signals:
        self._replies += 1
        self._reply = fields.maybe_text(message, "reply_id") or f"reply-{self._replies}"
        return (ResponseStarted(self._reply),)

    def _audio(self, message: Object) -> Signals:
        pcm, rate_hz = decoded(self._heard, fields.audio(message, "data"))
        return (AudioOut(pcm, rate_hz, self._reply),) if pcm else ()

    def _words(self, message: Object) -> Signals:
        reply = fields.maybe_text(message, "reply_id") or self._reply
        return (Transcript("agent", fields.text(message, "text"), True, reply),)

    def _done(self, message: Object) -> Signals:
        if fields.maybe_text(message, "status") == "interrupted":
            return (Cancelled(self._reply),)
        return (TurnDone(self._reply),)

    def _called(self, message: Object) -> Signals:
        call_id, name = fields.text(message, "call_id"), fields.text(message, "name")
        if call_id in self._calls:
            return ()
        self._calls.add(call_id)
        given = next((found for key in ("arguments", "args") if (found := message.get(key)) is not None), ABSENT)
        return (ToolCall(call_id, name, *fields.arguments(given)),)


def answer_of(message: Object) -> ToolResult:
    """What a `tool.result` says. Raises Illegal."""
    call_id, text = fields.text(message, "call_id"), fields.text(message, "result")
    if message.get("is_error") is True:
        return ToolResult(call_id, "", None, text)
    return ToolResult(call_id, "", fields.unwrapped(text))


def _interim(message: Object) -> Signals:
    text = fields.maybe_text(message, "text")
    return () if text is None else (Transcript("caller", text, False),)


def _fault(message: Object) -> Signals:
    told = message.get("error")
    inner = told if isinstance(told, dict) else message
    text = told if isinstance(told, str) else fields.maybe_text(inner, "message")
    return (Fault(fields.maybe_text(inner, "code"), text or ""),)
