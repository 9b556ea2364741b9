"""A case of the user's own: every step, every claim, every mistake at its place."""

from typing import Any

import pytest

from gate.checks.events import Expectation
from gate.core.matchers import Matcher
from gate.core.plan import Leave, Pause, Play, Wait, Write
from tests.suites.briefs import EVENTS, LOOKUP, brief, case, claims, expand, params


def test_every_step_is_expanded() -> None:
    caller: list[dict[str, Any]] = [
        {"play": "hello"}, {"say": "Yes, Thursday please!"}, {"pause": "1.5s"}, {"wait": "turn_done"},
        {"wait": {"until": "audible", "for": "700ms", "budget": "20s"}}, {"wait": {"event": "tool.call"}},
        {"type": "hi"}, {"hang_up": "cut"},
    ]  # fmt: skip
    (one,) = expand(brief("tools"), case(caller=caller))
    assert one.calls[0].steps == (
        Play("hello"), Play("yes-thursday"), Pause(1500.0), Wait("turn_done", 15_000.0),
        Wait("audible", 20_000.0, ms=700.0), Wait("event", 15_000.0, "tool.call"), Write("hi"), Leave(None),
    )  # fmt: skip


def test_every_claim_is_expanded_at_its_place() -> None:
    expect = [
        {
            "event": "tool.call",
            "where": {"name": "look", "arguments.day": {"regex": "^T", "contains": "u"}},
            "times": 1,
        },
        {"event": "output_audio.delta", "within": "800ms", "after": "tool.result"},
        {"event": "metadata", "times": 0},
    ]
    never = ["error", {"event": "tool.call", "where": {"name": "write"}}]
    (one,) = expand(brief("tools", tools=LOOKUP), case(expect=expect, never=never, close=[1000]))
    assert claims(one) == [
        ("ready", 0), ("configured", 0), ("events", 0), ("count", 0), ("count", 0), ("never", 0), ("never", 0),
        ("close-code", 0), ("protocol", 0), ("script", 0), ("stalls", 0), ("level", 0), ("voiced", 0), ("clipping", 0),
        ("dropouts", 0), ("whole-words", 0), ("chunk-order", 0), ("mocks", 0),
    ]  # fmt: skip
    where = (("name", Matcher("exact", "look")), ("arguments.day", Matcher("regex", "^T")),
             ("arguments.day", Matcher("contains", "u")))  # fmt: skip
    assert params(one, "events").expectations == (
        Expectation("tool.call", where), Expectation("output_audio.delta", (), 800.0, "tool.result"),
    )  # fmt: skip
    assert [claim.params["times"] for claim in one.claims if claim.check == "count"] == [1, 0]
    assert [str(claim.place) for claim in one.claims[2:9]] == [
        "cases/0/expect:1:1", "cases/0/expect/0:1:1", "cases/0/expect/2:1:1", "cases/0/never/0:1:1",
        "cases/0/never/1:1:1", "cases/0/close:1:1", "cases/0/caller:1:1",
    ]  # fmt: skip


def test_mocks_are_judged_only_where_the_gate_answers_tools() -> None:
    assert "mocks" not in dict(claims(expand(brief("tools"), case())[0]))
    assert "mocks" in dict(claims(expand(brief("tools", tools=LOOKUP), case())[0]))


def test_a_case_that_does_not_block_has_no_claim_that_does() -> None:
    (one,) = expand(brief("tools"), case(never=["error"], blocks=False))
    assert not any(claim.blocks for claim in one.claims)


def test_tags_and_linger_are_the_users() -> None:
    (one,) = expand(brief("tools"), case(never=["error"], tags=["slow"], linger="1s"))
    assert (one.tags, one.calls[0].budgets.linger_ms) == (("slow",), 1000.0)
    (other,) = expand(brief("tools"), case())
    assert other.calls[0].budgets.linger_ms == 3000.0


MISTAKES = [
    ("canonical", {"caller": [{"play": "helo"}]}, "cases/0/caller/0/play:1:1: there is no clip 'helo'"),
    ("canonical", {"caller": [{"say": "good evening"}]}, "cases/0/caller/0/say:1:1: no clip says 'good evening'"),
    ("template", {"caller": [{"type": "hi"}]}, "cases/0/caller/0/type:1:1: the dialect template has no message"),
    ("template", {"caller": [{"wait": {"event": "metadata"}}]},
     "cases/0/caller/0/wait:1:1: the dialect template does not show the event metadata"),
    ("template", {"expect": [{"event": "tool.call"}]},
     "cases/0/expect/0:1:1: the dialect template does not show the event tool.call"),
    ("template", {"never": ["response.cancelled"]}, "cases/0/never/0:1:1: the dialect template does not show"),
    ("template", {"never": [{"event": "tool.result"}]}, "cases/0/never/0:1:1: the dialect template does not show"),
]  # fmt: skip


@pytest.mark.parametrize(("dialect", "wrong", "told"), MISTAKES)
def test_a_mistake_stands_at_its_place(dialect: str, wrong: dict[str, Any], told: str) -> None:
    asked = brief("tools", dialect)
    expand(asked, case(**{"never": ["error"], **wrong}))
    assert [str(mistake)[: len(told)] for mistake in asked.mistakes] == [told]


def test_answers_that_the_gate_gives_are_seen_though_the_dialect_shows_none() -> None:
    options = {"events": EVENTS, "send": {"tool_result": {"id": "{{call_id}}", "result": "{{result}}"}}}
    asked = brief("tools", "template", options=options)
    expand(asked, case(expect=[{"event": "tool.result"}], never=["error"]))
    assert asked.mistakes == []
