"""What a provider wants of its client beside talking: truncation, clears, marks, pings; when to go on after a tool."""

from dataclasses import replace

from gate.core import acts
from gate.core.ends import CallEnd
from gate.core.plan import Pause, Play, Wait
from gate.core.signals import (
    AudioOut,
    Cancelled,
    HungUp,
    Mark,
    Ping,
    ResponseStarted,
    SpeechStarted,
    ToolCall,
    ToolCancelled,
    Transcript,
    TurnDone,
)
from gate.core.tooling import ToolPlan
from tests.caller.desk import CAN, UNMARKED, Desk, mocked, tone

TALKS = (Play("hi"), Pause(20_000))
DUTIES = (acts.Truncate, acts.Cleared, acts.Pong, acts.Respond, acts.EchoMark)


def item(ms: float, response_id: str, item_id: str) -> AudioOut:
    return AudioOut(tone(ms), 16_000, response_id, item_id)


def desk(can: object = CAN, **more: object) -> Desk:
    return Desk(*TALKS, can=can, **more).talking()  # type: ignore[arg-type]


def duties(on: Desk) -> list[tuple[float, acts.Act]]:
    return [(ms, act) for ms, act, _ in on.did if isinstance(act, DUTIES)]


def test_what_was_heard_of_an_item_is_told_when_the_rest_is_thrown_away() -> None:
    on = desk().hear(item(2000, "r1", "i1"), 1000).hear(SpeechStarted(interrupts=True), 1700)
    assert duties(on) == [(1700, acts.Truncate("i1", 700.0))]


def test_of_two_items_the_one_that_plays_is_truncated_and_counted_from_its_own_start() -> None:
    on = desk().hear(item(1000, "r1", "i1"), 1000).hear(item(1000, "r1", "i2"), 1100)
    on.hear(SpeechStarted(interrupts=True), 2300)
    assert duties(on) == [(2300, acts.Truncate("i2", 300.0))]


def test_what_was_queued_behind_the_item_that_plays_was_not_heard_at_all() -> None:
    on = desk().hear(item(2000, "r1", "i1"), 1000).hear(item(2000, "r1", "i2"), 1100)
    on.hear(SpeechStarted(interrupts=True), 1500)
    assert duties(on) == [(1500, acts.Truncate("i1", 500.0)), (1500, acts.Truncate("i2", 0.0))]


def test_what_was_heard_to_its_end_is_not_truncated() -> None:
    on = desk().hear(item(500, "r1", "i1"), 1000).hear(SpeechStarted(interrupts=True), 1700)
    assert duties(on) == []


def test_speech_that_interrupts_nothing_by_the_protocol_throws_nothing_away() -> None:
    on = desk().hear(item(2000, "r1", "i1"), 1000).hear(SpeechStarted(), 1700)
    assert duties(on) == []


def test_a_cancel_behind_the_speech_that_caused_it_truncates_no_second_time() -> None:
    on = (
        desk().hear(item(2000, "r1", "i1"), 1000).hear(SpeechStarted(interrupts=True), 1700).hear(Cancelled("r1"), 1710)
    )
    assert duties(on) == [(1700, acts.Truncate("i1", 700.0)), (1710, acts.Cleared())]


def test_marks_that_were_thrown_away_are_echoed_at_once_or_never() -> None:
    def echoed(**more: bool) -> list[acts.Act]:
        can = replace(CAN, echoes_marks=True, **more)
        on = desk(can).hear(item(2000, "r1", "i1"), 1000).hear(Mark("m"), 1000).hear(Cancelled(), 1500)
        return on.to(4000).acts(acts.EchoMark)

    assert echoed() == [acts.EchoMark("m")]
    assert echoed(echoes_cleared=False) == []


def test_a_mark_that_was_played_before_the_clear_is_echoed_all_the_same() -> None:
    can = replace(CAN, echoes_marks=True, echoes_cleared=False)
    on = desk(can).hear(item(500, "r1", "i1"), 1000).hear(Mark("m"), 1000).to(1600).hear(Cancelled(), 1700)
    assert duties(on)[0] == (1500, acts.EchoMark("m"))


def test_a_ping_is_answered_at_once_with_its_own_token() -> None:
    assert duties(desk().hear(Ping("7"), 1000)) == [(1000, acts.Pong("7"))]


TOOLS = {"tools": mocked("look", respond=1)}


