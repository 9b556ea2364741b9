"""What no client would take is the agent's; whom to trust may be for the manifest to say; and all else only follows."""

from pathlib import Path

import pytest

from gate.checks.session import ConfiguredAsAsked, ReadyInTime
from gate.core.findings import Blame, Layer
from tests.checks.notation import FAIL, UNKNOWN, ask, ended, note


@pytest.mark.parametrize(
    ("why", "blame", "does"),
    [
        ("expired", Blame.AGENT, "renew it"),
        ("not-yet-valid", Blame.AGENT, "dates"),
        ("wrong-host", Blame.AGENT, "for this name"),
        ("untrusted", Blame.CONFIGURATION, "target.tls.ca"),
        ("client", Blame.CONFIGURATION, "target.tls.certificate"),
    ],
)
def test_each_kind_has_its_blame_and_its_advice(tmp_path: Path, why: str, blame: Blame, does: str) -> None:
    found = ask(tmp_path, ReadyInTime(5000.0), note(0, "tls", why=why, detail="it is so"), ended("untrusted", 9))
    assert (found.verdict, found.blame) == (FAIL if blame is Blame.AGENT else UNKNOWN, blame)
    assert (found.layer, found.symptom, found.actual) == (Layer.HANDSHAKE, "certificate-refused", "it is so")
    assert does in found.next_action + found.first_check


def test_what_is_missed_behind_it_is_held_against_nobody(tmp_path: Path) -> None:
    lines = (note(0, "tls", why="expired", detail="it is so"), ended("untrusted", 9, detail="it is so"))
    found = ask(tmp_path, ConfiguredAsAsked(5000.0), *lines)
    assert (found.verdict, found.blame, found.symptom) == (UNKNOWN, Blame.ENVIRONMENT, "certificate-refused")
