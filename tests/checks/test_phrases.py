"""Words of the call and of a turn: found across pieces, missed, forbidden, compared, and not known."""

from pathlib import Path

import pytest

from gate.checks.phrases import Hears, Says, Wanted
from gate.core.findings import Blame, Layer
from tests.checks.notation import FAIL, OPENING, PASS, UNKNOWN, ask, audio, ended, heard_as, note, said
from tests.checks.spoken import SILENT, ask_annotated, contains, delta, final, regex

CALL = (*OPENING, said("hello", 1000))  # "hello there", the last word at 2800 ms
TWO = (*CALL, said("stop", 6000, 2))  # and the next at 6500 ms
END = ended("finished", 12_000)
FORBIDDEN = Wanted(forbidden=("guarantee", "100 percent sure"))
TUESDAY = Wanted(words="your appointment is on Tuesday", error_rate=0.2)


@pytest.mark.parametrize("phrase", [contains("IS ON tuesday"), regex("on (mon|tues)day")])
def test_a_phrase_is_found_across_pieces_and_sentences(tmp_path: Path, phrase: object) -> None:
    lines = delta(3000, "Your appoint", "r"), delta(3100, "ment is on", "r"), delta(3200, " Tuesday", "r")
    finding = ask(tmp_path, Says(Wanted(phrase)), *CALL, lines, END)  # type: ignore[arg-type]
    assert (finding.verdict, finding.layer, finding.actual) == (PASS, Layer.OUTPUT, "'Your appointment is on Tuesday'")
    sentences = final(3000, "Your appointment is"), final(3600, "on Tuesday.")
    assert ask(tmp_path, Says(Wanted(phrase)), *CALL, sentences, END).verdict is PASS  # type: ignore[arg-type]


def test_a_phrase_that_never_came_fails_and_what_came_is_shown(tmp_path: Path) -> None:
    finding = ask(tmp_path, Says(Wanted(contains("Tuesday"))), *CALL, final(3000, "Hi."), END)
    assert (finding.verdict, finding.actual) == (FAIL, "'Hi.'")
    assert finding.expected == 'the agent says something that contains "Tuesday"'
    assert ask(tmp_path, Says(Wanted(contains("Tuesday"))), *CALL, END).actual == "no words"
    assert ask(tmp_path, Says(Wanted(contains("Tuesday"))), *CALL, ended("aborted", 5000)).verdict is UNKNOWN


@pytest.mark.parametrize("text", ["We GUARANTEE, it!", "I am 100 percent... sure", "it\u2019s a guarantee"])
def test_forbidden_words_are_found_without_case_and_punctuation(tmp_path: Path, text: str) -> None:
    finding = ask(tmp_path, Says(FORBIDDEN), *CALL, delta(3000, text[:4]), delta(3100, text[4:]), END)
    assert (finding.verdict, finding.blame) == (FAIL, Blame.AGENT)


def test_a_part_of_a_word_is_not_the_word(tmp_path: Path) -> None:
    assert ask(tmp_path, Says(FORBIDDEN), *CALL, final(3000, "guaranteed, 100 percent surely"), END).verdict is PASS


def test_where_a_script_has_no_spaces_a_part_is_all_there_is(tmp_path: Path) -> None:
    said_so = final(3000, "これは保証します")
    assert ask(tmp_path, Says(Wanted(forbidden=("保証",))), *CALL, said_so, END).verdict is FAIL
    assert ask(tmp_path, Says(Wanted(forbidden=("確約",))), *CALL, said_so, END).verdict is PASS


def test_nothing_forbidden_passes_only_over_a_whole_recording(tmp_path: Path) -> None:
    for end, verdict in (("finished", PASS), ("expired", UNKNOWN), ("closed", UNKNOWN), ("aborted", UNKNOWN)):
        assert ask(tmp_path, Says(FORBIDDEN), *CALL, final(3000, "maybe"), ended(end, 5000)).verdict is verdict
        assert ask(tmp_path, Hears(FORBIDDEN), *CALL, heard_as(3000, "maybe"), ended(end, 5000)).verdict is verdict


def test_words_are_compared_by_their_distance(tmp_path: Path) -> None:
    close = ask(tmp_path, Says(TUESDAY), *CALL, final(3000, "Your appointment's on Tuesday!"), END)
    assert (close.verdict, close.actual) == (FAIL, '"Your appointment\'s on Tuesday!", 40% wrong')
    same = ask(tmp_path, Says(TUESDAY), *CALL, final(3000, "Your appointment is on Tuesday!"), END)
    assert (same.verdict, same.actual) == (PASS, "'Your appointment is on Tuesday!', 0% wrong")
    assert ask(tmp_path, Says(TUESDAY), *CALL, END).actual == "no words"


