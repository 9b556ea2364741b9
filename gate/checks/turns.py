"""How the agent's turns begin and end: a final marker, and the orderings that its provider guarantees."""

from dataclasses import dataclass
from typing import ClassVar

from gate.checks.answer import Answer, failed, passed, unknown
from gate.checks.view import View
from gate.core.findings import Layer
from gate.core.recording import Heard
from gate.core.signals import AudioDone, AudioOut, Cancelled, ResponseStarted, Signal, Transcript, TurnDone

Marker = AudioDone | TurnDone | Cancelled


@dataclass(frozen=True, slots=True)
class FinalMarker:
    """What the agent says ends with the marker that its protocol has for it; a cancelled turn counts as ended."""

    CHECK: ClassVar[str] = "final-marker"


@dataclass(frozen=True, slots=True)
class TranscriptFirst:
    """The caller's words are written down before the answer to them begins."""

    CHECK: ClassVar[str] = "transcript-first"


def final_marker(view: View, params: FinalMarker) -> Answer:
    marks = {"output_audio.done", "response.done"} & view.can.shows
    audio = [heard for heard in view.received if isinstance(heard.signal, AudioOut)]
    if not marks:
        expected = "the agent's audio comes to an end (this dialect has no marker: a quiet gap counts)"
        return passed(Layer.OUTPUT, expected) if view.whole else view.unproven(Layer.OUTPUT, expected)
    expected = f"{' or '.join(sorted(marks))} after the agent's last audio"
    if not audio:
        return unknown(
            Layer.OUTPUT, expected, "no audio came, so there was no end to mark", "see this case's other findings"
        )
    last = audio[-1]
    ends = [heard for heard in view.received if isinstance(heard.signal, Marker) and heard.frame >= last.frame]
    if ends:
        return passed(Layer.OUTPUT, expected, ends[0].signal.EVENT, at=(last.frame, ends[0].frame))
    next_action = "check that the end of the response is sent: without it a client cannot know that the agent is done"
    return view.missing(Layer.OUTPUT, expected, "the audio just stops", next_action, (last.frame,))


def transcript_first(view: View, params: TranscriptFirst) -> Answer:
    expected = "the final transcript of the caller's words before the answer to them begins"
    for turn in view.turns:
        until_ns = view.turn_limit_ns(turn.number)
        here = [heard for heard in view.received if turn.end_ns <= heard.t_ns < until_ns]
        answer = _first(here, ResponseStarted, AudioOut)
        words = next((heard for heard in here if _is_caller_final(heard.signal)), None)
        if answer and words and answer.frame < words.frame:
            actual = f"the answer began {(words.t_ns - answer.t_ns) / 1e6:.0f} ms before the words were final"
            next_action = "check the order of events: a client shows an answer to a question that it has not seen"
            return failed(Layer.ORDER, expected, actual, next_action, at=(answer.frame, words.frame))
    return passed(Layer.ORDER, expected) if view.whole else view.unproven(Layer.ORDER, expected)


def _first(heard: list[Heard], *kinds: type[Signal]) -> Heard | None:
    return next((item for item in heard if isinstance(item.signal, kinds)), None)


def _is_caller_final(signal: Signal) -> bool:
    return isinstance(signal, Transcript) and signal.role == "caller" and signal.final
