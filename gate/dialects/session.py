"""The manifest's `session:` as providers want it: the names that it has here, and what is common to their shapes."""

from dataclasses import dataclass
from typing import Final

from gate.core.jsons import Json

FIELDS: Final = (
    "model", "voice", "language", "modalities", "vad", "tools", "metadata", "system_prompt", "first_message",
)  # fmt: skip
"""Every field that a provider's dialect may have. `vad` is `server`, `semantic` or the provider's own object."""


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool of the session: `parameters` is a JSON Schema."""

    name: str
    description: str
    parameters: dict[str, Json]


def tools_of(session: dict[str, Json]) -> list[Tool]:
    """The tools, given plainly or in the shapes of OpenAI (`{type: function, name}`, `{function: {name}}`)."""
    given = session.get("tools")
    return [tool for one in given if (tool := _tool(one))] if isinstance(given, list) else []


def _tool(given: Json) -> Tool | None:
    inner = given.get("function", given) if isinstance(given, dict) else None
    if not isinstance(inner, dict) or not isinstance(name := inner.get("name"), str):
        return None
    description, parameters = inner.get("description"), inner.get("parameters")
    return Tool(
        name,
        description if isinstance(description, str) else "",
        parameters if isinstance(parameters, dict) else {"type": "object", "properties": {}},
    )


def text_of(session: dict[str, Json], field: str) -> str | None:
    found = session.get(field)
    return found if isinstance(found, str) else None
