"""What a bench found, as data: figures with their limits, tables of all that was compared, how it was done. Pure."""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` (0 to 1) of the values do not exceed: a value that really occurred.
    Raises ValueError where there are too few values for that share to have a meaning of its own."""
    if not 0.0 < share <= 1.0:
        raise ValueError(f"a share of {share}; expected one above 0 and at most 1")
    needed = 1 if share == 1.0 else math.ceil(1 / min(share, 1 - share))
    if len(values) < needed:
        raise ValueError(f"{len(values)} values; p{share * 100:g} wants at least {needed}")
    return sorted(values)[max(0, math.ceil(share * len(values) - 1e-9) - 1)]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure that is promised: `value` must not exceed `limit`. A missing value is a miss."""

    name: str
    value: float | None
    limit: float
    unit: str = "ms"

    @property
    def met(self) -> bool:
        return self.value is not None and self.value <= self.limit

    @property
    def told(self) -> str:
        shown = "not measured" if self.value is None else f"{self.value:.3g} {self.unit}"
        return f"{'met   ' if self.met else 'MISSED'}  {self.name}: {shown} (at most {self.limit:g} {self.unit})"


@dataclass(frozen=True, slots=True)
class Table:
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def text(self) -> str:
        """For a terminal: the first column to the left, the others to the right."""
        lines = [self.head, *self.rows]
        widths = [max(len(line[at]) for line in lines) for at in range(len(self.head))]
        return "\n".join("  ".join(_padded(line, widths)) for line in lines)

    def markdown(self) -> str:
        ruler = ("---", *("---:" for _ in self.head[1:]))
        return "\n".join(f"| {' | '.join(line)} |" for line in (self.head, ruler, *self.rows))


def _padded(line: tuple[str, ...], widths: list[int]) -> list[str]:
    return [
        cell.rjust(width) if at else cell.ljust(width)
        for at, (cell, width) in enumerate(zip(line, widths, strict=True))
    ]


@dataclass(frozen=True, slots=True)
class Result:
    """All of one bench. `how` says in sentences what was done, and what the figures do not show."""

    bench: str
    title: str
    command: str
    figures: tuple[Figure, ...]
    tables: tuple[Table, ...]
    how: tuple[str, ...] = ()
    machine: dict[str, str] = field(default_factory=dict)

    @property
    def exit_code(self) -> int:
        return 0 if self.figures and all(figure.met for figure in self.figures) else 1

    def text(self) -> str:
        parts = [self.title, *(table.text() for table in self.tables), "\n".join(f.told for f in self.figures)]
        return "\n\n".join(parts)


def to_json(result: Result) -> dict[str, Any]:
    return asdict(result)


def from_json(data: dict[str, Any]) -> Result:
    figures = tuple(Figure(**figure) for figure in data["figures"])
    tables = tuple(Table(tuple(table["head"]), tuple(map(tuple, table["rows"]))) for table in data["tables"])
    return Result(**{**data, "figures": figures, "tables": tables, "how": tuple(data["how"])})


def ms(value: float) -> str:
    """Milliseconds as a cell: three significant digits, and no more than that is meant."""
    return f"{value:.2f}" if abs(value) < 10 else f"{value:.0f}"
