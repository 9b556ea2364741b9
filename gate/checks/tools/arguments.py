"""Whether every tool call of the agent is one that the schema of its tools allows."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from gate.checks.answer import Answer, failed, passed
from gate.checks.tools.seen import lines, named, unseen
from gate.checks.view import View
from gate.core.findings import Layer
from gate.core.jsons import canonical
from gate.core.paths import ABSENT, get
from gate.core.redaction import HASH, marks
from gate.core.tooling import Schema
from gate.measures.ledger import UNTOLD, Entry

SHOWN = 3
_LONGEST = 120


@dataclass(frozen=True, slots=True)
class ArgumentsFit:
    """Every call names a tool that the schema knows, with arguments that are valid by it (JSON Schema 2020-12).

    A decent agent does: its model was given these schemas. Tools of the platform are left out, and so are calls of
    which the wire only tells the name. A value of which only a hash is left (`redact.fields`) is not judged."""

    CHECK: ClassVar[str] = "arguments"


def fit(view: View, params: ArgumentsFit) -> Answer:
    tools = view.case.tools
    expected = "every tool call fits the schema of its tool"
    if nothing := unseen(view, expected):
        return nothing
    for entry in view.ledger:
        if entry.name in tools.system or entry.reply == "system":
            continue
        schema = tools.schema(entry.name)
        if schema is None:
            known = ", ".join(one.name for one in tools.schemas or ())
            actual = f"a call of {entry.name}, which the schema does not know; it knows {known or 'none'}"
            return failed(Layer.TOOLS, expected, actual, "give the agent the tools of the schema", at=lines(entry))
        if wrong := _wrong(entry, schema):
            actual = f"{named(entry)}: {'; '.join(wrong[:SHOWN])}"
            next_action = f"compare the description of {entry.name} that the agent is given with the schema"
            return failed(Layer.TOOLS, expected, actual, next_action, at=(entry.at,))
    at = tuple(entry.at for entry in view.ledger)
    return passed(Layer.TOOLS, expected, at=at) if view.whole else view.unproven(Layer.TOOLS, expected)


def _wrong(entry: Entry, schema: Schema) -> list[str]:
    if entry.told and entry.arguments in UNTOLD:
        return []
    if not isinstance(entry.arguments, dict):
        return ["the arguments are no JSON object"]
    return list(dict.fromkeys(_mistakes(entry.arguments, schema)))


def _mistakes(arguments: dict[str, Any], schema: Schema) -> Iterator[str]:
    import jsonschema
    import referencing

    validator = jsonschema.Draft202012Validator(schema.parameters, registry=referencing.Registry())
    for error in sorted(
        validator.iter_errors(arguments), key=lambda error: [str(part) for part in error.absolute_path]
    ):
        path = ".".join(("arguments", *(str(part).replace(".", "\\.") for part in error.absolute_path)))
        if any(mark.startswith(HASH) for mark in marks(error.instance if isinstance(error.instance, str) else None)):
            continue
        yield _said(path, error.validator, error.validator_value, error.instance, error.message)


def _said(path: str, keyword: str, wanted: Any, found: Any, message: str) -> str:
    """One mistake: where it is, what was found there, and what the schema wants."""
    match keyword:
        case "required" if isinstance(found, dict):
            lacking = [name for name in wanted if get(found, name.replace(".", "\\.")) is ABSENT]
            return f"{path} lacks {', '.join(map(repr, lacking))}"
        case "type":
            kinds = wanted if isinstance(wanted, list) else [wanted]
            return f"{path} is {_shown(found)}, expected {' or '.join(map(str, kinds))}"
        case "enum":
            return f"{path} is {_shown(found)}, expected one of {_shown(wanted)}"
        case "additionalProperties" | "unevaluatedProperties":
            return f"{path}: {message[:_LONGEST]}"
        case _:
            return f"{path} is {_shown(found)}, expected {keyword} {_shown(wanted)}"


def _shown(value: Any) -> str:
    text = canonical(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
