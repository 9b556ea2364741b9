"""`calls:` of a case: the claims that it makes, and the mistakes that it may hold."""

# Texts that are compared whole stay on one line.
# ruff: noqa: E501

from typing import Any

import pytest

from gate.checks.events.counting import EventCount, Times
from gate.checks.events.never import EventNever
from gate.checks.events.wanted import Expectation
from gate.checks.tools.calls import CallAfterTurn, WantedCall
from gate.core.matchers import Matcher
from gate.core.places import Place
from gate.core.tooling import Idempotency, Sandbox, Schema, ToolPlan
from gate.suites.smoke import NO_AUDIO_FILE
from tests.suites.briefs import LOOKUP, brief, case, claims, expand, params

ASKED = [{"play": "hello"}, {"wait": "turn_done"}, {"play": "hello"}]
NAME = ("name", Matcher("exact", "look"))
DAY = Matcher("exact", "Monday")


def of(*calls: dict[str, Any], tools: ToolPlan = LOOKUP, **more: Any) -> Any:
    told = brief("tools", tools=tools)
    (one,) = expand(told, case(calls=list(calls), caller=ASKED, **more))
    assert told.mistakes == []
    return one


def test_calls_are_expected_in_order() -> None:
    one = of(
        {"tool": "look", "arguments": {"day": "Monday"}, "within": "2s"}, {"tool": "move", "times": {"at_most": 2}}
    )
    assert params(one, "events").expectations == (
        Expectation("tool.call", (NAME, ("arguments.day", DAY)), 2000.0, "caller.speech_end"),
        Expectation("tool.call", (("name", Matcher("exact", "move")),)),
    )
    assert params(one, "count") == EventCount("tool.call", (("name", Matcher("exact", "move")),), Times(1, 2))
    assert "calls" not in dict(claims(one))


def test_what_a_call_got_is_a_claim_over_all_of_them() -> None:
    one = of(
        {"tool": "look", "answer": "error", "error": {"contains": "busy"}}, {"tool": "look", "result": {"ok": True}}
    )
    assert params(one, "calls").wanted == (
        WantedCall("look", (), "error", (), (Matcher("contains", "busy"),)),
        WantedCall("look", (), None, (("ok", Matcher("exact", True)),)),
    )


def test_a_call_that_need_not_come_may_be_bound_to_a_turn() -> None:
    one = of({"tool": "look", "times": {"at_least": 0, "at_most": 1}, "after_turn": 2})
    assert {"count", "call-after-turn"} <= set(dict(claims(one)))
    assert "events" not in dict(claims(one))


def test_no_times_at_all_is_never() -> None:
    one = of({"tool": "look", "arguments": {"day": "Monday"}, "times": 0})
    assert params(one, "never") == EventNever("tool.call", (NAME, ("arguments.day", DAY)))
    assert not {"events", "count", "calls"} & set(dict(claims(one)))


def test_a_call_may_have_to_wait_for_a_turn() -> None:
    one = of({"tool": "look", "arguments": {"day": "Monday"}, "after_turn": 2})
    assert params(one, "call-after-turn") == CallAfterTurn("look", (("day", DAY),), 2)
    assert "events" in dict(claims(one))


SCHEMAS = (
    Schema("look", {"type": "object", "properties": {"day": {"type": "string"}}, "required": ["day"]}),
    Schema("move", {"type": "object"}),
)
KNOWN = ToolPlan("all", schemas=SCHEMAS, system=("end_call",))
HERE = "cases/0/calls/0"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"calls": [{"tool": "lok"}]},
         f"{HERE}/tool:1:1: this names the tool 'lok', which the schema of the tools lacks; did you mean 'look'?"),
        ({"calls": [{"tool": "look", "arguments": {"dya": 1}}]},
         f"{HERE}/arguments/dya:1:1: this names the argument 'dya', which the schema of look lacks; did you mean 'day'?"),
        ({"expect": [{"event": "tool.call", "where": {"name": "lok"}}]},
         "cases/0/expect/0/where/name:1:1: this names the tool 'lok', which the schema of the tools lacks; did you mean 'look'?"),
        ({"expect": [{"any_of": [{"event": "tool.call", "where": {"name": "look", "arguments.dya": 1}}]}]},
         "cases/0/expect/0/any_of/0/where/arguments.dya:1:1: this names the argument 'dya', which the schema of look lacks; did you mean 'day'?"),
        ({"never": [{"event": "error", "before": {"event": "tool.call", "where": {"name": "lok"}}}]},
         "cases/0/never/0/before/where/name:1:1: this names the tool 'lok', which the schema of the tools lacks; did you mean 'look'?"),
        ({"confirms": [{"tool": "lok", "says": "done"}]},
         "cases/0/confirms/0/tool:1:1: this names the tool 'lok', which the schema of the tools lacks; did you mean 'look'?"),
        ({"mocks": [{"tool": "lok", "respond": 1}], "never": ["error"]},
         "cases/0/mocks/0:1:1: a mock names the tool 'lok', which the schema of the tools lacks; did you mean 'look'?"),
        ({"mocks": [{"tool": "look", "respond": "{{arguments.dya}}"}], "never": ["error"]},
         "cases/0/mocks/0:1:1: a mock names the argument 'dya', which the schema of look lacks; did you mean 'day'?"),
        ({"mocks": [{"tool": "look", "respond": "{{day}}"}], "never": ["error"]},
         "cases/0/mocks/0:1:1: a mock of 'look' holds a malformed placeholder, found '{{day}}', expected {{arguments.PATH}}"),
        ({"mocks": [{"tool": "end_call", "respond": 1}], "never": ["error"]},
         "cases/0/mocks/0:1:1: a mock of 'end_call', which belongs to the platform and is never mocked; delete it: the platform answers"),
    ],
)  # fmt: skip
def test_what_nobody_knows_is_a_mistake(more: dict[str, Any], said: str) -> None:
    told = brief("tools", tools=KNOWN)
    expand(told, case(**more))
    assert [str(mistake) for mistake in told.mistakes] == [said]


