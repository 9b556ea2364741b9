"""`report.json`: the whole report for programs, and back. Must never lose or change a word of what was judged."""

import json

from pydantic import TypeAdapter, ValidationError

from gate.core.findings import Report, Verdict
from gate.core.jsons import Json, parse
from gate.report.unsteady import Rate, rates, wilson

FORMAT = "voxgate-report/1"

_REPORT = TypeAdapter(Report)


def to_json(report: Report) -> str:
    """ASCII only, so that any text survives, lone surrogates of a broken agent too. `exit_code` and `counts` are for
    readers; they follow from the rest."""
    document: dict[str, Json] = {
        "format": FORMAT,
        "outcome": report.outcome.value,
        "exit_code": report.exit_code,
        "counts": counted(report),
        "rates": [_rate(rate) for rate in rates(report)],
    }
    body = _REPORT.dump_python(report, mode="json")
    return json.dumps(document | body, indent=2, ensure_ascii=True, allow_nan=False) + "\n"


def counted(report: Report) -> dict[str, Json]:
    return {
        "cases": len(report.cases),
        "passed": report.count(Verdict.PASS),
        "failed": report.count(Verdict.FAIL),
        "unknown": report.count(Verdict.UNKNOWN),
        "skipped": report.count(Verdict.SKIP),
        "flaky": sum(case.flaky for case in report.cases),
        "quarantined": sum(bool(case.quarantine) for case in report.cases),
    }


def _rate(rate: Rate) -> Json:
    interval: Json = list(wilson(rate.passed, rate.decided)) if rate.decided else None
    return {
        "case": rate.case, "target": rate.target, "passed": rate.passed, "failed": rate.failed,
        "unknown": rate.unknown, "wilson_95": interval,
    }  # fmt: skip


def from_json(text: str) -> Report:
    """The report again. Raises ValueError for a text that is no report, or that a newer version wrote."""
    document = parse(text)
    found = document.get("format") if isinstance(document, dict) else None
    if found != FORMAT:
        newer = isinstance(found, str) and found.startswith("voxgate-report/")
        hint = "it was written by another version of voxgate; please update" if newer else "it is no voxgate report"
        raise ValueError(f"report.json: found format {found!r}, expected {FORMAT!r}: {hint}")
    try:
        return _REPORT.validate_python(document)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise ValueError(f"report.json: {place}: {first['msg']}") from None
