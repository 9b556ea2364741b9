"""The cases of a report in the order in which they are read, and one case as the page tells it. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from gate.core.findings import Blame, CaseResult, Finding, Layer, Verdict
from gate.report.answering import answers_line
from gate.report.escape import shortened
from gate.report.html.excerpt import excerpt
from gate.report.text import NOTHING_JUDGED, following, following_text, ranked, skips
from gate.report.unsteady import flaky_line

ORDER = (Verdict.FAIL, Verdict.UNKNOWN, Verdict.PASS, Verdict.SKIP)
HEADLINE = 220


def in_order(cases: Iterable[CaseResult]) -> list[CaseResult]:
    """Failures first, then doubts, then what passed, with something to say or without; what was left out last."""
    return sorted(cases, key=lambda case: (ORDER.index(case.verdict), not ranked(case)))


def told(case: CaseResult, manifest: Mapping[str, str]) -> dict[str, Any]:
    """`manifest`: the text of each file that a place may name."""
    roots = ranked(case)
    numbers = {id(finding): number for number, finding in enumerate(case.findings)}
    findings = [_finding(case, root, numbers[id(root)], manifest) for root in roots]
    if case.verdict is Verdict.UNKNOWN and not any(root.blocks for root in roots):
        findings.insert(0, _nothing(case, manifest))
    beside = len(case.failures) + len(case.doubts) - sum(1 + len(following(case, root)) for root in roots)
    return {
        "id": case.id, "verdict": case.verdict.value, "suite": case.suite, "name": case.name, "target": case.target,
        "dialect": case.dialect, "seconds": f"{case.duration_ms / 1000:.1f} s" if case.duration_ms else "",
        "headline": _headline(case), "findings": findings, "skips": skips(case), "network": case.network,
        "attempt": case.attempt, "trace_id": case.trace_id, "beside": beside, "answers": answers_line(case),
        "place": str(case.place), "words": _words(case), "flaky": flaky_line(case), "quarantine": case.quarantine,
        "tries": [(one.attempt, one.verdict.value, one.evidence or "") for one in case.tries],
    }  # fmt: skip


def _headline(case: CaseResult) -> str:
    """What it is about, in a line."""
    if case.verdict is Verdict.SKIP:
        return skips(case)[0]
    roots = ranked(case)
    if not roots:
        return NOTHING_JUDGED if case.verdict is Verdict.UNKNOWN else ""
    text = " ".join(f"{roots[0].layer}: {roots[0].actual}".split())
    more = f" (and {len(roots) - 1} more)" if len(roots) > 1 else ""
    return shortened(text, HEADLINE) + more


def _words(case: CaseResult) -> str:
    """What a search finds it by."""
    parts = (case.id, case.suite, case.name, case.target, case.dialect, _headline(case), case.trace_id,
             *(f"{finding.layer} {finding.check} {finding.symptom}" for finding in ranked(case)),
             *dict.fromkeys(answer.tool for answer in case.answers))  # fmt: skip
    return " ".join(parts).casefold()[:2_000]


def _finding(case: CaseResult, finding: Finding, number: int, manifest: Mapping[str, str]) -> dict[str, Any]:
    return {
        "number": number, "verdict": finding.verdict.value, "blocks": finding.blocks, "check": finding.check,
        "call": finding.call + 1 if finding.call else 0, "layers": _layers(finding.layer), "layer": finding.layer.value,
        "blame": "" if finding.blame is Blame.AGENT else finding.blame.value, "expected": finding.expected,
        "actual": finding.actual, "cause": finding.cause, "first_check": finding.first_check,
        "next_action": finding.next_action, "follows": following_text(case, finding),
        "lines": [index + 1 for index in finding.at[:12]], "more_lines": max(0, len(finding.at) - 12),
        "place": str(finding.place), "excerpt": excerpt(manifest.get(finding.place.file, ""), finding.place.line),
    }  # fmt: skip


def _nothing(case: CaseResult, manifest: Mapping[str, str]) -> dict[str, Any]:
    doubt = Finding("recording", Verdict.UNKNOWN, Layer.HANDSHAKE, Blame.GATE, "", NOTHING_JUDGED, case.place,
                    "read evidence/gate.log: the call or its judging broke off")  # fmt: skip
    return _finding(case, doubt, -1, manifest) | {"layers": [], "layer": "", "blame": ""}


def _layers(broken: Layer) -> list[dict[str, Any]]:
    """Every layer in the order in which a call meets them, and which one it is."""
    return [{"name": layer.value, "here": layer is broken} for layer in Layer]
