"""The agent's last event before the close: what may come at any time is passed over, only a whole call proves it."""

from pathlib import Path

import pytest

from gate.checks.events.ending import EndsWith
from gate.core.findings import Layer
from gate.core.plan import Leave
from tests.checks.notation import (
    FAIL,
    OPENING,
    PASS,
    UNKNOWN,
    Line,
    ask,
    audio,
    closed,
    done,
    ended,
    frames_of,
    note,
    received,
    recording,
    said,
)

CALL = (*OPENING, said("hello", 1000))
END = ended("finished", 12_000)
PARAMS = EndsWith(("response.done", "session.configured"))


def test_it_ends_as_it_should(tmp_path: Path) -> None:
    lines = (*CALL, audio(3000, 900), done(3900), END)
    finding = ask(tmp_path, PARAMS, *lines)
    assert (finding.verdict, finding.layer, finding.actual) == (PASS, Layer.OUTPUT, "response.done")
    assert finding.at == (frames_of(recording(tmp_path, *lines), "response.done")[0],)


def test_what_came_behind_it_is_told(tmp_path: Path) -> None:
    finding = ask(tmp_path, PARAMS, *CALL, done(3900), audio(5000, 900), END)
    assert (finding.verdict, finding.actual) == (FAIL, "output_audio.delta at 5100 ms was the last")
    assert finding.expected == "the agent's last event is response.done or session.configured"


@pytest.mark.parametrize(
    "beside",
    [received(5000, "metadata", data=1), received(5000, "ping"), received(5000, "mark", name="m"),
     received(5000, "input_audio.accepted"), audio(12_002, 40)],
)  # fmt: skip
def test_what_may_come_at_any_time_ends_nothing(tmp_path: Path, beside: Line | tuple[Line, ...]) -> None:
    assert ask(tmp_path, PARAMS, *CALL, done(3900), beside, END).verdict is PASS


def test_whoever_closes(tmp_path: Path) -> None:
    left = (note(5000, "call.end", end="finished", detail="", name="call"),)
    assert ask(tmp_path, PARAMS, *CALL, done(3900), closed(4900), left, steps=(Leave(),)).verdict is PASS
    assert ask(tmp_path, PARAMS, *CALL, audio(3900, 90), closed(6000), left).verdict is FAIL


def test_an_agent_that_is_cut_in_mid_word_has_not_left_off(tmp_path: Path) -> None:
    assert ask(tmp_path, PARAMS, *CALL, done(3900), audio(11_500, 90), END).verdict is UNKNOWN


@pytest.mark.parametrize("end", ["expired", "closed", "aborted", "broken", "unreachable"])
@pytest.mark.parametrize("last", [done(3900), audio(3900, 90)])
def test_a_stump_proves_no_end(tmp_path: Path, end: str, last: Line | tuple[Line, ...]) -> None:
    assert ask(tmp_path, PARAMS, *CALL, last, ended(end, 9000)).verdict is UNKNOWN
