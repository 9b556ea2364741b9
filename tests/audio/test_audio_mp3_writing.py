"""An MP3 file that is played has as many samples as went in, each at its own time."""

import numpy as np
import pytest

from gate.audio import mp3, mp3_writing
from gate.audio.pcm import Samples

RATE_HZ = 16_000
AT, LONG = 8_000, 400


def beep(count: int) -> Samples:
    """Silence with a beep at one sample, on both sides."""
    track: Samples = np.zeros((count, 2), np.int16)
    track[AT : AT + LONG] = (9_000 * np.sin(np.arange(LONG) * 2 * np.pi * 500 / RATE_HZ)).astype(np.int16)[:, None]
    return track


@pytest.mark.parametrize("count", [16_000, 12_345, 576 * 20 - 1_105, 576 * 20])
def test_every_sample_is_at_its_time(count: int) -> None:
    track = beep(count)
    data = mp3_writing.encode(track, RATE_HZ)
    assert data is not None
    decoder = mp3.Decoder()
    heard = decoder.feed(data)
    decoder.end()
    alike = np.correlate(heard.astype(float), track[AT : AT + LONG, 0].astype(float), "valid")
    assert (len(heard), decoder.rate_hz, int(alike.argmax())) == (count, RATE_HZ, AT)


def test_a_minute_is_a_third_of_a_megabyte() -> None:
    noise = np.random.default_rng(0).integers(-9_000, 9_000, (60 * RATE_HZ, 2)).astype(np.int16)
    data = mp3_writing.encode(noise, RATE_HZ)
    assert data is not None
    assert len(data) == pytest.approx(mp3_writing.KBPS * 1000 / 8 * 60, rel=0.01)


def test_without_the_encoder_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "lameenc", None)
    assert mp3_writing.encode(beep(16_000), RATE_HZ) is None
