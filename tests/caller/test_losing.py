"""A caller whose line is lost, and one that pings."""

from dataclasses import replace

import pytest

from gate.caller.caller import Caller
from gate.caller.outs import Decision, Doing, Pinging
from gate.core import acts
from gate.core.ends import CallEnd
from gate.core.plan import Budgets, Call, Dial, Leave, Pause, Ping, Play, Wait
from gate.core.signals import Configured, Ponged, Ready
from gate.core.tooling import ToolPlan
from gate.core.weather import Break, Loss, Weather
from gate.tools.desk import Desk
from tests.caller.desk import CAN, MS, VOICE

CALL = Call("call", Dial("ws://x"), {}, (Play("hi"), Pause(5_000)), Budgets())


def caller(call: Call) -> Caller:
    made = Caller(call, VOICE, CAN, Desk(ToolPlan()))
    made.opened(0)
    return made


def talking(call: Call) -> Caller:
    made = caller(call)
    made.hear(Ready("s"), 0)
    made.act(0)
    made.hear(Configured({}), 0)
    made.act(0)
    return made


@pytest.mark.parametrize("how", ["reset", "dead"])
def test_the_line_is_lost_when_the_network_has_it(how: Loss) -> None:
    one = talking(replace(CALL, network=Weather(breaks=Break(how, 1_000))))
    while one.end is None:
        now_ns = one.wake_ns
        out = one.act(now_ns)
    assert now_ns == 1_000 * MS
    assert [item.act for item in out if isinstance(item, Doing)] == [acts.HangUp(None, loss=how)]
    assert one.end is CallEnd.FINISHED


def test_it_may_be_lost_before_anything_was_said() -> None:
    one = caller(replace(CALL, network=Weather(breaks=Break("reset", 5))))
    assert one.wake_ns == 5 * MS
    out = one.act(5 * MS)
    assert [item.data["code"] for item in out if isinstance(item, Decision)] == [None]
    assert one.end is CallEnd.FINISHED


def test_a_caller_may_lose_it_by_a_step() -> None:
    one = caller(replace(CALL, steps=(Leave(None, loss="dead"),)))
    one.hear(Ready("s"), 0)
    one.act(0)
    one.hear(Configured({}), 0)
    assert Doing(acts.HangUp(None, loss="dead")) in one.act(0)


def test_a_ping_is_sent_once_and_waited_for() -> None:
    call = replace(CALL, steps=(Ping(), Wait("pong", 5_000), Leave()))
    one = caller(call)
    one.hear(Ready("s"), 0)
    one.act(0)
    one.hear(Configured({}), 0)
    assert sum(isinstance(item, Pinging) for item in one.act(0)) == 1
    assert not any(isinstance(item, Pinging) for item in one.act(20 * MS))
    assert one.end is None
    one.hear(Ponged(), 30 * MS)
    one.act(40 * MS)
    assert one.end is CallEnd.FINISHED


def test_a_ping_that_nobody_answers_ends_the_call() -> None:
    one = talking(replace(CALL, steps=(Ping(), Wait("pong", 5_000), Leave())))
    one.act(5_000 * MS)
    assert one.end is CallEnd.EXPIRED
