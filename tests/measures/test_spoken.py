"""What the agent said: parts and moments from the wire, however a dialect gives its words, and from an annotation."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gate.measures.facts import Facts
from gate.measures.spoken import Moment, Part, Spoken, Unwritten, Words
from gate.measures.wording import holds, names, tokens
from tests.checks.notation import CAN, CLIPS, Line, audio, cancelled, done, note, recording, said, started
from tests.checks.spoken import SILENT, annotated, contains, delta, final, regex

MS = 1_000_000


def facts(folder: Path, *lines: Line | tuple[Line, ...]) -> Facts:
    return Facts(recording(folder, note(0, "x"), *lines), 0, CAN, CLIPS)


def texts(folder: Path, *lines: Line | tuple[Line, ...]) -> list[str]:
    spoken = facts(folder, *lines).spoken
    assert spoken is not None
    return [part.text for part in spoken.parts]


def test_pieces_are_joined_by_their_response_and_final_words_replace_them(tmp_path: Path) -> None:
    lines = delta(0, "Good ", "a"), delta(10, "Your ", "b"), delta(20, "day", "a"), final(30, "Good day!", "a")
    assert texts(tmp_path, *lines, delta(40, "bill", "b")) == ["Good day!", "Your bill"]


def test_several_final_texts_of_a_response_are_all_of_it(tmp_path: Path) -> None:
    lines = delta(0, "One", "a"), final(10, "One.", "a"), delta(20, "Two", "a"), delta(30, " and", "a")
    assert texts(tmp_path, *lines) == ["One. Two and"]
    assert texts(tmp_path, *lines, final(40, "Two and three.", "a")) == ["One. Two and three."]


def test_final_words_that_are_none_take_nothing_back(tmp_path: Path) -> None:
    assert texts(tmp_path, delta(0, "Good day", "a"), final(10, "", "a")) == ["Good day"]


def test_a_piece_that_is_the_whole_once_more_is_not_doubled(tmp_path: Path) -> None:
    assert texts(tmp_path, delta(0, "Your"), delta(10, "Your bill"), delta(20, "Your bill is paid")) == [
        "Your bill is paid"
    ]
    assert texts(tmp_path, delta(0, "no"), delta(10, " no"), delta(20, ", no")) == ["no no, no"]


def test_nameless_words_are_divided_by_responses_cancels_and_turns(tmp_path: Path) -> None:
    assert texts(tmp_path, delta(0, "a"), started(5), delta(10, "b")) == ["a", "b"]
    assert texts(tmp_path, delta(0, "a"), cancelled(5), delta(10, "b")) == ["a", "b"]
    assert texts(tmp_path, final(0, "a"), said("hello", 500), final(4000, "b")) == ["a", "b"]
    assert texts(tmp_path, final(0, "a"), done(5), final(4000, "b")) == ["a b"]


def test_a_turn_divides_at_once_what_is_over(tmp_path: Path) -> None:
    typed = note(20, "write", turn=1)
    assert texts(tmp_path, final(0, "a"), typed, final(30, "b")) == ["a", "b"]
    assert texts(tmp_path, delta(0, "a"), done(10), typed, delta(30, "b")) == ["a", "b"]
    assert texts(tmp_path, delta(0, "a"), typed, delta(30, "b")) == ["ab"]


def test_a_cough_in_the_middle_of_a_sentence_divides_nothing(tmp_path: Path) -> None:
    assert texts(tmp_path, delta(400, "appoint"), said("stop", 500), delta(600, "ment")) == ["appointment"]


def part(*words: tuple[float, str, bool]) -> Part:
    return Part(tuple(Words(int(ms * MS), line, text, last) for line, (ms, text, last) in enumerate(words, 10)))


def at(ms: float, line: int, text: str) -> Moment:
    return Moment((int(ms * MS), line), (int(ms * MS), line), text)


def test_a_phrase_is_said_when_its_last_word_arrives() -> None:
    one = part(
        (1, "It is", False), (2, " now on ", False), (3, "Thurs", False), (4, "day, yes", False), (5, ".", False)
    )
    assert one.said(contains("now on Thursday")) == at(4, 13, "It is now on Thursday, yes")
    assert one.said(contains("it")) == at(1, 10, "It is")
    assert one.said((*contains("it"), *regex("on$|yes"))) == at(4, 13, "It is now on Thursday, yes")
    assert one.said(contains("Friday")) is None


def test_a_phrase_of_final_words_alone_is_said_with_them() -> None:
    one = part((1, "It is now on first day", False), (7, "It is now on Thursday.", True), (9, "Bye", True))
    assert one.said(contains("on Thursday")) == at(7, 11, "It is now on Thursday.")
    assert one.said(contains("first day")) is None
    assert one.said(contains("Thursday. Bye")) == at(9, 12, "It is now on Thursday. Bye")


def test_ten_thousand_pieces_are_no_trouble() -> None:
    one = part(*((i, f"{i} ", False) for i in range(10_000)))
    moment = one.said(contains("9000 9001"))
    assert moment is not None
    assert moment.latest == (9001 * MS, 9011)


def test_what_was_heard_has_the_words_of_the_annotation_between_its_messages(tmp_path: Path) -> None:
    lines = audio(0, 600, paced=200), audio(3000, 300)
    recorded = annotated(recording(tmp_path, note(0, "x"), *lines), "good day", " bye ")
    spoken = Facts(recorded, 0, SILENT, CLIPS).spoken
    assert spoken is not None
    assert ([one.text for one in spoken.parts], spoken.by) == (["good day", "bye"], "whisper x")
    assert spoken.parts[0].said(contains("day")) == Moment((10_000 * MS, 2), (10_400 * MS, 4), "good day")


def unwritten(folder: Path, annotation: Any) -> str:
    recorded = recording(folder, note(0, "x"), audio(0, 600))
    opinion = annotation if annotation is None else {"words": annotation}
    words = Facts(replace(recorded, annotations=opinion or {}), 0, SILENT, CLIPS).words
    assert isinstance(words, Unwritten)
    return words.why


@pytest.mark.parametrize(
    ("annotation", "why"),
    [
        (None, "no recogniser wrote them down"),
        ([], "in a form that this version does not know"),
        ({"format": "voxgate-words/2"}, "in a form that this version does not know"),
        ({"format": "voxgate-words/1"}, "a recogniser wrote down other sound"),
        (
            {"format": "voxgate-words/1", "utterances": [{"sha256": "00", "text": "yes"}]},
            "a recogniser wrote down other sound",
        ),
        (
            {"format": "voxgate-words/1", "utterances": [7, {"call": [], "frames": {}}]},
            "a recogniser wrote down other sound",
        ),
    ],
)
def test_an_opinion_on_something_else_is_none(tmp_path: Path, annotation: Any, why: str) -> None:
    assert why in unwritten(tmp_path, annotation)


def test_a_failure_is_told(tmp_path: Path) -> None:
    recorded = annotated(recording(tmp_path, note(0, "x"), audio(0, 600)), None, error="no such model")
    words = Facts(recorded, 0, SILENT, CLIPS).words
    assert words == Unwritten("the recogniser failed: no such model", "mend `recogniser:`, and run it again")


def test_an_agent_that_made_no_sound_said_nothing(tmp_path: Path) -> None:
    assert Facts(recording(tmp_path, note(0, "x")), 0, SILENT, CLIPS).words == Spoken(())


def test_words_without_case_and_punctuation() -> None:
    assert tokens("  I\u2019ve 'moved' it, o'clock_1! ") == " i've moved it o'clock_1 "
    assert names("Call now: done.", "done")
    assert not names("abandoned", "done")
    assert holds("It\u2019s  done", contains("IT'S DONE"))
    assert not holds("It is done", (*contains("done"), *contains("thursday")))
