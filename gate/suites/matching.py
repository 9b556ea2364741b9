"""What a manifest may ask of a value and of the fields of an event: matchers by dotted path, the names of events.
Settings models only."""

from difflib import get_close_matches
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, PlainValidator

from gate.core.jsons import Json
from gate.core.matchers import Matcher
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
