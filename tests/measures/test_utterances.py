"""Messages of one response are joined, whoever comes between; marks, silence and cancels end what has no id."""

from pathlib import Path

import numpy as np

from gate.core.frames import Direction
from gate.core.recording import Heard
from gate.core.signals import AudioOut, Signal, SpeechStarted
from gate.measures.pieces import Speech
from gate.measures.utterances import Utterance, utterances
from tests.checks.notation import Line, audio, cancelled, chunk, done, note, received, recording, tone


def joined(folder: Path, *lines: Line | tuple[Line, ...]) -> list[Utterance]:
    return utterances(recording(folder, note(0, "x"), *lines).heard)


def durations_ms(found: list[Utterance]) -> list[float]:
    return [len(one.samples) / 16 for one in found]


def test_messages_of_a_response_are_one_utterance(tmp_path: Path) -> None:
    (one,) = joined(tmp_path, audio(0, 300, "r1", paced=100), done(300, "r1"))
    assert len(one.samples) == 4800
    assert one.joints == [1600, 3200]
    assert [one.frame_at(at) for at in (0, 1599, 1600, 4799)] == [one.frames[i] for i in (0, 0, 1, 2)]


def test_responses_that_take_turns_are_told_apart(tmp_path: Path) -> None:
    lines = (chunk(0, tone(100), "a"), chunk(10, tone(200), "b"), chunk(20, tone(100), "a"))
    assert durations_ms(joined(tmp_path, *lines)) == [200, 200]


def test_audio_behind_its_own_mark_still_belongs_to_it(tmp_path: Path) -> None:
    assert durations_ms(joined(tmp_path, audio(0, 100, "a"), done(50, "a"), audio(60, 100, "a"))) == [200]


def test_without_ids_a_second_of_silence_divides(tmp_path: Path) -> None:
    lines = (audio(0, 100), audio(50, 100), audio(1300, 100))
    assert durations_ms(joined(tmp_path, *lines)) == [200, 100]


def test_without_ids_a_mark_divides_what_was_played_out(tmp_path: Path) -> None:
    lines = (audio(0, 100), done(60), audio(300, 100))
    assert durations_ms(joined(tmp_path, *lines)) == [100, 100]


def test_a_mark_that_comes_before_its_audio_is_played_divides_nothing(tmp_path: Path) -> None:
    lines = (audio(0, 100), audio(50, 100), done(60), audio(70, 100))
    assert durations_ms(joined(tmp_path, *lines)) == [300]


def test_long_messages_that_follow_one_another_are_one(tmp_path: Path) -> None:
    assert durations_ms(joined(tmp_path, *(audio(1500 * i, 1500) for i in range(3)))) == [4500]


def test_a_message_without_a_sample_is_nothing(tmp_path: Path) -> None:
    assert durations_ms(joined(tmp_path, chunk(0, b""), audio(10, 100))) == [100]


def test_a_cancel_cuts_the_response_it_names(tmp_path: Path) -> None:
    found = joined(tmp_path, audio(0, 100, "a"), audio(10, 100, "b"), cancelled(20, "b"))
    assert [(one.response_id, one.cut) for one in found] == [("a", False), ("b", True)]


def test_a_cancel_without_a_name_cuts_what_was_being_sent(tmp_path: Path) -> None:
    found = joined(tmp_path, audio(0, 100), done(5), audio(110, 100), cancelled(120))
    assert [one.cut for one in found] == [False, True]


def test_words_belong_to_the_response_that_they_name(tmp_path: Path) -> None:
    words = received(0, "output_transcript.final", text="good day", response_id="b")
    found = joined(tmp_path, words, audio(0, 100, "a"), audio(10, 100, "b"))
    assert [one.words for one in found] == [None, "good day"]


def test_no_sample_is_lost(tmp_path: Path) -> None:
    (one,) = joined(tmp_path, chunk(0, tone(100)), chunk(100, tone(50)))
    assert np.array_equal(one.samples, np.frombuffer(tone(100) + tone(50), "<i2"))


def at(ms: float, signal: Signal, index: int) -> Heard:
    return Heard(signal, int(ms * 1e6), Direction.RECEIVED, 0, index)


def test_speech_that_interrupts_cuts_what_was_not_played_yet() -> None:
    spoke = SpeechStarted(interrupts=True)
    said = at(0, AudioOut(tone(500), 16_000, "r1"), 0)
    assert [one.cut for one in utterances([said, at(200, spoke, 1)])] == [True]
    assert [one.cut for one in utterances([said, at(600, spoke, 1)])] == [False], "it had been heard to its end"
    assert [one.cut for one in utterances([said, at(200, SpeechStarted(), 1)])] == [False]


def test_what_speech_threw_away_is_heard_no_more() -> None:
    said, spoke = at(0, AudioOut(tone(500), 16_000, "r1"), 0), at(200, SpeechStarted(interrupts=True), 1)
    speech = Speech.of([said, spoke])
    assert [(cut.t_ns, cut.unheard_ns) for cut in speech.cuts] == [(200_000_000, 300_000_000)]
    assert speech.playback.until_ns == 200_000_000
