"""The page as data: what its template fills in. Pure."""

from collections.abc import Sequence
from typing import Any

from gate.core.findings import CaseResult, Report, Verdict
from gate.report.closing import WHY, counts
from gate.report.figures import figures
from gate.report.html.exhibits import Exhibit, Links
from gate.report.html.triaged import ORDER, told
from gate.report.unsteady import unsteady_lines

WORDS = {Verdict.FAIL: "failed", Verdict.UNKNOWN: "unknown", Verdict.PASS: "passed", Verdict.SKIP: "skipped"}
BESIDE = ("junit.xml", "report.json", "summary.md")


def page(
    report: Report, cases: Sequence[CaseResult], shown: Sequence[Exhibit], manifest: str, links: Links
) -> dict[str, Any]:
    sources = {report.manifest: manifest}
    return {
        "outcome": report.outcome.value, "why": WHY[report.outcome], "counts": counts(report),
        "verdicts": [(verdict.value, WORDS[verdict], report.count(verdict)) for verdict in ORDER],
        "total": len(report.cases), "manifest": report.manifest, "run_id": report.run_id,
        "started_at": report.started_at, "seconds": f"{report.duration_ms / 1000:.1f} s",
        "recorded_by": report.recorded_by, "judged_by": report.judged_by,
        "problems": report.problems, "remarks": (*unsteady_lines(report), *report.remarks), "figures": figures(report),
        "shares": _shares(report), "suites": _suites(report),
        "several_targets": len({case.target for case in cases}) > 1,
        "suite_names": list(dict.fromkeys(case.suite for case in report.cases)),
        "target_names": list(dict.fromkeys(case.target for case in report.cases)),
        "cases": [told(case, sources) | _ways(case, one, links) | {"number": number, "open": _is_open(number, case)}
                  for number, (case, one) in enumerate(zip(cases, shown, strict=True))],
        "beside": [(name, links.file(name) if not links.home else f"./{name}") for name in BESIDE],
    }  # fmt: skip


def _is_open(number: int, case: CaseResult) -> bool:
    """What a reader came for is open already: the first case that did not pass."""
    return number == 0 and case.verdict.is_red


def _ways(case: CaseResult, exhibit: Exhibit, links: Links) -> dict[str, Any]:
    return {"trace": links.trace(case.trace_id), "files": links.files(case, exhibit),
            "call_wav": links.call(case, exhibit), "folder": case.evidence or ""}  # fmt: skip


def _shares(report: Report) -> list[tuple[str, int, int]]:
    """Each verdict with where its part of the bar begins and how long it is, in cases."""
    counted = [(verdict.value, report.count(verdict)) for verdict in ORDER]
    return [(word, sum(count for _, count in counted[:at]), count) for at, (word, count) in enumerate(counted) if count]


def _suites(report: Report) -> list[dict[str, Any]]:
    rows = []
    for suite, target in dict.fromkeys((case.suite, case.target) for case in report.cases):
        verdicts = [case.verdict for case in report.cases if (case.suite, case.target) == (suite, target)]
        rows.append({"suite": suite, "target": target,
                     "counts": [(WORDS[one], one.value, verdicts.count(one)) for one in ORDER]})  # fmt: skip
    return rows
