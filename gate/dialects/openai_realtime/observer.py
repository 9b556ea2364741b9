"""What the frames of the openai-realtime dialect mean, both ways. Pure.

Theory of operation. Events are known by their names of today; those of the beta are translated where the shape allows
them, and are a violation where it does not. A tool call is on the wire up to three times (its arguments done, its item
done, the response done) and is told once, by its call id: at the first of them that has its name and whole arguments,
since a response that is cut ends its arguments too, in the middle. What an event repeats of others (items, parts) and
what only other transports have is `Other`."""

from gate.audio import formats
from gate.core.paths import get
from gate.core.signals import (
    Asked,
    AudioIn,
    AudioOut,
    Cancelled,
    Configured,
    Ready,
    SpeechStarted,
    ToolCall,
    ToolResult,
    TurnDone,
    Typed,
    Violation,
)
from gate.dialects import fields
from gate.dialects.answers import read
from gate.dialects.base import JsonObserver, Object, Read, Signals
from gate.dialects.fields import Illegal
from gate.dialects.openai_realtime.events import PLAIN, failure, response_of
from gate.dialects.openai_realtime.options import OpenAIRealtimeOptions
from gate.dialects.openai_realtime.shapes import BETA_NAMES, comparable, formats_of, interrupts, settings
from gate.dialects.sound import decoded


class Observer(JsonObserver):
    def __init__(self, options: OpenAIRealtimeOptions) -> None:
        self._shape = options.facts
        self._decoder = formats.decoder(options.audio, options.wire_hz)
        self._interrupts = True
        self._ready = False
        self._names: dict[str, str] = {}
        self._told: dict[str, str] = {}
        self._sent: dict[str, Read] = {
            "session.update": self._asked,
            "input_audio_buffer.append": lambda message: (AudioIn(*self._pcm(message, "audio")),),
            "conversation.item.create": self._created,
        }
        self._received: dict[str, Read] = {
            **PLAIN,
            "session.created": self._begun,
            "conversation.created": self._begun if options.shape == "xai" else lambda _: (),
            "session.updated": self._updated,
            "input_audio_buffer.speech_started": lambda _: (SpeechStarted(self._interrupts),),
            "conversation.item.created": self._item_added,
            "conversation.item.added": self._item_added,
            "response.output_item.added": self._item_added,
            "response.output_audio.delta": self._spoken,
            "response.function_call_arguments.done": self._arguments,
            "response.output_item.done": lambda message: self._call(fields.maybe_object(message, "item")),
            "response.done": self._done,
        }

    def sent(self, message: Object) -> Signals:
        reader = self._sent.get(fields.text(message, "type"))
        return reader(message) if reader else ()

    def received(self, message: Object) -> Signals:
        kind = fields.text(message, "type")
        today = BETA_NAMES.get(kind)
        if today and self._shape.name == "ga":
            raise Illegal(
                f"{kind} is the beta's name of {today}; for a server of that kind say options: {{shape: beta}}"
            )
        reader = self._received.get(today or kind)
        return reader(message) if reader else ()

    def _begun(self, message: Object) -> Signals:
        """xAI may begin with `conversation.created` instead of `session.created`, or with both."""
        self._learn(fields.maybe_object(message, "session"))
        if self._ready:
            return ()
        self._ready = True
        session_id = fields.maybe_text(message, "session.id") or fields.maybe_text(message, "conversation.id")
        return (Ready(session_id),)

    def _asked(self, message: Object) -> Signals:
        return (Asked(self._learn(fields.maybe_object(message, "session"))),)

    def _updated(self, message: Object) -> Signals:
        return (Configured(self._learn(fields.maybe_object(message, "session"))),)

    def _learn(self, session: Object) -> Object:
        """The settings that a session shows, and on the way whether the server interrupts itself from now on."""
        told = interrupts(self._shape, session)
        self._interrupts = self._interrupts if told is None else told
        return comparable(settings(self._shape, session)) | formats_of(self._shape, session)

    def _created(self, message: Object) -> Signals:
        item = fields.maybe_object(message, "item")
        match item.get("type"):
            case "function_call_output":
                call_id = fields.text(item, "call_id")
                return (ToolResult(call_id, self._told.get(call_id, ""), *read(fields.text(item, "output"))),)
            case "message" if item.get("role") == "user" and get(item, "content.0.type") == "input_text":
                return (Typed(fields.text(item, "content.0.text")),)
            case _:
                return ()

    def _pcm(self, message: Object, path: str) -> tuple[bytes, int]:
        return decoded(self._decoder, fields.audio(message, path))

    def _spoken(self, message: Object) -> Signals:
        pcm, rate_hz = self._pcm(message, "delta")
        if not pcm:
            return ()
        return (AudioOut(pcm, rate_hz, response_of(message), fields.maybe_text(message, "item_id")),)

    def _item_added(self, message: Object) -> Signals:
        """The name of a call stands in its item alone where the beta is spoken."""
        item = fields.maybe_object(message, "item")
        if item.get("type") == "function_call" and isinstance(name := item.get("name"), str):
            ids = (fields.maybe_text(item, "id"), fields.maybe_text(item, "call_id"))
            self._names |= {one: name for one in ids if one}
        return ()

    def _arguments(self, message: Object) -> Signals:
        call_id, item_id = fields.text(message, "call_id"), fields.maybe_text(message, "item_id")
        name = fields.maybe_text(message, "name") or self._names.get(call_id) or self._names.get(item_id or "")
        arguments, raw = fields.arguments(fields.text(message, "arguments"))
        return () if name is None or arguments is None else self._tell(ToolCall(call_id, name, arguments, raw))

    def _call(self, item: Object) -> Signals:
        if item.get("type") != "function_call" or item.get("status") == "incomplete":
            return ()
        arguments, raw = fields.arguments(fields.text(item, "arguments"))
        return self._tell(ToolCall(fields.text(item, "call_id"), fields.text(item, "name"), arguments, raw))

    def _call_within(self, item: Object) -> Signals:
        """A bad item must not take the end of the response away."""
        try:
            return self._call(item)
        except Illegal as illegal:
            return (Violation(f"response.output: {illegal}"),)

    def _tell(self, call: ToolCall) -> Signals:
        if call.call_id in self._told:
            return ()
        self._told[call.call_id] = call.name
        return (call,)

    def _done(self, message: Object) -> Signals:
        response = fields.maybe_object(message, "response")
        response_id, status = fields.maybe_text(response, "id"), fields.maybe_text(response, "status")
        if status == "cancelled":
            return (Cancelled(response_id),)
        output = response.get("output")
        items = [item for item in output if isinstance(item, dict)] if isinstance(output, list) else []
        calls = tuple(signal for item in items for signal in self._call_within(item))
        failed = (failure(response, status),) if status in ("failed", "incomplete") else ()
        return (*failed, *calls, TurnDone(response_id))
