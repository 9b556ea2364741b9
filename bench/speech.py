"""How well the edges of speech are found in audio whose truth is known by construction. `python -m bench.speech`

Phrases that flite speaks, other ones than those of the clip library, are laid at known places into silence and into
noise. Beside the gate's own detector: a fixed threshold, and WebRTC's voice activity detector where it is installed."""

import sys
from collections.abc import Callable, Iterator
from itertools import pairwise

from bench.cli import bench
from bench.figures import Figure, Result, Table, ms, percentile
from bench.phrases import NOISES, RATE_HZ, Laid, Signal, laid, spoken
from gate.audio.activity import speech_spans
from gate.audio.pcm import Samples, levels_dbfs, pack

Spans = list[tuple[int, int]]
Detector = Callable[[Samples], Spans]

PER_MS = RATE_HZ // 1000
SNRS_DB = (20, 10, 5, 0)
SEEDS = 2
FRAME_MS = 10
BRIDGE_MS = 300
THRESHOLD_DBFS = -45.0
WEBRTC_MODE = 2
CLEAN_MS, NOISY_MS, NOISY_DB = 10.0, 20.0, 10
NO_WORDS = ("hiss", "street")
MISSED_MS = float("inf")


def gate_spans(values: Samples) -> Spans:
    return [(span.start, span.end) for span in speech_spans(values, RATE_HZ)]


def threshold_spans(values: Samples) -> Spans:
    return bridged((levels_dbfs(values, RATE_HZ, FRAME_MS) > THRESHOLD_DBFS).tolist())


def webrtc() -> Detector | None:
    try:
        import webrtcvad  # type: ignore[import-untyped]
    except ImportError:
        return None
    vad, size = webrtcvad.Vad(WEBRTC_MODE), FRAME_MS * PER_MS

    def spans(values: Samples) -> Spans:
        whole = range(0, len(values) - size + 1, size)
        return bridged([vad.is_speech(pack(values[at : at + size]), RATE_HZ) for at in whole])

    return spans


def bridged(loud: list[bool]) -> Spans:
    """Frames to stretches in samples; a gap under BRIDGE_MS lies inside one."""
    frames = [at for at, is_loud in enumerate(loud) if is_loud]
    if not frames:
        return []
    gaps = [(a, b) for a, b in pairwise(frames) if (b - a - 1) * FRAME_MS >= BRIDGE_MS]
    size = FRAME_MS * PER_MS
    starts, ends = [frames[0], *(b for _, b in gaps)], [*(a for a, _ in gaps), frames[-1]]
    return [(first * size, (last + 1) * size) for first, last in zip(starts, ends, strict=True)]


def errors_ms(spans: Spans, truth: Laid) -> tuple[float, float]:
    """How far onset and offset are off, of the stretches that lie over the phrase; infinite where none does."""
    over = [(start, end) for start, end in spans if end > truth.start and start < truth.end]
    if not over:
        return MISSED_MS, MISSED_MS
    return abs(over[0][0] - truth.start) / PER_MS, abs(over[-1][1] - truth.end) / PER_MS


def situations(phrases: list[Signal]) -> Iterator[tuple[str, int | None, list[Laid]]]:
    """Each kind of noise at each level, with every phrase laid into it at random places."""
    yield "silence", None, [laid(phrase, None, 0, seed) for seed, phrase in _seeded(phrases)]
    for snr_db in SNRS_DB:
        for kind, make in NOISES.items():
            yield kind, snr_db, [laid(phrase, make(phrases), snr_db, seed) for seed, phrase in _seeded(phrases)]


def _seeded(phrases: list[Signal]) -> list[tuple[int, Signal]]:
    return list(enumerate(phrases * SEEDS))


def cells(found: list[tuple[float, float]]) -> tuple[str, str, str]:
    onsets, offsets = [onset for onset, _ in found], [offset for _, offset in found]
    return shown(percentile(onsets, 0.5)), shown(percentile(offsets, 0.5)), shown(percentile(onsets + offsets, 0.9))


def shown(value_ms: float) -> str:
    return "missed" if value_ms == MISSED_MS else ms(value_ms)


def measure_all() -> Result:
    voice_detector = webrtc()
    detectors: dict[str, Detector] = {"voxgate": gate_spans, f"{THRESHOLD_DBFS:g} dBFS": threshold_spans}
    if voice_detector:
        detectors["WebRTC VAD"] = voice_detector
    rows, clean, noisy = [], list[tuple[float, float]](), list[tuple[float, float]]()
    phrases = spoken()
    for kind, snr_db, cases in situations(phrases):
        row = [kind if snr_db is None else f"{kind}, {snr_db} dB", str(len(cases))]
        for name, detect in detectors.items():
            found = [errors_ms(detect(case.values), case) for case in cases]
            row += cells(found)
            if name == "voxgate" and snr_db is None:
                clean = found
            elif name == "voxgate" and snr_db == NOISY_DB and kind in NO_WORDS:
                noisy += found
        rows.append(tuple(row))
    head = ("noise", "phrases", *(f"{name} {what}" for name in detectors for what in ("onset ms", "offset", "p90")))
    missing = () if voice_detector else ("WebRTC's detector is left out: webrtcvad-wheels is not installed.",)
    return Result(
        bench="speech",
        title="Onset and offset of speech",
        command="python -m bench.speech",
        figures=tuple(
            Figure(f"median error of the {what}, {where}", percentile([one[at] for one in found], 0.5), limit)
            for where, found, limit in (("clean", clean, CLEAN_MS), (f"at {NOISY_DB} dB SNR", noisy, NOISY_MS))
            for at, what in enumerate(("onset", "offset"))
        ),
        tables=(Table(head, tuple(rows)),),
        how=HOW + missing,
    )


HOW = (
    (
        "Phrases that flite speaks in four voices, none of them in the clip library, cut to the frames of 10 ms that "
        "are less than 25 dB below the whole, brought to -26 dBFS and laid at random places into digital silence, hiss "
        "(1/f noise), a street, and the babble of four other voices: 0.7 to 1.4 s of it before and behind. The SNR is "
        "the mean power of the phrase over that of the noise under it."
    ),
    (
        "Columns are the median error of the onset, of the offset, and the 90th percentile of both. A phrase that no "
        "stretch lies over counts as an infinite error; where the noise itself is taken for speech, the error is how "
        "far that reaches. The figures at 10 dB are over hiss and street."
    ),
    (
        "Where it breaks down: at 5 dB and less the soft ends of words drown in the noise, and voices in the "
        "background are voices: at 10 dB and less the edges of a phrase in babble are anybody's guess."
    ),
)


if __name__ == "__main__":
    sys.exit(bench(measure_all))
