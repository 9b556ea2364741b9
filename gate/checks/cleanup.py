"""What is left of a call at the agent's backend, as a declared probe shows it: the caller's socket cannot."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import ClassVar

from gate.checks.answer import Answer, failed, passed, unknown
from gate.checks.view import View
from gate.core.findings import Blame, Layer
from gate.core.probing import SESSION, Reading, is_gone, is_seen
from gate.core.recording import Note

SLOW_LOOK_MS = 1_000.0
UNUSABLE = "probe-unusable"
RELEASE = "release it whichever way a call ends: by its close, by the caller's, by a line that is cut"


@dataclass(frozen=True, slots=True)
class SessionGone:
    """The backend showed the call's session while the call was up, and no longer `within_ms` after it. `what` is looked
    for; what is no session need not have been there."""

    CHECK: ClassVar[str] = "session-gone"
    within_ms: float
    what: str = SESSION


@dataclass(frozen=True)
class _Looks:
    """What the probe showed of this call."""

    view: View
    what: str

    @cached_property
    def of_before(self) -> Note | None:
        """What was found before the call, if sessions are counted."""
        return next((note for note in self.view.notes("probe.before") if note.data["what"] == self.what), None)

    @property
    def before(self) -> float | None:
        return _number(self.of_before.data["count"]) if self.of_before else None

    def of(self, *phases: str) -> list[tuple[Note, Reading]]:
        """The looks of these phases, each with what it showed."""
        return [
            (note, _reading(note))
            for note in self.view.notes("probe")
            if note.data["what"] == self.what and note.data["phase"] in phases
        ]

    @cached_property
    def ended_ns(self) -> int:
        return self.view.notes("call.end")[0].t_ns

    def asked_ms(self, note: Note) -> float:
        """How long after the call."""
        return (int(str(note.data["asked_ns"])) - self.ended_ns) / 1e6

    @cached_property
    def seen(self) -> list[tuple[Note, Reading]]:
        return [one for one in self.of("beside", "behind") if is_seen(one[1], self.before)]


def gone(view: View, params: SessionGone) -> Answer:
    looks = _Looks(view, params.what)
    within = f"within {params.within_ms / 1000:g} s after the call"
    expected = f"its session is there during the call, and gone {within}"
    if params.what != SESSION:
        expected = f"nothing of its session among the {params.what} {within}"
    elif looks.of_before:
        expected = f"one session more during the call, and no more than before it {within}"
    if not view.watched or not view.notes("call.end"):
        return view.unproven(Layer.CLOSE, expected)
    return _judged(looks, params, expected)


def _judged(looks: _Looks, params: SessionGone, expected: str) -> Answer:
    if looks.of_before and looks.of_before.data["settled"] is not True:
        if any(reading.error for _, reading in looks.of("before")):
            return _silent(looks.of("before"), expected, "before the call")
        actual = "not proven: the number of sessions did not stand still before the call, so others use this backend"
        return _unusable(expected, actual, "let the probe list ids in the place of a number", (looks.of_before,))
    left = [(note, reading) for note, reading in looks.of("behind") if is_seen(reading, looks.before)]
    late = [(note, reading) for note, reading in left if looks.asked_ms(note) >= params.within_ms]
    if late:
        note, reading = late[-1]
        actual = f"{_left(reading, note, looks)} {looks.asked_ms(note) / 1000:.1f} s after the call was over"
        at = (*(one.index for one, _ in looks.seen[:1]), note.index)
        return failed(Layer.CLOSE, expected, actual, RELEASE, at=at)
    behind = [(note, reading) for note, reading in looks.of("behind") if reading.error is None]
    if not behind:
        return _silent(looks.of("behind"), expected, "after the call")
    if params.what == SESSION and not looks.seen:
        return _never_there(looks, expected)
    note, reading = behind[-1]
    if not is_gone(reading, looks.before):
        return _silent(looks.of("behind"), expected, "at the end of that time")
    if left and looks.asked_ms(note) > params.within_ms + SLOW_LOOK_MS:
        actual = "not proven: gone when the probe was asked for the last time, and it took too long to ask it in time"
        return _unusable(expected, actual, "make the probe answer faster", (note,), Blame.ENVIRONMENT)
    at = (*(one.index for one, _ in looks.seen[:1]), note.index)
    return passed(Layer.CLOSE, expected, f"gone {max(0.0, looks.asked_ms(note)):.0f} ms after the call", at=at)


def _left(reading: Reading, note: Note, looks: _Looks) -> str:
    if reading.count is not None:
        return f"{reading.count:g} session{'' if reading.count == 1 else 's'}, {looks.before:g} before the call, still"
    whose = "" if looks.what == SESSION else f"{looks.what} of "
    return f"{whose}{note.data['known_as']} still there"


def _never_there(looks: _Looks, expected: str) -> Answer:
    """A probe that shows no session while there is one proves nothing when it shows none later."""
    beside = looks.of("beside")
    if not [one for one in beside if one[1].error is None]:
        return _silent(beside, expected, "while the call was up")
    note, reading = beside[-1]
    shown = f"{reading.count:g}, as before it" if reading.count is not None else f"no {note.data['known_as']}"
    actual = f"not proven: the probe showed {shown} while the call was up, so it cannot show what is left of it"
    advice = "check that it lists what the agent calls its session; point the probe at the backend of this agent"
    return _unusable(expected, actual, advice, (note,))


def _silent(asked: list[tuple[Note, Reading]], expected: str, when: str) -> Answer:
    errors = [(note, reading) for note, reading in asked if reading.error is not None]
    if not errors:
        actual = f"not proven: the probe had no time to answer {when}"
        return _unusable(expected, actual, "make the probe answer faster, or the call longer", (), Blame.ENVIRONMENT)
    note, reading = errors[-1]
    answered = reading.status is not None and reading.status < 500
    blame = Blame.CONFIGURATION if answered else Blame.ENVIRONMENT
    actual = f"not proven: the probe gave {reading.error} {when}"
    return _unusable(expected, actual, "correct the probe's address, headers and path", (note,), blame)


def _unusable(
    expected: str, actual: str, advice: str, at: tuple[Note, ...], blame: Blame = Blame.CONFIGURATION
) -> Answer:
    indices = tuple(note.index for note in at)
    return replace(unknown(Layer.CLOSE, expected, actual, advice, at=indices, blame=blame), symptom=UNUSABLE)


def _reading(note: Note) -> Reading:
    status, error = note.data["status"], note.data["error"]
    return Reading(
        status if isinstance(status, int) else None,
        note.data["there"] is True if note.data["there"] is not None else None,
        _number(note.data["count"]),
        str(error) if error is not None else None,
    )


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
