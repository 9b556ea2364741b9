"""`recogniser:` of a manifest: what becomes of it in the plan, and every mistake at its place."""

from pathlib import Path

import pytest

from gate.core.recognisers import CommandRecogniser, TranscriptionRecogniser, identity
from gate.evidence import store
from tests.manifest.test_recipes import plan, told

SUITES = "suites: {tools: {cases: [{name: a, caller: [{play: hello}], says: [{contains: day}]}]}}\n"
URL = "https://api.example/v1/audio/transcriptions"


def test_a_program(tmp_path: Path) -> None:
    made, _ = plan(tmp_path, SUITES + 'recogniser: {command: [whisper, "{{file}}"], timeout: 5s}\n')
    assert made.recogniser == CommandRecogniser(("whisper", "{{file}}"), 5_000.0)
    assert identity(made.recogniser) == "whisper '{{file}}'"


def test_an_endpoint_whose_key_is_known_by_name_alone(tmp_path: Path) -> None:
    asked = f'{{url: "{URL}", model: whisper-1, key: "${{env.SPEECH_KEY}}", language: en}}'
    made, vault = plan(tmp_path, f"{SUITES}recogniser: {{transcription: {asked}}}\n")
    assert made.recogniser == TranscriptionRecogniser(URL, "whisper-1", "${env.SPEECH_KEY}", "en")
    assert identity(made.recogniser) == f"whisper-1 at {URL} in en"
    assert (made.secrets, vault.fill("${env.SPEECH_KEY}")) == (("SPEECH_KEY",), "s3cret-key-of-the-voice")
    store.create(tmp_path / "evidence", made, {}, vault)
    assert store.read_plan(tmp_path / "evidence").recogniser == made.recogniser


def test_without_one_there_is_none(tmp_path: Path) -> None:
    assert plan(tmp_path, SUITES)[0].recogniser is None


@pytest.mark.parametrize(
    ("given", "mistake"),
    [
        ("{timeout: 5s}", "2:1: recogniser lacks a key, expected one of command, transcription"),
        ("{command: [a], transcription: {url: x, model: m}}", "2:28: recogniser has command and transcription at once"),
        ("{command: a}", "2:23: recogniser.command is wrong"),
        ('{command: ["{{file}}"]}', "2:24: recogniser.command[0] names no program"),
        ('{command: [a, "{{text}}"]}', "2:27: recogniser.command[1] has an unknown placeholder, found '{{text}}'"),
        ("{transcription: {model: m}}", "2:14: recogniser.transcription lacks the key 'url'"),
        ("{transcription: {url: 'http://far.example/x', model: m}}", "recogniser.transcription.url is not encrypted"),
        (f"{{transcription: {{url: '{URL}', model: m, key: sk-12345678}}}}", "key is a secret written out"),
        (f"{{transcription: {{url: '{URL}', model: m, key: '${{env.NOPE}}'}}}}", "refers to NOPE, which is not set"),
        ("", "2:1: recogniser is empty"),
    ],
)
def test_mistakes(tmp_path: Path, given: str, mistake: str) -> None:
    (only, *more) = told(tmp_path, f"{SUITES}recogniser: {given}\n")
    assert mistake in only
    assert not more
