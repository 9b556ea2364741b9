"""What may stand under `session:`: anything for protocols of one's own, known fields for a provider's."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gate.core.mistakes import ManifestError
from gate.core.plan import Plan
from gate.dialects.canonical.dialect import Canonical
from gate.fixtures.library import Library, home
from gate.manifest import read_plan
from gate.manifest.registries import Registries
from gate.suites import SUITES

HEAD = "version: 1\ntarget:\n  url: ws://127.0.0.1:9/\n  dialect: provider\n"
SUITE = "suites:\n  handshake: {}\n"


class Provider(Canonical):
    capabilities = replace(Canonical.capabilities, session=frozenset({"voice", "tools", "system_prompt", "vad"}))


REGISTRIES = Registries({"provider": Provider}, SUITES, lambda target: Provider())


def plan(text: str, folder: Path, registries: Any = REGISTRIES) -> Plan:
    path = folder / "m.yaml"
    path.write_text(text)
    return read_plan(path, {}, Library(home() / "audio", folder), registries)[0]


def told(text: str, folder: Path) -> str:
    with pytest.raises(ManifestError) as caught:
        plan(text, folder)
    return str(caught.value)


def test_fields_that_the_provider_has(tmp_path: Path) -> None:
    session = "  session: {voice: v, vad: {type: server_vad}, tools: [{name: look}], system_prompt: be kind}\n"
    assert plan(HEAD + session + SUITE, tmp_path).cases[0].calls[0].session["voice"] == "v"


@pytest.mark.parametrize(
    ("session", "said"),
    [
        ("{model: m}", "5:13: the dialect provider has no session field 'model'"),
        ("{vioce: v}", "did you mean 'voice'?"),
        ("{voice: 3}", "target.session.voice is wrong"),
        ("{tools: [look]}", "target.session.tools[0]"),
        ("{vad: loud}", "target.session.vad"),
    ],
)
def test_what_it_has_not_or_not_so_is_a_mistake(session: str, said: str, tmp_path: Path) -> None:
    assert said in told(f"{HEAD}  session: {session}\n{SUITE}", tmp_path)


CASE = """suites:
  tools:
    cases:
      - name: a case
        session: {%s}
        caller: [{play: hello}, {wait: turn_done}]
        never: [error]
"""


def test_a_case_asks_for_more_than_its_target(tmp_path: Path) -> None:
    text = HEAD + "  session: {voice: v, system_prompt: one}\n" + CASE % "system_prompt: two"
    assert plan(text, tmp_path).cases[0].calls[0].session == {"voice": "v", "system_prompt": "two"}


def test_a_case_cannot_ask_for_what_there_is_not(tmp_path: Path) -> None:
    said = told(HEAD + CASE % "first_message: hi", tmp_path)
    assert "9:34: the dialect provider has no session field 'first_message'" in said
    assert "unknown key 'voice'" in told(HEAD + CASE % "voice: v", tmp_path)


def test_a_provider_that_is_asked_over_http_may_know_where_the_address_stands(tmp_path: Path) -> None:
    asked = HEAD.replace("url: ws://127.0.0.1:9/", "http: {url: 'http://127.0.0.1:9/calls'}") + SUITE
    assert "lacks the key 'url_path'" in told(asked, tmp_path)
    knows = Registries({"provider": type("P", (Provider,), {"url_path": "joinUrl"})}, SUITES, lambda target: Provider())
    http = plan(asked, tmp_path, knows).targets[0].dial.http
    assert http
    assert http.url_path == "joinUrl"
    own = asked.replace("/calls'", "/calls', url_path: a.b")
    chosen = plan(own, tmp_path, knows).targets[0].dial.http
    assert chosen
    assert chosen.url_path == "a.b"


@pytest.mark.parametrize(
    ("dialect", "session", "said"),
    [
        ("gemini-live", "{vad: semantic}", "5:3: Gemini Live has no semantic detection of speech"),
        ("twilio-media-streams", "{metadata: {note: %s}}" % ("x" * 500), "5:3: session.metadata.note and its value"),
        ("ultravox", "{voice: Mark}", "write http: in the place of url:"),
        ("vonage", "{metadata: {note: %s}}" % ("x" * 600), "512"),
    ],
)  # fmt: skip
def test_what_a_provider_would_not_carry_is_a_mistake(dialect: str, session: str, said: str, tmp_path: Path) -> None:
    text = HEAD.replace("provider", dialect) + f"  session: {session}\n" + SUITE
    with pytest.raises(ManifestError, match=said):
        plan(text, tmp_path, None)


def test_a_stored_agent_of_deepgram_takes_no_session(tmp_path: Path) -> None:
    text = HEAD.replace("provider", "deepgram") + "  options: {session: {agent: one}}\n  session: {voice: v}\n" + SUITE
    with pytest.raises(ManifestError, match="keep one of both"):
        plan(text, tmp_path, None)
