"""`gl-code-quality-report.json`: findings at the manifest's lines, as GitLab shows them in a merge request. Pure.

GitLab wants a path without `./` from the root of the repository, and a fingerprint that is unique in the file and the
same in the next run: it is made of what was claimed, never of what came instead."""

import hashlib
import json
from collections import Counter
from typing import Final

from gate.core.findings import CaseResult, Finding, Report, Verdict
from gate.core.jsons import Json
from gate.core.places import Place
from gate.report.escape import one_line
from gate.report.text import NOTHING_JUDGED, is_undecided, ranked, title
from gate.report.workspace import NOWHERE, Workspace

_SEVERITY: Final = {Verdict.FAIL: "critical", Verdict.UNKNOWN: "major"}
_UNBLOCKING: Final = "info"
_DESCRIPTION_LIMIT: Final = 500


def render(report: Report, workspace: Workspace = NOWHERE) -> str:
    """Always a list: GitLab takes an empty one for "nothing is wrong"."""
    seen: Counter[str] = Counter()
    issues = [issue for case in report.cases for issue in _issues(case, workspace, seen)]
    return json.dumps(issues, indent=1, ensure_ascii=True) + "\n"


def _issues(case: CaseResult, workspace: Workspace, seen: Counter[str]) -> list[Json]:
    issues = [_issue(case, finding, workspace, seen) for finding in ranked(case)]
    if is_undecided(case):
        doubt: dict[str, Json] = {"check_name": "recording", "severity": _SEVERITY[Verdict.UNKNOWN]}
        issues.append(_row(case, NOTHING_JUDGED, f"{case.id}/recording", seen) | doubt | _at(case.place, workspace))
    return list(issues)


def _issue(case: CaseResult, finding: Finding, workspace: Workspace, seen: Counter[str]) -> dict[str, Json]:
    expected = f", expected {one_line(finding.expected)}" if finding.expected else ""
    said = f"{finding.layer}: {one_line(finding.actual)}{expected}"
    key = f"{case.id}/{finding.call}/{finding.check}/{finding.verdict}"
    severity = _SEVERITY[finding.verdict] if finding.blocks else _UNBLOCKING
    named: dict[str, Json] = {"check_name": one_line(finding.check), "severity": severity}
    return _row(case, said, key, seen) | named | _at(finding.place, workspace)


def _row(case: CaseResult, said: str, key: str, seen: Counter[str]) -> dict[str, Json]:
    seen[key] += 1
    fingerprint = hashlib.sha256(f"{key}/{seen[key]}".encode("utf-8", "backslashreplace")).hexdigest()
    description = one_line(f"{title(case)} ({one_line(case.target)}): {said}", _DESCRIPTION_LIMIT)
    return {"description": description, "fingerprint": fingerprint}


def _at(place: Place, workspace: Workspace) -> dict[str, Json]:
    path = one_line(workspace.file(place.file)).removeprefix("./")
    return {"location": {"path": path, "lines": {"begin": place.line}}}
