"""The JSON Schema of the manifest for editors, from the same models that read it."""

from typing import Any

from pydantic.json_schema import models_json_schema

from gate.manifest.models import Manifest
from gate.manifest.registries import Registries, real


def json_schema(registries: Registries | None = None) -> dict[str, Any]:
    """One schema for the whole file: `suites` by their names, `options` by the dialect beside them."""
    known = registries or real()
    options = {name: dialect.Options for name, dialect in known.dialects.items()}
    settings = {name: suite.Settings for name, suite in known.suites.items()}
    models = [Manifest, *dict.fromkeys((*options.values(), *settings.values()))]
    refs, shared = models_json_schema([(model, "validation") for model in models])
    definitions: dict[str, Any] = shared["$defs"]
    manifest = definitions.pop(refs[(Manifest, "validation")]["$ref"].rsplit("/", 1)[-1])
    manifest["properties"]["suites"] = {
        "type": "object",
        "minProperties": 1,
        "additionalProperties": False,
        "properties": {
            name: {"anyOf": [refs[(model, "validation")], {"type": "null"}]} for name, model in settings.items()
        },
    }
    target = definitions["TargetSettings"]
    target["properties"]["dialect"] = {"enum": list(known.dialects)}
    target["allOf"] = [
        {
            "if": {"properties": {"dialect": {"const": name}}, "required": ["dialect"]},
            "then": {"properties": {"options": refs[(model, "validation")]}},
        }
        for name, model in options.items()
    ]
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "voice-tests.yaml"}
    return {**manifest, **head, "$defs": definitions}