def calling(**more: object) -> Desk:
    return desk(**(TOOLS | more)).hear(ResponseStarted("r1"), 900).hear(ToolCall("c1", "look", {}), 1000)


def test_the_agent_is_told_to_go_on_when_the_response_that_called_is_over() -> None:
    on = calling().hear(ToolCall("c2", "look", {}), 2500)
    assert len(on.acts(acts.Answer)) == 2
    assert duties(on) == [], "the response is still open, however long it takes"
    on.hear(TurnDone("r1"), 2600)
    assert duties(on) == [(2600, acts.Respond())]
    assert duties(on.hear(TurnDone("r2"), 2900)) == [(2600, acts.Respond())], "once for these answers"


def test_the_end_of_another_response_is_not_the_one_that_is_waited_for() -> None:
    on = calling().hear(TurnDone("r0"), 1100)
    assert duties(on) == []
    assert duties(on.hear(TurnDone("r1"), 1200)) == [(1200, acts.Respond())]


def test_after_a_response_that_was_cut_off_nobody_asks_for_another() -> None:
    """The caller's own words bring the next one: to ask for it too would be one too many."""
    on = calling().hear(Cancelled("r1"), 1200).to(4000)
    assert len(on.acts(acts.Answer)) == 1
    assert duties(on) == [(1200, acts.Cleared())]
    on.hear(ResponseStarted("r2"), 4100).hear(ToolCall("c2", "look", {}), 4200).hear(TurnDone("r2"), 4300)
    assert duties(on)[1:] == [(4300, acts.Respond())]


def test_a_tool_that_the_provider_runs_is_nobodys_to_mock() -> None:
    on = desk(tools=ToolPlan("all", "fail")).hear(ToolCall("c1", "search", {}, ours=False), 1000).to(3000)
    assert on.acts(acts.Answer) == []
    assert on.noted("tool")[0]["reply"] == "theirs"


def test_an_answer_that_takes_longer_than_the_response_is_waited_for() -> None:
    on = calling(tools=mocked("look", respond=1, delay_ms=800.0))
    assert duties(on.hear(TurnDone("r1"), 1100)) == []
    assert [type(act) for _, act, due in on.to(1900).did if type(act) in (acts.Answer, acts.Respond)] == [
        acts.Answer, acts.Respond,
    ]  # fmt: skip
    assert duties(on)[0][0] == 1800


def test_a_protocol_without_ends_is_told_a_second_after_the_last_call() -> None:
    on = desk(UNMARKED, **TOOLS).hear(ToolCall("c1", "look", {}), 1000).to(2500)
    assert duties(on) == [(2000, acts.Respond())]


def test_an_answer_that_is_no_longer_wanted_is_not_given() -> None:
    on = desk(tools=mocked("look", respond=1, delay_ms=500.0)).hear(ToolCall("c1", "look", {}), 1000)
    on.hear(ToolCancelled("c1"), 1200).to(4000)
    assert on.acts(acts.Answer) == []
    assert duties(on) == []


def test_over_a_wire_of_text_an_answer_is_over_once_it_is_read() -> None:
    can = replace(CAN, speaks=False, shows=frozenset({"output_transcript.final", "response.done"}))
    on = Desk(Pause(100), Wait("turn_done", 9_000), can=can, linger_ms=0).talking()
    on.hear(Transcript("agent", "hello", True), 1000).hear(TurnDone(), 1001).to(1100)
    assert on.end is not None
    assert on.noted("wait.satisfied")[0]["by"] == "response.done"


def test_an_agent_that_ends_the_call_by_a_message_is_hung_up_on_in_good_order() -> None:
    on = Desk(Play("hi"), Wait("closed", 9_000)).talking().hear(HungUp(), 1500)
    assert (on.end, on.acts(acts.HangUp)) == (CallEnd.FINISHED, [acts.HangUp(1000)])


def test_an_agent_that_ends_the_call_in_mid_script_leaves_it_unfinished() -> None:
    on = Desk(Pause(5_000), Play("hi"), Wait("turn_done", 9_000)).talking().hear(HungUp(), 1500)
    assert (on.end, on.acts(acts.HangUp)) == (CallEnd.CLOSED, [acts.HangUp(1000)])
    assert on.hear(HungUp(), 1600).acts(acts.HangUp) == [acts.HangUp(1000)]
