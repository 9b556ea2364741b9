"""The bare suites on an agent that is not ours: what is right is green, what is wrong is red in its layer."""

import sys
from pathlib import Path

from tests.e2e.conftest import Gate
from tests.e2e.test_outcomes import free_port, write

MANIFEST = """\
version: 1
target:
  url: ws://127.0.0.1:{port}/
  dialect: template
  start: {{command: ["{python}", "{agent}", "{port}"], ready: {{port: {port}}}}}
suites:
  handshake: {{}}
  smoke: {{}}
  reconnect: {{}}
"""


def test_bare_suites_are_true_of_another_agent_but_for_its_one_fault(gate: Gate, tmp_path: Path) -> None:
    agent = Path(__file__).with_name("stranger.py")
    write(tmp_path, MANIFEST.format(port=free_port(), python=sys.executable, agent=agent))
    outcome = gate("run")
    verdicts = {name: case["verdict"] for name, case in outcome.cases.items()}
    assert verdicts.pop("a pause in mid-sentence is respected") == "fail"
    assert verdicts.pop("no token is refused") == "skip"
    assert set(verdicts.values()) == {"pass"}, outcome.out
    assert {finding["layer"] for finding in outcome.failures()} == {"audio input"}
    assert outcome.exit == 1
