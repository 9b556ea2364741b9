"""What the documentation says is what the code does: examples are read, keys, defaults and names compared both ways."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from gate.checks.company import SLOWER_MS
from gate.cli.main import parser
from gate.core import acts
from gate.core.durations import milliseconds
from gate.core.frames import Direction, Frame, Opcode
from gate.core.jsons import Json, parse
from gate.core.matchers import Kind
from gate.core.plan import Budgets, Clip, Limits, Plan
from gate.core.recording import Heard, Note
from gate.core.signals import (
    EVENT_NAMES,
    AudioDone,
    AudioIn,
    AudioOut,
    Cancelled,
    Closed,
    Configured,
    Fault,
    InputAccepted,
    Mark,
    Metadata,
    Ready,
    ResponseStarted,
    Signal,
    SpeechStarted,
    SpeechStopped,
    ToolCall,
    ToolResult,
    Transcript,
    TurnDone,
)
from gate.core.sizes import size_bytes
from gate.dialects import DIALECTS, dialect_of
from gate.dialects.canonical.dialect import Canonical
from gate.dialects.template.dialect import Template
from gate.dialects.template.options import EVENTS
from gate.evidence.events import payload_of, speech_events
from gate.fixtures.library import Library, home
from gate.manifest import read_plan
from gate.manifest.authenticating import MadeToken
from gate.manifest.models import Manifest, RecipeSettings, TargetSettings
from gate.manifest.source import parse as read_yaml
from gate.manifest.targets import IN_PLAN
from gate.suites import SUITES
from gate.suites.cases import CaseSettings
from gate.suites.matching import CALLER_EVENTS, MATCHERS
from gate.suites.mocking import MockSettings
from gate.suites.network import CaseNetworkSettings, NetworkSettings
from gate.suites.refusals import OF_JWT, STANDARD
from gate.suites.settings import StepSettings, Until
from gate.suites.smoke import FIRST_AUDIO_MS
from tests.docs import pages
from tests.docs.pages import Block
from tests.matrix.dialects import overview

HEAD = (
    'version: 1\ntarget: {url: "wss://agent.example/voice", dialect: canonical, auth: {bearer: "${env.VOICE_TOKEN}"}}\n'
)
NEGATIVES = '  negative_tokens: {expired: "not-a-token"}\n'
PROBE = '  probe: {url: "https://agent.example/sessions", ids: sessions}\n'
ALL = """\
version: 1
target:
  url: wss://agent.example/voice
  dialect: canonical
  auth: {bearer: "${env.VOICE_TOKEN}"}
"""


def plan_of(text: str, folder: Path, schemas: str = "") -> Plan:
    """The plan of a manifest whose environment is set and whose files are there."""
    file = folder / "voice-tests.yaml"
    file.write_text(text, "utf-8")
    (folder / "agent").mkdir(exist_ok=True)
    (folder / "tools.json").write_text(schemas or '[{"name": "lookup_appointment"}]')
    environ = dict.fromkeys(re.findall(r"\$\{env\.(\w+)\}", text), "a-token-for-the-docs")
    return read_plan(file, environ, Library(home() / "audio", folder))[0]


def whole(block: Block) -> str:
    """The manifest that a fragment is a part of, so that every example is run and none is only looked at."""
    first = block.text.split("\n", 1)[0]
    if first.startswith("- name:"):
        indented = "".join(f"      {line}\n" for line in block.text.splitlines())
        return f"{HEAD}suites:\n  tools:\n    cases:\n{indented}"
    key = first.split(":")[0]
    assert key in Manifest.model_fields, f"line {block.line}: no fragment of a manifest that is known here"
    head = "version: 1\n" if key in ("target", "targets") else HEAD
    has_suites = re.search(r"^suites:", block.text, re.MULTILINE)
    return f"{head}{block.text}" + ("" if has_suites else "suites: {handshake: {}}\n")


YAML = [
    pytest.param(block, id=f"{page.name}:{block.line}")
    for page in pages.PAGES
    if page != pages.CONTRACTS
    for block in pages.blocks(page, "yaml")
]
"""Those of the contracts are run with their calls."""


@pytest.mark.parametrize("block", YAML)
def test_every_manifest_of_the_docs_is_one(block: Block, tmp_path: Path) -> None:
    is_whole = block.text.startswith("version:")
    assert plan_of(block.text if is_whole else whole(block), tmp_path).cases


def test_there_are_examples() -> None:
    begun = [param.values[0].text.startswith("version:") for param in YAML]
    assert sum(begun) >= 5


@pytest.mark.parametrize("page", pages.PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for link in pages.links(page):
        if re.match(r"[a-z]+:", link):
            continue
        file, _, anchor = link.partition("#")
        target = page.parent / file if file else page
        assert target.exists(), f"{link} leads nowhere"
        assert not anchor or anchor in pages.anchors(target), f"{link}: there is no such heading"


def settings_of(annotation: Any) -> list[type[BaseModel]]:
    """The settings models in a type, and whether they are the values of a mapping by name."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in get_args(annotation) for model in settings_of(part)]


