"""From the findings of a case to what is the matter: one root for each independent cause, and the rest folded under it.

Pure, and it judges nothing: verdict, blame and evidence of a finding stay as the check gave them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from gate.checks import chain
from gate.checks.answer import Answer
from gate.checks.naming import Named, named
from gate.checks.symptoms import SYMPTOMS
from gate.checks.view import View
from gate.core.findings import Finding, Layer, Verdict
from gate.core.plan import Claim

WAY_IN = (*chain.DOOR, *chain.EARS, *chain.MIND)
TOOLS = ("tool-missing", "tool-arguments", "tool-order", "tool-unanswered", "result-ignored", "answer-differs")
VOICE = ("no-audio", "no-final-marker", "interruption-ignored", "talks-on")
RANKS = (*WAY_IN, *TOOLS, *VOICE)

LOOKS = ("check ", "look ", "see ", "listen ", "compare ")
"""How advice begins that says where to look, not what to do."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A claim and its answer. `under`: the number of the finding for which it was not even asked. `again`: the same
    check failed in an earlier call."""

    claim: Claim
    answer: Answer
    under: int | None = None
    again: bool = False


@dataclass(frozen=True, slots=True)
class _Seen:
    number: int
    claim: Claim
    answer: Answer
    named: Named

    @property
    def weight(self) -> int:
        """A proof before a doubt, and what blocks before what does not: nothing is folded under what weighs less."""
        return 2 if not self.claim.blocks else int(self.answer.verdict is not Verdict.FAIL)

    @property
    def place(self) -> tuple[int, int]:
        rank = RANKS.index(self.named.symptom) if self.named.symptom in RANKS else len(RANKS)
        return self.named.turn, rank

    @property
    def order(self) -> tuple[int, ...]:
        return self.weight, self.claim.call, *self.place, self.named.moved, self.claim.check == "script", self.number


def triaged(asked: Sequence[Asked], views: Mapping[int, View]) -> tuple[Finding, ...]:
    """The findings, in the order of the claims."""
    seen = [
        _Seen(number, one.claim, one.answer, named(one.claim, one.answer, views[one.claim.call]))
        for number, one in enumerate(asked)
        if one.answer.verdict in (Verdict.FAIL, Verdict.UNKNOWN) and one.under is None
    ]
    roots: dict[int, _Seen] = {}
    for one in sorted(seen, key=lambda one: one.order):
        known = dict.fromkeys(root.number for root in roots.values())
        root = next((number for number in known if _follows(one, roots[number])), None)
        roots[one.number] = one if root is None else roots[root]
    return tuple(_finding(number, one, roots) for number, one in enumerate(asked))


def _follows(one: _Seen, root: _Seen) -> bool:
    """Whether `one` is nothing of its own, once `root` is known."""
    if one.claim.call != root.claim.call:
        control = one.claim.params.get("control")
        return one.named.symptom == "not-judged" and control == root.claim.call and root.answer.absent
    if one.named.symptom == "not-judged":
        return root.answer.absent
    same = one.named.symptom == root.named.symptom
    if not _is_absence(one):
        return same and bool(set(one.answer.at) & set(root.answer.at))
    if same:
        return True
    if not root.answer.absent:
        return False
    if root.named.symptom in WAY_IN:
        return root.place <= one.place
    beside = any(root.named.symptom in side and one.named.symptom in side for side in (TOOLS, VOICE))
    return beside and root.place <= one.place


def _is_absence(one: _Seen) -> bool:
    return one.answer.absent and one.named.symptom not in ("tool-arguments", "words-wrong", "close-wrong")


def _finding(number: int, one: Asked, roots: Mapping[int, _Seen]) -> Finding:
    claim, answer = one.claim, one.answer
    better = Layer(claim.layer) if claim.layer and answer.verdict is Verdict.FAIL and not one.again else None
    finding = Finding(
        claim.check, answer.verdict, better or answer.layer, answer.blame, answer.expected, answer.actual, claim.place,
        answer.next_action, answer.at, claim.call, claim.blocks, late=answer.late,
    )  # fmt: skip
    root = roots.get(number if one.under is None else one.under)
    if root is None:
        return finding
    symptom = "next-call-lost" if better is Layer.CLOSE else root.named.symptom
    layer = SYMPTOMS[symptom].layer if answer.absent and one.under is None and better is None else None
    finding = replace(finding, layer=layer or finding.layer, folded=root.number != number)
    return explained(finding, symptom, own=root.number == number and not root.named.moved)


def explained(finding: Finding, symptom: str, *, own: bool = True) -> Finding:
    """The finding with its row of the table. The advice of the check itself is the more precise one (`own`: it was
    asked about just this): what says where to look becomes the first check, anything else the next action."""
    row = SYMPTOMS[symptom]
    advice = finding.next_action if own else ""
    looks = advice.startswith(LOOKS)
    return replace(
        finding, symptom=symptom, cause=row.cause, first_check=advice if looks else row.first_check,
        next_action=row.next_action if looks or not advice else advice,
    )  # fmt: skip
