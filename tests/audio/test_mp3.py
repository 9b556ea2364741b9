"""MP3 is made by LAME and compared with the whole stream decoded at once by miniaudio."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gate.audio.mp3 import Decoder
from gate.audio.mp3_frames import header
from gate.audio.pcm import Samples

lameenc = pytest.importorskip("lameenc", reason="NOT TESTED: MP3 wants lameenc")
miniaudio = pytest.importorskip("miniaudio", reason="NOT TESTED: MP3 wants miniaudio")

LAME_DELAY, LAME_SCALE = 1105, 0.95


def encoded(rate_hz: int, kbps: int | None = None, *, channels: int = 1, seconds: float = 1.0, seed: int = 1) -> bytes:
    """Tone bursts in bursts of noise: loud and soft frames side by side fill and empty the bit reservoir."""
    n = np.arange(round(rate_hz * seconds))
    tone = 8000 * np.sin(2 * np.pi * 440 * n / rate_hz) * (np.sin(2 * np.pi * 5 * n / rate_hz) > 0)
    noise = np.random.default_rng(seed).normal(size=len(n)) * 900 * (np.sin(2 * np.pi * 3.1 * n / rate_hz) > 0)
    one = (tone + noise).astype(np.int16)
    return of(one if channels == 1 else np.stack([one, np.roll(one, 99)], axis=1), rate_hz, kbps)


def of(values: Samples, rate_hz: int, kbps: int | None = None) -> bytes:
    encoder = lameenc.Encoder()
    encoder.silence()
    encoder.set_in_sample_rate(rate_hz)
    encoder.set_out_sample_rate(rate_hz)
    encoder.set_channels(values.ndim)
    if kbps is None:
        encoder.set_vbr(4)
        encoder.set_vbr_quality(4)
    else:
        encoder.set_bit_rate(kbps)
    return bytes(encoder.encode(values.tobytes())) + bytes(encoder.flush())


def at_once(data: bytes) -> Samples:
    found = miniaudio.mp3_read_s16(data)
    values = np.asarray(found.samples, dtype=np.int16).reshape(-1, found.nchannels)
    return np.rint(values.mean(axis=1)).astype(np.int16)


def in_pieces(pieces: list[bytes], decoder: Decoder | None = None) -> Samples:
    decoder = decoder or Decoder()
    return np.concatenate([decoder.feed(piece) for piece in pieces])


def cut(data: bytes, size: int) -> list[bytes]:
    return [data[i : i + size] for i in range(0, len(data), size)]


def frames_of(data: bytes) -> list[bytes]:
    frames = []
    while head := header(data):
        frames.append(data[: head.size])
        data = data[head.size :]
    return frames


def tagged(data: bytes, delay: int, padding: int, frames: int | None = None) -> bytes:
    """The file with an encoder's tag in front, as LAME writes it."""
    first = header(data)
    assert first
    count = len(frames_of(data)) if frames is None else frames
    said = bytes([delay >> 4, (delay & 15) << 4 | padding >> 8, padding & 255])
    tag = b"Info\x00\x00\x00\x01" + count.to_bytes(4, "big") + b"LAME3.100".ljust(21, b"\0") + said
    return data[:4] + bytes(first.main - 4) + tag.ljust(first.size - first.main, b"\0") + data


ID3 = b"ID3\x04\x00\x00\x00\x00\x01\x02" + bytes(130)

SOURCES = {
    "48k": encoded(48000, 64),
    "44.1k at 320 kbit/s": encoded(44100, 320),
    "44.1k stereo": encoded(44100, 96, channels=2),
    "24k": encoded(24000, 32),
    "24k in frames of 24 bytes": encoded(24000, 8),
    "24k stereo, variable": encoded(24000, channels=2),
    "16k": encoded(16000, 24),
    "8k": encoded(8000, 8),
}


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("size", [13, 333, 100_000])
def test_pieces_decode_to_the_samples_of_the_whole_stream(source: str, size: int) -> None:
    decoder = Decoder()
    assert decoder.rate_hz == 0
    values = in_pieces(cut(SOURCES[source], size), decoder)
    assert np.array_equal(values, at_once(SOURCES[source]))
    assert decoder.rate_hz == miniaudio.mp3_get_info(SOURCES[source]).sample_rate


