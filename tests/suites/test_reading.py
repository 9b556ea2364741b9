"""Suites over a wire of text alone: clips are typed, what needs a voice is skipped or a mistake."""

from dataclasses import replace

import pytest

from gate.core.plan import Case, Play, Wait, Write
from gate.suites.brief import Brief
from gate.suites.smoke import NEED_A_VOICE, NUMBERS, QUESTIONS
from tests.suites.briefs import brief, case, claims, expand


def text(suite: str) -> Brief:
    told = brief(suite)
    return replace(told, capabilities=replace(told.capabilities, speaks=False))


def test_questions_are_typed_and_what_needs_a_voice_is_skipped() -> None:
    cases = {one.name: one for one in expand(text("smoke"))}
    assert set(cases) == {*QUESTIONS, *NUMBERS, *NEED_A_VOICE}
    asked = [one for one in cases.values() if not one.skip]
    assert [one.name for one in asked] == [
        "a question is answered", "a corrected sentence is answered", "spelled digits are answered",
    ]  # fmt: skip
    assert all("text alone" in (one.skip or "") for one in cases.values() if one not in asked)
    for one in asked:
        assert ("replied", 0) in claims(one)
        assert not {"answered", "level", "clipping", "stalls"} & {name for name, _ in claims(one)}
        assert isinstance(one.calls[0].steps[1], Write)


def steps_of(*caller: object) -> tuple[Brief, Case]:
    told = text("tools")
    (one,) = expand(told, case(caller=list(caller)))
    return told, one


def test_play_and_say_type_the_words() -> None:
    told, one = steps_of({"play": "hello"}, {"say": "Yes,  please"}, {"type": "so"}, {"wait": "turn_done"})
    written = [step.text for step in one.calls[0].steps if isinstance(step, Write)]
    assert written == [told.library.find("hello").words, "Yes, please", "so"]  # type: ignore[union-attr]
    assert not told.mistakes
    assert not told.clips_used
    assert not [step for step in one.calls[0].steps if isinstance(step, Play)]


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ({"play": "cough"}, "has no words to type"),
        ({"play": {"clip": "hello", "speed": 1.2}}, "changed sound needs a voice"),
        ({"interrupt": "barge-in"}, "an interruption needs a voice"),
        ({"wait": "audible"}, "needs a voice"),
        ({"play": "no-such-clip"}, "no-such-clip"),
    ],
)
def test_what_cannot_be_typed_is_a_mistake(step: object, said: str) -> None:
    told, _ = steps_of({"play": "hello"}, step, {"wait": "turn_done"})
    assert any(said in mistake.what for mistake in told.mistakes), told.mistakes


def test_the_call_after_a_cut_is_read_and_not_listened_to() -> None:
    cut = next(one for one in expand(text("reconnect")) if "line cut" in one.name)
    assert ("replied", 1) in claims(cut)
    assert not [step for call in cut.calls for step in call.steps if isinstance(step, Wait) and step.until == "audible"]
