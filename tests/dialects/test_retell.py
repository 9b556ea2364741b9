"""Retell's custom-LLM WebSocket. Messages are literal: docs.retellai.com/api-references/llm-websocket, and what the
provider's Python demo (app/server.py, app/llm.py) sends."""

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
    Ping,
    Ready,
    ResponseStarted,
    Signal,
    ToolCall,
    ToolResult,
    Transcript,
    TurnDone,
    Typed,
    Violation,
)  # fmt: skip
from gate.dialects.fields import Illegal
from gate.dialects.retell.dialect import Encoder, Retell, RetellOptions
from gate.dialects.retell.observer import VOID, Config

S = 1_000_000_000
CONFIG = '{"response_type": "config", "config": {"auto_reconnect": true, "call_details": true}, "response_id": 1}'
BEGIN = (
    '{"response_type": "response", "response_id": 0, "content": "Hey there", "content_complete": true, '
    '"end_call": false, "transfer_number": null}'
)
INVOKED = (
    '{"response_type": "tool_call_invocation", "tool_call_id": "call_7", "name": "book", "arguments": '
    '"{\\"day\\": \\"Friday\\"}"}'
)
RAN = '{"response_type": "tool_call_result", "tool_call_id": "call_7", "content": "{\\"ok\\": true}"}'


def piece(response_id: int, content: str, last: bool = False, **more: Any) -> str:
    body = {"response_id": response_id, "content": content, "content_complete": last, "end_call": False}
    return json.dumps({"response_type": "response", **body, **more})


def asked(response_id: int, *turns: str) -> str:
    said = [{"role": role, "content": text} for role, _, text in (turn.partition(": ") for turn in turns)]
    return json.dumps({"interaction_type": "response_required", "response_id": response_id, "transcript": said})


class Wire:
    """Frames in order, as one call sees them."""

    def __init__(self) -> None:
        self.observer = Retell().observer()
        self.t_ns = 0

    def received(self, *data: str) -> list[Signal]:
        return self._cross(Direction.RECEIVED, data)

    def sent(self, *data: str) -> list[Signal]:
        return self._cross(Direction.SENT, data)

    def _cross(self, direction: Direction, data: tuple[str, ...]) -> list[Signal]:
        frames = [Frame(direction, Opcode.TEXT, each, self.t_ns) for each in data]
        return [signal for frame in frames for signal in self.observer.observe(frame)]


def encoded(encoder: Encoder, act: acts.Act, t_ns: int = 0) -> list[Any]:
    return [json.loads(frame) for frame in encoder.encode(act, t_ns)]


def greeting(text: str) -> list[Signal]:
    return [ResponseStarted("0"), Transcript("agent", text, False, "0"), Transcript("agent", text, True, "0"),
            TurnDone("0")]  # fmt: skip


def test_the_first_sign_of_the_server_makes_it_ready_once() -> None:
    config = Config("config", auto_reconnect=True, call_details=True)
    assert Wire().received(CONFIG, BEGIN) == [Ready(), config, *greeting("Hey there")]
    assert Wire().received(BEGIN) == [Ready(), *greeting("Hey there")]


def test_an_empty_begin_message_says_nothing_but_that_the_server_is_there() -> None:
    assert Wire().received(piece(0, "", True)) == [Ready()]


def test_pieces_of_a_response_are_joined_when_it_is_complete() -> None:
    wire = Wire()
    wire.received(BEGIN)
    wire.sent(asked(1, "user: Hi"))
    assert wire.received(piece(1, "Hello "), piece(1, "there."), piece(1, "", True)) == [
        ResponseStarted("1"),
        Transcript("agent", "Hello ", False, "1"),
        Transcript("agent", "there.", False, "1"),
        Transcript("agent", "Hello there.", True, "1"),
        TurnDone("1"),
    ]
    assert wire.received(piece(1, "", True)) == [Other("response")], "it was over already"


