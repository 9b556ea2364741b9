import numpy as np
import pytest
from numpy.typing import NDArray

from gate.audio.cuts import CutEdges, Hole, cut_edges, dropouts, lost_packets
from gate.audio.pcm import Samples
from tests.audio.speech import FORMS, Form, good, greeting

RATES = [8_000, 16_000, 24_000, 48_000]


def voice(ms: float, rate_hz: int) -> NDArray[np.float64]:
    """A steady vowel: 125 Hz and its harmonics up to 3 kHz."""
    time_s = np.arange(round(ms * rate_hz / 1000)) / rate_hz
    return 4_000 * np.array([np.cos(2 * np.pi * 125 * k * time_s) / k for k in range(1, 25)]).sum(axis=0)


def swelling(ms: float, rate_hz: int) -> NDArray[np.float64]:
    """A word: it swells for 60 ms and dies away for 100 ms."""
    sound = voice(ms, rate_hz)
    at_ms = np.arange(len(sound)) * 1000 / rate_hz
    return sound * np.minimum(1, np.minimum(at_ms / 60, (ms - at_ms) / 100)) ** 2


def breathy(word: NDArray[np.float64]) -> NDArray[np.float64]:
    """No mouth repeats itself exactly: what does is a chime."""
    return word * (1 + 0.4 * np.random.default_rng(5).standard_normal(len(word)))


def rounded(sound: NDArray[np.float64]) -> Samples:
    return np.round(sound).astype(np.int16)


