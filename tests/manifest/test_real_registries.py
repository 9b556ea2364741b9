"""The manifest of the design against the dialects and suites that there are."""

from pathlib import Path

import pytest

from gate.core.mistakes import ManifestError
from gate.core.plan import Clip, File, Plan
from gate.core.voices import Voice
from gate.dialects import DIALECTS
from gate.fixtures.library import Library, home
from gate.manifest import json_schema, read_plan
from gate.suites import SUITES
from tests.manifest.fakes import ENV

DESIGN = """\
version: 1
target:
  url: wss://staging.acme.test/voice-agent/realtime
  dialect: canonical
  auth: {bearer: "${env.VOICE_TOKEN}"}
  start: {command: python bot.py, ready: {port: 8765}, timeout: 30s}
  session: {model: m, voice: alloy, language: en, modalities: [audio], vad: server, metadata: {}}
tools:
  strategy: all
  no_match: fail
  mocks:
    - tool: lookup_appointment
      respond: {id: A-17, day: Tuesday}
suites:
  handshake: {}
  smoke:
  tools:
    cases:
      - name: Caller reschedules after correcting the day
        caller:
          - play: self-correction
          - wait: turn_done
          - say: "Yes, Thursday please"
        expect:
          - event: tool.call
            where: {name: lookup_appointment}
          - event: tool.call
            where: {name: reschedule_appointment, arguments.day: {exact: Thursday}}
          - event: output_audio.delta
            within: 800ms
            after: caller.speech_end
        never: [error]
  reconnect: {}
"""


class EveryClip:
    def names(self) -> tuple[str, ...]:
        return ("self-correction",)

    def find(self, name: str) -> Clip | str:
        return Clip(name, "00", 16_000, 2_000.0, "words", segments_ms=((100.0, 1_900.0),))

    def said(self, words: str, voice: Voice | None = None) -> Clip | str:
        return self.find(words)

    def as_is(self, name: str) -> File | str:
        return File(name, "00", "audio/wav", 100)

    image = as_is


def plan_of(folder: Path, text: str) -> Plan:
    (folder / "voice-tests.yaml").write_text(text)
    return read_plan(folder / "voice-tests.yaml", ENV, EveryClip())[0]


def test_the_manifest_of_the_design_makes_cases_for_every_suite(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, DESIGN)
    assert {case.suite for case in plan.cases} == {"handshake", "smoke", "tools", "reconnect"}
    assert len(plan.cases) >= 12
    (own,) = (case for case in plan.cases if case.suite == "tools")
    assert own.id == "agent.canonical.tools.caller-reschedules-after-correcting-the-day"
    assert (own.place.line, own.place.column) == (19, 9)


def test_mistakes_below_the_suites_stand_at_their_lines(tmp_path: Path) -> None:
    text = DESIGN.replace("- wait: turn_done", "- wait: turn_dne").replace("within: 800ms", "within: 800")
    with pytest.raises(ManifestError) as caught:
        plan_of(tmp_path, text.replace("event: output_audio.delta", "evnt: output_audio.delta"))
    told = [(m.place.line, m.place.column, m.what) for m in caught.value.mistakes]
    assert told == [
        (22, 19, "suites.tools.cases[0].caller[1].wait is wrong"),
        (29, 13, "unknown key 'evnt' in suites.tools.cases[0].expect[2]"),
        (30, 21, "suites.tools.cases[0].expect[2].within has no unit"),
    ]


@pytest.mark.parametrize("name", list(SUITES))
def test_a_bare_suite_is_a_plan_or_says_what_it_needs(tmp_path: Path, name: str) -> None:
    text = DESIGN.split("suites:")[0] + f"suites:\n  {name}:\n"
    if name != "tools":
        assert plan_of(tmp_path, text).cases
        return
    with pytest.raises(ManifestError) as caught:
        plan_of(tmp_path, text)
    assert [mistake.place.line for mistake in caught.value.mistakes] == [15]


def test_the_schema_holds_all_that_is_registered() -> None:
    schema = json_schema()
    assert set(schema["properties"]["suites"]["properties"]) == set(SUITES)
    assert schema["$defs"]["TargetSettings"]["properties"]["dialect"]["enum"] == list(DIALECTS)


def test_a_suite_that_does_not_block_has_no_claim_that_does(tmp_path: Path) -> None:
    path = tmp_path / "m.yaml"
    target = "target: {url: 'ws://127.0.0.1:9/', dialect: canonical}"
    path.write_text(f"version: 1\n{target}\nsuites:\n  smoke: {{blocks: false}}\n  reconnect: {{}}\n")
    plan, _ = read_plan(path, {}, Library(home() / "audio", tmp_path))
    blocking = {case.suite for case in plan.cases for claim in case.claims if claim.blocks}
    assert blocking == {"reconnect"}


SMALL = """\
version: 1
target: {url: "wss://agent.example/voice", dialect: DIALECT}
invariants: {final-marker: false, session-id: true}
suites: {smoke: , handshake: }
"""


def test_an_invariant_is_switched_for_every_suite(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, SMALL.replace("DIALECT", "canonical"))
    claimed = {claim.check for case in plan.cases for claim in case.claims}
    assert "session-id" in claimed
    assert "final-marker" not in claimed


@pytest.mark.parametrize(
    ("dialect", "given", "told"),
    [
        ("twilio-media-streams", "session-id: true",
         ":3:47: the dialect twilio-media-streams does not show session.started, without which session-id cannot"),
        ("canonical", "session-ids: true", "has the unknown invariant 'session-ids'; did you mean 'session-id'?"),
        ("canonical", "session-id: maybe", "found the text 'maybe'"),
    ],
)  # fmt: skip
def test_an_invariant_that_cannot_be_switched_is_a_mistake(tmp_path: Path, dialect: str, given: str, told: str) -> None:
    with pytest.raises(ManifestError) as error:
        plan_of(tmp_path, SMALL.replace("DIALECT", dialect).replace("session-id: true", given))
    assert told in str(error.value)
    assert len(error.value.mistakes) == 1


def test_editors_know_the_names_of_invariants() -> None:
    names = json_schema()["properties"]["invariants"]["propertyNames"]["enum"]
    assert "transcript-before-answer" in names
