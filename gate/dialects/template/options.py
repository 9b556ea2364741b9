"""What a manifest may say under `options:` with `dialect: template`. Checked before any socket opens."""

from importlib.util import find_spec
from typing import Final, Literal, get_args

from pydantic import Field, field_validator, model_validator

from gate.audio.formats import Encoding, Written
from gate.core.jsons import Json, parse
from gate.dialects.template.pattern import Pattern
from gate.dialects.template.sends import Part, SendTemplates, Shape, check_placeholders, check_told_apart

Rate = Literal[8000, 16000, 24000, 48000]

EventName = Literal[
    "session.configured", "input_audio.accepted", "speech.started", "speech.stopped", "transcript.delta",
    "transcript.final", "output_transcript.delta", "output_transcript.final", "tool.call", "tool.result",
    "response.started", "response.done", "response.cancelled", "output_audio.done", "metadata", "error",
]  # fmt: skip

EVENTS: Final = get_args(EventName)


class ReadyTemplate(Part):
    """The message that says the agent is ready. `session_id` is the path of the id, or null to ask for none."""

    type: str = "session_ready"
    session_id: str | None = "session_id"


DIRECT_READY: Final = ReadyTemplate()


class EventTemplate(Part):
    """Which message means an event: its `type`, and other fields that must be equal (`where`). The rest are dotted
    paths to what the event carries."""

    type: str | None = None
    where: dict[str, Json] = Field(default_factory=dict)
    text: str = "text"
    call_id: str = "call_id"
    name: str = "name"
    arguments: str = "arguments"
    result: str = "result"
    error: str = "error"
    settings: str = "settings"
    code: str = "code"
    message: str = "message"

    @model_validator(mode="after")
    def _recognisable(self) -> "EventTemplate":
        if self.type is None and not self.where:
            raise ValueError("an event needs `type:` or `where:` to be told from other messages")
        return self


class TemplateOptions(Part):
    """`init` is sent as it is right after the socket opens. `ready: false` waits for nothing."""

    init: Json = None
    ready: ReadyTemplate | Literal[False] | None = None
    send_audio: Shape = '{"type":"audio_chunk","data":"{{audio_data}}"}'
    send: SendTemplates = SendTemplates()
    type_path: str = "type"
    audio_type: str = "audio_chunk"
    audio_path: str = "data"
    encoding: Encoding = "pcm"
    send_encoding: Written = "pcm"
    send_rate_hz: Rate = 16000
    receive_rate_hz: Rate = 48000
    events: dict[EventName, EventTemplate] = Field(default_factory=dict)

    @field_validator("send_audio")
    @classmethod
    def _carries_audio(cls, shape: Shape) -> Shape:
        pattern = Pattern.read(shape)
        if "audio_data" not in pattern.placeholders:
            raise ValueError("it must hold {{audio_data}}, which is where the audio goes")
        check_placeholders(pattern, "audio")
        return shape

    @field_validator("encoding")
    @classmethod
    def _decodable(cls, encoding: Encoding) -> Encoding:
        if encoding == "mp3" and find_spec("miniaudio") is None:
            raise ValueError("mp3 needs a package that is not installed here: pip install miniaudio")
        return encoding

    @field_validator("init")
    @classmethod
    def _is_json(cls, init: Json) -> Json:
        """JSON, or the text of it, as it can be pasted from a provider's form."""
        if not isinstance(init, str):
            return init
        try:
            return parse(init)
        except ValueError as error:
            raise ValueError(f"it is a text, and not of JSON ({error})") from None

    @model_validator(mode="after")
    def _told_apart(self) -> "TemplateOptions":
        check_told_apart(self.sends())
        return self

    def sends(self) -> dict[str, Pattern]:
        """Our messages by name. The one that asks for more is tried first, so a frame that fits two is the richer."""
        shapes: dict[str, Shape] = self.send.shapes() | {"audio": self.send_audio}
        patterns = {name: Pattern.read(shape) for name, shape in shapes.items()}
        return dict(sorted(patterns.items(), key=lambda item: -item[1].weight))
