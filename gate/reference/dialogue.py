"""What the reference agent says and does: look up, ask, and only then write. Pure: words in, moves out."""

import re
from dataclasses import dataclass
from typing import Final

from gate.core.jsons import Json
from gate.reference.faults import Faults

DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday")
LOOK_UP: Final = "lookup_appointment"
RESCHEDULE: Final = "reschedule_appointment"


@dataclass(frozen=True, slots=True)
class Say:
    """Clips of the agent's voice, one after another."""

    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UseTool:
    name: str
    arguments: dict[str, Json]


@dataclass(frozen=True, slots=True)
class Leave:
    """Say goodbye and end the call."""


@dataclass(frozen=True, slots=True)
class HearMore:
    """The sentence is not finished: go on listening."""


Move = Say | UseTool | Leave | HearMore


class Dialogue:
    """One conversation about one appointment."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._appointment: str | None = None
        self._wanted: str | None = None
        self._asked = False

    def heard(self, words: str, *, waited: bool = False) -> tuple[Move, ...]:
        """The caller said this. `waited`: the caller was given time to finish the sentence."""
        if "goodbye" in words or words.startswith("that is all"):
            return (Leave(),)
        days = [word for word in words.split() if word in DAYS]
        if days:
            return self._day(days[-1], yes="yes" in words)
        if "appointment" in words:
            return self._no_day(waited)
        if re.match(r"(yes|that is right|correct)", words) and self._asked:
            return self._agreed()
        if words.startswith(("no", "stop", "wait")):
            self._asked = False
            return (Say(("unchanged",)),)
        if words.startswith(("hello", "hi", "can you", "what can")):
            return (Say(("greeting",)),)
        return (Say(("pardon",)),)

    def _no_day(self, waited: bool) -> tuple[Move, ...]:
        if waited or self._faults.on("answers-in-pause"):
            return (Say(("ask-day",)),)
        return (HearMore(),)

    def _day(self, day: str, *, yes: bool) -> tuple[Move, ...]:
        if yes and self._asked and day == self._wanted:
            return self._agreed()
        self._wanted = day
        if self._appointment is None:
            return (UseTool(LOOK_UP, {}),)
        self._asked = True
        return (Say((f"confirm-{day}",)),)

    def _agreed(self) -> tuple[Move, ...]:
        self._asked = False
        return self._write()

    def _write(self) -> tuple[Move, ...]:
        assert self._wanted is not None
        day = "tuesday" if self._faults.on("wrong-day") else self._wanted
        write = UseTool(RESCHEDULE, {"id": self._appointment, "day": day.capitalize()})
        if self._faults.on("confirms-before-result"):
            return (Say((f"done-{self._wanted}",)), write)
        return (write, write) if self._faults.on("tool-twice") else (write,)

    def answered(self, name: str, result: Json, error: str | None) -> tuple[Move, ...]:
        """A tool answered. No answer in time counts as an error."""
        if name == LOOK_UP:
            return self._looked_up(result if error is None else None)
        failed = error is not None or (isinstance(result, dict) and bool(result.get("error")))
        if self._faults.on("confirms-before-result"):
            return ()
        if failed and not self._faults.on("confirms-after-failure"):
            return (Say(("failed",)),)
        return (Say((f"done-{self._wanted}",)),)

    def _looked_up(self, result: Json) -> tuple[Move, ...]:
        found = result if isinstance(result, dict) else {}
        if not isinstance(found.get("id"), str):
            return (Say(("not-found",)),)
        self._appointment = str(found["id"])
        day = str(found.get("day", "")).casefold()
        known: tuple[str, ...] = (f"appointment-{day}",) if day in DAYS else ()
        if self._faults.on("writes-unasked"):
            return self._write()
        self._asked = True
        return (Say((*known, f"confirm-{self._wanted}")),)
