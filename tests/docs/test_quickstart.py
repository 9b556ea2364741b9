"""The manifests of docs/quickstart.md in virtual time, where no machine is too slow: each is green as it stands, and
red where the agent is broken. Over real sockets: tests/e2e/test_quickstart.py."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from gate.core.findings import Layer, Outcome, Report
from gate.core.plan import Start
from gate.manifest import read_plan
from gate.reference.gatekeeper import mint
from gate.reference.virtual import EPOCH_S
from tests.docs import pages
from tests.docs.pages import Block
from tests.rehearsal import KEY, library, rehearse

pytestmark = pytest.mark.long

MANIFESTS = [pytest.param(block, id=block.under) for block in pages.blocks(pages.QUICKSTART, "yaml")]


def rehearsed(block: Block, folder: Path, *faults: str, suites: tuple[str, ...] = ()) -> Report:
    (folder / "voice-tests.yaml").write_text(block.text, "utf-8")
    names = re.findall(r"^[^#\n]*\$\{env\.(\w+)\}", block.text, re.MULTILINE)
    plan, vault = read_plan(
        folder / "voice-tests.yaml", dict.fromkeys(names, mint(KEY, EPOCH_S, lifetime_s=1e6)), library()
    )
    own = Start(("agent",), {"VOXGATE_AGENT_KEY": ""} if names else {})
    plan = replace(plan, targets=tuple(replace(target, start=own) for target in plan.targets))
    return rehearse(plan, vault, folder / "evidence", faults, suites)


@pytest.mark.parametrize("block", MANIFESTS)
def test_a_manifest_of_the_page_is_green(block: Block, tmp_path: Path) -> None:
    report = rehearsed(block, tmp_path)
    red = [(case.name, finding.actual) for case in report.cases for finding in case.failures]
    assert report.outcome is Outcome.PASSED, red


@pytest.mark.parametrize("block", MANIFESTS)
def test_and_red_where_the_agent_is_broken(block: Block, tmp_path: Path) -> None:
    report = rehearsed(block, tmp_path, "silent-audio", suites=("smoke",))
    assert report.outcome is Outcome.FAILED
    (case,) = [case for case in report.cases if case.name == "a question is answered"]
    assert {finding.layer for finding in case.failures if finding.blocks} >= {Layer.OUTPUT}
