"""One file per provider: frames to signals and acts to frames. Pure; a new dialect is one file and one line here."""

from typing import Any

from gate.core.plan import Target
from gate.core.ports import Dialect
from gate.dialects.canonical import Canonical
from gate.dialects.template import Template

DIALECTS: dict[str, Any] = {
    "canonical": Canonical,
    "template": Template,
}


def dialect_of(target: Target) -> Dialect:
    """The dialect of a target, with the options that the plan holds for it."""
    kind = DIALECTS[target.dialect]
    options = kind.Options.model_validate(target.options)
    made: Dialect = kind(options, http_first=target.dial.http is not None)
    return made
