"""The reference agent's voice: its recorded replies by key.

It must never speak a clip whose bytes are not those of the index.
"""

from __future__ import annotations

import functools
import hashlib
import io
import json
import wave
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

CLIPS_DIR = Path(__file__).with_name("clips")


@dataclass(frozen=True, slots=True, eq=False)
class AgentClip:
    """One reply: its words and its sound, 16-bit mono."""

    key: str
    text: str
    samples: NDArray[np.int16]
    rate_hz: int


@functools.cache
def load() -> Mapping[str, AgentClip]:
    """Every clip by key, read and verified once per process."""
    index = json.loads((CLIPS_DIR / "index.json").read_text(encoding="utf-8"))
    return MappingProxyType({entry["key"]: _read(entry) for entry in index["clips"]})


def choose(name: str, day: str | None = None) -> AgentClip:
    """The clip for a reply; `day` ("Thursday", in any case) for the replies that name one."""
    key = name if day is None else f"{name}-{day.lower()}"
    clips = load()
    if key not in clips:
        raise KeyError(f"no clip {key!r} in {CLIPS_DIR.name}/index.json; there are: {', '.join(sorted(clips))}")
    return clips[key]


def _read(entry: Mapping[str, Any]) -> AgentClip:
    content = (CLIPS_DIR / entry["file"]).read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != entry["sha256"]:
        raise ValueError(f"clip {entry['file']}: sha256 {found}, expected {entry['sha256']}; run fixtures/render.py")
    with wave.open(io.BytesIO(content)) as source:
        samples = np.frombuffer(source.readframes(source.getnframes()), "<i2").astype(np.int16)
        rate_hz = source.getframerate()
    samples.flags.writeable = False
    return AgentClip(entry["key"], entry["text"], samples, rate_hz)
