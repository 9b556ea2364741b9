"""Literal messages of google-genai 3.4.0 (live.py and the fields of types.py) and of ai.google.dev/api/live."""

import base64
import json
from typing import Any

import pytest
from pydantic import ValidationError

from gate.core import acts
from gate.core.frames import Direction, Frame, Opcode
from gate.core.signals import (
    Asked,
    AudioDone,
    AudioIn,
    AudioOut,
    Cancelled,
    Closed,
    Configured,
    Fault,
    Metadata,
    Other,
    Ready,
    ResponseStarted,
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
from gate.dialects.fields import Illegal
from gate.dialects.gemini_live.dialect import GeminiLive, GeminiLiveOptions
from gate.dialects.gemini_live.session import settings_of, setup_of

PCM = b"\x01\0\x02\0"
DATA = base64.b64encode(PCM).decode()
AUDIO = {"modelTurn": {"parts": [{"inlineData": {"mimeType": "audio/pcm;rate=24000", "data": DATA}}]}}
SOUND = AudioOut(PCM, 24000, "turn-1")
SET_UP = '{"setup":{"model":"models/m"}}'


def seen(*messages: Any, sent: bool = False) -> list[tuple[Signal, ...]]:
    """What each message of one call means."""
    observer = GeminiLive().observer()
    direction = Direction.SENT if sent else Direction.RECEIVED
    texts = [message if isinstance(message, str | bytes) else json.dumps(message) for message in messages]
    return [
        observer.observe(Frame(direction, Opcode.BINARY if isinstance(text, bytes) else Opcode.TEXT, text, 0))
        for text in texts
    ]


def said(**content: Any) -> dict[str, Any]:
    return {"serverContent": content}


def meaning(*messages: Any) -> list[Signal]:
    return [signal for found in seen(*messages) for signal in found]


def told(*messages: Any) -> list[Signal]:
    """Without messages that mean nothing yet."""
    return [signal for signal in meaning(*messages) if not isinstance(signal, Other)]


def encoded(act: acts.Act, **options: Any) -> Any:
    (frame,) = GeminiLive(GeminiLiveOptions.model_validate(options)).encoder().encode(act, 0)
    return json.loads(frame)


def caller(text: str, *, final: bool = False) -> Transcript:
    return Transcript("caller", text, final)


def agent(text: str, *, final: bool = False, turn: int = 1) -> Transcript:
    return Transcript("agent", text, final, f"turn-{turn}")


def test_setup_complete_is_readiness_and_an_acknowledgement_that_shows_nothing() -> None:
    assert seen({"setupComplete": {}}) == [(Ready(), Configured())]
    assert seen({"setupComplete": {"sessionId": "s-1"}}) == [(Ready("s-1"), Configured())]


def test_json_in_a_binary_frame_means_what_it_means_in_a_text_frame() -> None:
    assert seen(b'{"setupComplete": {}}\n') == [(Ready(), Configured())]
    assert seen(json.dumps(said(**AUDIO)).encode()) == [(ResponseStarted("turn-1"), SOUND)]
    assert seen(b"\x01\x02") == [(Violation("not JSON: Expecting value"),)]


def test_a_turn_is_counted_from_its_first_model_turn_to_turn_complete() -> None:
    turn = [said(**AUDIO), said(**AUDIO), said(generationComplete=True), said(turnComplete=True)]
    assert meaning(*turn, said(**AUDIO)) == [
        ResponseStarted("turn-1"), SOUND, SOUND, AudioDone("turn-1"), TurnDone("turn-1"),
        ResponseStarted("turn-2"), AudioOut(PCM, 24000, "turn-2"),
    ]  # fmt: skip


def test_an_interruption_cuts_the_turn_and_turn_complete_still_names_it() -> None:
    found = meaning(said(**AUDIO), said(interrupted=True), said(turnComplete=True), said(**AUDIO))
    assert found[2:5] == [Cancelled("turn-1"), TurnDone("turn-1"), ResponseStarted("turn-2")]


def test_a_turn_that_goes_on_in_the_background_is_not_over() -> None:
    working = said(turnComplete=True, interactionStatus="IN_PROGRESS")
    assert seen(said(**AUDIO), working, said(turnComplete=True, interactionStatus="IDLE"))[1:] == [
        (Other("serverContent"),),
        (TurnDone("turn-1"),),
    ]


def test_what_one_message_says_at_once_comes_in_the_order_in_which_it_happened() -> None:
    everything = {
        "serverContent": {
            "turnComplete": True, "generationComplete": True, "outputTranscription": {"text": "Hello."},
            **AUDIO, "inputTranscription": {"text": "hi"},
        },
        "usageMetadata": {"totalTokenCount": 3},
    }  # fmt: skip
    assert meaning(everything) == [
        caller("hi"), caller("hi", final=True), ResponseStarted("turn-1"), SOUND, agent("Hello."),
        agent("Hello.", final=True), AudioDone("turn-1"), TurnDone("turn-1"),
        Metadata({"usageMetadata": {"totalTokenCount": 3}}),
    ]  # fmt: skip


def test_the_rate_of_the_audio_is_the_one_that_its_type_names() -> None:
    def audio(media_type: str) -> tuple[Signal, ...]:
        blob = {"mimeType": media_type, "data": DATA}
        return seen(said(modelTurn={"parts": [{"inlineData": blob}]}))[0][1:]

    assert audio("audio/pcm;rate=16000") == (AudioOut(PCM, 16000, "turn-1"),)
    assert audio("audio/pcm; rate=48000") == (AudioOut(PCM, 48000, "turn-1"),)
    assert audio("audio/pcm;rate=16000;channels=1") == (AudioOut(PCM, 16000, "turn-1"),)
    assert audio("audio/pcm;channels=1; rate=16000") == (AudioOut(PCM, 16000, "turn-1"),)
    assert audio("audio/pcm") == (SOUND,)
    assert audio("image/png") == ()


def test_words_of_the_caller_are_final_when_they_are_finished() -> None:
    pieces = [
        said(inputTranscription={"text": " move my"}),
        said(inputTranscription={"text": " visit", "finished": True}),
    ]
    assert meaning(*pieces) == [caller(" move my"), caller("move my visit", final=True)]
    assert meaning(pieces[0], said(inputTranscription={"finished": True})) == [
        caller(" move my"),
        caller("move my", final=True),
    ]


def test_words_of_the_caller_that_are_never_finished_are_final_when_the_model_begins() -> None:
    pieces = [said(inputTranscription={"text": " move my"}), said(inputTranscription={"text": " visit"})]
    for begin in (said(**AUDIO), {"toolCall": {"functionCalls": [{"id": "1", "name": "f"}]}}):
        assert meaning(*pieces, begin)[2] == caller("move my visit", final=True)


def test_words_of_the_caller_that_come_late_are_final_when_the_turn_ends() -> None:
    late = [said(**AUDIO), said(inputTranscription={"text": "my visit"}), said(turnComplete=True)]
    assert meaning(*late)[2:] == [caller("my visit"), caller("my visit", final=True), TurnDone("turn-1")]


def test_what_may_still_change_is_no_piece_of_the_words() -> None:
    found = meaning(
        said(interimInputTranscription={"text": "mow"}), said(inputTranscription={"text": "move"}), said(**AUDIO)
    )
    assert found[:3] == [caller("mow"), caller("move"), caller("move", final=True)]


def test_words_of_the_agent_are_final_once_all_is_generated_or_cut() -> None:
    pieces = [said(**AUDIO), said(outputTranscription={"text": "How are"}), said(outputTranscription={"text": " you?"})]
    for end in (said(generationComplete=True), said(turnComplete=True), said(interrupted=True)):
        assert meaning(*pieces, end)[2:5] == [agent("How are"), agent(" you?"), agent("How are you?", final=True)]


def test_words_of_the_agent_before_its_audio_belong_to_the_turn_to_come() -> None:
    """Vertex sends them so."""
    early = [said(outputTranscription={"text": "Hello.", "finished": True}), said(**AUDIO)]
    assert meaning(*early) == [agent("Hello.", final=True), ResponseStarted("turn-1"), SOUND]


def test_words_of_the_agent_behind_its_turn_belong_to_that_turn() -> None:
    pieces = [said(outputTranscription={"text": "good"}), said(outputTranscription={"text": "bye"})]
    late = [said(**AUDIO), said(turnComplete=True), *pieces]
    hi = said(inputTranscription={"text": "hi"})
    assert told(*late, hi, said(**AUDIO))[3:] == [
        caller("hi"), agent("goodbye", final=True), caller("hi", final=True), ResponseStarted("turn-2"),
        AudioOut(PCM, 24000, "turn-2"),
    ]  # fmt: skip
    asked = meaning(*late[:2], hi, *pieces)
    assert asked[4:] == [agent("good", turn=2), agent("bye", turn=2)]


@pytest.mark.parametrize("end", [Opcode.CLOSE, Opcode.LOST])
def test_words_of_the_agent_behind_its_turn_are_told_when_the_call_ends(end: Opcode) -> None:
    observer = GeminiLive().observer()

    def observed(opcode: Opcode, data: str) -> tuple[Signal, ...]:
        return observer.observe(Frame(Direction.RECEIVED, opcode, data, 0))

    for message in (said(**AUDIO), said(turnComplete=True), said(outputTranscription={"text": "bye"})):
        observed(Opcode.TEXT, json.dumps(message))
    final, closed = observed(end, '{"reason":"x"}')
    assert final == agent("bye", final=True)
    assert isinstance(closed, Closed)


@pytest.mark.parametrize("finished", [{}, {"finished": True}])
def test_words_before_a_turn_belong_to_it_even_where_nothing_of_the_caller_was_written_down(
    finished: dict[str, Any],
) -> None:
    pieces = [said(outputTranscription={"text": "Second "}), said(outputTranscription={"text": "answer", **finished})]
    found = told(said(**AUDIO), said(turnComplete=True), *pieces, said(**AUDIO), said(turnComplete=True))
    assert found[3:] == [
        ResponseStarted("turn-2"), agent("Second answer", turn=2), AudioOut(PCM, 24000, "turn-2"),
        agent("Second answer", final=True, turn=2), TurnDone("turn-2"),
    ]  # fmt: skip


def test_words_before_a_call_belong_to_the_turn_that_calls() -> None:
    call = {"toolCall": {"functionCalls": [{"id": "1", "name": "f"}]}}
    early = said(outputTranscription={"text": "One moment."})
    assert told(said(**AUDIO), said(turnComplete=True), early, call, said(**AUDIO))[3:] == [
        agent("One moment.", turn=2), ToolCall("1", "f", {}), ResponseStarted("turn-2"),
        AudioOut(PCM, 24000, "turn-2"),
    ]  # fmt: skip


def test_audio_without_a_sample_is_no_audio() -> None:
    blob = {"mimeType": "audio/pcm;rate=24000", "data": ""}
    assert seen(said(**AUDIO), said(modelTurn={"parts": [{"inlineData": blob}]}))[1] == (Other("serverContent"),)


def test_an_answer_in_text_is_what_the_agent_says_and_its_thoughts_are_not() -> None:
    parts = [{"text": "the user greets me", "thought": True}, {"text": "Hello"}, {"executableCode": {}}]
    assert meaning(said(modelTurn={"parts": parts}), said(turnComplete=True)) == [
        ResponseStarted("turn-1"), agent("Hello"), agent("Hello", final=True), TurnDone("turn-1")
    ]  # fmt: skip


def test_tools_are_called_together_cancelled_and_each_only_once() -> None:
    calls = [{"id": "a", "name": "look_up", "args": {"day": "Friday"}}, {"id": "b", "name": "write"}]
    called = (ToolCall("a", "look_up", {"day": "Friday"}, '{"day":"Friday"}'), ToolCall("b", "write", {}))
    message = {"toolCall": {"functionCalls": calls}}
    again = (Other("toolCall"),)
    cancellation = {"toolCallCancellation": {"ids": ["a", "b"]}}
    assert seen(message, message, message, cancellation) == [
        called, again, again, (ToolCancelled("a"), ToolCancelled("b"))
    ]  # fmt: skip


def test_calls_without_an_id_are_calls_all_the_same() -> None:
    """Vertex gives none."""
    message = {"toolCall": {"functionCalls": [{"name": "f", "args": {}}]}}
    assert seen(message, message) == [(ToolCall("", "f", {}, "{}"),)] * 2
    answer = encoded(acts.Answer("", "f", 1))
    assert answer == {"toolResponse": {"functionResponses": [{"name": "f", "response": {"output": 1}}]}}


def test_the_activity_of_the_caller_is_shown_where_it_was_asked_for() -> None:
    start, end = ({"voiceActivity": {"voiceActivityType": kind}} for kind in ("ACTIVITY_START", "ACTIVITY_END"))
    assert seen(start, end) == [(SpeechStarted(),), (SpeechStopped(),)]
    assert "speech.started" not in GeminiLive().capabilities.shows
    asked = GeminiLive(GeminiLiveOptions(session={"explicitVadSignal": True}))
    assert {"speech.started", "speech.stopped"} <= asked.capabilities.shows
    half = asked.agent()
    assert half.say(SpeechStarted()) == ()
    half.hear('{"setup":{"explicitVadSignal":true}}')
    assert half.say(SpeechStarted()) == (b'{"voiceActivity":{"voiceActivityType":"ACTIVITY_START"}}',)


@pytest.mark.parametrize(
    "message",
    [
        {"goAway": {"timeLeft": "10s"}},
        {"sessionResumptionUpdate": {"newHandle": "h", "resumable": True}},
        {"usageMetadata": {"totalTokenCount": 7}},
    ],
)
def test_what_the_server_tells_beside_the_talk_is_metadata(message: Any) -> None:
    assert seen(message) == [(Metadata(message),)]


def test_what_is_told_of_a_turn_is_metadata() -> None:
    assert meaning(said(turnComplete=True, turnCompleteReason="RESPONSE_REJECTED")) == [
        TurnDone(), Metadata({"turnCompleteReason": "RESPONSE_REJECTED"})
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("message", "what"),
    [
        ({"serverContent": []}, "serverContent is no object"),
        (said(modelTurn={"parts": {}}), "parts is no list"),
        (said(modelTurn={"parts": ["x"]}), "parts holds what is no object"),
        (said(modelTurn={"parts": [{"inlineData": {"mimeType": "audio/pcm"}}]}), "data is missing, a text is due"),
        (
            said(modelTurn={"parts": [{"inlineData": {"mimeType": "audio/pcm", "data": "AA=="}}]}),
            "audio of 1 bytes is no whole number of 16-bit samples",
        ),
        (
            said(modelTurn={"parts": [{"inlineData": {"mimeType": "audio/pcm;rate=0", "data": DATA}}]}),
            "audio at a rate of '0', a number of Hz is due",
        ),
        (said(inputTranscription={"text": 3}), "text is no text"),
        ({"toolCall": {"functionCalls": [{"id": "1"}]}}, "name is missing, a text is due"),
        ({"setupComplete": "yes"}, "setupComplete is no object"),
        ([], "JSON, but a list where an object is due"),
    ],
)
def test_what_the_api_does_not_allow_is_a_violation(message: Any, what: str) -> None:
    assert seen(message) == [(Violation(what),)]
    assert seen(json.dumps(message).encode()) == [(Violation(what),)]


def test_what_is_unknown_is_no_violation() -> None:
    assert seen({"newThing": 1}, {}, said(waitingForInput=True)) == [
        (Other("newThing"),), (Other(""),), (Other("serverContent"),)
    ]  # fmt: skip


def test_the_setup_says_what_the_session_asks_for() -> None:
    parameters = {"type": "object", "properties": {"a": {"type": "string"}}}
    session = {
        "model": "gemini-live-2.5-flash-preview",
        "voice": "Kore",
        "language": "de-DE",
        "modalities": ["audio"],
        "system_prompt": "Be kind.",
        "vad": {"silenceDurationMs": 500, "startOfSpeechSensitivity": "START_SENSITIVITY_LOW"},
        "tools": [{"name": "f", "description": "does", "parameters": parameters}],
    }
    expected = {
        "model": "models/gemini-live-2.5-flash-preview",
        "generationConfig": {
            "responseModalities": ["AUDIO"],
            "speechConfig": {"voiceConfig": {"prebuiltVoiceConfig": {"voiceName": "Kore"}}, "languageCode": "de-DE"},
        },
        "systemInstruction": {"parts": [{"text": "Be kind."}]},
        "tools": [{"functionDeclarations": session["tools"]}],
        "realtimeInputConfig": {"automaticActivityDetection": session["vad"]},
        "inputAudioTranscription": {},
        "outputAudioTranscription": {},
    }
    assert encoded(acts.Configure(session)) == {"setup": expected}
    asked = session | {"model": "models/gemini-live-2.5-flash-preview"}
    assert seen({"setup": expected}, sent=True) == [(Asked(asked),)]


def test_a_model_with_a_place_of_its_own_is_left_as_it_is() -> None:
    for model in ("models/m", "projects/p/locations/l/publishers/google/models/m"):
        assert setup_of({"model": model}, {})["model"] == model


def test_options_session_is_laid_over_the_setup() -> None:
    more = {
        "generationConfig": {"temperature": 0.2, "responseModalities": ["TEXT"]},
        "outputAudioTranscription": None,
        "sessionResumption": {},
    }
    setup = encoded(acts.Configure({"voice": "Kore"}), session=more)["setup"]
    assert setup == {
        "generationConfig": {
            "responseModalities": ["TEXT"],
            "speechConfig": {"voiceConfig": {"prebuiltVoiceConfig": {"voiceName": "Kore"}}},
            "temperature": 0.2,
        },
        "inputAudioTranscription": {},
        "sessionResumption": {},
    }


def test_options_that_are_none_are_told() -> None:
    with pytest.raises(ValidationError):
        GeminiLiveOptions.model_validate({"sesion": {}})
    with pytest.raises(ValidationError):
        GeminiLiveOptions.model_validate({"session": []})


def test_the_schema_of_a_tool_is_cut_down_to_what_the_api_takes() -> None:
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "additionalProperties": False,
        "required": ["day"],
        "properties": {
            "day": {"type": ["string", "null"], "enum": ["Mon", "Tue"]},
            "kind": {"const": "visit"},
            "n": {"type": "integer", "enum": [1, 2], "exclusiveMinimum": 0, "maximum": 9},
            "list": {"type": "array", "items": {"oneOf": [{"type": "string"}, {"type": "number"}], "$ref": "#/x"}},
        },
    }  # fmt: skip
    tools = [{"name": "f", "parameters": schema}, {"type": "function", "function": {"name": "g"}}]
    (declared,) = setup_of({"tools": tools}, {})["tools"]  # type: ignore[misc,union-attr]
    assert declared == {
        "functionDeclarations": [
            {"name": "f", "description": "", "parameters": {
                "type": "object", "required": ["day"],
                "properties": {
                    "day": {"type": "string", "nullable": True, "enum": ["Mon", "Tue"]},
                    "kind": {"enum": ["visit"]},
                    "n": {"type": "integer", "maximum": 9},
                    "list": {"type": "array", "items": {"anyOf": [{"type": "string"}, {"type": "number"}]}},
                },
            }},
            {"name": "g", "description": ""},
        ]
    }  # fmt: skip


