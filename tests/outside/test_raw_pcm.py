"""There is no protocol here that somebody else could have implemented: a plain client of the websockets library talks
to the reference agent, and only samples cross."""

from collections.abc import Callable

import pytest

from tests.outside.conftest import ROOT, Proof

HELLO = str(ROOT / "fixtures" / "audio" / "hello.wav")


def test_a_plain_client_speaks_in_cut_samples_and_hears_an_answer(proof: Proof, agent: Callable[..., int]) -> None:
    heard = proof("raw_pcm.py", f"ws://127.0.0.1:{agent('raw-pcm')}/audio", HELLO)
    assert heard["texts"] == []
    assert 3 < heard["seconds"] < 12
    assert heard["rms"] > 500


@pytest.mark.long
def test_the_plain_client_hears_that_an_agent_is_deaf(proof: Proof, agent: Callable[..., int]) -> None:
    heard = proof("raw_pcm.py", f"ws://127.0.0.1:{agent('raw-pcm', '--fault', 'deaf')}/audio", HELLO)
    assert heard == {"texts": [], "seconds": 0.0, "rms": 0.0}
