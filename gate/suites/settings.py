"""What the caller of a case does, step by step. Settings models only."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from gate.core.durations import Duration
from gate.core.recipes import Noise, NoiseKind, Recipe, changed
from gate.core.wrong import Wrong
from gate.suites.matching import EventName, Part

SENDABLE = (1000, 1001, 1002, 1003, *range(1007, 1015))


Until = Literal["turn_done", "audible", "quiet", "closed", "event"]
LASTING = ("audible", "quiet")


def _wait(value: object) -> object:
    if isinstance(value, str):
        return {"until": value}
    if isinstance(value, dict) and "event" in value and "until" not in value:
        return {"until": "event", **value}
    return value


class WaitSettings(Part):
    """`wait: turn_done`, or with more to say: `wait: {until: audible, for: 700ms, budget: 20s}`."""

    until: Until
    event: EventName | None = None
    lasting: Duration | None = Field(default=None, alias="for")
    budget: Duration = 15_000.0

    @model_validator(mode="after")
    def _fits(self) -> "WaitSettings":
        if self.until == "event" and self.event is None:
            raise Wrong("waits for an event and does not say which", "wait: {event: tool.call}")
        if self.until != "event" and self.event is not None:
            raise Wrong(f"waits for {self.until!r} and names an event too", "one of the two")
        if self.lasting is not None and self.until not in LASTING:
            raise Wrong(f"has `for:`, which means nothing with {self.until!r}", "`for:` with audible or quiet only")
        if self.until == "quiet" and self.lasting is None:
            raise Wrong("waits for quiet and does not say how long", "wait: {until: quiet, for: 2s}")
        return self


def _hang_up(code: str | int | None) -> str | int | None:
    """RFC 6455 section 7.4: 1004, 1005, 1006 and 1015 are never sent, and 1016 to 2999 are reserved."""
    if isinstance(code, int) and not (code in SENDABLE or 3000 <= code <= 4999):
        raise Wrong("is no close code that may be sent", "1000 to 1003, 1007 to 1014, 3000 to 4999, cut, reset or dead")
    return code


def _given(value: object) -> object:
    if value is None:
        raise Wrong("is empty", "a value", "give it one, or delete the key")
    return value


class NoiseSettings(Part):
    """Noise under speech, by how much the speech is louder."""

    kind: NoiseKind
    snr_db: Annotated[float, Field(ge=-20, le=60, examples=[20])]


class ChangeSettings(Part):
    """What is done to a sound, in this order: its pace, noise under it, how loud it is."""

    speed: Annotated[float, Field(ge=0.5, le=2)] = 1
    noise: Annotated[NoiseSettings | None, BeforeValidator(_given)] = None
    gain_db: Annotated[float, Field(ge=-60, le=40)] = 0

    @property
    def changes_something(self) -> bool:
        return (self.speed, self.noise, self.gain_db) != (1, None, 0)

    def applied_to(self, source: Recipe) -> Recipe:
        noise = Noise(self.noise.kind, float(self.noise.snr_db)) if self.noise else None
        return changed(source, float(self.speed), noise, float(self.gain_db))


class PlaySettings(ChangeSettings):
    """A clip with more to say: `play: {clip: hello, noise: {kind: traffic, snr_db: 20}}`; or, with `as_is`, a file that
    is wrong on purpose."""

    clip: str
    as_is: bool = False

    @model_validator(mode="after")
    def _unchanged(self) -> "PlaySettings":
        if self.as_is and self.changes_something:
            raise Wrong("changes a file that is to be sent as it is", "as_is: true alone, or the changes alone")
        return self


def _keys(digits: str) -> str:
    """The keys of a telephone: ITU-T Q.23."""
    if not digits or set(digits) - set("0123456789*#ABCD"):
        raise Wrong("is no row of keys", "a text of 0 to 9, *, #, A to D")
    return digits


class InterruptSettings(Part):
    """`interrupt: CLIP`, or with more to say: `interrupt: {play: CLIP, after: 1s}`."""

    play: str
    after: Duration = 700.0
    budget: Duration = 15_000.0


class StepSettings(Part):
    """One thing that the caller does: exactly one of these."""

    play: str | PlaySettings | None = None
    say: str | None = None
    pause: Duration | None = None
    wait: Annotated[WaitSettings | None, BeforeValidator(_wait)] = None
    interrupt: str | InterruptSettings | None = None
    type: str | None = None
    dtmf: Annotated[str, AfterValidator(_keys)] | None = None
    image: str | None = None
    hang_up: Annotated[Literal["cut", "reset", "dead"] | int | None, AfterValidator(_hang_up)] = None

    @property
    def takes_a_turn(self) -> bool:
        """Whether the caller says something with it, in whatever way: turns are counted from 1."""
        return self.pause is None and self.wait is None and self.hang_up is None

    @model_validator(mode="after")
    def _one_thing(self) -> "StepSettings":
        given = [name for name in type(self).model_fields if getattr(self, name) is not None]
        if len(given) != 1:
            raise Wrong("is no single step", f"exactly one of {', '.join(type(self).model_fields)}")
        return self
