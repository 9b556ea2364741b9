"""What a tool answered that was called for real."""

from dataclasses import dataclass

from gate.core.jsons import Json


@dataclass(frozen=True, slots=True)
class Fetched:
    """A result, or in words what came in its place. `status` is that of HTTP; None where none was answered."""

    result: Json = None
    error: str | None = None
    status: int | None = None
