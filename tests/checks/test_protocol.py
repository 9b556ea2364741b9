"""A frame that the protocol does not allow is a finding; one that nobody documented is none."""

from pathlib import Path

from gate.checks.protocol import ProtocolKept
from gate.core.findings import Layer
from tests.checks.notation import FAIL, OPENING, PASS, UNKNOWN, ask, ended, received

CHECK = ProtocolKept()
END = ended("finished", 9000)


def test_undocumented_messages_are_none(tmp_path: Path) -> None:
    assert ask(tmp_path, CHECK, *OPENING, received(10, "keepalive.of.theirs"), END).verdict is PASS


def test_a_violation_is_told_with_what_it_is(tmp_path: Path) -> None:
    finding = ask(tmp_path, CHECK, *OPENING, received(10, "transcript.final"), END)
    assert (finding.verdict, finding.layer) == (FAIL, Layer.ORDER)
    assert finding.actual == "1 that it does not: text is missing, a text is due"


def test_broken_audio_belongs_to_the_output(tmp_path: Path) -> None:
    finding = ask(tmp_path, CHECK, *OPENING, received(10, "output_audio.delta", audio="AAAA"), END)
    assert (finding.verdict, finding.layer) == (FAIL, Layer.OUTPUT)
    assert "no whole number of 16-bit samples" in finding.actual


def test_a_call_that_was_not_followed_proves_no_protocol(tmp_path: Path) -> None:
    assert ask(tmp_path, CHECK, *OPENING, ended("expired", 9000)).verdict is UNKNOWN
