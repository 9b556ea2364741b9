"""What a caller can do beside speaking: keys, files, images, bursts, and speaking into the agent's words."""

from dataclasses import replace

import pytest

from gate.core import acts
from gate.core.ends import CallEnd
from gate.core.plan import BargeIn, Inject, Leave, Pause, Play, Press, SendFile, Show, Wait, Write
from gate.core.signals import AudioOut, Cancelled, Closed, Fault, TurnDone
from tests.caller.desk import CAN, Desk, audio, tone

CANCELS = replace(CAN, cancels=True)


# Keys, files, images


@pytest.mark.parametrize(
    ("step", "act", "note"),
    [
        (Press("12#"), acts.Press("12#"), ("press", {"turn": 2, "digits": "12#"})),
        (SendFile("bad.wav"), acts.SendFile(b"not a wav", "audio/wav"), ("file", {"turn": 2, "file": "bad.wav"})),
        (Show("a.png"), acts.Show("a.png", b"png", "image/png"), ("image", {"turn": 2, "file": "a.png"})),
        (Write("x"), acts.Type("x"), ("write", {"turn": 2})),
    ],
)
def test_what_takes_no_time_is_a_turn_of_the_caller(step, act, note) -> None:  # type: ignore[no-untyped-def]
    desk = Desk(Play("hi"), step, Pause(50)).talking().to(120)
    assert [(ms, done) for ms, done, _ in desk.did if done == act] == [(80, act)]
    assert desk.noted(note[0]) == [note[1]]
    assert len(desk.frames) == 7, "the stream of audio goes on as before"


def test_a_turn_is_awaited_from_the_keys_on() -> None:
    desk = Desk(Pause(300), Press("1"), Wait("turn_done")).talking().hear(audio(100), 10).hear(TurnDone(), 20).to(1000)
    assert desk.noted("wait.satisfied") == [], "what came before the keys does not answer them"
    desk.hear(audio(200, "r2"), 1000).hear(TurnDone("r2"), 1010).to(2000)
    assert desk.when("wait.satisfied") == [1200]


# Leaving once something has come, and going on where it has not


def test_a_parting_wait_ends_the_call_once_it_is_satisfied() -> None:
    desk = Desk(Inject(text="?"), Wait("rejected", 500, parting=True), Play("hi")).talking()
    desk.hear(Fault("bad", "no"), 200).to(300)
    assert desk.end is CallEnd.FINISHED
    assert desk.noted("play") == []


def test_a_parting_wait_in_vain_changes_nothing() -> None:
    desk = Desk(Inject(text="?"), Wait("rejected", 500, parting=True), Play("hi")).talking().to(700)
    assert desk.end is None
    assert desk.when("play") == [500]
    assert desk.noted("expired") == []


def test_spaces_stand_behind_a_frame_that_is_sent_as_it_is() -> None:
    assert Desk(Inject(text="{}", spaces=3)).talking().acts(acts.Send) == [acts.Send("{}   ")]


# A close behind a file that is wrong on purpose


@pytest.mark.parametrize("steps", [(), (Wait("quiet", ms=2000),), (Pause(500), Wait("turn_done"))])
@pytest.mark.parametrize("code", [1003, 1007, 1011, 4400, 1000])
def test_an_agent_may_close_on_a_bad_file(steps: tuple[Wait, ...], code: int) -> None:
    desk = Desk(SendFile("bad.wav"), *steps).talking().hear(Closed(code), 300)
    assert desk.end is CallEnd.FINISHED
    assert desk.noted("wait.satisfied") == [{"until": "closed", "by": "session.closed"}]


def test_an_agent_that_drops_the_line_on_a_bad_file_did_not_close() -> None:
    assert Desk(SendFile("bad.wav")).talking().hear(Closed(None), 300).end is CallEnd.CLOSED


def test_an_agent_that_closes_while_more_is_to_be_said_cut_the_caller_off() -> None:
    assert Desk(SendFile("bad.wav"), Pause(500), Play("hi")).talking().hear(Closed(1007), 300).end is CallEnd.CLOSED
    assert Desk(SendFile("bad.wav"), Play("hi"), Pause(900)).talking().hear(Closed(1007), 300).end is CallEnd.CLOSED
    assert Desk(Play("hi"), Pause(900)).talking().hear(Closed(1007), 300).end is CallEnd.CLOSED


# Bursts


def test_in_a_burst_a_clip_goes_out_at_once_and_silence_goes_on_in_real_time() -> None:
    desk = Desk(Pause(30), Play("odd"), Pause(60), pace="burst").talking().to(120)
    spoken = [(ms, due) for ms, act, due in desk.frames if isinstance(act, acts.Speak)]
    hushed = [(ms, due) for ms, act, due in desk.frames if isinstance(act, acts.Hush)]
    assert spoken == [(40, None), (40, None)]
    assert hushed == [(20 * n, 20 * n) for n in range(7)]
    assert desk.noted("play") == [{"clip": "odd", "at_sample": 640, "turn": 1, "pace": "burst"}]


def test_what_is_said_in_a_burst_is_all_of_the_clip_and_said_in_time() -> None:
    desk = Desk(Play("hi"), Wait("turn_done"), pace="burst").talking()
    assert b"".join(act.pcm for act in desk.acts(acts.Speak)) == b"\x01\x00" * 1600
    desk.hear(audio(100), 10).hear(TurnDone(), 15).to(300)
    assert desk.when("wait.satisfied") == [120], "the turn ended with the burst, so this answers it"


