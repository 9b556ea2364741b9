from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.audio import g711, wav
from gate.audio.formats import Encoding, Written, decoder, encode, sample_bytes
from gate.audio.pcm import pack, samples

TONE = pack((9000 * np.sin(np.arange(160) / 5)).astype(np.int16))


def test_everything_that_is_sent_can_be_decoded() -> None:
    assert set(get_args(Encoding)) - set(get_args(Written)) == {"mp3"}


@pytest.mark.parametrize(("encoding", "off"), [("pcm", 0), ("wav", 0), ("mulaw", 256), ("alaw", 256)])
def test_what_was_encoded_decodes_to_itself_at_its_rate(encoding: Any, off: int) -> None:
    back, rate_hz = decoder(encoding, 8000).feed(encode(encoding, TONE, 8000))
    assert rate_hz == 8000
    assert np.max(np.abs(samples(back).astype(int) - samples(TONE))) <= off


@pytest.mark.parametrize(
    ("encoding", "octets"),
    [("pcm", bytes(4)), ("mulaw", b"\xff\xff"), ("alaw", b"\xd5\xd5"), ("wav", wav.encode(samples(bytes(4)), 16000))],
)
def test_silence_is_silent_in_each_form(encoding: Any, octets: bytes) -> None:
    assert encode(encoding, bytes(4), 16000) == octets


def test_the_rate_of_a_file_wins_and_until_there_is_one_the_expected_rate_stands() -> None:
    told = decoder("wav", 48000)
    assert told.feed(b"") == (b"", 48000)
    assert told.feed(encode("wav", TONE, 11025)) == (TONE, 11025)
    assert decoder("mp3", 48000).feed(b"") == (b"", 48000)


def test_half_a_sample_of_pcm_is_refused() -> None:
    with pytest.raises(ValueError, match="audio of 3 bytes is no whole number of 16-bit samples"):
        decoder("pcm", 8000).feed(b"abc")
    assert [sample_bytes(encoding) for encoding in ("pcm", "mulaw", "alaw", "wav", "mp3")] == [2, 1, 1, 1, 1]


@given(st.lists(st.binary(max_size=60), max_size=5), st.sampled_from(get_args(Encoding)))
def test_bytes_of_any_kind_are_decoded_or_refused(pieces: list[bytes], encoding: Any) -> None:
    one = decoder(encoding, 16000)
    for piece in pieces:
        try:
            pcm, rate_hz = one.feed(piece)
        except ValueError:
            continue
        assert len(pcm) % 2 == 0
        assert 8000 <= rate_hz <= 48000
        one.end()


def test_the_laws_are_not_mixed_up() -> None:
    assert decoder("mulaw", 8000).feed(b"\x00")[0] == pack(g711.decode_mulaw(b"\x00"))
    assert decoder("alaw", 8000).feed(b"\x2a") == (pack(np.array([-32256], np.int16)), 8000)