def test_some_frame_of_these_streams_needs_bytes_of_frames_before_it() -> None:
    for source, data in SOURCES.items():
        begins = [int.from_bytes(frame[4:6], "big") >> (7 if frame[1] & 8 else 8) for frame in frames_of(data)]
        assert max(begins) > 30, source


@settings(max_examples=40)
@given(st.lists(st.integers(0, len(SOURCES["24k"])), max_size=20))
def test_pieces_may_be_cut_anywhere(cuts: list[int]) -> None:
    data = SOURCES["24k"]
    edges = [0, *sorted(cuts), len(data)]
    assert np.array_equal(in_pieces([data[a:b] for a, b in pairwise(edges)]), at_once(data))


def test_a_frame_is_heard_as_soon_as_its_last_byte_is_there() -> None:
    decoder = Decoder()
    first, second = frames_of(SOURCES["24k"])[:2]
    assert len(decoder.feed(first[:-1])) == 0
    assert len(decoder.feed(first[-1:] + second[:1])) == 576
    assert len(decoder.feed(second[1:])) == 576


def test_what_was_encoded_is_heard_behind_the_encoders_delay() -> None:
    n = np.arange(24000)
    tone = (8000 * np.sin(2 * np.pi * 440 * n / 24000)).astype(np.int16)
    heard = in_pieces(cut(of(tone, 24000, 64), 100))[LAME_DELAY:][:24000].astype(int)
    assert np.max(np.abs(heard - LAME_SCALE * tone)[500:-500]) < 250


def test_two_channels_are_averaged() -> None:
    n = np.arange(24000)
    left = (8000 * np.sin(2 * np.pi * 440 * n / 24000)).astype(np.int16)
    heard = in_pieces([of(np.stack([left, np.zeros_like(left)], axis=1), 24000, 128)])
    assert np.max(np.abs(heard[LAME_DELAY:][:24000] - LAME_SCALE * left / 2)[500:-500]) < 250


def test_each_piece_may_be_a_file_of_its_own() -> None:
    files = [ID3 + tagged(encoded(24000, 32, seconds=0.4, seed=seed), 576, 1000) for seed in (1, 2, 3)]
    decoder = Decoder()
    for file in files:
        assert np.array_equal(decoder.feed(file + b"TAG" + bytes(125)), at_once(file))
    assert np.array_equal(in_pieces(cut(b"".join(files), 77)), np.concatenate([at_once(file) for file in files]))


def test_without_tags_files_one_after_another_are_one_stream() -> None:
    both = encoded(24000, 32) + encoded(24000, 64, seed=2)
    assert np.array_equal(in_pieces(cut(both, 500)), at_once(both))


def test_a_tags_delay_and_padding_are_no_audio() -> None:
    values = np.random.default_rng(5).normal(size=24000).astype(np.int16)
    bare = of(values, 24000, 32)
    whole = at_once(bare)
    padding = len(whole) - 24000 - 576
    heard = in_pieces(cut(tagged(bare, 576, padding), 91))
    assert np.array_equal(heard, whole[LAME_DELAY:][:24000])


def test_what_comes_behind_the_frames_that_a_tag_counts_is_still_heard() -> None:
    data = SOURCES["24k"]
    frames, whole = frames_of(data), at_once(data)
    heard = in_pieces(cut(tagged(data, 0, 529 + 100, frames=10), 91))
    assert np.array_equal(heard, np.concatenate([whole[529 : 5760 - 100], whole[5760:]]))
    assert len(frames) > 10


def test_an_id3_tag_longer_than_a_piece_is_passed_over() -> None:
    long_tag = b"ID3\x04\x00\x00\x00\x01\x00\x00" + bytes(16384)
    assert np.array_equal(in_pieces(cut(long_tag + SOURCES["16k"], 1000)), at_once(SOURCES["16k"]))


