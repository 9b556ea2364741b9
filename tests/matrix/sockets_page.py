"""The tables of docs/mutants.md that are of real sockets."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.matrix.mutants_sockets import Control, Met


def page(every: "Sequence[Met]", sample: "Sequence[Met]", controls: "Sequence[Control]", took_s: float) -> str:
    parts = [
        f"All of it took {took_s / 60:.0f} minutes. {without_fault(controls)}",
        f"Every fault once: {summary(every)}",
        table(every),
        f"The sample of the matrix: {summary(sample)}",
        table(sample),
    ]
    return "\n\n".join(parts) + "\n"


def without_fault(controls: "Sequence[Control]") -> str:
    told = [
        f"{one.cases} of `{one.dialect}`{f' (problems: **{len(one.problems)}**)' if one.problems else ''}"
        for one in controls
    ]
    word = "all passed" if not any(one.problems for one in controls) else "**not all passed**"
    return f"The same cases without a fault, {', '.join(told)}: {word}."


def summary(met: "Sequence[Met]") -> str:
    numbers = (
        f"{len(met)} runs", f"{sum(one.found for one in met)} found",
        f"{sum(one.found and one.right for one in met)} in the right layer",
        f"{sum(one.differs for one in met)} otherwise than in the matrix", f"{sum(one.busy for one in met)} busy",
    )  # fmt: skip
    return f"{', '.join(numbers)}."


def table(met: "Sequence[Met]") -> str:
    lines = ["| fault | in | case | found by | layer | in the matrix | tries | s |", "| --- " * 8 + "|"]
    for one in met:
        missed = "**broke**" if one.broke else "**busy**" if one.busy else "**missed**"
        checks = ", ".join(one.checks[:3]) if one.found else missed
        layer = "" if not one.found else str(one.layer) if one.right else f"**{one.layer}**"
        wanted = f"**{one.cell.top[0]}, {one.cell.layer}**" if one.differs else ""
        cells = (
            f"`{one.cell.fault}`", f"`{one.cell.dialect}`", one.cell.case, checks, layer, wanted,
            str(one.tries) if one.tries > 1 else "", f"{one.took_s:.0f}",
        )  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)
