"""Known flakes: for a time they are driven, judged and shown, and block nothing. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from gate.core.mistakes import Mistake
from gate.core.plan import Case
from gate.manifest.document import Document
from gate.manifest.models import QuarantineSettings

LONGEST = timedelta(days=366)


def mistakes(
    given: Sequence[QuarantineSettings], cases: Sequence[Case], document: Document, today: date
) -> Iterator[Mistake]:
    for index, one in enumerate(given):
        if not any(_is_meant(one, case) for case in cases):
            hint = "`voxgate check` names them all; delete the entry if its case is gone"
            yield Mistake(document.place(("quarantine", index, "case")), f"{one.case!r} fits no case", hint=hint)
        if date.fromisoformat(one.until) - today > LONGEST:
            what = "a quarantine that nobody looks at again"
            yield Mistake(document.place(("quarantine", index, "until")), what, one.until, "a day within a year")


def quarantined(given: Sequence[QuarantineSettings], cases: Iterable[Case], today: date) -> tuple[Case, ...]:
    """`today` is the last day of what holds until today."""
    active = [one for one in given if date.fromisoformat(one.until) >= today]
    return tuple(_shown(case, [one for one in active if _is_meant(one, case)]) for case in cases)


def remarks(given: Iterable[QuarantineSettings], document: Document, today: date) -> Iterator[str]:
    for index, one in enumerate(given):
        if date.fromisoformat(one.until) < today:
            place = document.place(("quarantine", index, "until"))
            yield f"{place}: the quarantine of {one.case!r} ended on {one.until}: it blocks again ({one.reason})"


def _is_meant(one: QuarantineSettings, case: Case) -> bool:
    return one.case in case.id or one.case.casefold() in case.name.casefold()


def _shown(case: Case, holds: list[QuarantineSettings]) -> Case:
    if not holds:
        return case
    last = max(holds, key=lambda one: one.until)
    claims = tuple(replace(claim, blocks=False) for claim in case.claims)
    return replace(case, claims=claims, quarantine=f"until {last.until}: {last.reason}")
