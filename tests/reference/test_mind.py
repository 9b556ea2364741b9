"""The mind in time moved by hand: it hears, speaks, stops, calls tools, and each fault changes just what it says."""

from dataclasses import replace

import numpy as np
import pytest

from gate.audio import wav
from gate.audio.pcm import pack, samples
from gate.core import acts
from gate.core.capabilities import Capabilities
from gate.core.signals import (
    AudioDone,
    AudioOut,
    Cancelled,
    Configured,
    Fault,
    InputAccepted,
    Mark,
    Ready,
    ResponseStarted,
    SpeechStarted,
    ToolCall,
    ToolResult,
    Transcript,
    TurnDone,
)
from gate.fixtures.sounds import sound
from gate.reference.mind import HEAR_MORE_MS
from gate.reference.voice import choose
from gate.reference.voicing import LEAD
from tests.reference.chat import AGENT_RUNS_TOOLS, CAN, FOUND, GREETING, Chat, Close, noise
from tests.rehearsal import ears, library

ASKS = "i would like to move my appointment to thursday"
ANSWERS = "Your appointment is on Tuesday. Shall I move it to Thursday?"
DONE = "Done. Your appointment is now on Thursday."


def looked_up(*faults: str, more: tuple[str | None, ...] = ()) -> Chat:
    return Chat(ASKS, *more, faults=faults).say().answer("call_1", FOUND).hush(5000)


# The session


def test_a_session_is_ready_and_configured_with_what_was_asked() -> None:
    chat = Chat(configure=False)
    assert chat.of(Ready) == [Ready("s-1")]
    assert chat.act(acts.Configure({"voice": "x", "language": "en-GB"})) == [
        Configured({"language": "en-GB", "voice": "x", "modalities": ["audio"]})
    ]


def test_audio_before_the_configuration_is_an_error_and_is_not_heard() -> None:
    chat = Chat("hello", configure=False).say()
    assert {fault.code for fault in chat.of(Fault)} == {"not_configured"}
    assert chat.said == chat.understood == []


def test_a_language_that_it_does_not_speak_is_refused_and_nothing_is_configured() -> None:
    chat = Chat(configure=False)
    (fault,) = chat.act(acts.Configure({"language": "de"}))
    assert fault.code == "unsupported_language"
    assert chat.say().of(InputAccepted) == []


def test_what_makes_no_sense_gets_an_error_and_the_call_goes_on() -> None:
    chat = Chat("hello")
    assert chat.act("garbage") == [Fault("bad_message", "not an act")]
    assert chat.say().said == [GREETING]


def test_what_makes_no_sense_ends_the_call_where_the_wire_has_no_message_for_an_error() -> None:
    mute = replace(CAN, shows=CAN.shows - {"error"})
    assert Chat("hello", can=mute).act("garbage") == [Close(1007)]


# Hearing and speaking


def test_an_utterance_is_heard_written_down_and_answered() -> None:
    chat = Chat("hello").say().hush(6000)
    assert chat.kinds == [
        "Ready", "Configured", "InputAccepted", "SpeechStarted", "SpeechStopped", "Transcript", "ResponseStarted",
        "Transcript", "AudioDone", "TurnDone", "Mark",
    ]  # fmt: skip
    assert (chat.understood, chat.said) == (["hello"], [GREETING])


def test_the_answer_is_the_recorded_clip_sample_by_sample_and_faster_than_real_time() -> None:
    chat = Chat("hello").say().hush(6000)
    pcm = b"".join(signal.pcm for signal in chat.of(AudioOut))
    assert np.array_equal(samples(pcm), choose("greeting").samples)
    times = chat.when(AudioOut)
    played_ms = len(pcm) / 32
    assert [at - times[0] for at in times[:LEAD]] == [0] * LEAD
    assert times[-1] - times[0] == pytest.approx((played_ms - 100 * LEAD) / 2, abs=150)


def test_noise_that_is_no_speech_gets_no_answer() -> None:
    chat = Chat(None).say()
    assert (chat.said, chat.understood, len(chat.ears.heard)) == ([], [], 1)
    assert Chat().audio(noise(100)).hush(2000).of(SpeechStarted) == []


def test_the_end_of_an_utterance_is_counted_in_samples_and_not_in_seconds() -> None:
    chat = Chat("hello")
    chat.now_ms = 60_000
    chat.audio(noise(600), frame_ms=20)
    chat.act(acts.Speak(bytes(32 * 699)))
    assert chat.ears.heard == []
    chat.act(acts.Speak(bytes(32 * 11)))
    assert len(chat.ears.heard) == 1


