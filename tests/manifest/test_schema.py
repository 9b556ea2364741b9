"""The schema for editors comes from the models that read the file."""

import json
from typing import Any

from gate.manifest import json_schema
from tests.manifest.fakes import FAKES


def resolved(schema: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    return schema["$defs"][node["$ref"].rsplit("/", 1)[-1]] if "$ref" in node else node


def test_the_schema_names_suites_dialects_and_their_settings() -> None:
    schema = json_schema(FAKES)
    json.dumps(schema)
    assert schema["required"] == ["version", "suites"]
    assert schema["oneOf"] == [{"required": ["target"]}, {"required": ["targets"]}]
    suites = schema["properties"]["suites"]
    assert list(suites["properties"]) == ["smoke", "tools"]
    assert "clips" in resolved(schema, suites["properties"]["smoke"]["anyOf"][0])["properties"]
    target = schema["$defs"]["TargetSettings"]
    assert target["properties"]["dialect"] == {"enum": ["plain", "template"]}
    assert target["required"] == ["dialect"]
    assert "rate" in resolved(schema, target["allOf"][0]["then"]["properties"]["options"])["properties"]
    assert schema["$defs"]["BudgetSettings"]["properties"]["call"]["type"] == "string"


def test_every_reference_of_the_schema_leads_somewhere() -> None:
    schema = json_schema(FAKES)
    names = {part.split('"')[0] for part in json.dumps(schema).split("#/$defs/")[1:]}
    assert names <= set(schema["$defs"])


def test_no_real_settings_let_unknown_keys_through() -> None:
    schema = json_schema()
    objects = {name: node for name, node in schema["$defs"].items() if "properties" in node}
    assert [name for name, node in objects.items() if node.get("additionalProperties") is not False] == []
