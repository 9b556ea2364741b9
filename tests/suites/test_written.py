"""A case of the user's own: every step, every claim, every mistake at its place."""

from typing import Any

import pytest

from gate.checks.events.counting import Times
from gate.checks.events.in_order import Expectation, Group
from gate.checks.events.never import Bound, EventNever
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
        ("started-before-audio", 0), ("transcript-before-answer", 0), ("final-marker", 0), ("nothing-after-close", 0),
        ("session-id", 0), ("close-code", 0), ("protocol", 0),
        ("script", 0), ("stalls", 0), ("level", 0), ("voiced", 0), ("clipping", 0),
        ("dropouts", 0), ("whole-words", 0), ("chunk-order", 0), ("mocks", 0),
    ]  # fmt: skip
    where = (("name", Matcher("exact", "look")), ("arguments.day", Matcher("regex", "^T")),
             ("arguments.day", Matcher("contains", "u")))  # fmt: skip
    assert params(one, "events").expectations == (
        Expectation("tool.call", where), Expectation("output_audio.delta", (), 800.0, "tool.result"),
    )  # fmt: skip
    counted = [claim.params["times"] for claim in one.claims if claim.check == "count"]
    assert counted == [{"at_least": 1, "at_most": 1}, {"at_least": 0, "at_most": 0}]
    assert [str(claim.place) for claim in one.claims[2:14]] == [
        "cases/0/expect:1:1", "cases/0/expect/0:1:1", "cases/0/expect/2:1:1", "cases/0/never/0:1:1",
        "cases/0/never/1:1:1", *["cases/0:1:1"] * 5, "cases/0/close:1:1", "cases/0/caller:1:1",
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


def test_groups_are_expanded_with_all_that_they_say() -> None:
    expect = [
        {"any_of": [{"event": "tool.call"}, {"event": "error", "where": {"code": "x"}}]},
        {"unordered": [{"event": "tool.call", "within": "2s", "after": "start"}]},
        {"strict": [{"event": "tool.call"}, {"event": "output_audio.delta"}]},
        {"strict": [{"event": "tool.call"}], "ignoring": ["error"]},
        {"same": "call_id", "of": [{"event": "tool.call"}, {"event": "tool.result"}]},
    ]
    (one,) = expand(brief("tools"), case(expect=expect))
    call = Expectation("tool.call")
    pieces = ("caller.speech_end", "caller.speech_start", "mark", "metadata", "output_transcript.delta",
              "transcript.delta")  # fmt: skip
    assert params(one, "events").expectations == (
        Group("any_of", (call, Expectation("error", (("code", Matcher("exact", "x")),)))),
        Group("unordered", (Expectation("tool.call", (), 2000.0, "start"),)),
        Group("strict", (call, Expectation("output_audio.delta")), pieces),
        Group("strict", (call,), ("caller.speech_end", "caller.speech_start", "error")),
        Group("same", (call, Expectation("tool.result")), (), "call_id"),
    )


@pytest.mark.parametrize(
    ("times", "expected", "counted"),
    [
        (0, False, Times(0, 0)), (2, True, Times(2, 2)), ({"at_least": 2}, True, Times(2)),
        ({"at_most": 3}, True, Times(1, 3)), ({"at_most": 0}, False, Times(0, 0)),
        ({"at_least": 0, "at_most": 3}, False, Times(0, 3)), ({"at_least": 1, "at_most": 3}, True, Times(1, 3)),
    ],
)  # fmt: skip
def test_what_is_counted_is_expected_too_unless_it_need_not_come(times: Any, expected: bool, counted: Times) -> None:
    (one,) = expand(brief("tools"), case(expect=[{"event": "tool.call", "times": times}]))
    assert params(one, "count").times == counted
    assert ("events" in dict(claims(one))) is expected


def test_a_never_may_have_bounds() -> None:
    never = {"event": "error", "before": {"event": "tool.call", "where": {"name": "x"}}, "after": "tool.result"}
    (one,) = expand(brief("tools"), case(never=[never]))
    before = Bound("tool.call", (("name", Matcher("exact", "x")),))
    assert params(one, "never") == EventNever("error", (), before, Bound("tool.result"))


def test_how_the_agent_is_to_leave_off() -> None:
    (one,) = expand(brief("tools"), case(ends_with=["response.done"]))
    assert params(one, "ends-with").events == ("response.done",)


def test_invariants_are_switched_for_a_case() -> None:
    switches = {"final-marker": False, "call-ids": True, "response-ids": True}
    told = brief("tools", invariants={"response-ids": False, "session-id": False})
    (one,) = expand(told, case(never=["error"], invariants=switches))
    named = {"started-before-audio", "transcript-before-answer", "final-marker", "session-id", "nothing-after-close",
             "call-ids", "response-ids", "result-before-answer"}  # fmt: skip
    assert [name for name, _ in claims(one) if name in named] == [
        "started-before-audio", "transcript-before-answer", "nothing-after-close", "call-ids", "response-ids",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("dialect", "more", "told"),
    [
        ("template", {"invariants": {"call-ids": True}},
         "cases/0/invariants/call-ids:1:1: the dialect template does not show tool.call, without which call-ids"),
        ("template", {"expect": [{"any_of": [{"event": "tool.call"}]}]},
         "cases/0/expect/0/any_of/0:1:1: the dialect template does not show the event tool.call"),
        ("canonical", {"expect": [{"same": "call_id", "of": [{"event": "tool.call", "where": {"nam": 1}}]}]},
         "cases/0/expect/0/of/0/where/nam:1:1: tool.call has no field 'nam'"),
        ("template", {"never": [{"event": "error", "before": "tool.call"}]},
         "cases/0/never/0/before:1:1: the dialect template does not show the event tool.call"),
        ("canonical", {"never": [{"event": "error", "after": {"event": "error", "where": {"cod": 1}}}]},
         "cases/0/never/0/after/where/cod:1:1: error has no field 'cod'"),
        ("template", {"ends_with": ["response.done"]},
         "cases/0/ends_with/0:1:1: the dialect template does not show the event response.done"),
        ("raw-pcm", {"invariants": {"final-marker": True}},
         "cases/0/invariants/final-marker:1:1: the dialect raw-pcm does not show output_audio.done or response.done,"),
    ],
)  # fmt: skip
def test_what_cannot_be_judged_is_a_mistake_at_its_place(dialect: str, more: dict[str, Any], told: str) -> None:
    asked = brief("tools", dialect, options={"events": EVENTS} if dialect == "template" else {})
    expand(asked, case(**{"close": [1000], **more}))
    assert [str(mistake)[: len(told)] for mistake in asked.mistakes] == [told]


def test_what_is_switched_off_need_not_be_shown() -> None:
    asked = brief("tools", "raw-pcm", options={})
    expand(asked, case(close=[1000], invariants={"final-marker": False, "response-ids": False}))
    assert asked.mistakes == []
