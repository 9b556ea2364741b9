"""Cartesia Line. Messages are those of PyPI cartesia-line 0.2.19, line/_harness_types.py, as its voice_agent_app.py
sends and reads them."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from gate.core import acts
from gate.core.frames import Direction, Frame, Opcode
from gate.core.signals import (
    Asked,
    Fault,
    HungUp,
    Metadata,
    Other,
    ResponseStarted,
    Signal,
    ToolCall,
    ToolResult,
    Transcript,
    TurnDone,
    Typed,
    Violation,
)  # fmt: skip
from gate.dialects.cartesia_line.dialect import CartesiaLine, CartesiaLineOptions, Encoder
from gate.dialects.fields import Illegal

CALL_ID = "0123456789abcdef0123456789abcdef"
START = (
    '{"type": "start", "call_id": "c-1", "from": "+1", "to": "+2", "agent_call_id": "a-1", '
    '"agent": {"id": "agent_1", "system_prompt": "Be brief.", "introduction": "Hello."}, "metadata": {"customer": 5}, '
    '"agent_token": null, "api_base_url": null}'
)
SESSION = {"system_prompt": "Be brief.", "first_message": "Hello.", "metadata": {"customer": 5}}


def user(value: str, event_id: str) -> str:
    return json.dumps({"type": "user_state", "value": value, "event_id": event_id})


LINE = (user("speaking", "e1"), '{"type": "message", "content": "Hi", "event_id": "e2"}', user("idle", "e3"))


def said(text: str, to: str | None = "e3") -> str:
    return json.dumps({"type": "message", "content": text, "interruptible": True, "responding_to": to})


def ended(to: str | None = "e3") -> str:
    return json.dumps({"type": "response_end", "responding_to": to})


def tool(result: str | None, call_id: str | None = None, words: str = "a") -> str:
    body = {"name": "look_up", "arguments": {"words": words}, "result": result, "id": call_id, "responding_to": "e3"}
    return json.dumps({"type": "tool_call", **body})


def heard(*received: str, line: tuple[str, ...] = LINE) -> list[Signal]:
    observer = CartesiaLine().observer()
    for data in line:
        observer.observe(Frame(Direction.SENT, Opcode.TEXT, data, 0))
    frames = [Frame(Direction.RECEIVED, Opcode.TEXT, data, 0) for data in received]
    return [signal for frame in frames for signal in observer.observe(frame)]


def sent(*data: str) -> list[tuple[Signal, ...]]:
    observer = CartesiaLine().observer()
    return [observer.observe(Frame(Direction.SENT, Opcode.TEXT, each, 0)) for each in data]


def encoded(encoder: Encoder, act: acts.Act) -> list[Any]:
    return [json.loads(frame) for frame in encoder.encode(act, 0)]


def test_pieces_of_an_answer_are_joined_at_its_end() -> None:
    assert heard(said("You said. "), said("I said."), ended()) == [
        ResponseStarted("e3"),
        Transcript("agent", "You said. ", False, "e3"),
        Transcript("agent", "I said.", False, "e3"),
        Transcript("agent", "You said. I said.", True, "e3"),
        TurnDone("e3"),
    ]


def test_an_answer_without_words_counts_only_if_it_answers_the_last_line() -> None:
    assert heard(ended("e3")) == [ResponseStarted("e3"), TurnDone("e3")]
    assert heard(ended("the start of the call")) == [Other("response_end")]
    assert heard(ended("e3"), line=(*LINE, user("speaking", "e4"))) == [Other("response_end")]


def test_two_answers_at_once_are_kept_apart() -> None:
    found = heard(said("Good morning.", "start"), said("Yes."), ended("start"), ended())
    assert [each.text for each in found if isinstance(each, Transcript) and each.final] == ["Good morning.", "Yes."]
    assert [each.response_id for each in found if isinstance(each, TurnDone)] == ["start", "e3"]


def test_a_tool_is_told_as_it_is_called_and_with_its_result_mostly_without_ids() -> None:
    assert heard(tool(None), tool(None, words="b"), tool('{"found": 3}', words="b"), tool("plain")) == [
        ToolCall("call-1", "look_up", {"words": "a"}, '{"words":"a"}'),
        ToolCall("call-2", "look_up", {"words": "b"}, '{"words":"b"}'),
        ToolResult("call-2", "look_up", {"found": 3}),
        ToolResult("call-1", "look_up", "plain"),
    ]


def test_a_call_that_is_told_three_times_under_its_id_is_one() -> None:
    found = heard(tool(None, "t-1"), tool(None, "t-1"), tool("1", "t-1"))
    assert [type(each) for each in found] == [ToolCall, Other, ToolResult]


def test_a_result_alone_tells_of_the_call_too() -> None:
    assert [type(each) for each in heard(tool("1", "t-1"), tool("1"))] == [ToolCall, ToolResult] * 2


def test_metadata_errors_and_whatever_means_nothing_here() -> None:
    assert heard('{"type": "custom", "metadata": {"a": 1}, "responding_to": null}') == [Metadata({"a": 1})]
    assert heard('{"type": "error", "content": "Error in agent.process"}') == [Fault(None, "Error in agent.process")]
    end = '{"type": "end_call", "reason": "agent_ended", "responding_to": "e3", "interruptible": true}'
    assert heard(end, '{"type": "log_metric", "name": "n", "value": 1}', "{}") == [
        HungUp(), Other("log_metric"), Other(""),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("message", "why"),
    [
        ('{"type": "message", "content": 1}', "content is a number, a text is due"),
        ('{"type": "tool_call", "arguments": {}}', "name is missing, a text is due"),
        ('{"type": "response_end", "responding_to": []}', "responding_to is a list, a text is due"),
        ('{"type": "custom", "metadata": 5}', "metadata is no object"),
        ("no json", "not JSON: Expecting value"),
    ],
)
def test_what_is_wrong_with_a_frame(message: str, why: str) -> None:
    assert heard(message) == [Violation(why)]


def test_what_the_gate_sent_is_seen_as_what_it_is() -> None:
    assert sent(START, *LINE) == [
        (Asked(SESSION),), (Other("user_state"),), (Typed("Hi"),), (Other("user_state"),),
    ]  # fmt: skip
    assert sent('{"type": "start", "agent": []}') == [(Violation("agent is no object"),)]


def test_the_start_has_the_session_and_what_the_user_lays_over_it() -> None:
    options = CartesiaLineOptions(session={"from": "+1", "agent": {"id": "agent_1"}, "api_base_url": "http://x"})
    (start,) = encoded(CartesiaLine(options).encoder(CALL_ID), acts.Configure(SESSION))
    assert start == {
        "type": "start", "call_id": CALL_ID, "from": "+1", "to": "agent", "agent_call_id": CALL_ID,
        "agent": {"id": "agent_1", "system_prompt": "Be brief.", "introduction": "Hello."},
        "metadata": {"customer": 5}, "agent_token": None, "api_base_url": "http://x",
    }  # fmt: skip
    assert sent(json.dumps(start)) == [(Asked(SESSION),)]
    (bare,) = encoded(CartesiaLine().encoder(CALL_ID), acts.Configure({}))
    assert sent(json.dumps(bare)) == [(Asked({}),)]


def test_a_line_is_a_turn_of_three_frames_each_with_an_id_of_its_own() -> None:
    encoder = CartesiaLine().encoder(CALL_ID)
    frames = encoded(encoder, acts.Type("Hi")) + encoded(encoder, acts.Type("Bye"))
    assert [frame["event_id"] for frame in frames] == [f"01234567-{i}" for i in range(1, 7)]
    bare = [{key: value for key, value in frame.items() if key != "event_id"} for frame in frames[:3]]
    assert bare == [
        {"type": "user_state", "value": "speaking"}, {"type": "message", "content": "Hi"},
        {"type": "user_state", "value": "idle"},
    ]  # fmt: skip


def test_what_the_agent_said_is_reported_as_spoken_at_the_next_frame() -> None:
    encoder = CartesiaLine().encoder(CALL_ID)
    for signal in heard(said("You said. "), said("I said.")):
        encoder.heard(signal)
    spoken = [(frame["type"], frame.get("value", frame.get("content"))) for frame in encoded(encoder, acts.Hush(320))]
    assert spoken == [("agent_state", "speaking"), ("agent_speech", "You said. "), ("agent_speech", "I said.")]
    assert encoded(encoder, acts.Hush(320)) == []
    encoder.heard(Transcript("agent", "You said. I said.", True, "e3"))
    encoder.heard(TurnDone("e3"))
    assert [frame["type"] for frame in encoded(encoder, acts.Type("Bye"))] == [
        "agent_state", "user_state", "message", "user_state",
    ]  # fmt: skip
    encoder.heard(TurnDone("e6"))
    assert encoded(encoder, acts.Hush(320)) == [], "an answer without words was never spoken"


def test_options_that_are_none_are_mistakes() -> None:
    with pytest.raises(ValidationError):
        CartesiaLineOptions.model_validate({"start": {}})


def test_an_agent_answers_when_the_callers_turn_ends_and_names_its_event() -> None:
    agent = CartesiaLine().agent()
    assert [agent.hear(data) for data in (START, *LINE)] == [
        (acts.Configure(SESSION),), (), (), (acts.Type("Hi"),),
    ]  # fmt: skip
    frames = [json.loads(frame) for signal in (Transcript("agent", "Yes.", True, "r1"), TurnDone("r1"))
              for frame in agent.say(signal)]  # fmt: skip
    assert frames == [json.loads(said("Yes.")), json.loads(ended())]


def test_an_agent_tells_tools_twice() -> None:
    agent = CartesiaLine().agent()
    signals = (ToolCall("t-1", "look_up", {"words": "a"}), ToolResult("t-1", "look_up", None, "down"))
    call, result = (json.loads(frame) for signal in signals for frame in agent.say(signal))
    assert call == {**json.loads(tool(None, "t-1")), "responding_to": None}
    assert result == {**json.loads(tool('{"error":"down"}', "t-1")), "responding_to": None}


def test_an_agent_waits_for_the_start_and_passes_over_what_it_does_not_know() -> None:
    agent = CartesiaLine().agent()
    for wrong in ("no json", LINE[0], '{"type": "start", "agent": 1}', b"\x00"):
        with pytest.raises(Illegal):
            agent.hear(wrong)
    agent.hear(START)
    assert agent.hear('{"type": "agent_speech", "content": "x", "event_id": "e"}') == ()
    assert agent.hear('{"type": "nobody knows"}') == ()
    assert agent.hear(user("idle", "e1")) == (), "a turn without words"
    assert agent.hear('{"type": "dtmf", "button": "1", "event_id": "e"}') == (acts.Press("1"),)


def test_ids_and_states_stay_and_words_are_masked() -> None:
    dialect = CartesiaLine()
    assert json.loads(dialect.rewrite(LINE[0], lambda _, text: "***")) == json.loads(LINE[0])
    assert json.loads(dialect.rewrite(LINE[1], lambda _, text: "***"))["content"] == "***"
    changed = json.loads(dialect.rewrite(START, lambda _, text: "***"))
    assert (changed["call_id"], changed["agent"]["id"], changed["agent"]["system_prompt"]) == ("c-1", "agent_1", "***")
