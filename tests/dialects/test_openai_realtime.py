import base64
import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from gate.checks.session import ConfiguredAsAsked
from gate.core import acts
from gate.core.findings import Finding, Layer, Verdict
from gate.core.frames import Direction, Frame, Opcode
from gate.core.signals import (
    Asked,
    AudioDone,
    AudioIn,
    AudioOut,
    Cancelled,
    Configured,
    Fault,
    InputAccepted,
    Metadata,
    Other,
    Ready,
    ResponseStarted,
    Signal,
    SpeechStarted,
    SpeechStopped,
    ToolCall,
    ToolResult,
    Transcript,
    TurnDone,
    Typed,
    Violation,
)
from gate.dialects.openai_realtime.dialect import OpenAIRealtime, OpenAIRealtimeOptions
from tests.checks.notation import ask, ended, frame, upgrade


def dialect(**options: Any) -> OpenAIRealtime:
    return OpenAIRealtime(OpenAIRealtimeOptions.model_validate(options))


def observed(*messages: str, on: OpenAIRealtime | None = None, sent: bool = False) -> list[tuple[Signal, ...]]:
    observer = (on or dialect()).observer()
    direction = Direction.SENT if sent else Direction.RECEIVED
    return [observer.observe(Frame(direction, Opcode.TEXT, message, 0)) for message in messages]


def seen(message: str, on: OpenAIRealtime | None = None, *, sent: bool = False) -> tuple[Signal, ...]:
    return observed(message, on=on, sent=sent)[0]


def sends(act: acts.Act, on: OpenAIRealtime | None = None) -> list[Any]:
    return [json.loads(data) for data in (on or dialect()).encoder().encode(act, 0)]


# Messages as OpenAI sends them: the API reference, and the types of the openai SDK (types/realtime).

CREATED = """{"type":"session.created","event_id":"event_C9G5RJeJ2gF77mV7f2B1j","session":{"type":"realtime",
 "object":"realtime.session","id":"sess_C9G5QPteg4UIbotdKLoYQ","model":"gpt-realtime-2025-08-28",
 "output_modalities":["audio"],"instructions":"Your knowledge cutoff is 2023-10.","tools":[],"tool_choice":"auto",
 "max_output_tokens":"inf","tracing":null,"prompt":null,"expires_at":1756324625,"audio":{"input":{
 "format":{"type":"audio/pcm","rate":24000},"transcription":null,"noise_reduction":null,"turn_detection":{
 "type":"server_vad","threshold":0.5,"prefix_padding_ms":300,"silence_duration_ms":200,"idle_timeout_ms":null,
 "create_response":true,"interrupt_response":true}},"output":{"format":{"type":"audio/pcm","rate":24000},
 "voice":"marin","speed":1}},"include":null}}"""
UPDATED = CREATED.replace("session.created", "session.updated").replace(
    '"transcription":null', '"transcription":{"model":"gpt-4o-mini-transcribe","language":"en","prompt":null}'
)
SPEECH_STARTED = """{"type":"input_audio_buffer.speech_started","event_id":"event_1516","audio_start_ms":1000,
 "item_id":"msg_003"}"""
AUDIO_DELTA = """{"type":"response.output_audio.delta","event_id":"event_4950","response_id":"resp_001",
 "item_id":"msg_008","output_index":0,"content_index":0,"delta":"AQACAA=="}"""
ARGUMENTS_DONE = """{"type":"response.function_call_arguments.done","event_id":"event_5556","response_id":"resp_002",
 "item_id":"fc_001","output_index":0,"call_id":"call_001","name":"get_weather",
 "arguments":"{\\"location\\": \\"San Francisco\\"}"}"""
ITEM = """{"id":"fc_001","object":"realtime.item","type":"function_call","status":"completed","call_id":"call_001",
 "name":"get_weather","arguments":"{\\"location\\": \\"San Francisco\\"}"}"""
ITEM_DONE = f"""{{"type":"response.output_item.done","event_id":"event_3637","response_id":"resp_002","output_index":0,
 "item":{ITEM}}}"""
RESPONSE_DONE = f"""{{"type":"response.done","event_id":"event_3132","response":{{"object":"realtime.response",
 "id":"resp_002","status":"completed","status_details":null,"output":[{ITEM}],"conversation_id":"conv_1",
 "output_modalities":["audio"],"usage":null,"metadata":null}}}}"""
CALL = ToolCall("call_001", "get_weather", {"location": "San Francisco"}, '{"location": "San Francisco"}')


def response_done(status: str, details: str, output: str = "[]") -> str:
    return (
        f'{{"type":"response.done","event_id":"event_2","response":{{"object":"realtime.response","id":"resp_2",'
        f'"status":"{status}","status_details":{details},"output":{output}}}}}'
    )


