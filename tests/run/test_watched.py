"""What a running case is said to be at."""

from typing import Any

import pytest

from gate.core.frames import Direction, Frame, Opcode
from gate.core.places import Place
from gate.core.plan import Call, Case, Dial
from gate.run.watched import OPEN, Watched, at

DIAL = Dial("ws://127.0.0.1:9")


class Kept:
    def __init__(self) -> None:
        self.lines: list[Any] = []

    def frame(self, frame: Frame) -> Frame:
        self.lines.append(frame)
        return frame

    def note(self, kind: str, t_ns: int, call: int, data: dict[str, Any]) -> int:
        self.lines.append((kind, t_ns, call, data))
        return len(self.lines)


def watched(calls: int) -> tuple[Watched, Kept, list[tuple[str, str]]]:
    told: list[tuple[str, str]] = []
    case = Case("c", "t", "smoke", "c", Place("m", 1, 1), calls=tuple(Call(str(n), DIAL) for n in range(calls)))
    kept = Kept()
    return Watched(kept, case, lambda case_id, what: told.append((case_id, what))), kept, told


def test_everything_is_written_as_it_was_and_told_beside() -> None:
    sink, kept, told = watched(1)
    answer = Frame(Direction.RECEIVED, Opcode.UPGRADE, "{}", 5)
    said = Frame(Direction.RECEIVED, Opcode.TEXT, "::error::x", 6)
    assert sink.note("call", 1, 0, {"name": "call"}) == 1
    assert sink.frame(answer) is answer
    assert sink.frame(said) is said
    assert sink.note("wait.satisfied", 7, 0, {"until": "turn_done"}) == 4
    assert kept.lines == [
        ("call", 1, 0, {"name": "call"}),
        answer,
        said,
        ("wait.satisfied", 7, 0, {"until": "turn_done"}),
    ]
    assert told == [("c", "dials"), ("c", OPEN)]


def test_of_several_calls_it_is_said_which() -> None:
    sink, _, told = watched(3)
    sink.note("linger", 1, 1, {"ms": 3_000.0})
    assert told == [("c", "call 2 of 3 lingers: whether anything still comes")]


@pytest.mark.parametrize(
    ("kind", "data", "words"),
    [
        ("play", {"clip": "yes-thursday"}, "says yes-thursday"),
        ("wait", {"until": "turn_done"}, "waits for the agent's turn to end"),
        ("wait", {"until": "event", "event": "tool.call"}, "waits for tool.call"),
        ("expired", {"what": "ready"}, "gave up waiting for ready"),
        ("probe", {}, "asks the backend"),
        ("tool", {"name": "::error::"}, ""),
    ],
)
def test_notes_in_words(kind: str, data: dict[str, Any], words: str) -> None:
    assert at(kind, data) == words


def test_whatever_a_caller_can_wait_for_has_words() -> None:
    from typing import get_args

    from gate.core.plan import Until
    from gate.run.watched import _UNTIL

    assert set(get_args(Until)) - {"event"} == set(_UNTIL)
