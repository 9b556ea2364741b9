"""Cekura's chat WebSocket. Messages are literal: docs.cekura.ai, chat testing, "Set Up WebSocket Server", and what the
provider's example server and its Retell adaptor send."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from gate.core import acts
from gate.core.frames import Direction, Frame, Opcode
from gate.core.plan import Dial
from gate.core.signals import (
    HungUp,
    Metadata,
    Other,
    Signal,
    ToolCall,
    ToolResult,
    Transcript,
    TurnDone,
    Typed,
    Violation,
)  # fmt: skip
from gate.dialects.cekura_chat.dialect import CekuraChat, CekuraChatOptions
from gate.dialects.fields import Illegal

CALL_ID = "0000000100000002000000030000abcd"
CALL = (
    '{"role": "Function Call", "data": {"id": "call_abc123", "name": "get_weather", '
    '"arguments": "{\\"location\\": \\"New York\\"}"}}'
)
RESULT = (
    '{"role": "Function Call Result", "data": {"id": "call_abc123", '
    '"result": "{\\"temperature\\": 72, \\"unit\\": \\"fahrenheit\\"}"}}'
)


def heard(*received: str) -> list[Signal]:
    observer = CekuraChat().observer()
    frames = [Frame(Direction.RECEIVED, Opcode.TEXT, data, 0) for data in received]
    return [signal for frame in frames for signal in observer.observe(frame)]


def sent(data: str | bytes) -> tuple[Signal, ...]:
    opcode = Opcode.TEXT if isinstance(data, str) else Opcode.BINARY
    return CekuraChat().observer().observe(Frame(Direction.SENT, opcode, data, 0))


HELLO = "Hello! How can I help you today?"


@pytest.mark.parametrize(
    ("message", "meant"),
    [
        ('{"content": "Hello! How can I help you today?"}', [Transcript("agent", HELLO, True), TurnDone()]),
        (
            '{"content": "Hello! How can I help you today?", "metadata": {"customer_id": "cust_123"}}',
            [
                Metadata({"customer_id": "cust_123"}),
                Transcript("agent", HELLO, True),
                TurnDone(),
            ],
        ),
        (
            '{"metadata": {"internal_call_id": "abc-123", "region": "us-west-2"}}',
            [Metadata({"internal_call_id": "abc-123", "region": "us-west-2"})],
        ),
        ('{"role": "agent", "content": " Done. "}', [Transcript("agent", " Done. ", True), TurnDone()]),
        (CALL, [ToolCall("call_abc123", "get_weather", {"location": "New York"}, '{"location": "New York"}')]),
        (RESULT, [ToolResult("call_abc123", "", {"temperature": 72, "unit": "fahrenheit"})]),
        (
            '{"content": "Goodbye, have a great day!", "type": "end_call"}',
            [Transcript("agent", "Goodbye, have a great day!", True), TurnDone(), HungUp()],
        ),
        ('{"type": "end_call"}', [HungUp()]),
        ('{"content": "", "type": "end_call"}', [HungUp()]),
        ('{"content": ""}', [TurnDone()]),
        ('{"metadata": "not an object"}', [Other("")]),
        ('{"role": "Thinking"}', [Other("Thinking")]),
        ("{}", [Other("")]),
    ],
)  # fmt: skip
def test_what_the_server_says(message: str, meant: list[Signal]) -> None:
    assert heard(message) == meant


@pytest.mark.parametrize(
    ("message", "why"),
    [
        ("Error: model down", "not JSON: Expecting value"),  # how the example server reports its own errors
        ('{"content": 5}', "content is no text"),
        ('{"role": "Function Call"}', "data.id is missing, a text is due"),
        ('{"role": "Function Call", "data": {"id": "c", "name": 1}}', "data.name is a number, a text is due"),
        ('{"role": "Function Call Result", "data": []}', "data.id is missing, a text is due"),
    ],
)
def test_what_is_wrong_with_a_frame(message: str, why: str) -> None:
    assert heard(message) == [Violation(why)]


def test_a_binary_frame_breaks_the_protocol() -> None:
    (found,) = sent(b"\x00")
    assert isinstance(found, Violation)


def test_a_result_has_the_name_of_its_call_and_a_call_told_three_times_is_one() -> None:
    found = heard(CALL, CALL, RESULT, CALL)
    assert [type(signal) for signal in found] == [ToolCall, Other, ToolResult, Other]
    assert found[2] == ToolResult("call_abc123", "get_weather", {"temperature": 72, "unit": "fahrenheit"})


def test_a_result_that_is_no_json_is_a_text() -> None:
    (found,) = heard('{"role": "Function Call Result", "data": {"id": "c", "result": "it rained"}}')
    assert found == ToolResult("c", "", "it rained")


@pytest.mark.parametrize(
    ("act", "frame", "meant"),
    [
        (acts.Type("I'd like to book"), {"content": "I'd like to book"}, (Typed("I'd like to book"),)),
        (acts.HangUp(), {"content": "", "type": "end_call"}, (Other("end_call"),)),
    ],
)
def test_what_the_gate_says(act: acts.Act, frame: dict[str, Any], meant: tuple[Signal, ...]) -> None:
    (data,) = CekuraChat().encoder(CALL_ID).encode(act, 0)
    assert json.loads(data) == frame
    assert sent(data) == meant


def test_what_the_tester_says_at_the_end_is_typed_too() -> None:
    assert sent('{"content": "Thank you, goodbye!", "type": "end_call"}') == (
        Typed("Thank you, goodbye!"), Other("end_call"),
    )  # fmt: skip


@pytest.mark.parametrize("act", [acts.Hush(160), acts.Configure({}), acts.Respond(), acts.Press("1")])
def test_the_wire_has_no_word_for_the_rest(act: acts.Act) -> None:
    assert CekuraChat().encoder().encode(act, 0) == ()


def test_the_ids_of_the_run_go_into_the_headers_behind_the_users_own() -> None:
    dial = Dial("wss://acme.test/chat", (("X-VOCERA-SECRET", "s"), ("x-vocera-run-id", "mine"), ("X-Tier", "gold")))
    made = CekuraChat(CekuraChatOptions(scenario_id=456)).dial(dial, {}, CALL_ID)
    assert made.url == dial.url
    assert made.headers == (*dial.headers, ("X-VOCERA-SCENARIO-ID", "456"), ("X-VOCERA-RESULT-ID", "2"))


def test_each_call_has_ids_of_its_own() -> None:
    first, other = (dict(CekuraChat().dial(Dial("ws://localhost/"), {}, name).headers) for name in (CALL_ID, "f" * 32))
    assert first == {"X-VOCERA-SCENARIO-ID": "1", "X-VOCERA-RESULT-ID": "2", "X-VOCERA-RUN-ID": "3"}
    assert not set(first.values()) & set(other.values())


@pytest.mark.parametrize("options", [{"run_id": "two words"}, {"run_id": ""}, {"run_id": True}, {"scenario": 1}])
def test_options_that_no_header_can_hold_are_mistakes(options: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        CekuraChatOptions.model_validate(options)


def test_a_server_hears_lines_and_passes_over_the_end() -> None:
    agent = CekuraChat().agent()
    assert agent.hear('{"content": "I\'d like to book an appointment"}') == (
        acts.Type("I'd like to book an appointment"),
    )
    assert agent.hear('{"content": "Thank you, goodbye!", "type": "end_call"}') == ()
    assert agent.hear('{"type": "end_call"}') == ()
    for wrong in ("{}", "[]", "no json", b"\x00"):
        with pytest.raises(Illegal):
            agent.hear(wrong)


@pytest.mark.parametrize(
    ("signal", "frame"),
    [
        (Transcript("agent", HELLO, True, "r1"), {"content": HELLO}),
        (Metadata({"a": 1}), {"metadata": {"a": 1}}),
        (
            ToolCall("call_1", "f", {"a": 1}),
            {"role": "Function Call", "data": {"id": "call_1", "name": "f", "arguments": '{"a":1}'}},
        ),
        (
            ToolResult("call_1", "f", None, "down"),
            {"role": "Function Call Result", "data": {"id": "call_1", "result": '{"error":"down"}'}},
        ),
    ],
)  # fmt: skip
def test_what_a_server_says(signal: Signal, frame: dict[str, Any]) -> None:
    (data,) = CekuraChat().agent().say(signal)
    assert json.loads(data) == frame


def test_ids_stay_and_words_are_masked() -> None:
    changed = json.loads(CekuraChat().rewrite(CALL, lambda _, text: "***"))
    data = {"id": "call_abc123", "name": "***", "arguments": '{"location":"***"}'}
    assert changed == {"role": "Function Call", "data": data}
