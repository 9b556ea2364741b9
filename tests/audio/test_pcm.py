import numpy as np
import pytest

from gate.audio.pcm import SILENCE_DBFS, duration_ns, level_dbfs, levels_dbfs, pack, samples, silence

SQUARE = np.tile(np.array([-32768, -32768], np.int16), 800)
SINE = (32767 * np.sin(2 * np.pi * 1000 * np.arange(1600) / 16000)).astype(np.int16)


def test_samples_are_little_endian_and_survive_packing() -> None:
    assert samples(b"\x01\x00\xff\xff\x00\x80").tolist() == [1, -1, -32768]
    assert pack(np.array([1, -1, -32768], np.int16)) == b"\x01\x00\xff\xff\x00\x80"


def test_a_trailing_odd_byte_is_no_sample() -> None:
    assert samples(b"\x01\x00\x02").tolist() == [1]
    assert samples(b"\x01").tolist() == samples(b"").tolist() == []


def test_silence_counts_samples() -> None:
    assert silence(3) == bytes(6)


@pytest.mark.parametrize(("count", "rate_hz", "ns"), [(160, 8000, 20_000_000), (1, 48000, 20_833), (0, 8000, 0)])
def test_a_duration_counts_samples(count: int, rate_hz: int, ns: int) -> None:
    assert duration_ns(silence(count), rate_hz) == ns
    assert duration_ns(silence(count) + b"\x01", rate_hz) == ns


def test_levels_are_measured_against_a_full_scale_square_wave() -> None:
    assert level_dbfs(SQUARE) == 0.0
    assert level_dbfs(SINE) == pytest.approx(-3.01, abs=0.01)
    assert level_dbfs((SINE // 10).astype(np.int16)) == pytest.approx(-23.01, abs=0.05)


def test_silence_and_nothing_are_the_floor() -> None:
    assert level_dbfs(samples(silence(100))) == level_dbfs(samples(b"")) == SILENCE_DBFS == -120.0
    assert levels_dbfs(samples(silence(160)), 16000).tolist() == [-120.0]
    assert levels_dbfs(samples(b""), 16000).tolist() == []


def test_levels_go_frame_by_frame() -> None:
    values = np.concatenate([SQUARE[:160], samples(silence(160)), SINE[:160]])
    assert levels_dbfs(values, 16000) == pytest.approx([0.0, -120.0, -3.01], abs=0.01)
    assert levels_dbfs(values, 16000, 20) == pytest.approx([-3.01, -3.01], abs=0.01)


def test_a_shorter_rest_is_as_loud_as_it_is() -> None:
    assert levels_dbfs(SQUARE[:161], 16000).tolist() == [0.0, 0.0]
    assert levels_dbfs(SQUARE[:1], 16000).tolist() == [0.0]
