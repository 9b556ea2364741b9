"""The sandbox in virtual time: the notes of the real one, at the times that a call over the network takes."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gate.core.plan import Case
from gate.evidence.store import attempt_folder
from gate.reference.virtual import NETWORK_NS
from tests.rehearsal import demo_plan, rehearse

MS = 1_000_000
BUDGET_MS = 3_000
TRACE_ID = "0" * 32


def notes(folder: Path, target: str, name: str, *faults: str) -> list[dict[str, Any]]:
    """What the log holds of tools, in order: each with its time since the first call."""
    plan, vault = demo_plan("canonical")
    case: Case = next(case for case in plan.cases if (case.target, case.name) == (target, name))
    rehearse(replace(plan, cases=(case,)), vault, folder, faults)
    log = [json.loads(line) for line in (attempt_folder(folder, case.id, 1) / "wire.jsonl").read_bytes().splitlines()]
    told = [line for line in log if str(line.get("note", "")).startswith(("sandbox.", "tool"))]
    return [{"kind": line["note"], "at": line["t"], **line["data"]} for line in told]


def kinds(told: list[dict[str, Any]]) -> Iterator[str]:
    return (note["kind"] for note in told)


@pytest.mark.parametrize(("way", "statuses"), [("http", [200, 503, 200]), ("mcp", [None, None, None])])
def test_a_write_that_is_tried_again_keeps_its_key(tmp_path: Path, way: str, statuses: list[int | None]) -> None:
    told = notes(tmp_path, way, "A write that finds the calendar busy is tried again")
    assert list(kinds(told)) == ["sandbox.call", "tool", "sandbox.result"] * 3
    calls, answers, results = told[::3], told[1::3], told[2::3]
    assert [note["call_id"] for note in told] == [f"{way}-{n}" for n in (1, 1, 1, 2, 2, 2, 3, 3, 3)]
    assert {note["via"] for note in told} == {way}
    assert {note["trace_id"] for note in calls} == {TRACE_ID}
    assert [note["idempotency_key"] for note in calls] == [None, "s-1-write-1", "s-1-write-1"]
    assert [note["arguments"] for note in calls[1:]] == [{"id": "A-17", "day": "Thursday"}] * 2
    assert [(note["how"], note["step"], note["steps"]) for note in answers[1:]] == [("error", 1, 2), ("value", 2, 2)]
    assert [note["status"] for note in results] == statuses
    assert [(note["result"], note["error"]) for note in results[1:]] == [
        (None, "the calendar is busy, try again"), ({"ok": True}, None),
    ]  # fmt: skip
    assert calls[2]["at"] - results[1]["at"] == 2 * NETWORK_NS


@pytest.mark.parametrize("way", ["http", "mcp"])
def test_a_tool_that_never_answers_is_left_when_the_agents_budget_is_over(tmp_path: Path, way: str) -> None:
    told = notes(tmp_path, way, "A write that nobody answers is not confirmed")
    assert list(kinds(told)) == ["sandbox.call", "tool", "sandbox.result", "sandbox.call", "tool", "sandbox.gone"]
    call, gone = told[3], told[5]
    assert (gone["call_id"], gone["name"], gone["after_ms"]) == (call["call_id"], call["name"], BUDGET_MS)
    assert gone["at"] - call["at"] == BUDGET_MS * MS


def test_an_answer_takes_the_delay_of_its_mock(tmp_path: Path) -> None:
    told = notes(tmp_path, "http", "A write that works is confirmed, once")
    assert told[5]["at"] - told[3]["at"] == 300 * MS


def test_over_the_socket_nothing_is_a_note_of_the_sandbox(tmp_path: Path) -> None:
    told = notes(tmp_path, "socket", "A write that works is confirmed, once")
    assert [(note["kind"], note["via"]) for note in told] == [("tool", "socket")] * 2
