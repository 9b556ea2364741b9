"""Messages as Pipecat's own models and serializers write them (pipecat-ai 1.14.0)."""

import base64
import json
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from gate.audio import wav
from gate.audio.pcm import pack
from gate.core import acts
from gate.core.acts import Act
from gate.core.frames import Direction, Frame, Opcode
from gate.core.jsons import Json
from gate.core.signals import (
    Asked,
    AudioDone,
    AudioIn,
    AudioOut,
    Cancelled,
    Configured,
    Fault,
    Metadata,
    Other,
    Pressed,
    Ready,
    ResponseStarted,
    Shown,
    Signal,
    SpeechStarted,
    SpeechStopped,
    ToolCall,
    ToolCancelled,
    ToolResult,
    Transcript,
    TurnDone,
    Typed,
    Violation,
)  # fmt: skip
from gate.dialects.base import Frames
from gate.dialects.fields import Illegal
from gate.dialects.pipecat.dialect import Pipecat
from gate.dialects.pipecat.options import PipecatOptions
from gate.dialects.pipecat.protobuf import MessageFrame, read
from tests.dialects import test_registry as laws

PROTOBUF = Pipecat()
EVAL = Pipecat(PipecatOptions(wire="eval"))
PLAIN = Pipecat(PipecatOptions(rtvi=False))
LEGACY = Pipecat(PipecatOptions(client_tools=True))

TONE = pack((np.sin(np.arange(320) * 0.1) * 9000).astype(np.int16))
SECOND = bytes(48_000)
AT = "2026-01-02T03:04:05.000+00:00"
CALL_ID = "0123456789abcdef0123456789abcdef"


def framed(message: str) -> bytes:
    """As ProtobufFrameSerializer frames it: field 4 of Frame, field 1 of MessageFrame."""
    data = message.encode()
    inner = b"\x0a" + varint(len(data)) + data
    return b"\x22" + varint(len(inner)) + inner


def varint(value: int) -> bytes:
    return bytes([value]) if value < 128 else bytes([value & 0x7F | 0x80]) + varint(value >> 7)


def frame(data: str | bytes, *, sent: bool = False) -> Frame:
    opcode = Opcode.TEXT if isinstance(data, str) else Opcode.BINARY
    return Frame(Direction.SENT if sent else Direction.RECEIVED, opcode, data, 0)


def rtvi(kind: str, data: Any = None, **more: Any) -> str:
    return json.dumps({"label": "rtvi-ai", "type": kind, **more} | ({} if data is None else {"data": data}))


def seen(*messages: str | bytes, dialect: Pipecat = EVAL, sent: bool = False) -> list[Signal]:
    observer = dialect.observer()
    return [signal for data in messages for signal in observer.observe(frame(data, sent=sent))]


