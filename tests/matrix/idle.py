"""Every check finds at least one fault, or it is removed. One that failed in no trial of the matrix has its fault in
docs/contracts.md, where a test lets the judge say what stands there; else it is looked for in any case that asks it,
with any fault that its agent is asked about."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gate.checks import CHECKS
from gate.checks.triage.rows import OF_THE_MANIFEST
from tests.matrix.trial import Clean, Told, cases, tried

CONTRACTS = Path(__file__).parents[2] / "docs" / "contracts.md"
AGENTS_OF_THEIR_OWN = {
    "restarted": "an agent that does not start a second time, in `tests/e2e/test_stranger.py`",
    "replied": "an agent that writes nothing back, in `tests/checks/test_replies.py`",
    "voiced": "speech in another byte order, in `tests/checks/triage/test_symptoms.py`",
}
"""What no fault of the reference agent does."""
ENOUGH = 4
"""As many cases as a check is looked for in, of each dialect: those that ask it are much alike."""


@dataclass(frozen=True, slots=True)
class Check:
    """What a check found: in how many trials of the matrix; else where."""

    name: str
    trials: int = 0
    where: str = ""

    @property
    def is_idle(self) -> bool:
        return not (self.trials or self.where)


def found_by(runs: list[Told]) -> dict[str, int]:
    return {name: sum(name in one.failed for one in runs) for name in CHECKS}


def elsewhere(name: str, known: Mapping[str, Mapping[str, Clean]]) -> Check:
    """Of a check that found nothing in the matrix."""
    if name in OF_THE_MANIFEST:
        return Check(name, where="it blames the manifest, never the agent")
    if re.search(rf"^=> FAIL  {name}: ", CONTRACTS.read_text("utf-8"), re.MULTILINE):
        return Check(name, where="a fault that no agent here has is planted in [contracts.md](contracts.md)")
    if name in AGENTS_OF_THEIR_OWN:
        return Check(name, where=AGENTS_OF_THEIR_OWN[name])
    for dialect, clean in known.items():
        asking = [case for case in cases(dialect) if any(claim.check == name for claim in case.claims)]
        for case in asking[:ENOUGH]:
            for fault in sorted(clean[case.id].asked):
                result = tried(dialect, fault, case, clean[case.id])
                if result and any(finding.check == name for finding in result.failures):
                    return Check(name, where=f"`{fault}` in `{dialect}`, *{case.name}*, behind what is told first")
    return Check(name)
