"""The ledger of tool calls: what the wire says and what the sandbox saw, joined to one entry for each call."""

from pathlib import Path
from typing import Any

import pytest

from gate.core.recording import Event
from gate.measures.facts import Facts
from gate.measures.ledger import Entry, ledger
from tests.checks.notation import (
    CAN,
    CLIPS,
    OPENING,
    Line,
    decided,
    ended,
    note,
    received,
    recording,
    sandbox_call,
    sandbox_gone,
    sandbox_result,
    told_result,
    tool_call,
    tool_result,
    wire_call,
)

END = ended("finished", 9000)


def facts(folder: Path, *lines: Line | tuple[Line, ...]) -> Facts:
    return Facts(recording(folder, *OPENING, *lines, END), 0, CAN, CLIPS)


def entries(folder: Path, *lines: Line | tuple[Line, ...]) -> tuple[Entry, ...]:
    return facts(folder, *lines).ledger


def test_a_call_over_the_socket_with_its_answer(tmp_path: Path) -> None:
    mock = "voice-tests.yaml:9:7"
    called = (wire_call(100, "look", "c1", {"day": "Friday"}), decided(100, "look", "c1", mock=mock, step=2, steps=3))
    (entry,) = entries(tmp_path, *called, tool_result(400, "c1", {"id": 1}))
    assert (entry.call_id, entry.name, entry.arguments, entry.via) == ("c1", "look", {"day": "Friday"}, "socket")
    assert (entry.reply, entry.how, entry.mock, entry.step, entry.steps) == ("mocked", "value", mock, 2, 3)
    assert (entry.result, entry.error, entry.answered_ns) == ({"id": 1}, None, entry.asked_ns + 300_000_000)
    assert (entry.succeeded, entry.told) == (True, False)


def test_a_call_to_the_sandbox_with_its_answer(tmp_path: Path) -> None:
    called = sandbox_call(100, "move", "mcp-1", "mocked", "error", key="k-1", day="Friday")
    (entry,) = entries(tmp_path, called, sandbox_result(200, "move", "mcp-1", error="busy"))
    assert (entry.name, entry.arguments, entry.via, entry.idempotency_key) == ("move", {"day": "Friday"}, "mcp", "k-1")
    assert (entry.how, entry.error, entry.answered_ns) == ("error", "busy", entry.asked_ns + 100_000_000)
    assert not entry.succeeded


@pytest.mark.parametrize(
    ("result", "succeeded"),
    [
        ({"id": 1}, True), (None, True), ("text", True), ([], True), ({"ok": True, "error": None}, True),
        ({"error": ""}, True), ({"error": "no"}, False), ({"error": True}, False), ({"ok": False}, False),
        ({"success": False}, False), ({"ok": 0}, True), ({"status": "failed"}, True),
    ],
)  # fmt: skip
def test_an_answer_that_owns_up_to_a_failure_is_no_success(tmp_path: Path, result: Any, succeeded: bool) -> None:
    (entry,) = entries(tmp_path, tool_call(100, "move"), tool_result(200, "c1", result))
    assert entry.succeeded is succeeded


def test_neither_an_error_nor_a_broken_text_nor_silence_is_a_success(tmp_path: Path) -> None:
    error, broken, silent, open_one = entries(
        tmp_path,
        tool_call(100, "a", "c1", "mocked", "error"), tool_result(110, "c1", error="no"),
        tool_call(200, "a", "c2", "mocked", "malformed"), tool_result(210, "c2", '{"id'),
        tool_call(300, "a", "c3", "mocked", "timeout"), tool_call(400, "a", "c4"),
    )  # fmt: skip
    assert not any(entry.succeeded for entry in (error, broken, silent, open_one))
    assert [entry.how for entry in (error, broken, silent, open_one)] == ["error", "malformed", "timeout", "value"]
    assert (silent.answered_ns, open_one.answered_ns) == (None, None)


