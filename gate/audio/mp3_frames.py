"""MPEG audio layer III as bytes: where frames begin and end, and what the tags around them say. Decodes no sample.

Facts: ISO/IEC 11172-3 and 13818-3 (frame header, side information), the Xing/Info tag with LAME's extension, ID3v1 and
ID3v2.4 (section 3.1)."""

import re
from dataclasses import dataclass

HEADER = 4
DECODER_DELAY = 529
"""Samples that every decoder adds in front, and that an encoder's tag does not count."""

_KBPS_1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_KBPS_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_RATES_HZ = (44100, 48000, 32000)
_DIVISOR = {0b11: 1, 0b10: 2, 0b00: 4}
"""What the version bits divide the rate by: MPEG 1, 2 and 2.5."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What frames of one stream have in common."""

    rate_hz: int
    channels: int
    is_mpeg1: bool

    @property
    def samples(self) -> int:
        """Per frame and channel."""
        return 1152 if self.is_mpeg1 else 576


@dataclass(frozen=True, slots=True)
class Header:
    """`size`: bytes of the frame. `main`: where its main data begins, behind header, checksum and side information."""

    kind: Kind
    size: int
    main: int


@dataclass(frozen=True, slots=True)
class Frame:
    head: Header
    data: bytes

    @property
    def main_bytes(self) -> int:
        """How many bytes of main data it adds to what later frames may draw on."""
        return max(0, self.head.size - self.head.main)


@dataclass(frozen=True, slots=True)
class Tag:
    """What an encoder's tag says of the file that it opens: the samples in front and at the end that are no audio, and
    how many frames the file has; None where it does not say."""

    front: int = 0
    back: int = 0
    frames: int | None = None


def header(data: bytes, at: int = 0) -> Header | None:
    """The header at a place, if there is one. Free format, which nobody streams, counts as none."""
    if len(data) < at + HEADER or data[at] != 0xFF or data[at + 1] & 0xE6 != 0xE2:
        return None
    version, kbps, rate = data[at + 1] >> 3 & 3, data[at + 2] >> 4, data[at + 2] >> 2 & 3
    if version not in _DIVISOR or kbps in (0, 15) or rate == 3:
        return None
    is_mpeg1, is_mono = version == 0b11, data[at + 3] >> 6 == 3
    kind = Kind(_RATES_HZ[rate] // _DIVISOR[version], 1 if is_mono else 2, is_mpeg1)
    bits = (_KBPS_1 if is_mpeg1 else _KBPS_2)[kbps] * 1000
    size = (144 if is_mpeg1 else 72) * bits // kind.rate_hz + (data[at + 2] >> 1 & 1)
    side = (17 if is_mono else 32) if is_mpeg1 else (9 if is_mono else 17)
    checksum = 0 if data[at + 1] & 1 else 2
    return Header(kind, size, HEADER + checksum + side)


def stands_alone(frame: bytes) -> bool:
    """Whether a frame needs no bytes of the frames before it: its side information begins with how many it does."""
    begin = HEADER + (0 if frame[1] & 1 else 2)
    bits = int.from_bytes(frame[begin : begin + 2], "big")
    return (bits >> 7 if frame[1] & 0x08 else bits >> 8) == 0


def tag(frame: Frame) -> Tag | None:
    """The encoder's tag, if this frame holds one in place of audio."""
    data, at = frame.data, frame.head.main
    if data[at : at + 4] not in (b"Xing", b"Info"):
        return None
    at += 8
    flags = int.from_bytes(data[at - 1 : at], "big")
    frames = int.from_bytes(data[at : at + 4], "big") if flags & 1 else None
    at += sum(size for bit, size in enumerate((4, 4, 100, 4)) if flags >> bit & 1)
    said = data[at + 21 : at + 24]
    if len(said) < 3 or not data[at]:
        return Tag(frames=frames)
    delay, padding = said[0] << 4 | said[1] >> 4, (said[1] & 15) << 8 | said[2]
    return Tag(delay + DECODER_DELAY, max(0, padding - DECODER_DELAY), frames)


def id3_size(data: bytes, at: int = 0) -> int | None:
    """Bytes of the ID3 tag that begins at a place; 0 if none does, None if too few bytes are there to tell."""
    if data[at : at + 3] == b"TAG":
        return 128
    if data[at : at + 3] != b"ID3":
        return 0
    if len(data) < at + 10:
        return None
    size = 0
    for byte in data[at + 6 : at + 10]:
        size = size << 7 | byte & 0x7F
    return size + (20 if data[at + 5] & 0x10 else 10)


def sync(data: bytes) -> int | None:
    """Where the first frame begins that another of its kind, or not enough bytes to tell, comes behind; or an ID3v2
    tag. None where there is no such place."""
    return next((found.start() for found in re.finditer(b"\xff|ID3", data) if _is_sync(data, found.start())), None)


def _is_sync(data: bytes, at: int) -> bool:
    found, rest = header(data, at), len(data) - at
    if rest < HEADER or data[at] != 0xFF:
        return True
    if found is None:
        return False
    following = header(data, at + found.size)
    return rest < found.size + HEADER or (following is not None and following.kind == found.kind)