@pytest.mark.parametrize(
    ("message", "signals"),
    [
        (CREATED, (Ready("sess_C9G5QPteg4UIbotdKLoYQ"),)),
        (SPEECH_STARTED, (SpeechStarted(interrupts=True),)),
        ('{"type":"input_audio_buffer.speech_stopped","event_id":"event_1718","audio_end_ms":2000,"item_id":"msg_003"}',
         (SpeechStopped(),)),
        (('{"type":"input_audio_buffer.committed","event_id":"event_1121","previous_item_id":"msg_001",'
         '"item_id":"msg_002"}'), (InputAccepted(),)),
        (('{"type":"conversation.item.input_audio_transcription.delta","event_id":"event_001","item_id":"item_001",'
         '"content_index":0,"delta":"Hello,"}'), (Transcript("caller", "Hello,", False),)),
        (('{"type":"conversation.item.input_audio_transcription.completed","event_id":"event_2122","item_id":"msg_003",'
         '"content_index":0,"transcript":"Hello, how are you?","usage":{"type":"duration","seconds":4}}'),
         (Transcript("caller", "Hello, how are you?", True),)),
        (('{"type":"conversation.item.input_audio_transcription.failed","event_id":"event_2324","item_id":"msg_003",'
         '"content_index":0,"error":{"type":"transcription_error","code":"audio_unintelligible",'
         '"message":"The audio could not be transcribed.","param":null}}'),
         (Fault("audio_unintelligible", "The audio could not be transcribed."),)),
        (('{"type":"response.created","event_id":"event_2930","response":{"object":"realtime.response","id":"resp_001",'
         '"status":"in_progress","status_details":null,"output":[],"usage":null}}'), (ResponseStarted("resp_001"),)),
        (('{"type":"response.output_audio_transcript.delta","event_id":"event_4546","response_id":"resp_001",'
         '"item_id":"msg_008","output_index":0,"content_index":0,"delta":"Hello, how can I a"}'),
         (Transcript("agent", "Hello, how can I a", False, "resp_001"),)),
        (('{"type":"response.output_audio_transcript.done","event_id":"event_4748","response_id":"resp_001",'
         '"item_id":"msg_008","output_index":0,"content_index":0,"transcript":"Hello, how can I assist you today?"}'),
         (Transcript("agent", "Hello, how can I assist you today?", True, "resp_001"),)),
        (('{"type":"response.output_text.delta","event_id":"event_4142","response_id":"resp_001","item_id":"msg_007",'
         '"output_index":0,"content_index":0,"delta":"Sure, I can h"}'),
         (Transcript("agent", "Sure, I can h", False, "resp_001"),)),
        (('{"type":"response.output_text.done","event_id":"event_4344","response_id":"resp_001","item_id":"msg_007",'
         '"output_index":0,"content_index":0,"text":"Sure, I can help with that."}'),
         (Transcript("agent", "Sure, I can help with that.", True, "resp_001"),)),
        (AUDIO_DELTA, (AudioOut(b"\x01\0\x02\0", 24000, "resp_001", "msg_008"),)),
        (('{"type":"response.output_audio.done","event_id":"event_5152","response_id":"resp_001","item_id":"msg_008",'
         '"output_index":0,"content_index":0}'), (AudioDone("resp_001"),)),
        (response_done("completed", "null"), (TurnDone("resp_2"),)),
        (response_done("cancelled", '{"type":"cancelled","reason":"turn_detected"}'), (Cancelled("resp_2"),)),
        (response_done("failed", '{"type":"failed","error":{"type":"invalid_request_error",'
                                 '"code":"insufficient_quota","message":"You exceeded your current quota."}}'),
         (Fault("insufficient_quota", "You exceeded your current quota."), TurnDone("resp_2"))),
        (response_done("incomplete", '{"type":"incomplete","reason":"max_output_tokens"}'),
         (Fault("max_output_tokens", "the response is incomplete"), TurnDone("resp_2"))),
        (response_done("failed", '"failed"'), (Fault("failed", "the response is failed"), TurnDone("resp_2"))),
        (('{"type":"rate_limits.updated","event_id":"event_5758","rate_limits":[{"name":"requests","limit":1000,'
         '"remaining":999,"reset_seconds":60}]}'),
         (Metadata({"rate_limits": [{"name": "requests", "limit": 1000, "remaining": 999, "reset_seconds": 60}]}),)),
        (('{"type":"error","event_id":"event_890","error":{"type":"invalid_request_error","code":"invalid_event",'
         '"message":"The \'type\' field is missing.","param":null,"event_id":"event_567"}}'),
         (Fault("invalid_event", "The 'type' field is missing."),)),
        ('{"type":"error","event_id":"event_1","error":{"type":"server_error","code":null,"message":"Sorry"}}',
         (Fault("server_error", "Sorry"),)),
        (('{"type":"conversation.item.truncated","event_id":"event_2526","item_id":"msg_004","content_index":0,'
         '"audio_end_ms":1500}'), (Other("conversation.item.truncated"),)),
        (('{"type":"response.content_part.done","event_id":"event_3940","response_id":"resp_001","item_id":"msg_007",'
         '"output_index":0,"content_index":0,"part":{"type":"audio","transcript":"Sure."}}'),
         (Other("response.content_part.done"),)),
    ],
)  # fmt: skip
def test_each_message_of_openais_has_its_meaning(message: str, signals: tuple[Signal, ...]) -> None:
    assert seen(message) == signals


