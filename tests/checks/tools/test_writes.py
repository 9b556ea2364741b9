"""Writes are done once, and tried again under the same key."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gate.checks.tools.writes import RetryKey, WritesOnce
from gate.core.findings import Layer
from gate.core.tooling import Idempotency, ToolPlan
from tests.checks.notation import (
    CAN,
    FAIL,
    OPENING,
    PASS,
    SKIP,
    UNKNOWN,
    Line,
    ask,
    ended,
    frames_of,
    note,
    recording,
    said,
    sandbox_call,
    sandbox_gone,
    sandbox_result,
    tool_call,
    tool_result,
)

TOOLS = ToolPlan("all", writes=("move",))
BY_HEADER = replace(TOOLS, idempotency=Idempotency("header", "Idempotency-Key"))
BY_ARGUMENT = replace(TOOLS, idempotency=Idempotency("argument", "key"))
CALL = (*OPENING, said("hello", 0))
END = ended("finished", 19_000)


def once(folder: Path, *lines: Line | tuple[Line, ...], **more: Any) -> Any:
    return ask(folder, WritesOnce(), *CALL, *lines, **({"tools": TOOLS} | more))


def moved(ms: float, call_id: str, day: str = "Friday", how: str = "value", **more: Any) -> tuple[Line, ...]:
    """A call of the write, and its answer 100 ms later: a result, an error, a denial, or none."""
    called = tool_call(ms, "move", call_id, "mocked", how, day=day, **more)
    match how:
        case "value":
            return (*called, tool_result(ms + 100, call_id, {"ok": True}))
        case "error":
            return (*called, tool_result(ms + 100, call_id, error="busy"))
        case "malformed":
            return (*called, tool_result(ms + 100, call_id, '{"ok'))
        case _:
            return called


def test_one_write_passes(tmp_path: Path) -> None:
    found = once(tmp_path, moved(3000, "c1"), moved(4000, "c2", "Monday"), END)
    assert (found.verdict, found.layer) == (PASS, Layer.TOOLS)
    assert found.actual == "nothing of it, and for 3 s after the caller's last step"


def test_a_write_that_succeeded_and_comes_again_is_a_duplicate(tmp_path: Path) -> None:
    lines = (moved(3000, "c1"), moved(4000, "c2"), END)
    found = once(tmp_path, *lines)
    assert (found.verdict, found.layer) == (FAIL, Layer.TOOLS)
    assert found.actual == 'move {"day":"Friday"} came again at 4100 ms, after it had succeeded at 3200 ms'
    assert set(frames_of(recording(tmp_path, *CALL, *lines), "tool.call")) < set(found.at)


def test_a_write_that_comes_again_before_it_was_answered_is_a_duplicate(tmp_path: Path) -> None:
    twice = (*tool_call(3000, "move", "c1", day="Friday"), *tool_call(3010, "move", "c2", day="Friday"))
    found = once(tmp_path, twice, tool_result(3100, "c1", 1), tool_result(3110, "c2", 1), END)
    assert found.actual.endswith("while the first, of 3100 ms, was not answered yet")
    assert found.verdict is FAIL


@pytest.mark.parametrize("how", ["error", "malformed", "timeout"])
def test_a_write_is_tried_again_after_it_failed(tmp_path: Path, how: str) -> None:
    assert once(tmp_path, moved(3000, "c1", how=how), moved(4000, "c2"), END).verdict is PASS
    assert once(tmp_path, moved(3000, "c1", how=how), moved(4000, "c2"), moved(5000, "c3"), END).verdict is FAIL


def test_an_answer_that_denies_is_no_success(tmp_path: Path) -> None:
    denied = (*tool_call(3000, "move", "c1", day="Friday"), tool_result(3100, "c1", {"ok": False}))
    assert once(tmp_path, denied, moved(4000, "c2"), END).verdict is PASS


def test_whoever_stopped_waiting_may_try_again(tmp_path: Path) -> None:
    first = sandbox_call(3000, "move", "http-1", day="Friday")
    second = (sandbox_call(5000, "move", "http-2", day="Friday"), sandbox_result(5100, "move", "http-2", 1))
    assert once(tmp_path, first, sandbox_gone(4000, "move"), *second, END).verdict is PASS
    assert once(tmp_path, first, *second, END).verdict is FAIL


def test_a_caller_may_change_their_mind_and_back_again(tmp_path: Path) -> None:
    there_and_back = (moved(3000, "c1"), moved(6000, "c2", "Monday"), moved(9000, "c3"))
    asked_for = (said("hello", 4000, 2), said("hello", 7000, 3))
    assert once(tmp_path, *there_and_back, *asked_for, END).verdict is PASS
    assert once(tmp_path, *there_and_back, END).verdict is FAIL  # nobody asked for it


def test_the_same_call_told_twice_is_one(tmp_path: Path) -> None:
    again = tool_call(3050, "move", "c1", "again", None, day="Friday")
    assert once(tmp_path, moved(3000, "c1"), again, END).verdict is PASS


def test_a_repetition_under_the_same_key_is_harmless(tmp_path: Path) -> None:
    same = (moved(3000, "c1", key="k-1"), moved(4000, "c2", key="k-1"))
    assert once(tmp_path, *same, END, tools=BY_ARGUMENT).verdict is PASS
    other = (moved(3000, "c1", key="k-1"), moved(4000, "c2", key="k-2"))
    assert once(tmp_path, *other, END, tools=BY_ARGUMENT).verdict is FAIL
    without = (moved(3000, "c1", key=""), moved(4000, "c2", key=""))
    assert once(tmp_path, *without, END, tools=BY_ARGUMENT).verdict is FAIL
    seen = [(sandbox_call(ms, "move", call_id, key="k-1", day="Friday"), sandbox_result(ms + 100, "move", call_id, 1))
            for ms, call_id in ((3000, "http-1"), (4000, "http-2"))]  # fmt: skip
    assert once(tmp_path, *seen[0], *seen[1], END, tools=BY_HEADER).verdict is PASS


def test_only_writes_are_counted(tmp_path: Path) -> None:
    assert once(tmp_path, tool_call(3000, "look", "c1"), tool_call(4000, "look", "c2"), END).verdict is PASS


def test_an_answer_that_nobody_showed_proves_nothing(tmp_path: Path) -> None:
    told = [tool_call(ms, "move", call_id, "theirs", None, day="Friday") for ms, call_id in ((3000, "a"), (4000, "b"))]
    assert once(tmp_path, *told, END).verdict is UNKNOWN


def test_no_duplicate_is_proven_over_a_whole_call_only(tmp_path: Path) -> None:
    assert once(tmp_path, moved(3000, "c1"), ended("expired", 9000)).verdict is UNKNOWN
    twice = (moved(3000, "c1"), moved(4000, "c2"))
    assert once(tmp_path, *twice, note(5000, "x"), killed=True).verdict is UNKNOWN
    silent = replace(CAN, shows=CAN.shows - {"tool.call"}, answers_tools=False)
    assert once(tmp_path, END, can=silent).verdict is SKIP


def keys(folder: Path, tools: ToolPlan, *lines: Line | tuple[Line, ...], **more: Any) -> Any:
    return ask(folder, RetryKey(), *CALL, *lines, tools=tools, **more)


def test_a_key_that_is_kept_passes(tmp_path: Path) -> None:
    tried = (
        moved(3000, "c1", how="error", key="k-1"),
        moved(4000, "c2", key="k-1"),
        moved(5000, "c3", "Monday", key="k-2"),
    )
    found = keys(tmp_path, BY_ARGUMENT, *tried, END)
    assert (found.verdict, found.layer) == (PASS, Layer.TOOLS)
    assert found.expected == "every write carries the argument key, and each attempt at one the same"


@pytest.mark.parametrize(
    ("how", "after"),
    [("error", "an error"), ("timeout", "a timeout"), ("malformed", "an answer that was broken")],
)
def test_another_key_for_another_attempt_is_a_second_write(tmp_path: Path, how: str, after: str) -> None:
    tried = (moved(3000, "c1", how=how, key="k-1"), moved(4000, "c2", key="k-2"))
    found = keys(tmp_path, BY_ARGUMENT, *tried, END)
    assert (found.verdict, found.layer) == (FAIL, Layer.TOOLS)
    assert found.actual.endswith(f"came again under another key after {after}")


def test_a_write_without_a_key_is_a_failure(tmp_path: Path) -> None:
    assert keys(tmp_path, BY_ARGUMENT, moved(3000, "c1"), END).verdict is FAIL
    seen = sandbox_call(3000, "move", "http-1", day="Friday")
    assert keys(tmp_path, BY_HEADER, seen, END).verdict is FAIL
    assert keys(tmp_path, BY_HEADER, sandbox_call(3000, "move", key="k-1", day="Friday"), END).verdict is PASS


def test_who_stopped_waiting_keeps_the_key(tmp_path: Path) -> None:
    first = (sandbox_call(3000, "move", key="k-1", day="Friday"), sandbox_gone(4000, "move"))
    assert (
        keys(tmp_path, BY_HEADER, *first, sandbox_call(5000, "move", "http-2", key="k-1", day="Friday"), END).verdict
        is PASS
    )
    assert (
        keys(tmp_path, BY_HEADER, *first, sandbox_call(5000, "move", "http-2", key="k-2", day="Friday"), END).verdict
        is FAIL
    )


def test_after_a_success_another_key_is_another_affair(tmp_path: Path) -> None:
    assert keys(tmp_path, BY_ARGUMENT, moved(3000, "c1", key="k-1"), moved(4000, "c2", key="k-2"), END).verdict is PASS


def test_over_the_socket_there_is_no_header(tmp_path: Path) -> None:
    assert keys(tmp_path, BY_HEADER, moved(3000, "c1"), END).verdict is SKIP
    assert keys(tmp_path, BY_HEADER, END).verdict is PASS


def test_kept_keys_are_proven_over_a_whole_call_only(tmp_path: Path) -> None:
    assert keys(tmp_path, BY_ARGUMENT, moved(3000, "c1", key="k"), ended("expired", 9000)).verdict is UNKNOWN


def test_what_comes_again_at_once_did_not_wait_for_a_timeout(tmp_path: Path) -> None:
    found = once(tmp_path, moved(3000, "c1", how="timeout"), moved(3020, "c2", how="timeout"), END)
    assert found.verdict is FAIL
    assert found.actual.endswith("while the first, of 3100 ms, was not answered yet")


def test_a_cancellation_in_between_makes_it_new(tmp_path: Path) -> None:
    tools = replace(TOOLS, writes=("move", "cancel", "text"))
    turns = (said("hello", 4000, 2), said("hello", 7000, 3))
    first, again = moved(3000, "c1"), moved(9000, "c3")
    cancelled = (tool_call(6000, "cancel", "c2", day="friday"), tool_result(6100, "c2", {"ok": True}))
    assert once(tmp_path, first, *cancelled, again, *turns, END, tools=tools).verdict is PASS
    told = (tool_call(6000, "text", "c2", to="555"), tool_result(6100, "c2", {"ok": True}))
    assert once(tmp_path, first, *told, again, *turns, END, tools=tools).verdict is FAIL


def test_what_was_done_before_the_caller_spoke_is_no_change_of_mind(tmp_path: Path) -> None:
    two = (moved(3000, "c1"), moved(3300, "c2", "Monday"))
    found = once(tmp_path, *two, said("hello", 4000, 2), moved(6500, "c3"), END)
    assert (found.verdict, found.actual) == (
        FAIL, 'move {"day":"Friday"} came again at 6600 ms, after it had succeeded at 3200 ms',
    )  # fmt: skip


def test_a_change_that_the_caller_asked_for_again_has_a_key_of_its_own(tmp_path: Path) -> None:
    first = moved(3000, "c1", how="error", key="k-1")
    done = moved(3500, "c2", key="k-1")
    other, again = moved(6000, "c3", "Monday", key="k-2"), moved(9000, "c4", key="k-3")
    turns = (said("hello", 4000, 2), said("hello", 7000, 3))
    assert keys(tmp_path, BY_ARGUMENT, first, done, other, again, *turns, END).verdict is PASS
    assert keys(tmp_path, BY_ARGUMENT, first, other, again, *turns, END).verdict is PASS
    assert keys(tmp_path, BY_ARGUMENT, first, other, again, END).verdict is FAIL  # nobody asked for it


@pytest.mark.parametrize(
    ("one", "other"),
    [({"n": 3}, {"n": "3"}), ({"n": 3.0}, {"n": "3"}), ({"day": "Friday"}, {"day": "friday"}),
     ({"day": "Friday", "note": None}, {"day": "Friday"}), ({"days": [{"n": 1}]}, {"days": [{"n": "1"}]})],
)  # fmt: skip
def test_the_same_in_another_form_is_the_same(tmp_path: Path, one: Any, other: Any) -> None:
    first = (tool_call(3000, "move", "c1", **one), tool_result(3100, "c1", {"ok": True}))
    assert once(tmp_path, *first, tool_call(4000, "move", "c2", **other), END).verdict is FAIL


def test_the_key_of_what_succeeded_is_not_that_of_another_change(tmp_path: Path) -> None:
    other = moved(4000, "c2", "Monday", key="k-1")
    found = keys(tmp_path, BY_ARGUMENT, moved(3000, "c1", key="k-1"), other, END)
    assert found.verdict is FAIL
    assert "came under the key of move" in found.actual
    assert keys(tmp_path, BY_ARGUMENT, moved(3000, "c1", how="error", key="k-1"), other, END).verdict is PASS
    again = moved(4000, "c2", key="k-1")
    assert keys(tmp_path, BY_ARGUMENT, moved(3000, "c1", key="k-1"), again, END).verdict is PASS
