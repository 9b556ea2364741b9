"""Steps that send something else than speech, and speech into the agent's words: what they become, and what is told of
those that the dialect has no message for."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gate.checks.badaudio import BadAudioRefused
from gate.core.plan import BargeIn, Case, Play, Press, SendFile, Show
from gate.fixtures.library import Library
from gate.manifest import read_plan
from gate.suites.sending import NO_FORMAT
from tests.suites.briefs import LIBRARY, brief, case, claims, expand, params
from tests.suites.test_plan_time_rules import told

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
AS_IS = {"play": {"clip": "eight-bit", "as_is": True}}


def one(*caller: Any, dialect: str = "canonical", **more: Any) -> Case:
    asked = brief("tools", dialect)
    (made,) = expand(asked, case(caller=caller, **more))
    assert asked.mistakes == []
    return made


def test_every_step_becomes_one_of_the_plan() -> None:
    made = one(
        {"interrupt": "stop"}, {"interrupt": {"play": "stop", "after": "1s", "budget": "3s"}}, {"dtmf": "19*#AD"},
        AS_IS, {"play": {"clip": "hello"}},
    )  # fmt: skip
    assert made.calls[0].steps == (
        BargeIn("stop", 700.0, 15_000.0), BargeIn("stop", 1000.0, 3000.0), Press("19*#AD"), SendFile("eight-bit"),
        Play("hello"),
    )  # fmt: skip


def test_a_file_as_it_is_claims_its_outcome_by_itself() -> None:
    settings = {"cases": [{"name": "a case", "caller": [{"play": "hello"}, {"wait": "turn_done"}, AS_IS]}]}
    asked = brief("tools")
    (made,) = expand(asked, settings)
    assert [check for check, _ in claims(made)].count("bad-audio") == 1
    assert params(made, "bad-audio") == BadAudioRefused(2, "yes thursday please")
    (claimed,) = (claim for claim in made.claims if claim.check == "bad-audio")
    assert claimed.place.file == "cases/0/caller/2/play"
    assert set(asked.files_used) == {"eight-bit"}


def test_the_turn_of_a_file_counts_all_that_the_caller_says_types_presses_and_shows() -> None:
    made = one({"interrupt": "stop"}, {"dtmf": "1"}, {"type": "x"}, {"pause": "1s"}, AS_IS, AS_IS)
    turns = [claim.params["turn"] for claim in made.claims if claim.check == "bad-audio"]
    assert turns == [4, 5]


def test_a_wire_without_formats_skips_a_file_as_it_is() -> None:
    made = one(AS_IS, {"wait": {"until": "quiet", "for": "2s"}}, dialect="template", never=["error"])
    assert (made.skip, made.calls, made.claims) == (NO_FORMAT, (), ())
    assert one({"play": "hello"}, dialect="template", never=["error"]).skip is None
    assert one(AS_IS).skip is None


def test_the_pace_of_a_case_is_that_of_its_call() -> None:
    assert one({"play": "hello"}, pace="burst", never=["error"]).calls[0].pace == "burst"
    assert one({"play": "hello"}, never=["error"]).calls[0].pace == "real-time"


def test_a_dialect_that_takes_audio_in_real_time_only_takes_no_burst() -> None:
    asked = brief("tools")
    slow = replace(asked, capabilities=replace(asked.capabilities, bursts=False))
    expand(slow, case(pace="burst", never=["error"]))
    (mistake,) = slow.mistakes
    assert str(mistake).startswith("cases/0/pace:1:1: the dialect canonical takes audio in real time only")


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ({"dtmf": "1"}, "dtmf:1:1: the dialect template has no message for keys; describe one under options.send.dtmf"),
        ({"image": "x.png"}, "image:1:1: the dialect template has no message for images"),
        ({"interrupt": "stpo"}, "interrupt:1:1: there is no clip 'stpo'; did you mean 'stop'?"),
        ({"interrupt": {"play": "stpo"}}, "interrupt/play:1:1: there is no clip 'stpo'"),
        ({"play": {"clip": "hello", "as_is": True}}, "play:1:1: the file 'hello' cannot be sent as it is: nothing is"),
    ],
)
def test_a_mistake_stands_at_its_place(step: dict[str, Any], said: str) -> None:
    asked = brief("tools", "template")
    expand(asked, case(caller=[step], never=["error"]))
    assert str(asked.mistakes[0]).startswith(f"cases/0/caller/0/{said}")


@pytest.mark.parametrize(
    ("caller", "said"),
    [
        ("[{dtmf: ''}]", "is no row of keys"),
        ("[{dtmf: 12 34}]", "is no row of keys"),
        ("[{dtmf: 12e}]", "is no row of keys"),
        ("[{dtmf: 1234}]", "dtmf is wrong"),
        ("[{play: {clip: stereo, as_is: true, gain_db: -6}}]", "changes a file that is to be sent as it is"),
        ("[{play: stereo}]", "2 channels (stereo)"),
        ("[{play: stereo}]", "write play: {clip: stereo, as_is: true}"),
        ("[{image: no.png}]", "the image 'no.png' cannot be sent: there is no such file beside the manifest"),
        ("[{interrupt: {after: 1s}}]", "play"),
        ("[{interrupt: stop, play: hello}]", "is no single step"),
    ],
)
def test_a_step_that_makes_no_sense(caller: str, said: str, tmp_path: Path) -> None:
    assert said in told(tmp_path, caller)


def test_files_of_the_users_own_are_in_the_plan(tmp_path: Path) -> None:
    (tmp_path / "x.png").write_bytes(PNG)
    (tmp_path / "bad.wav").write_bytes(b"no")
    text = (
        "version: 1\ntarget: {url: 'ws://127.0.0.1:9/', dialect: canonical}\nsuites:\n  tools:\n    cases:\n"
        "      - {name: a, caller: [image: x.png, {play: {clip: bad.wav, as_is: true}}]}\n"
    )
    (tmp_path / "m.yaml").write_text(text)
    plan, _ = read_plan(tmp_path / "m.yaml", {}, Library(LIBRARY.audio, tmp_path))
    assert [(file.name, file.media_type, file.size) for file in plan.files] == [
        ("bad.wav", "audio/wav", 2), ("x.png", "image/png", 28),
    ]  # fmt: skip
    assert plan.cases[0].calls[0].steps == (Show("x.png"), SendFile("bad.wav"))
