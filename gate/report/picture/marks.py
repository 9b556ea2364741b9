"""Where findings point at, as times. Pure."""

from collections.abc import Sequence

from gate.core.findings import Finding
from gate.core.jsons import Json
from gate.core.recording import Recording
from gate.report.picture.axis import Axis, shown


def _told(finding: Finding) -> bool:
    return finding.verdict.is_red and not finding.folded


def pointed_at(findings: Sequence[Finding]) -> frozenset[int]:
    """The lines of the recording that a finding which did not pass rests on."""
    return frozenset(line for finding in findings if _told(finding) for line in finding.at)


def marks(findings: Sequence[Finding], recording: Recording, axis: Axis) -> list[Json]:
    """{finding, at, line, name} of each finding that did not pass: the last line that it rests on, which is where a
    reader looks first. What only follows from another finding has none of its own."""
    times = {frame.index: frame.t_ns for frame in recording.frames} | {
        note.index: note.t_ns for note in recording.notes
    }
    names = {event.at: event.name for event in reversed(recording.events)}
    rows: list[Json] = []
    for number, finding in enumerate(findings):
        if not _told(finding):
            continue
        line = next((line for line in reversed(finding.at) if line in times), None)
        if line is not None:
            rows.append({"finding": number, "at": axis.ms(times[line]), "line": line + 1,
                         "name": shown(names.get(line, "a frame"), 100)})  # fmt: skip
    return rows