def test_each_act_is_the_message_that_the_api_documents() -> None:
    audio = {"realtimeInput": {"audio": {"data": DATA, "mimeType": "audio/pcm;rate=16000"}}}
    assert encoded(acts.Speak(PCM)) == audio
    assert encoded(acts.Hush(2))["realtimeInput"]["audio"]["data"] == base64.b64encode(bytes(4)).decode()
    assert encoded(acts.Type("hi")) == {"realtimeInput": {"text": "hi"}}
    answered = {"functionResponses": [{"id": "a", "name": "f", "response": {"output": {"ok": True}}}]}
    assert encoded(acts.Answer("a", "f", {"ok": True})) == {"toolResponse": answered}
    failed = {"functionResponses": [{"id": "a", "name": "f", "response": {"error": "down"}}]}
    assert encoded(acts.Answer("a", "f", None, "down")) == {"toolResponse": failed}
    answers = {"toolResponse": answered}, {"toolResponse": failed}
    assert seen(audio, {"realtimeInput": {"text": "hi"}}, *answers, sent=True) == [
        (AudioIn(PCM, 16000),), (Typed("hi"),), (ToolResult("a", "f", {"ok": True}),),
        (ToolResult("a", "f", None, "down"),),
    ]  # fmt: skip


def test_nothing_is_said_for_what_the_api_has_no_word_for() -> None:
    encoder = GeminiLive().encoder()
    for act in (acts.Interrupt(), acts.Truncate(None, 1.0), acts.Cleared(), acts.Respond(), acts.Pong("")):
        assert encoder.encode(act, 0) == ()


