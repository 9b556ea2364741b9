"""`tools:` to what every case starts from, and what is wrong with it beyond its shape."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from gate.core.jsons import Json
from gate.core.mistakes import Mistake
from gate.core.plan import Target
from gate.core.tooling import Idempotency, Mock, ToolPlan
from gate.manifest.document import Document, Loc, dotted
from gate.manifest.faults import Faults
from gate.manifest.models import Manifest
from gate.manifest.registries import Registries
from gate.manifest.schemas import schemas_of
from gate.manifest.tooling import IdempotencySettings, ToolSettings
from gate.manifest.validate import Checked
from gate.suites import known_tools
from gate.tools.system import system_tools

_LOC: Loc = ("tools",)


def tool_plan(root: Checked[Any], document: Document, faults: Faults) -> ToolPlan:
    """With mocks and no strategy the tools that have a mock are answered: `selected`. The schemas are read here."""
    if not isinstance(root.value, Manifest):
        return ToolPlan()
    settings = root.value.tools
    mocks = _mocks(settings, root, document)
    folder, name = Path(document.file).parent, settings.schema_file
    plan = ToolPlan(
        settings.strategy or ("selected" if mocks else "none"),
        settings.no_match,
        mocks,
        schemas=None if name is None else schemas_of(name, folder, faults, (*_LOC, "schema")),
        system=tuple(settings.system),
        writes=tuple(settings.writes),
        ids={tool: tuple(paths) for tool, paths in settings.ids.items()},
        idempotency=_idempotency(settings.idempotency),
    )
    faults.mistakes.extend(_mistakes(settings, plan, document))
    return plan


def _mocks(settings: ToolSettings, root: Checked[Any], document: Document) -> tuple[Mock, ...]:
    return tuple(
        mock.mock(document.place(root.original((*_LOC, "mocks", index)))) for index, mock in enumerate(settings.mocks)
    )


def _idempotency(settings: IdempotencySettings | None) -> Idempotency | None:
    if settings is None:
        return None
    if settings.header is not None:
        return Idempotency("header", settings.header)
    return Idempotency("argument", settings.argument or "")


def _mistakes(settings: ToolSettings, plan: ToolPlan, document: Document) -> Iterator[Mistake]:
    """What names a tool or an argument that nobody knows, and mocks of what is never mocked."""
    for mock in plan.mocks:
        yield from known_tools.of_mock(mock, plan)
    for index, name in enumerate(settings.writes):
        if unknown := known_tools.of_tool(name, plan):
            yield _named(document, (*_LOC, "writes", index), unknown)
    for name, paths in settings.ids.items():
        loc: Loc = (*_LOC, "ids", name)
        if unknown := known_tools.of_tool(name, plan):
            what, hint = unknown
            yield Mistake(document.key_place(loc), f"{dotted(loc)} names {what}", hint=hint)
        for index, path in enumerate(paths):
            if unknown := known_tools.of_argument(name, path, plan):
                yield _named(document, (*loc, index), unknown)
    key = plan.idempotency
    for name in plan.writes if key and key.kind == "argument" else ():
        if key and (unknown := known_tools.of_argument(name, key.name, plan)):
            yield _named(document, (*_LOC, "idempotency", "argument"), unknown)


def _named(document: Document, loc: Loc, unknown: known_tools.Complaint) -> Mistake:
    what, hint = unknown
    return Mistake(document.place(loc), f"{dotted(loc)} names {what}", hint=hint)


def platform_mocks(plan: ToolPlan, targets: Iterable[Target]) -> Iterator[Mistake]:
    """Mocks that no target can use, since each one's platform runs the tool itself."""
    platforms = [system_tools(target.dialect) for target in targets]
    for mock in plan.mocks:
        if platforms and all(mock.tool in names for names in platforms) and mock.tool not in plan.system:
            yield from known_tools.of_mock(mock, replace(plan, system=(mock.tool,)))


def for_target(plan: ToolPlan, target: Target) -> ToolPlan:
    """With the tools that the platform of this target runs by itself."""
    return replace(plan, system=tuple(dict.fromkeys((*plan.system, *system_tools(target.dialect)))))


def with_schemas(targets: Iterable[Target], plan: ToolPlan, known: Registries) -> list[Target]:
    """The targets, each told of its tools where the dialect has a word for them and the manifest does not say it."""
    return [_told(target, plan, known) for target in targets]


def _told(target: Target, plan: ToolPlan, known: Registries) -> Target:
    fields = known.dialect_of(target).capabilities.session if plan.schemas and target.dialect else None
    if not fields or "tools" not in fields or "tools" in target.session:
        return target
    given: list[Json] = [dict(schema.given) for schema in plan.schemas or ()]
    return replace(target, session={**target.session, "tools": given})
