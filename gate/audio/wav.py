"""16-bit mono WAV to samples and back. Anything else is refused with a sentence that says what it is."""

import io
import wave

from gate.audio.pcm import WIDTH, Samples, pack, samples


def encode(values: Samples, rate_hz: int) -> bytes:
    """A WAV file of int16[n] (mono) or int16[n, channels]."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1 if values.ndim == 1 else values.shape[1])
        file.setsampwidth(WIDTH)
        file.setframerate(rate_hz)
        file.writeframes(pack(values))
    return out.getvalue()


def decode(data: bytes) -> tuple[Samples, int]:
    """int16[n] and the rate in Hz. Raises ValueError that says what the file is and what it should be."""
    try:
        with wave.open(io.BytesIO(data), "rb") as file:
            channels, width, rate_hz = file.getnchannels(), file.getsampwidth(), file.getframerate()
            declared = file.getnframes()
            pcm = file.readframes(declared)
    except (wave.Error, EOFError, RuntimeError) as error:  # RuntimeError: a chunk longer than what it stands in
        raise ValueError(f"it is not a PCM WAV file ({str(error) or 'it ends too early'})") from None
    if not rate_hz:
        raise ValueError("its header says a rate of 0 Hz")
    if channels != 1 or width != WIDTH:
        raise ValueError(f"it has {channels} channel(s) of {8 * width} bit; expected mono, 16 bit")
    if len(pcm) != declared * WIDTH:
        raise ValueError(f"it is cut short: its header says {declared} samples, {len(pcm) // WIDTH} are there")
    if not pcm:
        raise ValueError("it holds no audio at all")
    return samples(pcm), rate_hz
