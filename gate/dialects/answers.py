"""A tool's answer where the provider takes one text for it, both ways. Pure."""

from gate.core.jsons import Json, parse
from gate.dialects import fields


def written(result: Json, error: str | None) -> str:
    """JSON, unless the result is a text that nobody could take for JSON. There is no word for an error: it
    goes out as `{error: …}`."""
    if error is not None:
        return fields.dump({"error": error})
    if isinstance(result, str):
        try:
            parse(result)
        except ValueError:
            return result
    return fields.dump(result)


def read(output: str) -> tuple[Json, str | None]:
    """The result and the error."""
    try:
        result = parse(output)
    except ValueError:
        return output, None
    if isinstance(result, dict) and set(result) == {"error"} and isinstance(error := result["error"], str):
        return None, error
    return result, None
