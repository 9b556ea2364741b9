"""JSON Schema, draft 2020-12, as a matcher asks it. Nothing is ever fetched: a schema refers to itself alone.

The package `jsonschema` is imported where it is used, and a schema is compiled once."""

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from gate.core.jsons import Json, canonical, parse

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator, ValidationError

DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
REFERENCES: Final = ("$ref", "$dynamicRef")
PROBES: Final[tuple[Json, ...]] = (None, "", 0, [], {}, [{}], {"": {}})
"""Values of every type: a schema that refers to itself without end can judge none of them."""

BEYOND: Final = (RecursionError, OverflowError)
"""What the package fails with over values that are nested too deep, or integers that no double holds: an agent may send
both."""


def mistake(schema: Json) -> str | None:
    """What is wrong with a schema, and where in it; None if nothing is."""
    from jsonschema import SchemaError

    if not isinstance(schema, dict | bool):
        return "it is neither an object nor true or false"
    for path, key, value in _words(schema, "$"):
        if key in REFERENCES and not value.startswith("#"):
            return f"at {path}: {value!r} is no reference to a part of the schema itself, such as #/$defs/day"
        if key == "$schema" and value.rstrip("#") != DRAFT:
            return f"at {path}: it is written for {value!r}, and only draft 2020-12 is known here"
        if key == "$id" and path != "$.$id":
            return f"at {path}: a part of a schema has no $id of its own here"
    validator = _compiled(canonical(schema))
    try:
        validator.check_schema(schema)
    except SchemaError as error:
        return f"at {error.json_path}: {error.message}"
    return _astray(validator, schema)


def _words(schema: Json, path: str) -> Iterator[tuple[str, str, str]]:
    """Every text that stands under a key, with its path."""
    match schema:
        case dict():
            for key, value in schema.items():
                if isinstance(value, str):
                    yield f"{path}.{key}", key, value
                yield from _words(value, f"{path}.{key}")
        case list():
            for index, value in enumerate(schema):
                yield from _words(value, f"{path}[{index}]")
        case _:
            pass


def _astray(validator: "Draft202012Validator", schema: Json) -> str | None:
    """A reference to a part that is not there, or that leads back to itself: asked of all of them, as the values that
    come would reach only some."""
    from jsonschema import SchemaError
    from referencing import Registry
    from referencing.exceptions import Unresolvable
    from referencing.jsonschema import DRAFT202012

    resolver = Registry().resolver_with_root(DRAFT202012.create_resource(schema))
    for path, key, value in _words(schema, "$"):
        if key not in REFERENCES:
            continue
        try:
            part = resolver.lookup(value).contents
            validator.check_schema(part)
            for probe in PROBES:
                list(validator.evolve(schema=part).iter_errors(probe))
        except Unresolvable:
            return f"at {path}: there is no {value}"
        except SchemaError as error:
            return f"at {path}: {value} is no schema: {error.message}"
        except RecursionError:
            return f"at {path}: {value} refers to itself without end"
    return None


def fits(schema: Json, value: Json) -> bool:
    """Whether the value is one of the schema. What cannot be judged is none."""
    try:
        return bool(_compiled(canonical(schema)).is_valid(value))
    except BEYOND:
        return False


def errors(schema: Json, value: Json) -> "list[ValidationError]":
    """Everything in which the value departs from the schema, by path. Raises RecursionError for what is nested too
    deep."""
    found = _compiled(canonical(schema)).iter_errors(value)
    return sorted(found, key=lambda error: list(map(str, error.absolute_path)))


def why_not(schema: Json, value: Json) -> str:
    """Where the value departs from the schema, in the words of the error that says most."""
    from jsonschema.exceptions import best_match

    try:
        error = best_match(_compiled(canonical(schema)).iter_errors(value))
    except BEYOND:
        return "which is nested too deep, or too large a number, to be judged"
    return f"which at {error.json_path} is wrong: {error.message}" if error else "which fits"


@lru_cache(maxsize=64)
def _compiled(schema: str) -> "Draft202012Validator":
    from jsonschema import Draft202012Validator
    from referencing import Registry

    return Draft202012Validator(parse(schema), registry=Registry())
