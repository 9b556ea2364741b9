"""The forms of audio on the wire of a template: what was said is heard, both ways, whatever the form."""

import base64
import json
from typing import Any

import numpy as np
import pytest

from gate.audio import g711, wav
from gate.audio.pcm import pack, samples
from gate.core import acts
from gate.core.frames import Direction, Frame, Opcode
from gate.core.signals import AudioDone, AudioIn, AudioOut, Cancelled, Other, Signal, TurnDone, Violation
from gate.dialects.fields import Illegal
from gate.dialects.template.dialect import Template
from gate.dialects.template.options import TemplateOptions

lameenc = pytest.importorskip("lameenc", reason="NOT TESTED: MP3 wants lameenc")
miniaudio = pytest.importorskip("miniaudio", reason="NOT TESTED: MP3 wants miniaudio")

WRITTEN = ["pcm", "mulaw", "alaw", "wav"]
RATES = [8000, 16000, 24000, 48000]
EVENTS = {
    "response.done": {"type": "done"},
    "output_audio.done": {"type": "audio_chunk", "where": {"last": True}},
    "response.cancelled": {"type": "stopped"},
}


def tone(rate_hz: int, ms: int = 20) -> bytes:
    n = np.arange(rate_hz * ms // 1000)
    return pack((9000 * np.sin(2 * np.pi * 440 * n / rate_hz)).astype(np.int16))


def mp3(rate_hz: int = 24000) -> bytes:
    encoder = lameenc.Encoder()
    encoder.silence()
    encoder.set_in_sample_rate(rate_hz)
    encoder.set_out_sample_rate(rate_hz)
    encoder.set_channels(1)
    encoder.set_bit_rate(48)
    return bytes(encoder.encode(tone(rate_hz, 500))) + bytes(encoder.flush())


MP3 = mp3()
MP3_PCM = bytes(miniaudio.mp3_read_s16(MP3).samples)


def dialect(**given: Any) -> Template:
    return Template(TemplateOptions.model_validate({"events": EVENTS} | given))


def frame(data: str | bytes, sent: bool = False) -> Frame:
    opcode = Opcode.BINARY if isinstance(data, bytes) else Opcode.TEXT
    return Frame(Direction.SENT if sent else Direction.RECEIVED, opcode, data, 0)


def seen(on: Template, *data: str | bytes, sent: bool = False) -> list[Signal]:
    observer = on.observer()
    return [signal for each in data for signal in observer.observe(frame(each, sent))]


def chunk(data: bytes, **more: Any) -> str:
    return json.dumps({"type": "audio_chunk", "data": base64.b64encode(data).decode()} | more)


def heard(signals: list[Signal]) -> bytes:
    return b"".join(signal.pcm for signal in signals if isinstance(signal, AudioOut))


def cut(data: bytes, size: int) -> list[bytes]:
    return [data[i : i + size] for i in range(0, len(data), size)]


def near(found: bytes, expected: bytes) -> bool:
    """Within what G.711 rounds off."""
    return len(found) == len(expected) and bool(np.max(np.abs(samples(found).astype(int) - samples(expected))) <= 300)


# What the gate sends.


@pytest.mark.parametrize("send_audio", [{"kind": "mic", "a": "{{audio_data}}"}, "{{audio_data}}"], ids=["json", "raw"])
@pytest.mark.parametrize("encoding", WRITTEN)
@pytest.mark.parametrize("rate_hz", RATES)
def test_what_the_caller_says_is_in_the_form_asked_for_and_is_heard(
    send_audio: Any, encoding: str, rate_hz: int
) -> None:
    on = dialect(send_audio=send_audio, send_encoding=encoding, send_rate_hz=rate_hz)
    frames = [data for act in (acts.Speak(tone(rate_hz)), acts.Hush(160)) for data in on.encoder().encode(act, 0)]
    spoken, silent = seen(on, *frames, sent=True)
    assert isinstance(spoken, AudioIn)
    assert isinstance(silent, AudioIn)
    assert near(spoken.pcm, tone(rate_hz))
    assert near(silent.pcm, bytes(320))
    assert spoken.rate_hz == silent.rate_hz == rate_hz
    agent = on.agent()
    assert [agent.hear(data) for data in frames] == [(acts.Speak(spoken.pcm),), (acts.Speak(silent.pcm),)]


@pytest.mark.parametrize(
    ("encoding", "silent"),
    [("pcm", bytes(4)), ("mulaw", b"\xff\xff"), ("alaw", b"\xd5\xd5"), ("wav", wav.encode(samples(bytes(4)), 16000))],
)
def test_silence_goes_out_in_the_form_asked_for(encoding: str, silent: bytes) -> None:
    on = dialect(send_audio="{{audio_data}}", send_encoding=encoding)
    assert on.encoder().encode(acts.Hush(2), 0) == (silent,)


@pytest.mark.parametrize(
    ("encoding", "data", "what"),
    [
        ("pcm", b"\x01", "audio of 1 bytes is no whole number of 16-bit samples"),
        ("wav", b"\x01\x02", "no WAV header: the audio begins with 01 02; expected RIFF … WAVE"),
    ],
)
def test_an_agent_refuses_audio_of_another_form(encoding: str, data: bytes, what: str) -> None:
    on = dialect(send_encoding=encoding)
    assert seen(on, chunk(data), sent=True) == [Violation(what)]
    with pytest.raises(Illegal, match=what.split(";")[0]):
        on.agent().hear(chunk(data))


# What the agent sends.


@pytest.mark.parametrize("encoding", WRITTEN)
@pytest.mark.parametrize("rate_hz", RATES)
def test_what_an_agent_says_is_heard(encoding: str, rate_hz: int) -> None:
    on = dialect(encoding=encoding, receive_rate_hz=rate_hz)
    agent = on.agent()
    frames = agent.say(AudioOut(tone(rate_hz), rate_hz)) + agent.say(AudioDone())
    signals = seen(on, *frames)
    assert near(heard(signals), tone(rate_hz))
    assert {signal.rate_hz for signal in signals if isinstance(signal, AudioOut)} == {rate_hz}


def test_a_law_is_decoded_by_its_octets() -> None:
    octets = bytes(range(256))
    assert seen(dialect(encoding="mulaw"), chunk(octets)) == [AudioOut(pack(g711.decode_mulaw(octets)), 48000)]
    assert seen(dialect(encoding="alaw"), octets) == [AudioOut(pack(g711.decode_alaw(octets)), 48000)]


def test_an_odd_number_of_octets_is_whole() -> None:
    assert seen(dialect(encoding="mulaw"), b"\xff", chunk(b"\xff")) == 2 * [AudioOut(bytes(2), 48000)]


def test_a_wav_in_each_message_or_in_all_of_them_says_its_own_rate() -> None:
    on, file = dialect(encoding="wav"), wav.encode(samples(tone(16000)), 16000)
    assert seen(on, chunk(file), file) == 2 * [AudioOut(tone(16000), 16000)]
    in_pieces = seen(on, *cut(file, 45))
    assert heard(in_pieces) == tone(16000)
    assert in_pieces[0] == Other("audio that the next piece completes"), "44 bytes of header, and half a sample"
    assert all(isinstance(signal, AudioOut) and signal.rate_hz == 16000 for signal in in_pieces[1:])


@pytest.mark.parametrize("size", [11, 144, 1000, len(MP3)])
def test_mp3_is_decoded_however_it_is_cut_at_its_own_rate(size: int) -> None:
    on = dialect(encoding="mp3")
    for signals in (seen(on, *cut(MP3, size)), seen(on, *map(chunk, cut(MP3, size)))):
        assert heard(signals) == MP3_PCM
        assert len(signals) == len(cut(MP3, size)), "no frame is dropped"
        assert {signal.rate_hz for signal in signals if isinstance(signal, AudioOut)} == {24000}


def test_the_same_frames_give_the_same_signals_and_each_call_begins_anew() -> None:
    on = dialect(encoding="mp3")
    frames = [*map(chunk, cut(MP3, 100)), '{"type":"stopped"}', *map(chunk, cut(MP3[:-40], 100))]
    assert seen(on, *frames) == seen(on, *frames)


@pytest.mark.parametrize(
    ("encoding", "data", "what"),
    [
        ("mp3", b"garbage", "67 61 72 62 begins no MP3 frame, and no tag"),
        ("wav", b"garbage", "no WAV header: the audio begins with 67 61 72 62; expected RIFF … WAVE"),
    ],
)
def test_audio_that_is_not_of_its_form_is_a_violation(encoding: str, data: bytes, what: str) -> None:
    on = dialect(encoding=encoding)
    assert seen(on, data) == seen(on, chunk(data)) == [Violation(what)]


@pytest.mark.parametrize("encoding", [*WRITTEN, "mp3"])
def test_an_empty_payload_is_audio_of_no_length(encoding: str) -> None:
    assert seen(dialect(encoding=encoding), chunk(b"")) == [AudioOut(b"", 48000)]
    assert seen(dialect(encoding=encoding), b"") == [Other("half a sample")]


@pytest.mark.parametrize(
    ("over", "means"),
    [('{"type":"done"}', TurnDone()), ('{"type":"stopped"}', Cancelled()), (chunk(b"", last=True), AudioDone())],
)
def test_half_a_frame_of_a_response_that_is_over_does_not_spoil_the_next(over: str, means: Signal) -> None:
    on = dialect(encoding="mp3")
    first = seen(on, chunk(MP3[:1000]))
    both = seen(on, chunk(MP3[:1000]), over, chunk(MP3))
    assert means in both
    assert heard(both) == heard(first) + MP3_PCM


# Around it.


@pytest.mark.parametrize("encoding", [*WRITTEN, "mp3"])
def test_redaction_does_not_touch_audio_of_any_form(encoding: str) -> None:
    on = dialect(encoding=encoding, send_encoding="pcm" if encoding == "mp3" else encoding)
    frames = [chunk(MP3), MP3, *(data for data in on.encoder().encode(acts.Speak(tone(16000)), 0))]
    for data in frames:
        after = on.rewrite(data, lambda _path, text: "***")
        assert after == data if isinstance(data, bytes) else json.loads(after)["data"] == json.loads(data)["data"]


def test_an_agent_made_of_python_does_not_speak_mp3_and_says_so() -> None:
    with pytest.raises(ValueError, match="does not speak mp3, which needs an encoder: say another `encoding`"):
        dialect(encoding="mp3").agent()
