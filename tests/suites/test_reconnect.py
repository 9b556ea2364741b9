"""The reconnect suite: how calls end, and that the next one works."""

from gate.core.findings import Layer
from gate.core.plan import Leave
from gate.core.probing import Look, Probe
from gate.core.weather import Weather
from tests.suites.briefs import HERE, brief, case, claims, expand, params, steps


def test_a_bare_suite_closes_leaves_and_cuts() -> None:
    normal, left, cut, reset, dead, pinged, _ = expand(brief("reconnect"))
    assert claims(normal) == [("ready", 0), ("configured", 0), ("close-code", 0), ("ready", 1), ("configured", 1)]
    assert params(normal, "close-code").codes == (1000, 1001, 1005)
    both = [("ready", 0), ("configured", 0), ("answered", 0), ("script", 0)]
    assert claims(left) == claims(cut) == claims(reset) == claims(dead) == both + [(check, 1) for check, _ in both]
    assert steps(left) == ["wait", "play", "wait", "leave"]
    assert (left.calls[0].steps[-1], cut.calls[0].steps[-1]) == (Leave(1000), Leave(None))
    assert [one.calls[0].steps[-1] for one in (reset, dead)] == [Leave(None, loss="reset"), Leave(None, loss="dead")]
    assert [one.calls[0].weather for one in (cut, reset, dead)] == [None, Weather(), Weather()]
    assert {call.weather for one in (reset, dead) for call in one.calls[1:]} == {None}
    assert claims(pinged) == [("ready", 0), ("configured", 0), ("pong", 0)]
    assert steps(pinged) == ["ping", "wait", "leave"]
    assert steps(left, 1) == ["wait", "play", "wait"]


def test_what_fails_in_the_next_call_only_is_about_the_close() -> None:
    for one in (one for one in expand(brief("reconnect")) if len(one.calls) > 1):
        assert {claim.layer for claim in one.claims if claim.call == 1} == {Layer.CLOSE.value}
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
    *driven, skipped = expand(brief("reconnect"))
    assert skipped.skip == "not proven: only the agent's backend can show it; declare a probe"
    assert (skipped.calls, skipped.claims) == ((), ())
    assert not any(one.skip or one.probe for one in driven)


def test_over_a_wire_of_text_the_caller_types_and_leaves() -> None:
    *_, left, _ = expand(brief("reconnect", "retell", probe=PROBE))
    assert steps(left) == ["wait", "write", "leave"]