def test_a_call_that_is_three_times_on_the_wire_is_told_once() -> None:
    found = observed(ARGUMENTS_DONE, ITEM_DONE, RESPONSE_DONE)
    assert found == [(CALL,), (Other("response.output_item.done"),), (TurnDone("resp_002"),)]


@pytest.mark.parametrize("only", [ARGUMENTS_DONE, ITEM_DONE])
def test_any_one_message_is_enough_for_a_call(only: str) -> None:
    assert seen(only) == (CALL,)


def test_a_call_that_only_the_response_holds_comes_before_its_end() -> None:
    assert seen(RESPONSE_DONE) == (CALL, TurnDone("resp_002"))


def test_two_calls_of_one_tool_are_two() -> None:
    other = ITEM_DONE.replace("call_001", "call_002")
    assert observed(ITEM_DONE, other)[1] == (ToolCall("call_002", "get_weather", CALL.arguments, CALL.raw),)


def test_a_call_that_an_interruption_cut_is_no_call() -> None:
    cut = ARGUMENTS_DONE.replace('San Francisco\\"}', "San Fr")
    item = ITEM_DONE.replace('San Francisco\\"}', "San Fr").replace('"completed"', '"incomplete"')
    over = response_done("cancelled", '{"type":"cancelled","reason":"turn_detected"}', f"[{ITEM}]")
    assert observed(cut, item, over) == [
        (Other("response.function_call_arguments.done"),), (Other("response.output_item.done"),),
        (Cancelled("resp_2"),),
    ]  # fmt: skip


def test_arguments_that_are_no_json_object_are_shown_raw_once_the_item_is_done() -> None:
    broken = ITEM_DONE.replace('San Francisco\\"}', "San Fr")
    assert seen(broken) == (ToolCall("call_001", "get_weather", None, '{"location": "San Fr'),)


def test_a_name_that_stands_in_the_item_alone_is_found_there() -> None:
    """In the beta, and with xAI, whose client (pipecat) takes it from conversation.item.added."""
    nameless = ARGUMENTS_DONE.replace('"name":"get_weather",', "")
    added = f'{{"type":"conversation.item.added","event_id":"e","item":{ITEM}}}'
    assert observed(added, nameless)[1] == (CALL,)
    assert observed(added.replace("item.added", "item.created"), nameless, on=dialect(shape="beta"))[1] == (CALL,)
    assert observed(nameless, ITEM_DONE) == [(Other("response.function_call_arguments.done"),), (CALL,)]


def test_calls_of_the_servers_own_tools_are_not_the_clients() -> None:
    mcp = ITEM_DONE.replace('"type":"function_call"', '"type":"mcp_call"')
    assert seen(mcp) == (Other("response.output_item.done"),)


OFF = UPDATED.replace('"interrupt_response":true', '"interrupt_response":false')


@pytest.mark.parametrize(
    ("sessions", "interrupts"),
    [([], True), ([CREATED], True), ([CREATED, OFF], False), ([CREATED, OFF, UPDATED], True),
     ([CREATED, OFF, '{"type":"session.updated","event_id":"e","session":{"type":"realtime"}}'], False),
     ([CREATED, UPDATED.replace('"interrupt_response":true', '"eagerness":"low"')], True)],
)  # fmt: skip
def test_speech_interrupts_as_the_session_in_force_has_it(sessions: list[str], interrupts: bool) -> None:
    assert observed(*sessions, SPEECH_STARTED)[-1] == (SpeechStarted(interrupts),)


