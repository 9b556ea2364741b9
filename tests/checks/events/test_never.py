"""Events that must not come: at all, before another one, after another one."""

from pathlib import Path
from typing import Any

import pytest

from gate.checks.events.never import Bound, EventNever
from gate.core.findings import Blame, Layer
from gate.core.matchers import Matcher
from tests.checks.notation import (
    FAIL,
    OPENING,
    PASS,
    UNKNOWN,
    ask,
    audio,
    ended,
    fault,
    frames_of,
    note,
    recording,
    said,
    says,
    tool_call,
    tool_result,
)

CALL = (*OPENING, said("hello", 1000))
END = ended("finished", 12_000)


def where(**fields: Any) -> tuple[tuple[str, Matcher], ...]:
    return tuple((path, Matcher("exact", value)) for path, value in fields.items())


def test_never_passes_over_a_whole_call_only(tmp_path: Path) -> None:
    whole = ask(tmp_path, EventNever("error"), *CALL, END)
    assert (whole.verdict, whole.actual) == (PASS, "nothing of it, and for 3 s after the caller's last step")
    found = ask(tmp_path, EventNever("error"), *CALL, fault(5000), END)
    assert (found.verdict, found.layer) == (FAIL, Layer.ORDER)
    assert found.at == (frames_of(recording(tmp_path, *CALL, fault(5000), END), "error")[0],)


def test_never_says_what_it_was_and_when(tmp_path: Path) -> None:
    params = EventNever("tool.call", where(name="write"))
    finding = ask(tmp_path, params, *CALL, tool_call(3000, "read"), tool_call(4000, "write", "c2"), END)
    assert finding.actual == "tool.call (write) at 4100 ms"
    assert ask(tmp_path, params, *CALL, tool_call(3000, "read"), END).verdict is PASS


STUMPS = [
    (ended("aborted", 9000), False, Blame.ENVIRONMENT),
    (ended("broken", 9000), False, Blame.GATE),
    (ended("unreachable", 9000), False, Blame.ENVIRONMENT),
    (ended("expired", 9000), False, Blame.AGENT),
    (ended("closed", 9000), False, Blame.AGENT),
    ((note(9000, "x"),), True, Blame.ENVIRONMENT),
    (END, True, Blame.ENVIRONMENT),
]


@pytest.mark.parametrize(("last", "killed", "blame"), STUMPS)
@pytest.mark.parametrize(
    "bounds", [{}, {"before": Bound("tool.call", where(name="other"))}, {"after": Bound("tool.call")}]
)
def test_a_stump_proves_no_never(
    tmp_path: Path, bounds: Any, last: tuple[Any, ...], killed: bool, blame: Blame
) -> None:
    finding = ask(tmp_path, EventNever("error", **bounds), *CALL, tool_call(3000, "write"), last, killed=killed)
    assert (finding.verdict, finding.blame) == (UNKNOWN, blame)


UNASKED = EventNever("tool.call", where(name="write"), before=Bound("tool.call", where(name="lookup")))


def test_never_before_fails_where_it_came_first(tmp_path: Path) -> None:
    lines = (*CALL, tool_call(3000, "write"), tool_call(4000, "lookup", "c2"), END)
    finding = ask(tmp_path, UNASKED, *lines)
    assert (finding.verdict, finding.layer) == (FAIL, Layer.TOOLS)
    assert finding.actual == "tool.call (write) at 3100 ms, before tool.call (lookup)"
    assert finding.expected == 'no tool.call with name "write" before tool.call with name "lookup"'
    assert finding.at == tuple(frames_of(recording(tmp_path, *lines), "tool.call"))


def test_never_before_what_never_came_is_never_at_all(tmp_path: Path) -> None:
    finding = ask(tmp_path, UNASKED, *CALL, tool_call(3000, "write"), END)
    assert (finding.verdict, finding.actual) == (FAIL, "tool.call (write) at 3100 ms, and no tool.call came at all")
    assert ask(tmp_path, UNASKED, *CALL, END).verdict is PASS


def test_never_before_is_proven_as_soon_as_the_other_came(tmp_path: Path) -> None:
    lines = (*CALL, tool_call(3000, "lookup"), tool_call(4000, "write", "c2"))
    finding = ask(tmp_path, UNASKED, *lines, ended("closed", 5000))
    assert (finding.verdict, finding.actual) == (PASS, "nothing of it before tool.call (lookup)")
    assert ask(tmp_path, UNASKED, *CALL, ended("closed", 5000)).verdict is UNKNOWN


def test_never_after_counts_from_the_first(tmp_path: Path) -> None:
    quiet = EventNever("output_audio.delta", after=Bound("tool.call"))
    found = ask(tmp_path, quiet, *CALL, audio(2900, 99), tool_call(3000, "end"), audio(3100, 99), END)
    assert (found.verdict, found.actual) == (FAIL, "output_audio.delta at 3200 ms")
    assert ask(tmp_path, quiet, *CALL, audio(2900, 99), tool_call(3000, "end"), END).verdict is PASS
    assert ask(tmp_path, quiet, *CALL, tool_call(3000, "end"), ended("closed", 5000)).verdict is UNKNOWN


def test_never_after_what_never_came_has_nothing_to_measure_from(tmp_path: Path) -> None:
    quiet = EventNever("output_audio.delta", after=Bound("tool.call", where(name="end")))
    finding = ask(tmp_path, quiet, *CALL, audio(2900, 99), tool_call(3000, "look"), END)
    assert (finding.verdict, finding.blame, finding.layer) == (UNKNOWN, Blame.CONFIGURATION, Layer.TOOLS)
    assert finding.actual == 'tool.call with name "end" never came, so there is nothing to measure from'
    assert ask(tmp_path, quiet, *CALL, ended("aborted", 5000)).blame is Blame.ENVIRONMENT


def test_never_between_two_others(tmp_path: Path) -> None:
    hasty = EventNever("output_transcript.final", (("text", Matcher("contains", "done")),),
                       before=Bound("tool.result"), after=Bound("tool.call"))  # fmt: skip
    around = (*CALL, says(2900, "done with that"), tool_call(3000, "move"))
    assert ask(tmp_path, hasty, *around, tool_result(3500), says(3600, "done"), END).verdict is PASS
    assert ask(tmp_path, hasty, *around, says(3200, "done"), tool_result(3500), END).verdict is FAIL
