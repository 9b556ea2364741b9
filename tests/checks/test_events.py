"""Events in order, events that must not come, and how often one came: found, explained, and never proven by a stump."""

from pathlib import Path
from typing import Any

import pytest

from gate.checks.counting import EventCount
from gate.checks.eventlog import layer_of
from gate.checks.events import EventsInOrder, Expectation
from gate.checks.never import EventNever
from gate.core.findings import Blame, Layer
from gate.core.matchers import Matcher
from gate.core.plan import Leave
from tests.checks.notation import (
    FAIL,
    OPENING,
    PASS,
    UNKNOWN,
    ask,
    audio,
    closed,
    ended,
    fault,
    frames_of,
    heard_as,
    note,
    recording,
    said,
    says,
    tool_call,
    tool_result,
)

CALL = (*OPENING, said("hello", 1000))  # the last word at 2800 ms
END = ended("finished", 12_000)


def order(*wanted: Expectation) -> EventsInOrder:
    return EventsInOrder(wanted)


def where(**fields: Any) -> tuple[tuple[str, Matcher], ...]:
    return tuple((path.replace("__", "."), Matcher("exact", value)) for path, value in fields.items())


TOOL = Expectation("tool.call", where(name="lookup"))
RESULT = Expectation("tool.result")
DONE = Expectation("output_transcript.final", (("text", Matcher("contains", "done")),))


def test_events_in_order_pass_with_others_in_between(tmp_path: Path) -> None:
    lines = (*CALL, tool_call(3000, "lookup"), audio(3100, 300), tool_result(3500), says(3600, "All done."), END)
    finding = ask(tmp_path, order(TOOL, RESULT, DONE), *lines)
    assert (finding.verdict, finding.layer) == (PASS, Layer.OUTPUT)
    recorded = recording(tmp_path, *lines)
    names = ("tool.call", "tool.result", "output_transcript.final")
    assert finding.at == tuple(frames_of(recorded, name)[0] for name in names)
    assert finding.expected == "tool.call → tool.result → output_transcript.final"


def test_a_wrong_value_is_shown_as_the_nearest_miss(tmp_path: Path) -> None:
    lines = (*CALL, heard_as(2900, "hello there"), tool_call(3000, "lookup", day="Monday"), END)
    wanted = Expectation("tool.call", where(arguments__day="Friday", arguments__id=1))
    finding = ask(tmp_path, order(wanted), *lines)
    assert (finding.verdict, finding.layer) == (FAIL, Layer.TOOLS)
    assert finding.actual == 'tool.call came with arguments.day "Monday", arguments.id missing'
    assert finding.expected == 'tool.call with arguments.day "Friday", arguments.id 1 (expectation 1 of 1)'


def test_what_never_came_is_told_with_what_came_instead(tmp_path: Path) -> None:
    lines = (*CALL, heard_as(2900, "hello there"), tool_call(3000, "lookup"), audio(3100, 300), END)
    finding = ask(tmp_path, order(TOOL, DONE), *lines)
    assert (finding.verdict, finding.layer) == (FAIL, Layer.TOOLS)  # what is said once a tool was called is about it
    assert finding.actual == "none behind tool.call came; what came: output_audio.delta"


def test_a_tool_is_not_blamed_where_the_words_were_not_heard(tmp_path: Path) -> None:
    assert ask(tmp_path, order(TOOL), *CALL, END).layer is Layer.INPUT


def test_success_announced_before_the_tool_is_out_of_order(tmp_path: Path) -> None:
    lines = (*CALL, heard_as(2900, "x"), says(3000, "done"), tool_call(3100, "lookup"), tool_result(3200), END)
    finding = ask(tmp_path, order(TOOL, RESULT, DONE), *lines)
    assert (finding.verdict, finding.layer) == (FAIL, Layer.ORDER)
    assert finding.actual.startswith("it came too early: before tool.result")


def test_what_belongs_to_an_earlier_turn_is_not_too_early(tmp_path: Path) -> None:
    lines = (*CALL, heard_as(2900, "x"), audio(3100, 300), said("stop", 5000, 2), heard_as(5900, "stop"),
             tool_call(6000, "lookup"), tool_result(6100), END)  # fmt: skip
    finding = ask(tmp_path, order(TOOL, RESULT, Expectation("output_audio.delta")), *lines)
    assert (finding.verdict, finding.layer) == (FAIL, Layer.OUTPUT)
    assert finding.actual == "none behind tool.result came; what came: nothing"


AUDIO_SOON = Expectation("output_audio.delta", within_ms=800)


def test_an_event_in_time_passes_and_a_late_one_fails(tmp_path: Path) -> None:
    assert ask(tmp_path, order(AUDIO_SOON), *CALL, audio(3600, 300), END).verdict is PASS
    late = ask(tmp_path, order(AUDIO_SOON), *CALL, audio(3601, 300), END)
    assert (late.verdict, late.actual) == (FAIL, "it came 801 ms after caller.speech_end")
    assert late.expected == "output_audio.delta within 800 ms of caller.speech_end"