def test_what_is_known_or_left_open_is_none() -> None:
    of({"tool": "look", "arguments": {"day": "Monday"}}, {"tool": "move", "arguments": {"anything": 1}},
       {"tool": "end_call"}, tools=KNOWN)  # fmt: skip
    of({"tool": "whatever", "arguments": {"day": 1}})


@pytest.mark.parametrize(
    "call",
    [
        {"tool": "look", "times": 0, "answer": "error"},
        {"tool": "look", "times": 0, "after_turn": 1},
        {"tool": "look", "times": {"at_least": 0}, "within": "1s"},
        {"tool": "look", "answer": "error", "result": {"ok": True}},
        {"tool": "look", "answer": "timeout", "error": "x"},
        {"tool": "look", "result": {"ok": True}, "error": "x"},
        {"tool": "look", "answer": "late"},
    ],
)
def test_a_contradiction_is_refused(call: dict[str, Any]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (pydantic's own, told in the manifest's words elsewhere)
        expand(brief("tools"), case(calls=[call], caller=ASKED))


def test_a_turn_that_never_comes_is_told_at_its_place() -> None:
    told = brief("tools")
    expand(told, case(calls=[{"tool": "look"}, {"tool": "look", "after_turn": 3}], caller=ASKED))
    (mistake,) = told.mistakes
    assert str(mistake).startswith("cases/0/calls/1/after_turn:")
    assert "calls[1].after_turn is a turn that never comes, found 3, expected at most" in str(mistake)


def test_a_path_that_says_arguments_twice_is_told() -> None:
    told = brief("tools")
    expand(told, case(calls=[{"tool": "look", "arguments": {"arguments.day": "Monday"}, "times": 0}]))
    (mistake,) = told.mistakes
    assert str(mistake).endswith("'arguments.day', and paths begin below the arguments here; write day")


def test_a_dialect_without_tools_has_no_calls_to_show() -> None:
    told = brief("tools", "template")
    expand(told, case(calls=[{"tool": "look"}]))
    assert "does not show the event tool.call" in str(told.mistakes[0])
    sandboxed = brief("tools", "template", tools=ToolPlan("all", sandbox=Sandbox(Place("m", 1, 1))))
    expand(sandboxed, case(calls=[{"tool": "look"}]))
    assert sandboxed.mistakes == []


def test_what_is_claimed_of_tools_in_every_case() -> None:
    def standing(tools: ToolPlan, **more: Any) -> set[str]:
        (one,) = expand(brief("tools", tools=tools), case(never=["error"], **more))
        kinds = {"mocks", "mocks-used", "arguments", "ids-known", "writes-once", "retry-key", "sandboxed"}
        return {claim.check for claim in one.claims} & kinds

    assert standing(ToolPlan()) == set()
    assert standing(KNOWN) == {"mocks", "arguments"}
    assert standing(ToolPlan(ids={"move": ("id",)})) == {"ids-known"}
    assert standing(ToolPlan(writes=("move",))) == {"writes-once"}
    keyed = ToolPlan(writes=("move",), idempotency=Idempotency("argument", "key"))
    assert standing(keyed) == {"writes-once", "retry-key"}
    assert standing(ToolPlan("all", sandbox=Sandbox(Place("m", 1, 1)))) == {"mocks", "sandboxed"}
    assert standing(ToolPlan(), mocks=[{"tool": "look", "respond": 1}]) == {"mocks", "mocks-used"}


def test_a_mock_that_is_not_used_blocks_nothing() -> None:
    (one,) = expand(brief("tools"), case(never=["error"], mocks=[{"tool": "look", "respond": 1}]))
    (idle,) = [claim for claim in one.claims if claim.check == "mocks-used"]
    assert (idle.blocks, params(one, "mocks-used").mocks) == (False, (("look", "cases/0/mocks/0:1:1"),))


@pytest.mark.parametrize(("dialect", "without"), [("canonical", {NO_AUDIO_FILE}), ("retell", set())])
def test_wherever_somebody_speaks_the_calls_fit_the_schema(dialect: str, without: set[str]) -> None:
    cases = [one for one in expand(brief("smoke", dialect, tools=KNOWN)) if one.skip is None]
    assert {one.name for one in cases if "arguments" not in dict(claims(one))} == without
    assert not any("arguments" in dict(claims(one)) for one in expand(brief("smoke", dialect)))