RECEIVED: list[tuple[str, tuple[Signal, ...]]] = [
    (
        ('{"label": "rtvi-ai", "type": "bot-ready", "id": "9f3d", "data": {"version": "2.2.0", '
            '"about": {"library": "pipecat-ai", "library_version": "1.14.0"}}}'),
        (Ready(),),
    ),
    ('{"label":"rtvi-ai","type":"error","data":{"error":"no credit","fatal":true}}', (Fault("fatal", "no credit"),)),
    ('{"label":"rtvi-ai","type":"error","data":{"error":"slow","fatal":false}}', (Fault(None, "slow"),)),
    (
        '{"label":"rtvi-ai","type":"error-response","id":"3","data":{"error":"Unsupported type x"}}',
        (Fault(None, "Unsupported type x"),),
    ),
    ('{"label":"rtvi-ai","type":"user-started-speaking"}', (SpeechStarted(),)),
    ('{"label":"rtvi-ai","type":"user-stopped-speaking"}', (SpeechStopped(),)),
    ('{"label":"rtvi-ai","type":"vad-user-started-speaking"}', (Other("vad-user-started-speaking"),)),
    (
        '{"label":"rtvi-ai","type":"user-transcription","data":{"text":"on","user_id":"","timestamp":"t","final":false}}',
        (Transcript("caller", "on", final=False),),
    ),
    (
        ('{"label":"rtvi-ai","type":"user-input","data":{"text":"on Thursday","input_type":"transcription",'
            '"timestamp":"t","final":true,"user_id":""}}'),
        (Transcript("caller", "on Thursday", final=True),),
    ),
    (
        ('{"label":"rtvi-ai","type":"user-input","data":{"text":"hello","input_type":"chat","timestamp":"t",'
            '"final":true,"msg_id":"4"}}'),
        (Transcript("caller", "hello", final=True),),
    ),
    (
        ('{"label":"rtvi-ai","type":"user-input","data":{"text":"mhm","input_type":"backchannel","timestamp":"t",'
            '"final":true}}'),
        (Other("user-input"),),
    ),
    ('{"label":"rtvi-ai","type":"bot-llm-text","data":{"text":"Hel"}}', (Transcript("agent", "Hel", final=False),)),
    ('{"label":"rtvi-ai","type":"bot-transcription","data":{"text":"Hello."}}', (Other("bot-transcription"),)),
    ('{"label":"rtvi-ai","type":"llm-function-call-started","data":{}}', (Other("llm-function-call-started"),)),
    (
        '{"label":"rtvi-ai","type":"llm-function-call-in-progress","data":{"tool_call_id":"c1"}}',
        (ToolCall("c1", "", None),),
    ),
    (
        ('{"label":"rtvi-ai","type":"llm-function-call-in-progress","data":{"tool_call_id":"c1",'
            '"function_name":"look_up","arguments":{"b":1,"a":"x"}}}'),
        (ToolCall("c1", "look_up", {"b": 1, "a": "x"}, '{"a":"x","b":1}'),),
    ),
    (
        '{"label":"rtvi-ai","type":"llm-function-call","data":{"function_name":"look_up","tool_call_id":"c1","args":{}}}',
        (ToolCall("c1", "look_up", {}, "{}"),),
    ),
    (
        ('{"label":"rtvi-ai","type":"llm-function-call-stopped","data":{"tool_call_id":"c1","cancelled":false,'
            '"function_name":"look_up","result":{"id":"A-17"}}}'),
        (ToolResult("c1", "look_up", {"id": "A-17"}),),
    ),
    (
        '{"label":"rtvi-ai","type":"llm-function-call-stopped","data":{"tool_call_id":"c1","cancelled":true}}',
        (ToolCancelled("c1"),),
    ),
    ('{"label":"rtvi-ai","type":"metrics","data":{"ttfb":[{"value":1}]}}', (Metadata({"ttfb": [{"value": 1}]}),)),
    ('{"label":"rtvi-ai","type":"server-message","data":["any",1]}', (Metadata(["any", 1]),)),
    ('{"label":"rtvi-ai","type":"bot-stopped-speaking"}', (Other("bot-stopped-speaking"),)),
    ('{"label":"rtvi-ai","type":"bot-interrupted"}', (Other("bot-interrupted"),)),
    ('{"label":"rtvi-ai","type":"ui-command","data":{"command":"toast"}}', (Other("ui-command"),)),
    ('{"type":"of the app\'s own"}', (Other("of the app's own"),)),
    ('{"label":"rtvi-ai","type":"bot-llm-text","data":{"text":5}}', (Violation("text is a number, a text is due"),)),
    ('{"label":"rtvi-ai","type":"bot-llm-text","data":[]}', (Violation("data is no object"),)),
    ('{"label":"rtvi-ai","data":{}}', (Violation("type is missing, a text is due"),)),
    (
        '{"label":"rtvi-ai","type":"llm-function-call-in-progress","data":{}}',
        (Violation("tool_call_id is missing, a text is due"),),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("message", "meant"), RECEIVED)
def test_a_message_means_the_same_on_both_wires(message: str, meant: tuple[Signal, ...]) -> None:
    assert seen(message) == list(meant)
    assert seen(framed(message), dialect=PROTOBUF) == list(meant)


def test_each_wire_has_its_own_kind_of_frame_and_no_other() -> None:
    ready = rtvi("bot-ready", {}, id="1")
    (text,) = seen(ready, dialect=PROTOBUF)
    (binary,) = seen(framed(ready))
    assert text == Violation("a text frame, where Pipecat's protobuf wire has only binary ones")
    assert binary == Violation("a binary frame, where Pipecat's eval wire has only text")
    with pytest.raises(Illegal, match="only binary"):
        PROTOBUF.agent().hear(ready)
    with pytest.raises(Illegal, match="only text"):
        EVAL.agent().hear(framed(ready))


def test_the_bots_audio_comes_at_the_rate_that_each_frame_states() -> None:
    first = b"\x12'\x08\x07\x12\x15OutputAudioRawFrame#0\x1a\x06\x01\x00\x02\x00\xfe\xff \xc0\xbb\x01(\x01"
    second = b"\x12\x0b\x1a\x04\x01\x00\x02\x00 \x80}(\x01"
    assert seen(first, second, dialect=PROTOBUF) == [
        AudioOut(b"\x01\x00\x02\x00\xfe\xff", 24000), AudioOut(b"\x01\x00\x02\x00", 16000),
    ]  # fmt: skip
    audio = base64.b64encode(TONE).decode()
    assert seen(rtvi("eval-bot-audio", {"audio": audio, "sampleRate": 24000})) == [AudioOut(TONE, 24000)]


def test_two_channels_become_one_and_a_wav_file_its_samples() -> None:
    stereo = b"\x12$\x08\x07\x12\x15OutputAudioRawFrame#0\x1a\x04\x02\x00\x04\x00 \xc0>(\x02"
    assert seen(stereo, dialect=PROTOBUF) == [AudioOut(b"\x03\x00", 8000)]
    file = wav.encode(np.array([5, -6], np.int16), 24000)
    data = b"\x1a" + varint(len(file)) + file + b" \xc0\xbb\x01(\x01"
    assert seen(b"\x12" + varint(len(data)) + data, dialect=PROTOBUF) == [AudioOut(b"\x05\x00\xfa\xff", 24000)]


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"\x12\x04\x1a\x02\x01\x00", "audio at 0 Hz in 0 channels; it must state its rate and its channels"),
        (b"\x12\x08\x1a\x01\x01 \xc0>(\x01", "audio of 1 bytes is no whole number of 16-bit samples in 1 channels"),
        (b"\x12\t\x1a\x02\x01\x00 \xc0>(\x02", "audio of 2 bytes is no whole number of 16-bit samples in 2 channels"),
        (b"\x12\x05", "a protobuf field that is longer than its message"),
        (b'"\x04\n\x02{]', "not JSON: Expecting property name enclosed in double quotes"),
    ],
)
def test_a_broken_frame_is_a_violation(data: bytes, what: str) -> None:
    assert seen(data, dialect=PROTOBUF) == [Violation(what)]


