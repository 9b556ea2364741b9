"""The table of docs/mutants.md, from what the mutants told."""

from pathlib import Path
from typing import TYPE_CHECKING

from gate.checks import CHECKS
from gate.reference.faults import FAULTS

if TYPE_CHECKING:
    from tests.matrix.trial import Told

PAGE = Path(__file__).parents[2] / "docs" / "mutants.md"
BEGIN, END = "<!-- made by `make mutants`: begin -->\n", "<!-- made by `make mutants`: end -->\n"


def page(runs: "list[Told]", took_s: float, *, write: bool) -> str:
    made = "\n\n".join([summary(runs), table(runs), idle(runs)]) + "\n"
    if write:
        before, rest = PAGE.read_text("utf-8").split(BEGIN)
        PAGE.write_text(before + BEGIN + "\n" + made + "\n" + END + rest.split(END)[1], "utf-8")
    return f"{made}\n{took_s / 60:.0f} minutes\n"


def summary(runs: "list[Told]") -> str:
    lines = ["| dialect | faults | seen | found | in the right layer | CPU s |", "| --- " * 6 + "|"]
    dialects = dict.fromkeys(one.dialect for one in runs)
    kinds = [(f"`{name}`", [one for one in runs if one.dialect == name]) for name in dialects]
    for name, mine in [*kinds, ("all", runs)]:
        seen = [one for one in mine if one.seen]
        cells = (
            name, len(mine), len(seen), sum(one.found for one in seen), sum(one.right for one in seen),
            f"{sum(one.took_s for one in mine):.0f}",
        )  # fmt: skip
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(lines)


def table(runs: "list[Told]") -> str:
    dialects = list(dict.fromkeys(one.dialect for one in runs))
    by = {(one.dialect, one.fault): one for one in runs}
    lines = [
        f"| fault | layer | {' | '.join(f'`{name}`' for name in dialects)} |",
        "| --- " * (2 + len(dialects)) + "|",
    ]
    for fault in dict.fromkeys(one.fault for one in runs):
        cells = [_cell(by[name, fault]) for name in dialects]
        story = f"`{fault}`: {FAULTS[fault].story}".replace("|", "\\|")
        lines.append(f"| {story} | {FAULTS[fault].layer} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _cell(one: "Told") -> str:
    if one.allowed:
        return "allowed"
    if not one.seen:
        return "·"
    checks = ", ".join(one.checks[:3]) + (" …" if len(one.checks) > 3 else "")
    layer = "" if one.right or not one.found else f" (named: {one.layer})"
    return f"{'*' if one.shown else ''}{checks or '**missed**'}{'*' if one.shown else ''}{layer}"


def idle(runs: "list[Told]") -> str:
    found = {check for one in runs for check in one.checks}
    left = sorted(CHECKS.keys() - found)
    names = ", ".join(f"`{name}`" for name in left) or "none"
    return f"Checks that found none of these faults first: {names}."
