"""What a message of the agent means in the template dialect: the options' events, read off by dotted paths. Pure."""

from gate.audio.formats import Decoder
from gate.core.jsons import Json, same
from gate.core.matchers import as_text
from gate.core.paths import Missing, get
from gate.core.signals import (
    AudioDone,
    AudioOut,
    Cancelled,
    Configured,
    Fault,
    InputAccepted,
    Metadata,
    Other,
    Ready,
    ResponseStarted,
    Signal,
    SpeechStarted,
    SpeechStopped,
    ToolCall,
    ToolResult,
    Transcript,
    TurnDone,
)  # fmt: skip
from gate.dialects import fields
from gate.dialects.fields import Illegal
from gate.dialects.sound import decoded
from gate.dialects.template.options import EventTemplate, ReadyTemplate, TemplateOptions

Object = dict[str, Json]


def signals_of(data: Object, options: TemplateOptions, ready: ReadyTemplate | None, decoder: Decoder) -> list[Signal]:
    """All that one message means: audio may carry its own final marker. Raises Illegal."""
    kind = get(data, options.type_path)
    meant: list[Signal] = []
    if kind == options.audio_type:
        meant.append(audio_out(decoder, fields.audio(data, options.audio_path)))
    if ready and kind == ready.type:
        meant.append(_ready(data, ready.session_id))
    events = [(event, shape) for event, shape in options.events.items() if is_event(shape, data, options.type_path)]
    return meant + [_signal(event, shape, data) for event, shape in events]


def is_event(shape: EventTemplate, data: Object, type_path: str) -> bool:
    conditions = ({} if shape.type is None else {type_path: shape.type}) | shape.where
    found = [(get(data, path), value) for path, value in conditions.items()]
    return all(not isinstance(at, Missing) and same(at, value) for at, value in found)


def _ready(data: Object, path: str | None) -> Ready:
    session_id = fields.maybe_text(data, path) if path else None
    if path and session_id is None:
        raise Illegal(f"{path} is missing, the id of the session is due")
    return Ready(session_id)


def audio_out(decoder: Decoder, data: bytes) -> AudioOut | Other:
    pcm, rate_hz = decoded(decoder, data)
    return AudioOut(pcm, rate_hz) if pcm or not data else Other("audio that the next piece completes")


def _signal(event: str, shape: EventTemplate, data: Object) -> Signal:
    match event:
        case "transcript.delta" | "transcript.final" | "output_transcript.delta" | "output_transcript.final":
            role, _, form = event.rpartition(".")
            spoken = fields.text(data, shape.text)
            return Transcript("agent" if role == "output_transcript" else "caller", spoken, form == "final")
        case "tool.call":
            arguments, raw = fields.arguments(get(data, shape.arguments))
            return ToolCall(fields.maybe_text(data, shape.call_id) or "", fields.text(data, shape.name), arguments, raw)
        case "tool.result":
            result, error = get(data, shape.result), _error(get(data, shape.error))
            return ToolResult(fields.maybe_text(data, shape.call_id) or "", fields.maybe_text(data, shape.name) or "",
                              None if isinstance(result, Missing) else result, error)  # fmt: skip
        case "session.configured":
            settings = get(data, shape.settings)
            return Configured(settings if isinstance(settings, dict) else {})
        case "error":
            message = fields.maybe_text(data, shape.message) or ""
            return Fault(fields.maybe_text(data, shape.code), message)
        case "metadata":
            return Metadata(data)
        case _:
            return _BARE[event]


_BARE: dict[str, Signal] = {
    signal.EVENT: signal
    for signal in (
        InputAccepted(), SpeechStarted(), SpeechStopped(), ResponseStarted(), AudioDone(), TurnDone(), Cancelled(),
    )
}  # fmt: skip


def _error(found: Json | Missing) -> str | None:
    return None if found is None or isinstance(found, Missing) else as_text(found)
