"""The file of `tools.schema`, in OpenAI's form, and every way in which it can be wrong. It looks nowhere else."""

from collections.abc import Iterator
from pathlib import Path

from gate.core.jsons import Json, canonical
from gate.core.tooling import Schema
from gate.manifest import words
from gate.manifest.document import Loc
from gate.manifest.faults import Fault, Faults
from gate.manifest.files import read_json
from gate.suites.known_tools import resolved

_FORM = '[{"type": "function", "function": {"name": …, "parameters": {…}}}]'
_REFERENCES = ("$ref", "$dynamicRef")
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
    if wrong := next(_wrong(parameters), None):
        return Fault(f"{what} are no JSON Schema: {wrong}", "draft 2020-12, which refers to nothing outside")
    description = inner.get("description")
    return Schema(name, parameters, description if isinstance(description, str) else "", given)


def _wrong(parameters: dict[str, Json]) -> Iterator[str]:
    import jsonschema

    for where, reference in _references(parameters, "parameters"):
        if not reference.startswith("#") or resolved(reference, parameters) is None:
            yield f"{where} refers to {words.quoted(reference)}, which is not in it"
    try:
        jsonschema.Draft202012Validator.check_schema(parameters)
    except jsonschema.SchemaError as error:
        where = ".".join(("parameters", *map(str, error.absolute_path)))
        yield f"{where} is {words.clipped(canonical(error.instance))}; {words.clipped(error.message)}"


def _references(schema: Json, where: str) -> Iterator[tuple[str, str]]:
    match schema:
        case dict():
            for key, item in schema.items():
                if key in _REFERENCES and isinstance(item, str):
                    yield where, item
                else:
                    yield from _references(item, f"{where}.{key}")
        case list():
            for index, item in enumerate(schema):
                yield from _references(item, f"{where}.{index}")
        case _:
            pass
