"""Literal messages of Hume's EVI, as the types of its Python SDK (hume 0.14.1, `empathic_voice/types/`) have them."""

import base64
import json
from typing import Any

import pytest
from pydantic import ValidationError

from gate.audio import formats
from gate.core import acts
from gate.core.frames import Direction, Frame, Opcode
from gate.core.plan import Dial
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
from gate.dialects.fields import Illegal
from gate.dialects.hume.dialect import Hume
from gate.dialects.hume.session import HumeOptions

PCM = b"\x01\0\x02\0"
DATA = base64.b64encode(PCM).decode()
HEADER = bytes.fromhex(
    "52494646 28000000 57415645 666d7420 10000000 01000100 80bb0000 00770100 02001000 64617461 04000000"
)
"""Of a WAV file of 48 kHz, mono, 16 bits, with two samples."""
WAV = base64.b64encode(HEADER + PCM).decode()


def seen(*messages: Any, sent: bool = False) -> list[tuple[Signal, ...]]:
    """What each message of one call means."""
    observer = Hume().observer()
    direction = Direction.SENT if sent else Direction.RECEIVED
    return [observer.observe(Frame(direction, Opcode.TEXT, json.dumps(message), 0)) for message in messages]


def done(act: acts.Act, **options: Any) -> list[Any]:
    return [json.loads(frame) for frame in Hume(HumeOptions.model_validate(options)).encoder().encode(act, 0)]


def audio(sentence: str, index: int = 0) -> dict[str, Any]:
    return {"type": "audio_output", "id": sentence, "index": index, "data": WAV}


def words(sentence: str | None, text: str = "Hello.") -> dict[str, Any]:
    return {
        "type": "assistant_message", "id": sentence, "from_text": False, "is_quick_response": False,
        "message": {"role": "assistant", "content": text}, "models": {"prosody": None},
    }  # fmt: skip


def heard(text: str, *, interim: bool = False) -> dict[str, Any]:
    return {
        "type": "user_message", "from_text": False, "interim": interim, "message": {"role": "user", "content": text},
        "models": {"prosody": {"scores": {"joy": 0.1}}}, "time": {"begin": 1720, "end": 3100},
    }  # fmt: skip


END = {"type": "assistant_end"}
INTERRUPTION = {"type": "user_interruption", "time": 1726000000000}
CALL = {
    "type": "tool_call", "tool_call_id": "call_m7PTzGxrD0i9oCHiquKIaibo", "name": "get_current_weather",
    "parameters": '{"location": "Lima"}', "response_required": True, "tool_type": "function",
}  # fmt: skip


@pytest.mark.parametrize(
    ("message", "signals"),
    [
        ({"type": "chat_metadata", "chat_id": "c-1", "chat_group_id": "g-1", "request_id": "r"}, (Ready("c-1"),)),
        (heard("Hi there"), (Transcript("caller", "Hi there", True),)),
        (heard("Hi", interim=True), (Transcript("caller", "Hi", False),)),
        (words("m-1"), (ResponseStarted("turn-1"), Transcript("agent", "Hello.", True, "turn-1"))),
        (audio("m-1"), (ResponseStarted("turn-1"), AudioOut(PCM, 48000, "turn-1", "m-1"))),
        (END, (TurnDone(None),)),
        (INTERRUPTION, (Cancelled(None),)),
        (
            {"type": "session_settings", "system_prompt": "Be brief.", "voice_id": "ito"},
            (Configured({"voice": "ito", "system_prompt": "Be brief."}),),
        ),
        (
            {"type": "error", "code": "E0714", "slug": "transcription_disconnected", "message": "gone"},
            (Fault("transcription_disconnected", "gone"),),
        ),
        ({"type": "something_new"}, (Other("something_new"),)),
    ],
)
def test_what_the_provider_says(message: Any, signals: tuple[Signal, ...]) -> None:
    assert seen(message) == [signals]


def test_prosody_is_shown_as_it_is() -> None:
    prosody: Any = {"type": "assistant_prosody", "id": "m-1", "models": {"prosody": {"scores": {"joy": 0.2}}}}
    assert seen(prosody) == [(Metadata(prosody),)]