def test_what_was_asked_and_what_is_in_force_are_told_with_the_manifests_names() -> None:
    session = {
        "model": "gpt-realtime", "voice": "marin", "language": "en", "modalities": ["audio"], "vad": "server",
        "system_prompt": "Be short.\n", "tools": [{"name": "f", "parameters": {"type": "object"}}],
    }  # fmt: skip
    (asked,) = dialect().encoder().encode(acts.Configure(session), 0)
    assert isinstance(asked, str)
    settings = {
        "voice": "marin", "language": "en", "modalities": ["audio"], "vad": {"type": "server_vad"},
        "system_prompt": "Be short.", "tools": ["f"], "input_format.type": "audio/pcm", "input_format.rate": 24000,
        "output_format.type": "audio/pcm", "output_format.rate": 24000,
    }  # fmt: skip
    assert seen(asked, sent=True) == (Asked(settings),)
    (found,) = seen(UPDATED)
    assert isinstance(found, Configured)
    assert found.settings == settings | {
        "system_prompt": "Your knowledge cutoff is 2023-10.", "tools": [],
        "vad": {"type": "server_vad", "threshold": 0.5, "prefix_padding_ms": 300, "silence_duration_ms": 200,
                "create_response": True, "interrupt_response": True},
    }  # fmt: skip


def test_what_a_session_does_not_show_is_not_told() -> None:
    bare = '{"type":"session.updated","event_id":"e","session":{"type":"realtime","audio":{"output":{"voice":null}}}}'
    assert seen(bare) == (Configured({}),)


def test_a_session_is_asked_for_in_the_shape_of_today() -> None:
    session: dict[str, Any] = {
        "model": "gpt-realtime", "voice": "marin", "language": "en", "modalities": ["text", "audio"],
        "vad": {"type": "server_vad", "silence_duration_ms": 500}, "system_prompt": "You are a clerk.",
        "tools": [
            {"type": "function", "function": {"name": "f", "description": "d", "parameters": {"type": "object"}}},
        ],
    }  # fmt: skip
    more = {"audio": {"input": {"noise_reduction": {"type": "near_field"}, "transcription": {"language": "de"}}}}
    assert sends(acts.Configure(session), dialect(session=more)) == [
        {"type": "session.update", "session": {
            "type": "realtime", "instructions": "You are a clerk.", "output_modalities": ["audio"],
            "audio": {
                "input": {
                    "format": {"type": "audio/pcm", "rate": 24000},
                    "transcription": {"model": "gpt-4o-mini-transcribe", "language": "de"},
                    "noise_reduction": {"type": "near_field"},
                    "turn_detection": {"type": "server_vad", "silence_duration_ms": 500}},
                "output": {"format": {"type": "audio/pcm", "rate": 24000}, "voice": "marin"}},
            "tools": [{"type": "function", "name": "f", "description": "d", "parameters": {"type": "object"}}],
            "tool_choice": "auto"}}
    ]  # fmt: skip


def test_the_least_session_says_the_formats_and_asks_for_a_transcript() -> None:
    (message,) = sends(acts.Configure({}), dialect(audio="mulaw", transcription="whisper-1"))
    assert message["session"] == {
        "type": "realtime",
        "audio": {
            "input": {"format": {"type": "audio/pcmu"}, "transcription": {"model": "whisper-1"}},
            "output": {"format": {"type": "audio/pcmu"}},
        },
    }


def test_the_beta_has_a_flat_session() -> None:
    session: dict[str, Any] = {"voice": "echo", "modalities": ["audio"], "vad": "semantic", "language": "en"}
    (message,) = sends(acts.Configure(session), dialect(shape="beta", audio="alaw"))
    assert message["session"] == {
        "modalities": ["text", "audio"], "voice": "echo", "input_audio_transcription": {"language": "en",
        "model": "whisper-1"}, "turn_detection": {"type": "semantic_vad"}, "input_audio_format": "g711_alaw",
        "output_audio_format": "g711_alaw",
    }  # fmt: skip
    at_16k = sends(acts.Configure({}), dialect(shape="beta", rate_hz=16000, transcription=False))[0]["session"]
    assert at_16k == {  # azure-ai-voicelive, RequestSession and OutputAudioFormat
        "input_audio_format": "pcm16", "input_audio_sampling_rate": 16000, "output_audio_format": "pcm16_16000hz",
    }  # fmt: skip


def test_xai_has_voice_and_turns_at_the_top() -> None:
    session: dict[str, Any] = {"voice": "eve", "vad": "server", "language": "en"}
    (message,) = sends(acts.Configure(session), dialect(shape="xai", rate_hz=16000))
    assert message["session"] == {
        "voice": "eve", "turn_detection": {"type": "server_vad"},
        "audio": {"input": {"format": {"type": "audio/pcm", "rate": 16000},
                            "transcription": {"language_hint": "en", "model": "grok-transcribe"}},
                  "output": {"format": {"type": "audio/pcm", "rate": 16000}}},
    }  # fmt: skip


