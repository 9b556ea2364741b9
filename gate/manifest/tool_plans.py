"""`tools:` to what every case starts from, and what is wrong with it beyond its shape."""

from typing import Any

from gate.core.tooling import Idempotency, Mock, ToolPlan
from gate.manifest.document import Document
from gate.manifest.models import Manifest
from gate.manifest.tooling import IdempotencySettings, ToolSettings
from gate.manifest.validate import Checked


def tool_plan(root: Checked[Any], document: Document) -> ToolPlan:
    """With mocks and no strategy the tools that have a mock are answered: `selected`."""
    if not isinstance(root.value, Manifest):
        return ToolPlan()
    settings = root.value.tools
    mocks = _mocks(settings, root, document)
    return ToolPlan(
        settings.strategy or ("selected" if mocks else "none"),
        settings.no_match,
        mocks,
        system=tuple(settings.system),
        writes=tuple(settings.writes),
        ids={name: tuple(paths) for name, paths in settings.ids.items()},
        idempotency=_idempotency(settings.idempotency),
    )


def _mocks(settings: ToolSettings, root: Checked[Any], document: Document) -> tuple[Mock, ...]:
    return tuple(
        mock.mock(document.place(root.original(("tools", "mocks", index)))) for index, mock in enumerate(settings.mocks)
    )


def _idempotency(settings: IdempotencySettings | None) -> Idempotency | None:
    if settings is None:
        return None
    if settings.header is not None:
        return Idempotency("header", settings.header)
    return Idempotency("argument", settings.argument or "")
