"""Until when something had to happen, where a claim or the caller set a time: the lines against which a call is read.

Pure. A budget that was kept is drawn too: how near it was says more than that it was kept. Not so that of the opening,
which is many times what any agent takes."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from gate.core.findings import Finding, Verdict
from gate.core.frames import Opcode
from gate.core.jsons import Json
from gate.core.plan import Case, Claim
from gate.measures.facts import Facts
from gate.report.picture.axis import Axis, shown
from gate.report.picture.lanes import Row

OPENING: Final = frozenset({"ready", "configured"})
FROM_START: Final = frozenset({"interrupted"})
"""Checks whose time counts from the caller's first word; all others of a turn count from its last."""
START: Final = "start"


def budgets(case: Case, facts: Mapping[int, Facts], findings: Sequence[Finding], axis: Axis) -> list[Json]:
    """{from, at, text, what, finding, verdict}: `at` is when the time was over."""
    rows: list[Json] = []
    for number, (claim, finding) in enumerate(zip(case.claims, findings, strict=False)):
        if claim.check != finding.check or claim.call not in facts:
            continue
        for from_ns, within_ms, what in _of(claim, facts[claim.call], is_kept=finding.verdict is Verdict.PASS):
            rows.append(_row(axis.ms(from_ns), within_ms, what, axis) | {"finding": number, "verdict": finding.verdict})
    rows += (row for one in facts.values() for row in _waits(one, axis))
    return rows


def _row(from_ms: float, within_ms: float, what: str, axis: Axis) -> Row:
    return {"from": from_ms, "at": round(from_ms + within_ms, 3), "text": f"{within_ms:g} ms", "what": shown(what, 200),
            "finding": None, "verdict": ""}  # fmt: skip


def _of(claim: Claim, facts: Facts, *, is_kept: bool) -> Iterator[tuple[int, float, str]]:
    within_ms, turn = claim.params.get("within_ms"), claim.params.get("turn")
    if claim.check == "events":
        yield from _expected(claim.params.get("expectations"), facts)
    elif not isinstance(within_ms, int | float) or isinstance(within_ms, bool):
        return
    elif isinstance(turn, int) and (spoken := facts.turn(turn)):
        yield spoken.start_ns if claim.check in FROM_START else spoken.end_ns, within_ms, claim.check
    elif claim.check in OPENING and not is_kept:
        dialled = (f.t_ns for f in facts.recording.frames if f.call == facts.call and f.opcode is Opcode.UPGRADE)
        yield from ((t_ns, within_ms, claim.check) for t_ns in list(dialled)[:1])


def _expected(wanted: Json, facts: Facts) -> Iterator[tuple[int, float, str]]:
    """Of each event that has a time, the first anchor that there is."""
    for one in wanted if isinstance(wanted, list) else ():
        if not isinstance(one, dict):
            continue
        if "of" in one:
            yield from _expected(one["of"], facts)
        within_ms, after = one.get("within_ms"), str(one.get("after"))
        anchors = facts.events[:1] if after == START else facts.events_named(after)
        if isinstance(within_ms, int | float) and anchors:
            yield anchors[0].t_ns, within_ms, str(one.get("event"))


def _waits(facts: Facts, axis: Axis) -> Iterator[Row]:
    """What the caller waited for in vain."""
    for note in facts.notes("expired"):
        within_ms = float(str(note.data.get("budget_ms", 0)))
        row = _row(axis.ms(note.t_ns - int(within_ms * 1e6)), within_ms, f"wait for {note.data.get('what')}", axis)
        yield row | {"at": axis.ms(note.t_ns), "verdict": "expired"}
