"""Where the matrix found each fault (`found.json`): what `make mutants` tells `make mutants-sockets`."""

import json
import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from gate.core.findings import Layer
from gate.reference.faults import FAULTS
from tests.matrix.trial import Told

FOUND = Path(__file__).with_name("found.json")
SAMPLE = 6
SEED = 9


@dataclass(frozen=True, slots=True)
class Cell:
    """One fault in one dialect: the first case that is red there, what the report names in it, and the layer of what
    stands on top."""

    dialect: str
    fault: str
    suite: str
    case: str
    checks: tuple[str, ...]
    layer: Layer

    @property
    def top(self) -> tuple[str, Layer]:
        return self.checks[0], self.layer


@dataclass(frozen=True, slots=True)
class Found:
    """`cheapest`: for each fault its cell with the shortest case; `cells`: all."""

    cheapest: tuple[Cell, ...]
    cells: tuple[Cell, ...]

    def sample(self) -> tuple[Cell, ...]:
        """Some of each dialect that are not the cheapest, always the same."""
        dice, chosen = random.Random(SEED), list[Cell]()
        for dialect in dict.fromkeys(cell.dialect for cell in self.cells):
            left = [cell for cell in self.cells if cell.dialect == dialect and cell not in self.cheapest]
            chosen += dice.sample(left, min(SAMPLE, len(left)))
        return tuple(chosen)


def as_text(runs: Sequence[Told]) -> str:
    """What blocks a case of one start, a line each; and of each fault the dialect in which that case is the
    shortest."""
    red = [one for one in runs if one.found and not one.shown and one.case[0]]
    best: dict[str, Told] = {}
    for one in sorted(red, key=lambda one: one.call_s):
        best.setdefault(one.fault, one)
    cheapest = {fault: best[fault].dialect for fault in FAULTS if fault in best}
    cells = [asdict(Cell(one.dialect, one.fault, *one.case, one.checks, one.layer)) for one in red if one.layer]
    head, rows = (",\n".join(f"  {line}" for line in lines) for lines in (
        [f"{json.dumps(fault)}: {json.dumps(dialect)}" for fault, dialect in cheapest.items()],
        [json.dumps(cell, ensure_ascii=False) for cell in cells],
    ))  # fmt: skip
    return f'{{\n "cheapest": {{\n{head}\n }},\n "cells": [\n{rows}\n ]\n}}\n'


def read(file: Path = FOUND) -> Found:
    """Raises SystemExit that says what to do where the file is of another form, or of faults that are no more."""
    try:
        told = json.loads(file.read_text("utf-8"))
        cells = tuple(_cell(**row) for row in told["cells"])
        by = {(cell.fault, cell.dialect): cell for cell in cells}
        return Found(tuple(by[pair] for pair in told["cheapest"].items()), cells)
    except (OSError, KeyError, TypeError, ValueError, AttributeError) as problem:
        raise SystemExit(
            f"{file} is not what this version makes ({type(problem).__name__}: {problem}): run `make mutants` first"
        ) from None


def _cell(dialect: str, fault: str, suite: str, case: str, checks: list[str], layer: str) -> Cell:
    if not checks or fault not in FAULTS:
        raise ValueError(f"{fault!r} in {dialect!r} is no fault that a check finds")
    return Cell(dialect, fault, suite, case, tuple(checks), Layer(layer))
