"""The reconnect suite: how calls end, that the next one works, and what it knows of the one before."""

from typing import Any

import pytest
from pydantic import ValidationError

from gate.core.findings import Layer
from gate.core.matchers import Matcher
from gate.core.plan import Case, Lane, Leave, Pause, Start, Wait
from gate.core.probing import Look, Probe
from gate.core.tooling import Sandbox, ToolPlan
from gate.core.weather import Weather
from gate.suites import reconnect, resuming
from gate.suites.brief import Brief
from tests.suites.briefs import HERE, brief, case, claims, expand, params, steps

MEMORY = {
    "tell": [{"play": "reschedule"}, {"wait": "turn_done"}],
    "ask": [{"play": "yes-thursday"}, {"wait": "turn_done"}],
    "known": "now on Thursday",
}
WRITE = [{"play": "reschedule"}, {"wait": "turn_done"}, {"play": "yes-thursday"}]
WRITES = ToolPlan("all", writes=("move",))
ANSWERED = ["ready", "configured", "answered", "script"]


def named(told: Brief, settings: dict[str, Any] | None = None) -> dict[str, Case]:
    return {one.name: one for one in expand(told, settings)}


def started(dialect: str = "canonical", **more: Any) -> Brief:
    return brief("reconnect", dialect, start=Start(("bot",), port=8765), **more)


def asked(checks: list[str], call: int) -> list[tuple[str, int]]:
    return [(check, call) for check in checks]


def test_a_normal_close_is_answered_and_the_next_call_is_ready() -> None:
    normal = expand(brief("reconnect"))[0]
    assert claims(normal) == [("ready", 0), ("configured", 0), ("close-code", 0), ("ready", 1), ("configured", 1)]
    assert params(normal, "close-code").codes == (1000, 1001, 1005)


def test_a_call_is_left_in_mid_answer_in_five_ways() -> None:
    left, cut, reset, dead, error = ways = expand(brief("reconnect"))[1:6]
    assert all(claims(one) == [*asked(ANSWERED, 0), *asked(ANSWERED, 1)] for one in ways)
    assert steps(left) == ["wait", "play", "wait", "leave"]
    assert [one.calls[0].steps[-1] for one in (left, cut, error)] == [Leave(1000), Leave(None), Leave(1011)]
    assert [one.calls[0].steps[-1] for one in (reset, dead)] == [Leave(None, loss="reset"), Leave(None, loss="dead")]
    assert [one.calls[0].weather for one in ways] == [None, None, Weather(), Weather(), None]
    assert {call.weather for one in ways for call in one.calls[1:]} == {None}
    assert steps(left, 1) == ["wait", "play", "wait", "leave"]


def test_a_ping_is_sent_and_waited_for() -> None:
    pinged = named(brief("reconnect"))["a ping is answered"]
    assert claims(pinged) == [("ready", 0), ("configured", 0), ("pong", 0)]
    assert steps(pinged) == ["ping", "wait", "leave"]


def test_ten_callers_come_and_go_between_two_that_are_answered() -> None:
    quick = named(brief("reconnect"))["callers who hang up at once are followed by the next"]
    assert [call.steps for call in quick.calls[1:-1]] == [(Leave(),)] * 10
    hurried = [("ready", number) for number in range(1, 11)]
    assert claims(quick) == [*asked(ANSWERED, 0), *hurried, *asked(ANSWERED, 11)]
    limits = [claim.params["may_limit"] for claim in quick.claims if claim.check == "ready"]
    assert limits == [False, *[True] * 11]


def test_a_caller_leaves_before_it_is_ready_and_nothing_is_asked_of_that() -> None:
    early = named(brief("reconnect"))["a caller who leaves before it is ready is followed by the next"]
    assert [call.early for call in early.calls] == [None, Leave(1001), None]
    assert claims(early) == [*asked(ANSWERED, 0), *asked(ANSWERED, 2)]


