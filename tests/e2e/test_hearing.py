"""The recogniser in a process of its own hears what it hears at home, in the order of asking."""

import asyncio

import numpy as np
import pytest

from gate.audio.pcm import Samples, samples
from gate.core.plan import Clip
from gate.fixtures.sounds import sound
from gate.reference.hearing import Hearing, listening
from gate.reference.recogniser import RATE_HZ
from tests.rehearsal import ears, library

pytest.importorskip("pocketsphinx", reason="needs voxgate[agent]")


def clip(name: str) -> Samples:
    found = library().find(name)
    assert isinstance(found, Clip)
    return samples(sound(found, library(), RATE_HZ).pcm)


def test_it_hears_what_is_heard_at_home_whoever_asks_first() -> None:
    utterances = [clip("hello"), np.zeros(RATE_HZ, np.int16), clip("okay")]

    async def asked() -> list[str | None]:
        async with listening() as hearing:
            return await asyncio.gather(*map(hearing.words, utterances))

    assert asyncio.run(asked()) == [ears().words(one) for one in utterances]


def test_a_recogniser_that_died_is_told() -> None:
    async def asked(hearing: Hearing) -> None:
        hearing._process.kill()
        await hearing._process.wait()
        with pytest.raises(ConnectionError):
            await hearing.words(np.zeros(RATE_HZ, np.int16))

    async def whole() -> None:
        async with listening() as hearing:
            await asked(hearing)

    asyncio.run(whole())
