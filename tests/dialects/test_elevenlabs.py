"""Literal messages of ElevenLabs: its pages on client events, its AsyncAPI examples, and its Python SDK."""

import base64
import json
from typing import Any

import pytest
from pydantic import ValidationError

from gate.core import acts
from gate.core.frames import Direction, Frame, Opcode
from gate.core.jsons import Json
from gate.core.plan import Dial, HttpFirst
from gate.core.signals import (
    Asked,
    AudioDone,
    AudioIn,
    AudioOut,
    Cancelled,
    Fault,
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
)
from gate.dialects.elevenlabs.dialect import ElevenLabs
from gate.dialects.elevenlabs.session import ElevenLabsOptions, initiation, settings_of
from gate.dialects.fields import Illegal

PCM = b"\x01\0\x02\0"
DATA = base64.b64encode(PCM).decode()
OPENED = {
    "type": "conversation_initiation_metadata",
    "conversation_initiation_metadata_event": {
        "conversation_id": "conv_123",
        "agent_output_audio_format": "pcm_44100",
        "user_input_audio_format": "pcm_16000",
    },
}


def seen(*messages: Any, sent: bool = False, **options: Any) -> list[tuple[Signal, ...]]:
    """What each message of one call means."""
    observer = ElevenLabs(ElevenLabsOptions.model_validate(options)).observer()
    direction = Direction.SENT if sent else Direction.RECEIVED
    texts = [message if isinstance(message, str) else json.dumps(message) for message in messages]
    return [observer.observe(Frame(direction, Opcode.TEXT, text, 0)) for text in texts]


def done(act: acts.Act, **options: Any) -> list[Any]:
    frames = ElevenLabs(ElevenLabsOptions.model_validate(options)).encoder().encode(act, 0)
    return [json.loads(frame) for frame in frames]


def audio(turn: Any) -> dict[str, Any]:
    return {"type": "audio", "audio_event": {"audio_base_64": DATA, "event_id": turn}}


def words(turn: int, text: str = "Hello") -> dict[str, Any]:
    return {"type": "agent_response", "agent_response_event": {"agent_response": text, "event_id": turn}}


def interruption(**event: Any) -> dict[str, Any]:
    return {"type": "interruption", "interruption_event": event}


@pytest.mark.parametrize(
    ("message", "signals"),
    [
        (OPENED, (Ready("conv_123"),)),
        ({"type": "ping", "ping_event": {"event_id": 123456, "ping_ms": 50}}, (Ping("123456"),)),
        ({"type": "ping", "ping_event": {"event_id": 1}}, (Ping("1"),)),
        (
            {"type": "user_transcript", "user_transcription_event": {"user_transcript": "Hello", "event_id": 4}},
            (Transcript("caller", "Hello", True),),
        ),
        (
            {
                "type": "tentative_user_transcript",
                "tentative_user_transcription_event": {"user_transcript": "Hel", "event_id": 4},
            },
            (Transcript("caller", "Hel", False),),
        ),
        (words(7), (ResponseStarted("7"), Transcript("agent", "Hello", True, "7"))),
        (
            {"type": "agent_response", "agent_response_event": {"agent_response": "Hello"}},
            (Transcript("agent", "Hello", True),),
        ),
        (audio(7), (ResponseStarted("7"), AudioOut(PCM, 16000, "7"))),
        ({"type": "audio", "audio_event": {"audio_base_64": "", "event_id": 7, "is_final": True}}, (Other("audio"),)),
        (
            {"type": "agent_chat_response_part", "text_response_part": {"text": "", "type": "start", "event_id": 7}},
            (ResponseStarted("7"),),
        ),
        (
            {"type": "agent_chat_response_part", "text_response_part": {"text": "He", "type": "delta", "event_id": 7}},
            (ResponseStarted("7"), Transcript("agent", "He", False, "7")),
        ),
        (
            {"type": "error", "error_event": {"code": 1008, "message": "no", "error_type": "override_error"}},
            (Fault("override_error", "no"),),
        ),
        ({"type": "error", "error_event": {"code": 1011, "reason": "down"}}, (Fault("1011", "down"),)),
        ({"type": "client_error", "error_event": {"code": 1002}}, (Fault("1002", ""),)),
        ({"type": "client_error", "client_error_event": {"message": "no"}}, (Fault(None, "no"),)),
        ({"type": "client_error", "code": 1002, "message": "no"}, (Fault("1002", "no"),)),
        ({"type": "client_error"}, (Fault(None, ""),)),
        ({"type": "vad_score", "vad_score_event": {"vad_score": 0.95}}, (Other("vad_score"),)),
        (
            {"type": "agent_response_complete", "agent_response_complete_event": {"event_id": 9}},
            (Other("agent_response_complete"),),
        ),
        ({"type": "something_new"}, (Other("something_new"),)),
    ],
)
def test_what_the_provider_says(message: Any, signals: tuple[Signal, ...]) -> None:
    assert seen(message) == [signals]


