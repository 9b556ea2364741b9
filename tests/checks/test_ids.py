"""Invariants of ids: results of calls, audio of responses, one session. What shows no ids breaks none."""

from pathlib import Path
from typing import Any

import pytest

from gate.checks.ids import CallIds, ResponseIds, SessionId
from gate.core.findings import Layer
from tests.checks.notation import (
    FAIL,
    OPENING,
    PASS,
    UNKNOWN,
    ask,
    audio,
    cancelled,
    done,
    ended,
    frames_of,
    received,
    recording,
    said,
    started,
    tool_call,
    tool_result,
)

CALL = (*OPENING, said("hello", 1000))
END = ended("finished", 12_000)
STUMPS = ["expired", "closed", "aborted", "broken", "unreachable"]


@pytest.mark.parametrize(
    "agent",
    [
        (tool_call(3000, "a", "c1"), tool_call(3010, "b", "c2"), tool_result(3100, "c2"), tool_result(3200, "c1")),
        (tool_call(3000, "a", ""), received(3100, "tool.result", call_id="", name="a")),
        (received(3100, "tool.result", call_id="its-own"),),  # only results are shown
        (),
    ],
)  # fmt: skip
def test_results_of_calls_pass(tmp_path: Path, agent: tuple[Any, ...]) -> None:
    assert ask(tmp_path, CallIds(), *CALL, *agent, END).verdict is PASS


def test_a_result_of_no_call_fails(tmp_path: Path) -> None:
    lines = (*CALL, tool_call(3000, "a", "c1"), received(3100, "tool.result", call_id="c9", name="a"), END)
    finding = ask(tmp_path, CallIds(), *lines)
    assert (finding.verdict, finding.layer) == (FAIL, Layer.TOOLS)
    assert finding.actual == "tool.result (a) has the id c9, and the calls before it c1"
    recorded = recording(tmp_path, *lines)
    assert finding.at == (frames_of(recorded, "tool.result")[0], frames_of(recorded, "tool.call")[0])


@pytest.mark.parametrize(
    "agent",
    [
        (started(3000, "r1"), *audio(3010, 300, "r1", paced=100), done(3400, "r1"), started(3500, "r2"),
         audio(3600, 90, "r2"), cancelled(3700, "r2")),
        (audio(3000, 90, "r1"), done(3100, "r1"), audio(3200, 90, "r1")),  # nothing says that a response begins
        (started(3000), audio(3010, 90), done(3100), audio(3200, 90)),
        (started(3000, "r1"), started(3050, "r2"), audio(3100, 90, "r1"), audio(3200, 90, "r2")),  # superseded
        (started(3000, "r1"), audio(3010, 90, "r1"), done(3100, "r1"), started(3200, "r1"), audio(3300, 90, "r1")),
        (),
    ],
)  # fmt: skip
def test_audio_of_responses_passes(tmp_path: Path, agent: tuple[Any, ...]) -> None:
    assert ask(tmp_path, ResponseIds(), *CALL, *agent, END).verdict is PASS


@pytest.mark.parametrize(
    ("agent", "told"),
    [
        ((started(3000, "r1"), audio(3010, 90, "r9")), "audio of r9, a response that has not begun"),
        ((started(3000, "r1"), done(3100, "r1"), audio(3200, 90, "r1")), "audio of r1, a response that is over"),
        ((started(3000, "r1"), cancelled(3100, "r1"), audio(3200, 90, "r1")), "audio of r1, a response that is over"),
    ],
)
def test_audio_of_no_response_fails(tmp_path: Path, agent: tuple[Any, ...], told: str) -> None:
    finding = ask(tmp_path, ResponseIds(), *CALL, *agent, END)
    assert (finding.verdict, finding.layer, finding.actual) == (FAIL, Layer.ORDER, told)


def again(ms: float, session_id: str | None) -> Any:
    return received(ms, "session.started", session_id=session_id)


@pytest.mark.parametrize("agent", [(), (again(3000, "s-1"),), (again(3000, None),)])
def test_one_session_passes(tmp_path: Path, agent: tuple[Any, ...]) -> None:
    assert ask(tmp_path, SessionId(), *CALL, *agent, END).verdict is PASS


def test_a_second_session_in_a_call_fails(tmp_path: Path) -> None:
    finding = ask(tmp_path, SessionId(), *CALL, again(3000, "s-2"), END)
    assert (finding.verdict, finding.layer, finding.actual) == (FAIL, Layer.HANDSHAKE, "2 of them: s-1, s-2")
    assert len(finding.at) == 2


@pytest.mark.parametrize("end", STUMPS)
@pytest.mark.parametrize("params", [CallIds(), ResponseIds(), SessionId()])
def test_a_stump_proves_nothing_of_ids(tmp_path: Path, params: object, end: str) -> None:
    lines = (*CALL, started(3000, "r1"), audio(3010, 90, "r1"), tool_call(3100, "a"), tool_result(3200))
    assert ask(tmp_path, params, *lines, ended(end, 5000)).verdict is UNKNOWN
