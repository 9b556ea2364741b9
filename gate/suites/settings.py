"""What a manifest may write in a case of its own: the caller's steps, and what is expected. Settings models only."""

from difflib import get_close_matches
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, model_validator

from gate.core.durations import Duration
from gate.core.jsons import Json
from gate.core.matchers import Matcher
from gate.core.plan import Pace
from gate.core.recipes import Noise, NoiseKind, Recipe, changed
from gate.core.signals import EVENT_NAMES
from gate.core.suggest import did_you_mean
from gate.core.wrong import Wrong

CALLER_EVENTS = ("caller.speech_start", "caller.speech_end")
MATCHERS = ("exact", "regex", "contains", "one_of", "at_least", "at_most", "present")


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def _event_name(value: object) -> str:
    if isinstance(value, str) and value in EVENT_NAMES + CALLER_EVENTS:
        return value
    expected = "the name of an event"
    raise Wrong("is no event", expected, did_you_mean(str(value), EVENT_NAMES + CALLER_EVENTS))


def _anchor(value: object) -> str:
    return value if value == "start" else _event_name(value)


EventName = Annotated[str, PlainValidator(_event_name, json_schema_input_type=str)]
Anchor = Annotated[str, PlainValidator(_anchor, json_schema_input_type=str)]


def _matchers(value: object) -> list[Matcher]:
    """A plain value is `exact`; an object whose keys are all matchers is those; any other object is `exact` too."""
    if not isinstance(value, dict) or not any(_resembles_matcher(key) for key in value):
        return [Matcher("exact", value)]  # type: ignore[arg-type]
    for key in value:
        if key not in MATCHERS:
            raise Wrong(f"has the unknown matcher {key!r}", "", did_you_mean(key, MATCHERS))
    return [_matcher(kind, wanted) for kind, wanted in value.items()]


def _resembles_matcher(key: str) -> bool:
    return key in MATCHERS or bool(get_close_matches(key, MATCHERS, 1, 0.8))


def _matcher(kind: Any, wanted: Any) -> Matcher:
    import re

    if kind == "regex":
        try:
            re.compile(wanted)
        except (re.error, TypeError) as error:
            raise Wrong(f"is no regular expression ({error})", "one that Python's re can read") from None
    if kind == "present" and not isinstance(wanted, bool):
        raise Wrong("is no truth value", "true or false")
    if kind == "contains" and not isinstance(wanted, str):
        raise Wrong("is no text", "the text to look for")
    if kind == "one_of" and not isinstance(wanted, list):
        raise Wrong("is no list", "a list of allowed values")
    if kind in ("at_least", "at_most") and (isinstance(wanted, bool) or not isinstance(wanted, int | float)):
        raise Wrong("is no number", "a number")
    return Matcher(kind, wanted)


Matchers = Annotated[list[Matcher], PlainValidator(_matchers, json_schema_input_type=Json)]
Where = dict[str, Matchers]


Code = Annotated[int, Field(ge=1000, le=4999)]
SENDABLE = (1000, 1001, 1002, 1003, *range(1007, 1015))


class EventSettings(Part):
    """One expected event."""

    event: EventName
    where: Where = Field(default_factory=dict)
    within: Duration | None = None
    after: Anchor = "caller.speech_end"
    times: Annotated[int, Field(ge=0)] | None = None


class NeverSettings(Part):
    event: EventName
    where: Where = Field(default_factory=dict)


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
            raise Wrong(f"waits for {self.until!r} and names an event too", "one of both")
        if self.lasting is not None and self.until not in LASTING:
            raise Wrong(f"has `for:`, which means nothing with {self.until!r}", "`for:` with audible or quiet only")
        if self.until == "quiet" and self.lasting is None:
            raise Wrong("waits for quiet and does not say how long", "wait: {until: quiet, for: 2s}")
        return self


def _hang_up(code: str | int | None) -> str | int | None:
    """RFC 6455 section 7.4: 1004, 1005, 1006 and 1015 are never sent, and 1016 to 2999 are reserved."""
    if isinstance(code, int) and not (code in SENDABLE or 3000 <= code <= 4999):
        raise Wrong("is no close code that may be sent", "1000 to 1003, 1007 to 1014, 3000 to 4999, or cut")
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
    hang_up: Annotated[Literal["cut"] | int | None, AfterValidator(_hang_up)] = None

    @model_validator(mode="after")
    def _one_thing(self) -> "StepSettings":
        given = [name for name in type(self).model_fields if getattr(self, name) is not None]
        if len(given) != 1:
            raise Wrong("is no single step", f"exactly one of {', '.join(type(self).model_fields)}")
        return self


class CaseSession(Part):
    """What a case asks of its session beyond what the target does."""

    system_prompt: Annotated[str, Field(min_length=1)] | None = None
    first_message: Annotated[str, Field(min_length=1)] | None = None


class CaseSettings(Part):
    """A case written by the user."""

    name: Annotated[str, Field(min_length=1, max_length=120)]
    caller: Annotated[list[StepSettings], Field(min_length=1)]
    expect: list[EventSettings] = Field(default_factory=list)
    never: list[EventName | NeverSettings] = Field(default_factory=list)
    close: Annotated[list[Code], Field(min_length=1)] | None = None
    session: CaseSession = CaseSession()
    pace: Pace = "real-time"
    linger: Duration | None = None
    tags: list[str] = Field(default_factory=list)
    blocks: bool = True

    @model_validator(mode="after")
    def _ends_at_its_end(self) -> "CaseSettings":
        for step in self.caller[:-1]:
            if step.hang_up is not None:
                raise Wrong("goes on after the caller has hung up", "hang_up as the last step")
            if step.wait is not None and step.wait.until == "closed":
                raise Wrong("goes on after the agent has closed", "wait: closed as the last step")
        return self

    @model_validator(mode="after")
    def _claims_something(self) -> "CaseSettings":
        refused = any(isinstance(step.play, PlaySettings) and step.play.as_is for step in self.caller)
        if not self.expect and not self.never and self.close is None and not refused:
            raise Wrong("claims nothing", "`expect:`, `never:` or `close:`", "a case that cannot fail proves nothing")
        return self


class SuiteSettings(Part):
    """What every suite may say: `blocks: false` shows what its cases find and lets none of it stop a merge."""

    blocks: bool = True