def keys(model: type[BaseModel], path: str, apart: tuple[type[BaseModel], ...] = ()) -> Iterator[tuple[str, Any]]:
    """Every key below a model with its field, under the dotted path that the docs use. Models `apart` have a section
    of their own."""
    for name, field in model.model_fields.items():
        here = f"{path}.{field.alias or name}".removeprefix(".")
        yield here, field
        by_name = "dict[" in str(field.annotation)
        for inner in settings_of(field.annotation):
            if inner not in apart:
                yield from keys(inner, f"{here}.NAME" if by_name else here, apart)


def known_keys() -> dict[str, Any]:
    apart = (TargetSettings, CaseSettings, RecipeSettings, MockSettings, NetworkSettings, CaseNetworkSettings)
    found = dict(keys(Manifest, "", apart)) | dict(keys(TargetSettings, "target", (MadeToken,)))
    made = dict(keys(MadeToken, "target.auth"))
    found |= {path: field for path, field in made.items() if path not in ("target.auth.jwt", "target.auth.mint")}
    found |= dict(keys(CaseSettings, "cases", apart)) | dict(keys(MockSettings, "tools.mocks"))
    found |= dict(keys(RecipeSettings, "clips", (RecipeSettings,))) | dict(keys(CaseNetworkSettings, "network"))
    for name, suite in SUITES.items():
        found |= dict(keys(suite.Settings, f"suites.{name}", (*apart, StepSettings)))
    return found | dict(keys(Template.Options, "options"))


def told_keys() -> dict[str, str | None]:
    """Every key that a table of the docs tells, with what its column of defaults says, where it has one."""
    told: dict[str, str | None] = {}
    for page in (pages.MANIFEST, pages.OWN):
        for row in pages.table(page, "key"):
            for i, key in enumerate(row.code(0)):
                path = f"{row.under}.{key}".removeprefix(".")
                assert path not in told, f"{path} is told twice"
                told[path] = row.cells[2] if i == 0 and row.head[2] == "default" else None
    return told


def test_the_keys_told_are_the_keys_there_are() -> None:
    assert sorted(told_keys()) == sorted(known_keys())


NEEDED = {"version", "suites", "target.dialect", "suites.tools.cases"}
"""Keys whose models have a default, and which are asked for all the same."""


def default_of(path: str, field: Any) -> Any:
    section, _, key = path.rpartition(".")
    if section == "target.budgets":
        return getattr(Budgets(), IN_PLAN.get(key, f"{key}_ms"))
    if section == "limits":
        return getattr(Limits(), IN_PLAN.get(key, f"{key}_ms"))
    if path == "suites.smoke.first_audio":
        return FIRST_AUDIO_MS
    if path in ("suites.handshake.slower_at_once", "suites.handshake.slower_cold"):
        return SLOWER_MS
    if path == "tools.strategy":
        return "selected"
    default = field.get_default(call_default_factory=True)
    return parse(default) if path == "options.send_audio" else default


@pytest.mark.parametrize("path", sorted(path for path, told in told_keys().items() if told is not None))
def test_the_default_told_is_the_default(path: str) -> None:
    field, told = known_keys()[path], told_keys()[path] or ""
    assert (told == "required") == (field.is_required() or path in NEEDED)
    default, shown = default_of(path, field), re.match(r"`([^`]+)`", told)
    if shown:
        value = milliseconds(shown[1]) if isinstance(default, float) else read_yaml(shown[1].encode(), "-").data
        value = size_bytes(value) if shown[1].endswith("B") else value
        assert value == default
    elif told != "required":
        assert default is None or isinstance(default, BaseModel)


