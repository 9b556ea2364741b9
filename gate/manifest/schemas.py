"""The file of `tools.schema`, in OpenAI's form, and every way in which it can be wrong. It looks nowhere else."""

from pathlib import Path

from gate.core import jsonschemas
from gate.core.jsons import Json
from gate.core.tooling import Schema
from gate.manifest import words
from gate.manifest.document import Loc
from gate.manifest.faults import Fault, Faults
from gate.manifest.files import read_json

_FORM = '[{"type": "function", "function": {"name": …, "parameters": {…}}}]'
ANYTHING: dict[str, Json] = {"type": "object"}
"""What a tool is called with that says nothing of it."""


def schemas_of(name: str, folder: Path, faults: Faults, loc: Loc) -> tuple[Schema, ...] | None:
    """None where nothing can be made of the file: a fault says why."""
    known = len(faults.mistakes)
    data = read_json(name, folder, faults, loc)
    if len(faults.mistakes) > known:
        return None
    if not isinstance(data, list):
        fault = Fault("names a file that is no list of tools", _FORM)
        faults.tell(loc, fault, words.quoted(name))
        return None
    found: dict[str, Schema] = {}
    for index, given in enumerate(data):
        made = _schema(given)
        if isinstance(made, Schema) and made.name in found:
            made = Fault(f"names a file with two tools {made.name!r}", "", "give each a name of its own")
        if isinstance(made, Schema):
            found[made.name] = made
        else:
            faults.tell(loc, made, f"{name}[{index}]")
    return tuple(found.values())


def _schema(given: Json) -> Schema | Fault:
    if not isinstance(given, dict):
        return Fault("names a file with a tool that is no object", _FORM)
    if given.get("type", "function") != "function":
        return Fault(f"names a file with a tool of the type {given['type']!r}", '"type": "function"')
    inner = given.get("function", given)
    name = inner.get("name") if isinstance(inner, dict) else None
    if not isinstance(inner, dict) or not isinstance(name, str) or not name:
        return Fault("names a file with a tool that has no name", _FORM)
    parameters = inner.get("parameters") or ANYTHING
    what = f"names a file in which the parameters of {name}"
    if not isinstance(parameters, dict):
        return Fault(f"{what} are no object", "a JSON Schema")
    parameters = {key: value for key, value in parameters.items() if key != "$schema"}
    if wrong := jsonschemas.mistake(parameters):
        return Fault(f"{what} are no JSON Schema (draft 2020-12), {words.clipped(wrong, 200)}")
    description = inner.get("description")
    return Schema(name, parameters, description if isinstance(description, str) else "", given)