def test_the_agent_takes_both_spellings() -> None:
    for message, act in [
        ({"realtime_input": {"audio": {"data": DATA, "mime_type": "audio/pcm;rate=16000"}}}, acts.Speak(PCM)),
        ({"realtimeInput": {"mediaChunks": [{"data": DATA, "mimeType": "audio/pcm"}]}}, acts.Speak(PCM)),
        (
            {"tool_response": {"functionResponses": [{"id": "a", "name": "f", "response": {"result": 1}}]}},
            acts.Answer("a", "f", {"result": 1}),
        ),
        (
            {"client_content": {"turns": [{"role": "user", "parts": [{"text": "hi"}]}], "turn_complete": True}},
            acts.Type("hi"),
        ),
    ]:
        half = GeminiLive().agent()
        half.hear(SET_UP)
        assert half.hear(json.dumps(message)) == (act,)


def test_the_agent_takes_a_setup_in_either_spelling_for_the_same_session() -> None:
    camel = {"generationConfig": {"speechConfig": {"languageCode": "en-US"}}, "systemInstruction": "Hi"}
    snake = {"generation_config": {"speech_config": {"language_code": "en-US"}}, "system_instruction": "Hi"}
    assert settings_of(camel) == settings_of(snake) == {"language": "en-US", "system_prompt": "Hi"}  # type: ignore[arg-type]