def test_a_bot_without_rtvi_is_heard_and_what_it_writes_as_text_is_read() -> None:
    text = b"\n\x16\x08\x07\x12\x0bTextFrame#0\x1a\x05Hello"
    words = b'\x1aH\x08\x07\x12\x14TranscriptionFrame#0\x1a\x0bon Thursday"\x02u1*\x1d' + AT.encode()
    assert seen(text, words, b"", dialect=PLAIN) == [
        Transcript("agent", "Hello", final=True), Transcript("caller", "on Thursday", final=True),
        Other("a frame of an unknown kind"),
    ]  # fmt: skip
    assert seen(text, words, b"*\x00", dialect=PLAIN, sent=True) == [
        Typed("Hello"), Typed("on Thursday"), Other("a frame of an unknown kind"),
    ]  # fmt: skip


WORDS = [rtvi("bot-llm-started"), rtvi("bot-llm-text", {"text": "On"}), rtvi("bot-llm-text", {"text": " Thursday. "})]
THOUGHT = rtvi("bot-llm-stopped")
BEGUN, ENDED = rtvi("bot-started-speaking"), rtvi("bot-stopped-speaking")
INTERRUPTED = rtvi("bot-interrupted")
DELTAS = [Transcript("agent", "On", final=False), Transcript("agent", " Thursday. ", final=False)]
WHOLE = Transcript("agent", "On Thursday.", final=True)


def audio(pcm: bytes = SECOND) -> str:
    return rtvi("eval-bot-audio", {"audio": base64.b64encode(pcm).decode(), "sampleRate": 24000})


def short(signals: list[Signal]) -> list[Signal]:
    return [signal for signal in signals if not isinstance(signal, Other | AudioOut | AudioIn)]


