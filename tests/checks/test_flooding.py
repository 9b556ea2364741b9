"""A call that the gate gave up: for too much, for what no WebSocket is, for what came behind a close."""

from pathlib import Path

import pytest

from gate.checks import claim
from gate.checks.orders import NothingAfterClose
from gate.checks.script import ScriptFollowed
from gate.checks.speech import Answered
from gate.core.findings import Layer
from gate.core.jsons import Json
from tests.checks.notation import (
    FAIL,
    OPENING,
    PASS,
    PLACE,
    Line,
    ask,
    audio,
    closed,
    ended,
    findings,
    heard_as,
    note,
    received,
    recording,
    said,
)

CALL = (*OPENING, said("hello", 0), heard_as(2000, "hello there"))


def over(what: str, most: int) -> tuple[Line, ...]:
    return note(3000, "over-budget", what=what, most=most), closed(3000, None), *ended("flooded", 3000)


@pytest.mark.parametrize(
    ("what", "most", "told"),
    [
        ("frames", 100_000, "the agent sent more than 100000 frames in one call"),
        ("received", 64_000_000, "the agent sent more than 64 MB in one call"),
        ("message", 16_000_000, "the agent sent a message of more than 16 MB"),
    ],
)
def test_more_than_a_budget_is_a_failure_that_names_it(what: str, most: int, told: str, tmp_path: Path) -> None:
    found = ask(tmp_path, ScriptFollowed(), *CALL, *over(what, most))
    assert (found.verdict, found.layer, found.actual, found.symptom) == (FAIL, Layer.ORDER, told, "flooded")
    assert found.next_action.endswith(f"raise target.budgets.{what}")


@pytest.mark.parametrize(
    ("last", "layer"),
    [(audio(2500, 100)[-1:], Layer.OUTPUT), ((received(2500, "tool.call", call_id="c", name="n"),), Layer.TOOLS)],
)
def test_the_layer_is_that_of_what_came_last(last: tuple[Line, ...], layer: Layer, tmp_path: Path) -> None:
    assert ask(tmp_path, ScriptFollowed(), *CALL, *last, *over("frames", 10)).layer is layer


def test_what_was_missed_in_a_flooded_call_only_follows_from_the_flood(tmp_path: Path) -> None:
    claims = claim(Answered(1), PLACE), claim(ScriptFollowed(), PLACE)
    missed, script = findings(recording(tmp_path, *CALL, *over("received", 64_000_000)), *claims)
    assert (script.symptom, script.folded) == ("flooded", False)
    assert (missed.symptom, missed.folded) == ("flooded", True)


def test_what_websocket_forbids_is_told_with_the_reason(tmp_path: Path) -> None:
    why: Json = "reserved bits must be 0"
    forbidden = note(3000, "forbidden", why=why)
    found = ask(tmp_path, ScriptFollowed(), *CALL, forbidden, closed(3000, None), *ended("closed", 3000))
    assert (found.verdict, found.layer, found.symptom) == (FAIL, Layer.ORDER, "protocol-broken")
    assert found.actual.endswith("and the line was given up: reserved bits must be 0")


def test_bytes_behind_a_close_are_something_behind_it(tmp_path: Path) -> None:
    lines = (*CALL, closed(3000, 1000), *ended("closed", 3000))
    assert ask(tmp_path, NothingAfterClose(), *lines).verdict is PASS
    found = ask(tmp_path, NothingAfterClose(), *lines, note(3001, "behind-close", bytes=1280))
    assert (found.verdict, found.layer) == (FAIL, Layer.CLOSE)
    assert found.actual == "1280 bytes, which no client reads, behind the close frame"
