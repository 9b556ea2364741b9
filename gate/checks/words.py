"""Whether the agent wrote down what the caller said. The distance is jiwer's word error rate.

Some agents write a turn down part by part, some again and again and longer each time: the best of both is judged."""

from dataclasses import dataclass
from typing import ClassVar

from gate.checks.answer import Answer, failed, passed
from gate.checks.view import View
from gate.core.findings import Layer
from gate.core.signals import Transcript
from gate.measures.word_errors import error_rate


@dataclass(frozen=True, slots=True)
class WordsUnderstood:
    """The final transcripts of this turn are close to the words of its clip: word error rate at most `most`; or, where
    that is None, there is one at all: digits can be written in too many ways."""

    CHECK: ClassVar[str] = "transcript"
    turn: int
    most: float | None = 0.5


def transcript(view: View, params: WordsUnderstood) -> Answer:
    turn = view.turn(params.turn)
    if turn is None:
        return view.not_spoken(Layer.INPUT, f"a transcript of turn {params.turn}")
    expected = f"{turn.clip.words!r} written down"
    if params.most is not None:
        expected += f" with at most {params.most:.0%} of the words wrong"
    finals = view.transcripts(turn.start_ns, view.turn_limit_ns(params.turn))
    if not finals:
        next_action = "check sample rate, encoding, chunk size and the speech recogniser; compare with caller.wav"
        return view.missing(Layer.INPUT, expected, "no final transcript came", next_action, turn.at)
    texts = [heard.signal.text for heard in finals if isinstance(heard.signal, Transcript)]
    rate, written = min((error_rate(turn.clip.words, text), text) for text in (" ".join(texts), *texts))
    at = tuple(heard.frame for heard in finals)
    if params.most is None:
        return passed(Layer.INPUT, expected, repr(written), at=at)
    actual = f"{written!r}, {rate:.0%} wrong"
    if rate <= params.most:
        return passed(Layer.INPUT, expected, actual, at=at)
    next_action = "check the input format and the recogniser: it does not hear what was said"
    return failed(Layer.INPUT, expected, actual, next_action, at=at)
