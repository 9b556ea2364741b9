"""Samples to an MP3 file that any browser plays, and in which every sample is at its own time.

LAME writes the frames. It adds silence in front (its delay, and that of every decoder) and behind, 69 ms in front at
16 kHz: players cut that off if a tag says how much it is, and lameenc writes none. So the tag (Info, with LAME's
extension, as `mp3_frames.tag` reads it) is put in front here. Its table of contents is left out: at a constant bit rate
a player needs none."""

import struct
from typing import Final

from gate.audio.pcm import Samples

KBPS: Final = 48
QUALITY: Final = 7
ENCODER_DELAY: Final = 576
SAMPLES_PER_FRAME: Final = 576
"""Of MPEG 2, as it is at 16, 22.05 and 24 kHz."""
SIDE_INFO: Final = 17
FRAMES_AND_BYTES: Final = 0b11
CBR: Final = 1


def encode(track: Samples, rate_hz: int) -> bytes | None:
    """int16[n, 2] at 16 or 24 kHz as MP3. None where the encoder is not there: it has no wheel for every machine."""
    try:
        import lameenc
    except ImportError:
        return None
    encoder = lameenc.Encoder()
    encoder.silence()
    encoder.set_channels(2)
    encoder.set_bit_rate(KBPS)
    encoder.set_quality(QUALITY)
    encoder.set_in_sample_rate(rate_hz)
    encoder.set_out_sample_rate(rate_hz)
    frames = bytes(encoder.encode(track.tobytes()) + encoder.flush())
    return _tag(frames, len(track), rate_hz) + frames


def _tag(frames: bytes, count: int, rate_hz: int) -> bytes:
    """A frame that holds no sound but the tag: its header is that of the frames that follow."""
    size = SAMPLES_PER_FRAME // 8 * KBPS * 1000 // rate_hz
    number = len(frames) // size
    padding = number * SAMPLES_PER_FRAME - ENCODER_DELAY - count
    tag = b"Info" + struct.pack(">III", FRAMES_AND_BYTES, number, len(frames) + size)
    tag += b"LAME3.100" + bytes([CBR, 0]) + bytes(8) + bytes([0, KBPS])
    tag += (ENCODER_DELAY << 12 | padding).to_bytes(3, "big")
    return (frames[:4] + bytes(SIDE_INFO) + tag).ljust(size, b"\0")
