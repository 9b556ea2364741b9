"""The events of the openai-realtime dialect that mean the same whatever came before, and which parts of a message are
no words. Pure."""

from typing import Final

from gate.core.paths import ABSENT
from gate.core.signals import (
    AudioDone,
    Fault,
    InputAccepted,
    Metadata,
    ResponseStarted,
    SpeechStopped,
    Transcript,
)
from gate.dialects import fields
from gate.dialects.base import Object, Read, Signals

_ITEM: Final = ("id", "type", "object", "status", "role", "call_id", "content.#.type", "content.#.audio", "name")
_STRUCTURE: Final = frozenset({
    "name", "type", "event_id", "response_id", "item_id", "previous_item_id", "call_id", "audio", "part.type",
    "part.audio", "session.id", "session.type", "session.object", "response.id", "response.object", "response.status",
    "response.conversation_id", "response.status_details.type", "error.type", "error.event_id",
    *(f"item.{field}" for field in _ITEM), *(f"response.output.#.{field}" for field in _ITEM),
})  # fmt: skip
_AUDIO_DELTAS: Final = ("response.output_audio.delta", "response.audio.delta")


def is_structure(message: Object, path: str) -> bool:
    """Whether an id, a type or audio stands at this dotted path of a message."""
    if path == "delta":
        return message.get("type") in _AUDIO_DELTAS
    return path in _STRUCTURE or ".".join("#" if part.isdigit() else part for part in path.split(".")) in _STRUCTURE


def failure(response: Object, status: str) -> Fault:
    """Of a response that ended badly. Look-alikes write a mere text where the details are due."""
    details = response.get("status_details")
    details = details if isinstance(details, dict) else {}
    error = _told(details)
    code = fields.maybe_text(error, "code") or fields.maybe_text(details, "reason") or status
    return Fault(code, fields.maybe_text(error, "message") or f"the response is {status}")


def _told(message: Object) -> Object:
    """What is said of an error; a mere text is its message."""
    error = message.get("error")
    return {"message": error} if isinstance(error, str) else fields.maybe_object(message, "error")


def response_of(message: Object) -> str | None:
    return fields.maybe_text(message, "response_id")


def _fault(message: Object) -> Signals:
    error = _told(message)
    code = fields.maybe_text(error, "code") or fields.maybe_text(error, "type")
    return (Fault(code, fields.maybe_text(error, "message") or ""),)


def _metadata(message: Object) -> Signals:
    return (Metadata({key: value for key, value in message.items() if key not in ("type", "event_id")}),)


def _heard(field: str, *, final: bool) -> Read:
    return lambda message: (Transcript("caller", _words(message, field), final),)


def _said(field: str, *, final: bool) -> Read:
    return lambda message: (Transcript("agent", _words(message, field), final, response_of(message)),)


def _words(message: Object, field: str) -> str:
    """Look-alikes write null where there are none. Raises Illegal."""
    return "" if message.get(field, ABSENT) is None else fields.text(message, field)


def _started(message: Object) -> Signals:
    return (ResponseStarted(fields.maybe_text(fields.maybe_object(message, "response"), "id")),)


_WRITTEN: Final = "conversation.item.input_audio_transcription"
PLAIN: Final[dict[str, Read]] = {
    "input_audio_buffer.committed": lambda _: (InputAccepted(),),
    "input_audio_buffer.speech_stopped": lambda _: (SpeechStopped(),),
    f"{_WRITTEN}.delta": lambda message: (Transcript("caller", fields.maybe_text(message, "delta") or "", False),),
    f"{_WRITTEN}.updated": _heard("transcript", final=False),  # xAI: all words so far
    f"{_WRITTEN}.completed": _heard("transcript", final=True),
    f"{_WRITTEN}.failed": _fault,
    "response.created": _started,
    "response.output_audio_transcript.delta": _said("delta", final=False),
    "response.output_audio_transcript.done": _said("transcript", final=True),
    "response.output_text.delta": _said("delta", final=False),
    "response.output_text.done": _said("text", final=True),
    "response.output_audio.done": lambda message: (AudioDone(response_of(message)),),
    "rate_limits.updated": _metadata,
    "warning": _metadata,  # Azure Voice Live
    "ping": _metadata,  # xAI; no answer to it is known
    "error": _fault,
}
