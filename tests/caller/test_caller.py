"""The caller, with time moved by hand: deadlines, phases, waits, tools, and how a call ends."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gate.core import acts
from gate.core.ends import CallEnd
from gate.core.plan import Inject, Leave, Pause, Play, Wait, Write
from gate.core.signals import (
    AudioDone,
    Cancelled,
    Closed,
    Configured,
    Fault,
    Other,
    Ready,
    ResponseStarted,
    Signal,
    SpeechStarted,
    ToolCall,
    TurnDone,
)
from gate.core.tooling import ToolPlan
from tests.caller.desk import CAN, PLACE, UNMARKED, Desk, audio, mocked

CONFIGURES_FIRST = replace(CAN, configures_first=True)


# Deadlines


def test_frame_n_is_due_n_times_20_ms_after_talk_began() -> None:
    desk = Desk(Play("hi"), Pause(100)).talking(1000).to(1200)
    assert [due for _, _, due in desk.frames] == [1000 + 20 * n for n in range(11)]
    assert [ms for ms, _, _ in desk.frames] == [1000 + 20 * n for n in range(11)]


def test_a_clip_is_spoken_frame_by_frame_and_then_silence_is_sent() -> None:
    desk = Desk(Play("hi"), Pause(100)).talking().to(140)
    kinds = [type(act) for _, act, _ in desk.frames]
    assert kinds == [acts.Speak] * 5 + [acts.Hush] * 3
    assert b"".join(act.pcm for act in desk.acts(acts.Speak)) == b"\x01\x00" * 1600
    assert desk.acts(acts.Hush)[0] == acts.Hush(320)


def test_the_last_frame_of_a_clip_is_filled_up_with_silence() -> None:
    desk = Desk(Play("odd")).talking().to(60)
    assert [len(act.pcm) for act in desk.acts(acts.Speak)] == [640, 640]
    assert desk.acts(acts.Speak)[1] == acts.Speak(b"\x02\x00" * 180 + bytes(280))


def test_a_late_wake_owes_frames_each_with_its_own_deadline() -> None:
    desk = Desk(Play("hi")).talking().at(95)
    assert [(ms, due) for ms, _, due in desk.frames] == [(0, 0), (95, 20), (95, 40), (95, 60), (95, 80)]
    assert desk.caller.wake_ns == 100_000_000


def test_asking_twice_for_the_same_time_gives_nothing_the_second_time() -> None:
    desk = Desk(Play("hi")).talking().at(45)
    before = len(desk.did)
    assert len(desk.at(45).did) == before


def test_a_played_clip_is_noted_with_its_place_in_the_stream() -> None:
    desk = Desk(Pause(100), Play("hi"), Play("odd")).talking().to(400)
    assert desk.noted("play") == [
        {"clip": "hi", "at_sample": 1600, "turn": 1, "pace": "real-time"},
        {"clip": "odd", "at_sample": 3200, "turn": 2, "pace": "real-time"},
    ]  # fmt: skip


# Phases


def test_it_configures_once_ready_and_talks_once_configured() -> None:
    desk = Desk(Play("hi"), session={"voice": "x"}).open()
    assert desk.did == []
    desk.hear(Ready("s"), 30).to(100)
    assert [act for _, act, _ in desk.did] == [acts.Configure({"voice": "x"})]
    desk.hear(Configured({}), 130)
    assert desk.frames[0][2] == 130


def test_a_dialect_that_configures_first_does_so_before_readiness() -> None:
    desk = Desk(Play("hi"), can=CONFIGURES_FIRST).open(5)
    assert [(ms, act) for ms, act, _ in desk.did] == [(5, acts.Configure({}))]
    desk.hear(Configured({}), 10).hear(Ready("s"), 20)
    assert len(desk.acts(acts.Configure)) == 1
    assert desk.frames[0][2] == 20


def test_early_audio_goes_out_before_the_configuration_and_counts_in_the_stream() -> None:
    for can in (CAN, replace(CAN, configures_first=True)):
        desk = Desk(Play("hi"), can=can, early_ms=60).talking()
        assert desk.acts(acts.Hush, acts.Configure)[:4] == [*[acts.Hush(320)] * 3, acts.Configure({})]
        assert desk.noted("inject") == [{}]
        assert desk.noted("play")[0]["at_sample"] == 3 * 320
        assert desk.to(20).when("play") == [0]
        assert [ms for ms, act, _ in desk.frames if isinstance(act, acts.Speak)] == [0, 20]


def test_an_acknowledgement_of_nothing_is_none() -> None:
    desk = Desk(Play("hi")).open().hear(Configured({}), 5).hear(Ready("s"), 10).to(200)
    assert desk.frames == []
    assert desk.hear(Configured({}), 210).frames


def test_a_dialect_without_words_for_either_talks_at_once() -> None:
    desk = Desk(Play("hi"), can=replace(CAN, announces_ready=False, acknowledges_configuration=False)).open(7)
    assert desk.frames[0][2] == 7


def test_readiness_that_never_comes_expires_once() -> None:
    desk = Desk(Play("hi"), ready_ms=300).open(50).to(349)
    assert desk.end is None
    desk.to(5000).hear(Ready("late"), 5000)
    assert (desk.end, desk.noted("expired")) == (CallEnd.EXPIRED, [{"what": "ready", "budget_ms": 300}])
    assert desk.when("expired") == [350]
    assert [act for _, act, _ in desk.did] == [acts.HangUp(1000)]


def test_an_acknowledgement_that_never_comes_expires() -> None:
    desk = Desk(Play("hi"), configure_ms=200).open().hear(Ready("s"), 100).to(1000)
    assert desk.noted("expired") == [{"what": "configured", "budget_ms": 200}]
    assert (desk.when("expired"), desk.end) == ([300], CallEnd.EXPIRED)


def test_it_lingers_then_hangs_up_once() -> None:
    desk = Desk(Play("hi"), linger_ms=500).talking().to(5000)
    assert (desk.end, desk.when("linger"), desk.when("hang-up")) == (CallEnd.FINISHED, [80], [580])
    assert desk.acts(acts.HangUp) == [acts.HangUp(1000)]
    assert len(desk.frames) == 29  # silence is sent to the very end
    assert desk.to(9000).acts(acts.HangUp) == [acts.HangUp(1000)]


def test_an_agent_that_speaks_while_the_caller_lingers_is_heard_out_within_reason() -> None:
    desk = Desk(Play("hi"), linger_ms=500).talking().hear(audio(1000), 300).to(5000)
    assert desk.when("hang-up") == [2300]
    endless = Desk(Play("hi"), linger_ms=500, call_ms=60_000).talking().hear(audio(40_000), 300).to(30_000)
    assert (endless.end, endless.when("hang-up")) == (CallEnd.FINISHED, [15_580])


def test_a_call_has_a_budget_as_a_whole() -> None:
    desk = Desk(Pause(60_000), call_ms=1000).talking().to(3000)
    assert desk.noted("expired") == [{"what": "call", "budget_ms": 1000}]
    assert desk.when("expired") == [1000]


def test_leaving_is_at_once_and_a_cut_has_no_code() -> None:
    desk = Desk(Play("hi"), Leave(1001)).talking().to(3000)
    assert (desk.end, desk.when("hang-up"), desk.acts(acts.HangUp)) == (CallEnd.FINISHED, [80], [acts.HangUp(1001)])
    assert Desk(Leave(None)).talking().acts(acts.HangUp) == [acts.HangUp(None)]


def test_a_call_whose_backend_has_not_answered_yet_is_kept_up_for_that_and_goes_on_meanwhile() -> None:
    for steps, hung_up in (((Play("hi"), Leave(1001)), 300), ((Play("hi"),), 300)):
        desk = Desk(*steps, linger_ms=0)
        desk.caller.unshown = True
        desk.talking().to(300)
        assert (desk.end, len(desk.frames)) == (None, 16)
        desk.caller.unshown = False
        assert desk.at(300).when("hang-up") == [hung_up]


def test_it_is_kept_up_for_no_longer_than_within_reason() -> None:
    for call_ms, hung_up in ((60_000, 10_000), (3_000, 1_500)):
        desk = Desk(Leave(None), call_ms=call_ms)
        desk.caller.unshown = True
        assert desk.talking().to(20_000).when("hang-up") == [hung_up]
        assert desk.end is CallEnd.FINISHED


def test_typing_and_injecting_are_acts_of_their_own() -> None:
    desk = Desk(Write("yes"), Inject(text="{"), Inject(hexed="ff00")).talking().to(100)
    assert desk.acts(acts.Type, acts.Send) == [acts.Type("yes"), acts.Send("{"), acts.Send(b"\xff\x00")]
    assert [kind for _, kind, _ in desk.notes][:3] == ["write", "inject", "inject"]


# Waits


def test_waiting_is_silence_and_not_a_stream_that_stops() -> None:
    desk = Desk(Wait("event", 400, "metadata")).talking().to(380)
    assert [act for _, act, _ in desk.frames] == [acts.Hush(320)] * 20


@pytest.mark.parametrize("until", ["turn_done", "audible", "quiet", "event", "closed", "rejected"])
def test_every_wait_expires(until: str) -> None:
    desk = Desk(Wait(until, 300, "tool.call" if until == "event" else "", 9000.0), Play("hi")).talking().to(2000)  # type: ignore[arg-type]
    what = "tool.call" if until == "event" else until
    assert desk.noted("expired") == [{"what": what, "budget_ms": 300}]
    assert (desk.when("expired"), desk.end, desk.acts(acts.Speak)) == ([300], CallEnd.EXPIRED, [])
    assert desk.acts(acts.HangUp) == [acts.HangUp(1000)]


def test_a_wait_for_an_event_looks_at_what_came_since_the_turn_began() -> None:
    desk = Desk(Wait("event", 900, "error"), Play("hi"), Wait("event", 900, "error")).talking()
    desk.hear(Fault("a", "b"), 50).to(500)
    assert desk.noted("wait.satisfied") == [{"until": "event", "by": "error"}]
    desk.hear(Fault("a", "b"), 510)
    assert len(desk.noted("wait.satisfied")) == 2


def test_an_event_is_used_up_by_the_wait_that_it_ends() -> None:
    desk = Desk(Wait("event", 900, "error"), Wait("event", 900, "error")).talking().hear(Fault("a", "b"), 50).to(500)
    assert len(desk.noted("wait.satisfied")) == 1


def test_quiet_counts_from_when_the_caller_began_to_listen() -> None:
    assert Desk(Wait("quiet", 9000, ms=300)).talking(1000).to(5000).when("wait.satisfied") == [1300]


def test_quiet_lets_a_greeting_end() -> None:
    desk = Desk(Wait("quiet", 9000, ms=300)).talking().hear(audio(1000), 200).to(5000)
    assert desk.when("wait.satisfied") == [1500]


def test_audible_is_what_is_heard_and_not_what_is_sent() -> None:
    desk = Desk(Wait("audible", 9000, ms=400)).talking().hear(audio(5000), 100).to(3000)
    assert desk.when("wait.satisfied") == [500]
    assert Desk(Wait("audible", 900, ms=400)).talking().hear(audio(5000, level=0), 100).to(3000).noted("expired")


def test_a_rejection_is_an_error_or_a_close() -> None:
    desk = Desk(Inject(text="{"), Wait("rejected", 900), linger_ms=0).talking().hear(Fault("a", "b"), 50).to(100)
    assert desk.end is CallEnd.FINISHED
    assert Desk(Inject(text="{"), Wait("rejected", 900)).talking().hear(Closed(1003), 50).end is CallEnd.FINISHED


# The end of a turn. The clip's last word is due at 40 ms, its end at 100 ms.

ASKED = (Play("hi"), Wait("turn_done", 60_000))


def asked(**more: object) -> Desk:
    return Desk(*ASKED, **more).talking()  # type: ignore[arg-type]


def over(desk: Desk) -> tuple[list[float], list[str]]:
    return desk.when("wait.satisfied"), [data["by"] for data in desk.noted("wait.satisfied")]


def test_a_turn_is_over_when_its_end_is_marked_and_all_of_it_was_heard() -> None:
    desk = asked().hear(audio(1000, "r1"), 500).hear(TurnDone("r1"), 520).to(5000)
    assert over(desk) == ([1500], ["response.done"])


def test_the_end_of_an_earlier_response_is_not_the_end_of_the_answer() -> None:
    desk = Desk(Pause(100), *ASKED).talking().hear(audio(60, "r1"), 90).hear(TurnDone("r1"), 400)
    desk.hear(audio(1000, "r2"), 2000).hear(TurnDone("r2"), 2010).to(9000)
    assert over(desk) == ([3000], ["response.done"])


def test_the_end_of_an_earlier_nameless_response_is_not_either() -> None:
    desk = Desk(Pause(100), *ASKED).talking().hear(audio(60), 90).hear(TurnDone(), 400)
    desk.hear(audio(1000), 2000).hear(TurnDone(), 2010).to(9000)
    assert over(desk) == ([3000], ["response.done"])


@pytest.mark.parametrize("name", ["r1", None])
def test_the_end_of_a_cancelled_response_is_not_the_end_of_the_answer(name: str | None) -> None:
    desk = Desk(Pause(100), *ASKED).talking().hear(audio(5000, name), 50).hear(Cancelled(name), 130)
    desk.hear(TurnDone(name), 700).hear(audio(1000, "r2"), 4000).hear(TurnDone("r2"), 4010).to(9000)
    assert over(desk) == ([5000], ["response.done"])


def test_the_end_of_the_response_that_called_a_tool_is_not_the_end_of_the_answer() -> None:
    desk = asked(tools=mocked("look", respond=1, delay_ms=300.0)).hear(audio(400, "r1"), 200)
    desk.hear(ToolCall("c", "look", {}), 250).hear(TurnDone("r1"), 260)
    desk.hear(audio(1000, "r2"), 2000).hear(TurnDone("r2"), 2010).to(9000)
    assert over(desk) == ([3000], ["response.done"])


def test_a_tool_call_that_is_answered_at_once_is_still_not_the_end() -> None:
    desk = asked(tools=mocked("look", respond=1)).hear(ToolCall("c", "look", {}), 250).hear(TurnDone("r1"), 270)
    desk.hear(ResponseStarted("r2"), 4000).hear(audio(1000, "r2"), 4000).hear(TurnDone("r2"), 4010).to(9000)
    assert over(desk) == ([5000], ["response.done"])


def test_an_agent_that_marks_only_its_answers_is_understood_too() -> None:
    desk = asked(tools=mocked("look", respond=1)).hear(ToolCall("c", "look", {}), 250)
    desk.hear(audio(1000), 800).hear(TurnDone(), 810).to(9000)
    assert over(desk) == ([1800], ["response.done"])


def test_a_turn_is_not_over_while_the_gate_owes_an_answer_to_a_tool() -> None:
    desk = asked(tools=mocked("look", respond=1, delay_ms=9000.0)).hear(audio(400), 200)
    desk.hear(ToolCall("c", "look", {}), 250).to(9000)
    assert (over(desk), desk.end) == (([], []), None)


def test_words_that_are_done_before_they_are_spoken_do_not_end_the_turn() -> None:
    desk = asked().hear(TurnDone("r1"), 500).hear(audio(1000, "r1"), 900).to(9000)
    assert over(desk)[0][0] >= 1900


def test_a_silent_answer_ends_too() -> None:
    desk = asked().hear(audio(1000, "r1", level=0), 500).hear(TurnDone("r1"), 520).to(9000)
    assert over(desk) == ([2020], ["response.done"])


def test_without_a_mark_a_quiet_gap_ends_the_turn() -> None:
    assert over(asked().hear(audio(1000), 500).to(9000)) == ([4500], ["quiet"])
    assert over(asked(can=UNMARKED).hear(audio(1000), 500).to(9000)) == ([3000], ["quiet"])


def test_what_is_left_of_a_greeting_is_no_answer_that_ends() -> None:
    desk = Desk(Pause(100), *ASKED, can=UNMARKED).talking().hear(audio(300, "r1"), 50).hear(audio(300, "r1"), 200)
    desk.to(4000)
    assert over(desk) == ([], [])
    desk.hear(audio(1000, "r2"), 4000).to(9000)
    assert over(desk) == ([6500], ["quiet"])


def test_an_endless_stream_with_silence_in_it_has_quiet_gaps() -> None:
    desk = asked(can=UNMARKED)
    for at in range(200, 6000, 100):
        desk.hear(audio(100, level=8000 if 500 <= at < 1500 else 0), at)
    assert over(desk) == ([3000], ["quiet"])


def test_a_long_answer_that_is_still_heard_needs_no_patience() -> None:
    desk = Desk(Play("hi"), Wait("turn_done", 5000)).talking().hear(audio(21_000, "r1"), 500)
    assert over(desk.hear(TurnDone("r1"), 1800).to(30_000)) == ([21_500], ["response.done"])


def test_patience_ends_so_long_after_the_last_that_was_heard() -> None:
    desk = Desk(Play("hi"), Wait("turn_done", 2000)).talking().hear(audio(1000, "r1"), 500).to(9000)
    assert (desk.when("expired"), desk.end) == ([3500], CallEnd.EXPIRED)


# Tools


def test_a_tool_is_answered_after_its_delay() -> None:
    desk = Desk(Pause(1000), tools=mocked("look", respond={"id": 1}, delay_ms=130.0)).talking()
    desk.hear(ToolCall("c1", "look", {"a": 1}), 50).to(900)
    assert [(ms, act, due) for ms, act, due in desk.did if isinstance(act, acts.Answer)] == [
        (180, acts.Answer("c1", "look", {"id": 1}), 180),
    ]  # fmt: skip
    assert desk.noted("tool") == [
        {"call_id": "c1", "name": "look", "via": "socket", "reply": "mocked", "how": "value", "mock": str(PLACE),
         "step": 1, "steps": 1}
    ]  # fmt: skip


def test_a_call_id_is_answered_once() -> None:
    desk = Desk(Pause(1000), tools=mocked("look", respond=1)).talking()
    desk.hear(ToolCall("c1", "look", {}), 50).hear(ToolCall("c1", "look", {}), 60).hear(ToolCall("c2", "look", {}), 70)
    assert [act.call_id for act in desk.acts(acts.Answer)] == ["c1", "c2"]  # type: ignore[union-attr]
    assert [note["reply"] for note in desk.noted("tool")] == ["mocked", "again", "mocked"]


def test_calls_without_ids_are_all_answered() -> None:
    desk = Desk(Pause(1000), tools=mocked("look", respond=1)).talking()
    desk.hear(ToolCall("", "look", {}), 50).hear(ToolCall("", "look", {}), 60)
    assert len(desk.acts(acts.Answer)) == 2


def test_a_call_that_fits_no_mock_is_answered_with_an_error() -> None:
    desk = Desk(Pause(1000), tools=mocked("look")).talking().hear(ToolCall("c", "write", {}), 50)
    assert desk.acts(acts.Answer) == [acts.Answer("c", "write", None, "no mock fits this call of write")]


def test_what_is_not_ours_is_noted_and_left_alone() -> None:
    for tools, can in ((ToolPlan(), CAN), (mocked("look"), replace(CAN, answers_tools=False))):
        desk = Desk(Pause(1000), tools=tools, can=can).talking().hear(ToolCall("c", "look", {}), 50).to(900)
        assert (desk.acts(acts.Answer), len(desk.noted("tool"))) == ([], 1)


def test_arguments_that_are_no_object_are_matched_as_they_came() -> None:
    desk = Desk(Pause(1000), tools=mocked("look", args_match="broken")).talking()
    assert desk.hear(ToolCall("c", "look", None, "{broken"), 50).noted("tool")[0]["reply"] == "mocked"


# The agent hangs up


def test_a_close_in_each_phase() -> None:
    assert Desk(Play("hi")).open().hear(Closed(1011), 5).end is CallEnd.CLOSED
    assert Desk(Play("hi")).open().hear(Ready("s"), 5).hear(Closed(1000), 9).end is CallEnd.CLOSED
    assert Desk(Play("hi"), Pause(500)).talking().hear(Closed(1000), 50).end is CallEnd.CLOSED
    assert Desk(Play("hi")).talking().to(150).hear(Closed(1000), 200).end is CallEnd.FINISHED
    assert Desk(Play("hi")).talking().to(150).hear(Closed(1011), 200).end is CallEnd.CLOSED
    assert Desk(Play("hi")).talking().to(150).hear(Closed(None), 200).end is CallEnd.CLOSED
    done = Desk(Leave()).talking()
    assert done.hear(Closed(1000), 5).end is CallEnd.FINISHED
    assert len(done.acts(acts.HangUp)) == 1


def test_a_close_before_readiness_is_never_a_polite_end() -> None:
    assert Desk(Wait("closed", 900)).open().hear(Closed(4401), 5).end is CallEnd.CLOSED


WAITS_FOR_CLOSE = (Play("hi"), Wait("closed", 900))


@pytest.mark.parametrize("code", [1000, 1011, None])
def test_a_close_that_was_waited_for_is_the_end(code: int | None) -> None:
    desk = Desk(*WAITS_FOR_CLOSE).talking().hear(Closed(code), 300).to(900)
    assert (desk.end, desk.noted("wait.satisfied")) == (CallEnd.FINISHED, [{"until": "closed", "by": "session.closed"}])
    assert desk.acts(acts.HangUp) == []


def test_an_agent_may_close_as_soon_as_the_last_word_is_said() -> None:
    assert Desk(*WAITS_FOR_CLOSE).talking().to(60).hear(Closed(1000), 70).end is CallEnd.FINISHED
    assert Desk(*WAITS_FOR_CLOSE).talking().hear(Closed(1000), 10).end is CallEnd.CLOSED


@pytest.mark.parametrize(("code", "end"), [(1000, CallEnd.FINISHED), (1011, CallEnd.CLOSED), (None, CallEnd.CLOSED)])
def test_only_a_polite_close_ends_the_last_turn(code: int | None, end: CallEnd) -> None:
    assert asked().hear(audio(100), 300).hear(Closed(code), 350).end is end
    assert Desk(*ASKED, *ASKED).talking().hear(Closed(code), 350).end is CallEnd.CLOSED


def test_nothing_is_sent_once_the_call_is_over() -> None:
    desk = asked().hear(Closed(1011), 300)
    before = len(desk.did)
    assert len(desk.to(2000).at(5000).did) == before


# Any schedule

SIGNALS: list[Signal] = [
    Ready("s"), Configured({}), audio(300), audio(300, "r1"), audio(50, "r2", level=0), TurnDone(), TurnDone("r1"),
    Cancelled(), Cancelled("r1"), ResponseStarted("r2"), AudioDone(), ToolCall("c", "look", {}), SpeechStarted(),
    ToolCall("", "x", None, "{"), Fault("a", "b"), Other("x"), Closed(1000), Closed(None),
]  # fmt: skip
STEPS = [
    Play("hi"), Play("odd"), Pause(70), Wait("turn_done", 500), Wait("audible", 300, ms=40), Wait("quiet", 300, ms=50),
    Wait("event", 200, "error"), Wait("closed", 200), Wait("rejected", 200), Write("x"), Inject(text="{"),
    Leave(), Leave(None),
]  # fmt: skip


@settings(max_examples=120)
@given(
    steps=st.lists(st.sampled_from(STEPS), max_size=5),
    moves=st.lists(st.tuples(st.integers(0, 400), st.none() | st.sampled_from(SIGNALS)), max_size=30),
    can=st.sampled_from([CAN, UNMARKED, CONFIGURES_FIRST, replace(CAN, announces_ready=False)]),
)
def test_no_schedule_makes_it_raise_or_speak_twice_or_backwards(
    steps: list[object], moves: list[tuple[int, Signal | None]], can: object
) -> None:
    desk = Desk(
        *steps, can=can, tools=mocked("look", respond=1, delay_ms=90.0), ready_ms=900, linger_ms=100, call_ms=4000
    )  # type: ignore[arg-type]
    desk.open()
    ended_with = 0
    for gap_ms, signal in moves:
        if signal is not None:
            desk.caller.hear(signal, int((desk.now_ms + gap_ms) * 1e6))
        desk.at(desk.now_ms + gap_ms)
        if desk.end is not None:
            ended_with = ended_with or len(desk.did)
    dues = [due for _, _, due in desk.frames if due is not None]
    assert len(dues) == len(desk.frames)
    assert all(later - earlier == 20 for earlier, later in pairwise(dues))
    assert all(due <= ms for ms, _, due in desk.frames)
    assert len(desk.acts(acts.HangUp)) <= 1
    assert len(desk.noted("hang-up")) == len(desk.acts(acts.HangUp))
    assert not ended_with or len(desk.did) == ended_with
    desk.to(20_000)
    assert desk.end is not None


def test_a_mute_caller_waits_without_a_sound_and_as_long_as_any() -> None:
    loud, mute = (Desk(Wait("closed", 400.0), can=UNMARKED, mute=mute).talking().to(1000) for mute in (False, True))
    assert len(loud.frames) > 10
    assert mute.frames == []
    assert [note for note in mute.notes if note[1] == "expired"] == [
        note for note in loud.notes if note[1] == "expired"
    ]
    assert mute.end is loud.end is CallEnd.EXPIRED


def test_a_caller_knows_whether_it_was_ever_ready() -> None:
    desk = Desk().open()
    assert not desk.caller.ready
    assert desk.hear(Ready("s"), 5).caller.ready
