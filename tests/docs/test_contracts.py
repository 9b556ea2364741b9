"""docs/contracts.md: every claim on the page with its calls, made, judged, compared with the verdicts written there."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from gate.checks import CHECKS
from gate.core.capabilities import INVARIANTS
from gate.core.findings import Verdict, worst
from gate.core.plan import Plan
from tests.docs import pages
from tests.docs.calls import findings, verdicts
from tests.docs.pages import Block
from tests.docs.test_docs import plan_of

PAGE = pages.CONTRACTS
HEAD = """\
version: 1
target: {url: "wss://agent.example/voice", dialect: canonical}
"""
FILES = ("tools:", "recogniser:", "invariants:")


@dataclass(frozen=True)
class Example:
    """A claim of the page and one call under it. `head` is what stands beside `suites:`, `schemas` its tools.json."""

    under: str
    claim: Block
    head: str
    schemas: str
    call: Block
    passes: bool


def examples() -> Iterator[Example]:
    """Each call belongs to the fragment of a case above it, and is answered by the tools that were written last."""
    head, schemas, claim = "", "", None
    languages = ("yaml", "json", "passes", "fails")
    written = [block for language in languages for block in pages.blocks(PAGE, language)]
    for block in sorted(written, key=lambda block: block.line):
        if block.language == "yaml" and block.text.startswith(FILES):
            head = block.text
        elif block.language == "json":
            schemas = block.text
        elif block.language == "yaml":
            claim = block
        else:
            assert claim is not None
            yield Example(block.under, claim, head, schemas, block, block.language == "passes")


EXAMPLES = [pytest.param(one, id=f"{one.call.line}-{one.call.language}") for one in examples()]


def plan(example: Example, folder: Path) -> Plan:
    """Those steps of the caller that the call shows: a clip, and a wait for the agent."""
    played = [line.split()[2] for line in example.call.text.splitlines() if line.split()[1:2] == ["caller"]]
    steps = "".join(f"          - play: {clip}\n          - wait: turn_done\n" for clip in played)
    claims = "".join(f"        {line}\n" for line in example.claim.text.splitlines())
    case = f"suites:\n  tools:\n    cases:\n      - name: {json.dumps(example.under)}\n        caller:\n{steps}{claims}"
    return plan_of(HEAD + example.head + case, folder, example.schemas)


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_call_is_judged_as_the_page_says(example: Example, tmp_path: Path) -> None:
    (tmp_path / "call").mkdir()
    found = findings(plan(example, tmp_path), example.call.text, tmp_path / "call")
    verdict = worst(one.verdict for one in found if one.blocks)
    told = [
        (one.verdict.value.upper(), one.check, one.actual.split("\n")[0])
        for one in found
        if one.verdict in (Verdict.FAIL, Verdict.UNKNOWN) and not one.folded and one.blocks
    ]
    assert told == ([] if example.passes else verdicts(example.call.text)), found
    assert (verdict is Verdict.PASS) is example.passes


def test_every_claim_has_a_call_that_passes_and_one_that_fails() -> None:
    by_claim: dict[int, set[bool]] = {}
    for example in examples():
        by_claim.setdefault(example.claim.line, set()).add(example.passes)
    assert by_claim
    assert all(kinds == {True, False} for kinds in by_claim.values())


def test_every_claim_that_a_case_can_make_is_on_the_page() -> None:
    """Those of events, of tools, of words, and each invariant; what only remarks on a case is none."""
    rooms = ("gate.checks.events.", "gate.checks.tools.", "gate.checks.phrases", "gate.checks.confirming")
    claimed = {name for name, check in CHECKS.items() if check.params.__module__.startswith(rooms)} - {"mocks-used"}
    shown = {name for example in examples() if not example.passes for _, name, _ in verdicts(example.call.text)}
    assert shown >= claimed | (set(INVARIANTS) - {"configured-before-audio"}) | {"configured"}
