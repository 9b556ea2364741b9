"""The one dotted path: `payload.items.0.name`. A key that holds a dot is written with a backslash before it."""

import re
from functools import lru_cache
from typing import Final

from gate.core.jsons import Json

_INDEX: Final = re.compile(r"[0-9]{1,9}")


class Missing:
    """The type of ABSENT, so that a value of None (JSON null) is told from no value at all."""

    def __repr__(self) -> str:
        return "nothing"


ABSENT: Final = Missing()


@lru_cache(maxsize=1024)
def parts(path: str) -> tuple[str, ...]:
    """The keys of a path. The empty path has none and means the whole value."""
    if not path:
        return ()
    return tuple(part.replace("\\.", ".") for part in re.split(r"(?<!\\)\.", path))


def join(path: str, key: str) -> str:
    """The path of `key` in the value at `path`."""
    key = key.replace(".", "\\.")
    return f"{path}.{key}" if path else key


def get(value: Json, path: str) -> Json | Missing:
    """What stands at `path` in `value`, or ABSENT. A number indexes a list; it is a plain key in an object."""
    found: Json | Missing = value
    for part in parts(path):
        if isinstance(found, dict):
            found = found.get(part, ABSENT)
        elif isinstance(found, list) and _INDEX.fullmatch(part) and int(part) < len(found):
            found = found[int(part)]
        else:
            return ABSENT
    return found


def takes(target: dict[str, Json], path: str) -> bool:
    """Whether `put` can set this path: no value on the way is anything but an object."""
    *way, _ = parts(path) or ("",)
    for part in way:
        step = target.get(part, {})
        if not isinstance(step, dict):
            return False
        target = step
    return bool(parts(path))


def put(target: dict[str, Json], path: str, value: Json) -> None:
    """Sets `path` in `target`, making the objects on the way."""
    *way, last = parts(path)
    for part in way:
        step = target.setdefault(part, {})
        assert isinstance(step, dict), f"{path} runs through a value that is no object"
        target = step
    target[last] = value