@pytest.mark.parametrize("rate_hz", RATES)
@pytest.mark.parametrize("hole_ms", [5.5, 20, 60, 190])
def test_a_hole_in_a_vowel_is_found_at_its_samples(hole_ms: float, rate_hz: int) -> None:
    values = rounded(swelling(1_500, rate_hz))
    start, end = rate_hz // 2, rate_hz // 2 + round(hole_ms * rate_hz / 1000)
    values[start:end] = 0
    (found,) = dropouts(values, rate_hz)
    assert (found.start, found.end) == pytest.approx((start, end), abs=rate_hz // 2000)


@pytest.mark.parametrize("hole_ms", [3, 250])
def test_what_is_shorter_or_longer_than_a_lost_packet_is_no_hole(hole_ms: int) -> None:
    values = rounded(swelling(1_500, 16_000))
    values[8_000 : 8_000 + hole_ms * 16] = 0
    assert dropouts(values, 16_000) == ()


def test_a_plosive_is_no_hole() -> None:
    """The voice dies away within 8 ms, 60 ms of silence, and the next sound bursts out at once."""
    values = voice(1_000, 16_000)
    closing = slice(8_000 - 128, 8_000)
    values[closing] *= np.linspace(1, 0, 128) ** 2
    values[8_000 : 8_000 + 960] = 0
    assert dropouts(rounded(values), 16_000) == ()


def test_a_fade_of_both_edges_is_no_hole() -> None:
    words = np.concatenate([swelling(400, 16_000), np.zeros(1_000), swelling(400, 16_000)])
    assert dropouts(rounded(words), 16_000) == ()


def test_lost_packets_of_20_ms_in_real_speech_are_found() -> None:
    """Every fifth packet of 20 ms; those that lie in sound on both sides must be found, three in four of them."""
    values, size = greeting().copy(), 320
    sound = greeting().astype(np.float64)
    lost = []
    for start in range(10 * size, len(values) - 10 * size, 5 * size):
        sides = (sound[start - 160 : start], sound[start + size : start + size + 160])
        values[start : start + size] = 0
        if min(np.sqrt(np.mean(side**2)) for side in sides) > 800:
            lost.append(start)
    found = [hole.start for hole in dropouts(values, 16_000)]
    assert len(lost) > 15
    assert sum(any(abs(at - start) < 40 for at in found) for start in lost) >= 0.75 * len(lost)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_no_good_clip_has_a_hole(form: Form) -> None:
    found = {name: dropouts(values, form.rate_hz) for name, values in good(form).items()}
    assert {name: holes for name, holes in found.items() if holes} == {}


@pytest.mark.parametrize("rate_hz", RATES)
@pytest.mark.parametrize("around_ms", [0, 300])
def test_a_word_that_starts_or_stops_at_full_voice_is_cut(rate_hz: int, around_ms: int) -> None:
    word = breathy(swelling(1_000, rate_hz))
    quiet = np.zeros(around_ms * rate_hz // 1000)
    cut = rate_hz * 303 // 1000  # 1 ms before a pulse of the voice, or after it, of 8 ms each
    head_less = cut_edges(rounded(np.concatenate([quiet, word[cut:], quiet])), rate_hz)
    assert head_less == CutEdges(pytest.approx(len(quiet), abs=rate_hz // 500), None)
    tail_less = cut_edges(rounded(np.concatenate([quiet, word[:-cut], quiet])), rate_hz)
    end = len(quiet) + len(word) - cut
    assert tail_less == CutEdges(None, pytest.approx(end, abs=rate_hz // 500))


@pytest.mark.parametrize("rate_hz", RATES)
def test_a_whole_word_is_not_cut(rate_hz: int) -> None:
    assert cut_edges(rounded(swelling(1_000, rate_hz)), rate_hz) == CutEdges(None, None)


def test_a_burst_a_hiss_and_silence_are_not_cut_speech() -> None:
    rng = np.random.default_rng(5)
    burst = np.zeros(16_000)
    burst[8_000:8_400] = rng.standard_normal(400) * 6_000 * np.exp(-np.arange(400) / 60)
    assert cut_edges(rounded(burst), 16_000) == CutEdges(None, None)
    assert cut_edges(rounded(rng.standard_normal(16_000) * 2_000), 16_000) == CutEdges(None, None)
    assert cut_edges(np.zeros(16_000, np.int16), 16_000) == CutEdges(None, None)
    assert cut_edges(np.zeros(0, np.int16), 16_000) == CutEdges(None, None)
    assert dropouts(np.zeros(0, np.int16), 16_000) == ()


def test_a_cut_in_real_speech_is_found_where_the_voice_is_loud() -> None:
    """Before each 20 ms that are as loud as loud speech: found at the start in 2 of 5 places at least."""
    values = greeting().astype(np.float64)
    loud = np.quantile(np.square(values[: len(values) // 320 * 320].reshape(-1, 320)).mean(axis=1), 0.8)
    cuts = [at for at in range(8_000, 64_000, 320) if np.square(values[at : at + 320]).mean() > loud]
    assert len(cuts) > 20
    assert sum(cut_edges(greeting()[at:], 16_000).start is not None for at in cuts) > 0.4 * len(cuts)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_no_good_clip_is_cut(form: Form) -> None:
    """But two where voices in the background stop with the clip, in mid-word: those are cut indeed."""
    found = {name: cut_edges(values, form.rate_hz) for name, values in good(form).items()}
    cut = {name for name, edges in found.items() if edges != CutEdges(None, None)}
    assert cut <= {"audio/question-voices-5db.wav", "audio/question-voices-10db.wav"}
    assert all(found[name].start is None for name in cut)


@pytest.mark.parametrize("rate_hz", [8_000, 16_000, 24_000, 48_000])
def test_a_click_and_then_nothing_is_no_cut_word(rate_hz: int) -> None:
    values = np.zeros(rate_hz, np.int16)
    values[rate_hz // 2 : rate_hz // 2 + rate_hz // 200] = 12_000
    assert cut_edges(values, rate_hz) == CutEdges(None, None)


@pytest.mark.parametrize("tone_hz", [(220.0,), (660.0,), (262.0, 330.0, 392.0)])
def test_a_chime_before_the_words_is_no_cut_word(tone_hz: tuple[float, ...]) -> None:
    time_s = np.arange(9_600) / 16_000
    struck = sum(np.sin(2 * np.pi * hz * time_s) for hz in tone_hz) * np.exp(-3 * time_s)
    chime = (struck / np.abs(struck).max() * 9000).astype(np.int16)
    assert cut_edges(np.concatenate([chime, greeting()]), 16_000).start is None


def test_lost_packets_are_told_apart_from_the_many_plosives_of_a_voice() -> None:
    """Of some voices every other hole is a plosive's own: seven by the clock are no chance all the same."""
    own = [Hole(round(at * 16), round((at + ms) * 16)) for at, ms in ((462.3, 11.9), (674.2, 52.9), (3215, 33.8))]
    own += [Hole(round(at * 16), round((at + ms) * 16)) for at, ms in ((5473.9, 86.1), (5816.6, 12.6), (6047.4, 41.9))]
    lost = [Hole(at * 16, (at + 60) * 16) for at in (500, 1000, 1500, 2000, 3000, 4000, 4500)]
    assert lost_packets(tuple(own), 16_000) == ()
    assert set(lost_packets(tuple(own + lost), 16_000)) == set(lost)
    assert lost_packets(tuple(own + lost[:6]), 16_000) == ()
