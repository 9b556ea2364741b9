"""Groups of expected events: one of them, all in any order, without a gap, with one value; and how late each came."""

from pathlib import Path
from typing import Any

from gate.checks.events.in_order import EventsInOrder, Expectation, Group
from gate.core.findings import Layer
from gate.core.matchers import Matcher
from tests.checks.notation import (
    FAIL,
    OPENING,
    PASS,
    UNKNOWN,
    ask,
    audio,
    done,
    ended,
    heard_as,
    received,
    said,
    says,
    tool_call,
    tool_result,
)

CALL = (*OPENING, said("hello", 1000), heard_as(2900, "hello there"))  # the last word at 2800 ms
END = ended("finished", 12_000)
DONE = Expectation("response.done")


def call(name: str, within_ms: float | None = None) -> Expectation:
    return Expectation("tool.call", (("name", Matcher("exact", name)),), within_ms)


def order(*wanted: Expectation | Group) -> EventsInOrder:
    return EventsInOrder(wanted)


EITHER = Group("any_of", (call("look"), Expectation("output_transcript.final")))


def test_any_of_takes_the_first_that_fits(tmp_path: Path) -> None:
    assert ask(tmp_path, order(EITHER, DONE), *CALL, says(3000, "hm"), done(3100), END).verdict is PASS
    assert ask(tmp_path, order(EITHER, DONE), *CALL, tool_call(3000, "look"), done(3100), END).verdict is PASS
    neither = ask(tmp_path, order(EITHER, DONE), *CALL, tool_call(3000, "move"), done(3100), END)
    assert (neither.verdict, neither.layer) == (FAIL, Layer.TOOLS)
    assert neither.expected == 'one of [tool.call with name "look" | output_transcript.final] (expectation 1 of 2)'
    assert neither.actual.splitlines()[:2] == [
        'tool.call came with other values: name was "move", expected "look"',
        "> here it waited for tool.call or output_transcript.final",
    ]


def test_any_of_is_not_proven_missing_by_a_stump(tmp_path: Path) -> None:
    assert ask(tmp_path, order(EITHER), *CALL, ended("aborted", 5000)).verdict is UNKNOWN


def test_of_several_that_would_do_one_that_came_too_late_is_none(tmp_path: Path) -> None:
    either = Group("any_of", (call("look", 100), Expectation("output_transcript.final", within_ms=2000)))
    answered = ask(tmp_path, order(either, DONE), *CALL, tool_call(3000, "look"), says(3500, "hm"), done(3600), END)
    assert answered.verdict is PASS
    both_late = ask(tmp_path, order(either, DONE), *CALL, tool_call(3000, "look"), says(5000, "hm"), done(5100), END)
    assert (both_late.verdict, both_late.actual) == (FAIL, "it came 200 ms after caller.speech_end")
    alone = ask(tmp_path, order(either), *CALL, tool_call(3000, "look"), END)
    assert (alone.verdict, alone.actual) == (FAIL, "it came 200 ms after caller.speech_end")
    assert ask(tmp_path, order(either), *CALL, tool_call(3000, "look"), ended("aborted", 5000)).verdict is UNKNOWN


BOTH = Group("unordered", (call("look"), call("move")))


def test_unordered_wants_all_in_any_order(tmp_path: Path) -> None:
    one, other = tool_call(3000, "move"), tool_call(3100, "look", "c2")
    finding = ask(tmp_path, order(BOTH, DONE), *CALL, one, other, done(3200), END)
    assert (finding.verdict, len(finding.at)) == (PASS, 3)
    assert finding.expected == "in any order [tool.call & tool.call] → response.done"


def test_unordered_says_which_came_and_which_did_not(tmp_path: Path) -> None:
    finding = ask(tmp_path, order(BOTH), *CALL, tool_call(3000, "move"), audio(3100, 99), done(3200), END)
    assert (finding.verdict, finding.layer) == (FAIL, Layer.TOOLS)
    assert finding.actual.splitlines() == [
        "1 of 2 came (tool.call (move)), then none came; what came: output_audio.delta, response.done",
        "  3000 ms transcript.final (hello there)",
        "✓ 3100 ms tool.call (move)",
        "> here it waited for tool.call",
        "  3200 ms output_audio.delta",
        "  3300 ms response.done",
    ]


