"""Events in order: found, timed, explained."""

from pathlib import Path
from typing import Any

import pytest

from gate.checks.events.counting import EventCount
from gate.checks.events.eventlog import layer_of
from gate.checks.events.in_order import EventsInOrder, Expectation
from gate.checks.events.never import EventNever
from gate.core.findings import Blame, Layer
from gate.core.matchers import Matcher
from gate.core.plan import Leave
from gate.measures.facts import Facts
from tests.checks.notation import (
    FAIL,
    OPENING,
    PASS,
    UNKNOWN,
    Line,
    ask,
    audio,
    closed,
    ended,
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


NEAR = (
    'tool.call came with other values: arguments.day was "Monday", expected "Friday"; '
    "arguments.id was missing, expected 1"
)
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
    assert finding.actual.splitlines() == [
        NEAR,
        "> here it waited for tool.call",
        "  20 ms session.started",
        "  60 ms session.configured",
        "  1300 ms caller.speech_start",
        "  …",
        "~ 3100 ms tool.call (lookup)",
    ]
    assert finding.expected == 'tool.call with arguments.day "Friday", arguments.id 1 (expectation 1 of 1)'


def test_what_never_came_is_told_with_what_came_instead(tmp_path: Path) -> None:
    lines = (*CALL, heard_as(2900, "hello there"), tool_call(3000, "lookup"), audio(3100, 300), END)
    finding = ask(tmp_path, order(TOOL, DONE), *lines)
    assert (finding.verdict, finding.layer) == (FAIL, Layer.TOOLS)  # what is said once a tool was called is about it
    assert finding.actual.splitlines() == [
        "none behind tool.call came; what came: output_audio.delta",
        "  3000 ms transcript.final (hello there)",
        "✓ 3100 ms tool.call (lookup)",
        "> here it waited for output_transcript.final",
        "  3200 ms output_audio.delta",
    ]


def test_a_tool_is_not_blamed_where_the_words_were_not_heard(tmp_path: Path) -> None:
    assert ask(tmp_path, order(TOOL), *CALL, END).layer is Layer.INPUT


def test_success_announced_before_the_tool_is_out_of_order(tmp_path: Path) -> None:
    lines = (*CALL, heard_as(2900, "x"), says(3000, "done"), tool_call(3100, "lookup"), tool_result(3200), END)
    finding = ask(tmp_path, order(TOOL, RESULT, DONE), *lines)
    assert (finding.verdict, finding.layer) == (FAIL, Layer.ORDER)
    assert finding.actual == "output_transcript.final (done) came too early: before tool.result (lookup)"


def test_what_belongs_to_an_earlier_turn_is_not_too_early(tmp_path: Path) -> None:
    lines = (*CALL, heard_as(2900, "x"), audio(3100, 300), said("stop", 5000, 2), heard_as(5900, "stop"),
             tool_call(6000, "lookup"), tool_result(6100), END)  # fmt: skip
    finding = ask(tmp_path, order(TOOL, RESULT, Expectation("output_audio.delta")), *lines)
    assert (finding.verdict, finding.layer) == (FAIL, Layer.OUTPUT)
    assert finding.actual.splitlines()[0] == "none behind tool.result came; what came: nothing"


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
    assert only.actual.splitlines()[0] == (
        "output_audio.delta came only before any caller.speech_end, so there is nothing to measure from"
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


@pytest.mark.parametrize("params", [order(TOOL), EventCount("tool.call", (), 1)])
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


def test_the_events_around_are_few_short_lines_whatever_the_agent_sends(tmp_path: Path) -> None:
    hostile = "x\n::set-output name=a::b\n" * 2_000
    lines = (*CALL, heard_as(2900, hostile), tool_call(3000, hostile), says(3100, hostile), *audio(3200, 900, paced=20))
    finding = ask(tmp_path, order(Expectation("tool.call"), RESULT), *lines, END)
    told = finding.actual.splitlines()
    assert len(told) == 6
    assert max(map(len, told)) < 120
    assert told[2].startswith("✓ 3100 ms tool.call (x ::set-output name=a::b x")
    assert told[3:] == [
        "> here it waited for tool.result",
        "  3200 ms output_transcript.final (x ::set-output name=a::b x ::set-output…)",
        "  3300 ms 45 output_audio.delta",
    ]


def test_the_nearest_miss_is_the_one_that_misses_least(tmp_path: Path) -> None:
    wanted = Expectation("tool.call", where(name="move", arguments__day="Thursday"))
    calls = (tool_call(3000, "move", day="Tuesday"), tool_call(4000, "look", "c2", day="Monday"))
    finding = ask(tmp_path, order(wanted), *CALL, heard_as(2900, "x"), *calls, END)
    assert finding.actual.splitlines()[0] == (
        'tool.call came with other values: arguments.day was "Tuesday", expected "Thursday"'
    )
    assert finding.at == (frames_of(recording(tmp_path, *CALL, heard_as(2900, "x"), *calls, END), "tool.call")[0],)


def sandboxed(ms: float, name: str) -> tuple[Line, ...]:
    """A call that the sandbox saw, and its answer."""
    asked = {"call_id": "http-1", "name": name, "arguments": {}, "via": "http"}
    return note(ms, "sandbox.call", **asked), note(ms + 5, "sandbox.result", call_id="http-1", name=name, result=1)


def test_what_a_sandbox_saw_is_as_good_as_what_the_wire_shows(tmp_path: Path) -> None:
    lines = (*CALL, sandboxed(3000, "lookup"), says(3600, "All done."), END)
    assert ask(tmp_path, order(TOOL, RESULT, DONE), *lines).verdict is PASS
    twice = ask(tmp_path, EventCount("tool.call", where(name="lookup"), 1), *CALL, sandboxed(3000, "lookup"),
                tool_call(3010, "lookup"), END)  # fmt: skip
    assert twice.verdict is FAIL


def test_an_echo_of_what_a_sandbox_saw_is_no_second_event(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = (*CALL, sandboxed(3000, "lookup"), tool_call(3010, "lookup"), END)
    told = [event for event in recording(tmp_path, *lines).events if event.direction == "server_to_client"]
    echoes = frozenset(event.index for event in told if event.name == "tool.call")
    monkeypatch.setattr(Facts, "echoes", property(lambda facts: echoes))
    assert ask(tmp_path, EventCount("tool.call", where(name="lookup"), 1), *lines).verdict is PASS
    soon = Expectation("tool.result", (), 6, "tool.call")
    assert ask(tmp_path, order(soon), *lines).verdict is PASS


def test_a_doubt_stands_behind_what_came_and_not_behind_the_events_around(tmp_path: Path) -> None:
    told = {"call_id": "c1", "name": "cancel", "via": "socket", "reply": "no-match", "how": "error"}
    left = note(3000, "tool", **told, mock=None, step=0, steps=0)
    finding = ask(tmp_path, order(RESULT), *CALL, tool_call(3000, "cancel"), left, END)
    assert finding.verdict is UNKNOWN
    first, *around = finding.actual.splitlines()
    assert first.endswith(", but the agent called cancel, and nothing in the manifest answers that")
    assert around[0].startswith(("> ", "  ", "✓ "))
    assert not any(", but " in line for line in around)
