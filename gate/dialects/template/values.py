"""What stands in a message of ours once its template was matched: the agent and the observer read it alike. Pure."""

from collections.abc import Mapping

from gate.core.jsons import Json
from gate.dialects import fields
from gate.dialects.template.pattern import Pattern, Values


def binary(values: Values, name: str) -> bytes:
    """The bytes of audio or of a file, as they are in a raw frame or from base64. Raises Illegal."""
    value = values.get(name)
    return value if isinstance(value, bytes) else fields.audio({name: value}, name)


def answer(shape: str, values: Values, sends: Mapping[str, Pattern]) -> tuple[Json, str | None]:
    """The result and the error that a frame of ours carries. Where the user's protocol has no word for an error, it
    went out as the result `{error: …}`."""
    result, error = values.get("result"), values.get("error")
    if "error" not in values and isinstance(result, dict) and set(result) == {"error"}:
        error = result["error"] if shape == "tool_error" or "tool_error" not in sends else None
    if isinstance(error, str):
        return None, error
    if shape == "tool_error":
        return None, ""
    return None if isinstance(result, bytes) else result, None
