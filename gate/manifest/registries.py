"""The dialects and suites that a manifest may name, as arguments: the real ones unless others are given."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from gate.core.plan import Target
from gate.core.ports import Dialect


@dataclass(frozen=True, slots=True)
class Registries:
    """`dialects[name]` has `Options` (a pydantic model); `dialect_of` makes the dialect of a target. `suites[name]` has
    `Settings` (a pydantic model) and `expand(settings, brief) -> cases`."""

    dialects: Mapping[str, Any]
    suites: Mapping[str, Any]
    dialect_of: Callable[[Target], Dialect]


def real() -> Registries:
    """Imported when asked for, so that this room can be read and tested without them."""
    from gate.dialects import DIALECTS, dialect_of
    from gate.suites import SUITES

    return Registries(DIALECTS, SUITES, dialect_of)