@pytest.mark.parametrize("shape", ["ga", "beta", "xai"])
def test_settings_come_back_as_they_were_asked(shape: str) -> None:
    on = dialect(shape=shape)
    session: dict[str, Any] = {
        "voice": "v", "language": "en", "vad": {"type": "server_vad", "threshold": 0.85}, "system_prompt": "Hi",
        "modalities": ["audio"], "tools": [{"name": "f"}, {"name": "a"}],
    }  # fmt: skip
    (sent,) = on.encoder().encode(acts.Configure(session), 0)
    (asked,) = seen(str(sent), on, sent=True)
    half = on.agent()
    (heard,) = half.hear(sent)
    assert isinstance(heard, acts.Configure)
    (answer,) = half.say(Configured(heard.session))
    (shown,) = seen(str(answer), on)
    assert isinstance(asked, Asked)
    assert isinstance(shown, Configured)
    assert shown.settings == asked.settings | {"vad": shown.settings["vad"]}
    assert shown.settings["vad"]["threshold"] == 0.85  # type: ignore[index, call-overload]
    parts = ("",) if shape == "beta" else (".type", ".rate")
    formats = {f"{side}_format{part}" for side in ("input", "output") for part in parts}
    assert set(asked.settings) == set(session) - ({"modalities"} if shape == "xai" else set()) | formats


ASKED: dict[str, Any] = {
    "voice": "marin", "language": "en", "vad": "server", "system_prompt": "Be short.", "modalities": ["audio"],
    "tools": [{"name": "look_up"}],
}  # fmt: skip
DIFFERENT: dict[str, Any] = {
    "voice": {"voice": "cedar"}, "language": {"language": "de"}, "vad": {"vad": "semantic"},
    "system_prompt": {"system_prompt": "Be long."}, "modalities": {"modalities": ["text"]},
    "tools": {"tools": [{"name": "look_down"}]},
}  # fmt: skip


def acknowledged(folder: Path, applied: dict[str, Any], audio: str = "pcm") -> Finding:
    """What is said of an agent that was asked for ASKED, and acknowledges it with `applied`."""
    asking, answering = dialect(), dialect(audio=audio)
    (sent,) = asking.encoder().encode(acts.Configure(ASKED), 0)
    half = answering.agent()
    (wanted,) = answering.encoder().encode(acts.Configure(applied), 0)
    (heard,) = half.hear(wanted)
    assert isinstance(heard, acts.Configure)
    (answer,) = half.say(Configured(heard.session))
    lines = (
        upgrade(-100),
        frame(-90, Direction.RECEIVED, Opcode.TEXT, CREATED),
        frame(-60, Direction.SENT, Opcode.TEXT, sent),
        frame(-40, Direction.RECEIVED, Opcode.TEXT, answer),
        ended("finished", 9, linger=0),
    )  # fmt: skip
    return ask(folder, ConfiguredAsAsked(5000.0), *lines, dialect=asking, can=asking.capabilities)


@pytest.mark.parametrize("field", DIFFERENT)
def test_each_field_that_is_acknowledged_with_another_value_is_found(field: str, tmp_path: Path) -> None:
    assert acknowledged(tmp_path, ASKED).verdict is Verdict.PASS
    finding = acknowledged(tmp_path, ASKED | DIFFERENT[field])
    assert (finding.verdict, finding.layer, finding.symptom) == (Verdict.FAIL, Layer.CONFIG, "config-differs")
    assert finding.actual.startswith(f"acknowledged with {field} ")


def test_other_formats_than_asked_are_found(tmp_path: Path) -> None:
    finding = acknowledged(tmp_path, ASKED, audio="mulaw")
    assert finding.verdict is Verdict.FAIL
    assert 'input_format.type "audio/pcmu", asked was "audio/pcm"' in finding.actual


@pytest.mark.parametrize(
    ("act", "frames"),
    [
        (acts.Speak(b"\x01\0\x02\0"), [{"type": "input_audio_buffer.append", "audio": "AQACAA=="}]),
        (acts.Hush(2), [{"type": "input_audio_buffer.append", "audio": "AAAAAA=="}]),
        (acts.Type("Hello!"), [
            {"type": "conversation.item.create", "item": {
                "type": "message", "role": "user", "content": [{"type": "input_text", "text": "Hello!"}]}},
            {"type": "response.create"}]),
        (acts.Answer("call_1", "f", {"ok": True}), [
            {"type": "conversation.item.create",
             "item": {"type": "function_call_output", "call_id": "call_1", "output": '{"ok":true}'}}]),
        (acts.Answer("call_1", "f", None, "down"), [
            {"type": "conversation.item.create",
             "item": {"type": "function_call_output", "call_id": "call_1", "output": '{"error":"down"}'}}]),
        (acts.Respond(), [{"type": "response.create"}]),
        (acts.Interrupt(500), []),
        (acts.Cleared(), []),
        (acts.HangUp(), []),
    ],
)  # fmt: skip
def test_each_act_is_the_message_that_openai_wants(act: acts.Act, frames: list[Any]) -> None:
    assert sends(act) == frames


