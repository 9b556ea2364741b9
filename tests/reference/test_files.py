"""A whole file of audio, as the reference agent takes it: strictly, or however wrong it is."""

import numpy as np
import pytest

from gate.audio import wav
from gate.audio.pcm import Samples
from gate.fixtures.library import entries, home
from gate.reference import files

BAD = {entry["name"]: entry["file"] for entry in entries(home() / "audio", "bad")}
TRUTH = wav.decode((home() / "audio" / "yes-thursday.wav").read_bytes())[0]


def bad(name: str) -> bytes:
    return (home() / "audio" / BAD[name]).read_bytes()


@pytest.mark.parametrize("name", BAD)
def test_no_bad_file_is_taken_strictly(name: str) -> None:
    with pytest.raises(ValueError, match=r"^it"):
        files.strictly(bad(name), 16_000)


def test_a_good_file_is_taken_at_its_rate_and_no_other() -> None:
    good = wav.encode(TRUTH, 16_000)
    assert np.array_equal(files.strictly(good, 16_000), TRUTH)
    with pytest.raises(ValueError, match="its rate is 16000 Hz; expected 24000 Hz"):
        files.strictly(good, 24_000)


def alike(found: Samples) -> float:
    """The correlation with the truth, over what there is of both."""
    size = min(len(found), len(TRUTH)) - 100
    return float(np.corrcoef(found[:size].astype(float), TRUTH[:size].astype(float))[0, 1])


@pytest.mark.parametrize("name", sorted(BAD.keys() - {"no-audio", "empty"}))
def test_anyhow_something_of_the_words_is_heard(name: str) -> None:
    found = files.anyhow(bad(name), 16_000)
    assert len(found) >= len(TRUTH) // 2 - 50
    assert alike(found) > 0.98


def test_out_of_nothing_comes_nothing() -> None:
    assert [len(files.anyhow(bad(name), 16_000)) for name in ("no-audio", "empty")] == [0, 0]
