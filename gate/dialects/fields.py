"""Reading a provider's JSON without trusting it: a field of the wrong type is `Illegal`, which observers turn into a
`Violation`; and rewriting it without breaking it."""

import binascii
import json
import re
from collections.abc import Callable, Mapping

from gate.core import jsons
from gate.core.jsons import Json
from gate.core.paths import ABSENT, Missing, get, join
from gate.core.ports import Change, Hiding

Opaque = Callable[[str], bool]
"""Whether what stands at a dotted path is no words: an id, a type, audio."""


class Illegal(Exception):
    """What is wrong with a frame, as a short sentence."""


def payload(data: str | bytes) -> dict[str, Json]:
    try:
        value = jsons.parse(data)
    except json.JSONDecodeError as error:  # not where: a masked frame is longer, and means the same
        raise Illegal(f"not JSON: {error.msg}") from None
    except ValueError as error:
        raise Illegal(f"not JSON: {error}") from None
    if not isinstance(value, dict):
        raise Illegal(f"JSON, but {_kind(value)} where an object is due")
    return value


def is_object(data: str | bytes) -> bool:
    """Whether a frame can be read as far as that it is a message, of whatever kind."""
    try:
        payload(data)
    except Illegal:
        return False
    return True


def text(value: Json, path: str) -> str:
    found = get(value, path)
    if not isinstance(found, str):
        raise Illegal(f"{path} is {_kind(found)}, a text is due")
    return found


def maybe_text(value: Json, path: str) -> str | None:
    """A text or nothing; a number counts as the text of it, since ids are often numbers."""
    found = get(value, path)
    if found is ABSENT or found is None:
        return None
    if isinstance(found, str | int) and not isinstance(found, bool):
        return str(found)
    raise Illegal(f"{path} is {_kind(found)}, a text is due")


def number(value: Json, path: str) -> int:
    found = get(value, path)
    if not isinstance(found, int) or isinstance(found, bool):
        raise Illegal(f"{path} is no whole number")
    return found


def maybe_object(value: dict[str, Json], key: str) -> dict[str, Json]:
    found = value.get(key)
    if found is not None and not isinstance(found, dict):
        raise Illegal(f"{key} is no object")
    return found or {}


def audio(value: Json, path: str) -> bytes:
    """The bytes of a field in base64, whatever they hold."""
    encoded = text(value, path)
    try:
        found = binascii.a2b_base64(encoded)
        if len(encoded) % 4 == 0 and len(found) == (len(encoded) - encoded[-2:].count("=")) * 6 // 8:
            return found  # every letter counted, so all are of the alphabet: as strict, and twice as fast
        return binascii.a2b_base64(encoded, strict_mode=True)
    except (binascii.Error, ValueError):
        raise Illegal(f"{path} is not base64") from None


def arguments(found: Json | Missing) -> tuple[dict[str, Json] | None, str]:
    """Tool arguments, given as an object or as a JSON text of one, and their raw text. None where they are neither; an
    empty text is none at all, as models write it for tools without parameters."""
    if isinstance(found, dict):
        return found, jsons.canonical(found)
    if isinstance(found, str):
        if not found.strip():
            return {}, found
        try:
            inner = jsons.parse(found)
        except ValueError:
            return None, found
        return (inner, found) if isinstance(inner, dict) else (None, found)
    return None, "" if isinstance(found, Missing) else jsons.canonical(found)


def unwrapped(found: Json) -> Json:
    """What a JSON text holds, as the results of tools are often given; anything else as it is."""
    if not isinstance(found, str):
        return found
    try:
        return jsons.parse(found)
    except ValueError:
        return found


def dump(value: Json) -> str:
    """A frame's text. Half a surrogate pair, which no UTF-8 can carry, stays the escape that it was."""
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    if text.isascii() or not _SURROGATE.search(text):
        return text
    return json.dumps(value, separators=(",", ":"))


_SURROGATE = re.compile("[\ud800-\udfff]")
_LAYERS = 2  # of JSON inside the texts of JSON; whatever is in there deeper is one text


def rewrite(data: str | bytes, change: Change, opaque: Opaque) -> str | bytes:
    """A JSON frame with every text leaf changed, JSON inside texts included, except at paths that are `opaque`."""
    try:
        value = jsons.parse(data)
    except ValueError:
        return data if isinstance(data, bytes) else change("", data)
    changed = dump(_rewrite(value, "", change, opaque, _LAYERS))
    return changed if isinstance(data, str) else changed.encode()