@pytest.mark.parametrize("result", [None, 5, "5", "half past five", "", '"quoted"', {"a": [1]}, ["x"], True, "{broken"])
def test_a_tools_result_is_read_back_as_it_was(result: Any) -> None:
    on = dialect()
    (data,) = on.encoder().encode(acts.Answer("call_001", "get_weather", result), 0)
    observer = on.observer()
    observer.observe(Frame(Direction.RECEIVED, Opcode.TEXT, ITEM_DONE, 0))
    assert observer.observe(Frame(Direction.SENT, Opcode.TEXT, data, 0)) == (
        ToolResult("call_001", "get_weather", result),
    )


def test_a_tools_error_is_read_back_as_one() -> None:
    data = """{"type":"conversation.item.create","item":{"type":"function_call_output","call_id":"call_001",
     "output":"{\\"error\\": \\"down\\"}"}}"""
    assert seen(data, sent=True) == (ToolResult("call_001", "", None, "down"),)


def test_typed_words_are_seen_as_typed() -> None:
    frames = [str(data) for data in dialect().encoder().encode(acts.Type("Hello!"), 0)]
    assert observed(*frames, sent=True) == [(Typed("Hello!"),), (Other("response.create"),)]


def received(*pieces_ms: float, item_id: str | None = "msg_008") -> Any:
    encoder = dialect().encoder()
    for ms in pieces_ms:
        encoder.heard(AudioOut(bytes(2 * int(24 * ms)), 24000, "resp_001", item_id))
    return encoder


@pytest.mark.parametrize(
    ("heard_ms", "end_ms"), [(1500.0, 1500), (1999.9, 1999), (2000.0, 2000), (2600.0, 2000), (0.0, 0)]
)
def test_a_truncation_says_how_much_was_heard_and_never_more_than_came(heard_ms: float, end_ms: int) -> None:
    (data,) = received(1200, 800).encode(acts.Truncate("msg_008", heard_ms), 0)
    assert json.loads(data) == {
        "type": "conversation.item.truncate", "item_id": "msg_008", "content_index": 0, "audio_end_ms": end_ms,
    }  # fmt: skip


def test_an_item_is_truncated_once_and_only_where_it_is_known() -> None:
    encoder = received(1000)
    assert encoder.encode(acts.Truncate("msg_008", 500.0), 0)
    encoder.heard(AudioOut(bytes(4800), 24000, "resp_001", "msg_008"))
    assert encoder.encode(acts.Truncate("msg_008", 600.0), 0) == ()
    assert encoder.encode(acts.Truncate("msg_009", 600.0), 0) == ()
    assert encoder.encode(acts.Truncate(None, 600.0), 0) == ()
    assert received(1000, item_id=None).encode(acts.Truncate(None, 600.0), 0) == ()


@pytest.mark.parametrize(("audio", "silence", "rate_hz"), [("mulaw", "/////w==", 8000), ("alaw", "1dXV1Q==", 8000)])
def test_telephone_audio_goes_both_ways_at_8_khz(audio: str, silence: str, rate_hz: int) -> None:
    on = dialect(audio=audio)
    assert (on.capabilities.input_rate_hz, on.capabilities.output_rate_hz) == (rate_hz, rate_hz)
    (message,) = sends(acts.Hush(4), on)
    assert message["audio"] == silence
    assert len(base64.b64decode(silence)) == 4
    (found,) = seen(AUDIO_DELTA.replace("AQACAA==", silence), on)
    assert isinstance(found, AudioOut)
    assert (len(found.pcm), found.rate_hz) == (8, 8000)
    (sent,) = seen(json.dumps(message), on, sent=True)
    assert isinstance(sent, AudioIn)
    assert sent.rate_hz == 8000


@pytest.mark.parametrize(
    "message",
    [
        '{"type":"session.created","session":1}',
        '{"type":"session.updated","session":"all"}', '{"type":7}', "{}", "[]", "no json",
        AUDIO_DELTA.replace('"AQACAA=="', "[1]"), AUDIO_DELTA.replace("AQACAA==", "AQAC!"),
        AUDIO_DELTA.replace("AQACAA==", "AQAC"), AUDIO_DELTA.replace('"resp_001"', '{"id":1}'),
        ARGUMENTS_DONE.replace('"call_001"', "null"), ITEM_DONE.replace('"name":"get_weather",', ""),
        '{"type":"response.done","response":"r"}', '{"type":"error","error":7}',
        '{"type":"response.output_audio_transcript.done","response_id":"r"}',
    ],
)  # fmt: skip
def test_what_is_of_the_wrong_type_is_a_violation(message: str) -> None:
    (found,) = seen(message)
    assert isinstance(found, Violation)


