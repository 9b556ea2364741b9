import importlib.util
import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.audio import g711
from gate.audio.pcm import Samples, pack

EVERY: Samples = np.arange(-32768, 32768).astype(np.int16)
OCTETS = bytes(range(256))

# By hand from the tables of ITU-T G.711, in units of 16-bit samples: what an octet stands for, and the least and the
# most that it is sent for.
MULAW = {
    0xFF: (0, 0, 3), 0xFE: (8, 4, 11), 0xF0: (120, 116, 123), 0xEF: (132, 124, 139), 0xE0: (372, 364, 379),
    0xDF: (396, 380, 411), 0x8F: (16764, 16252, 17275), 0x80: (32124, 31612, 32767),
    0x7F: (0, -4, -1), 0x7E: (-8, -12, -5), 0x00: (-32124, -32768, -31613),
}  # fmt: skip
ALAW = {
    0xD5: (8, 0, 15), 0xD4: (24, 16, 31), 0xC5: (264, 256, 271), 0xF5: (528, 512, 543), 0xE5: (1056, 1024, 1087),
    0xAA: (32256, 31744, 32767), 0x55: (-8, -16, -1), 0x54: (-24, -32, -17), 0x2A: (-32256, -32768, -31745),
}  # fmt: skip


@pytest.mark.parametrize(
    ("table", "encode", "decode"),
    [(MULAW, g711.encode_mulaw, g711.decode_mulaw), (ALAW, g711.encode_alaw, g711.decode_alaw)],
    ids=["mulaw", "alaw"],
)
def test_octets_and_samples_are_those_of_the_recommendation(table: Any, encode: Any, decode: Any) -> None:
    for octet, (level, least, most) in table.items():
        assert decode(bytes([octet])).tolist() == [level]
        coded = np.frombuffer(encode(EVERY), np.uint8)
        assert (EVERY[coded == octet].min(), EVERY[coded == octet].max()) == (least, most)


@pytest.fixture(scope="module")
def audioop() -> Any:
    """Python's own G.711, which is other code than ours. It left Python in 3.13; the table above stays."""
    if importlib.util.find_spec("audioop") is None:
        pytest.skip("NOT TESTED: G.711 against audioop, which this Python has no more")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return importlib.import_module("audioop")


def test_every_octet_decodes_as_other_code_decodes_it(audioop: Any) -> None:
    assert pack(g711.decode_mulaw(OCTETS)) == audioop.ulaw2lin(OCTETS, 2)
    assert pack(g711.decode_alaw(OCTETS)) == audioop.alaw2lin(OCTETS, 2)


def test_every_sample_encodes_as_other_code_encodes_it(audioop: Any) -> None:
    assert g711.encode_alaw(EVERY) == audioop.lin2alaw(pack(EVERY), 2)
    positive, negative = EVERY[EVERY >= 0], EVERY[EVERY < -4]
    assert g711.encode_mulaw(positive) == audioop.lin2ulaw(pack(positive), 2)
    # audioop takes the two lowest bits off a negative sample before it takes its size: all of them one step too large
    assert g711.encode_mulaw(negative) == audioop.lin2ulaw(pack((negative + 4).astype(np.int16)), 2)


@pytest.mark.parametrize(
    ("encode", "decode", "finest"),
    [(g711.encode_mulaw, g711.decode_mulaw, 4), (g711.encode_alaw, g711.decode_alaw, 8)],
    ids=["mulaw", "alaw"],
)
def test_a_sample_comes_back_within_half_a_step_and_never_smaller_than_a_smaller_one(
    encode: Any, decode: Any, finest: int
) -> None:
    back = decode(encode(EVERY)).astype(int)
    assert np.all(np.diff(back) >= 0)
    size = np.abs(EVERY.astype(int))
    assert np.all(np.abs(back - EVERY) <= np.maximum(finest, (size + 132) / 32))


@given(st.binary(max_size=300))
def test_what_was_decoded_encodes_to_the_same_octets(data: bytes) -> None:
    assert g711.encode_alaw(g711.decode_alaw(data)) == data
    assert g711.encode_mulaw(g711.decode_mulaw(data)) == data.replace(b"\x7f", b"\xff"), "there are two zeros"


def test_silence_is_no_zero_byte() -> None:
    zeros = np.zeros(3, np.int16)
    assert g711.encode_mulaw(zeros) == b"\xff\xff\xff"
    assert g711.encode_alaw(zeros) == b"\xd5\xd5\xd5"
    assert g711.decode_mulaw(b"").tolist() == g711.decode_alaw(b"").tolist() == []
