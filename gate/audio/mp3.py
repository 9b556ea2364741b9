"""MP3 that arrives in pieces to samples. Must never raise anything but ValueError, whatever the bytes are.

miniaudio decodes buffers and no streams, and a frame alone is not enough to decode it: it takes up to 511 bytes of main
data of the frames before it (the bit reservoir), and the inverse transform and the filter bank overlap with the two
granules before. So the last frames are kept as context: each time, context and new frames are decoded from nothing, and
what the context alone gives is cut off in front. With two frames for the overlap, and before them frames with 511
bytes for the first of these to draw on, the samples are those of the whole stream decoded at once, bit for bit.

An encoder's tag (Xing, Info) opens a file: what came before has no more effect, and the encoder's delay (and the
decoder's 529 samples) and its padding are cut off, as players do. Without a tag they are heard: 1105 samples with LAME.
A place that is neither frame nor tag is an error once, and the search for the next frame begins."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from gate.audio.mp3_frames import HEADER, Frame, Kind, Tag, header, id3_size, stands_alone, sync, tag
from gate.audio.pcm import Samples

_RESERVOIR = 511
_OVERLAP = 2
_NOTHING: Samples = np.zeros(0, np.int16)


@dataclass(frozen=True, slots=True)
class _Run:
    """Frames of one kind, and the tag that opened them."""

    kind: Kind
    tag: Tag | None
    frames: list[Frame] = field(default_factory=list)


class Decoder:
    """Holds the bytes of a frame that is not whole yet, and the context of the next. `rate_hz` is 0 until a frame was
    whole."""

    def __init__(self) -> None:
        self._rest = b""
        self._skip = 0
        self._is_lost = False
        self._has_ended = False
        self._kind: Kind | None = None
        self._context: list[Frame] = []
        self._trim = _Trim(Tag(), 0)

    @property
    def rate_hz(self) -> int:
        return self._kind.rate_hz if self._kind else 0

    def feed(self, data: bytes) -> Samples:
        """int16[n], mono (channels are averaged), of the frames that these bytes complete; often none. Raises
        ValueError for a piece that holds what is no MP3: nothing of it is decoded."""
        self._rest += data
        if self._has_ended and data:
            self._go_on(data)
        if self._is_lost:
            self._find()
        runs = list(_runs(self._frames()))
        rates_hz = sorted({run.kind.rate_hz for run in runs})
        if len(rates_hz) > 1:
            raise ValueError(f"MP3 of {rates_hz[0]} and of {rates_hz[1]} Hz in one piece of audio; expected one rate")
        return np.concatenate([_NOTHING, *(self._decode(run) for run in runs)])

    def end(self) -> None:
        """A response is over: if the next piece begins a stream of its own, half a frame of this one is forgotten."""
        self._has_ended = True

    def _go_on(self, data: bytes) -> None:
        self._has_ended = False
        is_file = data[:3] == b"ID3"
        if not is_file and header(data) is None:
            return
        self._rest, self._skip, self._is_lost = data, 0, False
        if is_file or stands_alone(data):
            self._context = []

    def _find(self) -> None:
        at = sync(self._rest)
        if at is None:
            found, self._rest = len(self._rest), b""
            raise ValueError(f"{found} bytes without an MP3 frame")
        self._rest, self._is_lost = self._rest[at:], False

    def _frames(self) -> list[Frame]:
        """Takes whole frames off the front of what is there."""
        frames: list[Frame] = []
        data, at = self._rest, self._skip
        while len(data) >= at + HEADER:
            tag_size, found = id3_size(data, at), header(data, at)
            if tag_size is None or (found and at + found.size > len(data)):
                break
            if not tag_size and found is None:
                self._rest, self._skip, self._is_lost = data[at:][sync(data[at:]) or len(data) :], 0, True
                raise ValueError(f"{data[at : at + HEADER].hex(' ').upper()} begins no MP3 frame, and no tag")
            if found:
                frames.append(Frame(found, data[at : at + found.size]))
            at += found.size if found else tag_size
        self._rest, self._skip = data[at:], max(0, at - len(data))
        return frames

    def _decode(self, run: _Run) -> Samples:
        if run.tag or run.kind != self._kind:
            self._context, self._trim = [], _Trim(run.tag or Tag(), run.kind.samples)
        self._kind = run.kind
        frames = self._context + run.frames
        values = _samples(frames)[len(_samples(self._context)) :]
        self._context = _context(frames)
        return self._trim.cut(values)


class _Trim:
    """Cuts off what is no audio in front of a file and at its end. What comes behind the end that a tag says stays."""

    def __init__(self, opened: Tag, frame_samples: int) -> None:
        end = (opened.frames or 0) * frame_samples
        self._dead = (0, opened.front), (max(0, end - opened.back), end)
        self._at = 0

    def cut(self, values: Samples) -> Samples:
        places = np.arange(self._at, self._at + len(values))
        self._at += len(values)
        dead = [(begin <= places) & (places < end) for begin, end in self._dead]
        return values[~(dead[0] | dead[1])]


def _runs(frames: list[Frame]) -> Iterator[_Run]:
    run: _Run | None = None
    for frame in frames:
        opened = tag(frame)
        if run is None or opened or frame.head.kind != run.kind:
            if run:
                yield run
            run = _Run(frame.head.kind, opened)
        if not opened:
            run.frames.append(frame)
    if run:
        yield run


def _context(frames: list[Frame]) -> list[Frame]:
    """The last frames that the next one cannot do without."""
    first, reservoir = max(0, len(frames) - _OVERLAP), 0
    while first and reservoir < _RESERVOIR:
        first -= 1
        reservoir += frames[first].main_bytes
    return frames[first:]


def _samples(frames: list[Frame]) -> Samples:
    """All that the frames decode to, from nothing. Frames that draw on bytes which are not there give no samples."""
    import miniaudio

    if not frames:
        return _NOTHING
    try:
        decoded = miniaudio.mp3_read_s16(b"".join(frame.data for frame in frames))
    except miniaudio.DecodeError:
        return _NOTHING
    values = np.asarray(decoded.samples, dtype=np.int16).reshape(-1, decoded.nchannels)
    return values[:, 0] if decoded.nchannels == 1 else np.rint(values.mean(axis=1)).astype(np.int16)