def test_a_response_begins_with_the_model_and_is_over_when_its_words_are_spoken() -> None:
    call = [*WORDS, rtvi("bot-tts-started"), BEGUN, audio(), THOUGHT, rtvi("bot-tts-stopped"), ENDED]
    assert short(seen(*call)) == [ResponseStarted(), *DELTAS, WHOLE, AudioDone(), TurnDone()]


def test_words_that_are_not_spoken_yet_keep_the_response_open() -> None:
    assert short(seen(*WORDS, THOUGHT)) == [ResponseStarted(), *DELTAS, WHOLE]
    assert short(seen(*WORDS, THOUGHT, BEGUN, audio(), ENDED))[-2:] == [AudioDone(), TurnDone()]


def test_a_pause_of_the_voice_while_the_model_writes_is_no_end() -> None:
    more = [rtvi("bot-llm-text", {"text": "At ten."}), THOUGHT, BEGUN, audio(), ENDED]
    found = short(seen(*WORDS, BEGUN, audio(), ENDED, *more))
    assert [type(signal) for signal in found if not isinstance(signal, Transcript)] == [
        ResponseStarted, AudioDone, AudioDone, TurnDone,
    ]  # fmt: skip
    assert Transcript("agent", "On Thursday. At ten.", final=True) in found


def test_a_response_that_was_spoken_before_the_model_says_that_it_is_done_ends_then() -> None:
    assert short(seen(*WORDS, BEGUN, audio(), ENDED, THOUGHT))[-3:] == [AudioDone(), WHOLE, TurnDone()]


def test_a_response_that_only_calls_a_tool_is_over_with_the_model() -> None:
    progress = rtvi("llm-function-call-in-progress", {"tool_call_id": "c1"})
    stopped = rtvi("llm-function-call-stopped", {"tool_call_id": "c1", "cancelled": False})
    assert short(seen(WORDS[0], progress, THOUGHT, stopped)) == [
        ResponseStarted(), ToolCall("c1", "", None), TurnDone(), ToolResult("c1"),
    ]  # fmt: skip


def test_a_greeting_without_a_model_is_a_response_and_its_words_come_from_what_was_spoken() -> None:
    spoken = {
        "text": "Hi.", "output_type": "sentence", "segment_id": 3, "spoken": True, "will_be_spoken": True,
        "spoken_status": "completed", "spoken_progress": {"accumulated_text": "Hi.", "remaining_text": ""},
    }  # fmt: skip
    new, old = spoken | {"spoken_status": "new", "spoken": False}, {"text": "Hi.", "spoken": True}
    for last in (spoken, old):
        found = short(seen(BEGUN, rtvi("bot-output", new), audio(), rtvi("bot-output", last), ENDED))
        assert found == [ResponseStarted(), Transcript("agent", "Hi.", final=True), AudioDone(), TurnDone()]
    behind_words = short(seen(*WORDS, THOUGHT, BEGUN, rtvi("bot-output", spoken), ENDED))
    assert behind_words.count(WHOLE) == 1
    assert Transcript("agent", "Hi.", final=True) not in behind_words


def test_an_interruption_is_one_cancel_however_often_it_is_told() -> None:
    told = [framed(INTERRUPTED), b"*\x17\x08\x07\x12\x13InterruptionFrame#0"]
    begun = [framed(each) for each in (*WORDS, BEGUN)]
    for first, second in (told, told[::-1]):
        found = seen(*begun, first, second, framed(ENDED), framed(THOUGHT), dialect=PROTOBUF)
        assert short(found) == [ResponseStarted(), *DELTAS, Cancelled()], "what ends after it was cut ends nothing"
        again = seen(*begun, first, second, *begun, first, second, dialect=PROTOBUF)
        assert again.count(Cancelled()) == 2


def test_an_interruption_of_a_bot_that_tells_it_once_is_a_cancel_each_time() -> None:
    assert seen(BEGUN, INTERRUPTED, BEGUN, INTERRUPTED).count(Cancelled()) == 2