def test_a_turn_has_its_own_words(tmp_path: Path) -> None:
    lines = *TWO, final(500, "Good day", "a"), final(3000, "On Tuesday", "b"), final(7000, "On Friday", "c"), END
    for turn, day, other in ((1, "Tuesday", "Friday"), (2, "Friday", "Tuesday")):
        assert ask(tmp_path, Says(Wanted(contains(day)), turn), *lines).verdict is PASS
        assert ask(tmp_path, Says(Wanted(contains(other)), turn), *lines).verdict is FAIL
        assert ask(tmp_path, Says(Wanted(forbidden=(other, "good day")), turn), *lines).verdict is PASS
    assert ask(tmp_path, Says(Wanted(contains("Friday"))), *lines).verdict is PASS
    missing = ask(tmp_path, Says(Wanted(contains("Friday")), 3), *lines)
    assert (missing.verdict, missing.actual) == (UNKNOWN, "never spoken")


def test_keys_and_typed_lines_are_turns_too(tmp_path: Path) -> None:
    pressed = note(5000, "press", digits="1#", turn=2)
    lines = *CALL, final(3000, "Press one."), pressed, final(5100, "Thank you."), END
    assert ask(tmp_path, Says(Wanted(contains("thank you")), 2), *lines).verdict is PASS
    assert ask(tmp_path, Says(Wanted(contains("press one")), 2), *lines).verdict is FAIL
    assert ask(tmp_path, Says(Wanted(contains("press one")), 1), *lines).verdict is PASS


def test_what_nobody_wrote_down_is_not_known(tmp_path: Path) -> None:
    for wanted in (Wanted(contains("Tuesday")), FORBIDDEN, TUESDAY):
        finding = ask(tmp_path, Says(wanted), *CALL, audio(3000, 800), END, can=SILENT)
        assert (finding.verdict, finding.blame) == (UNKNOWN, Blame.CONFIGURATION)
        assert "`recogniser:`" in finding.next_action


def test_an_agent_that_was_heard_and_sent_no_transcript_is_not_called_silent(tmp_path: Path) -> None:
    finding = ask(tmp_path, Says(FORBIDDEN), *CALL, audio(3000, 800), END)
    assert (finding.verdict, finding.blame) == (UNKNOWN, Blame.CONFIGURATION)
    assert "no transcript of its words came" in finding.actual


def test_a_recognisers_words_are_judged_and_named(tmp_path: Path) -> None:
    lines = *TWO, audio(3000, 800), audio(7000, 800), END
    words = "It is on Tuesday", "Good bye"
    assert ask_annotated(tmp_path, Says(Wanted(contains("tuesday")), 1), words, *lines).verdict is PASS
    missed = ask_annotated(tmp_path, Says(Wanted(contains("tuesday")), 2), words, *lines)
    assert (missed.verdict, missed.actual) == (FAIL, "'Good bye' (as written down by whisper x)")


def test_a_recogniser_cannot_tell_the_turns_of_one_long_sound_apart(tmp_path: Path) -> None:
    lines = *TWO, audio(3000, 5000, paced=500), END
    for wanted in (Wanted(contains("Tuesday")), FORBIDDEN):
        finding = ask_annotated(tmp_path, Says(wanted, 2), ("It is on Tuesday",), *lines)
        assert (finding.verdict, finding.blame) == (UNKNOWN, Blame.CONFIGURATION)
    assert ask_annotated(tmp_path, Says(Wanted(contains("Tuesday"))), ("It is on Tuesday",), *lines).verdict is PASS


def test_what_was_heard_of_a_turn(tmp_path: Path) -> None:
    lines = *TWO, heard_as(2900, "hello"), heard_as(2950, "there"), heard_as(6600, "stop"), END
    assert ask(tmp_path, Hears(Wanted(contains("hello there"))), *lines).verdict is PASS
    assert ask(tmp_path, Hears(Wanted(regex("^stop$")), 2), *lines).verdict is PASS
    assert ask(tmp_path, Hears(Wanted(words="hello there", error_rate=0.0), 1), *lines).verdict is PASS
    other = ask(tmp_path, Hears(Wanted(words="hello there"), 2), *lines)
    assert (other.verdict, other.layer, other.actual) == (FAIL, Layer.INPUT, "'stop', 100% wrong")
    assert ask(tmp_path, Hears(Wanted(forbidden=("STOP",))), *lines).verdict is FAIL
    assert ask(tmp_path, Hears(Wanted(contains("x")), 3), *lines).verdict is UNKNOWN


def test_a_turn_that_is_written_down_again_and_longer_each_time_is_compared_once(tmp_path: Path) -> None:
    lines = *CALL, heard_as(2900, "hello"), heard_as(2950, "hello there"), END
    assert ask(tmp_path, Hears(Wanted(words="hello there", error_rate=0.0)), *lines).verdict is PASS
