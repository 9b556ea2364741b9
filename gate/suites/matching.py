"""What a manifest may ask of a value and of the fields of an event: matchers by dotted path, the names of events.
Settings models only."""

from difflib import get_close_matches
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, model_validator

from gate.checks.events import counting
from gate.core import jsonschemas
from gate.core.jsons import Json
from gate.core.matchers import Matcher
from gate.core.signals import EVENT_NAMES
from gate.core.suggest import did_you_mean
from gate.core.wrong import Wrong

CALLER_EVENTS = ("caller.speech_start", "caller.speech_end")
MATCHERS = ("exact", "regex", "contains", "one_of", "at_least", "at_most", "approx", "schema", "present")
RESERVED = "llm"


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
        if key == RESERVED:
            hint = "ask with regex, contains, one_of or schema; an opinion would not block a merge anyway"
            raise Wrong("asks a language model, which no check does yet: `llm` is only a reserved word", hint=hint)
        if key not in MATCHERS:
            raise Wrong(f"has the unknown matcher {key!r}", "", did_you_mean(key, MATCHERS))
    found = [_matcher(kind, wanted) for kind, wanted in value.items()]
    if "at_least" in value and "at_most" in value and value["at_least"] > value["at_most"]:
        raise Wrong("is more at least than at most, so nothing fits", "at_least up to at_most")
    return found


def _resembles_matcher(key: str) -> bool:
    return key in (*MATCHERS, RESERVED) or bool(get_close_matches(key, MATCHERS, 1, 0.8))


def _matcher(kind: Any, wanted: Any) -> Matcher:
    match kind:
        case "regex":
            _expression(wanted)
        case "present" if not isinstance(wanted, bool):
            raise Wrong("is no truth value", "true or false")
        case "contains" if not isinstance(wanted, str):
            raise Wrong("is no text", "the text to look for")
        case "one_of" if not isinstance(wanted, list):
            raise Wrong("is no list", "a list of allowed values")
        case "at_least" | "at_most" if not _is_number(wanted):
            raise Wrong("is no number", "a number")
        case "approx":
            _about(wanted)
        case "schema":
            if wrong := jsonschemas.mistake(wanted):
                raise Wrong(f"is no JSON Schema of draft 2020-12: {wrong}")
        case _:
            pass
    return Matcher(kind, wanted)


def _expression(wanted: Any) -> None:
    import re

    try:
        re.compile(wanted)
    except (re.error, TypeError) as error:
        raise Wrong(f"is no regular expression ({error})", "one that Python's re can read") from None


def _is_number(wanted: Any) -> bool:
    return isinstance(wanted, int | float) and not isinstance(wanted, bool)


def _about(wanted: Any) -> None:
    expected = "{value: 7, by: 0.5} or {value: 200, percent: 10}"
    if not isinstance(wanted, dict) or set(wanted) not in ({"value", "by"}, {"value", "percent"}):
        raise Wrong("is no number with a tolerance", expected)
    if not all(map(_is_number, wanted.values())) or min(wanted.get("by", 0), wanted.get("percent", 0)) < 0:
        raise Wrong("has something else than numbers in it, or a tolerance below zero", expected)


Matchers = Annotated[list[Matcher], PlainValidator(_matchers, json_schema_input_type=Json)]
Where = dict[str, Matchers]


class TimesSettings(Part):
    """How often: at least, at most, or both. What is expected comes at least once, unless `at_least: 0` says so."""

    at_least: Annotated[int, Field(ge=0)] | None = None
    at_most: Annotated[int, Field(ge=0)] | None = None

    @model_validator(mode="after")
    def _bounds_something(self) -> "TimesSettings":
        if self.at_least is None and self.at_most is None:
            raise Wrong("bounds nothing", "at_least, at_most or both")
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise Wrong("is more at least than at most", "at_least up to at_most")
        return self


Times = Annotated[int, Field(ge=0)] | TimesSettings


def bounds(times: Times | None) -> counting.Times:
    """Nothing said is at least once; a number is exactly that."""
    match times:
        case None:
            return counting.Times(1)
        case int(exactly):
            return counting.Times(exactly, exactly)
        case TimesSettings(at_least=None, at_most=most):
            return counting.Times(min(1, most or 0), most)
        case TimesSettings(at_least=least, at_most=most):
            return counting.Times(least or 0, most)
