import io
import struct
import wave

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.audio import wav
from gate.audio.pcm import Samples

VALUES: Samples = np.arange(-50, 50, dtype=np.int16)
GOOD = wav.encode(VALUES, 16000)


def written(channels: int = 1, width: int = 2, rate_hz: int = 16000, data: bytes = bytes(24)) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(rate_hz)
        file.writeframes(data)
    return out.getvalue()


def patched(at: int, form: str, value: int) -> bytes:
    data = bytearray(GOOD)
    struct.pack_into(form, data, at, value)
    return bytes(data)


def test_samples_survive_a_file() -> None:
    values, rate_hz = wav.decode(GOOD)
    assert rate_hz == 16000
    assert values.dtype == np.int16
    assert values.tolist() == VALUES.tolist()


def test_the_bytes_are_those_of_the_format() -> None:
    assert GOOD[:4] == b"RIFF"
    assert GOOD[8:16] == b"WAVEfmt "
    assert struct.unpack_from("<HHIIHH", GOOD, 20) == (1, 1, 16000, 32000, 2, 16)
    assert GOOD[44:] == VALUES.astype("<i2").tobytes()


def test_two_channels_are_written_interleaved() -> None:
    stereo = wav.encode(np.array([[1, 2], [3, 4]], np.int16), 8000)
    with wave.open(io.BytesIO(stereo)) as file:
        assert (file.getnchannels(), file.getframerate(), file.getnframes()) == (2, 8000, 2)
        assert file.readframes(2) == b"\x01\x00\x02\x00\x03\x00\x04\x00"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (written(channels=2), "it has 2 channel(s) of 16 bit; expected mono, 16 bit"),
        (written(width=1), "it has 1 channel(s) of 8 bit; expected mono, 16 bit"),
        (written(width=3), "it has 1 channel(s) of 24 bit; expected mono, 16 bit"),
        (GOOD[:-10], "it is cut short: its header says 100 samples, 95 are there"),
        (GOOD[:-1], "it is cut short: its header says 100 samples, 99 are there"),
        (patched(40, "<I", 4_000), "it is cut short: its header says 2000 samples, 100 are there"),
        (patched(40, "<I", 0xFFFFFFFF), "it is cut short: its header says 2147483647 samples, 100 are there"),
        (written(data=b""), "it holds no audio at all"),
        (patched(40, "<I", 0), "it holds no audio at all"),
        (patched(24, "<I", 0), "its header says a rate of 0 Hz"),
        (patched(20, "<H", 3), "it is not a PCM WAV file (unknown format: 3)"),
        (patched(16, "<I", 0x7FFFFFFF), "it is not a PCM WAV file"),
        (b"", "it is not a PCM WAV file (it ends too early)"),
        (GOOD[:30], "it is not a PCM WAV file"),
        (GOOD[:36], "it is not a PCM WAV file (fmt chunk and/or data chunk missing)"),
        (b"ID3\x04mp3 audio, surely", "it is not a PCM WAV file (file does not start with RIFF id)"),
        (b"RIFF\x10\x00\x00\x00AVI LIST        ", "it is not a PCM WAV file (not a WAVE file)"),
    ],
)
def test_a_file_that_will_not_do_is_refused_with_what_it_is(data: bytes, sentence: str) -> None:
    with pytest.raises(ValueError, match=r".") as refused:
        wav.decode(data)
    assert str(refused.value).startswith(sentence)


@given(
    st.lists(st.tuples(st.integers(0, 47), st.sampled_from([0, 1, 2, 16, 127, 255])), max_size=4), st.integers(0, 60)
)
def test_a_lying_header_is_at_worst_refused(changes: list[tuple[int, int]], cut: int) -> None:
    data = bytearray(GOOD)
    for at, byte in changes:
        data[at] = byte
    try:
        values, rate_hz = wav.decode(bytes(data[: len(data) - cut]))
    except ValueError:
        return
    assert rate_hz > 0
    assert len(values)