def test_each_piece_of_audio_is_a_file_of_its_own_with_its_own_rate() -> None:
    slow = base64.b64encode(formats.encode("wav", PCM, 24000)).decode()
    found = seen(audio("m-1"), audio("m-1", 1), audio("m-1", 2) | {"data": slow})
    assert [each[-1] for each in found] == [
        AudioOut(PCM, 48000, "turn-1", "m-1"), AudioOut(PCM, 48000, "turn-1", "m-1"),
        AudioOut(PCM, 24000, "turn-1", "m-1"),
    ]  # fmt: skip


def test_a_turn_is_all_sentences_up_to_its_end() -> None:
    found = seen(words("m-1"), audio("m-1"), words("m-2", "More."), audio("m-2"), END, words("m-3"))
    assert found == [
        (ResponseStarted("turn-1"), Transcript("agent", "Hello.", True, "turn-1")),
        (AudioOut(PCM, 48000, "turn-1", "m-1"),),
        (Transcript("agent", "More.", True, "turn-1"),),
        (AudioOut(PCM, 48000, "turn-1", "m-2"),),
        (TurnDone("turn-1"),),
        (ResponseStarted("turn-2"), Transcript("agent", "Hello.", True, "turn-2")),
    ]


def test_what_comes_late_of_an_interrupted_sentence_belongs_to_the_turn_that_was_cut() -> None:
    found = seen(words("m-1"), audio("m-1"), INTERRUPTION, audio("m-1", 1), END, words("m-2"), audio("m-2"), END)
    assert found[2:] == [
        (Cancelled("turn-1"),),
        (AudioOut(PCM, 48000, "turn-1", "m-1"),),
        (TurnDone("turn-1"),),
        (ResponseStarted("turn-2"), Transcript("agent", "Hello.", True, "turn-2")),
        (AudioOut(PCM, 48000, "turn-2", "m-2"),),
        (TurnDone("turn-2"),),
    ]


def test_a_call_is_one_and_its_arguments_are_read() -> None:
    call = ToolCall(CALL["tool_call_id"], "get_current_weather", {"location": "Lima"}, '{"location": "Lima"}')  # type: ignore[arg-type]
    assert seen(CALL, CALL) == [(call,), (Other("tool_call"),)]


@pytest.mark.parametrize("its_own", [{"tool_type": "builtin"}, {"response_required": False}])
def test_a_tool_that_the_provider_runs_is_shown_and_not_answered(its_own: dict[str, Any]) -> None:
    answer = {
        "type": "tool_response",
        "tool_call_id": CALL["tool_call_id"],
        "tool_name": "web_search",
        "content": "sunny",
    }
    call, result = seen(CALL | its_own, answer)
    assert call == (
        ToolCall(CALL["tool_call_id"], CALL["name"], {"location": "Lima"}, CALL["parameters"], ours=False),  # type: ignore[arg-type]
    )
    assert result == (ToolResult(CALL["tool_call_id"], "web_search", "sunny"),)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("message", "what"),
    [
        ({"type": "audio_output", "id": "m", "index": 0}, "data is missing, a text is due"),
        (
            {"type": "audio_output", "id": "m", "index": 0, "data": DATA},
            "no WAV header: the audio begins with 01 00 02 00; expected RIFF … WAVE",
        ),
        ({"type": "user_message", "interim": False, "message": "hi"}, "message is no object"),
        ({"type": "user_message", "message": {"content": "hi"}}, "interim is neither true nor false"),
        ({"type": "tool_call", "name": "n"}, "tool_call_id is missing, a text is due"),
        ({"type": "chat_metadata"}, "chat_id is missing, a text is due"),
        ({"type": 1}, "type is a number, a text is due"),
    ],
)
def test_what_the_protocol_does_not_allow_is_a_violation(message: Any, what: str) -> None:
    assert seen(message) == [(Violation(what),)]


def test_a_binary_frame_is_a_violation() -> None:
    (found,) = Hume().observer().observe(Frame(Direction.RECEIVED, Opcode.BINARY, PCM, 0))
    assert isinstance(found, Violation)


