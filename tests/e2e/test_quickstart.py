"""The manifests of docs/quickstart.md over real sockets, as they stand but for the address: green, and red."""

from pathlib import Path

import pytest
import yaml

from tests.docs import pages
from tests.docs.pages import Block
from tests.e2e.conftest import Gate
from tests.e2e.standing_in import standing_in

pytestmark = pytest.mark.long

MANIFESTS = [pytest.param(block, id=block.under) for block in pages.blocks(pages.QUICKSTART, "yaml")]


@pytest.mark.parametrize("block", MANIFESTS)
def test_a_manifest_of_the_page_is_green(block: Block, gate: Gate, tmp_path: Path) -> None:
    environment = standing_in(block.text, tmp_path / "voice-tests.yaml")
    outcome = gate("run", again=False, **environment)
    assert outcome.exit == 0, outcome.out + outcome.err
    suites = yaml.safe_load(block.text)["suites"]
    driven = {case["suite"] for case in outcome.report["cases"] if case["verdict"] != "skip"}
    assert driven == set(suites)


@pytest.mark.parametrize("block", MANIFESTS)
def test_and_red_where_the_agent_is_broken(block: Block, gate: Gate, tmp_path: Path) -> None:
    manifest = tmp_path / "voice-tests.yaml"
    environment = standing_in(block.text, manifest, "--fault", "silent-audio")
    outcome = gate("run", "--case", "a question is answered", again=False, **environment)
    assert outcome.exit == 1, outcome.out + outcome.err
    assert {finding["layer"] for finding in outcome.failures()} == {"output audio"}
