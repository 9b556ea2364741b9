"""A whole file of audio, as the reference agent takes it: strictly, or (one of its faults) whatever it is. Pure."""

import numpy as np

from gate.audio import g711
from gate.audio.pcm import Samples, samples
from gate.audio.resample import resample
from gate.fixtures import wavefile

MU_LAW = 7


def strictly(data: bytes, rate_hz: int) -> Samples:
    """Mono, 16 bit, at this rate. Raises ValueError that says what the file is and what it should be."""
    wave = wavefile.read(data)
    if wave.rate_hz != rate_hz:
        raise ValueError(f"its rate is {wave.rate_hz} Hz; expected {rate_hz} Hz")
    return wave.samples


def anyhow(data: bytes, rate_hz: int) -> Samples:
    """Whatever can be made of it, however wrong its header is; without one, samples at this rate."""
    form, at = data.find(b"fmt ") + 8, data.find(b"data") + 8
    if data[:4] != b"RIFF" or min(form, at) < 8:
        return samples(data)
    encoding, channels, bits = (int.from_bytes(data[form + i : form + i + 2], "little") for i in (0, 2, 14))
    found_hz = int.from_bytes(data[form + 4 : form + 8], "little")
    if encoding == MU_LAW:
        values = g711.decode_mulaw(data[at:])
    elif bits == 8:
        values = ((np.frombuffer(data[at:], np.uint8).astype(np.int16) - 128) << 8).astype(np.int16)
    else:
        values = samples(data[at:])
    return resample(values[:: max(1, channels)], found_hz or rate_hz, rate_hz)
