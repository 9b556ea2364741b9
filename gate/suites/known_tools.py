"""What the schemas of the tools know of a name, and of the path of an argument. Pure."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import BaseModel

from gate.core.matchers import Matcher
from gate.core.mistakes import Mistake
from gate.core.paths import parts
from gate.core.suggest import did_you_mean
from gate.core.tooling import Mock, Schema, ToolPlan
from gate.suites.brief import Brief, Location
from gate.tools import templates

_DEEPEST = 20
_SAYS_MORE = {"$ref", "allOf", "anyOf", "oneOf", "items", "prefixItems"}
Complaint = tuple[str, str]
"""What is wrong, and what to do."""


def of_tool(name: str, tools: ToolPlan) -> Complaint | None:
    """None where the tool is known, or nothing is known of any."""
    if tools.schemas is None or name in tools.system or tools.schema(name) is not None:
        return None
    return f"the tool {name!r}, which the schema of the tools lacks", did_you_mean(
        name, [s.name for s in tools.schemas]
    )


def of_argument(name: str, path: str, tools: ToolPlan) -> Complaint | None:
    schema = tools.schema(name)
    if schema is None:
        first, _, rest = path.partition(".")
        what = f"the argument {path!r}, and paths begin below the arguments here"
        return (what, f"write {rest}") if first == "arguments" and rest else None
    known = lacking(schema, path)
    if known is None:
        return None
    return f"the argument {path!r}, which the schema of {name} lacks", did_you_mean(path.split(".")[-1], known)


def of_mock(mock: Mock, tools: ToolPlan) -> Iterator[Mistake]:
    """Everything that is wrong with a mock beyond its shape."""
    if mock.tool in tools.system:
        what = f"a mock of {mock.tool!r}, which belongs to the platform and is never mocked"
        yield Mistake(mock.place, what, hint="delete it: the platform answers")
        return
    unknown = of_tool(mock.tool, tools)
    complaints = [unknown] if unknown else _arguments(mock, tools)
    yield from (Mistake(mock.place, f"a mock names {what}", hint=hint) for what, hint in complaints)
    for answer in mock.answers:
        for found in templates.malformed(answer.value):
            what = f"a mock of {mock.tool!r} holds a malformed placeholder"
            yield Mistake(mock.place, what, repr(found), "{{arguments.PATH}}")


def _arguments(mock: Mock, tools: ToolPlan) -> list[Complaint]:
    named = [path for path, _ in mock.where]
    named += [path for answer in mock.answers for path in templates.paths(answer.value)]
    found = (of_argument(mock.tool, path, tools) for path in dict.fromkeys(named))
    return [complaint for complaint in found if complaint]


def of_expected(settings: Any, brief: Brief, loc: Location) -> None:
    """Every `event: tool.call` below these settings, however deep, whose `where` names a tool or an argument."""
    match settings:
        case BaseModel():
            where = getattr(settings, "where", None)
            if getattr(settings, "event", None) == "tool.call" and isinstance(where, dict):
                _where(where, brief, (*loc, "where"))
            for name, field in type(settings).model_fields.items():
                of_expected(getattr(settings, name), brief, (*loc, field.alias or name))
        case list() | tuple():
            for index, item in enumerate(settings):
                of_expected(item, brief, (*loc, index))
        case _:
            pass


def of_claims(case: Any, brief: Brief, loc: Location) -> None:
    """Whatever a case names tools by, beside its mocks and `calls`."""
    for part in ("expect", "never"):
        of_expected(getattr(case, part), brief, (*loc, part))
    for part in ("confirms", "must_not_confirm"):
        for index, one in enumerate(getattr(case, part)):
            if unknown := of_tool(one.tool, brief.tools):
                brief.mistake((*loc, part, index, "tool"), f"this names {unknown[0]}", hint=unknown[1])
            for path in one.arguments:
                if unknown := of_argument(one.tool, path, brief.tools):
                    brief.mistake((*loc, part, index, "arguments", path), f"this names {unknown[0]}", hint=unknown[1])


def _where(where: dict[str, list[Matcher]], brief: Brief, loc: Location) -> None:
    exact = [matcher.value for matcher in where.get("name", ()) if matcher.kind == "exact"]
    if not exact or not isinstance(name := exact[0], str):
        return
    if unknown := of_tool(name, brief.tools):
        brief.mistake((*loc, "name"), f"this names {unknown[0]}", hint=unknown[1])
        return
    for path in where:
        first, _, rest = path.partition(".")
        if first == "arguments" and rest and (unknown := of_argument(name, rest, brief.tools)):
            brief.mistake((*loc, path), f"this names {unknown[0]}", hint=unknown[1])


def lacking(schema: Schema, path: str) -> list[str] | None:
    """The keys that there are where the path leads nowhere; None where it leads somewhere, or the schema leaves that
    open."""
    nodes: list[Any] = [schema.parameters]
    for part in parts(path):
        branches = [branch for node in nodes for branch in _branches(node, schema.parameters, 0)]
        below = [_child(branch, part) for branch in branches]
        if True in below or not branches:
            return None
        nodes = [child for child in below if isinstance(child, dict)]
        if not nodes:
            return sorted({key for branch in branches for key in branch.get("properties", ())})
    return None


def _branches(node: Any, root: Any, depth: int) -> Iterator[dict[str, Any]]:
    """The node itself, and all that it refers to or is made of. What cannot be followed allows anything."""
    if node is True or depth > _DEEPEST:
        yield {}
    if depth > _DEEPEST or not isinstance(node, dict):
        return
    yield node
    inner = [one for word in ("allOf", "anyOf", "oneOf") for one in node.get(word, ())]
    inner += [node[word] for word in ("then", "else") if word in node]
    if "$ref" in node:
        inner.append(_resolved(str(node["$ref"]), root))
    for one in inner:
        yield from _branches(one, root, depth + 1)


def _resolved(reference: str, root: Any) -> Any:
    """What stands at a pointer within the schema (RFC 6901); True where it is none, or nothing is there."""
    found = root if reference == "#" or reference.startswith("#/") else True
    for part in reference.removeprefix("#").split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        match found:
            case dict():
                found = found.get(key, True)
            case list() if key.isdecimal() and int(key) < len(found):
                found = found[int(key)]
            case _:
                return True
    return found


def _child(node: dict[str, Any], part: str) -> Any:
    """The schema of one key; True where anything may stand there, and None where nothing is said of it."""
    properties, more = node.get("properties"), node.get("additionalProperties")
    if isinstance(properties, dict) and part in properties:
        return properties[part]
    if part.isdecimal() and ("items" in node or "prefixItems" in node):
        return _item(node.get("prefixItems", ()), node.get("items", True), int(part))
    patterns = node.get("patternProperties", {})
    fitting: Sequence[Any] = [inner for pattern, inner in patterns.items() if re.search(pattern, part)]
    if fitting:
        return fitting[0]
    if more is True or isinstance(more, dict):
        return more
    is_open = not isinstance(properties, dict) and more is None and node.get("type", "object") in ("object", "array")
    return True if is_open and not set(node) & _SAYS_MORE else None


def _item(prefix: Sequence[Any], items: Any, index: int) -> Any:
    return prefix[index] if index < len(prefix) else items