def test_a_correction_and_the_use_of_context_are_shown_as_they_are() -> None:
    correction: Json = {
        "type": "agent_response_correction",
        "agent_response_correction_event": {
            "original_agent_response": "Let me tell you about the complete history...",
            "corrected_agent_response": "Let me tell you about...",
            "event_id": 3,
        },
    }
    usage: Json = {"type": "context_usage", "context_usage_event": {"event_id": 3, "model": "m", "context_tokens": 9}}
    assert seen(correction, usage) == [(Metadata(correction),), (Metadata(usage),)]


def test_the_end_of_a_turn_is_known_where_the_agent_is_told_to_say_it() -> None:
    complete = {"type": "agent_response_complete", "agent_response_complete_event": {"event_id": 9}}
    assert seen(audio(9), complete, response_complete=True)[1] == (TurnDone("9"),)
    assert ElevenLabs(ElevenLabsOptions(response_complete=True)).capabilities.ends_turns
    assert not ElevenLabs().capabilities.ends_turns


def test_the_agents_audio_is_read_in_the_form_that_the_server_says() -> None:
    opened = json.loads(json.dumps(OPENED))
    assert seen(opened, audio(1))[1] == (ResponseStarted("1"), AudioOut(PCM, 44100, "1"))
    opened["conversation_initiation_metadata_event"]["agent_output_audio_format"] = "ulaw_8000"
    quiet = {"type": "audio", "audio_event": {"audio_base_64": base64.b64encode(b"\xff\xff").decode(), "event_id": 1}}
    assert seen(opened, quiet)[1] == (ResponseStarted("1"), AudioOut(bytes(4), 8000, "1"))


def test_a_server_that_wants_another_form_than_the_caller_speaks_is_told_with_what_to_write() -> None:
    ready, wrong = seen(OPENED, input_format="ulaw_8000")[0]
    assert ready == Ready("conv_123")
    assert isinstance(wrong, Violation)
    assert (
        "takes pcm_16000 from the caller, and the caller speaks ulaw_8000: write input_format: pcm_16000" in wrong.what
    )


def test_forms_that_nobody_knows_are_violations() -> None:
    event = OPENED["conversation_initiation_metadata_event"] | {"agent_output_audio_format": "mp3_44100"}  # type: ignore[operator]
    ready, wrong = seen({"type": OPENED["type"], "conversation_initiation_metadata_event": event})[0]
    assert ready == Ready("conv_123")
    assert isinstance(wrong, Violation)
    assert wrong.what.startswith("agent_output_audio_format is mp3_44100, one of pcm_8000")


def test_a_conversation_is_opened_once() -> None:
    assert isinstance(seen(OPENED, OPENED)[1][0], Violation)


def test_one_id_is_one_response_in_whatever_order_its_parts_come() -> None:
    assert seen(audio(37), words(37), audio(37), audio("117")) == [
        (ResponseStarted("37"), AudioOut(PCM, 16000, "37")),
        (Transcript("agent", "Hello", True, "37"),),
        (AudioOut(PCM, 16000, "37"),),
        (ResponseStarted("117"), AudioOut(PCM, 16000, "117")),
    ]


def test_audio_of_what_was_interrupted_is_late_and_its_words_are_not() -> None:
    found = seen(audio(236), interruption(event_id=274), audio(236), words(236), audio(280))
    assert found[1:] == [
        (Cancelled("236"),),
        (Other("late audio"),),
        (Transcript("agent", "Hello", True, "236"),),
        (ResponseStarted("280"), AudioOut(PCM, 16000, "280")),
    ]


def test_an_interruption_that_names_the_response_cuts_that_one() -> None:
    assert seen(audio(5), interruption(event_id=5), audio(5), audio(6))[1:] == [
        (Cancelled("5"),), (Other("late audio"),), (ResponseStarted("6"), AudioOut(PCM, 16000, "6"))
    ]  # fmt: skip