def test_one_event_is_not_two_of_a_group(tmp_path: Path) -> None:
    twice = Group("unordered", (Expectation("tool.call"), call("look")))
    assert ask(tmp_path, order(twice), *CALL, tool_call(3000, "look"), END).verdict is FAIL
    two = (tool_call(3000, "look"), tool_call(3100, "move", "c2"))
    assert ask(tmp_path, order(twice), *CALL, *two, END).verdict is PASS


def test_in_a_group_an_event_is_late_only_if_nothing_else_can_be_meant_by_it(tmp_path: Path) -> None:
    anyone_and_soon = Group("unordered", (Expectation("tool.call"), Expectation("tool.call", within_ms=500)))
    soon_and_late = (tool_call(3000, "look"), tool_call(9000, "move", "c2"))
    assert ask(tmp_path, order(anyone_and_soon), *CALL, *soon_and_late, END).verdict is PASS
    both_late = (tool_call(8000, "look"), tool_call(9000, "move", "c2"))
    late = ask(tmp_path, order(anyone_and_soon), *CALL, *both_late, END)
    assert (late.verdict, late.actual) == (FAIL, "it came 5200 ms after caller.speech_end")
    either = Group("any_of", (call("look", 100), Expectation("tool.call")))
    assert ask(tmp_path, order(either), *CALL, tool_call(9000, "look"), END).verdict is PASS


RUN = Group("strict", (Expectation("tool.call"), Expectation("tool.result"), Expectation("response.started")),
            ("metadata", "output_audio.delta"))  # fmt: skip
STARTED = received(3200, "response.started")


ELSEWHERE = "response.started came but not right where it should stand"


def test_a_run_has_nothing_between_but_what_is_ignored(tmp_path: Path) -> None:
    ignored = (audio(3050, 40), received(3060, "metadata", data=1), received(3070, "who-knows"))
    run = (tool_call(3000, "look"), tool_result(3100), STARTED)
    assert ask(tmp_path, order(RUN), *CALL, *run, *ignored, END).verdict is PASS
    finding = ask(tmp_path, order(RUN), *CALL, *run, says(3150, "hm"), END)
    assert (finding.verdict, finding.expected) == (
        FAIL, "without a gap [tool.call, tool.result, response.started] (expectation 1 of 1)",
    )  # fmt: skip
    assert finding.actual.splitlines() == [
        f"2 of 3 came (tool.call (look), tool.result (look)), then {ELSEWHERE}",
        "✓ 3100 ms tool.call (look)",
        "✓ 3200 ms tool.result (look)",
        "> here it waited for response.started",
        "  3250 ms output_transcript.final (hm)",
        "~ 3300 ms response.started",
    ]


def test_a_run_may_begin_anew(tmp_path: Path) -> None:
    again = (tool_call(3000, "a"), tool_call(3050, "b", "c2"), tool_result(3100, "c2"), STARTED)
    assert ask(tmp_path, order(RUN), *CALL, *again, END).verdict is PASS


PAIR = Group("same", (Expectation("tool.call"), Expectation("tool.result")), path="call_id")


def test_a_chain_is_of_one_value(tmp_path: Path) -> None:
    calls = (tool_call(3000, "a", "c1"), tool_call(3100, "b", "c2"))
    assert ask(tmp_path, order(PAIR), *CALL, *calls, tool_result(3200, "c2"), END).verdict is PASS
    finding = ask(tmp_path, order(PAIR), *CALL, *calls, tool_result(3200, "c3"), END)
    assert (finding.verdict, finding.expected) == (
        FAIL, "with one call_id [tool.call, tool.result] (expectation 1 of 1)",
    )  # fmt: skip
    assert finding.actual.splitlines()[0] == (
        "1 of 2 came (tool.call (a)), then tool.result came with call_id c3, expected c1"
    )


def test_an_id_that_is_left_out_is_no_value_to_share(tmp_path: Path) -> None:
    parts: Any = (received(3000, "response.started"), received(3100, "response.done"))
    pair = Group("same", (Expectation("response.started"), DONE), path="response_id")
    assert ask(tmp_path, order(pair), *CALL, *parts, END).verdict is FAIL
    parts = (received(3000, "response.started", response_id="r"), received(3100, "response.done", response_id="r"))
    assert ask(tmp_path, order(pair), *CALL, *parts, END).verdict is PASS
