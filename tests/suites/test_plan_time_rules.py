"""What could only fail, or never fail, at run time is a mistake before any socket opens."""

from pathlib import Path

import pytest

from gate.core.mistakes import ManifestError
from gate.fixtures.library import Library, home
from gate.manifest import read_plan

MANIFEST = """\
version: 1
target:
  url: ws://127.0.0.1:9/
  dialect: {dialect}
{more}
suites:
  tools:
    cases:
      - name: a case
        caller: {caller}
        {claims}
"""


def told(
    folder: Path,
    caller: str = "[play: hello]",
    claims: str = "never: [error]",
    more: str = "",
    dialect: str = "canonical",
) -> str:
    path = folder / "m.yaml"
    path.write_text(MANIFEST.format(caller=caller, claims=claims, more=more, dialect=dialect))
    try:
        read_plan(path, {}, Library(home() / "audio", folder))
    except ManifestError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    ("caller", "said"),
    [
        ("[hang_up: 1006]", "no close code that may be sent"),
        ("[hang_up: 1005]", "no close code that may be sent"),
        ("[hang_up: 2000]", "no close code that may be sent"),
        ("[{hang_up: 1000, play: hello}]", "is no single step"),
        ("[{hang_up: 1000}, {play: hello}]", "goes on after the caller has hung up"),
        ("[{wait: closed}, {play: hello}]", "goes on after the agent has closed"),
        ("[wait: event]", "waits for an event and does not say which"),
        ("[wait: quiet]", "waits for quiet and does not say how long"),
        ("[wait: {until: turn_done, for: 2s}]", "means nothing with 'turn_done'"),
        ("[wait: {until: audible, event: error}]", "names an event too"),
        ("[wait: {event: caller.speech_end}]", "the caller cannot wait for caller.speech_end"),
    ],
)
def test_a_step_that_makes_no_sense(caller: str, said: str, tmp_path: Path) -> None:
    assert said in told(tmp_path, caller)


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ("close: []", "close"),
        ("close: [12]", "close"),
        (
            "expect: [{event: transcript.final, where: {txet: a}}]",
            "transcript.final has no field 'txet'; did you mean 'text'?",
        ),
        ("never: [{event: error, where: {msg: a}}]", "error has no field 'msg'"),
        ("expect: [{event: tool.call, where: {name: {present: no}}}]", "is no truth value"),
        ("expect: [{event: tool.call, where: {name: {contains: [a]}}}]", "is no text"),
        ("expect: [{event: tool.call, where: {name: {exat: a}}}]", "unknown matcher 'exat'"),
    ],
)
def test_a_claim_that_could_not_be_right(claims: str, said: str, tmp_path: Path) -> None:
    assert said in told(tmp_path, claims=claims)


def test_an_anchor_that_the_dialect_does_not_show(tmp_path: Path) -> None:
    claims = "expect: [{event: output_audio.delta, within: 1s, after: speech.stopped}]"
    assert "does not show the event speech.stopped" in told(tmp_path, claims=claims, dialect="template")
    assert told(tmp_path, claims=claims) == ""


def test_what_the_dialect_has_no_message_for(tmp_path: Path) -> None:
    claims = "never: [output_audio.delta]"
    said = told(tmp_path, claims=claims, more="  session: {language: en}", dialect="template")
    assert "no message for the session's configuration" in said
    said = told(tmp_path, claims=claims, more="tools: {mocks: [{tool: t, respond: 1}]}", dialect="template")
    assert "no message for a tool's answer" in said


def test_a_case_without_these_mistakes_is_taken(tmp_path: Path) -> None:
    caller = "[{play: hello}, {wait: {until: quiet, for: 2s}}, {wait: {event: tool.result}}, {hang_up: 3000}]"
    claims = "expect: [{event: tool.call, where: {arguments.day: {present: false}}}]"
    assert told(tmp_path, caller, claims) == ""