def test_an_interruption_that_names_the_reply_to_come_does_not_silence_it() -> None:
    assert seen(audio(5), interruption(event_id=8), audio(5), audio(8))[2:] == [
        (Other("late audio"),), (ResponseStarted("8"), AudioOut(PCM, 16000, "8"))
    ]  # fmt: skip


def test_an_interruption_that_names_an_older_response_cuts_that_one_and_no_newer() -> None:
    assert seen(audio(1), audio(3), interruption(event_id=1), audio(1), audio(3))[2:] == [
        (Cancelled("1"),), (Other("late audio"),), (AudioOut(PCM, 16000, "3"),)
    ]  # fmt: skip
    assert seen(audio(1), audio(3), interruption(event_id=2), audio(3))[2:] == [
        (Cancelled("2"),), (AudioOut(PCM, 16000, "3"),)
    ]  # fmt: skip


def test_an_interruption_without_an_id_cuts_what_was_said_last() -> None:
    found = seen(audio(5), interruption(reason="user interrupt"), audio(5), audio(6))
    assert found[1:3] == [(Cancelled("5"),), (Other("late audio"),)]
    assert found[3][0] == ResponseStarted("6")
    assert seen(interruption(reason="user interrupt")) == [(Cancelled(None),)]


CALL = {
    "type": "client_tool_call",
    "client_tool_call": {
        "tool_name": "check_account_status",
        "tool_call_id": "tool_call_123",
        "parameters": {"user_id": "user_123"},
        "event_id": 4,
    },
}


def tool(kind: str, tool_type: str, **more: Any) -> dict[str, Any]:
    about = {"tool_name": "lookup_kb", "tool_call_id": "call_1", "tool_type": tool_type, "event_id": 7}
    return {"type": kind, kind: about | more}


def test_a_call_of_the_clients_tool_is_one_whatever_the_number_of_messages_about_it() -> None:
    asked = tool("agent_tool_request", "client", tool_call_id="tool_call_123")
    answered = tool("agent_tool_response", "client", tool_call_id="tool_call_123", is_error=False, is_called=True)
    call = ToolCall("tool_call_123", "check_account_status", {"user_id": "user_123"}, '{"user_id":"user_123"}')
    assert [each for found in seen(asked, CALL, CALL, answered) for each in found if not isinstance(each, Other)] == [
        call
    ]


def test_tools_that_run_at_the_provider_are_shown_and_not_answered() -> None:
    full = {"is_error": False, "is_called": True, "full_tool_result": '{"sources":[1]}', "truncated": False}
    found = seen(
        tool("agent_tool_request", "webhook"),
        tool("agent_tool_response_full_payload", "webhook", **full),
        tool("agent_tool_response", "webhook", is_error=False, is_called=True),
    )
    assert found == [
        (ToolCall("call_1", "lookup_kb", None, ours=False),),
        (ToolResult("call_1", "lookup_kb", {"sources": [1]}),),
        (Other("agent_tool_response"),),
    ]
    failed = tool("agent_tool_response", "mcp", is_error=True, is_called=True)
    assert seen(failed) == [(ToolResult("call_1", "lookup_kb", None, "the tool failed"),)]


def test_a_full_result_behind_the_short_message_is_told_and_once() -> None:
    short = tool("agent_tool_response", "webhook", is_error=False, is_called=True)
    full = tool("agent_tool_response_full_payload", "webhook", is_error=False, is_called=True, full_tool_result="[1]")
    assert seen(short, short, full, full, short) == [
        (ToolResult("call_1", "lookup_kb"),),
        (Other("agent_tool_response"),),
        (ToolResult("call_1", "lookup_kb", [1]),),
        (Other("agent_tool_response_full_payload"),),
        (Other("agent_tool_response"),),
    ]


def test_a_tool_that_was_never_run_has_no_result() -> None:
    not_run = tool("agent_tool_response", "webhook", is_error=False, is_called=False)
    assert seen(not_run) == [(Other("agent_tool_response"),)]
    assert seen(not_run | {"agent_tool_response": not_run["agent_tool_response"] | {"is_error": True}}) == [
        (ToolResult("call_1", "lookup_kb", None, "the tool failed"),)
    ]


