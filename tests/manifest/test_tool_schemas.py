"""The schema of the tools: read in both of OpenAI's forms, sent where the dialect has a word for it, and held against
what the manifest names."""

# Texts that are compared whole stay on one line.
# ruff: noqa: E501

import json
from pathlib import Path
from typing import Any

import pytest

from gate.core.mistakes import ManifestError
from gate.core.plan import Plan
from gate.core.tooling import Schema
from gate.fixtures.library import Library, home
from gate.manifest import read_plan
from gate.suites.tools import draft
from tests.manifest.fakes import ENV
from tests.suites.briefs import brief

LOOK: dict[str, Any] = {"type": "object", "properties": {"day": {"type": "string"}}, "required": ["day"]}
NESTED = {"type": "function", "function": {"name": "look", "description": "Looks.", "parameters": LOOK}}
FLAT = {"type": "function", "name": "move", "parameters": {"type": "object"}}
CASES = "suites: {tools: {cases: [{name: One, caller: [{play: hello}], never: [error]}]}}\n"


def plan_of(folder: Path, tools: Any, text: str = "", *, dialect: str = "canonical", session: str = "", suites: str = CASES) -> Plan:  # fmt: skip
    (folder / "schemas.json").write_text(tools if isinstance(tools, str) else json.dumps(tools))
    head = f'version: 1\ntarget: {{url: "wss://agent.example/v", dialect: {dialect}{session}}}\n'
    (folder / "voice-tests.yaml").write_text(f"{head}tools: {{schema: schemas.json{text}}}\n{suites}")
    return read_plan(folder / "voice-tests.yaml", ENV, Library(home() / "audio", folder))[0]


def told(folder: Path, tools: Any, text: str = "", **more: Any) -> list[str]:
    with pytest.raises(ManifestError) as caught:
        plan_of(folder, tools, text, **more)
    return [str(mistake).split("voice-tests.yaml:", 1)[1] for mistake in caught.value.mistakes]


def test_both_forms_are_read(tmp_path: Path) -> None:
    tools = plan_of(tmp_path, [NESTED, FLAT]).cases[0].tools
    assert tools.schemas == (Schema("look", LOOK, "Looks.", NESTED), Schema("move", {"type": "object"}, "", FLAT))
    assert "arguments" in [claim.check for claim in plan_of(tmp_path, [NESTED]).cases[0].claims]


def test_they_are_sent_where_the_dialect_has_a_word_for_them(tmp_path: Path) -> None:
    def session(dialect: str, session: str = "") -> dict[str, Any]:
        plan = plan_of(tmp_path, [NESTED], dialect=dialect, session=session)
        assert plan.cases[0].calls[0].session == plan.targets[0].session
        return plan.targets[0].session

    assert session("openai-realtime") == {"tools": [NESTED]}
    assert session("openai-realtime", ", session: {tools: [{name: mine}], voice: alloy}") == {
        "tools": [{"name": "mine"}], "voice": "alloy",
    }  # fmt: skip
    assert session("canonical") == {}


def test_what_a_generator_writes_above_a_schema_is_no_mistake(tmp_path: Path) -> None:
    old = {"$schema": "http://json-schema.org/draft-07/schema#", **LOOK}
    (schema,) = plan_of(tmp_path, [{"name": "look", "parameters": old}]).cases[0].tools.schemas or ()
    assert (schema.parameters, schema.given["parameters"]) == (LOOK, old)


PARAMETERS = "3:17: tools.schema names a file in which the parameters of look are no JSON Schema (draft 2020-12), "


def with_parameters(**parameters: Any) -> list[Any]:
    return [{"name": "look", "parameters": parameters}]


