"""The form and the rate of captured audio, each told by the evidence that there is."""

import numpy as np
import pytest

from gate.audio import g711, wav
from gate.audio.pcm import Samples, pack
from gate.core.frames import Direction, Frame, Opcode
from gate.dialects.fields import dump
from gate.dialects.template.guess.audio import Sound, form_of
from gate.dialects.template.guess.facts import Log
from gate.dialects.template.guess.rate import rate_of
from tests.dialects.conversations import clip

TONE = (8000 * np.sin(np.arange(16_000) / 9)).astype(np.int16)


def pieces(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


def log(data: bytes, size: int, step_ms: float = 0.0, said: object = None) -> tuple[Log, Sound, str]:
    told = [Frame(Direction.RECEIVED, Opcode.TEXT, dump({"type": "hi", "audio": said}), 0)] if said is not None else []  # type: ignore[dict-item]
    cut = pieces(data, size)
    frames = [Frame(Direction.SENT, Opcode.BINARY, one, int(i * step_ms * 1e6)) for i, one in enumerate(cut)]
    encoding, why = form_of(cut)
    at = len(told)
    assert encoding
    return Log.of([*told, *frames]), Sound(None, encoding, why, tuple((at + i, one) for i, one in enumerate(cut))), why


@pytest.mark.parametrize("rate_hz", [8000, 16000, 24000, 48000])
def test_a_voice_tells_its_rate_by_how_it_sounds(rate_hz: int) -> None:
    talk, sound, _ = log(pack(clip("monologue", rate_hz)[: 10 * rate_hz]), 1000)
    assert rate_of(talk, sound, sent=True)[0] == rate_hz


@pytest.mark.parametrize(("said", "rate_hz"), [
    ({"sample_rate": 24000}, 24000), ({"format": "pcm_16000"}, 16000), ({"mime": "audio/pcm;rate=8000"}, 8000),
    ({"input": {"rate": 16000}, "output": {"rate": 24000}}, 16000), ({"codec": "L16 48 kHz"}, 48000),
])  # fmt: skip
def test_a_rate_that_is_said_is_believed(said: object, rate_hz: int) -> None:
    talk, sound, _ = log(pack(TONE), 640, said=said)
    hz, why = rate_of(talk, sound, sent=True)
    assert hz == rate_hz
    assert f"says {rate_hz}" in why


def test_the_pace_of_a_steady_stream_tells_its_rate_and_one_that_is_sent_ahead_does_not() -> None:
    talk, sound, _ = log(pack(TONE), 960, step_ms=20)
    assert rate_of(talk, sound, sent=True) == (24000, "24000 samples came in a second of the log's times")
    assert rate_of(*log(pack(TONE), 960, step_ms=7)[:2], sent=True)[0] is None


def test_a_rate_that_nothing_tells_is_not_decided_and_the_choices_are_named() -> None:
    hz, why = rate_of(*log(pack(TONE), 640)[:2], sent=True)
    assert hz is None
    assert "pieces of 640 bytes can be 40 ms at 8000, 20 ms at 16000" in why


def test_a_rate_that_no_template_can_say_is_told() -> None:
    hz, why = rate_of(*log(pack(TONE), 640, said={"sample_rate": 44100})[:2], sent=True)
    assert hz is None
    assert "says 44100, which a template cannot say" in why


def test_telephone_audio_is_8000_hz_where_nothing_speaks_against_it() -> None:
    assert rate_of(*log(g711.encode_mulaw(TONE), 160)[:2], sent=True)[0] == 8000


FORMS: list[tuple[bytes, str]] = [
    (pack(TONE), "pcm"), (g711.encode_mulaw(TONE), "mulaw"), (g711.encode_alaw(TONE), "alaw"), (bytes(4000), "pcm"),
    (b"\xff" * 4000, "mulaw"), (b"\xd5" * 4000, "alaw"), (wav.encode(TONE, 16_000), "wav"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "encoding"), FORMS)
def test_the_bytes_tell_the_form(data: bytes, encoding: str) -> None:
    assert form_of(pieces(data, 320))[0] == encoding


@pytest.mark.parametrize("name", ["hello", "hello-traffic-5db", "short-question", "cough", "traffic"])
def test_sounds_of_all_kinds_keep_their_form(name: str) -> None:
    values: Samples = clip(name, 8000)
    assert form_of(pieces(pack(values), 320))[0] == "pcm"
    assert form_of(pieces(g711.encode_mulaw(values), 160))[0] == "mulaw"
    assert form_of(pieces(g711.encode_alaw(values), 160))[0] == "alaw"


def test_what_is_no_form_that_is_known_is_told() -> None:
    assert form_of([pack(TONE.byteswap())]) == (None, "16-bit samples with the high byte first")
    assert form_of([np.random.default_rng(3).bytes(4000)]) == (None, "bytes that are smooth in no form of audio")


def test_mp3_is_told_by_its_frames() -> None:
    lameenc = pytest.importorskip("lameenc")
    encoder = lameenc.Encoder()
    encoder.set_in_sample_rate(16_000)
    encoder.set_channels(1)
    data = bytes(encoder.encode(pack(TONE)) + encoder.flush())
    for size in (len(data), 417):
        assert form_of(pieces(data, size))[0] == "mp3"