def test_base64_may_be_url_safe_and_without_padding() -> None:
    """As google-genai sends it."""
    assert seen(said(modelTurn={"parts": [{"inlineData": {"mimeType": "audio/pcm", "data": "-_8A-g"}}]}))[0][1:] == (
        AudioOut(b"\xfb\xff\x00\xfa", 24000, "turn-1"),
    )


def test_a_turn_that_is_not_complete_waits_for_the_rest() -> None:
    half = GeminiLive().agent()
    half.hear(SET_UP)
    assert half.hear('{"clientContent":{"turns":[{"parts":[{"text":"hello"}]}],"turnComplete":false}}') == ()
    assert half.hear('{"clientContent":{"turns":[{"parts":[{"text":"there"}]}],"turnComplete":true}}') == (
        acts.Type("hello there"),
    )


def test_audio_at_another_rate_is_heard_at_16_khz() -> None:
    half = GeminiLive().agent()
    half.hear(SET_UP)
    blob = {"data": base64.b64encode(bytes(960)).decode(), "mimeType": "audio/pcm;rate=48000"}
    assert half.hear(json.dumps({"realtimeInput": {"audio": blob}})) == (acts.Speak(bytes(320)),)


@pytest.mark.parametrize(
    ("frames", "what"),
    [
        (["hello"], "not JSON"),
        (['{"realtimeInput":{}}'], "realtimeInput before setup"),
        ([SET_UP, SET_UP], "a second setup"),
        ([SET_UP, '{"type":"x"}'], "none of setup, realtimeInput"),
    ],
)
def test_the_agent_refuses_what_is_no_message_or_comes_too_early(frames: list[str], what: str) -> None:
    half = GeminiLive().agent()
    for frame in frames[:-1]:
        half.hear(frame)
    with pytest.raises(Illegal, match=what):
        half.hear(frames[-1])


