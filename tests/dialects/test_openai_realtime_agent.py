import json
from typing import Any

import pytest

from gate.core import acts
from gate.core.signals import (
    AudioDone,
    AudioOut,
    Cancelled,
    Configured,
    Fault,
    InputAccepted,
    Ready,
    ResponseStarted,
    Signal,
    SpeechStarted,
    SpeechStopped,
    ToolCall,
    Transcript,
    TurnDone,
)
from gate.dialects.fields import Illegal
from gate.dialects.openai_realtime.agent import Agent
from gate.dialects.openai_realtime.dialect import OpenAIRealtime, OpenAIRealtimeOptions

HELLO = '{"type":"conversation.item.create","item":{"type":"message","role":"user","content":[{"type":"input_text","text":"Hi"}]}}'  # noqa: E501
OUTPUT = '{"type":"conversation.item.create","item":{"type":"function_call_output","call_id":"call_1","output":"{}"}}'
RESPOND = '{"type":"response.create"}'
PCM = bytes(3200)  # 100 ms at 16 kHz


def agent(**options: Any) -> Agent:
    return OpenAIRealtime(OpenAIRealtimeOptions.model_validate(options)).agent()


def said(half: Agent, *signals: Signal) -> list[Any]:
    return [json.loads(frame) for signal in signals for frame in half.say(signal)]


def kinds(messages: list[Any]) -> list[str]:
    return [message["type"] for message in messages]


def update(**session: Any) -> str:
    return json.dumps({"type": "session.update", "session": session})


def truncate(item_id: str, end_ms: Any, content_index: int = 0) -> str:
    message = {"item_id": item_id, "content_index": content_index, "audio_end_ms": end_ms}
    return json.dumps({"type": "conversation.item.truncate", **message})


def test_a_tools_answer_counts_only_once_a_response_is_asked_for() -> None:
    half = agent()
    assert half.hear(OUTPUT) == ()
    assert half.hear(HELLO) == ()
    assert half.hear(RESPOND) == (acts.Answer("call_1", "", {}), acts.Type("Hi"))
    assert half.hear(RESPOND) == ()


def test_a_response_that_is_asked_for_while_one_is_open_is_refused_and_what_waited_stays() -> None:
    half = agent()
    said(half, ResponseStarted("r1"))
    half.hear(OUTPUT)
    (refusal,) = half.hear(RESPOND)
    assert isinstance(refusal, acts.Send)
    told = json.loads(refusal.frame)
    assert told["type"] == "error"
    assert told["error"]["code"] == "conversation_already_has_active_response"
    said(half, TurnDone("r1"))
    assert half.hear(RESPOND) == (acts.Answer("call_1", "", {}),)


@pytest.mark.parametrize("end", [TurnDone("r1"), Cancelled("r1")])
def test_words_behind_the_end_of_a_response_open_none(end: Signal) -> None:
    half = agent()
    said(half, ResponseStarted("r1"), end, Transcript("agent", "late", True, "r1"))
    half.hear(HELLO)
    assert half.hear(RESPOND) == (acts.Type("Hi"),)


@pytest.mark.parametrize(
    ("message", "why"),
    [
        (update(voice="marin"), "session.type"),
        (update(type="realtime", voice="marin"), "Unknown parameter: 'session.voice'"),
        (update(type="realtime", input_audio_format="pcm16"), "Unknown parameter: 'session.input_audio_format'"),
        (update(type="realtime", audio={"input": {"format": {"type": "audio/pcm", "rate": 16000}}}),
         "this agent speaks"),
        (update(type="realtime", audio={"output": {"format": {"type": "audio/pcmu"}}}), "this agent speaks"),
        ('{"type":"input_audio_buffer.append","audio":"!"}', "not base64"),
        ('{"type":"input_audio_buffer.append"}', "audio is missing"),
        ('{"type":"response.make"}', "no type of a client event"),
        ('{"type":"conversation.item.create","item":{"type":"poem"}}', "no type of an item"),
        ('{"type":"conversation.item.create"}', "no type of an item"),
        (truncate("item_r9", 1), "no audio under item_id"),
        ("garbage", "not JSON"),
        (b"\0\0", "binary"),
    ],
)  # fmt: skip
def test_what_openai_would_answer_with_an_error_is_illegal(message: str | bytes, why: str) -> None:
    with pytest.raises(Illegal, match=why):
        agent().hear(message)


