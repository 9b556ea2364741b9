"""What a manifest may say under `options:` with `dialect: openai-realtime`. Checked before any socket opens."""

from typing import Literal

from pydantic import Field, field_validator, model_validator

from gate.core.jsons import Json
from gate.core.paths import ABSENT, get
from gate.dialects import base, fields
from gate.dialects.base import Object
from gate.dialects.openai_realtime.shapes import FORMATS, G711_HZ, SHAPES, USUAL_HZ, Rate, Shape, ShapeName, Sound, wire


class OpenAIRealtimeOptions(base.Options):
    """`rate_hz`: of PCM, both ways. `transcription`: the model that writes down the caller's words, or false for none.
    `session`: laid over the provider's own session, whose names it has."""

    shape: ShapeName = "ga"
    audio: Sound = "pcm"
    rate_hz: Rate | None = None
    transcription: str | Literal[False] | None = Field(default=None, union_mode="left_to_right")
    session: dict[str, Json] = Field(default_factory=dict)

    @field_validator("transcription", mode="before")
    @classmethod
    def _a_model_or_false(cls, value: Json) -> Json:
        if value is False or value is None or (isinstance(value, str) and value):
            return value
        raise ValueError("the name of a model, or false for no transcript of the caller")

    @model_validator(mode="after")
    def _rate_fits(self) -> "OpenAIRealtimeOptions":
        if self.rate_hz is not None and self.audio != "pcm":
            raise ValueError(f"rate_hz: {self.audio} is always at {G711_HZ} Hz; leave rate_hz out")
        if self.rate_hz is not None and self.rate_hz not in self.facts.rates_hz:
            known = ", ".join(str(rate) for rate in self.facts.rates_hz)
            raise ValueError(f"rate_hz: shape {self.shape} has PCM at {known} Hz alone, {self.rate_hz} was asked")
        return self

    @model_validator(mode="after")
    def _formats_are_ours(self) -> "OpenAIRealtimeOptions":
        for side in FORMATS:
            path = self.facts.paths[side]
            if get(self.session, path) is not ABSENT:
                raise ValueError(f"session.{path}: the gate must know it itself; say `audio:` and `rate_hz:` instead")
        return self

    @property
    def facts(self) -> Shape:
        return SHAPES[self.shape]

    @property
    def wire_hz(self) -> int:
        return (self.rate_hz or USUAL_HZ) if self.audio == "pcm" else G711_HZ

    @property
    def transcriber(self) -> str | None:
        return self.facts.transcriber if self.transcription is None else self.transcription or None

    def wired(self, session: Object) -> Object:
        """The provider's session for the manifest's fields."""
        return fields.merged(wire(self.facts, session, self.audio, self.wire_hz, self.transcriber), self.session)