# What is no MP3.


@pytest.mark.parametrize(
    "data",
    [b"RIFF\x10\x00\x00\x00WAVE", b"garbage", bytes(640), b"\xff\xff\xff\xff", b"\xff\xfb\xf0\x00", b"\xff\xfb\x00\x00",
     b"\xff\xfd\x90\xc4", b"\xff\xeb\x90\xc4", b"\xff\xfb\x9c\xc4"],
    ids=["wav", "text", "zeros", "layer 1", "bad rate", "free format", "layer 2", "reserved version", "reserved rate"],
)  # fmt: skip
def test_what_is_no_mp3_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="begins no MP3 frame, and no tag"):
        Decoder().feed(data)


def test_garbage_is_refused_piece_for_piece_until_a_frame_comes() -> None:
    decoder = Decoder()
    for sentence in ("67 61 72 62 begins no MP3 frame", "7 bytes without an MP3 frame", "7 bytes without an MP3 frame"):
        with pytest.raises(ValueError, match=sentence):
            decoder.feed(b"garbage")
    assert np.array_equal(in_pieces(cut(SOURCES["24k"], 400), decoder), at_once(SOURCES["24k"]))


def test_garbage_in_mid_stream_is_refused_once_and_the_stream_goes_on() -> None:
    frames, decoder = frames_of(SOURCES["24k"]), Decoder()
    decoder.feed(b"".join(frames[:10]))
    with pytest.raises(ValueError, match="begins no MP3 frame"):
        decoder.feed(b"\x00garbage" + b"".join(frames[10:12]))
    rest = in_pieces(frames[12:], decoder)
    whole = at_once(SOURCES["24k"])
    assert len(rest) == len(whole) - 10 * 576
    assert np.array_equal(rest[-5000:], whole[-5000:])


def test_two_rates_in_one_piece_are_refused_and_in_two_pieces_are_not() -> None:
    with pytest.raises(ValueError, match="MP3 of 16000 and of 24000 Hz in one piece of audio"):
        Decoder().feed(SOURCES["24k"] + SOURCES["16k"])
    decoder = Decoder()
    for source, rate_hz in (("24k", 24000), ("16k", 16000)):
        assert np.array_equal(decoder.feed(SOURCES[source]), at_once(SOURCES[source]))
        assert decoder.rate_hz == rate_hz


def test_frames_without_what_they_draw_on_give_no_samples_and_are_no_error() -> None:
    frames = frames_of(SOURCES["24k"])
    late = next(i for i, frame in enumerate(frames) if frame[4] > 100)
    assert len(Decoder().feed(frames[late])) == 0


@settings(max_examples=150)
@given(st.lists(st.one_of(st.binary(max_size=60), st.sampled_from(frames_of(SOURCES["8k"])), st.just(ID3[:30])),
                max_size=12), st.lists(st.tuples(st.integers(0, 800), st.integers(0, 255)), max_size=6))  # fmt: skip
def test_whatever_comes_it_is_at_worst_refused(pieces: list[bytes], changes: list[tuple[int, int]]) -> None:
    decoder, data = Decoder(), bytearray(b"".join(pieces))
    for at, byte in changes:
        data[at : at + 1] = bytes([byte])
    for piece in cut(bytes(data), 50):
        try:
            assert decoder.feed(piece).dtype == np.int16
        except ValueError:
            continue


# Responses.


def test_half_a_frame_of_a_response_that_is_over_does_not_spoil_the_next() -> None:
    decoder, data = Decoder(), SOURCES["24k"]
    decoder.feed(data[:1000])
    decoder.end()
    assert np.array_equal(decoder.feed(data), at_once(data))


def test_a_stream_that_goes_on_over_the_end_of_a_response_is_not_cut() -> None:
    decoder, data = Decoder(), SOURCES["24k"]
    heard = [decoder.feed(data[:1000])]
    decoder.end()
    heard += [decoder.feed(b""), decoder.feed(data[1000:])]
    assert np.array_equal(np.concatenate(heard), at_once(data))
