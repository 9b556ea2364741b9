"""What a call leaves behind: its conversation for who resumes it, and with a fault what ought to be gone."""

import numpy as np
import pytest

from gate.audio.pcm import pack
from gate.core import acts
from gate.core.signals import Configured, Fault, ToolCall
from gate.reference.aftermath import KEPT, SLOTS
from gate.reference.house import House
from gate.reference.mind import Mind
from tests.reference.test_house import house

RESUME = acts.Configure({"resume": "s-1"})


def is_dead(home: House) -> bool:
    return not home.enter().opened(0)


def call(home: House, *, code: int | None = 1000, addressed: bool = True, spoken_to: bool = True) -> None:
    mind = home.enter()
    mind.opened(0)
    if addressed:
        mind.hear(acts.Configure({}), 0)  # type: ignore[arg-type]
    if spoken_to:
        mind.hear(acts.Speak(bytes(640)), 0)  # type: ignore[arg-type]
    home.leave(mind, clean=code is not None, code=code or 1000)


def test_a_session_that_is_resumed_has_the_conversation_of_the_first() -> None:
    home = house()
    first = home.enter()
    second = home.enter()
    assert isinstance(second.hear(RESUME, 0)[0], Configured)  # type: ignore[arg-type]
    assert second.dialogue is first.dialogue
    home.leave(first, clean=False)
    assert home.enter().dialogue is not first.dialogue


def test_a_session_that_nobody_knows_cannot_be_resumed() -> None:
    (said,) = house().enter().hear(acts.Configure({"resume": "s-9"}), 0)  # type: ignore[arg-type]
    assert isinstance(said, Fault)
    assert said.code == "unknown_session"


def test_conversations_are_forgotten_in_time_and_by_a_restart() -> None:
    home = house()
    for _ in range(KEPT + 1):
        call(home)
    assert isinstance(home.enter().hear(RESUME, 0)[0], Fault)  # type: ignore[arg-type]
    home = house()
    call(home)
    home.restart()
    assert isinstance(home.enter().hear(RESUME, 0)[0], Fault)  # type: ignore[arg-type]


def test_forgets_on_resume_has_a_new_conversation_and_says_nothing_of_it() -> None:
    home = house("forgets-on-resume")
    first = home.enter()
    home.leave(first, clean=True)
    second = home.enter()
    assert isinstance(second.hear(RESUME, 0)[0], Configured)  # type: ignore[arg-type]
    assert second.dialogue is not first.dialogue


def met(home: House, *words: str) -> Mind:
    """A session whose caller has agreed to Thursday, and was cut off."""
    mind = home.enter()
    for spoken in words:
        mind.hear(acts.Type(spoken), 0)  # type: ignore[arg-type]
        mind.hear(acts.Answer("call_1", "", {"id": "A-17", "day": "Tuesday"}), 0)  # type: ignore[arg-type]
    home.leave(mind, clean=False)
    return mind


def first_words(home: House) -> tuple[Mind, list[object]]:
    mind = home.enter()
    loud = (np.sin(np.arange(16_000) * 0.2) * 8000).astype(np.int16)
    said: list[object] = mind.hear(acts.Configure({}), 0)  # type: ignore[arg-type, assignment]
    for at in range(0, len(loud), 320):
        said += mind.hear(acts.Speak(pack(loud[at : at + 320])), 0)  # type: ignore[arg-type]
    return mind, said


THURSDAY = ("move my appointment to thursday", "yes thursday please")


def test_remembers_strangers_goes_on_with_the_last_that_knew_something() -> None:
    home = house("remembers-strangers")
    first = met(home, THURSDAY[0])
    call(home)
    assert first_words(home)[0].dialogue is first.dialogue
    clean = house()
    first = met(clean, THURSDAY[0])
    assert first_words(clean)[0].dialogue is not first.dialogue


def test_repeats_write_after_reconnect_writes_when_the_next_caller_speaks() -> None:
    home = house("repeats-write-after-reconnect")
    met(home, *THURSDAY)
    (again,) = [said for said in first_words(home)[1] if isinstance(said, ToolCall)]
    assert (again.name, again.arguments) == ("reschedule_appointment", {"id": "A-17", "day": "Thursday"})
    clean = house()
    met(clean, *THURSDAY)
    assert not [said for said in first_words(clean)[1] if isinstance(said, ToolCall)]


def test_runs_out_of_sessions_gives_no_slot_of_a_short_call_back() -> None:
    home = house("runs-out-of-sessions")
    for _ in range(SLOTS):
        call(home)
        assert not is_dead(home)
    for _ in range(SLOTS):
        assert not is_dead(home)
        call(home, spoken_to=False)
    assert is_dead(home)


@pytest.mark.parametrize(
    ("fault", "bad", "good"),
    [
        ("crashes-on-error-close", {"code": 1011}, {"code": 1001}),
        ("crashes-on-error-close", {"code": 4000}, {"code": None}),
        ("stuck-when-left-early", {"addressed": False, "spoken_to": False}, {"spoken_to": False}),
        ("first-call-only", {"code": None}, {"code": 1011}),
    ],
)
def test_one_way_to_end_a_call_is_the_last(fault: str, bad: dict[str, bool], good: dict[str, bool]) -> None:
    home = house(fault)
    call(home, **good)  # type: ignore[arg-type]
    assert not is_dead(home)
    call(home, **bad)  # type: ignore[arg-type]
    assert is_dead(home)
    clean = house()
    call(clean, **bad)  # type: ignore[arg-type]
    assert not is_dead(clean)


def test_does_not_come_back_is_dead_after_a_restart_and_not_before() -> None:
    home = house("does-not-come-back")
    call(home)
    assert not is_dead(home)
    home.restart()
    assert is_dead(home)
