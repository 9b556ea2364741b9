"""What is written beside the frames, once, and when nobody is asked. The sound is what was said."""

import functools
import hashlib
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gate import __version__
from gate.annotate import annotate_case
from gate.audio.pcm import Samples, samples
from gate.checks import claim
from gate.checks.judge import judge
from gate.checks.phrases import Hears, Wanted
from gate.core.findings import Finding, Verdict
from gate.core.plan import Plan
from gate.core.recognisers import CommandRecogniser, identity
from gate.dialects import dialect_of
from gate.evidence.reader import read
from tests.annotate.attempts import CASE, SECRET, TARGET, audio, opinion, plan, python, record
from tests.checks.notation import PLACE, tone
from tests.checks.spoken import contains

LOUD = samples(tone(500))
REST = np.zeros(24_000, np.int16)
COUNTING = (
    "import sys, pathlib; at = pathlib.Path(sys.argv[1]); n = len(at.read_text()) if at.exists() else 0; "
    "at.write_text('x' * (n + 1)); print('day', n + 1)"
)


def counted(tmp_path: Path) -> CommandRecogniser:
    return python(COUNTING, str(tmp_path / "asked"))


def asked(tmp_path: Path) -> int:
    return len((tmp_path / "asked").read_text()) if (tmp_path / "asked").exists() else 0


def finding(folder: Path, made: Plan) -> Finding:
    dialect = dialect_of(TARGET)
    return judge(CASE, read(folder, dialect, ()), dialect.capabilities, ())[0]


def test_each_sound_has_its_words_with_the_tool_and_the_hash_of_what_it_was_given(tmp_path: Path) -> None:
    folder = record(tmp_path / "1", audio(LOUD), audio(REST), audio(LOUD[:3000]))
    made = plan(counted(tmp_path))
    annotate_case(folder, made, CASE, SECRET)
    written = opinion(folder)
    assert made.recogniser is not None
    assert (written["format"], written["voxgate"]) == ("voxgate-words/1", __version__)
    assert written["tool"] == identity(made.recogniser)
    first, second = written["utterances"]
    assert (first["call"], first["frames"], first["text"]) == (0, [1, 2], "day 1")
    assert (second["call"], second["frames"], second["text"]) == (0, [2, 3], "day 2")
    assert first["sha256"] != second["sha256"]
    assert [path.name for path in (folder / "annotations").iterdir()] == ["words.json"]
    assert finding(folder, made).verdict is Verdict.PASS


def test_an_opinion_on_the_same_sound_stays(tmp_path: Path) -> None:
    folder = record(tmp_path / "1", audio(LOUD))
    made = plan(counted(tmp_path))
    annotate_case(folder, made, CASE, SECRET)
    before = opinion(folder)
    annotate_case(folder, made, CASE, SECRET)
    assert (opinion(folder), asked(tmp_path)) == (before, 1)
    other = plan(python(COUNTING, str(tmp_path / "asked"), "another"))
    annotate_case(folder, other, CASE, SECRET)
    assert asked(tmp_path) == 2, "another tool has an opinion of its own"


def test_nobody_is_asked_where_there_is_no_need(tmp_path: Path) -> None:
    made = plan(counted(tmp_path))
    heard = record(tmp_path / "1", audio(LOUD))
    annotate_case(heard, plan(None), CASE, SECRET)
    annotate_case(heard, made, replace(CASE, claims=(claim(Hears(Wanted(contains("x"))), PLACE),)), SECRET)
    annotate_case(record(tmp_path / "2", audio(REST)), made, CASE, SECRET)
    annotate_case(tmp_path / "3", made, CASE, SECRET)
    target = replace(TARGET, dialect="canonical", options={})
    written = record(
        tmp_path / "4",
        {**audio(LOUD), "type": "output_audio.delta", "audio": audio(LOUD)["data"]},
        {"type": "output_transcript.final", "text": "day"},
        target=target,
    )
    annotate_case(written, plan(made.recogniser, target), CASE, SECRET)
    assert asked(tmp_path) == 0
    assert not list(tmp_path.glob("*/annotations"))


