"""A number from a recording. Missing is None, never 0; a bound is told as one."""

from dataclasses import dataclass
from typing import Literal

Unit = Literal["ms", "dBFS", "count", "ratio", "Hz"]


@dataclass(frozen=True, slots=True)
class Measurement:
    """`value` may be off by `uncertainty` either way, both in `unit`; None is what could not be measured, and `basis`
    then says why. `bound`: the true value is at least the one given, since the recording ends before it is known
    (right-censored). `turn` is the caller's turn that it belongs to; `at` are lines of `wire.jsonl`."""

    name: str
    unit: Unit
    value: float | None
    uncertainty: float
    basis: str
    bound: Literal["", "at least"] = ""
    call: int = 0
    turn: int | None = None
    at: tuple[int, ...] = ()

    def __str__(self) -> str:
        if self.value is None:
            return f"not measured: {self.basis}"
        off = f" ± {self.uncertainty:.0f}" if self.uncertainty else ""
        unit = "" if self.unit == "count" else f" {self.unit}"
        value = f"{self.value:.2f}" if self.unit == "ratio" else f"{self.value:.0f}"
        return f"{self.bound} {value}{off}{unit}".strip()
