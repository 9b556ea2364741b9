"""Findings and cases in plain text: a block per case that one can act on within ten seconds.

Pure, and no colour: every word of the agent is already terminal-safe in what leaves here."""

from gate.core.findings import Blame, CaseResult, Finding, Verdict
from gate.report.answering import answers_line
from gate.report.escape import ELLIPSIS, one_line, shortened, terminal_safe
from gate.report.timeline import timeline_lines

NOTHING_JUDGED = "no claim that blocks was judged in this case"

_HEADING_WIDTH = 78
_LABEL_WIDTH = 10
_TEXT_LIMIT = 600
_CHARACTERS_A_LINE = 50
_LINES_NAMED = 8
FOLLOWING_NAMED = 4


def ranked(case: CaseResult) -> tuple[Finding, ...]:
    """What did not pass: failures, then doubts, then what does not block; within each, as judged. What only follows
    from another finding is left out."""
    told = [finding for finding in (*case.failures, *case.doubts) if not finding.folded]
    return tuple(f for f in told if f.blocks) + tuple(f for f in told if not f.blocks)


def foremost(case: CaseResult) -> tuple[Finding, ...]:
    """What a person reads first: where something is proven, doubt is left out."""
    told = ranked(case)
    proven = any(finding.verdict is Verdict.FAIL and finding.blocks for finding in told)
    return tuple(f for f in told if f.verdict is Verdict.FAIL or not f.blocks) if proven else told


def skips(case: CaseResult) -> tuple[str, ...]:
    """Why this case, or a part of it, was left out."""
    if case.verdict is not Verdict.SKIP:
        parts = (f for f in case.findings if f.verdict is Verdict.SKIP)
        return tuple(f"{f.layer}: {one_line(f.actual)}" for f in parts)
    reasons = (case.skip or "", *(f.actual for f in case.findings if f.verdict is Verdict.SKIP), "no reason was given")
    return (next(reason for reason in (one_line(text, 300) for text in reasons) if reason),)


def title(case: CaseResult) -> str:
    return f"{one_line(case.suite)} · {one_line(case.name)}"


def finding_text(finding: Finding, limit: int = _TEXT_LIMIT) -> str:
    """One finding in labelled lines, indented by two."""
    marks = [f"call {finding.call + 1}"] if finding.call else []
    marks += ["unknown"] if finding.verdict is Verdict.UNKNOWN else []
    marks += ["does not block"] if not finding.blocks else []
    shown = [
        ("layer", f"{finding.layer} ({', '.join(marks)})" if marks else str(finding.layer)),
        ("blame", finding.blame if finding.blame is not Blame.AGENT else ""),
        ("expected", finding.expected),
        ("actual", finding.actual),
        ("manifest", str(finding.place)),
        ("cause", finding.cause),
        ("check", finding.first_check),
        ("do next", finding.next_action),
    ]
    wire = {"actual": _wire(finding.at)}
    return "\n".join(_labelled(label, text, limit, wire.get(label, "")) for label, text in shown if text)


def following(case: CaseResult, root: Finding) -> tuple[Finding, ...]:
    """What only follows from this finding: what is folded and has its symptom, in its call or, without another root
    there, in any."""
    return tuple(f for f in (*case.failures, *case.doubts) if f.folded and _root_of(f, ranked(case)) is root)


def _root_of(finding: Finding, roots: tuple[Finding, ...]) -> Finding | None:
    near = sorted(roots, key=lambda root: (root.symptom != finding.symptom, root.call != finding.call))
    return next(iter(near), None)


def following_text(case: CaseResult, root: Finding) -> str:
    """`3 more: script, events, count`; empty where nothing follows."""
    folded = following(case, root)
    names = list(dict.fromkeys(finding.check for finding in folded))
    shown = ", ".join(names[:FOLLOWING_NAMED]) + (f" {ELLIPSIS}" if len(names) > FOLLOWING_NAMED else "")
    return f"{len(folded)} more: {shown}" if folded else ""


def told(case: CaseResult, finding: Finding, limit: int = _TEXT_LIMIT) -> str:
    """One finding of a case, and what is folded under it."""
    follows = following_text(case, finding)
    return finding_text(finding, limit) + (f"\n{_labelled('follows', follows)}" if follows else "")


def is_undecided(case: CaseResult) -> bool:
    """Whether it is in doubt, and no finding says why."""
    return case.verdict is Verdict.UNKNOWN and not case.quarantine and not any(one.blocks for one in ranked(case))


def undecided_text(case: CaseResult) -> str:
    """What stands in the place of findings where nothing that blocks was found at all."""
    shown = (
        ("actual", NOTHING_JUDGED),
        ("manifest", str(case.place)),
        ("do next", "read evidence/gate.log: the call or its judging broke off"),
    )
    return "\n".join(_labelled(label, text) for label, text in shown)


def case_block(case: CaseResult, results_dir: str = "", *, with_timeline: bool = False) -> str:
    """A case that did not pass, or that passed with something to say: its heading, its findings, its evidence."""
    where = f"target {one_line(case.target)} ({one_line(case.dialect)})"
    heading = f"{case.verdict.upper()}  {title(case)}"
    shown = foremost(case)
    parts = [told(case, finding) for finding in shown] or [undecided_text(case)]
    block = f"{heading:<{_HEADING_WIDTH}}{'' if len(heading) < _HEADING_WIDTH else '  '}{where}\n" + "\n\n".join(parts)
    known = sum(1 + len(following(case, finding)) for finding in shown)
    if beside := len(case.failures) + len(case.doubts) - known:
        block += "\n" + _labelled("beside", f"{beside} more of its claims could not be judged")
    if answers := answers_line(case):
        block += "\n" + _labelled("tools", answers)
    if case.network:
        block += "\n" + _labelled("network", case.network)
    if case.evidence:
        folder = "/".join(part.rstrip("/") for part in (results_dir, case.evidence) if part)
        block += "\n" + _labelled("evidence", f"{folder}/")
    lines = timeline_lines(case.timeline) if with_timeline else ()
    return "\n\n".join((block, "\n".join(f"  {line}" for line in lines))) if lines else block


def _labelled(label: str, text: str, limit: int = _TEXT_LIMIT, behind: str = "") -> str:
    """`behind` follows the first line: the sentence, of which all others are the detail."""
    lines = shortened(terminal_safe(text).strip(), limit).split("\n")
    most = max(limit // _CHARACTERS_A_LINE, 1)
    if len(lines) > most:
        lines = [*lines[:most], ELLIPSIS]
    margin = "\n" + " " * (2 + _LABEL_WIDTH)
    return f"  {label:<{_LABEL_WIDTH}}{margin.join([lines[0] + behind, *lines[1:]])}"


def _wire(at: tuple[int, ...]) -> str:
    """Lines as an editor counts them, from 1; indices count from 0, which is the header."""
    if not at:
        return ""
    named = ", ".join(str(index + 1) for index in at[:_LINES_NAMED])
    more = f" and {len(at) - _LINES_NAMED} more" if len(at) > _LINES_NAMED else ""
    return f" (wire.jsonl {'line' if len(at) == 1 else 'lines'} {named}{more})"