def test_a_tool_of_an_mcp_server_is_one_call_through_all_of_its_states() -> None:
    about = {"service_id": "s", "tool_call_id": "m1", "tool_name": "find", "parameters": {"q": 1}, "timestamp": "t"}
    loading, success, failure = (
        {"type": "mcp_tool_call", "mcp_tool_call": about | state}
        for state in (
            {"state": "loading"},
            {"state": "success", "result": [{"type": "text", "text": "x"}]},
            {"state": "failure", "error_message": "down"},
        )
    )
    assert seen(loading, success) == [
        (ToolCall("m1", "find", {"q": 1}, '{"q":1}', ours=False),),
        (ToolResult("m1", "find", [{"type": "text", "text": "x"}]),),
    ]
    assert seen(loading, failure)[1] == (ToolResult("m1", "find", None, "down"),)


@pytest.mark.parametrize(
    ("message", "what"),
    [
        ({"type": "audio"}, "audio_event is no object"),
        ({"type": "audio", "audio_event": {"audio_base_64": DATA}}, "event_id is no whole number"),
        ({"type": "audio", "audio_event": {"audio_base_64": "A", "event_id": 1}}, "audio_base_64 is not base64"),
        (
            {"type": "audio", "audio_event": {"audio_base_64": "AAAA", "event_id": 1}},
            "audio of 3 bytes is no whole number of 16-bit samples",
        ),
        ({"type": "ping", "ping_event": {"event_id": True}}, "event_id is no whole number"),
        ({"type": "ping", "ping_event": {"event_id": "x"}}, "event_id is no whole number"),
        ({"type": "user_transcript", "user_transcript": "old"}, "user_transcription_event is no object"),
        (
            {"type": "client_tool_call", "client_tool_call": {"tool_name": "t"}},
            "tool_call_id is missing, a text is due",
        ),
        ({"no": "type"}, "type is missing, a text is due"),
    ],
)
def test_what_the_protocol_does_not_allow_is_a_violation(message: Any, what: str) -> None:
    assert seen(message) == [(Violation(what),)]


def test_a_binary_frame_is_a_violation() -> None:
    (found,) = ElevenLabs().observer().observe(Frame(Direction.RECEIVED, Opcode.BINARY, PCM, 0))
    assert isinstance(found, Violation)


@pytest.mark.parametrize(
    ("act", "message"),
    [
        (acts.Speak(PCM), {"user_audio_chunk": DATA}),
        (acts.Hush(2), {"user_audio_chunk": base64.b64encode(bytes(4)).decode()}),
        (acts.Type("I would like to upgrade"), {"type": "user_message", "text": "I would like to upgrade"}),
        (acts.Pong("12345"), {"type": "pong", "event_id": 12345}),
        (
            acts.Answer("c1", "n", "Account is active"),
            {"type": "client_tool_result", "tool_call_id": "c1", "result": "Account is active", "is_error": False},
        ),
        (
            acts.Answer("c1", "n", {"id": "A-17"}),
            {"type": "client_tool_result", "tool_call_id": "c1", "result": '{"id":"A-17"}', "is_error": False},
        ),
        (
            acts.Answer("c1", "n", None, "read-only"),
            {"type": "client_tool_result", "tool_call_id": "c1", "result": "read-only", "is_error": True},
        ),
    ],
)
def test_what_the_gate_does_as_a_message(act: acts.Act, message: Any) -> None:
    assert done(act) == [message]


@pytest.mark.parametrize(
    "act", [acts.Respond(), acts.Interrupt(), acts.Truncate("i", 1.0), acts.Cleared(), acts.HangUp()]
)
def test_what_the_provider_has_no_word_for_is_not_said(act: acts.Act) -> None:
    assert done(act) == []


def test_the_callers_audio_in_mu_law() -> None:
    assert done(acts.Hush(2), input_format="ulaw_8000") == [
        {"user_audio_chunk": base64.b64encode(b"\xff\xff").decode()}
    ]
    assert ElevenLabs(ElevenLabsOptions(input_format="ulaw_8000")).capabilities.input_rate_hz == 8000


SETTINGS = {
    "model": "gpt-4o",
    "voice": "21m00Tcm4TlvDq8ikWAM",
    "language": "en",
    "system_prompt": "You are a helpful customer support agent named Alexis.",
    "first_message": "Hi, I'm Alexis.",
    "metadata": {"user_name": "John", "vip": True, "cart": ["a"]},
}
ASKED = {
    "type": "conversation_initiation_client_data",
    "conversation_config_override": {
        "agent": {
            "prompt": {"llm": "gpt-4o", "prompt": "You are a helpful customer support agent named Alexis."},
            "first_message": "Hi, I'm Alexis.",
            "language": "en",
        },
        "tts": {"voice_id": "21m00Tcm4TlvDq8ikWAM"},
    },
    "dynamic_variables": {"user_name": "John", "vip": True},
    "custom_llm_extra_body": {"cart": ["a"]},
}


