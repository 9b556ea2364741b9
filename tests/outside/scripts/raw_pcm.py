"""A plain WebSocket client, which knows nothing of Voxgate: raw samples out, in frames that cut samples in two, raw
samples in until a second of quiet. usage: raw_pcm.py URL CLIP.wav"""

import json
import sys
import wave

import numpy as np
from websockets.sync.client import connect

ODD_BYTES = 333


def main(url: str, clip: str) -> None:
    with wave.open(clip) as file:
        said = file.readframes(file.getnframes()) + bytes(2 * file.getframerate())
    frames: list[str | bytes] = []
    with connect(url) as line:
        for at in range(0, len(said), ODD_BYTES):
            line.send(said[at : at + ODD_BYTES])
        try:
            while True:
                frames.append(line.recv(timeout=2.0 if not frames else 1.0))
        except TimeoutError:
            pass
    heard = b"".join(frame for frame in frames if isinstance(frame, bytes))
    values = np.frombuffer(heard, "<i2").astype(float)
    print(json.dumps({
        "texts": [frame for frame in frames if isinstance(frame, str)],
        "seconds": len(values) / 16000,
        "rms": float(np.sqrt(np.mean(values**2))) if len(values) else 0.0,
    }))  # fmt: skip


main(*sys.argv[1:])
