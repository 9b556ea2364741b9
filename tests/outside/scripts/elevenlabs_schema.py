"""Frames against the provider's own AsyncAPI schema, in which `publish` is what the server says.
usage: elevenlabs_schema.py SCHEMA.yaml < {"sent": […], "received": […]}; prints what is wrong with each frame."""

import json
import sys
from pathlib import Path

import yaml
from jsonschema import Draft202012Validator

WAYS = {"sent": "subscribe", "received": "publish"}


def plain(value):
    """AsyncAPI 2.6 has `nullable` from OpenAPI, which JSON Schema does not know."""
    if isinstance(value, list):
        return [plain(item) for item in value]
    if not isinstance(value, dict):
        return value
    out = {key: plain(item) for key, item in value.items() if key != "nullable"}
    return {"anyOf": [out, {"type": "null"}]} if value.get("nullable") is True else out


def payloads(document, way):
    messages = document["components"]["messages"]
    for one in document["channels"]["AgentMessages"][WAYS[way]]["message"]["oneOf"]:
        yield messages[one["$ref"].rpartition("/")[2]]["payload"]["$ref"].rpartition("/")[2]


def main(path: str) -> None:
    document = yaml.safe_load(Path(path).read_text())
    schemas = plain(document["components"]["schemas"])
    found = {}
    for way, frames in json.load(sys.stdin).items():
        by_type = {
            schemas[name]["properties"].get("type", {}).get("const", ""): {
                "$ref": f"#/components/schemas/{name}", "components": {"schemas": schemas}
            }
            for name in payloads(document, way)
        }  # fmt: skip
        found[way] = [wrong(by_type.get(frame.get("type", "")), frame) for frame in frames]
    print(json.dumps(found))


def wrong(schema, frame) -> str:
    if schema is None:
        return f"no message has the type {frame.get('type')!r}"
    return "; ".join(error.message for error in Draft202012Validator(schema).iter_errors(frame))


main(*sys.argv[1:])
