"""What a manifest may say under `options:` with `dialect: template`. Checked before any socket opens."""

from typing import Final, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from gate.core.jsons import Json
from gate.dialects.pattern import Pattern

Rate = Literal[8000, 16000, 24000, 48000]
Shape = str | dict[str, Json]

EventName = Literal[
    "session.configured", "input_audio.accepted", "speech.started", "speech.stopped", "transcript.delta",
    "transcript.final", "output_transcript.delta", "output_transcript.final", "tool.call", "tool.result",
    "response.started", "response.done", "response.cancelled", "output_audio.done", "metadata", "error",
]  # fmt: skip

EVENTS: Final = get_args(EventName)


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ReadyTemplate(_Part):
    """The message that says the agent is ready. `session_id` is the path of the id, or null to ask for none."""

    type: str = "session_ready"
    session_id: str | None = "session_id"


DIRECT_READY: Final = ReadyTemplate()


class EventTemplate(_Part):
    """Which message means an event: its `type`, and other fields that must be equal (`where`). The rest are dotted
    paths to what the event carries."""

    type: str | None = None
    where: dict[str, Json] = Field(default_factory=dict)
    text: str = "text"
    call_id: str = "call_id"
    name: str = "name"
    arguments: str = "arguments"
    result: str = "result"
    settings: str = "settings"
    code: str = "code"
    message: str = "message"

    @model_validator(mode="after")
    def _recognisable(self) -> "EventTemplate":
        if self.type is None and not self.where:
            raise ValueError("an event needs `type:` or `where:` to be told from other messages")
        return self


class SendTemplates(_Part):
    """Messages of ours beside audio. What is left out is not sent."""

    configure: Shape | None = None
    text: Shape | None = None
    tool_result: Shape | None = None
    tool_error: Shape | None = None
    cancel: Shape | None = None
    goodbye: Shape | None = None

    def shapes(self) -> dict[str, Shape]:
        return {name: shape for name in type(self).model_fields if (shape := getattr(self, name)) is not None}

    @field_validator("*")
    @classmethod
    def _readable(cls, shape: Shape | None) -> Shape | None:
        if shape is not None:
            Pattern.read(shape)
        return shape


class TemplateOptions(_Part):
    """`init` is sent as it is right after the socket opens. `ready: false` waits for nothing."""

    init: Json = None
    ready: ReadyTemplate | Literal[False] | None = None
    send_audio: Shape = '{"type":"audio_chunk","data":"{{audio_data}}"}'
    send: SendTemplates = SendTemplates()
    type_path: str = "type"
    audio_type: str = "audio_chunk"
    audio_path: str = "data"
    encoding: Literal["pcm"] = "pcm"
    send_rate_hz: Rate = 16000
    receive_rate_hz: Rate = 48000
    events: dict[EventName, EventTemplate] = Field(default_factory=dict)

    @field_validator("send_audio")
    @classmethod
    def _carries_audio(cls, shape: Shape) -> Shape:
        if "audio_data" not in Pattern.read(shape).placeholders:
            raise ValueError("it must hold {{audio_data}}, which is where the audio goes")
        return shape
