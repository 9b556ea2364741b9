"""One utterance of the agent, listened to: level, clipping, holes, cut words, chunks that do not fit. Pure.

Nothing here knows the agent's clips: what might be the voice's own is no defect (audio/quality.py, cuts.py, joints.py).
Positions are samples of the utterance; `Utterance.frame_at` gives the line of the message that holds one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from gate.audio.activity import speech_spans
from gate.audio.cuts import CutEdges, Hole, cut_edges, dropouts, lost_packets
from gate.audio.joints import Joints, Repeat, joints, repeats
from gate.audio.pcm import Samples
from gate.audio.pitch import pitch_track
from gate.audio.quality import Clipping, Level, clipping, level
from gate.measures.utterances import Utterance

ENOUGH_S = 6
LOUD_WITHIN_DB = 20.0
PERIODIC = 0.7


@dataclass(frozen=True, slots=True)
class Sound:
    """`cut`: somebody interrupted it or hung up."""

    utterance: Utterance
    cut: bool
    level: Level
    clipping: Clipping
    holes: tuple[Hole, ...]
    edges: CutEdges
    joints: Joints
    repeats: tuple[Repeat, ...]

    def frames(self, *samples: int) -> tuple[int, ...]:
        """The lines of the messages that hold these samples, each once."""
        return tuple(dict.fromkeys(self.utterance.frame_at(at) for at in samples))


def listen(utterance: Utterance, *, cut: bool) -> Sound:
    """Where it was `cut`, its end may rightly stand in mid-word."""
    values, rate_hz = utterance.samples, utterance.rate_hz
    spans = speech_spans(values, rate_hz)
    edges = cut_edges(values, rate_hz)
    starts = tuple(utterance.joints)
    return Sound(
        utterance,
        cut,
        level(values, rate_hz, spans),
        clipping(values),
        lost_packets(dropouts(values, rate_hz), rate_hz),
        replace(edges, end=None) if cut else edges,
        joints(values, rate_hz, starts),
        repeats(values, rate_hz, starts),
    )


@dataclass(frozen=True, slots=True)
class Voicing:
    """Of so many loud frames of 20 ms, the share (0 to 1) that repeats itself with a pitch, as voices, tones and music
    do, and hiss does not."""

    frames: int
    share: float


def voicing(sounds: Sequence[Sound]) -> Voicing:
    """Of the first ENOUGH_S of what was said. Bytes that are read in another form than they were made in are hiss."""
    rate_hz = sounds[0].utterance.rate_hz if sounds else 1
    parts = [sound.utterance.samples for sound in sounds if sound.utterance.rate_hz == rate_hz]
    return voicing_of(np.concatenate(parts)[: rate_hz * ENOUGH_S] if parts else np.zeros(0, np.int16), rate_hz)


def voicing_of(values: Samples, rate_hz: int) -> Voicing:
    """The same of any sound: int16[n]. Music repeats itself, as a voice does."""
    track = pitch_track(values.astype(np.float64), rate_hz) if len(values) else None
    if track is None or not len(track.level_db):
        return Voicing(0, 0.0)
    loud = track.level_db > track.level_db.max() - LOUD_WITHIN_DB
    return Voicing(int(loud.sum()), float(np.mean(track.clarity[loud] >= PERIODIC)))
