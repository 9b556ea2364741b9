"""What a manifest may write: one step at a time, matchers that are meant, and claims that can fail."""

from typing import Any

import pytest
from pydantic import ValidationError

from gate.core.matchers import Matcher
from gate.suites.cases import CaseSettings
from gate.suites.expectation import ExpectationSettings
from gate.suites.settings import StepSettings, WaitSettings


def wrong(model: Any, **value: Any) -> str:
    with pytest.raises(ValidationError) as error:
        model.model_validate(value)
    return str(error.value)


def test_a_plain_value_is_exact_and_so_is_an_object_that_is_no_matcher() -> None:
    where = ExpectationSettings.model_validate(
        {"event": "tool.call", "where": {"a": 1, "b": {"day": "Friday"}, "c": {"at_least": 2, "at_most": 3}}}
    ).where
    assert where == {
        "a": [Matcher("exact", 1)], "b": [Matcher("exact", {"day": "Friday"})],
        "c": [Matcher("at_least", 2), Matcher("at_most", 3)],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ({"exat": 1}, "unknown matcher 'exat'"),
        ({"exact": 1, "day": 2}, "unknown matcher 'day'"),
        ({"regex": "("}, "no regular expression"),
        ({"one_of": "a"}, "is no list"),
        ({"at_least": True}, "is no number"),
        ({"approx": 3}, "is no number with a tolerance"),
        ({"at_least": 5, "at_most": 1}, "is more at least than at most, so nothing fits"),
        ({"approx": {"value": 3}}, "is no number with a tolerance"),
        ({"approx": {"value": 3, "by": 1, "percent": 1}}, "is no number with a tolerance"),
        ({"approx": {"value": "3", "by": 1}}, "something else than numbers"),
        ({"approx": {"value": 3, "by": -1}}, "a tolerance below zero"),
        ({"schema": {"type": "strng"}}, "is no JSON Schema of draft 2020-12: at $.type: 'strng'"),
        ({"schema": {"$ref": "https://example.com/x"}}, "is no reference to a part of the schema itself"),
        ({"llm": "was it polite?"}, "asks a language model, which no check does yet"),
    ],
)
def test_a_matcher_that_makes_no_sense_is_told(value: Any, told: str) -> None:
    assert told in wrong(ExpectationSettings, event="tool.call", where={"a": value})


def test_an_event_that_does_not_exist_is_told() -> None:
    assert "is no event" in wrong(ExpectationSettings, event="tool.cal")
    assert "is no event" in wrong(ExpectationSettings, event="error", after="begin")
    assert ExpectationSettings.model_validate({"event": "error", "after": "start"}).after == "start"


def test_waits_are_short_or_long() -> None:
    def wait(value: Any) -> WaitSettings | None:
        return StepSettings.model_validate({"wait": value}).wait

    assert wait("turn_done") == WaitSettings(until="turn_done")
    assert wait({"event": "tool.call"}) == WaitSettings(until="event", event="tool.call")
    quiet = wait({"until": "quiet", "for": "2s"})
    assert quiet is not None
    assert (quiet.lasting, quiet.budget) == (2000.0, 15_000.0)


@pytest.mark.parametrize("step", [{}, {"play": "hello", "say": "hello"}, {"wait": "turn_done", "pause": "1s"}])
def test_a_step_is_one_thing(step: dict[str, Any]) -> None:
    assert "is no single step" in wrong(StepSettings, **step)


def test_a_case_that_claims_nothing_is_told() -> None:
    assert "claims nothing" in wrong(CaseSettings, name="x", caller=[{"play": "hello"}])
    assert CaseSettings.model_validate({"name": "x", "caller": [{"play": "hello"}], "close": [1000]}).close == [1000]


@pytest.mark.parametrize("more", [{"caller": []}, {"name": ""}, {"nevr": []}, {"linger": 3}])
def test_what_is_empty_misspelt_or_without_unit_is_told(more: dict[str, Any]) -> None:
    assert wrong(CaseSettings, **{"name": "x", "caller": [{"play": "hello"}], "never": ["error"], **more})


EVENT = {"event": "tool.call"}


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ({}, "is no single expectation"),
        ({"event": "error", "any_of": [EVENT]}, "is no single expectation"),
        ({"any_of": []}, "at least 1"),
        ({"any_of": [EVENT], "within": "1s"}, "has `within` beside `any_of`"),
        ({"unordered": [EVENT], "times": 2}, "has `times` beside `unordered`"),
        ({"unordered": [EVENT] * 51}, "at most 50"),
        ({"event": "error", "ignoring": ["mark"]}, "has `ignoring` beside `event`"),
        ({"strict": [EVENT], "ignoring": ["tool.call"]}, "waits for tool.call and ignores it"),
        ({"same": "call_id"}, "says what is the same, and not of which events"),
        ({"same": "", "of": [EVENT]}, "at least 1"),
        ({"strict": [EVENT], "of": [EVENT]}, "has `of` beside `strict`"),
        ({"event": "error", "times": -1}, "greater than or equal to 0"),
        ({"event": "error", "times": {}}, "bounds nothing"),
        ({"event": "error", "times": {"at_least": 3, "at_most": 2}}, "is more at least than at most"),
    ],
)
def test_an_expectation_that_makes_no_sense_is_told(value: dict[str, Any], told: str) -> None:
    assert told in wrong(ExpectationSettings, **value)


@pytest.mark.parametrize("name", ["session.closed", "mark", "metadata", "input_audio.accepted"])
def test_what_may_come_at_any_time_ends_nothing(name: str) -> None:
    told = wrong(CaseSettings, name="x", caller=[{"play": "hello"}], ends_with=["response.done", name])
    assert "may come at any time, and ends nothing" in told


def test_an_invariant_that_does_not_exist_is_told() -> None:
    told = wrong(CaseSettings, name="x", caller=[{"play": "hello"}], close=[1000], invariants={"final-maker": True})
    assert "has the unknown invariant 'final-maker'" in told
