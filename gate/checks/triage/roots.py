"""From the findings of a case to what is the matter: one root for each independent cause, and the rest folded under it.

Pure, and it judges nothing: verdict, blame and evidence of a finding stay as the check gave them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from gate.checks.answer import Answer
from gate.checks.triage import chain
from gate.checks.triage.naming import Named, named
from gate.checks.triage.symptoms import SYMPTOMS
from gate.checks.view import View
from gate.core.findings import Blame, Finding, Layer, Verdict
from gate.core.plan import Claim

WAY_IN = (*chain.DOOR, *chain.EARS, "interruption-ignored", *chain.MIND)
TOOLS = ("tool-missing", "tool-order", "tool-arguments", "tool-unanswered", "unproven-confirmation", "result-ignored",
         "answer-differs")  # fmt: skip
VOICE = ("no-audio", "no-final-marker", "talks-on")
RANKS = (*WAY_IN, *TOOLS, *VOICE)
"""In one turn, what comes first names what comes behind it."""

LEADS_TO = {
    "bad-audio-taken": ("event-missing", "tool-unwanted", "unproven-confirmation"),
    "chunks-disordered": ("audio-holes", "words-cut"),
    "session-left": ("session-left",),
    "no-audio": ("no-audio", "not-speech", "too-quiet"),
    "unproven-confirmation": ("result-ignored", "answer-differs"),
}
"""What else one defect is found as in the same call: a chunk in the wrong place leaves holes and cut words."""

CAME = ("tool-arguments", "words-wrong", "close-wrong", "event-differs")
FOR_ALL_CALLS = ("unreachable", "certificate-refused", "no-token", "stopped", "recording-damaged")

LOOKS = ("check ", "look ", "listen ", "compare ")
"""How advice begins that says where to look, not what to do."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A claim and its answer. `under`: the number of the finding for which it was not even asked. `again`: the same
    check failed in an earlier call."""

    claim: Claim
    answer: Answer
    under: int | None = None
    again: bool = False

    @property
    def better_layer(self) -> Layer | None:
        """The suite's own word on where to look, which holds for a failure that is new in this call."""
        if not self.claim.layer or self.answer.verdict is not Verdict.FAIL or self.again:
            return None
        return Layer(self.claim.layer)


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
        symptom = self.named.symptom
        if symptom in ("flooded", "bad-audio-taken", "chunks-disordered"):
            return 0, 0
        return self.named.turn, RANKS.index(symptom) if symptom in RANKS else len(RANKS)

    @property
    def order(self) -> tuple[int, ...]:
        vague = self.answer.absent if self.not_the_agents else self.claim.check == "script" and not self.answer.symptom
        return self.weight, self.claim.call, *self.place, vague, self.named.moved, self.number

    @property
    def not_the_agents(self) -> bool:
        return self.answer.blame is not Blame.AGENT

    @property
    def may_follow(self) -> bool:
        """Whether something never came, which may be for want of something before it. What came stands for itself."""
        return self.named.symptom == "interruption-ignored" or (self.answer.absent and self.named.symptom not in CAME)

    @property
    def explains(self) -> bool:
        return self.answer.absent or self.named.symptom in ("interruption-ignored", "tool-without-mock")


def triaged(asked: Sequence[Asked], views: Mapping[int, View]) -> tuple[Finding, ...]:
    """The findings, in the order of the claims."""
    seen = [
        _Seen(number, one.claim, one.answer, named(one.claim, one.answer, views[one.claim.call]))
        for number, one in enumerate(asked)
        if one.answer.verdict.is_red and one.under is None
    ]
    under = {number: one.under for number, one in enumerate(asked) if one.under is not None}
    roots: list[_Seen] = []
    for one in sorted(seen, key=lambda one: one.order):
        root = next((root for root in roots if _follows(one, root)), None)
        if root is None:
            roots.append(one)
        else:
            under[one.number] = root.number
    told = {root.number: _told(root, asked[root.number]) for root in roots}
    return tuple(_finding(number, one, under, told) for number, one in enumerate(asked))


def _finding(number: int, asked: Asked, under: Mapping[int, int], told: Mapping[int, Finding]) -> Finding:
    root = number
    while root in under:
        root = under[root]
    if root == number:
        return told.get(number) or _plain(asked)
    return _folded(asked, told[root])


def _follows(one: _Seen, root: _Seen) -> bool:
    """Whether `one` is nothing of its own, once `root` is known."""
    symptom, other = one.named.symptom, root.named.symptom
    if one.claim.call != root.claim.call:
        needs = symptom == "not-judged" and one.claim.params.get("control") == root.claim.call and root.explains
        return needs or (symptom == other and symptom in FOR_ALL_CALLS)
    if symptom in ("not-judged", "mock-unused"):
        return root.explains
    if symptom in LEADS_TO.get(other, ()) or one.answer.at[-1:] == root.answer.at[-1:] != ():
        return True
    if symptom == other and (one.may_follow or one.not_the_agents):
        return True
    if not one.may_follow:
        return False
    if not root.explains or root.place > one.place:
        return False
    return other in WAY_IN or any(symptom in side and other in side for side in (TOOLS, VOICE))


def _told(one: _Seen, asked: Asked) -> Finding:
    """A root, explained."""
    finding = _plain(asked)
    better = asked.better_layer
    symptom = "next-call-lost" if better in (Layer.HANDSHAKE, Layer.CLOSE) else one.named.symptom
    layer = SYMPTOMS[symptom].layer if one.answer.absent and better is None else None
    return explained(
        replace(finding, layer=layer or finding.layer),
        symptom,
        own=symptom == one.named.symptom and not one.named.moved,
    )


def _folded(asked: Asked, root: Finding) -> Finding:
    """What only follows has the root's symptom, and where it is for want of that, its layer."""
    finding = _plain(asked)
    loose = asked.answer.absent or asked.under is not None
    layer = root.layer if loose and asked.better_layer is None else finding.layer
    return explained(replace(finding, layer=layer, folded=True), root.symptom, own=False)


def _plain(asked: Asked) -> Finding:
    claim, answer = asked.claim, asked.answer
    return Finding(
        claim.check, answer.verdict, asked.better_layer or answer.layer, answer.blame, answer.expected, answer.actual,
        claim.place, answer.next_action, answer.at, claim.call, claim.blocks, late=answer.late,
    )  # fmt: skip


def explained(finding: Finding, symptom: str, *, own: bool = True) -> Finding:
    """The finding with its row of the table. The advice of the check itself is the more precise one (`own`: it was
    asked about just this): of `where to look; what to do` each part that it has takes the place of the table's. That
    one is to `see` what came says nothing new."""
    row = SYMPTOMS[symptom]
    advice = finding.next_action if own else ""
    if symptom not in ("not-judged", "inconclusive"):
        advice = "; ".join(part for part in advice.split("; ") if not part.startswith("see "))
    parts = [part for part in advice.split("; ") if part]
    looks = "; ".join(part.removeprefix("check ") for part in parts if part.startswith(LOOKS))
    does = "; ".join(part for part in parts if not part.startswith(LOOKS))
    return replace(
        finding, symptom=symptom, cause=row.cause, first_check=looks or row.first_check,
        next_action=does or row.next_action,
    )  # fmt: skip
