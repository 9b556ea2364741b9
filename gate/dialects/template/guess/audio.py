"""Where a captured conversation holds audio, in which form, and at which rate. The bytes decide; names only where the
bytes cannot. Never trusts one piece alone.

Theory of operation. Sound changes little from one sample to the next, so of all readings of the bytes (16 bits, mu-law,
A-law) the right one is the smoothest: its correlation with itself one sample later is far above 0. Bytes that are
smooth in no reading and no digital silence are no sound, which is how ids, keys and images in base64 are told."""

import base64
import binascii
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from gate.audio import g711, mp3_frames
from gate.audio.pcm import Samples, samples
from gate.dialects.template.guess.facts import Log, spaced

SMOOTH: Final = 0.5
MOST_BYTES: Final = 400_000
FEWEST: Final = 64
_DATA_URL = re.compile(r"(data:[\w.+/;=-]{0,80};base64,)?([A-Za-z0-9+/]{4,}={0,2})", re.DOTALL)
_AUDIO_NAME = re.compile(r"\b(audio|pcm|voice|sound|speech|media|payload|chunk|samples|wav|mp3)\b")
FOREIGN: Final = {
    b"OggS": "Ogg (Opus)", b"\x1aE\xdf\xa3": "WebM", b"fLaC": "FLAC", b"\x89PNG": "a PNG image", b"GIF8": "a GIF image",
    b"\xff\xd8\xff": "a JPEG image", b"%PDF": "a PDF", b"FORM": "AIFF",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Blob:
    """Bytes in base64, and what stands before them."""

    prefix: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Sound:
    """The audio of one way. `path` None: binary frames. `pieces`: place of the frame and its bytes, in order. `kind`:
    the type of its messages."""

    path: str | None
    encoding: str
    why: str
    pieces: tuple[tuple[int, bytes], ...]
    prefix: str = ""
    kind: str | None = None

    @property
    def data(self) -> bytes:
        return joined(data for _, data in self.pieces)

    def values(self) -> Samples:
        return decoded(self.encoding, self.data)


def joined(pieces: object) -> bytes:
    whole = bytearray()
    for piece in pieces:  # type: ignore[attr-defined]
        whole += piece
        if len(whole) >= MOST_BYTES:
            break
    return bytes(whole)


def decoded(encoding: str, data: bytes) -> Samples:
    match encoding:
        case "mulaw":
            return g711.decode_mulaw(data)
        case "alaw":
            return g711.decode_alaw(data)
        case "wav":
            return samples(data[44:])
        case "pcm":
            return samples(data)
        case _:
            return samples(b"")


def blob(text: object) -> Blob | None:
    if not isinstance(text, str) or not (found := _DATA_URL.fullmatch(text)):
        return None
    try:
        return Blob(found[1] or "", base64.b64decode(found[2], validate=True))
    except (binascii.Error, ValueError):
        return None


def foreign(data: bytes) -> str | None:
    return next((what for magic, what in FOREIGN.items() if data.startswith(magic)), None)


def form_of(pieces: Sequence[bytes]) -> tuple[str | None, str]:
    """The encoding and why; or None, and what the bytes are or are not."""
    first, whole = pieces[0], joined(pieces)
    if first[:4] == b"RIFF" and first[8:12] == b"WAVE":
        return "wav", "the first piece begins with a WAV header"
    if what := foreign(first):
        return None, what
    if _is_mp3(whole):
        return "mp3", "it begins with frames of MPEG layer III"
    silent = _silence(whole)
    if silent:
        return silent
    even = sum(len(piece) % 2 == 0 for piece in pieces) * 10 > 9 * len(pieces)
    smooth = {"mulaw": _smoothness(g711.decode_mulaw(whole)), "alaw": _smoothness(g711.decode_alaw(whole))}
    if even:
        smooth["pcm"] = _smoothness(samples(whole))
        if _smoothness(np.frombuffer(whole[: len(whole) // 2 * 2], ">i2")) > max(SMOOTH, *smooth.values()):
            return None, "16-bit samples with the high byte first"
    best = max(smooth, key=lambda name: smooth[name])
    if len(whole) < FEWEST or smooth[best] < SMOOTH:
        return None, "bytes that are smooth in no form of audio"
    names = {"pcm": "16-bit samples", "mulaw": "mu-law", "alaw": "A-law"}
    return best, f"its bytes, read as {names[best]}, are smooth as sound is ({smooth[best]:.2f} of 1)"


def _is_mp3(data: bytes, chained: int = 3) -> bool:
    """Whether it begins with frames, each where the one before it ends."""
    at = mp3_frames.id3_size(data) or 0
    for _ in range(chained):
        found = mp3_frames.header(data, at)
        if found is None:
            return False
        at += found.size
    return True


def _silence(data: bytes) -> tuple[str, str] | None:
    quiet = {b"\0": "pcm", b"\xff": "mulaw", b"\x7f": "mulaw", b"\xd5": "alaw", b"\x55": "alaw"}
    if len(data) < 2 * FEWEST:
        return None
    for byte, name in quiet.items():
        if data.count(byte) > 0.98 * len(data):
            return name, f"its bytes are nearly all {byte[0]:#04x}, which is silence in this form"
    return None


def _smoothness(values: Samples) -> float:
    """The correlation of a signal with itself one sample later, at most 1."""
    x = values.astype(np.float64)
    x -= x.mean() if len(x) else 0.0
    power = float(np.dot(x, x))
    return float(np.dot(x[1:], x[:-1])) / power if power else 0.0


def sounds(log: Log, sent: bool, type_path: str | None) -> tuple[list[Sound], list[str]]:
    """Everything that holds audio one way, the likeliest first, and what was looked at and is none."""
    by_path: defaultdict[tuple[str | None, str], list[tuple[int, Blob]]] = defaultdict(list)
    texts: Counter[tuple[str | None, str]] = Counter()
    for message in log.sent if sent else log.received:
        for path, leaf in message.leaves.items():
            key = (message.text(type_path), path)
            texts[key] += isinstance(leaf, str)
            if path != type_path and (found := blob(leaf)):
                by_path[key].append((message.at, found))
    binary = tuple(
        (at, frame.data) for at, frame in enumerate(log.frames) if frame.sent is sent and isinstance(frame.data, bytes)
    )
    found_sounds: list[Sound] = []
    others: list[str] = []
    for (kind, path), blobs in by_path.items():
        pieces = tuple((at, one.data) for at, one in blobs)
        made = _sound(
            path, pieces, Counter(one.prefix for _, one in blobs).most_common(1)[0][0], len(blobs) / texts[kind, path]
        )
        _put(replace(made, kind=kind) if isinstance(made, Sound) else made, found_sounds, others)
    if binary and (whole := [piece for piece in binary if piece[1]]):
        made = _sound(None, tuple(whole), "", 1.0)
        _put(made, found_sounds, others)
    found_sounds.sort(key=lambda sound: -len(sound.pieces) * min(len(sound.data), MOST_BYTES))
    return found_sounds, [one for one in others if one]


def _put(made: Sound | str, found: list[Sound], others: list[str]) -> None:
    if isinstance(made, Sound):
        found.append(made)
    else:
        others.append(made)


def _sound(path: str | None, pieces: tuple[tuple[int, bytes], ...], prefix: str, share: float) -> Sound | str:
    """Sound, or a sentence for what is worth one, or an empty text for what is plainly no audio."""
    where = "binary frames" if path is None else f"`{path}`"
    encoding, why = form_of([data for _, data in pieces])
    size = sum(len(data) for _, data in pieces)
    if encoding and share > 0.9:
        return Sound(path, encoding, why, pieces, prefix)
    named = path is not None and _AUDIO_NAME.search(spaced(path))
    if (
        path
        and named
        and share == 1
        and size < FEWEST
        and all(len(data) % 2 == 0 for _, data in pieces)
        and prefix == ""
    ):
        return Sound(path, "pcm", "named as audio is; too little of it to tell its form", pieces)
    if size >= 16 * FEWEST or path is None:
        return f"{where}: {why}; it is not taken for audio"
    return ""
