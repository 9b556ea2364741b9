"""Data without its mistaken parts, so that one mistake does not hide the next. Such data is looked at, never used."""

from dataclasses import dataclass, field

from gate.core.jsons import Json
from gate.manifest.document import Loc


@dataclass(frozen=True)
class Pruned:
    """`kept` tells, for lists that lost items, which index of the file each item left had."""

    data: Json
    kept: dict[Loc, list[int]] = field(default_factory=dict)

    def original(self, loc: Loc) -> Loc:
        """The path in the file of a path in the pruned data."""
        path: Loc = ()
        for part in loc:
            indices = self.kept.get(path)
            path = (*path, indices[part] if indices and isinstance(part, int) and part < len(indices) else part)
        return path


def pruned(data: Json, dropped: frozenset[Loc]) -> Pruned:
    kept: dict[Loc, list[int]] = {}

    def copy(value: Json, loc: Loc) -> Json:
        match value:
            case dict():
                return {key: copy(item, (*loc, key)) for key, item in value.items() if (*loc, key) not in dropped}
            case list():
                left = [index for index in range(len(value)) if (*loc, index) not in dropped]
                if len(left) < len(value):
                    kept[loc] = left
                return [copy(value[index], (*loc, index)) for index in left]
            case _:
                return value

    return Pruned(copy(data, ()), kept)
