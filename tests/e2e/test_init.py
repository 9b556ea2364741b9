"""`voxgate init` in a repository, and its manifest against the reference agent over real sockets."""

from pathlib import Path

import pytest

from tests.cli.repositories import REPOSITORIES, lay_out
from tests.cli.test_init_repository import KEYS
from tests.e2e.conftest import Gate
from tests.e2e.standing_in import standing_in

pytestmark = pytest.mark.long


@pytest.mark.parametrize("dialect", REPOSITORIES)
def test_from_a_repository_to_a_green_build(dialect: str, gate: Gate, tmp_path: Path) -> None:
    lay_out(tmp_path, dialect)
    assert gate("init", again=False).exit == 0
    key = {KEYS[dialect]: "a-key-of-the-users"} if dialect in KEYS else {}
    checked = gate("check", again=False, **key)
    assert checked.exit == 0, checked.out + checked.err
    manifest = tmp_path / "voice-tests.yaml"
    environment = standing_in(manifest.read_text("utf-8"), manifest)
    assert set(environment) == set(key)
    outcome = gate("run", again=False, **environment)
    assert outcome.exit == 0, outcome.out + outcome.err
    assert outcome.cases["a question is answered"]["verdict"] == "pass"