def test_nothing_behind_an_utterance_is_heard_before_its_words_are_known() -> None:
    chat = Chat()
    burst = pack(np.concatenate([noise(600), np.zeros(16 * 900, np.int16), noise(600), np.zeros(16 * 900, np.int16)]))
    first = chat.mind.hear(acts.Speak(burst), 0)  # type: ignore[arg-type]
    assert [type(one).__name__ for one in first] == ["InputAccepted", "SpeechStarted", "SpeechStopped", "Utterance"]
    second = chat.mind.understood(None, 0)
    assert [type(one).__name__ for one in second] == ["SpeechStarted", "SpeechStopped", "Utterance"]
    assert chat.mind.understood(None, 0) == []


def test_typed_text_is_understood_without_ears() -> None:
    chat = Chat()
    chat.act(acts.Type("Hello"))
    assert (chat.understood, chat.said) == (["hello"], [GREETING])


def test_a_caller_at_another_rate_is_heard_at_the_ears_own() -> None:
    can = Capabilities(CAN.shows, 8_000, 16_000)
    chat = Chat("hello", can=can)
    chat.act(acts.Speak(noise(600)[::2].tobytes()))
    chat.act(acts.Speak(bytes(16 * 1500)))
    assert len(chat.ears.heard[0]) == pytest.approx((600 + 200) * 16, abs=320)  # with 200 ms behind the speech


# The dialogue, as heard


def test_it_looks_up_asks_and_only_then_writes() -> None:
    chat = looked_up(more=("yes please",))
    assert chat.said == [ANSWERS]
    chat.say().answer("call_2", {"ok": True}).hush(3000)
    assert chat.tools == [("lookup_appointment", {}), ("reschedule_appointment", {"id": "A-17", "day": "Thursday"})]
    assert chat.said == [ANSWERS, DONE]


def test_it_gives_a_caller_who_pauses_in_mid_sentence_time_to_go_on() -> None:
    chat = Chat("i would like to move my appointment", "to thursday").say().hush(1000)
    assert chat.of(Transcript) == [Transcript("caller", "i would like to move my appointment", False)]
    chat.say()
    assert chat.understood == ["i would like to move my appointment to thursday"]
    assert chat.tools == [("lookup_appointment", {})]


def test_it_asks_if_the_caller_does_not_go_on() -> None:
    chat = Chat("i would like to move my appointment").say().hush(HEAR_MORE_MS - 300)
    assert chat.said == []
    chat.hush(400)
    assert chat.said == ["To which day shall I move it?"]


def test_a_tool_that_never_answers_counts_as_failed() -> None:
    chat = Chat(ASKS).say().hush(8500)
    assert chat.said == ["I am sorry, I could not find your appointment."]
    late = chat.act(acts.Answer("call_1", "", FOUND))
    assert [fault.code for fault in late] == ["unknown_call_id"]


def test_a_write_that_fails_is_not_announced_as_done() -> None:
    chat = looked_up(more=("yes please",)).say().answer("call_2", error="read-only").hush(5000)
    assert chat.said[-1] == "I am sorry, I could not move your appointment. It is still where it was."


def test_an_unknown_call_id_is_an_error() -> None:
    assert Chat().act(acts.Answer("call_9", "", {})) == [
        Fault("unknown_call_id", "no tool call is waiting under 'call_9'")
    ]


def test_where_the_wire_has_no_answers_it_runs_its_tools_itself() -> None:
    chat = Chat(ASKS, can=AGENT_RUNS_TOOLS).say().hush(4000)
    assert [type(signal) for signal in chat.of(ToolCall, ToolResult)] == [ToolCall, ToolResult]
    assert chat.said == [ANSWERS]


def test_after_goodbye_it_closes_when_the_word_is_said() -> None:
    chat = Chat("goodbye").say().hush(2000)
    assert (chat.said, chat.of(Close)) == (["Goodbye."], [Close(1000)])
    said_ms = len(choose("goodbye").samples) / 16
    assert chat.when(Close)[0] - chat.when(ResponseStarted)[0] == pytest.approx(said_ms, abs=1)


# Being interrupted


def test_a_goodbye_that_is_sent_too_slowly_is_sent_to_its_end_before_it_closes() -> None:
    chat = Chat("goodbye", faults=["stutters"]).say().hush(8000)
    assert chat.of(Close) == [Close(1000)]
    assert chat.when(Close)[0] == chat.when(AudioOut)[-1]


def test_it_stops_when_the_caller_speaks_into_its_words() -> None:
    chat = Chat("hello", "wait stop make it friday please").say().hush(500)
    chat.audio(noise(300))
    assert chat.of(Cancelled) == [Cancelled("r1")]
    sent = len(chat.of(AudioOut))
    chat.audio(noise(300))
    assert len(chat.of(AudioOut)) == sent
    assert chat.hush(900).tools == [("lookup_appointment", {})]
    assert [done.response_id for done in chat.of(TurnDone)] == []


