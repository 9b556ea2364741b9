"""Reading the messages that a client sends to the Gemini Live API, for both halves of the dialect. Pure.

Fields are read in either spelling: the API takes camelCase and snake_case (JSON of protocol buffers), and google-genai
mixes them, `setup` in the one, `realtime_input` and `tool_response` in the other (google-genai 3.4.0, live.py)."""

import base64
import binascii
from functools import lru_cache

from gate.audio.pcm import WIDTH
from gate.core.jsons import Json, canonical
from gate.dialects.base import Object
from gate.dialects.fields import Illegal

DEFAULT_RATE_HZ = 24_000
FASTEST_HZ = 192_000
PCM = "audio/pcm"


@lru_cache(1024)
def snake(key: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in key)


def pick(data: Object, key: str) -> Json:
    """A field in either spelling; None where there is none, since null and no value mean the same here."""
    found = data.get(key)
    return data.get(snake(key)) if found is None else found


def inner(data: Object, *keys: str) -> Object:
    """The object at the end of these keys; empty where there is none. Raises Illegal."""
    for key in keys:
        found = pick(data, key)
        if found is not None and not isinstance(found, dict):
            raise Illegal(f"{key} is no object")
        data = found or {}
    return data


def each(data: Object, key: str) -> list[Object]:
    """The objects of a list; none where there is none. Raises Illegal."""
    found = pick(data, key)
    if found is None:
        return []
    if not isinstance(found, list):
        raise Illegal(f"{key} is no list")
    objects = [item for item in found if isinstance(item, dict)]
    if len(objects) != len(found):
        raise Illegal(f"{key} holds what is no object")
    return objects


def text(data: Object, key: str) -> str | None:
    found = pick(data, key)
    if found is not None and not isinstance(found, str):
        raise Illegal(f"{key} is no text")
    return found


def pcm_of(blob: Object, default_hz: int = DEFAULT_RATE_HZ) -> tuple[bytes, int] | None:
    """The s16le mono PCM of a Blob `{data, mimeType: audio/pcm;rate=N}` and its rate in Hz; None where it holds
    something else than PCM. Raises Illegal."""
    media_type = text(blob, "mimeType") or ""
    rate_hz = _rate(media_type, default_hz)
    if rate_hz is None:
        return None
    pcm = _decoded(text(blob, "data"))
    if len(pcm) % WIDTH:
        raise Illegal(f"audio of {len(pcm)} bytes is no whole number of 16-bit samples")
    return pcm, rate_hz


def _decoded(coded: str | None) -> bytes:
    """Base64 in either alphabet, padded or not: JSON of protocol buffers takes all of them, and google-genai sends the
    URL-safe one."""
    if coded is None:
        raise Illegal("data is missing, a text is due")
    if "-" in coded or "_" in coded:
        coded = coded.translate(_URL_SAFE)
    try:
        return base64.b64decode(coded + "=" * (-len(coded) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise Illegal("data is not base64") from None


_URL_SAFE = str.maketrans("-_", "+/")


@lru_cache(64)
def _rate(media_type: str, default_hz: int) -> int | None:
    name, *parameters = media_type.split(";")
    if name.strip().casefold() != PCM:
        return None
    said = dict(parameter.strip().partition("=")[::2] for parameter in parameters)
    if "rate" not in said:
        return default_hz
    value = said["rate"]
    if not (value.isascii() and value.isdigit() and len(value) < 7 and 0 < int(value) <= FASTEST_HZ):
        raise Illegal(f"audio at a rate of {value!r}, a number of Hz is due")
    return int(value)


def words_of(content: Object) -> str:
    """The words of a clientContent message: those of the user, in order. Raises Illegal."""
    turns = [turn for turn in each(content, "turns") if text(turn, "role") in (None, "user")]
    return " ".join(said for turn in turns for part in each(turn, "parts") if (said := text(part, "text")))


def answer_of(response: Object) -> tuple[str, str, Json, str | None]:
    """Call id, name, result and error of a FunctionResponse. Its `response` holds `output` or `error`; without either
    it is the output as a whole (google-genai 3.4.0, types.FunctionResponse). Raises Illegal."""
    told = inner(response, "response")
    error = told.get("error")
    shown = error if error is None or isinstance(error, str) else canonical(error)
    result = None if shown is not None else told.get("output", None if "output" in told else told)
    return text(response, "id") or "", text(response, "name") or "", result, shown