def test_the_settings_stand_where_the_provider_has_them_and_are_read_from_there() -> None:
    assert done(acts.Configure(SETTINGS)) == [ASKED]  # type: ignore[arg-type]
    assert seen(ASKED, sent=True) == [(Asked(SETTINGS),)]  # type: ignore[arg-type]


def test_the_first_message_is_sent_where_nothing_is_asked_for_too() -> None:
    assert done(acts.Configure({})) == [{"type": "conversation_initiation_client_data"}]


def test_what_has_no_name_here_is_laid_over_the_first_message() -> None:
    mocks = {"mocking_strategy": "selected", "mocked_tool_names": ["book"], "fallback_strategy": "raise_error"}
    more = {"tool_mock_config": mocks, "conversation_config_override": {"tts": {"speed": 1.1, "voice_id": "other"}}}
    (message,) = done(acts.Configure({"voice": "mine", "language": "en"}), session=more)
    assert message["tool_mock_config"] == mocks
    assert message["conversation_config_override"] == {
        "agent": {"language": "en"}, "tts": {"voice_id": "other", "speed": 1.1}
    }  # fmt: skip
    assert settings_of(message) == {"language": "en", "voice": "other"}


def test_settings_of_the_wrong_shape_are_a_violation() -> None:
    wrong = {"type": "conversation_initiation_client_data", "dynamic_variables": []}
    assert seen(wrong, sent=True) == [(Violation("dynamic_variables is no object"),)]


def test_what_the_gate_sent_is_read_again() -> None:
    answer = {"type": "client_tool_result", "tool_call_id": "c1", "result": '{"id":"A-17"}', "is_error": False}
    assert seen(
        {"user_audio_chunk": DATA},
        {"type": "user_message", "text": "hi"},
        answer,
        answer | {"result": "plain"},
        answer | {"result": "read-only", "is_error": True},
        {"type": "pong", "event_id": 1},
        {"type": "user_activity"},
        sent=True,
    ) == [
        (AudioIn(PCM, 16000),),
        (Typed("hi"),),
        (ToolResult("c1", "", {"id": "A-17"}),),
        (ToolResult("c1", "", "plain"),),
        (ToolResult("c1", "", None, "read-only"),),
        (Other("pong"),),
        (Other("user_activity"),),
    ]


def test_the_agent_is_named_in_the_address_and_what_the_url_says_stays() -> None:
    dialect = ElevenLabs(ElevenLabsOptions(agent_id="agent_1", environment="staging"))
    dial = dialect.dial(Dial("wss://api.elevenlabs.io/v1/convai/conversation"), {}, "")
    assert dial.query == (("agent_id", "agent_1"), ("environment", "staging"))
    explicit = Dial("wss://api.elevenlabs.io/v1/convai/conversation?agent_id=agent_2", query=(("token", "t"),))
    assert dialect.dial(explicit, {}, "").query == (("environment", "staging"), ("token", "t"))


def test_a_signed_address_is_asked_for_with_the_agents_name() -> None:
    asked = HttpFirst("https://api.elevenlabs.io/v1/convai/conversation/get-signed-url", "signed_url", "GET")
    dialect = ElevenLabs(ElevenLabsOptions(agent_id="agent 1"), http_first=True)
    dial = dialect.dial(Dial("", http=asked), {}, "")
    assert dial.http is not None
    assert dial.http.url == "https://api.elevenlabs.io/v1/convai/conversation/get-signed-url?agent_id=agent%201"
    assert dial.query == ()
    assert ElevenLabs.url_path == "signed_url"


@pytest.mark.parametrize("wrong", [{"input_format": "mp3_44100"}, {"agent_id": ""}, {"agent": "a"}, {"session": []}])
def test_mistakes_in_the_options_are_told(wrong: Any) -> None:
    with pytest.raises(ValidationError):
        ElevenLabsOptions.model_validate(wrong)