def test_a_silent_caller_waits_for_as_long_as_the_manifest_says() -> None:
    idle = named(brief("reconnect"))["a silent caller is kept, or told why not"]
    assert idle.calls[0].steps[1:] == (Pause(10_000.0), Leave())
    assert (params(idle, "idle").ms, params(idle, "idle").codes) == (10_000.0, ())
    mine = named(brief("reconnect"), {"idle": "2s", "idle_codes": [4408]})["a silent caller is kept, or told why not"]
    assert (params(mine, "idle").ms, params(mine, "idle").codes) == (2_000.0, (4408,))
    assert mine.calls[0].steps[1] == Pause(2_000.0)


def test_a_restart_is_alone_and_only_where_the_gate_starts_the_agent() -> None:
    name = "after a restart of the agent the next call works"
    again = named(started())[name]
    assert again.lane is Lane.ALONE
    assert steps(again)[-2:] == ["restart", "wait"]
    assert [claim.check for claim in again.claims if not claim.blocks] == ["close-code"]
    assert claims(again)[5:] == [("restarted", 0), *asked(ANSWERED, 1)]
    assert "does not start the agent" in (named(brief("reconnect"))[name].skip or "")
    assert "nothing says when" in (named(brief("reconnect", start=Start(("bot",))))[name].skip or "")
    assert name not in named(started(), {"restart": False})


def test_what_fails_in_the_next_call_only_is_about_the_close() -> None:
    for one in expand(started()):
        last = len(one.calls) - 1
        behind = {claim.layer for claim in one.claims if claim.call == last}
        if last > 0:
            assert Layer.CLOSE.value in behind
            assert {claim.layer for claim in one.claims if claim.call == 0} == {None}


def test_close_codes_and_own_cases_are_the_users() -> None:
    cases = expand(brief("reconnect"), {"close_codes": [1001], **case(name="mine")})
    assert params(cases[0], "close-code").codes == (1001,)
    assert cases[-1].name == "mine"


PROBE = Probe(Look("https://bot/sessions", ids="sessions"), HERE, 8_000.0)


def test_with_a_probe_every_way_to_end_a_session_is_looked_behind() -> None:
    closed, left, cut = expand(brief("reconnect", probe=PROBE))[-3:]
    asked = [("ready", 0), ("configured", 0), ("script", 0), ("session-gone", 0)]
    assert claims(closed) == claims(left) == claims(cut) == asked
    assert {one.probe for one in (closed, left, cut)} == {PROBE}
    assert params(closed, "session-gone").within_ms == 8_000.0
    assert steps(closed) == ["pause", "leave"]
    assert steps(left) == steps(cut) == ["wait", "play", "wait", "leave"]
    assert [one.calls[0].steps[-1] for one in (closed, left, cut)] == [Leave(1000), Leave(1000), Leave(None)]


def test_without_a_probe_nothing_of_that_is_driven_and_it_is_said_once() -> None:
    *others, skipped = expand(brief("reconnect"))
    assert skipped.skip == "not proven: only the agent's backend can show it; declare a probe"
    assert (skipped.calls, skipped.claims) == ((), ())
    assert not any(one.probe for one in others)


def test_over_a_wire_of_text_the_caller_types_and_leaves() -> None:
    *_, left, _ = expand(brief("reconnect", "retell", probe=PROBE))
    assert steps(left) == ["wait", "write", "leave"]


# What one session knows of another


def test_what_is_not_declared_is_skipped_with_that_reason() -> None:
    skipped = {name: one.skip for name, one in named(started(tools=WRITES, probe=PROBE)).items() if one.skip}
    assert skipped == {
        resuming.GOES_ON: resuming.NOT_DECLARED,
        resuming.CLEAN: resuming.NOT_DECLARED,
        **dict.fromkeys(
            resuming.WRITE_NAMES.values(),
            "not declared: say under `write` what makes the agent call a tool of tools.writes",
        ),
    }
    assert [one.name for one in expand(started("openai-realtime", probe=PROBE)) if one.skip] == [resuming.CLEAN]


