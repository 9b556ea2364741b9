"""The sampling rate of one way of a captured conversation: what it says of itself, how its voice sounds, how fast it
came. Never answers without one of these."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

import numpy as np

from gate.audio import mp3_frames
from gate.audio.rate import RATIOS, SHORTEST_S, speech_rate
from gate.dialects.template.guess.audio import Sound
from gate.dialects.template.guess.facts import Log, Message, spaced

RATES: Final = (8000, 16000, 24000, 48000)
TRIED_HZ: Final = 24_000
SURE: Final = 2.5
"""Nats by which a rate must beat the others that a template can say."""
SPEECHLIKE: Final = -6.0
PAUSE_S: Final = 0.5
_RATE_NAME = re.compile(r"\b(rate|hz|frequency|freq|samplerate)\b")
_IN_TEXT = re.compile(
    r"(?:pcm\w*?|[mu]?u?law|alaw|wav|raw|rate|l16|linear16|s16le)[^0-9]{0,3}(8000|16000|22050|24000|32000|44100|48000)\b"
    r"|\b(8|16|24|48)\s?khz\b",
    re.IGNORECASE,
)
_OURS = re.compile(r"\b(input|in|caller|user|mic|microphone|send|stt|asr|listen|inbound|upstream)\b")
_THEIRS = re.compile(r"\b(output|out|agent|bot|tts|speech|voice|play|playback|speaker|receive|outbound|downstream)\b")

Rate = tuple[int | None, str]


def rate_of(log: Log, sound: Sound, sent: bool) -> Rate:
    """The rate in Hz with a reason; or None, and a sentence about what was found instead."""
    said = _said(log, sound, sent)
    if said:
        return _known(*said)
    if header := _of_file(sound):
        return _known(header, f"the header of the {sound.encoding} says {header}")
    if heard := _heard(sound):
        return heard, f"as {heard} Hz the voice sounds like a person's, as the other rates do not"
    paced = _paced(log, sound)
    if paced:
        return paced
    if sound.encoding in ("mulaw", "alaw"):
        return 8000, "G.711 is 8000 Hz nearly everywhere; nothing in the log says so"
    return None, _size_hint(sound)


def _known(hz: int, why: str) -> Rate:
    if hz in RATES:
        return hz, why
    return None, f"{why}, which a template cannot say: only {', '.join(map(str, RATES))}"


def _said(log: Log, sound: Sound, sent: bool) -> tuple[int, str] | None:
    """What messages say about a rate: a field beside the audio itself, then one that names this way, then any, if all
    that are said agree."""
    beside = {at for at, _ in sound.pieces}
    found = [(hz, path, message) for message in log.messages for hz, path in _rates_in(message)]
    own = [one for one in found if one[2].at in beside]
    this_way, other_way = (_OURS, _THEIRS) if sent else (_THEIRS, _OURS)
    named = [one for one in found if this_way.search(spaced(one[1])) and not other_way.search(spaced(one[1]))]
    open_ = [one for one in found if not other_way.search(spaced(one[1]))]
    for said in (own, named, open_):
        values = Counter(hz for hz, _, _ in said)
        if len(values) == 1:
            hz, path, _ = said[0]
            return hz, f"`{path}` says {hz}"
    return None


def _rates_in(message: Message) -> Iterator[tuple[int, str]]:
    for path, leaf in message.leaves.items():
        if isinstance(leaf, int) and not isinstance(leaf, bool) and 8000 <= leaf <= 48000:
            if _RATE_NAME.search(spaced(path)):
                yield leaf, path
        elif isinstance(leaf, str) and len(leaf) < 80 and (found := _IN_TEXT.search(leaf)):
            yield int(found[1] or int(found[2]) * 1000), path


def _of_file(sound: Sound) -> int | None:
    first = sound.pieces[0][1]
    if sound.encoding == "wav" and len(first) >= 28:
        return int.from_bytes(first[24:28], "little")
    if sound.encoding == "mp3" and (found := mp3_frames.header(first, mp3_frames.id3_size(first) or 0)):
        return found.kind.rate_hz
    return None


def _heard(sound: Sound) -> int | None:
    values = sound.values()
    estimate = speech_rate(values, TRIED_HZ)
    if estimate.evidence.active_s < SHORTEST_S or not any(estimate.evidence.scores):
        return None
    scores = {
        TRIED_HZ * true // played: score
        for (played, true), score in zip(RATIOS, estimate.evidence.scores, strict=True)
        if TRIED_HZ * true // played in RATES
    }
    best, second = sorted(scores, key=lambda hz: -scores[hz])[:2]
    return best if scores[best] >= SPEECHLIKE and scores[best] - scores[second] >= SURE else None


def _paced(log: Log, sound: Sound) -> Rate | None:
    """The rate at which samples came, if that is steady and one of the known ones."""
    if not log.has_times or len(sound.pieces) < 20:
        return None
    times = np.array([log.frames[at].t_ns for at, _ in sound.pieces]) / 1e9
    sizes = np.array([len(data) for _, data in sound.pieces[:-1]])
    steps = np.diff(times)
    going = (steps >= 0) & (steps < PAUSE_S)
    if steps[going].sum() < 0.3:
        return None
    per_s = sizes[going].sum() / steps[going].sum() / (2 if sound.encoding == "pcm" else 1)
    nearest = min(RATES, key=lambda hz: abs(hz - per_s))
    if abs(nearest - per_s) > 0.08 * nearest:
        return None
    return nearest, f"{per_s:.0f} samples came in a second of the log's times"


def _size_hint(sound: Sound) -> str:
    width = 2 if sound.encoding == "pcm" else 1
    size, _ = Counter(len(data) for _, data in sound.pieces).most_common(1)[0]
    lengths = ", ".join(f"{size / width * 1000 / hz:g} ms at {hz}" for hz in RATES)
    return f"no message says it, and pieces of {size} bytes can be {lengths}"