def test_a_beta_agent_wants_no_type_of_session() -> None:
    (heard,) = agent(shape="beta").hear(update(voice="echo", input_audio_format="pcm16", modalities=["text", "audio"]))
    assert heard == acts.Configure({"voice": "echo", "modalities": ["text", "audio"]})


def test_an_update_changes_only_what_it_says() -> None:
    half = agent()
    half.hear(update(type="realtime", instructions="A", audio={"output": {"voice": "marin"}}))
    (heard,) = half.hear(update(type="realtime", instructions="B"))
    assert heard == acts.Configure({"system_prompt": "B", "voice": "marin"})


@pytest.mark.parametrize(("end_ms", "content_index"), [(101, 0), (-1, 0), (50.5, 0), ("50", 0), (None, 0), (50, 1)])
def test_a_truncation_beyond_what_was_sent_is_illegal(end_ms: Any, content_index: int) -> None:
    half = agent()
    said(half, ResponseStarted("r1"), AudioOut(PCM, 16000, "r1"), AudioDone("r1"))
    with pytest.raises(Illegal):
        half.hear(truncate("item_r1", end_ms, content_index))


def test_a_truncated_item_is_shorter_from_then_on() -> None:
    half = agent()
    said(half, ResponseStarted("r1"), AudioOut(PCM, 16000, "r1"), AudioDone("r1"))
    assert half.hear(truncate("item_r1", 100)) == ()
    assert half.hear(truncate("item_r1", 60)) == ()
    with pytest.raises(Illegal, match="Audio content of 60ms is already shorter than 61ms"):
        half.hear(truncate("item_r1", 61))


def test_a_response_goes_out_in_openais_order() -> None:
    half = agent()
    found = said(half, ResponseStarted("r1"), Transcript("agent", "Hello.", True, "r1"), AudioOut(PCM, 16000, "r1"),
                 AudioDone("r1"), TurnDone("r1"))  # fmt: skip
    assert kinds(found) == [
        "response.created", "rate_limits.updated", "response.output_item.added", "conversation.item.added",
        "response.content_part.added", "response.output_audio_transcript.done", "response.output_audio.delta",
        "response.output_audio.delta", "response.output_audio.done", "response.content_part.done",
        "response.output_item.done", "conversation.item.done", "response.done",
    ]  # fmt: skip
    assert [message["event_id"] for message in found] == [f"event_{n}" for n in range(1, 14)]
    message = {
        "id": "item_r1", "object": "realtime.item", "type": "message", "status": "completed", "role": "assistant",
        "content": [{"type": "output_audio", "transcript": "Hello."}],
    }  # fmt: skip
    assert found[-1]["response"]["output"] == [message]
    assert found[-1]["response"]["status"] == "completed"


def test_the_beta_says_the_same_with_its_own_names() -> None:
    half = agent(shape="beta")
    found = said(half, ResponseStarted("r1"), Transcript("agent", "Hello.", True, "r1"), AudioOut(PCM, 16000, "r1"),
                 AudioDone("r1"), TurnDone("r1"))  # fmt: skip
    assert kinds(found) == [
        "response.created", "rate_limits.updated", "response.output_item.added", "conversation.item.created",
        "response.content_part.added", "response.audio_transcript.done", "response.audio.delta",
        "response.audio.delta", "response.audio.done", "response.content_part.done", "response.output_item.done",
        "response.done",
    ]  # fmt: skip
    assert found[-1]["response"]["output"][0]["content"] == [{"type": "audio", "transcript": "Hello."}]
    assert found[-1]["response"]["modalities"] == ["text", "audio"]