def test_two_clips_in_a_burst_follow_each_other_in_the_stream() -> None:
    desk = Desk(Play("hi"), Play("odd"), pace="burst").talking().to(40)
    assert [note["at_sample"] for note in desk.noted("play")] == [0, 1600]
    assert [type(act) for _, act, _ in desk.frames] == [acts.Speak] * 7 + [acts.Hush] * 3


# Barge-in


def barge(*, can=CAN, **more: float) -> Desk:  # type: ignore[no-untyped-def]
    return Desk(BargeIn("hi", 100, 2000), Pause(500), can=can, **more).talking()


def starts(desk: Desk) -> list[float]:
    """When the first frame of each clip left."""
    times = [ms for ms, act, _ in desk.frames if isinstance(act, acts.Speak)]
    return [ms for i, ms in enumerate(times) if i == 0 or ms - times[i - 1] > 20]


def test_it_speaks_once_the_agent_has_been_audible_for_so_long() -> None:
    desk = barge().hear(audio(1000), 31).to(900)
    assert starts(desk) == [140], "100 ms after it was first heard, with the next frame"
    assert [note["why"] for note in desk.noted("interrupt")] == ["the agent is audible"]
    assert desk.when("interrupt") == desk.when("play") == [140]
    assert desk.noted("interrupt")[0]["heard_ms"] == pytest.approx(109)


@pytest.mark.parametrize(("lasts_ms", "spoken"), [(109, []), (108, []), (100, []), (111, [140]), (130, [140])])
def test_it_never_speaks_into_silence(lasts_ms: float, spoken: list[float]) -> None:
    """Heard from 31 ms on; the first frame that may interrupt is due at 140 ms. An agent that stops 1 ms before is
    interrupted by nobody."""
    desk = barge().hear(audio(lasts_ms), 31).to(400)
    assert starts(desk) == spoken
    assert bool(desk.noted("play")) is bool(spoken)


def test_an_agent_that_is_heard_between_two_frames_only_is_not_interrupted() -> None:
    """A signal may wake the caller at any time: it decides only when a frame is due."""
    desk = barge().hear(audio(60), 1).hear(audio(9), 110.5).to(119.9)
    assert desk.noted("interrupt") == []
    assert starts(desk.to(400)) == []


def test_it_waits_until_the_agent_is_audible_again() -> None:
    desk = barge().hear(audio(60), 1).to(700).hear(audio(500), 700).to(1000)
    assert starts(desk) == [720], "with the first frame behind it"


def test_a_late_caller_asks_whether_the_agent_is_audible_now() -> None:
    desk = barge().hear(audio(300), 1).at(99)
    desk.caller.hear(Cancelled(), 101_000_000)
    desk.at(125)  # frames of 100 and 120 ms are owed, and at 100 ms the agent was still heard
    assert desk.noted("interrupt") == []
    assert starts(desk.to(500)) == []


def test_an_agent_that_is_never_audible_is_waited_for_in_vain() -> None:
    desk = barge().hear(audio(500, level=10), 10).to(5000)
    assert (desk.end, desk.noted("expired")) == (CallEnd.EXPIRED, [{"what": "audible", "budget_ms": 2000}])
    assert starts(desk) == []


def test_a_provider_that_wants_to_be_told_is_told_before_the_first_word() -> None:
    desk = barge(can=CANCELS).hear(audio(80, "r1"), 1).hear(audio(1000, "r2"), 2).to(300)
    told = [(ms, act) for ms, act, _ in desk.did if isinstance(act, acts.Interrupt)]
    (told_ms, act), (first_ms, *_) = told[0], starts(desk)
    assert (len(told), told_ms, first_ms) == (1, 120, 120)
    assert isinstance(act, acts.Interrupt)
    assert act.heard_ms == pytest.approx(120 - 81), "of the response that plays, not of the one before"
    kinds = [type(did) for _, did, _ in desk.did]
    assert kinds.index(acts.Interrupt) < kinds.index(acts.Speak)


def test_nobody_is_told_where_that_is_no_duty_of_the_client() -> None:
    assert barge().hear(audio(1000), 1).to(300).acts(acts.Interrupt) == []


def test_what_was_heard_leaves_out_the_waits_for_more() -> None:
    desk = barge(can=CANCELS).hear(audio(40, "r"), 1).hear(AudioOut(tone(500), 16_000, "r"), 71).to(300)
    (act,) = desk.acts(acts.Interrupt)
    assert isinstance(act, acts.Interrupt)
    assert act.heard_ms == pytest.approx(40 + 120 - 71)


def test_hanging_up_in_mid_response_ends_the_call_while_the_agent_is_audible() -> None:
    desk = Desk(BargeIn("hi", 100), Leave(None)).talking().hear(audio(3000), 1).to(1000)
    assert desk.acts(acts.HangUp) == [acts.HangUp(None)]
    assert desk.when("hang-up") == [200], "when the clip is said"
    assert desk.caller.end is CallEnd.FINISHED


def test_hanging_up_while_the_agent_is_audible_needs_no_words() -> None:
    desk = Desk(Wait("audible", ms=300), Leave(1000)).talking().hear(audio(3000), 0).to(1000)
    assert desk.when("hang-up") == [300]


def test_an_error_does_not_end_a_call_that_sends_a_bad_file() -> None:
    desk = Desk(SendFile("bad.wav"), linger_ms=500).talking().hear(Fault("bad_audio", "no"), 20).to(2000)
    assert (desk.end, desk.when("hang-up")) == (CallEnd.FINISHED, [500])
