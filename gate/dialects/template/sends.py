"""The messages that the gate sends in the template dialect, as a manifest may give them: each a template whose
placeholders are known. Checked before any socket opens."""

from collections.abc import Mapping
from itertools import combinations
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator

from gate.core.jsons import Json
from gate.core.suggest import did_you_mean
from gate.dialects.template.pattern import Pattern, Values

Shape = str | dict[str, Json]


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


_CARRIED: Final = {
    "text": ("text", "text goes"),
    "file": ("file_data", "file goes"),
    "image": ("media_data", "image goes"),
    "dtmf": ("digits", "keys go"),
}
"""What a message of ours is for: the placeholder that it must hold, and what goes there."""


class SendTemplates(Part):
    """Messages of ours beside audio. What is left out is not sent."""

    configure: Shape | None = None
    text: Shape | None = None
    file: Shape | None = None
    image: Shape | None = None
    dtmf: Shape | None = None
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
            check_placeholders(Pattern.read(shape), str(info.field_name))
        return shape

    @field_validator(*_CARRIED)
    @classmethod
    def _carries_it(cls, shape: Shape | None, info: ValidationInfo) -> Shape | None:
        placeholder, what = _CARRIED[str(info.field_name)]
        if shape is not None and placeholder not in Pattern.read(shape).placeholders:
            raise ValueError(f"it must hold {{{{{placeholder}}}}}, which is where the {what}")
        return shape


_FILLED: Final[dict[str, tuple[str, ...]]] = {
    "audio": ("audio_data",),
    "configure": ("session",),
    "text": ("text",),
    "file": ("file_data", "media_type"),
    "image": ("media_name", "mime_type", "media_data"),
    "dtmf": ("digits",),
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
     "result": result, "error": "why", "file_data": b"\x01\x02", "media_type": "audio/wav", "media_name": "a.png",
     "mime_type": "image/png", "media_data": b"\x01\x02", "digits": "1"}
    for result in _RESULTS
)  # fmt: skip


def check_placeholders(pattern: Pattern, shape: str) -> None:
    """Raises ValueError for a placeholder that this message of ours never fills."""
    for name in sorted(pattern.placeholders - set(_FILLED[shape])):
        hint = did_you_mean(name, _FILLED[shape]) or "this message has none"
        raise ValueError(f"{{{{{name}}}}} is no placeholder that is filled here; {hint}")


def _fits(one: Pattern, other: Pattern) -> bool:
    """Whether what `one` sends can be taken for `other`."""
    return any(other.match(one.fill(probe)) is not None for probe in _PROBES)


def check_told_apart(sends: Mapping[str, Pattern]) -> None:
    """Raises ValueError for two messages of ours that nobody who reads the recording could tell apart."""
    for (name, one), (other_name, other) in combinations(sends.items(), 2):
        if {name, other_name} not in _ALIKE and _fits(one, other) and _fits(other, one):
            names = " and ".join(sorted(f"send.{n}" if n != "audio" else "send_audio" for n in (name, other_name)))
            raise ValueError(f"{names} cannot be told apart: give each a field with a text of its own")
