"""What GitHub's runner is told: annotations at the manifest's lines, outputs, and values to mask. Pure; the lines that
are made here are workflow commands, and nothing that an agent says becomes one.

The runner reads a line as a command where it begins with `::`, white space aside. Data are escaped as it takes them
apart again (actions/runner, src/Runner.Common/ActionCommand.cs); everything else that is printed is terminal-safe."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from gate.core.findings import CaseResult, Finding, Report, Verdict
from gate.core.mistakes import Mistake
from gate.core.places import Place
from gate.report.closing import WHY
from gate.report.comparison import change_line
from gate.report.documents import counted
from gate.report.escape import one_line, terminal_safe
from gate.report.text import NOTHING_JUDGED, finding_text, is_undecided, ranked, title
from gate.report.unsteady import flaky_line
from gate.report.workspace import Workspace

MOST: Final = 10
"""Of one kind, in one step: the runner drops what is beyond."""
MESSAGE_LIMIT: Final = 600
OUTPUTS: Final = ("outcome", "reason", "counts", "junit", "report", "evidence")


class Annotation(NamedTuple):
    kind: str
    title: str
    message: str
    place: Place | None = None


def command(name: str, message: str = "", **properties: str | int) -> str:
    told = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items())
    return f"::{name}{' ' if told else ''}{told}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def annotations(report: Report, workspace: Workspace, *, red: bool) -> tuple[str, ...]:
    """At most MOST errors, failures before doubts, then as many warnings. `red`: whether the step fails; in a step that
    passes all the same a doubt is a warning."""
    found = list(_of(report, red=red))
    if red and not any(one.kind == "error" for one in found):
        found.append(Annotation("error", f"Voxgate: {report.outcome}", WHY[report.outcome]))
    return _commands(found, workspace)


def mistakes(found: Iterable[Mistake], workspace: Workspace) -> tuple[str, ...]:
    """Annotations of a manifest that cannot be run, in the order of its lines."""
    named = (Annotation("error", "Voxgate: a mistake in the manifest", str(one), one.place) for one in found)
    return _commands(list(named), workspace)


def _of(report: Report, *, red: bool) -> Iterator[Annotation]:
    doubt = "error" if red else "warning"
    for verdict, kind in ((Verdict.FAIL, "error"), (Verdict.UNKNOWN, doubt)):
        for case in report.cases:
            yield from (_found(case, one, kind) for one in ranked(case) if one.blocks and one.verdict is verdict)
            if verdict is case.verdict is Verdict.UNKNOWN and is_undecided(case):
                yield Annotation(doubt, _title("UNKNOWN", case), NOTHING_JUDGED, case.place)
        if verdict is Verdict.FAIL:
            yield from _of_the_run(report, doubt)
    for case in report.cases:
        yield from (_found(case, one, "warning") for one in ranked(case) if not one.blocks)
        if case.flaky:
            kind = doubt if case.proven_flaky else "warning"
            yield Annotation(kind, _title("FLAKY", case), flaky_line(case), case.place)


def _of_the_run(report: Report, doubt: str) -> Iterator[Annotation]:
    worse = report.comparison.regressions if report.comparison else ()
    yield from (Annotation("error", "Voxgate: worse than the baseline", change_line(change)) for change in worse)
    yield from (Annotation(doubt, "Voxgate: a problem of the run", problem) for problem in report.problems)


def _found(case: CaseResult, finding: Finding, kind: str) -> Annotation:
    shown = finding_text(finding, MESSAGE_LIMIT).replace("\n  ", "\n").strip()
    return Annotation(kind, _title(finding.verdict.upper(), case), shown, finding.place)


def _title(verdict: str, case: CaseResult) -> str:
    return f"{verdict}: {title(case)} ({one_line(case.target)})"


def _commands(found: list[Annotation], workspace: Workspace) -> tuple[str, ...]:
    lines: list[str] = []
    for kind in ("error", "warning"):
        mine = [one for one in found if one.kind == kind]
        shown = mine if len(mine) <= MOST else mine[: MOST - 1]
        lines += (_command(one, workspace) for one in shown)
        if more := len(mine) - len(shown):
            lines.append(command(kind, f"and {more} more: see the summary, or report.html", title="Voxgate"))
    return tuple(lines)


def _command(one: Annotation, workspace: Workspace) -> str:
    properties: dict[str, str | int] = {}
    if one.place:
        place = workspace.place(one.place)
        properties = {"file": one_line(place.file), "line": place.line, "col": place.column}
    message = terminal_safe(one.message)[: 4 * MESSAGE_LIMIT]
    return command(one.kind, message, **properties, title=one_line(one.title))


def outputs(report: Report | None, reason: str, files: Mapping[str, str], *, red: bool) -> dict[str, str]:
    """A value for each of OUTPUTS; `files`: those that are there, by the name of their output."""
    counts = json.dumps(counted(report), separators=(",", ":")) if report else ""
    told = {"outcome": "failed" if red else "passed", "reason": reason, "counts": counts, **files}
    return {name: told.get(name, "") for name in OUTPUTS}


def output_file(values: Mapping[str, str], delimiter: str) -> str:
    """What is appended to GITHUB_OUTPUT. `delimiter` is one that nobody can guess, so that no value ends itself."""
    return "".join(f"{name}<<{delimiter}\n{value}\n{delimiter}\n" for name, value in values.items())


def masks(secrets: Iterable[str]) -> tuple[str, ...]:
    """Each value, and each line of one that has several, since the runner looks at lines."""
    parts = dict.fromkeys(part for value in secrets for part in (value, *value.splitlines()) if part.strip())
    return tuple(command("add-mask", part) for part in parts)
