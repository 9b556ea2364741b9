"""What the caller makes of signals alone; the rest is seen in whole calls, in test_caller."""

from gate.caller.hearing import Hearing
from gate.core.plan import Wait
from gate.core.signals import Closed, Fault, SpeechStarted, TurnDone
from tests.caller.desk import audio

MS = 1_000_000


def hearing(ends_turns: bool = True) -> Hearing:
    heard = Hearing(ends_turns)
    heard.talk_began(0)
    heard.turn_began(0)
    heard.turn_ended(1000 * MS)
    return heard


def test_it_was_last_heard_when_the_last_sound_was_played_and_not_when_it_came() -> None:
    heard = hearing()
    assert heard.heard_ns(5000 * MS) == 0
    heard.hear(audio(1000), 2000 * MS)
    assert heard.heard_ns(2100 * MS) == 2100 * MS
    assert heard.heard_ns(9000 * MS) == 3000 * MS


def test_every_signal_is_kept_as_an_event_until_a_wait_uses_it_up() -> None:
    heard = hearing()
    heard.hear(SpeechStarted(), 1100 * MS)
    heard.hear(Fault("a", "b"), 1200 * MS)
    assert heard.satisfied(Wait("event", event="error"), 1300 * MS) == "error"
    assert heard.satisfied(Wait("event", event="speech.started"), 1300 * MS) is None
    assert heard.events == []


def test_a_close_is_remembered_and_ends_no_other_wait() -> None:
    heard = hearing()
    heard.hear(Closed(1000), 1100 * MS)
    assert heard.closed
    assert heard.satisfied(Wait("closed"), 1200 * MS) is None


def test_a_mark_that_names_an_unknown_response_ends_the_turn() -> None:
    heard = hearing()
    heard.hear(TurnDone("r9"), 1100 * MS)
    assert heard.satisfied(Wait("turn_done"), 1200 * MS) is None
    assert heard.satisfied(Wait("turn_done"), 2600 * MS) == "response.done"


def test_a_new_last_word_forgets_an_end_that_came_before_it() -> None:
    heard = hearing()
    heard.hear(audio(10, "r1"), 1100 * MS)
    heard.hear(TurnDone("r1"), 1200 * MS)
    heard.turn_ended(2000 * MS)
    assert heard.satisfied(Wait("turn_done"), 9000 * MS) is None
