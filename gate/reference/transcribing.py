"""The recogniser of demos over wires without words: what the reference agent says in a recording of it."""

from typing import Final

from gate.audio import wav
from gate.audio.resample import resample
from gate.reference.grammar import agents
from gate.reference.recogniser import RATE_HZ, Recogniser

WORST_WORD_SCORE: Final = -11.0
"""Over a telephone the voice's own "done" scores -9 to -10.1; what it never said is no reply, however it scores."""


def transcribe(data: bytes) -> str:
    """The words of the replies that a WAV file sounds like, lower case; "" where it sounds like none. A reply that is
    damaged is the nearest one, or none: there are no others. Raises ValueError for what is no such file."""
    values, rate_hz = wav.decode(data)
    return Recogniser(agents(), WORST_WORD_SCORE).words(resample(values, rate_hz, RATE_HZ)) or ""