def test_what_was_sent_and_is_still_being_played_is_cancelled_too() -> None:
    chat = Chat("hello").say().hush(3500)
    assert chat.of(TurnDone) == [TurnDone("r1")]
    assert chat.audio(noise(300)).of(Cancelled) == [Cancelled("r1")]


def test_nothing_is_cancelled_once_all_was_heard() -> None:
    assert Chat("hello").say().hush(7000).audio(noise(300)).of(Cancelled) == []


def test_a_message_to_stop_stops_it() -> None:
    chat = Chat("hello").say().hush(500)
    assert chat.act(acts.Interrupt()) == [Cancelled("r1")]
    assert chat.act(acts.Interrupt()) == []


def test_what_its_half_answers_by_itself_is_sent_as_it_is() -> None:
    assert Chat().act(acts.Send(b"pong")) == [b"pong"]


def test_keys_are_answered() -> None:
    chat = Chat()
    chat.act(acts.Press("1#"))
    assert chat.said == [GREETING]


def test_a_mark_stands_behind_each_response_where_the_wire_has_marks() -> None:
    chat = Chat("hello").say().hush(6000)
    assert chat.of(TurnDone, Mark) == [TurnDone("r1"), Mark("r1")]
    assert chat.act(acts.EchoMark("r1")) == []
    assert Chat("hello", can=AGENT_RUNS_TOOLS).say().hush(6000).of(Mark) == []


def test_a_good_file_is_listened_to_like_audio_that_is_streamed() -> None:
    chat = Chat("hello")
    chat.act(acts.SendFile(wav.encode(noise(600), 16_000), "audio/wav"))
    chat.hush(900)
    assert (chat.understood, chat.said) == (["hello"], [GREETING])
    assert len(chat.ears.heard) == 1


@pytest.mark.parametrize("data", [b"", b"RIFF", wav.encode(noise(600), 44_100), wav.encode(noise(600), 8_000)])
def test_a_file_that_is_no_speech_of_its_format_is_an_error(data: bytes) -> None:
    chat = Chat("hello")
    (told,) = chat.act(acts.SendFile(data, "audio/wav"))
    assert (told.code, told.message[:2]) == ("bad_audio", "it")
    assert chat.hush(900).understood == []


def test_a_file_before_the_configuration_is_an_error_like_audio() -> None:
    (told,) = Chat(configure=False).act(acts.SendFile(wav.encode(noise(600), 16_000), "audio/wav"))
    assert told.code == "not_configured"


# Faults


def test_takes_any_audio_listens_to_whatever_it_is() -> None:
    chat = Chat("hello", faults=["takes-any-audio"])
    chat.act(acts.SendFile(wav.encode(noise(600), 44_100), "audio/wav"))
    assert (chat.hush(900).understood, chat.of(Fault)) == (["hello"], [])


def test_nothing_behind_is_silent() -> None:
    assert Chat("hello", faults=["nothing-behind"]).say().out == []


def test_garbage_crashes_it() -> None:
    assert Chat(faults=["crashes-on-garbage"]).act("garbage") == [Close(None)]


UNKNOWN_TYPE = '{"type": "nobody.knows"}'


def test_a_type_that_is_not_known_crashes_it_apart() -> None:
    assert Chat(faults=["crashes-on-garbage"]).act(UNKNOWN_TYPE) == [Fault("bad_message", "not an act")]
    assert Chat(faults=["crashes-on-unknown-type"]).act(UNKNOWN_TYPE) == [Close(None)]
    assert Chat(faults=["crashes-on-unknown-type"]).act("garbage") == [Fault("bad_message", "not an act")]


def test_audio_before_the_configuration_crashes_it() -> None:
    early = acts.Speak(bytes(640))
    assert [told.code for told in Chat(configure=False).act(early)] == ["not_configured"]
    assert Chat(configure=False, faults=["crashes-on-early-audio"]).act(early) == [Close(None)]


def test_what_is_too_large_is_closed_with_the_code_for_that_or_chokes_it() -> None:
    huge = UNKNOWN_TYPE + " " * 2**20
    assert Chat().act(huge) == [Close(1009)]
    choked = Chat(faults=["chokes-on-huge-message"])
    assert choked.act(huge) == []
    assert choked.act(UNKNOWN_TYPE) == []


def test_without_a_word_for_an_error_a_close_code_says_it() -> None:
    mute = replace(CAN, shows=CAN.shows - {"error"})
    assert Chat(can=mute, configure=False).act(acts.Configure({"language": "zz"})) == [Close(1007)]
    assert Chat(configure=False, faults=["hangs-on-wrong-config"]).act(acts.Configure({"language": "zz"})) == []


def test_no_config_ack_never_acknowledges() -> None:
    chat = Chat("hello", faults=["no-config-ack"]).say()
    assert (chat.of(Configured), chat.said) == ([], [GREETING])