def test_an_interruption_when_all_has_been_played_is_none() -> None:
    """A bot reports one at each turn of the caller's. What it sent takes as long to play as the caller sends audio."""
    encoder, observer = EVAL.encoder(), EVAL.observer()
    for message in (*WORDS, THOUGHT, BEGUN, audio(), ENDED):
        observer.observe(frame(message))
    (quiet,) = encoder.encode(acts.Hush(320), 0)
    for _ in range(49):
        observer.observe(frame(quiet, sent=True))
    unplayed = EVAL.observer()
    for message in (*WORDS, THOUGHT, BEGUN, audio(), ENDED):
        unplayed.observe(frame(message))
    assert unplayed.observe(frame(INTERRUPTED)) == (Cancelled(),), "a second was sent ahead, and no time has gone by"
    observer.observe(frame(quiet, sent=True))
    assert observer.observe(frame(INTERRUPTED)) == (Other("bot-interrupted"),)


def test_a_tool_call_is_one_however_often_it_is_shown() -> None:
    progress = rtvi("llm-function-call-in-progress", {"tool_call_id": "c1", "function_name": "n", "arguments": {}})
    legacy = rtvi("llm-function-call", {"tool_call_id": "c1", "function_name": "n", "args": {}})
    stopped = rtvi("llm-function-call-stopped", {"tool_call_id": "c1", "cancelled": False, "function_name": "n"})
    other = progress.replace("c1", "c2")
    assert short(seen(progress, legacy, progress, other, stopped, stopped)) == [
        ToolCall("c1", "n", {}, "{}"), ToolCall("c2", "n", {}, "{}"), ToolResult("c1", "n"),
    ]  # fmt: skip


def test_a_transcription_that_is_told_twice_is_heard_once() -> None:
    new = rtvi("user-input", {"text": "yes", "input_type": "transcription", "timestamp": AT, "final": True})
    old = rtvi("user-transcription", {"text": "yes", "user_id": "", "timestamp": AT, "final": True})
    assert short(seen(new, old, new, old)) == [Transcript("caller", "yes", final=True)] * 2
    assert short(seen(old, old)) == [Transcript("caller", "yes", final=True)] * 2


def done(act: Act, dialect: Pipecat = EVAL) -> Frames:
    return dialect.encoder(CALL_ID).encode(act, 0)


def said(frames: Frames) -> list[Any]:
    """The messages, on whichever wire they are."""
    texts = [each if isinstance(each, str) else message_of(each) for each in frames]
    return [json.loads(text) for text in texts]


def message_of(data: bytes) -> str:
    found = read(data)
    assert isinstance(found, MessageFrame)
    return found.data


HELLO = {
    "label": "rtvi-ai", "type": "client-ready", "id": "01234567-1",
    "data": {"version": "2.2.0", "about": {"library": "voxgate"}},
}  # fmt: skip


def test_a_client_says_that_it_is_ready_and_hands_over_its_metadata() -> None:
    assert said(done(acts.Configure(), PROTOBUF)) == [HELLO]
    assert said(done(acts.Configure({"metadata": {"who": "Ann"}}), PROTOBUF)) == [
        HELLO,
        {
            "label": "rtvi-ai", "type": "client-message", "id": "01234567-2",
            "data": {"t": "metadata", "d": {"who": "Ann"}},
        },
    ]  # fmt: skip
    assert seen(*done(acts.Configure({"metadata": {"who": "Ann"}})), sent=True)[-1] == Asked(
        {"metadata": {"who": "Ann"}}
    )
    assert done(acts.Configure({"metadata": {}}), PLAIN) == ()


def test_the_eval_wire_is_opened_as_pipecats_own_harness_opens_it() -> None:
    connect, configure, context, ready = said(done(acts.Configure({"system_prompt": "Be brief."})))
    assert connect == {
        "label": "rtvi-ai", "type": "client-message", "id": "eval-connect",
        "data": {
            "t": "eval-connect", "d": {"skip_tts": False, "capture_bot_audio": True, "capture_bot_images": False},
        },
    }  # fmt: skip
    assert configure["data"] == {"t": "eval-configure", "d": {"function_call_report_level": {"*": "full"}}}
    prompt = {"messages": [{"role": "system", "content": "Be brief."}]}
    assert context["data"] == {"t": "eval-context", "d": prompt}
    assert (ready["type"], len({configure["id"], context["id"], ready["id"]})) == ("client-ready", 3)
    asked = seen(*done(acts.Configure({"system_prompt": "Be brief."})), sent=True)
    assert asked == [
        Other("client-message"), Other("client-message"), Asked({"system_prompt": "Be brief."}), Asked(),
    ]  # fmt: skip


