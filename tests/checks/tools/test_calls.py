"""What each tool call got, in order; and that none comes before a turn of the caller's."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gate.checks.tools.calls import CallAfterTurn, CallsAnswered, WantedCall
from gate.core.findings import Layer
from gate.core.matchers import Matcher
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
    heard_as,
    note,
    recording,
    said,
    sandbox_call,
    sandbox_result,
    tool_call,
    tool_result,
)

CALL = (*OPENING, said("hello", 1000), heard_as(2900, "hello there"))  # the last word at 2800 ms
END = ended("finished", 19_000)
THURSDAY = (("day", Matcher("exact", "Thursday")),)
MOVED = (("ok", Matcher("exact", True)),)
BUSY = (Matcher("contains", "busy"),)


def finding(folder: Path, wanted: tuple[WantedCall, ...], *lines: Line | tuple[Line, ...], **more: Any) -> Any:
    return ask(folder, CallsAnswered(wanted), *CALL, *lines, **more)


FAILED = (tool_call(3000, "move", "c1", "mocked", "error", day="Thursday"), tool_result(3100, "c1", error="Busy now"))
DONE = (tool_call(4000, "move", "c2", day="Thursday"), tool_result(4100, "c2", {"ok": True}))
RETRY = (WantedCall("move", THURSDAY, "error", error=BUSY), WantedCall("move", THURSDAY, "value", MOVED))


def test_calls_that_got_what_they_are_to_get_pass(tmp_path: Path) -> None:
    found = finding(tmp_path, RETRY, *FAILED, tool_call(3500, "look", "x"), *DONE, END)
    assert (found.verdict, found.layer) == (PASS, Layer.TOOLS)
    assert found.expected == (
        'move with day "Thursday" got the answer error, error something that contains "busy", '
        'then move with day "Thursday" got the answer value, result.ok true'
    )
    assert len(found.at) == 4


def test_another_answer_than_the_wanted_one_is_told(tmp_path: Path) -> None:
    lines = (*FAILED, END)
    found = finding(tmp_path, (WantedCall("move", THURSDAY, "value"),), *lines)
    assert (found.verdict, found.layer) == (FAIL, Layer.TOOLS)
    assert found.actual == 'move {"day":"Thursday"} at 3100 ms got the error "Busy now"'
    assert set(frames_of(recording(tmp_path, *CALL, *lines), "tool.call")) < set(found.at)


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        (WantedCall("move", result=(("ok", Matcher("exact", False)),)), 'got the result {"ok":true}'),
        (WantedCall("move", answer="timeout"), 'got the result {"ok":true}'),
        (WantedCall("move", error=BUSY), 'got the result {"ok":true}'),
    ],
)
def test_what_was_got_instead_is_told(tmp_path: Path, wanted: WantedCall, told: str) -> None:
    found = finding(tmp_path, (wanted,), *DONE, END)
    assert (found.verdict, found.actual) == (FAIL, f'move {{"day":"Thursday"}} at 4100 ms {told}')


def test_silence_and_broken_texts_are_answers_too(tmp_path: Path) -> None:
    silent = tool_call(3000, "move", "c1", "mocked", "timeout")
    broken = (tool_call(4000, "move", "c2", "mocked", "malformed"), tool_result(4100, "c2", '{"ok'))
    both = (WantedCall("move", answer="timeout"), WantedCall("move", answer="malformed"))
    assert finding(tmp_path, both, silent, *broken, END).verdict is PASS
    told = finding(tmp_path, (WantedCall("move", answer="value"),), silent, END).actual
    assert told.endswith("was never to be answered (timeout)")
    assert (
        'got the broken text "{\\"ok"' in finding(tmp_path, (WantedCall("move", answer="value"),), *broken, END).actual
    )


def test_the_order_counts(tmp_path: Path) -> None:
    found = finding(tmp_path, tuple(reversed(RETRY)), *FAILED, *DONE, END)
    assert found.verdict is UNKNOWN  # the last call is the success, and behind it there is none
    assert found.actual == "it was never called, so it got nothing"


def test_a_call_that_never_came_is_the_affair_of_the_order(tmp_path: Path) -> None:
    assert finding(tmp_path, RETRY[:1], tool_call(3000, "look"), END).verdict is UNKNOWN
    other = (tool_call(3000, "move", day="Friday"), tool_result(3100))
    assert finding(tmp_path, RETRY[:1], *other, END).verdict is UNKNOWN


def test_the_sandbox_answers_as_well(tmp_path: Path) -> None:
    first = (sandbox_call(3000, "move", "http-1", "mocked", "error", day="Thursday"),
             sandbox_result(3100, "move", "http-1", error="busy"))  # fmt: skip
    then = (sandbox_call(4000, "move", "mcp-2", day="Thursday"), sandbox_result(4100, "move", "mcp-2", {"ok": True}))
    assert finding(tmp_path, RETRY, *first, *then, END).verdict is PASS


def test_an_answer_that_nobody_showed_is_not_known(tmp_path: Path) -> None:
    dark = tool_call(3000, "move", "c1", "theirs", None, day="Thursday")
    found = finding(tmp_path, RETRY[1:], dark, END)
    assert (found.verdict, found.actual) == (UNKNOWN, 'nothing shows what move {"day":"Thursday"} got')


def test_a_stump_proves_nothing(tmp_path: Path) -> None:
    assert finding(tmp_path, RETRY, *FAILED, note(5000, "x"), killed=True).verdict is UNKNOWN
    silent = replace(CAN, shows=CAN.shows - {"tool.call"}, answers_tools=False)
    assert finding(tmp_path, RETRY, END, can=silent).verdict is SKIP


SECOND = said("hello", 6000, 2)  # the last word at 7800 ms
AFTER = CallAfterTurn("move", THURSDAY, 2)


def test_a_call_behind_the_turn_passes(tmp_path: Path) -> None:
    lines = (*CALL, SECOND, tool_call(3000, "look", "x"), tool_call(7900, "move", day="Thursday"))
    assert ask(tmp_path, AFTER, *lines, END).verdict is PASS
    assert ask(tmp_path, AFTER, *CALL, SECOND, END).verdict is PASS
    assert ask(tmp_path, AFTER, *lines, ended("expired", 19_000)).verdict is PASS


def test_a_call_before_the_last_word_of_the_turn_was_not_asked_for(tmp_path: Path) -> None:
    lines = (*CALL, SECOND, tool_call(7700, "move", day="Thursday"), END)
    found = ask(tmp_path, AFTER, *lines)
    assert (found.verdict, found.layer) == (FAIL, Layer.TOOLS)
    assert found.actual == 'move {"day":"Thursday"} came at 7800 ms, and the turn was over at 7900 ms'
    assert set(frames_of(recording(tmp_path, *lines), "tool.call")) <= set(found.at)


def test_a_turn_that_never_came_allows_no_call(tmp_path: Path) -> None:
    early = tool_call(3000, "move", day="Thursday")
    assert ask(tmp_path, AFTER, *CALL, early, ended("expired", 9000)).verdict is FAIL
    assert ask(tmp_path, AFTER, *CALL, ended("expired", 9000)).verdict is UNKNOWN


def test_a_call_with_other_arguments_is_another_one(tmp_path: Path) -> None:
    assert ask(tmp_path, AFTER, *CALL, SECOND, tool_call(3000, "move", day="Friday"), END).verdict is PASS


def test_an_answer_that_was_still_to_come_was_not_got(tmp_path: Path) -> None:
    found = finding(tmp_path, (WantedCall("move", (), "value"),), tool_call(3000, "move", "c1"), END)
    assert (found.verdict, found.actual) == (FAIL, "move {} at 3100 ms was not answered")