ONE_OF_EACH: tuple[Signal, ...] = (
    Ready("s"), Configured(), InputAccepted(), SpeechStarted(), SpeechStopped(), ToolCall("c", "n", {}),
    ToolResult("c"), AudioOut(b"\0\0", 16_000), AudioDone(), Mark(""), ResponseStarted(), TurnDone(), Cancelled(),
    Metadata(), Fault(None, ""), Closed(1000),
    *(Transcript(role, "", final) for role in ("caller", "agent") for final in (True, False)),
)  # fmt: skip


def spoken() -> dict[str, set[str]]:
    clip = Clip("hello", "", 16_000, 20.0, "hello", segments_ms=((5.0, 15.0),))
    frame = Heard(AudioIn(bytes(640), 16_000), 20_000_000, Direction.SENT, 0, 0)
    note = Note(0, 0, 0, "play", {"clip": "hello", "at_sample": 0, "turn": 1})
    return {name: set(payload) for *_, name, payload in speech_events([frame], [note], {"hello": clip})}


def test_every_event_is_told_with_its_fields() -> None:
    told = {name: set(row.code(1)) for row in pages.table(pages.MANIFEST, "event") for name in row.code(0)}
    known = {signal.EVENT: set(payload_of(signal)) for signal in ONE_OF_EACH}
    assert set(known) == set(EVENT_NAMES)
    assert told == known | spoken()
    assert set(told) == {*EVENT_NAMES, *CALLER_EVENTS}


def test_every_event_of_a_template_is_told() -> None:
    (listed,) = re.findall(r"NAME is one of (.+?)\. The", pages.OWN.read_text("utf-8"), re.DOTALL)
    assert re.findall(r"`([^`]+)`", listed) == list(EVENTS)


def test_every_clip_is_told() -> None:
    index = json.loads((home() / "audio" / "index.json").read_text("utf-8"))["clips"]
    told = [(row.code(0)[0], *row.cells[1:3]) for row in pages.table(pages.MANIFEST, "clip")]
    assert told == [(clip["name"], clip["class"], clip["words"]) for clip in index]


def test_every_bad_file_is_told() -> None:
    index = json.loads((home() / "audio" / "index.json").read_text("utf-8"))["bad"]
    told = [(row.code(0)[0], row.cells[1]) for row in pages.table(pages.MANIFEST, "bad file")]
    assert told == [(bad["name"], bad["what"]) for bad in index]
    assert {bad["words"] for bad in index} == {"yes thursday please"}


def test_every_suite_has_its_section_and_every_case_its_line(tmp_path: Path) -> None:
    plan = plan_of(ALL + NEGATIVES + PROBE + "suites: {handshake: , smoke: , reconnect: }\n", tmp_path)
    claimed: dict[str, list[str]] = {f"suites.{name}": [] for name in SUITES if name != "tools"}
    for case in plan.cases:
        claimed[f"suites.{case.suite}"].append(case.name)
    told: dict[str, list[str]] = {}
    for row in pages.table(pages.MANIFEST, "case"):
        told.setdefault(row.under, []).append(row.cells[0])
    assert told == claimed
    sections = [row.under.split(".") for row in pages.rows(pages.MANIFEST) if row.under.startswith("suites.")]
    assert {suite for _, suite, *_ in sections} == set(SUITES)
    assert {row.code(0)[0] for row in pages.table(pages.README, "suite")} == set(SUITES)


def test_what_is_only_shown_is_told_as_shown(tmp_path: Path) -> None:
    started = "  start: {command: [bot], ready: {port: 8765}}\n"
    plan = plan_of(ALL + started + "suites: {handshake: , smoke: , reconnect: }\n", tmp_path)
    shown = {case.name for case in plan.cases for claim in case.claims if not claim.blocks}
    told = [row.cells for row in pages.table(pages.MANIFEST, "case") if "*shown" in row.cells[1].casefold()]
    questions = {row.cells[0] for row in pages.table(pages.MANIFEST, "case") if ": the answer" in row.cells[1]}
    assert {name for name, *_ in told} | questions == shown
    by_itself = plan_of(ALL + "suites: {handshake: , smoke: , reconnect: }\n", tmp_path)
    skipped = [case.name for case in by_itself.cases if case.skip]
    opaque = [f"{kind} token is refused" for kind in STANDARD if kind not in OF_JWT]
    assert {*opaque} <= {*skipped}
    assert all(name in pages.MANIFEST.read_text("utf-8") for name in skipped)