def test_a_gate_that_was_late_itself_proves_no_lateness_of_the_agent(tmp_path: Path) -> None:
    lines = (*CALL, audio(3601, 300), END)
    doubt = ask(tmp_path, order(AUDIO_SOON), *lines, late_ms=21)
    assert (doubt.verdict, doubt.blame, doubt.late) == (UNKNOWN, Blame.ENVIRONMENT, True)
    assert doubt.actual == (
        "it came 801 ms after caller.speech_end, but the gate itself was 21 ms late with the caller's audio"
    )
    assert ask(tmp_path, order(AUDIO_SOON), *lines, late_ms=20).verdict is FAIL


def test_a_greeting_is_not_the_answer_that_is_timed(tmp_path: Path) -> None:
    assert ask(tmp_path, order(AUDIO_SOON), *CALL, audio(100, 300), audio(3200, 300), END).verdict is PASS
    only = ask(tmp_path, order(AUDIO_SOON), *CALL, audio(100, 300), END)
    assert only.verdict is FAIL
    assert (
        only.actual == "output_audio.delta came only before any caller.speech_end, so there is nothing to measure from"
    )


def test_time_counts_from_the_last_anchor_before_the_event_and_from_the_start(tmp_path: Path) -> None:
    lines = (
        *CALL,
        tool_call(3000, "a"),
        tool_result(3100),
        tool_call(5000, "b", "c2"),
        tool_result(5100),
        audio(5400, 99),
    )
    wanted = (Expectation("tool.call", where(name="b")), Expectation("output_audio.delta", (), 300, "tool.result"))
    assert ask(tmp_path, order(*wanted), *lines, END).verdict is PASS
    from_start = Expectation("session.configured", (), 59, "start")
    assert ask(tmp_path, order(from_start), *lines, END).actual == "it came 60 ms after start"


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


WRITE_ONCE = EventCount("tool.call", where(name="write"), 1)


def test_exactly_once_is_not_twice(tmp_path: Path) -> None:
    once = ask(tmp_path, WRITE_ONCE, *CALL, tool_call(3000, "write"), END)
    assert once.verdict is PASS
    twice = ask(tmp_path, WRITE_ONCE, *CALL, tool_call(3000, "write"), tool_call(3100, "write", "c2"), END)
    assert (twice.verdict, twice.layer, twice.actual) == (FAIL, Layer.TOOLS, "twice, at 3100, 3200 ms")
    assert len(twice.at) == 2


def test_fewer_than_expected_fails_and_none_at_all_is_left_to_the_order(tmp_path: Path) -> None:
    twice = EventCount("tool.call", (), 2)
    assert ask(tmp_path, twice, *CALL, tool_call(3000, "write"), END).verdict is FAIL
    assert ask(tmp_path, WRITE_ONCE, *CALL, END).verdict is UNKNOWN


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
@pytest.mark.parametrize("params", [EventNever("error"), EventCount("error", (), 0), WRITE_ONCE])
def test_a_stump_proves_neither_never_nor_exactly(
    tmp_path: Path, params: object, last: tuple[Any, ...], killed: bool, blame: Blame
) -> None:
    finding = ask(tmp_path, params, *CALL, tool_call(3000, "write"), last, killed=killed)
    assert (finding.verdict, finding.blame) == (UNKNOWN, blame)


@pytest.mark.parametrize("params", [order(TOOL), WRITE_ONCE])
@pytest.mark.parametrize("end", ["aborted", "unreachable", "broken"])
def test_what_did_not_come_before_a_cut_is_unknown(tmp_path: Path, params: object, end: str) -> None:
    finding = ask(tmp_path, params, *CALL, ended(end, 9000, detail="why it ended"))
    assert (finding.verdict, finding.actual) == (UNKNOWN, "why it ended")


def test_the_answer_to_our_own_hanging_up_is_no_close_of_the_agent(tmp_path: Path) -> None:
    gone = order(Expectation("session.closed"))
    assert ask(tmp_path, EventNever("session.closed"), *CALL, END).verdict is PASS
    waited = ask(tmp_path, gone, *CALL, heard_as(3000, "bye"), ended("expired", 9000, what="closed"))
    assert (waited.verdict, waited.layer) == (FAIL, Layer.CLOSE)
    assert ask(tmp_path, EventNever("session.closed"), *CALL, closed(5000), ended("closed", 5000)).verdict is FAIL
    assert ask(tmp_path, gone, *CALL, closed(5000), ended("closed", 5000)).verdict is PASS
    assert ask(tmp_path, gone, *CALL, END, steps=(Leave(),)).verdict is PASS


@pytest.mark.parametrize(
    ("event", "layer"),
    [("session.started", Layer.HANDSHAKE), ("session.configured", Layer.CONFIG), ("transcript.final", Layer.INPUT),
     ("tool.result", Layer.TOOLS), ("output_audio.done", Layer.OUTPUT), ("response.done", Layer.OUTPUT),
     ("session.closed", Layer.CLOSE), ("error", Layer.ORDER), ("metadata", Layer.ORDER)],
)  # fmt: skip
def test_every_event_has_its_layer(event: str, layer: Layer) -> None:
    assert layer_of(event) is layer
