"""Whether the agent takes a file of audio that is wrong for what it is not. The distance of words is jiwer's word error
rate.

What is decided first counts: an agent that reports an error has seen what is wrong, whatever it does next, and one that
acts before it does has not. That nothing was done is proven only over a whole call."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from gate.checks.answer import Answer, failed, passed, unknown
from gate.checks.view import View
from gate.core.findings import Blame, Layer
from gate.core.recording import Heard
from gate.core.signals import Closed, Fault, ToolCall, Transcript
from gate.measures.word_errors import error_rate

EXPECTED = "an error, a close frame, or no action and no confirmation"
STRICT = "check the header of what comes before it is decoded; answer what cannot be used with an error"


@dataclass(frozen=True, slots=True)
class BadAudioRefused:
    """The file that was sent as it is in this turn gets an error or a close frame; or no tool is called and no final
    transcript comes close to its words (word error rate at most `most`), until the caller's next turn."""

    CHECK: ClassVar[str] = "bad-audio"
    turn: int
    words: str = ""
    most: float = 0.5


def refused(view: View, params: BadAudioRefused) -> Answer:
    sent = next((note for note in view.notes("file") if note.data["turn"] == params.turn), None)
    if sent is None:
        return view.not_spoken(Layer.INPUT, EXPECTED)
    until_ns = view.turn_limit_ns(params.turn)
    behind = [heard for heard in view.received if sent.index < heard.frame and heard.t_ns < until_ns]
    for heard in behind:
        answer = _decided(heard, view, params, sent.index)
        if answer is not None:
            return answer
    finals = list(_finals(behind))
    if finals and not params.words:
        actual = f"it wrote down {finals[0][1]!r}, and nobody says what the file would say"
        next_action = "put its words into a text file of the same name beside it"
        return unknown(Layer.INPUT, EXPECTED, actual, next_action, at=(sent.index, finals[0][0].frame),
                       blame=Blame.CONFIGURATION)  # fmt: skip
    if finals and error_rate(params.words, " ".join(text for _, text in finals)) <= params.most:
        return _taken(" ".join(text for _, text in finals), (sent.index, *(heard.frame for heard, _ in finals)))
    if not view.whole:
        return view.unproven(Layer.INPUT, EXPECTED)
    return passed(Layer.INPUT, EXPECTED, f"nothing came of it: {view.watch}", at=(sent.index,))


def _decided(heard: Heard, view: View, params: BadAudioRefused, sent: int) -> Answer | None:
    at = (sent, heard.frame)
    match heard.signal:
        case Fault(code, message):
            return passed(Layer.INPUT, EXPECTED, f"error {code or ''} {message}".replace("  ", " ").strip(), at=at)
        case Closed(code) if heard is view.closed_by_agent and code is not None:
            return passed(Layer.INPUT, EXPECTED, f"closed with {code}", at=at)
        case Closed() if heard is view.closed_by_agent:
            actual = "the connection was dropped without a close frame"
            return failed(Layer.INPUT, EXPECTED, actual, "catch what cannot be decoded: it crashed the handler", at=at)
        case ToolCall(_, name, _, _):
            return failed(Layer.INPUT, EXPECTED, f"it called {name}", STRICT, at=at)
        case Transcript("caller", text, True, _) if params.words and error_rate(params.words, text) <= params.most:
            return _taken(text, at)
        case _:
            return None


def _finals(behind: list[Heard]) -> Iterator[tuple[Heard, str]]:
    for heard in behind:
        match heard.signal:
            case Transcript("caller", text, True, _) if text.strip():
                yield heard, text


def _taken(text: str, at: tuple[int, ...]) -> Answer:
    return failed(Layer.INPUT, EXPECTED, f"it took the words as if all was well: {text!r}", STRICT, at=at)
