"""What a manifest may say under `options:` with `dialect: template`. Checked before any socket opens."""

from itertools import combinations
from typing import Final, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from gate.core.jsons import Json, parse
from gate.core.suggest import did_you_mean
from gate.dialects.pattern import Pattern, Values

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
    error: str = "error"
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
    def _readable(cls, shape: Shape | None, info: ValidationInfo) -> Shape | None:
        if shape is not None:
            _known(Pattern.read(shape), str(info.field_name))
        return shape

    @field_validator("text")
    @classmethod
    def _carries_text(cls, shape: Shape | None) -> Shape | None:
        if shape is not None and "text" not in Pattern.read(shape).placeholders:
            raise ValueError("it must hold {{text}}, which is where the text goes")
        return shape


_FILLED: Final[dict[str, tuple[str, ...]]] = {
    "audio": ("audio_data",),
    "configure": ("session",),
    "text": ("text",),
    "tool_result": ("call_id", "name", "result", "error"),
    "tool_error": ("call_id", "name", "result", "error"),
    "cancel": (),
    "goodbye": (),
}
"""What each message of ours can carry."""

_ALIKE: Final = ({"tool_result", "tool_error"}, {"cancel", "goodbye"})
"""Messages that mean the same to whoever reads the recording, and so need not be told apart."""

_RESULTS: Final[tuple[Json, ...]] = ({"ok": True}, "done")
_PROBES: Final[tuple[Values, ...]] = tuple(
    {"audio_data": b"\x01\x02", "text": "words", "call_id": "id", "name": "tool", "session": {"language": "en"},
     "result": result, "error": "why"}
    for result in _RESULTS
)  # fmt: skip


def _known(pattern: Pattern, shape: str) -> None:
    for name in sorted(pattern.placeholders - set(_FILLED[shape])):
        hint = did_you_mean(name, _FILLED[shape]) or "this message has none"
        raise ValueError(f"{{{{{name}}}}} is no placeholder that is filled here; {hint}")


def _fits(one: Pattern, other: Pattern) -> bool:
    """Whether what `one` sends can be taken for `other`."""
    return any(other.match(one.fill(probe)) is not None for probe in _PROBES)


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
        pattern = Pattern.read(shape)
        if "audio_data" not in pattern.placeholders:
            raise ValueError("it must hold {{audio_data}}, which is where the audio goes")
        _known(pattern, "audio")
        return shape

    @field_validator("encoding", mode="before")
    @classmethod
    def _not_yet(cls, encoding: object) -> object:
        if encoding == "mp3":
            raise ValueError("mp3 is not supported yet: have the agent send pcm")
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
        for (name, one), (other_name, other) in combinations(self.sends().items(), 2):
            if {name, other_name} not in _ALIKE and _fits(one, other) and _fits(other, one):
                names = " and ".join(sorted(f"send.{n}" if n != "audio" else "send_audio" for n in (name, other_name)))
                raise ValueError(f"{names} cannot be told apart: give each a field with a text of its own")
        return self

    def sends(self) -> dict[str, Pattern]:
        """Our messages by name. The one that asks for more is tried first, so a frame that fits two is the richer."""
        shapes: dict[str, Shape] = self.send.shapes() | {"audio": self.send_audio}
        patterns = {name: Pattern.read(shape) for name, shape in shapes.items()}
        return dict(sorted(patterns.items(), key=lambda item: -item[1].weight))