@pytest.mark.parametrize(
    ("act", "message"),
    [
        (acts.Speak(PCM), {"type": "audio_input", "data": DATA}),
        (acts.Hush(2), {"type": "audio_input", "data": base64.b64encode(bytes(4)).decode()}),
        (acts.Type("hello"), {"type": "user_input", "text": "hello"}),
        (
            acts.Answer("c1", "look_up", {"id": "A-17"}),
            {"type": "tool_response", "tool_call_id": "c1", "content": '{"id":"A-17"}', "tool_name": "look_up"},
        ),
        (acts.Answer("c1", "", "plain"), {"type": "tool_response", "tool_call_id": "c1", "content": "plain"}),
        (
            acts.Answer("c1", "look_up", None, "read-only"),
            {"type": "tool_error", "tool_call_id": "c1", "error": "read-only", "content": "read-only", "level": "warn"},
        ),
    ],
)
def test_what_the_gate_does_as_a_message(act: acts.Act, message: Any) -> None:
    assert done(act) == [message]


@pytest.mark.parametrize(
    "act", [acts.Respond(), acts.Interrupt(), acts.Truncate("i", 1.0), acts.Cleared(), acts.Pong("1"), acts.HangUp()]
)
def test_what_the_provider_has_no_word_for_is_not_said(act: acts.Act) -> None:
    assert done(act) == []


LOOK_UP: Any = {
    "name": "look_up",
    "description": "Finds it",
    "parameters": {"type": "object", "properties": {"id": {"type": "string"}}},
}
SETTINGS: Any = {
    "voice": "ito",
    "system_prompt": "Be brief.",
    "tools": [LOOK_UP],
    "metadata": {"name": "Anna", "vip": True, "cart": ["a"]},
}
ASKED: Any = {
    "type": "session_settings",
    "audio": {"encoding": "linear16", "sample_rate": 16000, "channels": 1},
    "voice_id": "ito",
    "system_prompt": "Be brief.",
    "tools": [
        {
            "type": "function", "name": "look_up", "description": "Finds it",
            "parameters": '{"properties":{"id":{"type":"string"}},"type":"object"}',
        }
    ],
    "variables": {"name": "Anna", "vip": True},
    "metadata": {"cart": ["a"]},
}  # fmt: skip


def test_the_settings_stand_where_the_provider_has_them_and_are_read_from_there() -> None:
    assert done(acts.Configure(SETTINGS)) == [ASKED]
    assert seen(ASKED, sent=True) == [(Asked(SETTINGS),)]
    assert seen(ASKED) == [(Configured(SETTINGS),)], "an echo is read by the same measure"


def test_the_form_of_the_audio_is_said_where_nothing_is_asked_for_too() -> None:
    assert done(acts.Configure({}), send_rate_hz=8000) == [
        {"type": "session_settings", "audio": {"encoding": "linear16", "sample_rate": 8000, "channels": 1}}
    ]


def test_what_has_no_name_here_is_laid_over_the_settings() -> None:
    more = {"context": {"text": "It rains."}, "voice_id": None, "builtin_tools": [{"name": "web_search"}]}
    (message,) = done(acts.Configure({"voice": "ito", "system_prompt": "p"}), session=more)
    assert message["context"] == {"text": "It rains."}
    assert message["builtin_tools"] == [{"name": "web_search"}]
    assert "voice_id" not in message


@pytest.mark.parametrize("wrong", [{"tools": "x"}, {"tools": [1]}, {"tools": [{}]}, {"variables": []}, {"audio": 1}])
def test_settings_of_the_wrong_shape_are_a_violation(wrong: Any) -> None:
    ((found,),) = seen({"type": "session_settings"} | wrong, sent=True)
    assert isinstance(found, Violation)


def test_what_the_gate_sent_is_read_again_and_a_result_is_told_once() -> None:
    answer = {"type": "tool_response", "tool_call_id": "c1", "content": '{"id":"A-17"}', "tool_name": "look_up"}
    failed = {"type": "tool_error", "tool_call_id": "c2", "error": "read-only", "content": "read-only", "level": "warn"}
    assert seen({"type": "audio_input", "data": DATA}, {"type": "user_input", "text": "hi"}, answer, answer, failed,
                {"type": "pause_assistant_message"}, sent=True) == [
        (AudioIn(PCM, 16000),), (Typed("hi"),), (ToolResult("c1", "look_up", {"id": "A-17"}),),
        (Other("tool_response"),), (ToolResult("c2", "", None, "read-only"),), (Other("pause_assistant_message"),),
    ]  # fmt: skip


