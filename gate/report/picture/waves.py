"""Both sides' waves, as coarse as they are drawn: the peak of each bin, one byte, base64. Pure."""

from base64 import b64encode
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gate.audio.pcm import Samples
from gate.core.jsons import Json

BIN_MS: Final = 10
MOST_BINS: Final = 30_000
FULL: Final = 32_768


def waves(caller: Samples, agent: Samples, rate_hz: int) -> dict[str, Json]:
    """`bin_ms`, and for each side a byte for each bin: 255 times the root of its peak over full scale, so that what is
    quiet can be seen too. A call of more than five minutes has longer bins."""
    bin_ms = BIN_MS * max(1, -(-len(caller) * 1000 // (rate_hz * BIN_MS * MOST_BINS)))
    size = rate_hz * bin_ms // 1000
    return {"bin_ms": bin_ms, "caller": _packed(caller, size), "agent": _packed(agent, size)}


def _packed(track: Samples, size: int) -> str:
    return b64encode(peaks(track, size).tobytes()).decode()


def peaks(track: Samples, size: int) -> NDArray[np.uint8]:
    """uint8[ceil(n / size)]. Silence is 0, and nothing else is."""
    padded = np.zeros(-(-len(track) // size) * size, np.int32)
    padded[: len(track)] = track
    loudest = np.abs(padded).reshape(-1, size).max(axis=1, initial=0)
    packed: NDArray[np.uint8] = np.ceil(255 * np.sqrt(loudest / FULL)).clip(0, 255).astype(np.uint8)
    return packed
