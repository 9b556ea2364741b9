"""A ping of the WebSocket protocol and its pong."""

from pathlib import Path

from gate.checks.pinging import PingAnswered
from gate.core.findings import Blame, Layer
from gate.core.frames import Direction, Opcode
from tests.checks.notation import FAIL, OPENING, PASS, UNKNOWN, Line, ask, closed, ended, frame, note

CHECK = PingAnswered(5_000.0)


def ping(ms: float) -> Line:
    return frame(ms, Direction.SENT, Opcode.PING, "{}")


def pong(ms: float) -> Line:
    return frame(ms, Direction.RECEIVED, Opcode.PONG, "{}")


def test_a_pong_in_time_passes(tmp_path: Path) -> None:
    finding = ask(tmp_path, CHECK, *OPENING, ping(10), pong(32), ended("finished", 40, linger=0))
    assert (finding.verdict, finding.layer, finding.actual) == (PASS, Layer.CLOSE, "after 22 ms")


def test_no_pong_fails(tmp_path: Path) -> None:
    finding = ask(tmp_path, CHECK, *OPENING, ping(10), ended("expired", 5010, what="pong"))
    assert (finding.verdict, finding.layer, finding.symptom) == (FAIL, Layer.CLOSE, "ping-unanswered")


def test_an_agent_that_hangs_up_has_not_answered(tmp_path: Path) -> None:
    finding = ask(tmp_path, CHECK, *OPENING, ping(10), closed(900, None), ended("closed", 900))
    assert (finding.verdict, finding.actual) == (FAIL, "no pong came")


def test_a_late_pong_fails_but_for_what_the_network_took(tmp_path: Path) -> None:
    for name in ("fair", "rough"):
        (tmp_path / name).mkdir()
    call = (*OPENING, ping(10), pong(5_300), ended("finished", 5_400, linger=0))
    assert ask(tmp_path / "fair", CHECK, *call).verdict is FAIL
    held = note(5_401, "network", what="line.held", to_agent=200.0, to_caller=150.0)
    finding = ask(tmp_path / "rough", CHECK, *call, held)
    assert finding.verdict is PASS
    assert finding.expected == "a pong within 5000 ms of the ping and at most 350 ms more for the network of this case"


def test_a_call_that_was_stopped_proves_nothing(tmp_path: Path) -> None:
    finding = ask(tmp_path, CHECK, *OPENING, ping(10), ended("aborted", 100))
    assert (finding.verdict, finding.blame) == (UNKNOWN, Blame.ENVIRONMENT)


def test_where_no_ping_was_sent_nothing_is_proven(tmp_path: Path) -> None:
    unsent = ask(tmp_path, CHECK, *OPENING, ended("aborted", 100))
    assert (unsent.verdict, unsent.actual) == (UNKNOWN, "no ping was sent")
