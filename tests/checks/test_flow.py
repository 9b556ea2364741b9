"""Speech that breaks off for want of audio, and an agent that a cough silences, are found; healthy habits are not."""

from pathlib import Path

from gate.checks.flow import Flows, Undisturbed
from gate.core.findings import Layer
from tests.checks.notation import FAIL, OPENING, PASS, SKIP, UNKNOWN, Line, ask, audio, cancelled, ended, said

END = ended("finished", 14_000)


def broken_off(gaps: int) -> list[tuple[Line, ...]]:
    return [audio(3000 + 600 * i, 500, "r1") for i in range(gaps + 1)]


def test_speech_that_breaks_off_again_and_again_is_found(tmp_path: Path) -> None:
    found = ask(tmp_path, Flows(), *OPENING, said("hello", 1000), *broken_off(5), END)
    assert (found.verdict, found.layer, found.actual) == (FAIL, Layer.OUTPUT, "5, the longest of 100 ms")
    assert len(found.at) == 5


def test_a_few_gaps_are_let_pass_and_told(tmp_path: Path) -> None:
    found = ask(tmp_path, Flows(), *OPENING, said("hello", 1000), *broken_off(4), END)
    assert (found.verdict, found.actual) == (PASS, "4, the longest of 100 ms")


def test_speech_that_keeps_up_flows(tmp_path: Path) -> None:
    lines = (*OPENING, said("hello", 1000), audio(3000, 3000, "r1", paced=100), END)
    assert ask(tmp_path, Flows(), *lines).verdict is PASS


def test_a_recording_that_just_stops_proves_no_flow(tmp_path: Path) -> None:
    lines = (*OPENING, said("hello", 1000), audio(3000, 3000, "r1", paced=100))
    assert ask(tmp_path, Flows(), *lines, killed=True).verdict is UNKNOWN


def cough(folder: Path, *lines: object) -> tuple[object, str]:
    found = ask(folder, Undisturbed(2), *OPENING, said("hello", 1000), *audio(3000, 5000, "r1"), said("noise", 4000, 2),
                *lines, END)  # type: ignore[arg-type] # fmt: skip
    return found.verdict, found.actual


def test_an_agent_that_a_cough_silences_is_found(tmp_path: Path) -> None:
    verdict, actual = cough(tmp_path, cancelled(4400, "r1"))
    assert verdict is FAIL
    assert actual == "it broke off 400 ms after the sound began, with 3600 ms unsaid"


def test_an_agent_that_talks_on_is_not_disturbed(tmp_path: Path) -> None:
    assert cough(tmp_path)[0] is PASS


def test_a_cancel_long_after_the_cough_has_other_reasons(tmp_path: Path) -> None:
    assert cough(tmp_path, cancelled(7000, "r1"))[0] is PASS


def test_an_agent_of_few_words_proves_nothing(tmp_path: Path) -> None:
    short = audio(3000, 1500, "r1")
    found = ask(tmp_path, Undisturbed(2), *OPENING, said("hello", 1000), *short, said("noise", 4000, 2), END)
    assert found.verdict is SKIP


def test_a_cough_that_was_never_played_proves_nothing(tmp_path: Path) -> None:
    found = ask(tmp_path, Undisturbed(2), *OPENING, said("hello", 1000), ended("expired", 9000, what="audible"))
    assert found.verdict is UNKNOWN


def test_gaps_while_the_gate_itself_was_late_prove_nothing(tmp_path: Path) -> None:
    found = ask(tmp_path, Flows(), *OPENING, said("hello", 1000), *broken_off(5), END, late_ms=90)
    assert (found.verdict, found.late) == (UNKNOWN, True)
