"""What the reference agent says and does: look up, ask, and only then write. Pure: words in, moves out.

A tool that is busy is tried once more, and a write then carries the key of the first time. A tool that failed, or never
answered, is told and left alone: whether a write took place that nobody answered is not known."""

import re
from dataclasses import dataclass, replace
from typing import Final

from gate.core.jsons import Json
from gate.reference.faults import Faults

DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday")
LOOK_UP: Final = "lookup_appointment"
RESCHEDULE: Final = "reschedule_appointment"
BUSY: Final = re.compile(r"try again|busy|HTTP 503", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Say:
    """Clips of the agent's voice, one after another."""

    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UseTool:
    """`key` makes a repetition of a write harmless; no other conversation may have the same."""

    name: str
    arguments: dict[str, Json]
    key: str | None = None


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
        self._keys = 0
        self._using: UseTool | None = None
        self._tried_again = False
        self.last_write: UseTool | None = None

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
            return (self._use(LOOK_UP, {"workspace": "globex"} if self._faults.on("tool-for-other-tenant") else {}),)
        self._asked = True
        return (Say((f"confirm-{day}",)),)

    def _agreed(self) -> tuple[Move, ...]:
        self._asked = False
        return self._write()

    def _use(self, name: str, arguments: dict[str, Json], key: str | None = None) -> UseTool:
        self._using, self._tried_again = UseTool(name, arguments, key), False
        return self._using

    def _key(self) -> str:
        self._keys += 1
        return f"write-{self._keys}"

    def _write(self) -> tuple[Move, ...]:
        assert self._wanted is not None
        day = "tuesday" if self._faults.on("wrong-day") else self._wanted
        found = "A-71" if self._faults.on("invents-id") else self._appointment
        write = self._use(RESCHEDULE, {"id": found, "day": day.capitalize()}, self._key())
        self.last_write = write
        if self._faults.on("confirms-before-result"):
            return (Say((f"done-{self._wanted}",)), write)
        return (write, replace(write, key=self._key())) if self._faults.on("tool-twice") else (write,)

    @property
    def knows_something(self) -> bool:
        """Whether it got as far as an appointment."""
        return self._appointment is not None

    def repeat(self, write: UseTool) -> UseTool:
        """The write of another conversation, as if it were one of this."""
        self._wanted = str(write.arguments["day"]).casefold()
        return self._use(write.name, write.arguments, self._key())

    def answered(self, name: str, result: Json, error: str | None) -> tuple[Move, ...]:
        """A tool answered."""
        failure = error if error is not None else _failure(result)
        if failure is not None and BUSY.search(failure) and self._using and not self._tried_again:
            self._tried_again = True
            again = self._using
            if again.key and self._faults.on("retries-with-new-key"):
                again = replace(again, key=self._key())
            return (again,)
        if failure is not None and self._faults.on("dead-air-after-failure"):
            return ()
        if name == LOOK_UP:
            return self._looked_up(result if failure is None else None)
        return self._written(failure is None or self._faults.on("confirms-after-failure"), "failed")

    def unanswered(self, name: str) -> tuple[Move, ...]:
        """A tool did not answer in time."""
        if name == LOOK_UP:
            return self._looked_up(None)
        return self._written(self._faults.on("confirms-after-timeout"), "unsure")

    def _written(self, done: bool, otherwise: str) -> tuple[Move, ...]:
        if self._faults.on("confirms-before-result"):
            return ()
        return (Say((f"done-{self._told_day}" if done else otherwise,)),)

    @property
    def _told_day(self) -> str:
        """The day that a write is confirmed for."""
        if not self._faults.on("confirms-other-day"):
            return str(self._wanted)
        return "monday" if self._wanted == "friday" else "friday"

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


def _failure(result: Json) -> str | None:
    """Why a tool that answered did not do what it was asked; None if it did."""
    if not isinstance(result, dict):
        return "no object, where one is due"
    if result.get("error"):
        return str(result["error"])
    return "not done" if result.get("ok") is False else None