def _rewrite(value: Json, path: str, change: Change, opaque: Opaque, layers: int) -> Json:
    match value:
        case dict():
            return {key: _rewrite(item, join(path, key), change, opaque, layers) for key, item in value.items()}
        case list():
            return [_rewrite(item, join(path, str(i)), change, opaque, layers) for i, item in enumerate(value)]
        case str() if not opaque(path):
            return _rewrite_text(value, path, change, opaque, layers)
        case int() | float() if isinstance(change, Hiding) and change.hides(path) and not opaque(path):
            return change(
                path, jsons.canonical(int(value) if isinstance(value, float) and value.is_integer() else value)
            )
        case _:
            return value


def _rewrite_text(value: str, path: str, change: Change, opaque: Opaque, layers: int) -> str:
    if layers and value.lstrip()[:1] in ("{", "[") and not (isinstance(change, Hiding) and change.hides(path)):
        try:
            inner = jsons.parse(value)
        except ValueError:
            return change(path, value)
        rewritten = _rewrite(inner, path, change, opaque, layers - 1)
        return value if rewritten == inner else dump(rewritten)
    return change(path, value)


def mute(data: str | bytes, opaque: Opaque, fill: bytes) -> str | bytes:
    """A JSON frame with every long text in base64, where no words stand, as long a text that says `fill` alone."""
    try:
        value = jsons.parse(data)
    except ValueError:
        return data
    changed = _mute(value, "", opaque, fill)
    if changed == value:
        return data
    return dump(changed) if isinstance(data, str) else dump(changed).encode()


def _mute(value: Json, path: str, opaque: Opaque, fill: bytes) -> Json:
    match value:
        case dict():
            return {key: _mute(item, join(path, key), opaque, fill) for key, item in value.items()}
        case list():
            return [_mute(item, join(path, str(i)), opaque, fill) for i, item in enumerate(value)]
        case str() if len(value) >= SHORTEST_AUDIO and opaque(path):
            url = _DATA_URL.match(value)
            head, body = (value[: url.end()], value[url.end() :]) if url else ("", value)
            try:
                audio = binascii.a2b_base64(body, strict_mode=True)
            except (binascii.Error, ValueError):
                return value
            return head + binascii.b2a_base64(muted(audio, fill), newline=False).decode()
        case _:
            return value


def muted(audio: bytes, fill: bytes) -> bytes:
    """As many bytes that sound like nothing; the head of a WAV file stays."""
    head = audio.find(b"data", 0, LONGEST_HEAD) + 8 if audio[:4] == b"RIFF" else 0
    return audio[:head] + fill * (len(audio) - head)


SHORTEST_AUDIO = 100  # letters: less than 10 ms of the plainest form
LONGEST_HEAD = 4_096
_DATA_URL = re.compile(r"data:[\w/+.;=-]{0,80};base64,")


class Renamed:
    """A change that is told of paths by another name: each that begins as one of `names` does."""

    def __init__(self, change: Change, names: Mapping[str, str]) -> None:
        self._change = change
        self._names = names

    def hides(self, path: str) -> bool:
        return isinstance(self._change, Hiding) and self._change.hides(self._name(path))

    def __call__(self, path: str, text: str) -> str:
        return self._change(self._name(path), text)

    def _name(self, path: str) -> str:
        for place, name in self._names.items():
            if path == place or path.startswith(f"{place}."):
                return name + path[len(place) :]
        return path


def merged(base: dict[str, Json], more: dict[str, Json]) -> dict[str, Json]:
    """`base` with `more` laid over it, object by object: what `more` says wins, and its null takes a field away
    (RFC 7396, JSON Merge Patch)."""
    out = {key: value for key, value in base.items() if key not in more or more[key] is not None}
    for key, value in more.items():
        under = out.get(key)
        if isinstance(value, dict):
            out[key] = merged(under if isinstance(under, dict) else {}, value)
        elif value is not None:
            out[key] = value
    return out


def _kind(value: Json | Missing) -> str:
    match value:
        case Missing() | None:
            return "missing"
        case bool():
            return "a truth value"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case dict():
            return "an object"
        case _:
            return "a list"