def test_words_spelt_letter_by_letter_are_hidden_as_a_whole() -> None:
    event = {
        "audio_base_64": DATA,
        "event_id": 1,
        "alignment": {"chars": list("pin 1234"), "char_start_times_ms": [0] * 8, "char_durations_ms": [1] * 8},
    }
    dialect = ElevenLabs()
    hidden = json.loads(dialect.rewrite(json.dumps({"type": "audio", "audio_event": event}), mask))
    assert hidden["audio_event"]["alignment"]["chars"] == ["*"] * 8
    event["alignment"] |= {"chars": list("pin 5678")}  # type: ignore[operator]
    kept = json.loads(dialect.rewrite(json.dumps({"type": "audio", "audio_event": event}), mask))
    assert kept["audio_event"] == event


def mask(_path: str, text: str) -> str:
    return text.replace("1234", "***")


def test_words_that_look_like_names_of_the_protocol_are_hidden() -> None:
    call = json.loads(json.dumps(CALL))
    call["client_tool_call"]["parameters"] = {"type": "1234", "state": {"tool_call_id": "1234"}}
    answer = {"type": "client_tool_result", "tool_call_id": "1234", "result": '{"type":"1234"}', "is_error": False}
    assert "1234" not in str(ElevenLabs().rewrite(json.dumps(call), mask))
    assert json.loads(ElevenLabs().rewrite(json.dumps(answer), mask)) == answer | {"result": '{"type":"***"}'}


class TestTheAgentsHalf:
    def test_it_opens_a_conversation_and_asks_for_a_pong(self) -> None:
        agent = ElevenLabs().agent()
        opened, ping = (json.loads(frame) for frame in agent.say(Ready("s-1")))
        assert opened["conversation_initiation_metadata_event"] == {
            "conversation_id": "s-1", "agent_output_audio_format": "pcm_16000", "user_input_audio_format": "pcm_16000"
        }  # fmt: skip
        assert ping == {"type": "ping", "ping_event": {"event_id": 1, "ping_ms": None}}
        assert agent.hear('{"type":"pong","event_id":1}') == ()
        with pytest.raises(Illegal, match="not waiting"):
            agent.hear('{"type":"pong","event_id":1}')

    def test_a_question_and_its_answer_have_one_id_and_an_interruption_a_later_one(self) -> None:
        agent = ElevenLabs().agent()
        said: list[Signal] = [
            Transcript("caller", "hi", True), ResponseStarted("r1"), Transcript("agent", "Hello", True, "r1"),
            AudioOut(PCM * 400, 16000, "r1"), Cancelled("r1"), ResponseStarted("r2"), AudioOut(PCM * 400, 16000, "r2"),
            AudioDone("r2"), TurnDone("r2"),
        ]  # fmt: skip
        frames = [json.loads(frame) for signal in said for frame in agent.say(signal)]
        ids = {frame["type"]: [] for frame in frames}  # type: ignore[var-annotated]
        for frame in frames:
            ids[frame["type"]].append(next(event["event_id"] for event in frame.values() if isinstance(event, dict)))
        assert set(ids["audio"]) == {1, 3}
        assert (ids["user_transcript"], ids["agent_response"], ids["interruption"]) == ([1], [1], [2])
        assert set(ids) == {"user_transcript", "agent_response", "audio", "interruption"}

    def test_it_hears_what_a_client_of_the_providers_says(self) -> None:
        agent = ElevenLabs().agent()
        assert agent.hear(json.dumps({"user_audio_chunk": DATA})) == (acts.Speak(PCM),)
        assert agent.hear(json.dumps(ASKED)) == (acts.Configure(SETTINGS),)  # type: ignore[arg-type]
        failed = {"type": "client_tool_result", "tool_call_id": "c", "result": "x", "is_error": True}
        assert agent.hear(json.dumps(failed)) == (acts.Answer("c", "", None, "x"),)
        assert agent.hear('{"type":"contextual_update","text":"User is viewing the pricing page"}') == ()
        for illegal in (
            '{"type":"no such"}',
            "{",
            b"\x01",
            json.dumps({k: v for k, v in failed.items() if k != "is_error"}),
        ):
            with pytest.raises(Illegal):
                agent.hear(illegal)

    def test_what_was_asked_and_what_was_heard_are_the_same_settings(self) -> None:
        message = json.dumps(initiation(SETTINGS, ElevenLabsOptions()))  # type: ignore[arg-type]
        assert ElevenLabs().agent().hear(message) == (acts.Configure(SETTINGS),)  # type: ignore[arg-type]
