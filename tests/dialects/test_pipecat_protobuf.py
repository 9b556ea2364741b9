"""Bytes as google.protobuf and Pipecat's own serializer write them; what else google.protobuf makes of any bytes is
asked of itself in tests/outside."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.dialects.fields import Illegal
from gate.dialects.pipecat.protobuf import (
    AudioRawFrame,
    InterruptionFrame,
    MessageFrame,
    ProtoFrame,
    TextFrame,
    TranscriptionFrame,
    read,
    write,
)

AT = "2026-01-02T03:04:05.000+00:00"
WRITTEN: list[tuple[bytes, ProtoFrame]] = [
    (
        b"\x12'\x08\x07\x12\x15OutputAudioRawFrame#0\x1a\x06\x01\x00\x02\x00\xfe\xff \xc0\xbb\x01(\x01",
        AudioRawFrame(7, "OutputAudioRawFrame#0", b"\x01\x00\x02\x00\xfe\xff", 24000, 1),
    ),
    (b"\x12\x0b\x1a\x04\x01\x00\x02\x00 \x80}(\x01", AudioRawFrame(0, "", b"\x01\x00\x02\x00", 16000, 1)),
    (b"\x12\r\x1a\x04\x01\x00\x02\x00 \x80}(\x010\x00", AudioRawFrame(0, "", b"\x01\x00\x02\x00", 16000, 1, 0)),
    (b"\n\x16\x08\x07\x12\x0bTextFrame#0\x1a\x05Hello", TextFrame(7, "TextFrame#0", "Hello")),
    (
        b"\x1aH\x08\x07\x12\x14TranscriptionFrame#0\x1a\x0bon Thursday\"\x02u1*\x1d" + AT.encode(),
        TranscriptionFrame(7, "TranscriptionFrame#0", "on Thursday", "u1", AT),
    ),
    (b'"\x04\n\x02{}', MessageFrame("{}")),
    (b"*\x17\x08\x07\x12\x13InterruptionFrame#0", InterruptionFrame(7, "InterruptionFrame#0")),
    (b"*\x00", InterruptionFrame()),
]  # fmt: skip


@pytest.mark.parametrize(("data", "frame"), WRITTEN)
def test_what_pipecat_writes_is_read_and_written_the_same(data: bytes, frame: ProtoFrame) -> None:
    assert read(data) == frame
    assert write(frame) == data


@pytest.mark.parametrize(
    ("data", "frame"),
    [
        (b"", None),
        (b"\x3a\x02hi", None),
        (b"\x08\x01", None),
        (b"\x0a\x09\x1a\x02hi\x3a\x03new", TextFrame(text="hi")),
        (b"\x0a\x0d\x1a\x02hi\x39\x01\x02\x03\x04\x05\x06\x07\x08", TextFrame(text="hi")),
        (b"\x0a\x09\x1a\x02hi\x3d\x01\x02\x03\x04", TextFrame(text="hi")),
        (b"\x0a\x08\x1a\x02hi\x3b\x08\x01\x3c", TextFrame(text="hi")),
        (b"\x0a\x06\x1a\x02hi\x18\x05", TextFrame(text="hi")),
        (b"\x0a\x08\x1a\x02hi\x1a\x02ho", TextFrame(text="ho")),
        (b"\x0a\x04\x1a\x02hi\x0a\x02\x08\x05", TextFrame(id=5, text="hi")),
        (b"\x0a\x04\x1a\x02hi*\x00", InterruptionFrame()),
        (b"\x12\x06 \x80\x80\x80\x80\x10", AudioRawFrame()),
        (b"\x2a\x0b\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", InterruptionFrame(id=2**64 - 1)),
        (b"\x2a\x03\x08\x85\x00", InterruptionFrame(id=5)),
    ],
    ids=[
        "nothing", "an unknown kind", "a kind in another width", "an unknown text", "an unknown fixed64",
        "an unknown fixed32", "an unknown group", "a text in another width", "a text twice",
        "one message in two halves", "two kinds", "a number that is too wide",
        "the widest number", "a number longer than it need be",
    ],
)  # fmt: skip
def test_what_is_odd_and_allowed_is_read_as_proto3_says(data: bytes, frame: ProtoFrame | None) -> None:
    assert read(data) == frame


@pytest.mark.parametrize(
    "data",
    [
        b"\x0a", b"\x0a\x05\x1a\x02hi", b"\x0a\x03\x1a\x02h", b"\x80", b"\x00", b"\x02\x00", b"\x0e", b"\x0c",
        b"\x0a\x04\x1a\x02\xff\xfe", b"\x0a\x05\x1a\x03\xed\xa0\x80", b"\x3b", b"\x3b\x44", b"\x39\x01", b"\x3d\x01",
        b"\x2a\x0c\x08" + b"\xff" * 10 + b"\x01", b"\x8a\x80\x80\x80\x80\x00\x00", b"\x80\x80\x80\x80\x10\x00",
        b"\x0b" * 101 + b"\x0c" * 101,
    ],
    ids=[
        "no length", "cut off", "a text cut off", "a tag cut off", "no number", "no number with bytes", "wire type 6",
        "a group's end", "no UTF-8", "half a surrogate pair", "an open group", "another group's end", "half a fixed64",
        "a quarter of a fixed32", "a number of eleven bytes", "a tag of six bytes", "a tag beyond 32 bits", "a pit",
    ],
)  # fmt: skip
def test_what_no_reader_of_protobuf_takes_is_illegal(data: bytes) -> None:
    with pytest.raises(Illegal, match="protobuf"):
        read(data)


TEXTS = st.text(st.characters(codec="utf-8"))
U64, U32 = st.integers(0, 2**64 - 1), st.integers(0, 2**32 - 1)
FRAMES = st.one_of(
    st.builds(TextFrame, U64, TEXTS, TEXTS),
    st.builds(AudioRawFrame, U64, TEXTS, st.binary(), U32, U32, st.none() | U64),
    st.builds(TranscriptionFrame, U64, TEXTS, TEXTS, TEXTS, TEXTS),
    st.builds(MessageFrame, TEXTS),
    st.builds(InterruptionFrame, U64, TEXTS),
)


@given(FRAMES)
def test_a_frame_is_read_as_it_was_written(frame: ProtoFrame) -> None:
    assert read(write(frame)) == frame


@given(FRAMES, st.data())
def test_a_frame_that_is_cut_off_is_illegal_or_empty(frame: ProtoFrame, choice: st.DataObject) -> None:
    whole = write(frame)
    cut = whole[: choice.draw(st.integers(0, len(whole) - 1))]
    if not cut:
        assert read(cut) is None
    else:
        with pytest.raises(Illegal):
            read(cut)


@given(st.binary())
def test_no_bytes_raise_anything_else(data: bytes) -> None:
    with suppress(Illegal):
        assert read(data) is None or isinstance(read(data), ProtoFrame)