def test_a_call_is_a_response_of_its_own_unless_one_is_open() -> None:
    call = ToolCall("call_1", "f", {"a": 1})
    alone = said(agent(), call)
    assert kinds(alone) == [
        "response.created", "rate_limits.updated", "response.output_item.added", "conversation.item.added",
        "response.function_call_arguments.delta", "response.function_call_arguments.done",
        "response.output_item.done", "conversation.item.done", "response.done",
    ]  # fmt: skip
    item = {"id": "item_call_1", "object": "realtime.item", "type": "function_call", "status": "completed",
            "call_id": "call_1", "name": "f", "arguments": '{"a":1}'}  # fmt: skip
    assert (alone[5]["name"], alone[5]["arguments"]) == ("f", '{"a":1}')
    assert alone[6]["item"] == item
    assert alone[-1]["response"]["output"] == [item]
    half = agent()
    within = said(half, ResponseStarted("r1"), call)[5:]
    assert kinds(within) == kinds(alone)[2:-1]
    assert {message["output_index"] for message in within if "output_index" in message} == {1}
    assert [one["id"] for one in said(half, TurnDone("r1"))[-1]["response"]["output"]] == ["item_r1", "item_call_1"]


def test_an_interruption_cuts_the_response_and_says_why() -> None:
    half = agent()
    said(half, ResponseStarted("r1"), Transcript("agent", "Hello.", True, "r1"))
    found = said(half, SpeechStarted(), Cancelled("r1"))
    assert kinds(found) == [
        "input_audio_buffer.speech_started", "response.content_part.done", "response.output_item.done",
        "conversation.item.done", "response.done",
    ]  # fmt: skip
    assert found[-1]["response"]["status"] == "cancelled"
    assert found[-1]["response"]["status_details"] == {"type": "cancelled", "reason": "turn_detected"}
    assert found[2]["item"]["status"] == "incomplete"


def test_a_response_that_is_over_is_not_cancelled_again() -> None:
    half = agent()
    said(half, ResponseStarted("r1"), TurnDone("r1"))
    assert said(half, Cancelled("r1")) == []


def test_speech_is_committed_when_it_ends_and_only_then() -> None:
    """OpenAI acknowledges no audio by itself (openai SDK, InputAudioBufferAppendEvent)."""
    half = agent()
    half.hear(json.dumps({"type": "input_audio_buffer.append", "audio": "AAAA" * 1600}))  # 100 ms at 24 kHz
    assert said(half, InputAccepted()) == []
    found = said(half, SpeechStarted(), SpeechStopped(), Transcript("caller", "Hello?", True))
    assert [(message["type"], message.get("item_id")) for message in found] == [
        ("input_audio_buffer.speech_started", "item_caller_1"),
        ("input_audio_buffer.speech_stopped", "item_caller_1"),
        ("input_audio_buffer.committed", "item_caller_1"),
        ("conversation.item.added", None),
        ("conversation.item.done", None),
        ("conversation.item.input_audio_transcription.completed", "item_caller_1"),
    ]
    assert (found[0]["audio_start_ms"], found[1]["audio_end_ms"]) == (100, 100)
    assert found[-1]["usage"] == {"type": "duration", "seconds": 0.1}


def test_the_session_in_force_is_whole_and_shows_what_was_applied() -> None:
    half = agent()
    (created, updated) = said(half, Ready("s-1"), Configured({"voice": "standard", "language": "en", "tools": []}))
    assert created["session"]["id"] == updated["session"]["id"] == "s-1"
    assert updated["session"]["audio"] == {
        "input": {
            "format": {"type": "audio/pcm", "rate": 24000},
            "transcription": {"model": "gpt-4o-mini-transcribe", "language": "en"},
            "turn_detection": {
                "type": "server_vad", "threshold": 0.5, "prefix_padding_ms": 300, "silence_duration_ms": 500,
                "create_response": True, "interrupt_response": True,
            },
        },
        "output": {"format": {"type": "audio/pcm", "rate": 24000}, "voice": "standard"},
    }  # fmt: skip


def test_an_error_has_every_field() -> None:
    (found,) = said(agent(), Fault("bad_message", "not JSON"))
    assert found == {
        "type": "error", "event_id": "event_1", "error": {
            "type": "invalid_request_error", "code": "bad_message", "message": "not JSON", "param": None,
            "event_id": None},
    }  # fmt: skip


def test_a_client_may_cancel() -> None:
    assert agent().hear('{"type":"response.cancel","response_id":"r1"}') == (acts.Interrupt(),)


@pytest.mark.parametrize("kind", ["input_audio_buffer.commit", "input_audio_buffer.clear", "conversation.item.delete"])
def test_what_the_mind_has_no_use_for_is_taken_in_silence(kind: str) -> None:
    assert agent().hear(json.dumps({"type": kind})) == ()
