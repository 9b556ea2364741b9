"""How the agent's turns begin and end: a final marker, and the caller's words before the answer to them. Both hold of
every call in which they can be asked at all: where there is nothing to judge, they are not broken."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from gate.checks.answer import Answer, failed, passed, unknown
from gate.checks.view import View
from gate.core.capabilities import MARKERS
from gate.core.findings import Layer
from gate.core.recording import Heard
from gate.core.signals import AudioDone, AudioOut, Cancelled, ResponseStarted, Transcript, TurnDone
from gate.measures.facts import Turn

Marker = AudioDone | TurnDone | Cancelled


STILL_SPEAKING_NS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class FinalMarker:
    """What the agent says ends with the marker that its protocol has for it; a cancelled turn counts as ended."""

    CHECK: ClassVar[str] = "final-marker"


@dataclass(frozen=True, slots=True)
class TranscriptFirst:
    """The caller's words are written down before the answer to them begins."""

    CHECK: ClassVar[str] = "transcript-before-answer"


def final_marker(view: View, params: FinalMarker) -> Answer:
    marks = MARKERS & view.can.shows
    speaks = view.can.speaks
    audio = [heard for heard in view.received if isinstance(heard.signal, AudioOut) or (not speaks and _words(heard))]
    expected = "the agent's audio comes to an end (this dialect has no marker: a quiet gap counts)"
    if marks:
        expected = f"{' or '.join(sorted(marks))} after the agent's last {'audio' if speaks else 'words'}"
    if not audio:
        actual = f"no {'audio' if speaks else 'words'} came, so there was no end to mark"
        return passed(Layer.OUTPUT, expected, actual) if view.whole else view.unproven(Layer.OUTPUT, expected)
    if not marks:
        return passed(Layer.OUTPUT, expected, view.watch) if view.whole else view.unproven(Layer.OUTPUT, expected)
    last = audio[-1]
    ends = [heard for heard in view.received if isinstance(heard.signal, Marker) and heard.frame >= last.frame]
    if ends and not view.watched:
        return view.unproven(Layer.OUTPUT, expected)
    if ends:
        return passed(Layer.OUTPUT, expected, ends[0].signal.EVENT, at=(last.frame, ends[0].frame))
    if _cut_by_us(view, last):
        return _before_the_cut(view, expected, last)
    if _cut_by_the_caller(view, last) and view.whole:
        actual = "the caller spoke into the agent's last words, and they stopped there"
        return passed(Layer.OUTPUT, expected, actual, at=(last.frame,))
    next_action = "check that the end of the response is sent: without it a client cannot know that the agent is done"
    actual = f"the {'audio' if speaks else 'text'} just stops"
    return view.missing(Layer.OUTPUT, expected, actual, next_action, (last.frame,))


def _words(heard: Heard) -> bool:
    return isinstance(heard.signal, Transcript) and heard.signal.role == "agent"


def _cut_by_us(view: View, last: Heard) -> bool:
    """Whether the gate hung up into these words, which may still arrive a moment later: then nothing can be said of how
    they would have ended."""
    return any(note.t_ns - last.t_ns <= STILL_SPEAKING_NS for note in view.notes("hang-up"))


def _cut_by_the_caller(view: View, last: Heard) -> bool:
    """Whether the caller began to speak into these words: where no message says so, what is cut just stops."""
    began_ns = view.pieces[-1].arrived_ns if view.pieces else last.t_ns
    return any(began_ns <= turn.start_ns <= last.t_ns + STILL_SPEAKING_NS for turn in view.turns)


def _before_the_cut(view: View, expected: str, last: Heard) -> Answer:
    ends = [heard for heard in view.received if isinstance(heard.signal, Marker)]
    if ends:
        actual = f"{ends[-1].signal.EVENT}; the agent spoke again, until the gate hung up"
        return passed(Layer.OUTPUT, expected, actual, at=(ends[-1].frame, last.frame))
    actual = "the agent was still speaking when the gate hung up"
    return unknown(Layer.OUTPUT, expected, actual, "see why it speaks for so long", at=(last.frame,))


def transcript_first(view: View, params: TranscriptFirst) -> Answer:
    expected = "the final transcript of the caller's words before the answer to them begins"
    compared: list[int] = []
    for begun, words in _pairs(view):
        compared += [begun.frame, words.frame]
        if begun.frame < words.frame:
            actual = f"the answer began {(words.t_ns - begun.t_ns) / 1e6:.0f} ms before the words were final"
            next_action = "check the order of events: a client shows an answer to a question that it has not seen"
            return failed(Layer.ORDER, expected, actual, next_action, at=tuple(compared[-2:]))
    if not view.whole:
        return view.unproven(Layer.ORDER, expected)
    nothing = "" if compared else "no turn has both a transcript and an answer, so there is no order to compare"
    return passed(Layer.ORDER, expected, nothing, at=tuple(compared))


def _behind_a_greeting(turn: Turn, begins: list[Heard], words: Heard) -> list[Heard]:
    """A greeting and what the caller types first may cross on the line: where another response begins behind the words,
    that one answers them."""
    if turn.number != 1 or turn.start_ns != turn.end_ns:
        return begins
    early = {getattr(heard.signal, "response_id", None) for heard in begins if heard.frame < words.frame}
    behind = [heard for heard in begins if heard.frame > words.frame]
    return [heard for heard in behind if getattr(heard.signal, "response_id", None) not in early] or begins


def _pairs(view: View) -> Iterator[tuple[Heard, Heard]]:
    """Of each turn that has both, where the answer began and where the words were final. What comes in a turn behind
    one that got no answer may be that one's, late: so it is not asked. Nor is what goes on of an answer that had begun
    before, and broke off."""
    answered = True
    for turn in view.turns:
        until_ns = view.turn_limit_ns(turn.number)
        pieces = {piece.frame for piece in view.pieces if turn.end_ns <= piece.arrived_ns < until_ns}
        older = view.begun_before(turn)
        begins = [heard for heard in view.received if turn.end_ns <= heard.t_ns < until_ns
                  and (heard.frame in pieces or isinstance(heard.signal, ResponseStarted))
                  and getattr(heard.signal, "response_id", None) not in older]  # fmt: skip
        words = view.transcripts(turn.end_ns, until_ns)
        if answered and begins and words:
            yield _behind_a_greeting(turn, begins, words[0])[0], words[0]
        answered = bool(begins)
