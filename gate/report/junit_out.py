"""What stands in the `system-out` of a test case: where to look further, how soon the agent answered, what does not
block, and what a pipeline is to attach.

Jenkins and GitLab attach any file that `[[ATTACHMENT|path]]` names, wherever in the output that stands. An agent that
says so must not choose a file of the build machine's: only the lines that are made here are lines of that kind."""

import re
from collections.abc import Iterator
from typing import Final

from gate.core.findings import CaseResult, Report, Verdict
from gate.core.measurement import Measurement
from gate.report.answering import answers_line
from gate.report.escape import one_line, trace_address, xml_safe
from gate.report.figures import SHOWN
from gate.report.text import finding_text, ranked, skips
from gate.report.unsteady import flaky_line
from gate.report.workspace import Workspace

FIELD_LIMIT: Final = 4_000
LABEL_LIMIT: Final = 400
ATTACHED: Final = ("derived/call.wav", "derived/transcript.txt", "derived/events.jsonl", "derived/tools.json")
"""GitLab shows the first alone."""
LATENCIES: Final = SHOWN | {"first_byte": "first byte of audio"}

_DIRECTIVE = re.compile(r"\[(?=\[\w+\|)")


def undirected(text: str) -> str:
    """XML-safe text in which no line is one that a pipeline acts upon."""
    return _DIRECTIVE.sub(r"\\x5b", xml_safe(text))


def system_out(report: Report, case: CaseResult, workspace: Workspace) -> str:
    """The attachments come last, each on a line of its own, with its path from the workspace (Jenkins' plugin
    junit-attachments; GitLab: from CI_PROJECT_DIR). Case properties stand as lines of the same form, since the XSD of
    Jenkins has no place for them in a test case (the convention is told in github.com/testmoapp/junitxml)."""
    told = undirected("\n".join((*_where(report, case, workspace), *_latencies(case), *_beside(case))))
    return "\n".join(filter(None, (told, *_properties(case, workspace), *_attachments(case, workspace))))


def _where(report: Report, case: CaseResult, workspace: Workspace) -> Iterator[str]:
    if case.trace_id:
        yield f"trace id: {one_line(case.trace_id)}"
        if address := trace_address(report.trace_url, case.trace_id):
            yield f"trace: {one_line(address, LABEL_LIMIT)}"
    if case.evidence:
        yield f"evidence: {one_line(workspace.evidence(case.evidence), LABEL_LIMIT)}"
    if case.attempt > 1:
        yield f"attempt: {case.attempt}"
    if case.network:
        yield f"network: {case.network}"
    if case.quarantine:
        yield f"quarantine: {one_line(case.quarantine, LABEL_LIMIT)}"
    if case.flaky:
        yield f"flaky: {flaky_line(case)}"
    if answers := answers_line(case):
        yield f"tools: {answers}"


def _latencies(case: CaseResult) -> Iterator[str]:
    for one in case.measurements:
        if one.name in LATENCIES and one.value is not None:
            yield f"{LATENCIES[one.name]}{_whose(one)}: {one}"


def _whose(one: Measurement) -> str:
    parts = [f"call {one.call + 1}"] if one.call else []
    parts += [f"turn {one.turn}"] if one.turn is not None else []
    return f" ({', '.join(parts)})" if parts else ""


def _beside(case: CaseResult) -> Iterator[str]:
    for finding in ranked(case):
        if not finding.blocks:
            yield f"not blocking: {finding.verdict}\n{finding_text(finding, FIELD_LIMIT)}"
    if case.verdict is not Verdict.SKIP:
        yield from (f"skipped: {reason}" for reason in skips(case))


def _properties(case: CaseResult, workspace: Workspace) -> Iterator[str]:
    shown = {"verdict": case.verdict.value, "dialect": case.dialect, "manifest": str(workspace.place(case.place))}
    for name, value in shown.items():
        yield f"[[PROPERTY|{name}={_inside(value)}]]"


def _attachments(case: CaseResult, workspace: Workspace) -> Iterator[str]:
    """Of what did not pass alone: nobody wants the calls of five hundred passes copied."""
    if case.evidence and case.verdict.is_red:
        for name in ATTACHED:
            yield f"[[ATTACHMENT|{_inside(workspace.evidence(f'{case.evidence}/{name}'))}]]"


def _inside(text: str) -> str:
    """What may stand inside of such a line without ending it."""
    return xml_safe(re.sub(r"[\[\]|]", lambda found: f"\\x{ord(found[0]):02x}", one_line(text, LABEL_LIMIT)))
