"""A recogniser that writes down nothing of a voice proves nothing: that something was not said is then not known."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gate.audio.pcm import pack
from gate.checks.confirming import Confirms, MustNotConfirm
from gate.checks.memory import Forgets, Remembers
from gate.checks.phrases import Says, Wanted
from gate.core.findings import Blame, Verdict
from tests.checks.notation import FAIL, OPENING, PASS, UNKNOWN, audio, chunk, ended, said
from tests.checks.spoken import ask_annotated, contains

DAY = contains("Thursday")
ABSENCE: dict[str, Any] = {
    "says": Says(Wanted(DAY)),
    "says, of a turn": Says(Wanted(DAY), 1),
    "says, of so many words": Says(Wanted(words="it is now on Thursday")),
    "says none of": Says(Wanted(forbidden=("Thursday",))),
    "confirms": Confirms("move", DAY),
    "must not confirm": MustNotConfirm("move", DAY),
    "remembers": Remembers(DAY),
    "forgets": Forgets(DAY),
}
CALL = *OPENING, said("hello", 0)
HEARD = audio(3000, 600), audio(6000, 600)
END = ended("finished", 9000)


@pytest.mark.parametrize("params", ABSENCE.values(), ids=ABSENCE)
def test_what_is_not_among_the_words_may_be_where_none_were_written_down(tmp_path: Path, params: Any) -> None:
    finding = ask_annotated(tmp_path, params, ("good day", " "), *CALL, *HEARD, END)
    assert (finding.verdict, finding.blame) == (UNKNOWN, Blame.CONFIGURATION)
    assert finding.actual == "whisper x wrote down no word of 0.6 s of a voice, so nobody knows what was said there"
    assert "another recogniser" in finding.next_action
    assert finding.at


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("says", PASS), ("says, of a turn", PASS), ("says none of", FAIL), ("must not confirm", FAIL),
        ("remembers", PASS), ("forgets", FAIL),
    ],
)  # fmt: skip
def test_what_was_said_stands_whatever_else_was(tmp_path: Path, name: str, verdict: Verdict) -> None:
    assert ask_annotated(tmp_path, ABSENCE[name], ("It is Thursday", ""), *CALL, *HEARD, END).verdict is verdict


def hiss(ms: float) -> bytes:
    return pack(np.random.default_rng(7).normal(0, 3000, round(ms * 16)).astype(np.int16))


@pytest.mark.parametrize("sound", [chunk(6000, hiss(900)), audio(6000, 100)], ids=["hiss", "a beep"])
def test_what_no_voice_made_needs_no_words(tmp_path: Path, sound: Any) -> None:
    finding = ask_annotated(tmp_path, ABSENCE["says none of"], ("good day", ""), *CALL, audio(3000, 600), sound, END)
    assert finding.verdict is PASS


def test_what_was_not_written_down_in_another_turn_is_no_matter(tmp_path: Path) -> None:
    lines = *CALL, audio(3000, 600), said("stop", 5000, 2), audio(8000, 600), ended("finished", 12_000)
    none = Says(Wanted(forbidden=("Thursday",)), 1)
    assert ask_annotated(tmp_path, none, ("good day", ""), *lines).verdict is PASS
    assert ask_annotated(tmp_path, none, ("", "good day"), *lines).verdict is UNKNOWN