def test_config_not_applied_acknowledges_its_defaults() -> None:
    (told,) = Chat(configure=False, faults=["config-not-applied"]).act(acts.Configure({"voice": "x"}))
    assert told.settings["voice"] == "standard"


def test_canned_reply_listens_to_nothing() -> None:
    chat = Chat("goodbye", faults=["canned-reply"]).say().hush(4000)
    assert (chat.said, chat.understood, chat.ears.heard) == ([GREETING], [], [])


def test_deaf_accepts_and_answers_nothing() -> None:
    chat = Chat("hello", faults=["deaf"]).say().hush(3000)
    assert chat.kinds == ["Ready", "Configured", "InputAccepted"]


def test_answers_in_pause_does_not_wait() -> None:
    chat = Chat("i would like to move my appointment", faults=["answers-in-pause"]).say()
    assert chat.said == ["To which day shall I move it?"]


def test_answer_before_transcript_turns_the_order_round() -> None:
    kinds = Chat("hello", faults=["answer-before-transcript"]).say().of(Transcript, ResponseStarted)
    assert [type(signal) for signal in kinds] == [ResponseStarted, Transcript, Transcript]
    assert kinds[-1] == Transcript("caller", "hello", True)


def test_no_final_marker_just_stops() -> None:
    chat = Chat("hello", faults=["no-final-marker"]).say().hush(6000)
    assert (chat.of(TurnDone, AudioDone), len(chat.of(AudioOut)) > 10) == ([], True)


def test_silent_audio_is_as_long_as_the_speech_and_all_zeros() -> None:
    chunks = Chat("hello", faults=["silent-audio"]).say().hush(6000).of(AudioOut)
    assert sum(len(chunk.pcm) for chunk in chunks) == 2 * len(choose("greeting").samples)
    assert not any(any(chunk.pcm) for chunk in chunks)


def test_ignores_barge_in_talks_on() -> None:
    chat = Chat("hello", faults=["ignores-barge-in"]).say().hush(500).audio(noise(300)).hush(5000)
    assert (chat.of(Cancelled), len(chat.of(TurnDone))) == ([], 1)


def test_tool_twice_writes_twice_with_two_ids_and_speaks_once() -> None:
    chat = looked_up("tool-twice", more=("yes please",)).say().answer("call_2", {}).answer("call_3", {}).hush(3000)
    assert [call.call_id for call in chat.of(ToolCall)] == ["call_1", "call_2", "call_3"]
    assert chat.tools[1] == chat.tools[2]
    assert chat.said == [ANSWERS, DONE]


def test_wrong_day_writes_another_day_and_announces_the_right_one() -> None:
    chat = looked_up("wrong-day", more=("yes please",)).say().answer("call_2", {}).hush(3000)
    assert (chat.tools[1][1]["day"], chat.said[-1]) == ("Tuesday", DONE)


def test_writes_unasked_writes_before_the_caller_agreed() -> None:
    assert [name for name, _ in looked_up("writes-unasked").tools] == ["lookup_appointment", "reschedule_appointment"]


def test_confirms_before_result_announces_first() -> None:
    chat = looked_up("confirms-before-result", more=("yes please",)).say()
    assert chat.said[-1] == DONE
    assert chat.kinds.index("ToolCall", chat.kinds.index("ToolCall") + 1) > len(chat.kinds) - 4


def test_confirms_after_failure_announces_all_the_same() -> None:
    chat = looked_up("confirms-after-failure", more=("yes please",)).say().answer("call_2", error="no").hush(3000)
    assert chat.said[-1] == DONE


def test_wrong_close_code_closes_as_if_something_had_broken() -> None:
    assert Chat("goodbye", faults=["wrong-close-code"]).say().hush(2000).of(Close) == [Close(1011)]


# With real ears


@pytest.mark.parametrize("clip", ["self-correction", "long-pause", "keyboard"])
def test_the_size_of_the_callers_frames_changes_nothing(clip: str) -> None:
    found = library().find(clip)
    assert not isinstance(found, str)
    spoken = samples(sound(found, library(), 16_000).pcm)
    transcripts = []
    for frame_ms in (20, 60, 137):
        chat = Chat(ears=ears()).audio(spoken, frame_ms).hush(1000)
        transcripts.append((chat.of(Transcript), chat.tools, chat.kinds))
    assert transcripts[0] == transcripts[1] == transcripts[2]
    words = [signal.text for signal in transcripts[0][0] if signal.final]
    assert words == ([found.words] if found.words else [])


def test_the_message_that_ends_a_call_crashes_a_faulty_server() -> None:
    chat = Chat(faults=["crashes-on-end-message"])
    assert chat.act(acts.HangUp()) == [Close(None)]
    assert chat.mind.crashed
    assert Chat().act(acts.HangUp()) == []