def test_options_are_laid_over_what_the_client_says_of_itself() -> None:
    session: dict[str, Json] = {"version": "1.4.0", "about": {"platform": "linux"}}
    (ready,) = said(done(acts.Configure(), Pipecat(PipecatOptions(session=session))))
    assert ready["data"] == {"version": "1.4.0", "about": {"library": "voxgate", "platform": "linux"}}


def test_the_callers_audio_is_a_frame_or_a_message_at_16_khz() -> None:
    assert done(acts.Speak(b"\x01\x00\x02\x00"), PROTOBUF) == (b"\x12\x0b\x1a\x04\x01\x00\x02\x00 \x80}(\x01",)
    assert done(acts.Hush(2), PROTOBUF) == (b"\x12\x0b\x1a\x04\x00\x00\x00\x00 \x80}(\x01",)
    (message,) = said(done(acts.Speak(b"\x01\x00\x02\x00")))
    assert message == {
        "label": "rtvi-ai", "type": "raw-audio", "id": "01234567-1",
        "data": {"base64Audio": "AQACAA==", "sampleRate": 16000, "numChannels": 1},
    }  # fmt: skip
    batch = rtvi(
        "raw-audio-batch", {"base64AudioBatch": ["AQA=", "AgA="], "sampleRate": 8000, "numChannels": 1}, id="1"
    )
    assert seen(batch, sent=True) == [AudioIn(b"\x01\x00\x02\x00", 8000)]


INPUTS: list[tuple[Act, str, Any, Signal]] = [
    (
        acts.Type("Hello"), "send-text",
        {"content": "Hello", "options": {"run_immediately": True, "audio_response": True}}, Typed("Hello"),
    ),
    (acts.Press("1*#"), "dtmf", {"buttons": ["1", "*", "#"]}, Pressed("1*#")),
    (
        acts.Show("a.png", b"abc", "image/png"), "send-file",
        {
            "content": "",
            "file": {"format": "image/png", "name": "a.png", "source": {"type": "bytes", "bytes": "YWJj"}},
            "options": {"run_immediately": False, "audio_response": True},
        },
        Shown("a.png", "image/png", 3),
    ),
    (acts.HangUp(1000), "disconnect-bot", None, Other("disconnect-bot")),
]  # fmt: skip


@pytest.mark.parametrize(("act", "kind", "data", "signal"), INPUTS)
@pytest.mark.parametrize("dialect", [PROTOBUF, EVAL], ids=["protobuf", "eval"])
def test_what_the_caller_does_is_one_message(act: Act, kind: str, data: Any, signal: Signal, dialect: Pipecat) -> None:
    (message,) = said(done(act, dialect))
    named = {"label": "rtvi-ai", "type": kind, "id": "01234567-1"}
    assert message == named if data is None else named | {"data": data}
    assert seen(*done(act, dialect), dialect=dialect, sent=True) == [signal]
    assert done(act, PLAIN) == ()


def test_a_line_is_cut_without_a_word_and_a_bot_may_be_left_running() -> None:
    assert done(acts.HangUp(None)) == ()
    assert done(acts.HangUp(1000), Pipecat(PipecatOptions(disconnect_bot=False))) == ()


