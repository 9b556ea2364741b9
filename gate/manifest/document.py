"""A file as data, with the place of everything in it. Knows nothing of what the data means."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from gate.core.jsons import Json
from gate.core.mistakes import Mistake
from gate.core.places import Place

Loc = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a thing stands: a written scalar itself, but the key of a mapping, a list, or nothing at all. And its key,
    where it has one."""

    place: Place
    key: Place | None = None


@dataclass(frozen=True)
class Document:
    """`mistakes` are those that did not stop the reading: what they were found in is left out of `data` or is only a
    stand-in there. `text` is the file itself."""

    file: str
    data: Json
    spots: Mapping[Loc, Spot]
    mistakes: tuple[Mistake, ...] = field(default=())
    text: str = ""

    def place(self, loc: Loc) -> Place:
        """A path that the file does not go all the way is placed at the last thing on it."""
        while loc not in self.spots and loc:
            loc = loc[:-1]
        spot = self.spots.get(loc)
        return spot.place if spot else Place(self.file, 1, 1)

    def has(self, loc: Loc) -> bool:
        return loc in self.spots

    def key_place(self, loc: Loc) -> Place:
        spot = self.spots.get(loc)
        return spot.key if spot and spot.key else self.place(loc)


def at(data: Json, loc: Loc) -> Json:
    """The value at a path; None where there is none."""
    for part in loc:
        if isinstance(data, dict) and isinstance(part, str):
            data = data.get(part)
        elif isinstance(data, list) and isinstance(part, int) and 0 <= part < len(data):
            data = data[part]
        else:
            return None
    return data


def texts(data: Json, loc: Loc = ()) -> Iterator[tuple[Loc, str, bool]]:
    """Every text with its path, and whether it is a key."""
    match data:
        case str():
            yield loc, data, False
        case dict():
            for key, item in data.items():
                yield (*loc, key), key, True
                yield from texts(item, (*loc, key))
        case list():
            for index, item in enumerate(data):
                yield from texts(item, (*loc, index))


def dotted(loc: Loc) -> str:
    """A path as the user reads it: `tools.mocks[0].delay`."""
    text = ""
    for part in loc:
        word = f"[{part}]" if isinstance(part, int) else part if part.isprintable() and part else repr(part)
        text += f".{word}" if text and isinstance(part, str) else word
    return text or "the manifest"