def test_a_response_without_words_is_over_too() -> None:
    wire = Wire()
    wire.sent(asked(1, "user: Hi"))
    assert wire.received(piece(1, "", True)) == [ResponseStarted("1"), TurnDone("1")]


def test_a_later_question_makes_the_older_response_void() -> None:
    wire = Wire()
    wire.sent(asked(1, "user: Hi"))
    wire.received(piece(1, "Let me "))
    wire.sent(asked(2, "user: Hi", "agent: Let me ", "user: No"))
    assert wire.received(piece(1, "tell you"), piece(1, "", True)) == [Other(VOID)] * 2
    assert wire.received(piece(2, "Yes?", True))[-1] == TurnDone("2")


def test_a_response_that_nobody_asked_for_breaks_the_protocol() -> None:
    assert Wire().received(piece(1, "Hi")) == [Violation("response_id 1, and the last that was asked for is 0")]


def test_an_agent_that_jumps_in_has_a_response_of_its_own() -> None:
    said = '{"response_type": "agent_interrupt", "interrupt_id": 1, "content": "Wait.", "content_complete": true}'
    one = "interrupt-1"
    assert Wire().received(said) == [
        ResponseStarted(one), Transcript("agent", "Wait.", False, one), Transcript("agent", "Wait.", True, one),
        TurnDone(one),
    ]  # fmt: skip


def test_what_the_server_wants_done_with_the_call_stands_in_the_log() -> None:
    found = Wire().received(piece(0, "Bye", True, end_call=True, transfer_number="+12137771234"))
    assert found[-2:] == [Other("transfer_number"), HungUp()]


def test_tools_are_told_once_and_their_results_have_their_names() -> None:
    assert Wire().received(INVOKED, INVOKED, RAN, INVOKED) == [
        ToolCall("call_7", "book", {"day": "Friday"}, '{"day": "Friday"}'),
        Other("tool_call_invocation"),
        ToolResult("call_7", "book", {"ok": True}),
        Other("tool_call_invocation"),
    ]


def test_metadata_and_whatever_means_nothing_here() -> None:
    assert Wire().received('{"response_type": "metadata", "metadata": {"a": 1}}') == [Metadata({"a": 1})]
    update = '{"response_type": "update_agent", "agent_config": {"responsiveness": 0.8}}'
    assert Wire().received(update, "{}") == [Other("update_agent"), Other("")]


