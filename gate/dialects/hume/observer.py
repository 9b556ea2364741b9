"""What frames of a chat with Hume's EVI mean, both ways. Pure.

Theory of operation. A turn of the agent's has no id on the wire: it begins with the first frame of its words or audio
and ends with `assistant_end`, so turns are counted here. Each sentence of it has an id, which its audio bears too:
audio of a sentence that was interrupted belongs to the turn that was cut. Tools that the provider runs by itself
(`builtin`, or no response required) are shown as calls that are not ours to answer.

Source: hume 0.14.1, `empathic_voice/types/`."""

from collections.abc import Callable

from gate.audio import formats
from gate.core.signals import (
    Asked,
    AudioIn,
    AudioOut,
    Cancelled,
    Configured,
    Fault,
    Metadata,
    Ready,
    ResponseStarted,
    ToolCall,
    ToolResult,
    Transcript,
    TurnDone,
    Typed,
)
from gate.dialects import fields, sound
from gate.dialects.base import JsonObserver, Object, Signals
from gate.dialects.fields import Illegal
from gate.dialects.hume.session import OUTPUT_HZ, HumeOptions, settings_of


class Observer(JsonObserver):
    def __init__(self, options: HumeOptions) -> None:
        self._said = formats.decoder("pcm", options.send_rate_hz)
        self._turns = 0
        self._open = False
        self._turn_of: dict[str, str] = {}
        self._calls: set[str] = set()
        self._results: set[str] = set()
        self._readers: dict[str, Callable[[Object], Signals]] = {
            "chat_metadata": lambda message: (Ready(fields.text(message, "chat_id")),),
            "session_settings": lambda message: (Configured(settings_of(message)),),
            "audio_output": self._audio,
            "user_message": _heard,
            "assistant_message": self._words,
            "assistant_prosody": lambda message: (Metadata(message),),
            "assistant_end": self._end,
            "user_interruption": self._interrupted,
            "tool_call": self._called,
            "tool_response": self._answered,
            "tool_error": self._answered,
            "error": _fault,
        }

    def sent(self, message: Object) -> Signals:
        match message.get("type"):
            case "audio_input":
                return (AudioIn(*sound.decoded(self._said, fields.audio(message, "data"))),)
            case "session_settings":
                return (Asked(settings_of(message)),)
            case "user_input":
                return (Typed(fields.text(message, "text")),)
            case "tool_response" | "tool_error":
                return self._answered(message)
            case _:
                return ()

    def received(self, message: Object) -> Signals:
        read = self._readers.get(fields.text(message, "type"))
        return read(message) if read else ()

    def _audio(self, message: Object) -> Signals:
        """Each message is a WAV file of its own."""
        pcm, rate_hz = sound.field(message, "data", "wav", OUTPUT_HZ)
        sentence = fields.text(message, "id")
        if not pcm:
            return ()
        begun = () if sentence in self._turn_of else self._begin(sentence)
        return (*begun, AudioOut(pcm, rate_hz, self._turn_of[sentence], sentence))

    def _begin(self, sentence: str | None) -> Signals:
        """A sentence of the turn that is under way, or of a new one."""
        begins = not self._open
        self._turns += begins
        self._open = True
        if sentence is not None:
            self._turn_of[sentence] = self._turn
        return (ResponseStarted(self._turn),) if begins else ()

    @property
    def _turn(self) -> str:
        return f"turn-{self._turns}"

    def _words(self, message: Object) -> Signals:
        sentence, words = fields.maybe_text(message, "id"), _content(message)
        if sentence is not None and sentence in self._turn_of:
            return (Transcript("agent", words, True, self._turn_of[sentence]),)
        return (*self._begin(sentence), Transcript("agent", words, True, self._turn))

    def _end(self, message: Object) -> Signals:
        """Where nothing is open, it ends what was cut, or a turn in which nothing was said."""
        self._open = False
        return (TurnDone(self._turn if self._turns else None),)

    def _interrupted(self, message: Object) -> Signals:
        self._open = False
        return (Cancelled(self._turn if self._turns else None),)

    def _called(self, message: Object) -> Signals:
        call_id, name = fields.text(message, "tool_call_id"), fields.text(message, "name")
        if call_id in self._calls:
            return ()
        self._calls.add(call_id)
        ours = message.get("response_required") is not False and message.get("tool_type") != "builtin"
        return (ToolCall(call_id, name, *fields.arguments(message.get("parameters")), ours),)

    def _answered(self, message: Object) -> Signals:
        told = answer_of(message)
        if told.call_id in self._results:
            return ()
        self._results.add(told.call_id)
        return (told,)


def answer_of(message: Object) -> ToolResult:
    """What a `tool_response` or a `tool_error` says. Raises Illegal."""
    call_id, name = fields.text(message, "tool_call_id"), fields.maybe_text(message, "tool_name") or ""
    if message.get("type") == "tool_error":
        return ToolResult(call_id, name, None, fields.text(message, "error"))
    return ToolResult(call_id, name, fields.unwrapped(fields.text(message, "content")))


def _content(message: Object) -> str:
    inner = message.get("message")
    if not isinstance(inner, dict):
        raise Illegal("message is no object")
    return fields.maybe_text(inner, "content") or ""


def _heard(message: Object) -> Signals:
    interim = message.get("interim")
    if not isinstance(interim, bool):
        raise Illegal("interim is neither true nor false")
    return (Transcript("caller", _content(message), not interim),)


def _fault(message: Object) -> Signals:
    return (
        Fault(
            fields.maybe_text(message, "slug") or fields.maybe_text(message, "code"), fields.text(message, "message")
        ),
    )
