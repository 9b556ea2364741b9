"""Invariants of order: the session before audio, a result before the answer, nothing behind a close."""

from pathlib import Path
from typing import Any

import pytest

from gate.checks.orders import NothingAfterClose, ResultFirst, StartedFirst
from gate.core.findings import Layer
from tests.checks.notation import (
    FAIL,
    OPENING,
    PASS,
    UNKNOWN,
    ask,
    asked,
    audio,
    closed,
    configured,
    ended,
    frames_of,
    ready,
    received,
    recording,
    said,
    started,
    tool_call,
    tool_result,
    upgrade,
)

CALL = (*OPENING, said("hello", 1000))
END = ended("finished", 12_000)
STUMPS = ["expired", "closed", "aborted", "broken", "unreachable"]


def test_audio_behind_the_start_of_the_session_passes(tmp_path: Path) -> None:
    finding = ask(tmp_path, StartedFirst(), *CALL, audio(50, 900), END)
    assert (finding.verdict, finding.layer) == (PASS, Layer.HANDSHAKE)
    assert ask(tmp_path, StartedFirst(), *CALL, END).verdict is PASS


def test_audio_before_it_fails(tmp_path: Path) -> None:
    lines = (upgrade(-100), audio(-90, 40), ready(), asked(), configured(), said("hello", 1000), END)
    finding = ask(tmp_path, StartedFirst(), *lines)
    assert (finding.verdict, finding.actual) == (FAIL, "the agent spoke before its session was started")
    recorded = recording(tmp_path, *lines)
    assert finding.at == (frames_of(recorded, "output_audio.delta")[0], frames_of(recorded, "session.started")[0])


@pytest.mark.parametrize("end", ["aborted", "broken", "unreachable"])
def test_a_stump_proves_no_start(tmp_path: Path, end: str) -> None:
    assert ask(tmp_path, StartedFirst(), *CALL, ended(end, 5000)).verdict is UNKNOWN


def test_nothing_behind_a_close_passes(tmp_path: Path) -> None:
    assert ask(tmp_path, NothingAfterClose(), *CALL, audio(3000, 900), END).verdict is PASS
    assert ask(tmp_path, NothingAfterClose(), *CALL, closed(5000), ended("closed", 5000)).verdict is PASS


def test_whatever_comes_behind_a_close_fails(tmp_path: Path) -> None:
    lines = (*CALL, closed(5000), audio(5040, 90), ended("closed", 6000))
    finding = ask(tmp_path, NothingAfterClose(), *lines)
    assert (finding.verdict, finding.layer) == (FAIL, Layer.CLOSE)
    assert finding.actual == "output_audio.delta, 40 ms behind the close"


@pytest.mark.parametrize("end", ["aborted", "broken", "unreachable"])
def test_a_stump_proves_nothing_of_its_close(tmp_path: Path, end: str) -> None:
    assert ask(tmp_path, NothingAfterClose(), *CALL, ended(end, 5000)).verdict is UNKNOWN


TOOL = (tool_call(3000, "look"), tool_result(4000))


@pytest.mark.parametrize(
    "agent",
    [
        (*TOOL, started(4100), audio(4200, 900)),
        (started(2900), audio(2950, 900), *TOOL, started(4100), audio(4200, 900)),  # speaks, then calls
        (tool_call(3000, "look"), started(3100), audio(3200, 300), tool_result(4000), started(4100), audio(4200, 900)),
        (tool_call(3000, "look"), started(3100), *audio(3200, 3000, paced=100), tool_result(4000)),  # speaks on
        TOOL,  # says nothing more
        (),
        (tool_call(3000, "look"), started(3100), audio(3200, 300)),  # no result at all
        (tool_call(3000, "look"), started(3100), said("stop", 3300, 2), tool_result(4000)),  # the caller spoke again
    ],
)  # fmt: skip
def test_a_decent_agent_keeps_its_answer_for_the_result(tmp_path: Path, agent: tuple[Any, ...]) -> None:
    assert ask(tmp_path, ResultFirst(), *CALL, *agent, END).verdict is PASS


def test_an_answer_that_did_not_wait_for_the_result_fails(tmp_path: Path) -> None:
    lines = (*CALL, tool_call(3000, "look"), started(3100), audio(3200, 700), tool_result(4000), END)
    finding = ask(tmp_path, ResultFirst(), *lines)
    assert (finding.verdict, finding.layer) == (FAIL, Layer.ORDER)
    assert finding.actual == "the last answer began 900 ms before the result, and none came behind it"


def test_an_agent_that_had_no_time_to_answer_is_not_judged(tmp_path: Path) -> None:
    lines = (*CALL, tool_call(3000, "look"), started(3100), audio(3200, 700), tool_result(4000))
    assert ask(tmp_path, ResultFirst(), *lines, ended("finished", 6000, linger=1000)).verdict is PASS


@pytest.mark.parametrize("end", STUMPS)
def test_a_stump_proves_no_order(tmp_path: Path, end: str) -> None:
    lines = (*CALL, *TOOL, started(4100), received(4200, "response.done"), ended(end, 5000))
    assert ask(tmp_path, ResultFirst(), *lines).verdict is UNKNOWN