@pytest.mark.parametrize(
    ("message", "why"),
    [
        ('{"response_type": "response", "response_id": "0", "content": "", "content_complete": true}',
         "response_id is no whole number"),
        ('{"response_type": "response", "response_id": 0, "content": null, "content_complete": true}',
         "content is missing, a text is due"),
        ('{"response_type": "response", "response_id": 0, "content": ""}', "content_complete is no truth value"),
        ('{"response_type": "config", "config": {"auto_reconnect": "yes"}}', "auto_reconnect is no truth value"),
        ('{"response_type": "config", "config": []}', "config is no object"),
        ('{"response_type": "ping_pong"}', "timestamp is no whole number"),
        ('{"response_type": "tool_call_invocation", "name": "f"}', "tool_call_id is missing, a text is due"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_frame(message: str, why: str) -> None:
    assert Wire().received(message) == [Violation(why)]


def test_what_the_caller_typed_is_seen_in_the_question() -> None:
    wire = Wire()
    assert wire.sent(asked(1, "agent: Hey", "user: Hi")) == [Typed("Hi")]
    with_tools = {"transcript_with_tool_calls": [{"role": "user", "content": "Yes"}], "response_id": 2}
    assert wire.sent(json.dumps({"interaction_type": "response_required", **with_tools})) == [Typed("Yes")]
    assert wire.sent('{"interaction_type": "update_only", "transcript": []}') == [Other("update_only")]


def test_questions_carry_the_whole_conversation() -> None:
    encoder = Retell().encoder("c-1")
    for signal in [*greeting("Hey there"), Transcript("agent", ", you", False, "0")]:
        encoder.heard(signal)
    (first,) = encoded(encoder, acts.Type("Hi"))
    hey, hi = {"role": "agent", "content": "Hey there, you"}, {"role": "user", "content": "Hi"}
    assert first == {"interaction_type": "response_required", "response_id": 1, "transcript": [hey, hi]}
    for text in ("Hello ", "there."):
        encoder.heard(Transcript("agent", text, False, "1"))
    encoder.heard(Transcript("agent", "Hello there.", True, "1"))
    (second,) = encoded(encoder, acts.Type("Bye"))
    assert second["response_id"] == 2
    assert second["transcript"] == [hey, hi, {"role": "agent", "content": "Hello there."},
                                    {"role": "user", "content": "Bye"}]  # fmt: skip
    assert first["transcript"] == [hey, hi]


def test_tools_stand_in_the_transcript_where_the_server_wants_that() -> None:
    encoder = Retell().encoder()
    encoder.heard(Config("config", transcript_with_tool_calls=True))
    encoded(encoder, acts.Type("Friday"))
    encoder.heard(ToolCall("call_7", "book", {"day": "Friday"}))
    encoder.heard(ToolResult("call_7", "book", {"ok": True}))
    encoder.heard(Transcript("agent", "Done.", False, "1"))
    (question,) = encoded(encoder, acts.Type("Thanks"))
    assert question["transcript_with_tool_calls"] == [
        {"role": "user", "content": "Friday"},
        {"role": "tool_call_invocation", "tool_call_id": "call_7", "name": "book", "arguments": '{"day":"Friday"}'},
        {"role": "tool_call_result", "tool_call_id": "call_7", "content": '{"ok":true}'},
        {"role": "agent", "content": "Done."},
        {"role": "user", "content": "Thanks"},
    ]
    assert [each["role"] for each in question["transcript"]] == ["user", "agent", "user"]


def test_the_details_of_the_call_are_told_once_and_only_to_a_server_that_asks() -> None:
    call = {"from_number": "+12137771234", "metadata": {"customer": 5}, "call_id": "not this"}
    encoder = Retell(RetellOptions(call=call)).encoder("c-1")
    assert encoded(encoder, acts.Configure({})) == []
    encoder.heard(Config("config", call_details=True))
    (told,) = encoded(encoder, acts.Configure({}))
    wanted = {"call_id": "c-1", "call_type": "web_call", "from_number": "+12137771234", "metadata": {"customer": 5}}
    assert told == {"interaction_type": "call_details", "call": wanted}
    assert encoded(encoder, acts.Hush(320)) == []


def test_a_server_that_reconnects_is_pinged_every_two_seconds() -> None:
    encoder = Retell().encoder()
    assert encoded(encoder, acts.Hush(320), 7 * S) == []
    encoder.heard(Config("config", auto_reconnect=True))
    times = [(7 * S) + i * S // 50 for i in range(250)]
    pings = [ping for t_ns in times for ping in encoded(encoder, acts.Hush(320), t_ns)]
    assert pings == [{"interaction_type": "ping_pong", "timestamp": at} for at in (7000, 9000, 11000)]


def test_a_ping_is_answered_and_an_answer_is_not() -> None:
    wire = Wire()
    ping = '{"response_type": "ping_pong", "timestamp": 1703302428000}'
    assert wire.received(ping) == [Ping("1703302428000")]
    (answer,) = Retell().encoder().encode(acts.Pong("1703302428000"), 0)
    assert json.loads(answer) == {"interaction_type": "ping_pong", "timestamp": 1703302428000}
    wire.sent(str(answer))
    assert wire.received(ping) == [Other("ping_pong")], "a server that answers everything"


def test_two_machines_do_not_answer_each_other_for_ever() -> None:
    """A server whose answers carry times of its own."""
    wire = Wire()
    wire.sent('{"interaction_type": "ping_pong", "timestamp": 7000}')
    wire.t_ns = S - 1
    found = wire.received(*(f'{{"response_type": "ping_pong", "timestamp": {at}}}' for at in (8001, 8002)))
    assert found == [Other("ping_pong"), Other("ping_pong")]


def test_each_ping_of_a_server_that_pings_by_itself_is_answered() -> None:
    wire = Wire()
    for at in (1, 2, 3, 4):
        wire.t_ns += 2 * S
        assert wire.received(f'{{"response_type": "ping_pong", "timestamp": {at}}}') == [Ping(str(at))]
        wire.sent(f'{{"interaction_type": "ping_pong", "timestamp": {at}}}')


def test_a_server_that_sends_our_times_back_is_answered_at_any_moment() -> None:
    wire = Wire()
    wire.sent('{"interaction_type": "ping_pong", "timestamp": 7000}')
    assert wire.received('{"response_type": "ping_pong", "timestamp": 7000}') == [Other("ping_pong")]
    wire.sent('{"interaction_type": "ping_pong", "timestamp": 9000}')
    assert wire.received('{"response_type": "ping_pong", "timestamp": 8001}') == [Ping("8001")]


@pytest.mark.parametrize(
    ("url", "dialled"),
    [
        ("wss://acme.test/llm-websocket", "wss://acme.test/llm-websocket/c-1"),
        ("wss://acme.test/llm-websocket/", "wss://acme.test/llm-websocket/c-1"),
        ("wss://acme.test", "wss://acme.test/c-1"),
        ("wss://acme.test/llm?tier=gold", "wss://acme.test/llm/c-1?tier=gold"),
    ],
)
def test_the_calls_id_is_the_end_of_the_path(url: str, dialled: str) -> None:
    assert Retell().dial(Dial(url), {}, "c-1").url == dialled


@pytest.mark.parametrize("options", [{"call": []}, {"calls": {}}])
def test_options_that_are_none_are_mistakes(options: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        RetellOptions.model_validate(options)


def test_a_server_answers_under_the_id_that_it_was_asked_under() -> None:
    agent = Retell().agent()
    assert agent.hear(asked(3, "agent: Hey", "user: Hi")) == (acts.Type("Hi"),)
    said = [Transcript("agent", "Hello.", True, "r1"), TurnDone("r1"), Transcript("agent", "And?", True, "r2")]
    frames = [json.loads(frame) for signal in said for frame in agent.say(signal)]
    assert frames == [
        json.loads(piece(3, "Hello.")),
        json.loads(piece(3, "", True)),
        {"response_type": "agent_interrupt", "interrupt_id": 1, "content": "And?", "content_complete": False,
         "end_call": False},
    ]  # fmt: skip


def test_a_server_begins_with_its_config_and_an_empty_begin_message() -> None:
    config, begin = (json.loads(frame) for frame in Retell().agent().say(Ready("s-1")))
    assert config["response_type"] == "config"
    assert begin == json.loads(piece(0, "", True))


def test_a_server_passes_over_what_asks_for_nothing() -> None:
    agent = Retell().agent()
    ping = '{"interaction_type": "ping_pong", "timestamp": 1703302428000}'
    update = '{"interaction_type": "update_only", "transcript": [], "turntaking": "user_turn"}'
    assert [agent.hear(each) for each in (ping, update, asked(1, "agent: Hey"))] == [(), (), ()]
    reminder = '{"interaction_type": "reminder_required", "response_id": 2, "transcript": []}'
    assert agent.hear(reminder) == ()
    clear, untold = '{"interaction_type": "clear"}', '{"interaction_type": "response_required", "response_id": 1}'
    for wrong in ("{}", clear, untold, "no json", b"\x00"):
        with pytest.raises(Illegal):
            agent.hear(wrong)


def test_ids_and_roles_stay_and_words_are_masked() -> None:
    changed = json.loads(Retell().rewrite(asked(1, "user: Hi"), lambda _, text: "***"))
    assert changed["transcript"] == [{"role": "user", "content": "***"}]
    assert json.loads(Retell().rewrite(RAN, lambda _, text: "***")) == {
        "response_type": "tool_call_result", "tool_call_id": "call_7", "content": '{"ok": true}',
    }  # fmt: skip
