"""What goes wrong with speech between a voice and a wire: faults of the reference agent's output audio. Pure. They are
made at the rate of the wire: a resampler behind a fault would round it off."""

import base64
import re

import numpy as np

from gate.audio.pcm import Samples
from gate.audio.resample import resample
from gate.reference.faults import Faults
from gate.reference.voicing import Chunk

CUT_MS = 200
HOLE_MS, HOLE_EVERY_MS = 60, 500
GAIN = 12
QUIET = 0.05
OTHER_RATE = 1.5
SLOW_MS = 200
LEAST_BASE64 = 100


def spoiled(speech: Samples, rate_hz: int, faults: Faults) -> Samples:
    """The speech of one response, int16[n] at `rate_hz`, as the synthesis gives it."""
    if faults.on("silent-audio"):
        return np.zeros_like(speech)
    if faults.on("first-words-cut"):
        return speech[CUT_MS * rate_hz // 1000 :]
    if faults.on("clipped"):
        return np.clip(speech.astype(np.int32) * GAIN, -32768, 32767).astype(np.int16)
    if faults.on("too-quiet"):
        return np.asarray(speech * QUIET, np.int16)
    if faults.on("wrong-rate"):
        return resample(speech, rate_hz, int(rate_hz * OTHER_RATE))
    if faults.on("dropouts"):
        holed = speech.copy()
        for at in range(HOLE_EVERY_MS, len(speech) * 1000 // rate_hz, HOLE_EVERY_MS):
            holed[at * rate_hz // 1000 : (at + HOLE_MS) * rate_hz // 1000] = 0
        return holed
    return speech


def muddled(made: list[Chunk], faults: Faults) -> list[Chunk]:
    """The chunks of one response, as the line carries them."""
    if faults.on("chunks-swapped"):
        pairs = [made[i : i + 2][::-1] for i in range(0, len(made), 2)]
        pcms = [chunk.pcm for pair in pairs for chunk in pair]
        return [Chunk(pcm, chunk.due_ns) for pcm, chunk in zip(pcms, made, strict=True)]
    if faults.on("chunk-twice"):
        return [again for i, chunk in enumerate(made) for again in ([chunk, chunk] if i % 5 == 2 else [chunk])]
    if faults.on("keeps-playback"):
        return [Chunk(chunk.pcm, made[0].due_ns) for chunk in made]
    if faults.on("stutters"):
        first_ns = made[0].due_ns
        return [Chunk(chunk.pcm, first_ns + i * SLOW_MS * 1_000_000) for i, chunk in enumerate(made)]
    return made


def with_padding_inside(frame: str | bytes) -> str | bytes:
    """A text frame whose audio was encoded in two pieces, the first of which ends in padding. Of what is binary, and of
    what holds no audio, nothing is changed."""
    if isinstance(frame, bytes):
        return frame
    return re.sub(rf'"([A-Za-z0-9+/]{{{LEAST_BASE64},}}=*)"', lambda found: f'"{_in_pieces(found[1])}"', frame)


def _in_pieces(text: str) -> str:
    data = base64.b64decode(text)
    at = len(data) // 6 * 3 + 1
    return base64.b64encode(data[:at]).decode() + base64.b64encode(data[at:]).decode()
