"""The reference agent as a bench wants it: its server, its mind and its log, with ears that need no time and a voice
without a pause. `python -m bench.agent PORT LOG SEED` runs until its standard input ends.

The ears take every utterance for the same words: recognising them would keep the processor busy, and the stamps of
other sessions waiting. The voice is never silent, so that its last audible sample is where it was cut."""

import asyncio
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gate.audio.pcm import Samples
from gate.dialects.canonical.dialect import Canonical
from gate.reference.faults import Faults
from gate.reference.house import House
from gate.reference.server import AgentServer
from gate.reference.slow import AnswerDelay
from gate.reference.voicing import RATE_HZ
from gate.reference.wirelog import WireLog

DELAY_MS = 0, 2000
VOICE_S = 3.0
SYLLABLES_HZ = 4.0


class SameWords:
    def words(self, samples: Samples) -> str:
        return "hello"


@dataclass(frozen=True, slots=True, eq=False)
class Voice:
    text: str
    samples: Samples


def steady_voice() -> Voice:
    """A hum with harmonics that swells four times a second by 6 dB, as syllables do, and never falls below -20 dBFS."""
    t = np.arange(int(VOICE_S * RATE_HZ)) / RATE_HZ
    hum = sum(np.sin(2 * np.pi * 140 * n * t) / n for n in (1, 2, 3, 5))
    swell = 0.75 + 0.25 * np.cos(2 * np.pi * SYLLABLES_HZ * t)
    return Voice("hello", np.round(8000 * hum * swell / np.max(np.abs(hum))).astype(np.int16))


async def main(port: int, path: Path, seed: int) -> None:
    dialect, voice = Canonical(), steady_voice()
    log = WireLog(path, dialect)
    voices = {"greeting": voice, "pardon": voice}
    house = House(
        dialect.agent, dialect.capabilities, SameWords(), voices, Faults(()), delay=AnswerDelay(*DELAY_MS, seed)
    )
    async with AgentServer(house, port=port, log=log).serving():
        await asyncio.to_thread(sys.stdin.buffer.read)
    log.close()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])))
