"""One utterance of the agent, listened to: level, clipping, holes, cut words, chunks that do not fit. Pure.

Nothing here knows the agent's clips: what might be the voice's own is no defect (audio/quality.py, cuts.py, joints.py).
Positions are samples of the utterance; `Utterance.frame_at` gives the line of the message that holds one."""

from dataclasses import dataclass, replace

from gate.audio.activity import speech_spans
from gate.audio.cuts import CutEdges, Hole, cut_edges, dropouts, lost_packets
from gate.audio.joints import Joints, Repeat, joints, repeats
from gate.audio.quality import Clipping, Level, clipping, level
from gate.measures.utterances import Utterance


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
