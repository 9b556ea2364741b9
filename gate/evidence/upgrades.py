"""Evidence of earlier versions, as this one has it: one step for each version, from it to the next. Pure; what lies on
disk stays as it was written. A change of the format adds a step here, and a bundle of the old one to the tests."""

import re
from collections.abc import Callable
from typing import Any, Final

FAMILY: Final = "voxgate-evidence"
CURRENT: Final = 2
FORMAT: Final = f"{FAMILY}/{CURRENT}"

Document = dict[str, Any]


def _plans_say_what_is_left_out(plan: Document) -> Document:
    """Version 1 knew no `redact`: nothing but secrets was left out. Nor did its plans say which version they are of."""
    return {**plan, "redact": {"fields": [], "patterns": [], "own": [], "audio": False}}


STEPS: Final[dict[int, Callable[[Document], Document]]] = {1: _plans_say_what_is_left_out}
"""What becomes of a plan, by the version that it is of."""


def version_of(found: object) -> int:
    """The version that a `format` names. Raises ValueError, in words for the user, for one that cannot be read here."""
    named = re.fullmatch(rf"{FAMILY}/([1-9][0-9]{{0,3}})", found) if isinstance(found, str) else None
    if named is None:
        raise ValueError(f"format {found!r} is none of Voxgate's evidence, expected {FORMAT!r}")
    version = int(named[1])
    if version > CURRENT:
        raise ValueError(f"format {found!r} is newer than this version reads, {FORMAT!r}: please update voxgate")
    return version


def upgraded(plan: Document, version: int) -> Document:
    """The plan as the current version has it."""
    while version < CURRENT:
        plan = STEPS[version](plan)
        version += 1
    return {name: value for name, value in plan.items() if name != "format"}
