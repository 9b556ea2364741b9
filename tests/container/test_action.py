"""The real image as a step of GitHub's runner, in a workspace that wants to be run in its place."""

import json
import os
from pathlib import Path

import pytest
import yaml

from tests.container.conftest import HOUSE, OWNER, Runner, Step, agent

MANIFEST = """\
version: 1
target:
  url: ws://127.0.0.1:{port}/voice
  dialect: canonical
  budgets: {{connect: 2s, ready: 5s, linger: 100ms}}
suites:
  tools:
    cases:
      - name: The session is configured as asked
        caller: [{{pause: 100ms}}]
        expect: [{{event: session.configured}}]
"""
"""One short call: what many calls show is shown elsewhere."""
TRAPS = (
    "yaml.py", "json.py", "numpy.py", "websockets.py", "sitecustomize.py", "usercustomize.py", "gate/__init__.py",
    "gate/cli/main.py", "entrypoint.py", "pydantic/__init__.py",
)  # fmt: skip
OUTPUTS: dict[str, object] = yaml.safe_load((HOUSE / "action.yml").read_text("utf-8"))["outputs"]
NONSENSE = {
    "PATH": "utter-nonsense", "PYTHONPATH": "/github/workspace", "PYTHONHOME": "/nowhere", "PYTHONSTARTUP": "yaml.py",
    "PYTHONUSERBASE": "/github/workspace", "PYTHONOPTIMIZE": "2", "PYTHONWARNINGS": "error",
}  # fmt: skip


def hostile(folder: Path) -> None:
    for name in TRAPS:
        trap = folder / name
        trap.parent.mkdir(parents=True, exist_ok=True)
        trap.write_text("open('/github/workspace/TRAPPED', 'w').close()\nraise SystemExit(0)\n", "utf-8")


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    return tmp_path / "workspace"


def written(step: Step) -> list[Path]:
    return [path for path in (step.workspace / "voxgate-results").rglob("*") if path.exists()]


def belongs_to_its_owner(step: Step) -> bool:
    owner = OWNER if os.geteuid() == 0 else os.geteuid()
    return {path.stat().st_uid for path in written(step)} == {owner}


def test_a_good_agent_is_0_in_a_hostile_workspace(runner: Runner, workspace: Path) -> None:
    hostile(workspace)
    with agent() as port:
        step = runner(MANIFEST.format(port=port), env=NONSENSE, suite="tools")
    assert step.exit == 0, step.out
    assert not (workspace / "TRAPPED").exists()
    assert "PASSED" in step.out
    assert json.loads((workspace / "voxgate-results" / "report.json").read_text("utf-8"))["outcome"] == "passed"
    assert belongs_to_its_owner(step)
    assert not step.annotations
    assert set(step.outputs) == set(OUTPUTS)
    assert (step.outputs["outcome"], step.outputs["reason"]) == ("passed", "passed")
    assert json.loads(step.outputs["counts"])["passed"] == 1
    for name, path in (("junit", "junit.xml"), ("report", "report.html"), ("evidence", "evidence")):
        assert step.outputs[name] == f"voxgate-results/{path}"
        assert (step.workspace / step.outputs[name]).exists()
    assert step.summary.startswith("## Voxgate: PASSED")


def test_a_bad_agent_is_1(runner: Runner) -> None:
    with agent("no-config-ack") as port:
        step = runner(MANIFEST.format(port=port), junit="false", out="results/voice")
    assert step.exit == 1, step.out
    assert "FAILED" in step.out
    assert not (step.workspace / "results" / "voice" / "junit.xml").exists()
    assert (step.workspace / "results" / "voice" / "summary.md").exists()
    assert (step.outputs["outcome"], step.outputs["reason"], step.outputs["junit"]) == ("failed", "failed", "")
    assert step.outputs["evidence"] == "results/voice/evidence"
    assert "title=FAIL%3A tools · The session is configured as asked" in step.annotations[0]
    assert "file=voice-tests.yaml,line=" in step.annotations[0]
    assert "The session is configured as asked" in step.summary


def test_a_mistake_in_the_manifest_is_2(runner: Runner) -> None:
    step = runner(MANIFEST.format(port=1).replace("dialect:", "dialct:"))
    assert step.exit == 2, step.out
    assert "voice-tests.yaml:4" in step.out
    assert not written(step)
    assert (step.outputs["outcome"], step.outputs["reason"]) == ("failed", "configuration")
    assert step.annotations[0].startswith("::error file=voice-tests.yaml,line=4,")
    assert step.summary


def test_the_runners_localhost_is_explained(runner: Runner) -> None:
    step = runner(MANIFEST.format(port=8080).replace("127.0.0.1", "localhost"), own_network=True)
    assert step.exit == 1
    assert "ENVIRONMENT" in step.out
    assert "in a container this address is the container itself" in step.out
