"""What is asked of an agent's backend beside a call and behind it: whether the call's session is there, and to clear it
away. Pure: answers are read here, and asked for elsewhere.

An address, a header or a body may hold placeholders for the one call that it is about."""

from dataclasses import dataclass
from typing import Literal

from gate.core import jsons
from gate.core.callnames import OF_ONE_CALL, CallNames, names_in
from gate.core.jsons import Json
from gate.core.matchers import Where, matches
from gate.core.paths import ABSENT, get
from gate.core.places import Place

GONE = (404, 410)
SESSION = "session"

Method = Literal["DELETE", "POST", "PUT", "PATCH", "GET"]


@dataclass(frozen=True, slots=True)
class Look:
    """An address that shows whether a session is there: its id stands in the list at `ids` (of texts, or of objects
    with the id at `id_path`), or the address is its own and answers 404 when it is gone, or the number at `count`
    tells. A session that is shown counts as there only if it holds `where`. `what` is looked for, in words."""

    url: str
    headers: tuple[tuple[str, str], ...] = ()
    ids: str | None = None
    id_path: str = "id"
    count: str | None = None
    where: Where = ()
    what: str = SESSION


@dataclass(frozen=True, slots=True)
class Probe:
    """`also` are looks at what else must be gone then, and need not have been there."""

    look: Look
    place: Place
    gone_within_ms: float = 5_000.0
    also: tuple[Look, ...] = ()

    @property
    def looks(self) -> tuple[Look, ...]:
        return (self.look, *self.also)

    @property
    def counts(self) -> bool:
        """Whether it cannot tell one session from another, so that a case with it must run alone."""
        return any(look.count is not None for look in self.looks)


@dataclass(frozen=True, slots=True)
class TraceLook:
    """Where the backend shows the trace of a case, by its id. It may need a while until all of it is there."""

    url: str
    headers: tuple[tuple[str, str], ...] = ()
    within_ms: float = 10_000.0


@dataclass(frozen=True, slots=True)
class CleanupRequest:
    """A request that clears away what a case leaves behind, whatever became of it."""

    place: Place
    url: str
    method: Method = "DELETE"
    headers: tuple[tuple[str, str], ...] = ()
    body: Json = None
    timeout_ms: float = 5_000.0

    @property
    def of_one_call(self) -> bool:
        return any(name in OF_ONE_CALL for name in names_in([self.url, dict(self.headers), self.body]))


@dataclass(frozen=True, slots=True)
class Reading:
    """What one look showed: whether the session was `there`, or how many there were; or `error`, why it showed
    nothing."""

    status: int | None = None
    there: bool | None = None
    count: float | None = None
    error: str | None = None

    @property
    def told(self) -> dict[str, Json]:
        return {"status": self.status, "there": self.there, "count": self.count, "error": self.error}


@dataclass(frozen=True, slots=True)
class Cleared:
    """What a cleanup request got: `error` where it did not clear anything away."""

    method: str
    url: str
    status: int | None = None
    answer: str = ""
    error: str | None = None


def read(look: Look, status: int, body: bytes, names: CallNames) -> Reading:
    """The answer to a look, as far as it can be understood."""
    if look.ids is None and look.count is None and status in GONE:
        return Reading(status, there=False)
    if not 200 <= status < 300:
        return Reading(status, error=f"HTTP {status}")
    of_one = look.ids is None and look.count is None
    if of_one and not look.where:
        return Reading(status, there=True)
    try:
        shown = jsons.parse(body)
    except ValueError:
        return Reading(status, error="an answer that is no JSON")
    return Reading(status, there=_holds(shown, look.where)) if of_one else _listed(look, status, shown, names)


def _listed(look: Look, status: int, shown: Json, names: CallNames) -> Reading:
    found = get(shown, look.ids if look.ids is not None else str(look.count))
    if look.count is not None:
        if isinstance(found, bool) or not isinstance(found, int | float):
            return Reading(status, error=f"no number at {look.count or 'the top'} of the answer")
        return Reading(status, count=float(found))
    if not isinstance(found, list):
        return Reading(status, error=f"no list at {look.ids or 'the top'} of the answer")
    mine = (item for item in found if _is_of(_id(item, look.id_path), names))
    return Reading(status, there=any(_holds(item, look.where) for item in mine))


def _holds(session: Json, where: Where) -> bool:
    """Many a backend goes on to show a session that has ended, and says so in it."""
    return all(matches(matcher, get(session, path)) for path, matcher in where)


def _id(item: Json, path: str) -> str:
    """As a text: many a backend counts its sessions."""
    found = get(item, path) if isinstance(item, dict) else item
    return "" if found is ABSENT or isinstance(found, dict | list) else str(found)


def _is_of(session: str, names: CallNames) -> bool:
    """By what the agent calls its session; or by what the gate calls the call or its trace, which carriers dress up:
    `CA` and the digits, or a UUID of them."""
    bare = session.replace("-", "").casefold()
    return bool(session) and (session == names.session_id or any(own in bare for own in names.own))


def is_seen(reading: Reading, before: float | None) -> bool:
    """Whether it shows the session: where sessions are counted, more of them than `before` it."""
    if reading.count is not None:
        return before is not None and reading.count > before
    return reading.there is True


def is_gone(reading: Reading, before: float | None) -> bool:
    """Whether nothing of the session is left: of those that are counted, no more than `before` it."""
    if reading.count is not None:
        return before is not None and reading.count <= before
    return reading.there is False
