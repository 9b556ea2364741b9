"""The network of a suite and of a case: what it becomes, and what is no network."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from gate.core.plan import Leave, Pause
from gate.core.weather import Break, Stall, Weather
from gate.fixtures.library import Library, home
from gate.manifest import read_plan
from gate.suites.network import CaseNetworkSettings, NetworkSettings
from tests.suites.briefs import brief, case, claims, expand, steps
from tests.suites.test_plan_time_rules import told


@pytest.mark.parametrize(
    ("given", "weather"),
    [
        ({"latency": "50ms", "jitter": "20ms", "seed": 7}, Weather(50, 20, seed=7)),
        ({"bandwidth": "64kbps"}, Weather(bandwidth_bps=64_000)),
        ({"bandwidth": "1.5mbps", "slices": 16}, Weather(bandwidth_bps=1_500_000, slice_bytes=16)),
        ({"slow_close": "2s"}, Weather(slow_close_ms=2_000)),
        ({"stall": {"after": "2s", "for": "500ms"}}, Weather(stall=Stall(2_000, 500))),
        ({"stall": {"after": "0s", "toward": "agent"}}, Weather(stall=Stall(0, None, ("to_agent",)))),
        ({"reset": {"after": "1s"}}, Weather(breaks=Break("reset", 1_000))),
        ({"half_open": {"after": "1s"}, "latency": "5ms"}, Weather(5, breaks=Break("dead", 1_000))),
    ],
)
def test_it_becomes_a_weather(given: dict[str, Any], weather: Weather) -> None:
    assert CaseNetworkSettings.model_validate(given).weather == weather


def test_a_line_is_not_lost_for_a_whole_suite() -> None:
    with pytest.raises(ValidationError):
        NetworkSettings.model_validate({"reset": {"after": "1s"}})


def test_a_case_is_one_call_over_its_network() -> None:
    (one,) = expand(brief("tools"), case(network={"latency": "50ms"}, never=["error"]))
    assert [call.weather for call in one.calls] == [Weather(50)]
    (fair,) = expand(brief("tools"), case())
    assert fair.claims == one.claims


def test_behind_a_line_that_breaks_the_case_is_made_again() -> None:
    broken = case(network={"latency": "50ms", "half_open": {"after": "2s"}}, never=["error"])
    ((one,), (fair,)) = expand(brief("tools"), broken), expand(brief("tools"), case())
    assert [call.weather for call in one.calls] == [Weather(50, breaks=Break("dead", 2_000)), Weather(50)]
    assert (steps(one), steps(one, 1)) == (["play", "pause"], ["play"])
    assert one.calls[0].steps[-1] == Pause(2_000)
    (alone,) = expand(brief("tools"), case(network={"reset": {"after": "2s"}}, never=["error"]))
    assert [call.weather for call in alone.calls] == [Weather(breaks=Break("reset", 2_000)), Weather()]
    assert claims(one)[:3] == [("script", 0), ("ready", 1), ("configured", 1)]
    assert {call for _, call in claims(one)[1:]} == {1}
    assert sorted(check for check, call in claims(one) if call == 1) == sorted(check for check, _ in claims(fair))
    assert [claim.layer for claim in one.claims[:3]] == [None, "close", "close"]


@pytest.mark.parametrize("how", ["reset", "dead"])
def test_a_caller_may_lose_its_line_by_itself(how: Any) -> None:
    (one,) = expand(brief("tools"), case(caller=[{"play": "hello"}, {"hang_up": how}]))
    assert one.calls[0].steps[-1] == Leave(None, loss=how)
    assert one.calls[0].weather == Weather()


SUITES = """\
version: 1
target: {url: "ws://127.0.0.1:9/", dialect: canonical}
suites:
  smoke: {network: {latency: 50ms}}
  handshake:
  reconnect:
    network: {latency: 20ms}
    cases:
      - {name: mine, caller: [play: hello], never: [error], network: {jitter: 5ms, reset: {after: 1s}}}
"""


def test_the_network_of_a_suite_is_that_of_all_its_calls_but_of_those_with_their_own(tmp_path: Path) -> None:
    path = tmp_path / "m.yaml"
    path.write_text(SUITES)
    plan, _ = read_plan(path, {}, Library(home() / "audio", tmp_path))
    weathers = {(one.suite, one.name == "mine", call.weather) for one in plan.cases for call in one.calls}
    assert weathers == {
        ("smoke", False, Weather(50)), ("handshake", False, None), ("reconnect", False, Weather(20)),
        ("reconnect", True, Weather(0, 5)), ("reconnect", True, Weather(0, 5, breaks=Break("reset", 1_000))),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("network", "said"),
    [
        ("{}", "does nothing"),
        ("{seed: 3}", "does nothing"),
        ("{latency: 50}", "has no unit"),
        ("{latency: 20s}", "has a latency in which nobody can speak, expected at most 5s"),
        ("{bandwidth: 64}", "is no bandwidth"),
        ("{bandwidth: 0kbps}", "is no bandwidth"),
        ("{bandwidth: 64kb}", "such as 64kbps or 1.5mbps"),
        ("{slices: 0}", "at least 1"),
        ("{latncy: 5ms}", "did you mean 'latency'?"),
        ("{stall: {for: 2s}}", "lacks the key 'after'"),
        ("{stall: {after: 2s, toward: both}}", "toward"),
        ("{stall: {after: 2s, for: 0s}}", "more than nothing"),
        ("{reset: {after: 1s}, half_open: {after: 2s}}", "breaks the line in two ways"),
    ],
)
def test_what_is_no_network_is_told(network: str, said: str, tmp_path: Path) -> None:
    told_ = told(tmp_path, claims=f"never: [error]\n        network: {network}")
    assert said in told_
    assert "m.yaml:" in told_
