"""What the user wrote wrong: found before any socket opens, all of it at once, each with its place."""

from collections.abc import Sequence
from dataclasses import dataclass

from gate.core.places import Place


@dataclass(frozen=True, slots=True)
class Mistake:
    """`what` is wrong; what was `found`, what was `expected`, and what to do (`hint`), each where it helps."""

    place: Place
    what: str
    found: str = ""
    expected: str = ""
    hint: str = ""

    def __str__(self) -> str:
        found = f", found {self.found}" if self.found else ""
        expected = f", expected {self.expected}" if self.expected else ""
        hint = f"; {self.hint}" if self.hint else ""
        return f"{self.place}: {self.what}{found}{expected}{hint}"


class ManifestError(Exception):
    """Every mistake of a manifest, in the order of its lines."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = tuple(sorted(set(mistakes), key=lambda mistake: (mistake.place, mistake.what)))
        super().__init__("\n".join(map(str, self.mistakes)))