@pytest.mark.parametrize(
    ("tools", "said"),
    [
        ("[1,", "3:17: tools.schema names a file that is no JSON, found 'schemas.json', expected JSON; Expecting value: line 1 column 4 (char 3)"),
        ({}, "3:17: tools.schema names a file that is no list of tools, found 'schemas.json', expected [{\"type\": \"function\", \"function\": {\"name\": …, \"parameters\": {…}}}]"),
        ([NESTED, "look"], "3:17: tools.schema names a file with a tool that is no object, found schemas.json[1], expected [{\"type\": \"function\", \"function\": {\"name\": …, \"parameters\": {…}}}]"),
        ([{"type": "function"}], "3:17: tools.schema names a file with a tool that has no name, found schemas.json[0], expected [{\"type\": \"function\", \"function\": {\"name\": …, \"parameters\": {…}}}]"),
        ([{"type": "mcp", "name": "x"}], "3:17: tools.schema names a file with a tool of the type 'mcp', found schemas.json[0], expected \"type\": \"function\""),
        ([NESTED, NESTED], "3:17: tools.schema names a file with two tools 'look', found schemas.json[1]; give each a name of its own"),
        ([{"name": "look", "parameters": ["day"]}], "3:17: tools.schema names a file in which the parameters of look are no object, found schemas.json[0], expected a JSON Schema"),
        (with_parameters(type="objekt"), PARAMETERS + "at $.type: 'objekt' is not valid under any of the given schemas, found schemas.json[0]"),
        (with_parameters(properties={"day": {"$ref": "https://x.test/day.json"}}), PARAMETERS + "at $.properties.day.$ref: 'https://x.test/day.json' is no reference to a part of the schema itself, such as #/$defs/day, found schemas.json[0]"),
        (with_parameters(properties={"day": {"$ref": "#/$defs/dya"}}), PARAMETERS + "at $.properties.day.$ref: there is no #/$defs/dya, found schemas.json[0]"),
    ],
)  # fmt: skip
def test_a_file_that_is_wrong_is_told_as_it_is(tmp_path: Path, tools: Any, said: str) -> None:
    assert told(tmp_path, tools) == [said]


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    text = f'version: 1\ntarget: {{url: "wss://agent.example/v", dialect: canonical}}\ntools: {{schema: nowhere.json}}\n{CASES}'
    (tmp_path / "voice-tests.yaml").write_text(text)
    with pytest.raises(ManifestError) as caught:
        read_plan(tmp_path / "voice-tests.yaml", ENV, Library(home() / "audio", tmp_path))
    assert "tools.schema names a file that cannot be read, found 'nowhere.json'" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (", mocks: [{tool: lok, respond: 1}]", "a mock names the tool 'lok', which the schema of the tools lacks; did you mean 'look'?"),
        (", mocks: [{tool: look, args_match: {dya: x}, respond: 1}]", "a mock names the argument 'dya', which the schema of look lacks; did you mean 'day'?"),
        (", mocks: [{tool: look, respond: 'on {{arguments.dya}}'}]", "a mock names the argument 'dya', which the schema of look lacks; did you mean 'day'?"),
        (", system: [bye], mocks: [{tool: bye, respond: 1}]", "a mock of 'bye', which belongs to the platform and is never mocked; delete it: the platform answers"),
        (", writes: [mvoe]", "tools.writes[0] names the tool 'mvoe', which the schema of the tools lacks; did you mean 'move'?"),
        (", ids: {lok: [id]}", "tools.ids.lok names the tool 'lok', which the schema of the tools lacks; did you mean 'look'?"),
        (", ids: {look: [dya]}", "tools.ids.look[0] names the argument 'dya', which the schema of look lacks; did you mean 'day'?"),
        (", writes: [look], idempotency: {argument: key}", "tools.idempotency.argument names the argument 'key', which the schema of look lacks; known here: day"),
    ],
)  # fmt: skip
def test_a_name_that_the_schema_lacks_is_a_mistake(tmp_path: Path, text: str, said: str) -> None:
    (mistake,) = told(tmp_path, [NESTED, FLAT], text)
    assert mistake.split(": ", 1)[1] == said


def test_a_mock_of_what_every_platform_runs_itself_is_a_mistake(tmp_path: Path) -> None:
    tools = [{"name": "end_call"}, {"name": "look"}]
    mocks = ", mocks: [{tool: end_call, respond: 1}]"
    (said,) = told(tmp_path, tools, mocks, dialect="elevenlabs")
    assert "a mock of 'end_call', which belongs to the platform" in said
    assert plan_of(tmp_path, tools, mocks, dialect="openai-realtime").cases


@pytest.mark.parametrize("dialect", ["canonical", "openai-realtime", "twilio-media-streams", "retell"])
@pytest.mark.parametrize(
    "tools", [[NESTED, FLAT], [FLAT], [{"name": "no", "parameters": {"required": ["a.b", "yes"]}}], None]
)
def test_the_case_that_is_drafted_can_be_pasted(tmp_path: Path, tools: Any, dialect: str) -> None:
    schemas = tools if tools is not None else [{"name": "x"}]
    text = ""
    if tools is None:
        cases = draft(brief("tools", dialect))
    else:
        (said,) = told(tmp_path, schemas, text, dialect=dialect, suites="suites: {tools: {}}\n")
        assert "the tools suite claims nothing by itself, found no cases, expected at least one case" in said
        cases = said.split("; write, with words of your own: ", 1)[1]
    plan = plan_of(tmp_path, schemas, text, dialect=dialect, suites=f"suites:\n  tools:\n    {cases}\n")
    assert [case.name for case in plan.cases] == ["a first case"]