def test_the_options_stand_in_the_address_and_what_the_url_says_stays() -> None:
    options = {"config_id": "cfg", "config_version": 2, "verbose_transcription": True, "resumed_chat_group_id": "g-1",
               "event_limit": 5, "allow_connection": False}  # fmt: skip
    dial = Hume(HumeOptions.model_validate(options)).dial(
        Dial("wss://api.hume.ai/v0/evi/chat?config_version=1", query=(("api_key", "k"),)), {}, ""
    )
    assert dial.query == (
        ("config_id", "cfg"), ("event_limit", "5"), ("resumed_chat_group_id", "g-1"), ("verbose_transcription", "true"),
        ("allow_connection", "false"), ("api_key", "k"),
    )  # fmt: skip
    assert Hume().dial(Dial("wss://api.hume.ai/v0/evi/chat"), {}, "").query == ()


def test_unfinished_transcripts_are_shown_where_they_are_asked_for() -> None:
    assert "transcript.delta" in Hume(HumeOptions(verbose_transcription=True)).capabilities.shows
    assert "transcript.delta" not in Hume().capabilities.shows


@pytest.mark.parametrize("wrong", [{"config_version": "x"}, {"config_id": ""}, {"send_rate_hz": 11025}, {"voice": "v"}])
def test_mistakes_in_the_options_are_told(wrong: Any) -> None:
    with pytest.raises(ValidationError):
        HumeOptions.model_validate(wrong)


class TestTheAgentsHalf:
    def test_each_piece_of_its_speech_is_a_file_with_the_next_number(self) -> None:
        agent = Hume().agent()
        said: list[Signal] = [
            ResponseStarted("r1"), AudioOut(bytes(3200), 16000, "r1"), AudioOut(bytes(3200), 16000, "r1"),
            AudioDone("r1"),
        ]  # fmt: skip
        frames = [json.loads(frame) for signal in said for frame in agent.say(signal)]
        assert [(frame["type"], frame["id"], frame["index"]) for frame in frames] == [
            ("audio_output", "r1", index) for index in range(len(frames))
        ]
        for frame in frames:
            assert base64.b64decode(frame["data"])[:4] == b"RIFF"

    def test_unfinished_words_are_said_only_where_they_are_asked_for(self) -> None:
        assert Hume().agent().say(Transcript("caller", "he", False)) == ()
        (frame,) = Hume(HumeOptions(verbose_transcription=True)).agent().say(Transcript("caller", "he", False))
        assert json.loads(frame)["interim"] is True

    def test_times_are_what_was_heard_so_far(self) -> None:
        agent = Hume().agent()
        agent.hear(json.dumps({"type": "audio_input", "data": base64.b64encode(bytes(3200)).decode()}))
        (frame,) = agent.say(Cancelled("r1"))
        assert json.loads(frame) == {"type": "user_interruption", "time": 100}

    def test_it_hears_what_a_client_of_the_providers_says(self) -> None:
        agent = Hume().agent()
        assert agent.hear(json.dumps({"type": "audio_input", "data": DATA})) == (acts.Speak(PCM),)
        assert agent.hear(json.dumps(ASKED)) == (acts.Configure(SETTINGS),)
        failed = {"type": "tool_error", "tool_call_id": "c", "error": "x"}
        assert agent.hear(json.dumps(failed)) == (acts.Answer("c", "", None, "x"),)
        assert agent.hear('{"type":"pause_assistant_message"}') == ()

    def test_it_refuses_what_nobody_may_say(self) -> None:
        other = ASKED | {"audio": {"encoding": "linear16", "sample_rate": 44100, "channels": 2}}
        for illegal in ('{"type":"no such"}', "{", b"\x01", json.dumps(other)):
            with pytest.raises(Illegal):
                Hume().agent().hear(illegal)