def test_a_bot_answers_its_own_tools_unless_it_leaves_them_to_the_client() -> None:
    assert done(acts.Answer("c1", "look_up", {"id": 1}), PROTOBUF) == ()
    assert (PROTOBUF.capabilities.answers_tools, LEGACY.capabilities.answers_tools) == (False, True)
    encoder, observer = LEGACY.encoder(CALL_ID), LEGACY.observer()
    encoder.heard(ToolCall("c1", "look_up", {"day": "Monday"}, '{"day":"Monday"}'))
    results: list[tuple[Json, str | None]] = [({"id": 1}, None), ([1], None), (None, "down")]
    answers = [acts.Answer(f"c{i}", "look_up", result, error) for i, (result, error) in enumerate(results, 1)]
    frames = [encoder.encode(answer, 0) for answer in answers]
    found = [said(each)[0] for each in frames]
    assert found[0]["type"] == "llm-function-call-result"
    assert found[0]["data"] == {
        "function_name": "look_up", "tool_call_id": "c1", "arguments": {"day": "Monday"}, "result": {"id": 1},
    }  # fmt: skip
    assert [each["data"]["result"] for each in found[1:]] == [{"result": [1]}, {"error": "down"}]
    assert observer.observe(frame(frames[0][0], sent=True)) == (ToolResult("c1", "look_up", {"id": 1}),)
    stopped = framed(rtvi("llm-function-call-stopped", {"tool_call_id": "c1", "cancelled": False}))
    assert observer.observe(frame(stopped)) == (Other("llm-function-call-stopped"),), "the bot only says it back"


def reported(dialect: Pipecat, *signals: Signal, heard: Frames = ()) -> list[Any]:
    agent = dialect.agent()
    for data in heard:
        agent.hear(data)
    frames = [each for signal in signals for each in agent.say(signal)]
    return said(tuple(each for each in frames if isinstance(each, str) or isinstance(read(each), MessageFrame)))


def kinds(messages: list[Any]) -> list[str]:
    return [message["type"] for message in messages]


def test_the_reference_bot_is_ready_when_the_client_is() -> None:
    opening = done(acts.Configure(), PROTOBUF)
    assert PROTOBUF.agent().hear(opening[0]) == (acts.Configure(),)
    (ready,) = reported(PROTOBUF, Ready("s-1"), Configured({"voice": "x"}), heard=opening)
    assert (ready["type"], ready["id"], ready["data"]["version"]) == ("bot-ready", "01234567-1", "2.2.0")


def test_the_reference_bot_says_a_turn_in_the_order_of_a_real_one() -> None:
    pcm = bytes(3200)
    turn = reported(
        PROTOBUF, SpeechStarted(), SpeechStopped(), Transcript("caller", "hi", final=True), ResponseStarted("r"),
        Transcript("agent", "Hello.", True, "r"), AudioOut(pcm, 16000, "r"), AudioOut(pcm, 16000, "r"), AudioDone("r"),
        TurnDone("r"),
    )  # fmt: skip
    assert kinds(turn) == [
        "user-started-speaking", "user-stopped-speaking", "user-input", "user-transcription", "bot-llm-started",
        "bot-llm-text", "bot-llm-stopped", "bot-tts-started", "bot-started-speaking", "bot-tts-stopped",
        "bot-stopped-speaking",
    ]  # fmt: skip


def test_the_reference_bot_shows_of_a_tool_what_its_report_level_allows() -> None:
    signals = (ToolCall("c1", "look_up", {"a": 1}), ToolResult("c1", "look_up", {"id": 1}))
    full = reported(PROTOBUF, *signals)
    assert kinds(full) == [
        "bot-llm-started", "llm-function-call-started", "llm-function-call-in-progress", "bot-llm-stopped",
        "llm-function-call-stopped",
    ]  # fmt: skip
    assert full[2]["data"] == {"tool_call_id": "c1", "function_name": "look_up", "arguments": {"a": 1}}
    none = reported(EVAL, *signals)
    assert [each["data"] for each in none if "data" in each] == [
        {}, {"tool_call_id": "c1"}, {"tool_call_id": "c1", "cancelled": False},
    ]  # fmt: skip
    opened = reported(EVAL, *signals, heard=done(acts.Configure()))
    assert opened == full, "eval-configure unlocks names, arguments and results"


def test_the_reference_bot_on_the_eval_wire_sends_audio_to_those_who_asked_for_it() -> None:
    sound = (ResponseStarted(), AudioOut(bytes(3200), 16000))
    assert "eval-bot-audio" not in kinds(reported(EVAL, *sound))
    assert "eval-bot-audio" in kinds(reported(EVAL, *sound, heard=done(acts.Configure())))


