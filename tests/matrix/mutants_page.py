"""The tables of docs/mutants.md, from what the mutants told."""

from collections.abc import Sequence

from gate.reference.faults import FAULTS
from tests.matrix.idle import Check
from tests.matrix.pages import DOCS
from tests.matrix.trial import ONLY_SHOWN, Told

PAGE = DOCS / "mutants.md"


def matrix(runs: Sequence[Told], checks: Sequence[Check]) -> str:
    took = f"All of it took a processor {sum(one.took_s for one in runs) / 60:.0f} minutes."
    return (
        "\n\n".join([summary(runs), wrong(runs), shown(runs), took, table(runs), sums(checks), of_checks(checks)])
        + "\n"
    )


def summary(runs: Sequence[Told]) -> str:
    lines = [
        "| dialect | faults | seen | found | turn the build red | in the right layer | CPU s |",
        "| --- " * 7 + "|",
    ]
    dialects = dict.fromkeys(one.dialect for one in runs)
    kinds = [(f"`{name}`", [one for one in runs if one.dialect == name]) for name in dialects]
    for name, mine in [*kinds, ("all", list(runs))]:
        seen = [one for one in mine if one.seen]
        found = [one for one in seen if one.found]
        red, right = sum(not one.shown for one in found), sum(one.right for one in found)
        share = f"{right} ({right / max(1, len(seen)):.0%})"
        cells = (name, len(mine), len(seen), len(found), red, share, f"{sum(one.took_s for one in mine):.0f}")
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(lines)


def wrong(runs: Sequence[Told]) -> str:
    missed = [f"`{one.fault}` in `{one.dialect}`" for one in runs if one.seen and not one.found]
    other = [
        f"`{one.fault}` in `{one.dialect}` ({one.layer} instead of {FAULTS[one.fault].layer})"
        for one in runs if one.found and not one.right
    ]  # fmt: skip
    return f"Missed: {', '.join(missed) or 'none'}. In another layer: {', '.join(other) or 'none'}."


def shown(runs: Sequence[Told]) -> str:
    """What is told and leaves the build green, and why."""
    faults = dict.fromkeys(one.fault for one in runs if one.found and one.shown)
    why = [f"`{fault}` ({ONLY_SHOWN.get(fault, '**nobody said why**')})" for fault in faults]
    allowed = sum(one.allowed for one in runs)
    return f"Told, and the build stays green: {'; '.join(why) or 'nothing'}. Cells where it is allowed: {allowed}."


def sums(checks: Sequence[Check]) -> str:
    by_mutants = sum(bool(one.trials) for one in checks)
    return f"Of {len(checks)} checks {by_mutants} failed for a mutant; the others find what the last column says."


def table(runs: Sequence[Told]) -> str:
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


def _cell(one: Told) -> str:
    if one.allowed:
        return "allowed"
    if not one.seen:
        return "·"
    checks = ", ".join(one.checks[:3]) + (" …" if len(one.checks) > 3 else "")
    layer = "" if one.right or not one.found else f" (named: {one.layer})"
    return f"{'*' if one.shown else ''}{checks or '**missed**'}{'*' if one.shown else ''}{layer}"


def of_checks(checks: Sequence[Check]) -> str:
    """What each check found, first or behind what stands on top."""
    lines = ["| check | failed in trials | else |", "| --- | --- | --- |"]
    lines += [f"| `{one.name}` | {one.trials or ''} | {one.where or ('' if one.trials else '**nothing**')} |"
              for one in checks]  # fmt: skip
    return "\n".join(lines)