@pytest.mark.parametrize(
    ("dialect", "state", "expected"),
    [
        ("canonical", "survives", [(resuming.GOES_ON, "remembers", 0), (resuming.CLEAN, "forgets", None)]),
        ("canonical", "reset", [(resuming.STARTS_ANEW, "forgets", 0), (resuming.CLEAN, "forgets", None)]),
        ("openai-realtime", "survives", [(resuming.REMEMBERED, "remembers", None)]),
        ("openai-realtime", "reset", [(resuming.CLEAN, "forgets", None)]),
    ],
)
def test_what_becomes_of_a_conversation_is_as_declared(dialect: str, state: str, expected: list[Any]) -> None:
    cases = named(brief("reconnect", dialect), {"state": state, "memory": MEMORY})
    found = [(one.name, claim.check, one.calls[1].resumes) for one in cases.values() for claim in one.claims
             if claim.check in ("remembers", "forgets")]  # fmt: skip
    assert found == expected
    for name, check, resumes in expected:
        one = cases[name]
        assert (params(one, check).phrase, params(one, check).resumes) == (
            (Matcher("contains", "now on Thursday"),), resumes)  # fmt: skip
        assert steps(one) == ["wait", "play", "wait", "leave"]
        assert one.calls[0].steps[-1] == Leave(None)
        assert steps(one, 1) == ["wait", "play", "wait"]


def test_the_line_is_cut_before_and_behind_the_answer_to_a_write() -> None:
    cases = named(brief("reconnect", tools=WRITES), {"write": WRITE})
    before, behind = (cases[name] for name in resuming.WRITE_NAMES.values())
    assert before.calls[0].steps[-2:] == (Wait("tool_called", tools=("move",)), Leave(None))
    assert behind.calls[0].steps[-3:] == (Wait("tool_answered", tools=("move",)), Pause(500.0), Leave(None))
    for one in (before, behind):
        assert one.calls[1].resumes == 0
        assert ("writes-kept", 1) in claims(one)
    other = named(brief("reconnect", "openai-realtime", tools=WRITES), {"write": WRITE})
    assert {other[name].calls[1].resumes for name in resuming.WRITE_NAMES.values()} == {None}


def test_a_write_that_the_caller_cannot_see_is_skipped() -> None:
    sandboxed = ToolPlan("all", writes=("move",), sandbox=Sandbox(HERE))
    for told, why in (
        (brief("reconnect", tools=sandboxed), "its backend calls the tools by itself"),
        (brief("reconnect", "twilio-media-streams", tools=WRITES), "does not show tool calls"),
    ):
        cases = named(told, {"write": WRITE})
        assert all(why in (cases[name].skip or "") for name in resuming.WRITE_NAMES.values())


def test_a_write_where_no_tool_writes_is_a_mistake() -> None:
    told = brief("reconnect")
    assert not resuming.WRITE_NAMES.values() & named(told, {"write": WRITE}).keys()
    (mistake,) = told.mistakes
    assert mistake.place.file == "write"
    assert "no tool is known to write" in mistake.what
    assert mistake.hint == "name it under tools.writes"


@pytest.mark.parametrize(
    ("settings", "what"),
    [
        ({"state": "survives"}, "has `state` without `memory`"),
        ({"memory": MEMORY}, "has `memory` without `state`"),
        ({"state": "kept", "memory": MEMORY}, "'survives' or 'reset'"),
        ({"write": [*WRITE, {"wait": "turn_done"}]}, "ends with a wait"),
        ({"write": []}, "at least 1 item"),
        ({"state": "reset", "memory": MEMORY | {"tell": [{"hang_up": "cut"}]}}, "ends the call"),
        ({"state": "reset", "memory": MEMORY | {"ask": [{"pause": "1s"}]}}, "says nothing"),
        ({"state": "reset", "memory": MEMORY | {"known": " "}}, "is empty"),
        ({"idle": "0s"}, "is out of bounds"),
        ({"idle": 10}, "has no unit"),
    ],
)
def test_settings_that_make_no_sense_are_told(settings: dict[str, Any], what: str) -> None:
    with pytest.raises(ValidationError, match=what):
        reconnect.Settings.model_validate(settings)