def test_damaged_evidence_is_left_as_it_is(tmp_path: Path) -> None:
    folder = record(tmp_path / "1", audio(LOUD))
    (folder / "annotations").mkdir()
    (folder / "annotations" / "words.json").write_text("{")
    annotate_case(folder, plan(counted(tmp_path)), CASE, SECRET)
    assert (asked(tmp_path), (folder / "annotations" / "words.json").read_text()) == (0, "{")


def test_a_failure_is_written_down_and_the_tool_is_left_alone_after_it(tmp_path: Path) -> None:
    folder = record(tmp_path / "1", audio(LOUD), audio(REST), audio(LOUD[:3000]))
    failing = COUNTING + "; sys.exit('no model at ' + sys.argv[2])"
    made = plan(python(failing, str(tmp_path / "asked"), "${env.SPEECH_KEY}"))
    annotate_case(folder, made, CASE, SECRET)
    assert asked(tmp_path) == 1
    for row in opinion(folder)["utterances"]:
        assert row["error"].endswith("it said: no model at [secret:SPEECH_KEY]")
        assert "text" not in row
    said = finding(folder, made)
    assert said.verdict is Verdict.UNKNOWN
    assert "the recogniser failed: " in said.actual


def test_no_secret_lies_in_the_evidence(tmp_path: Path) -> None:
    folder = record(tmp_path / "1", audio(LOUD))
    made = plan(python("import sys; print('the day of', sys.argv[1])", "${env.SPEECH_KEY}"))
    annotate_case(folder, made, CASE, SECRET)
    text = (folder / "annotations" / "words.json").read_text("utf-8")
    assert SECRET["SPEECH_KEY"] not in text
    assert opinion(folder)["utterances"][0]["text"] == "the day of [secret:SPEECH_KEY]"


@functools.cache
def spoken() -> Mapping[str, Samples]:
    with np.load(Path(__file__).parents[1] / "reference" / "clips" / "phrases.npz") as held:
        return {name: held[name] for name in held.files}


LISTENING = """\
import sys
from gate.audio import wav
from gate.reference.recogniser import Recogniser
values, rate_hz = wav.decode(open(sys.argv[1], "rb").read())
assert rate_hz == 16_000
import numpy as np
around = np.zeros(3200, np.int16)
print(Recogniser().words(np.concatenate([around, values, around])))
"""


def test_the_sound_that_is_given_is_what_was_said(tmp_path: Path) -> None:
    """A recogniser of words that are known hears them in the file that it is given, cut at its messages anyhow."""
    pytest.importorskip("pocketsphinx", reason="needs voxgate[agent]")
    said = ("yes thursday please", "goodbye")
    name = next(iter(spoken())).split("|")[0]
    messages = [part for words in said for part in np.array_split(np.r_[spoken()[f"{name}|{words}"], REST], 7)]
    folder = record(tmp_path / "1", *(audio(part) for part in messages))
    root = str(Path(__file__).parents[2])
    made = plan(CommandRecogniser((sys.executable, "-c", LISTENING, "{{file}}")))
    annotate_case(folder, made, CASE, {"PYTHONPATH": root, "PATH": "/usr/bin:/bin"})
    assert [row.get("text", row) for row in opinion(folder)["utterances"]] == list(said)


def test_the_hash_is_of_the_bytes_that_were_given(tmp_path: Path) -> None:
    folder = record(tmp_path / "1", audio(LOUD))
    code = "import hashlib, sys; print('day', hashlib.sha256(sys.stdin.buffer.read()).hexdigest())"
    annotate_case(folder, plan(python(code)), CASE, SECRET)
    (row,) = opinion(folder)["utterances"]
    assert row["text"] == f"day {row['sha256']}"
    assert len(row["sha256"]) == len(hashlib.sha256().hexdigest())
