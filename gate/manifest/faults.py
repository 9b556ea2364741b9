"""What is wrong with one value beyond its shape, and the list of it."""

from dataclasses import dataclass, field

from gate.core.mistakes import Mistake
from gate.manifest.document import Document, Loc, dotted


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, without the name of the thing and what was found there."""

    what: str
    expected: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Faults:
    document: Document
    mistakes: list[Mistake] = field(default_factory=list)

    def tell(self, loc: Loc, fault: Fault | None, found: str = "") -> None:
        if fault is not None:
            what = f"{dotted(loc)} {fault.what}"
            self.mistakes.append(Mistake(self.document.place(loc), what, found, fault.expected, fault.hint))