def applied(shape: str, session: str, *, sent: bool = False) -> dict[str, Any]:
    kind = "session.update" if sent else "session.updated"
    (found,) = seen(f'{{"type":"{kind}","session":{session}}}', dialect(shape=shape), sent=sent)
    assert isinstance(found, Asked | Configured)
    return found.settings


@pytest.mark.parametrize(
    ("shape", "asked", "echoed"),
    [
        ("beta", '{"voice":"Alloy"}', '{"voice":{"type":"openai","name":"alloy"}}'),
        ("ga", '{"audio":{"output":{"voice":{"id":"voice_1"}}}}', '{"audio":{"output":{"voice":"voice_1"}}}'),
        ("ga", '{"audio":{"input":{"transcription":{"language":"en-US"}}}}',
         '{"audio":{"input":{"transcription":{"language":"en"}}}}'),
        ("beta", '{"input_audio_transcription":{"language":"EN"}}',
         '{"input_audio_transcription":{"language":"en_GB"}}'),
    ],
)  # fmt: skip
def test_an_echo_in_another_spelling_is_what_was_asked(shape: str, asked: str, echoed: str) -> None:
    assert applied(shape, asked, sent=True) == applied(shape, echoed) != {}


def test_another_voice_and_another_language_differ_in_any_spelling() -> None:
    assert applied("beta", '{"voice":"alloy"}') != applied("beta", '{"voice":{"type":"openai","name":"echo"}}')
    assert applied("beta", '{"voice":{"type":"custom"}}') == {"voice": {"type": "custom"}}
    english, german = ('{"input_audio_transcription":{"language":"%s-US"}}'.replace("%s", one) for one in ("en", "de"))
    assert applied("beta", english) != applied("beta", german)


def test_audio_without_a_sample_is_no_audio() -> None:
    assert seen(AUDIO_DELTA.replace("AQACAA==", "")) == (Other("response.output_audio.delta"),)


def test_what_look_alikes_leave_out_is_no_violation() -> None:
    assert seen('{"type":"error","error":"bad"}') == (Fault(None, "bad"),)
    written = "conversation.item.input_audio_transcription.completed"
    assert seen(f'{{"type":"{written}","item_id":"x","transcript":null}}') == (Transcript("caller", "", True),)
    assert seen('{"type":"response.output_audio_transcript.done","response_id":"r","transcript":null}') == (
        Transcript("agent", "", True, "r"),
    )


def test_the_end_of_a_response_is_told_whatever_else_it_holds() -> None:
    failed = response_done("failed", '{"type":"failed","error":"boom"}')
    assert seen(failed) == (Fault("failed", "boom"), TurnDone("resp_2"))
    nameless = ITEM.replace('"call_001"', "null")
    broken = response_done("completed", "null", f"[{nameless},{ITEM}]")
    assert seen(broken) == (
        Violation("response.output: call_id is missing, a text is due"), CALL, TurnDone("resp_2")
    )  # fmt: skip


def test_a_binary_frame_is_a_violation() -> None:
    found = dialect().observer().observe(Frame(Direction.RECEIVED, Opcode.BINARY, b"\0\0", 0))
    assert found == (Violation("a binary frame, where this dialect has only text"),)


BETA = [
    (('{"type":"response.audio.delta","event_id":"e","response_id":"resp_001","item_id":"msg_008","output_index":0,'
     '"content_index":0,"delta":"AQACAA=="}'), AudioOut(b"\x01\0\x02\0", 24000, "resp_001", "msg_008")),
    ('{"type":"response.audio.done","event_id":"e","response_id":"resp_001","item_id":"msg_008"}',
     AudioDone("resp_001")),
    ('{"type":"response.audio_transcript.delta","event_id":"e","response_id":"r","item_id":"i","delta":"Hel"}',
     Transcript("agent", "Hel", False, "r")),
    ('{"type":"response.audio_transcript.done","event_id":"e","response_id":"r","item_id":"i","transcript":"Hello"}',
     Transcript("agent", "Hello", True, "r")),
    ('{"type":"response.text.delta","event_id":"e","response_id":"r","item_id":"i","delta":"Hel"}',
     Transcript("agent", "Hel", False, "r")),
    ('{"type":"response.text.done","event_id":"e","response_id":"r","item_id":"i","text":"Hello"}',
     Transcript("agent", "Hello", True, "r")),
]  # fmt: skip