@pytest.mark.parametrize(
    ("kind", "known"), [("matcher", MATCHERS), ("matcher", get_args(Kind)), ("until", get_args(Until))]
)
def test_the_words_of_a_table_are_all_there_are(kind: str, known: tuple[str, ...]) -> None:
    assert sorted(word for row in pages.table(pages.MANIFEST, kind) for word in row.code(0)) == sorted(known)


def test_every_dialect_has_its_section() -> None:
    sections = re.findall(r"^## `([\w-]+)`$", pages.DIALECTS.read_text("utf-8"), re.MULTILINE)
    assert sections == list(DIALECTS)


@pytest.mark.parametrize("name", [name for name in DIALECTS if name != "template"])
def test_every_option_of_a_dialect_is_told_in_its_section(name: str) -> None:
    told = [key for row in pages.table(pages.DIALECTS, "option") if row.under == name for key in row.code(0)]
    assert sorted(told) == sorted(DIALECTS[name].Options.model_fields)


@pytest.mark.parametrize("name", DIALECTS)
def test_every_dialect_has_a_short_manifest_that_works(name: str, tmp_path: Path) -> None:
    (block,) = [block for block in pages.blocks(pages.DIALECTS, "yaml") if block.under == name]
    assert len(block.text.splitlines()) <= 16
    assert {target.dialect for target in plan_of(block.text, tmp_path).targets} == {name}


def test_the_overview_of_the_dialects_is_what_they_say_of_themselves() -> None:
    assert overview() in pages.DIALECTS.read_text("utf-8"), "run: make dialects"


def test_every_dialect_is_in_the_readme() -> None:
    told = [name for row in pages.table(pages.README, "the gate is") for name in row.code(1)]
    assert sorted(told) == sorted(DIALECTS)


def test_every_command_is_in_the_readme() -> None:
    (commands,) = [action.choices for action in parser()._actions if action.dest == "command"]
    text = pages.README.read_text("utf-8")
    assert commands
    assert [name for name in commands if not re.search(rf"voxgate {name}\b", text)] == []


def signals_in(dialect: Canonical | Template, line: str, direction: Direction) -> tuple[Signal, ...]:
    return dialect.observer().observe(Frame(direction, Opcode.TEXT, line, 0))


def test_the_messages_of_the_canonical_dialect_are_understood() -> None:
    ours, theirs = (block.text.splitlines() for block in pages.blocks(pages.OWN, "json"))
    dialect = Canonical()
    heard = [act for line in ours for act in dialect.agent().hear(line)]
    kinds = {
        acts.Configure, acts.Speak, acts.Type, acts.Answer, acts.SendFile, acts.Press, acts.Show, acts.EchoMark,
    }  # fmt: skip
    assert {type(act) for act in heard} == kinds
    assert [parse(frame) for act in heard for frame in dialect.encoder().encode(act, 0)] == list(map(parse, ours))
    types = [str(_object(line)["type"]) for line in theirs]
    signals = [signals_in(dialect, line, Direction.RECEIVED) for line in theirs]
    assert [[signal.EVENT for signal in found] for found in signals] == [[kind] for kind in types]
    said = [frame for (signal,) in signals for frame in dialect.agent().say(signal)]
    assert [parse(frame) for frame in said] == list(map(parse, theirs))
    assert set(types) == set(EVENT_NAMES) - {"session.closed"}


def _object(line: str) -> dict[str, Json]:
    value = parse(line)
    assert isinstance(value, dict)
    return value


def test_the_captured_conversation_means_what_is_written_beside_it(tmp_path: Path) -> None:
    (conversation,) = pages.blocks(pages.OWN, "text")
    (manifest,) = pages.blocks(pages.OWN, "yaml")
    assert conversation.under == manifest.under
    dialect = dialect_of(plan_of(manifest.text, tmp_path).targets[0])
    assert isinstance(dialect, Template)
    for line in conversation.text.splitlines():
        arrow, message, told = re.fullmatch(r"([→←]) (\{.+\})  +(\S.*)", line).groups()  # type: ignore[union-attr]
        if arrow == "←":
            meant = signals_in(dialect, message, Direction.RECEIVED)
            assert [signal.EVENT for signal in meant] == told.split(), message
            continue
        sent = [name for name, pattern in dialect.sends.items() if pattern.match(message) is not None]
        assert sent[0] == told.removeprefix("send.").removeprefix("send_"), message
    words = {word for line in conversation.text.splitlines() for word in line.split("  ")[-1].split()}
    assert set(dialect.options.events) <= words