def test_the_reference_bot_hears_audio_of_any_rate_and_answers_what_it_does_not_know() -> None:
    agent = PROTOBUF.agent()
    assert agent.hear(b"\x12\x0b\x1a\x04\x01\x00\x02\x00 \x80}(\x01") == (acts.Speak(b"\x01\x00\x02\x00"),)
    assert agent.hear(framed('{"label":"rtvi-ai","type":"disconnect-bot","id":"2"}')) == ()
    assert agent.hear(framed('{"type":"of the app"}')) == ()
    with pytest.raises(Illegal, match="Unsupported type describe-bot"):
        agent.hear(framed('{"label":"rtvi-ai","type":"describe-bot","id":"7"}'))
    (told,) = said(agent.say(Fault("bad_message", "Unsupported type describe-bot")))
    assert (told["type"], told["id"]) == ("error-response", "7")


@pytest.mark.parametrize(
    ("given", "what"),
    [
        ({"wire": "json"}, "protobuf"),
        ({"rtvi": False, "wire": "eval"}, "wire: eval needs RTVI"),
        ({"rtvi": False, "client_tools": True}, "client_tools needs RTVI"),
        ({"rtvi": False, "session": {"version": "1"}}, "session needs RTVI"),
        ({"serializer": "protobuf"}, "serializer"),
    ],
)
def test_options_that_cannot_be_are_refused(given: dict[str, Any], what: str) -> None:
    with pytest.raises(ValidationError, match=what):
        PipecatOptions.model_validate(given)


def test_a_bot_without_rtvi_shows_its_audio_and_its_interruptions() -> None:
    can = PLAIN.capabilities
    assert can.shows == {"output_audio.delta", "response.cancelled", "session.closed"}
    assert (can.announces_ready, can.configures, can.types, can.derives) == (False, False, False, frozenset())


class Opened(Pipecat):
    """With a reference bot that a client has already said hello to."""

    def agent(self) -> Any:
        agent = super().agent()
        for data in self.encoder().encode(acts.Configure(), 0):
            agent.hear(data)
        return agent


@pytest.mark.parametrize(
    "dialect",
    [Opened(EVAL.options), LEGACY, Pipecat(PipecatOptions(disconnect_bot=False))],
    ids=["eval", "client_tools", "disconnect_bot"],
)
def test_the_laws_hold_on_every_wire(dialect: Any) -> None:
    laws.test_equal_frames_give_equal_signals(dialect)
    laws.test_its_capabilities_are_true(dialect)
    laws.test_what_it_says_it_can_send_it_can_send(dialect)
    laws.test_speech_and_silence_are_seen_as_the_callers_audio_at_the_input_rate(dialect)
    laws.test_what_the_agent_says_is_what_the_gate_hears(dialect)
    laws.test_the_agents_audio_comes_through_at_its_rate(dialect)
    laws.test_files_images_keys_and_marks_are_seen_as_what_they_are(dialect)
    laws.test_observing_what_was_rewritten_is_masking_what_was_observed(dialect)
    laws.test_rewriting_without_a_change_changes_no_meaning(dialect)


def test_words_are_masked_inside_the_frames_and_the_lengths_stay_true() -> None:
    def mask(_: str, text: str) -> str:
        return text.replace("Ann", "(somebody with a far longer name)" * 9)

    text = b"\n\x16\x08\x07\x12\x0bTextFrame#0\x1a\x05I Ann"
    words = b'\x1aH\x08\x07\x12\x14TranscriptionFrame#0\x1a\x0bI am Ann..."\x02u1*\x1d' + AT.encode()
    message = framed(rtvi("user-input", {"text": "I am Ann", "user_id": "Ann", "timestamp": AT, "final": True}))
    for data in (text, words, message):
        before, after = seen(data, dialect=PROTOBUF), seen(PROTOBUF.rewrite(data, mask), dialect=PROTOBUF)
        assert isinstance(before[0], Transcript)
        assert after == [Transcript(before[0].role, mask("", before[0].text), final=True)]
    masked = PROTOBUF.rewrite(message, mask)
    assert isinstance(masked, bytes)
    assert json.loads(message_of(masked))["data"]["user_id"] == "Ann", "an id is no word"
    sound = b"\x12\x0b\x1a\x04\x01\x00\x02\x00 \x80}(\x01"
    assert PROTOBUF.rewrite(sound, mask) is sound
    assert PROTOBUF.rewrite(b"\x0a\x05", mask) == b"\x0a\x05"
