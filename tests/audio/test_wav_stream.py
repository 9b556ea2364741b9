import struct
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.audio import wav
from gate.audio.pcm import Samples, pack
from gate.audio.wav_stream import Decoder

VALUES: Samples = np.arange(-50, 50, dtype=np.int16)
RAW = VALUES.astype("<i2").tobytes()
UNKNOWN = 0xFFFFFFFF


def head(encoding: int = 1, bits: int = 16, channels: int = 1, rate_hz: int = 24000, size: int = UNKNOWN) -> bytes:
    block = channels * bits // 8
    form = struct.pack("<HHIIHH", encoding, channels, rate_hz, rate_hz * block, block, bits)
    return b"RIFF\xff\xff\xff\xffWAVEfmt " + struct.pack("<I", 16) + form + b"data" + struct.pack("<I", size)


def decoded(*pieces: bytes) -> bytes:
    decoder = Decoder()
    return b"".join(pack(decoder.feed(piece)) for piece in pieces)


@given(st.lists(st.integers(0, len(RAW) + 44), max_size=6))
def test_one_header_and_a_stream_behind_it_cut_anywhere(cuts: list[int]) -> None:
    data, edges = head() + RAW, [0, *sorted(cuts), len(RAW) + 44]
    pieces = [data[a:b] for a, b in pairwise(edges)]
    assert decoded(*pieces) == RAW


def test_each_piece_may_be_a_file_with_its_own_rate() -> None:
    decoder = Decoder()
    assert decoder.rate_hz == 0
    for rate_hz in (8000, 16000, 24000, 44100, 48000):
        assert pack(decoder.feed(wav.encode(VALUES, rate_hz))) == RAW
        assert decoder.rate_hz == rate_hz


@pytest.mark.parametrize("size", [0, 10, len(RAW), UNKNOWN, 0x7FFFFFFF])
def test_a_header_that_could_not_know_the_length_cuts_nothing_off(size: int) -> None:
    assert decoded(head(size=size) + RAW, RAW) == 2 * RAW


def test_zeros_are_samples_and_no_chunks() -> None:
    assert decoded(head(size=0) + bytes(64)) == bytes(64)


def test_chunks_before_and_behind_the_samples_are_no_audio() -> None:
    file = wav.encode(VALUES, 16000)
    extra = b"LIST" + struct.pack("<I", 5) + b"INFOx\0"
    assert decoded(file[:12] + extra + file[12:] + extra) == RAW


def test_the_laws_and_two_channels_are_understood() -> None:
    assert decoded(head(7, 8) + b"\x00\xff") == pack(np.array([-32124, 0], np.int16))
    assert decoded(head(6, 8) + b"\x2a\xd5") == pack(np.array([-32256, 8], np.int16))
    assert decoded(head(channels=2) + struct.pack("<4h", 100, 300, -7, -9)) == struct.pack("<2h", 200, -8)
    extensible = struct.pack("<HHIIHHHHIH14s", 0xFFFE, 1, 24000, 48000, 2, 16, 22, 16, 0, 1, bytes(14))
    chunks = b"WAVEfmt " + struct.pack("<I", 40) + extensible + b"data" + struct.pack("<I", UNKNOWN)
    assert decoded(b"RIFF\xff\xff\xff\xff" + chunks + RAW) == RAW


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (RAW, "no WAV header: the audio begins with CE FF CF FF; expected RIFF … WAVE"),
        (b"RIFF\x10\x00\x00\x00AVI LIST", "no WAV header"),
        (head(3, 32), "WAV of format 3 with 32 bits; expected 16-bit PCM (1), A-law (6) or mu-law (7)"),
        (head(1, 8), "WAV of format 1 with 8 bits"),
        (head(channels=6), "WAV of 24000 Hz, 6 channel(s); expected 8000 to 48000 Hz, 1 or 2 channels"),
        (head(channels=0), "WAV of 24000 Hz, 0 channel(s)"),
        (head(rate_hz=0), "WAV of 0 Hz, 1 channel(s)"),
        (head()[:12] + head()[36:], "a WAV header without its format (no `fmt ` chunk before `data`)"),
        (head()[:16] + b"\x02\x00\x00\x00\x01\x00" + head()[36:], "a WAV format of 2 bytes; expected 16 or more"),
        (head()[:12] + b"LIST\xff\xff\xff\xff", "a WAV header of more than 65536 bytes"),
    ],
)
def test_a_header_that_will_not_do_is_refused_with_what_it_says(data: bytes, sentence: str) -> None:
    with pytest.raises(ValueError, match=r".") as refused:
        Decoder().feed(data)
    assert str(refused.value).startswith(sentence)


def test_a_refused_header_is_forgotten() -> None:
    decoder = Decoder()
    with pytest.raises(ValueError, match="no WAV header"):
        decoder.feed(RAW)
    assert pack(decoder.feed(head() + RAW)) == RAW


def test_half_a_sample_of_a_response_that_is_over_does_not_shift_the_next() -> None:
    decoder = Decoder()
    decoder.feed(head() + RAW + b"\x01")
    decoder.end()
    assert pack(decoder.feed(RAW)) == RAW


@given(st.lists(st.tuples(st.integers(0, 47), st.sampled_from([0, 1, 2, 16, 255])), max_size=4), st.integers(1, 60))
def test_a_lying_header_is_at_worst_refused(changes: list[tuple[int, int]], size: int) -> None:
    data = bytearray(head() + RAW)
    for at, byte in changes:
        data[at] = byte
    decoder = Decoder()
    for at in range(0, len(data), size):
        try:
            assert decoder.feed(bytes(data[at : at + size])).dtype == np.int16
        except ValueError:
            continue