@pytest.mark.parametrize(("message", "signal"), BETA)
def test_names_of_the_beta_are_understood_where_the_shape_says_so_and_refused_by_name_where_not(
    message: str, signal: Signal
) -> None:
    assert seen(message, dialect(shape="beta")) == (signal,)
    assert seen(message, dialect(shape="xai")) == (signal,)
    (refused,) = seen(message)
    assert isinstance(refused, Violation)
    assert "options: {shape: beta}" in refused.what


def test_a_beta_session_as_a_real_server_wrote_it() -> None:
    message = """{"type":"session.updated","event_id":"event_BP8TWeQ1b544BwiMrFc7O","session":{
     "id":"sess_BP8TVTFYGVihkdaOq86Nl","object":"realtime.session","expires_at":1745332277,
     "input_audio_noise_reduction":null,"turn_detection":{"type":"server_vad","threshold":0.5,"prefix_padding_ms":300,
     "silence_duration_ms":200,"create_response":true,"interrupt_response":true},"input_audio_format":"pcm16",
     "input_audio_transcription":{"model":"whisper-1","language":null,"prompt":null},"client_secret":null,
     "include":null,"model":"gpt-4o-mini-realtime-preview","modalities":["text","audio"],
     "instructions":"Respond with short, direct sentences.","voice":"echo","output_audio_format":"pcm16",
     "tool_choice":"auto","temperature":0.9,"max_response_output_tokens":"inf","tools":[]}}"""
    (found,) = seen(message, dialect(shape="beta"))
    assert isinstance(found, Configured)
    assert {name: found.settings[name] for name in ("voice", "modalities", "system_prompt", "tools")} == {
        "voice": "echo", "modalities": ["audio", "text"], "system_prompt": "Respond with short, direct sentences.",
        "tools": [],
    }  # fmt: skip
    assert "language" not in found.settings


def test_what_xai_alone_sends() -> None:
    on = dialect(shape="xai")
    created = '{"type":"conversation.created","event_id":"e","conversation":{"id":"conv_1","object":"x"}}'
    assert observed(created, CREATED, on=on) == [(Ready("conv_1"),), (Other("session.created"),)]
    assert seen(created) == (Other("conversation.created"),)
    assert seen('{"type":"ping","event_id":"e","timestamp":1756324625000}', on) == (
        Metadata({"timestamp": 1756324625000}),
    )
    updated = """{"type":"conversation.item.input_audio_transcription.updated","event_id":"e","item_id":"i",
     "transcript":"Hello how"}"""
    assert seen(updated, on) == (Transcript("caller", "Hello how", False),)


def test_a_warning_of_voice_live_is_kept() -> None:
    message = '{"type":"warning","event_id":"e","warning":{"message":"slow","code":"w1","param":null}}'
    assert seen(message, dialect(shape="beta")) == (
        Metadata({"warning": {"message": "slow", "code": "w1", "param": None}}),
    )


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"shape": "alpha"}, "shape"),
        ({"audio": "opus"}, "audio"),
        ({"audio": "mulaw", "rate_hz": 8000}, "mulaw is always at 8000 Hz"),
        ({"rate_hz": 16000}, "shape ga has PCM at 24000 Hz alone, 16000 was asked"),
        ({"shape": "beta", "rate_hz": 48000}, "shape beta has PCM at 8000, 16000, 24000 Hz alone"),
        ({"rate_hz": 11025}, "rate_hz"),
        ({"transcription": True}, "the name of a model, or false"),
        ({"transcription": ""}, "the name of a model, or false"),
        ({"session": {"audio": {"output": {"format": {"type": "audio/pcmu"}}}}}, "say `audio:` and `rate_hz:`"),
        ({"shape": "beta", "session": {"input_audio_format": "g711_ulaw"}}, "session.input_audio_format"),
        ({"modle": "x"}, "modle"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_options_is_told_before_any_call(options: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said.replace("(", r"\(")):
        dialect(**options)


def test_without_a_transcriber_no_words_of_the_callers_are_promised() -> None:
    silent, usual = dialect(transcription=False), dialect()
    assert usual.capabilities.shows - silent.capabilities.shows == {"transcript.delta", "transcript.final"}
    assert silent.agent().say(Transcript("caller", "hello", True)) == ()


def test_fields_that_a_shape_lacks_are_not_promised() -> None:
    today = {"model", "voice", "language", "modalities", "vad", "tools", "system_prompt"}
    assert dialect().capabilities.session == dialect(shape="beta").capabilities.session == today
    assert dialect(shape="xai").capabilities.session == today - {"modalities"}
