"""How keys of a manifest are declared: given or left out, exactly one of several. For settings models only."""

from typing import Annotated, Any, TypeVar

from pydantic import BeforeValidator, ConfigDict, StringConstraints
from pydantic.json_schema import SkipJsonSchema

from gate.core.wrong import Wrong

T = TypeVar("T")


def _present(value: object) -> object:
    if value is None:
        raise Wrong("is empty", "a value", "give it one, or delete the key")
    return value


Given = Annotated[T | SkipJsonSchema[None], BeforeValidator(_present)]
"""A key that may be left out, but not left empty."""

Text = Annotated[str, StringConstraints(min_length=1)]


def one_of(*keys: str, required: tuple[str, ...] = ()) -> ConfigDict:
    """Exactly one of these keys, and all that are required: said to editors here, and to the user by the manifest's
    `rules`."""
    extra: dict[str, Any] = {"oneOf": [{"required": [key]} for key in keys]}
    return ConfigDict(json_schema_extra={**extra, "required": list(required)} if required else extra)