def test_a_call_id_that_comes_again_is_the_same_call(tmp_path: Path) -> None:
    again = (wire_call(200, "move", "c1", {}), decided(200, "move", "c1", "again", None))
    (entry,) = entries(tmp_path, tool_call(100, "move"), *again, tool_result(300))
    assert (entry.reply, entry.answered_ns) == ("mocked", entry.asked_ns + 200_000_000)


def test_calls_without_an_id_are_answered_in_their_order(tmp_path: Path) -> None:
    lines = (tool_call(100, "a", ""), tool_call(200, "b", "", "mocked", "error"))
    first, second = entries(tmp_path, *lines, tool_result(300, "", 1), tool_result(400, "", error="no"))
    assert (first.name, first.how, first.result, second.name, second.how, second.error) == (
        "a", "value", 1, "b", "error", "no",
    )  # fmt: skip


def test_only_the_first_answer_counts(tmp_path: Path) -> None:
    (entry,) = entries(tmp_path, tool_call(100, "a"), tool_result(200, "c1", 1), told_result(300, "c1", 1))
    assert entry.answered_ns == entry.asked_ns + 100_000_000


def test_what_the_wire_tells_of_a_call_that_the_sandbox_saw_is_an_echo(tmp_path: Path) -> None:
    seen = (sandbox_call(100, "move", day="Friday"), sandbox_result(200, "move", result=1))
    told = (tool_call(250, "move", "w1", "theirs", None, day="Friday"), told_result(260, "w1", 1))
    found = facts(tmp_path, *seen, *told)
    assert [entry.call_id for entry in found.ledger] == ["http-1"]
    echoed = [event.name for event in found.events if event.index in found.echoes]
    assert echoed == ["tool.call", "tool.result"]
    assert all(event.direction == "server_to_client" for event in found.events if event.index in found.echoes)


def test_an_echo_is_paired_once_and_by_its_arguments(tmp_path: Path) -> None:
    seen = sandbox_call(100, "move", day="Friday")
    twice = (tool_call(110, "move", "w1", "theirs", None, day="Friday"),
             tool_call(120, "move", "w2", "theirs", None, day="Friday"))  # fmt: skip
    assert [entry.call_id for entry in entries(tmp_path, seen, *twice)] == ["http-1", "w2"]
    other = tool_call(110, "move", "w1", "theirs", None, day="Monday")
    assert [entry.call_id for entry in entries(tmp_path, seen, other)] == ["http-1", "w1"]


def test_the_wire_may_tell_of_a_call_before_the_sandbox_sees_it_and_without_its_arguments() -> None:
    told = Event(0, 90, 0, "server_to_client", "tool.call", {"call_id": "w1", "name": "move", "arguments": ""}, 1)
    seen = {"call_id": "http-1", "name": "move", "arguments": {"day": "Friday"}, "via": "http"}
    found = ledger([told, Event(1, 100, 0, "probe", "tool.call", {**seen}, 2)])
    assert ([entry.call_id for entry in found.entries], found.echoes) == (["http-1"], {0})


def test_an_answer_alone_may_be_an_echo_too(tmp_path: Path) -> None:
    told = received(150, "tool.result", call_id="w1", name="move", result=1)
    found = facts(tmp_path, sandbox_call(100, "move"), sandbox_result(120, "move", result=1), told)
    assert [found.events[i].name for i in found.echoes] == ["tool.result"]
    assert not facts(tmp_path, sandbox_call(100, "look"), told).echoes


def test_what_the_gate_answers_itself_is_no_echo(tmp_path: Path) -> None:
    found = facts(tmp_path, sandbox_call(100, "move"), tool_call(110, "move", "c1"), tool_result(120))
    assert ([entry.call_id for entry in found.ledger], found.echoes) == (["http-1", "c1"], frozenset())


def test_a_real_tool_says_how_it_went(tmp_path: Path) -> None:
    called = tool_call(100, "move", "c1", "real", None)
    real = note(200, "real.result", call_id="c1", name="move", via="socket", status=409, result=None, error="taken")
    (entry,) = entries(tmp_path, called, real, tool_result(210, "c1", error="taken"))
    assert (entry.reply, entry.how, entry.error) == ("real", "error", "taken")