def test_the_agent_is_ready_only_once_it_is_set_up_and_speaks_in_binary_frames() -> None:
    half = GeminiLive().agent()
    assert half.say(Ready("s-1")) == ()
    assert half.say(Configured({"voice": "x"})) == (b'{"setupComplete":{"sessionId":"s-1"}}',)
    assert half.say(Fault("c", "m")) == ()
    assert half.say(ResponseStarted("r1")) == ()
    assert half.say(Transcript("caller", "move", False)) == (
        b'{"serverContent":{"inputTranscription":{"text":"move"}}}',
    )
    assert half.say(Transcript("caller", "move it", True)) == (
        b'{"serverContent":{"inputTranscription":{"text":" it","finished":true}}}',
    )
    assert half.say(Cancelled("r1")) == (
        b'{"serverContent":{"interrupted":true}}',
        b'{"serverContent":{"turnComplete":true}}',
    )


def test_words_in_binary_frames_are_masked_and_ids_and_audio_are_not() -> None:
    call = {"id": "xx", "name": "f", "args": {"id": "xx", "audio": {"data": "xx"}}}
    data = json.dumps({"toolCall": {"functionCalls": [call]}, **said(**AUDIO)}).encode()
    rewritten = GeminiLive().rewrite(data, lambda _, text: "***")
    assert isinstance(rewritten, bytes)
    assert json.loads(rewritten) == {
        "toolCall": {"functionCalls": [{"id": "xx", "name": "***", "args": {"id": "***", "audio": {"data": "***"}}}]},
        **said(**AUDIO),
    }
    assert GeminiLive().rewrite(b"\x01\x02", lambda _, text: "***") == b"\x01\x02"