def test_whoever_asked_may_stop_waiting(tmp_path: Path) -> None:
    seen, wire = entries(
        tmp_path, sandbox_call(100, "move"), sandbox_gone(600, "move"), tool_call(700, "look", "c1"),
        tool_result(800), sandbox_gone(900, "look", "c1"),
    )  # fmt: skip
    assert (seen.dropped_ns, wire.dropped_ns) == (seen.asked_ns + 500_000_000, None)


def test_a_long_call_is_read_in_one_walk() -> None:
    names = [f"t{i % 7}" for i in range(10_000)]
    calls = [Event(i, i, 0, "server_to_client", "tool.call", {"call_id": "", "name": name, "arguments": {}}, i)
             for i, name in enumerate(names)]  # fmt: skip
    seen = [Event(10_000 + i, i, 0, "probe", "tool.call",
                  {"call_id": f"http-{i}", "name": name, "arguments": {}, "via": "http"}, i)
            for i, name in enumerate(names)]  # fmt: skip
    assert len(ledger(calls + seen).entries) == len(ledger(calls + seen).echoes) == 10_000


@pytest.mark.parametrize(
    ("wire", "seen"),
    [({"n": 3}, {"n": "3"}), ({"day": "Friday"}, {"day": "Friday", "key": "k-1"}), ({}, {"tenant": 1}),
     ({"day": "Friday", "why": "ill"}, {"day": "Friday"}), ({"all": True}, {"all": "True"})],
)  # fmt: skip
def test_a_backend_may_write_the_arguments_in_another_way(tmp_path: Path, wire: Any, seen: Any) -> None:
    told = (wire_call(90, "move", "w1", wire), decided(90, "move", "w1", "theirs", None))
    found = facts(tmp_path, told, sandbox_call(100, "move", **seen))
    assert ([entry.call_id for entry in found.ledger], len(found.echoes)) == (["http-1"], 1)


def test_the_same_words_are_paired_before_those_that_are_alike(tmp_path: Path) -> None:
    told = [tool_call(ms, "move", call_id, "theirs", None, **more) for ms, call_id, more in (
        (90, "w1", {}), (95, "w2", {"day": "Friday"}))]  # fmt: skip
    later = sandbox_call(120, "move", "http-2")
    found = facts(tmp_path, *told, sandbox_call(100, "move", day="Friday"), later)
    assert [entry.call_id for entry in found.ledger] == ["http-1", "http-2"]
    assert [entry.call_id for entry in entries(tmp_path, *told, sandbox_call(100, "move", day="Friday"))] == [
        "w1", "http-1",
    ]  # fmt: skip


def test_a_call_id_for_something_else_is_another_call(tmp_path: Path) -> None:
    other = (wire_call(200, "cancel", "c1", {"id": 1}), decided(200, "cancel", "c1", "again", None))
    first, second = entries(tmp_path, tool_call(100, "move"), *other, tool_result(300))
    assert (first.name, first.answered_ns is not None) == ("move", True)
    assert (second.name, second.arguments, second.answered_ns, second.told) == ("cancel", {"id": 1}, None, False)
    more = wire_call(200, "move", "c1", {"day": "Friday"})
    (filled,) = entries(tmp_path, tool_call(100, "move"), more)
    assert filled.arguments == {"day": "Friday"}


@pytest.mark.parametrize(
    ("result", "succeeded"),
    [('{"ok": false}', False), (' {"error": "no"}', False), ('{"ok": true}', True), ('{"ok": fal', True),
     ({"isError": True, "content": []}, False), ({"isError": False}, True)],
)  # fmt: skip
def test_a_failure_in_a_text_or_of_mcp_is_one(tmp_path: Path, result: Any, succeeded: bool) -> None:
    (entry,) = entries(tmp_path, tool_call(100, "move"), tool_result(200, "c1", result))
    assert entry.succeeded is succeeded
