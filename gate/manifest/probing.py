"""`probe:` and `cleanup:`: their shape, what is wrong with them beyond it, and what they add to a case."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import Field

from gate.core.callnames import OF_ONE_CALL, PLACEHOLDERS, names_in
from gate.core.durations import Budget
from gate.core.jsons import Json
from gate.core.plan import Case, Lane, Target
from gate.core.probing import SESSION, CleanupRequest, Look, Probe, TraceLook
from gate.core.suggest import did_you_mean
from gate.core.vault import REFERENCE
from gate.manifest import addresses, words
from gate.manifest.document import Loc
from gate.manifest.faults import Fault, Faults
from gate.manifest.validate import Checked
from gate.suites.clearing import CleanupSettings
from gate.suites.expecting import matched
from gate.suites.keys import Given, Text
from gate.suites.matching import Part, Where


class AlsoSettings(Part):
    """What else must be gone with the session: where the answer lists whose it is."""

    url: Text = Field(examples=["https://agent.example/sessions"])
    headers: dict[str, str] = {}
    ids: Given[Text] = Field(default=None, examples=["sessions"])
    id: Text = "id"
    where: Where = {}


class ProbeSettings(AlsoSettings):
    """An address of the agent's backend that shows which sessions there are."""

    count: Given[Text] = Field(default=None, examples=["sessions.active"])
    gone_within: Budget = 5_000.0
    also: dict[Text, AlsoSettings] = {}


class TraceSettings(Part):
    """An address of the tracing backend that shows one trace, by its id."""

    url: Text = Field(examples=["https://tempo.example/api/traces/{trace_id}"])
    headers: dict[str, str] = {}
    within: Budget = 10_000.0


@dataclass(frozen=True, slots=True)
class Backends:
    """Reads what is said of the backend of one target. `plain_hosts` may be asked in the clear."""

    environ: Mapping[str, str]
    faults: Faults
    plain_hosts: tuple[str, ...]

    def probe(self, settings: ProbeSettings, loc: Loc) -> Probe:
        counts = settings.count is not None
        self._asked(settings, loc, told=settings.ids is not None or counts)
        if settings.ids is not None and counts:
            self.faults.tell((*loc, "count"), Fault("and ids are given at once", hint="keep one"))
        elif counts and set(names_in(settings.url)) & set(PLACEHOLDERS):
            hint = "count all sessions, or leave count out and let 404 say that this one is gone"
            self.faults.tell((*loc, "count"), Fault("counts, and the address is about one session", hint=hint))
        if counts and settings.where:
            fault = Fault("looks at sessions, and count at their number alone", hint="leave one of them out")
            self.faults.tell((*loc, "where"), fault)
        for name, one in settings.also.items():
            if name == SESSION:
                fault = Fault("is what the probe itself is about", "the name of something else, such as locks")
                self.faults.tell((*loc, "also", name), fault)
            self._asked(one, (*loc, "also", name), told=one.ids is not None)
        also = tuple(_look(one, name) for name, one in settings.also.items())
        look = replace(_look(settings), count=settings.count)
        return Probe(look, self.faults.document.place(loc), settings.gone_within, also)

    def trace(self, settings: TraceSettings, loc: Loc) -> TraceLook:
        self._asked(settings, loc, told=True)
        if "trace_id" not in set(names_in(settings.url)):
            fault = Fault("does not say which trace is meant", "an address with {trace_id}")
            self.faults.tell((*loc, "url"), fault, words.quoted(settings.url))
        for name in dict.fromkeys(names_in([settings.url, dict(settings.headers)])):
            if name in OF_ONE_CALL:
                fault = Fault(f"holds {{{name}}}, and a trace is that of a whole case", hint="use {trace_id} alone")
                self.faults.tell(loc, fault)
        return TraceLook(settings.url, tuple(settings.headers.items()), settings.within)

    def cleanup(self, given: list[CleanupSettings], loc: Loc) -> tuple[CleanupRequest, ...]:
        for index, one in enumerate(given):
            self.request(one, (*loc, index))
        return tuple(one.request(self.faults.document.place((*loc, index))) for index, one in enumerate(given))

    def request(self, settings: CleanupSettings, loc: Loc) -> None:
        self._asked(settings, loc, told=True)
        self._placeholders(settings.body, (*loc, "body"))
        if settings.method == "GET" and settings.body is not None:
            self.faults.tell((*loc, "body"), Fault("cannot go with a GET", hint="write method: POST"))

    def _asked(self, settings: AlsoSettings | CleanupSettings | TraceSettings, loc: Loc, *, told: bool) -> None:
        """`told`: whether something else than the address says which session is meant."""
        url = settings.url
        hidden = "@" in url or addresses.secret_in_query(url) is not None
        fault = addresses.url_fault(url, self._filled(url), "http", self.plain_hosts)
        self.faults.tell((*loc, "url"), fault, "" if hidden else words.quoted(url))
        self._placeholders(url, (*loc, "url"))
        for name, value in settings.headers.items():
            self.faults.tell((*loc, "headers", name), addresses.header_fault(name, value, self._filled(value)))
            self._placeholders(value, (*loc, "headers", name))
        if not told and not set(names_in(url)) & set(PLACEHOLDERS):
            expected = "ids: or count:, or an address with {session_id} that answers 404 once it is gone"
            self.faults.tell(loc, Fault("does not say how it shows a session", expected))

    def _placeholders(self, value: Json, loc: Loc) -> None:
        for name in dict.fromkeys(names_in(value)):
            if name not in PLACEHOLDERS:
                fault = Fault(f"has the unknown placeholder {{{name}}}", "", did_you_mean(name, PLACEHOLDERS))
                self.faults.tell(loc, fault)

    def _filled(self, text: str) -> str:
        return REFERENCE.sub(lambda found: self.environ.get(found[1], found[0]), text)


def _look(settings: AlsoSettings, what: str = SESSION) -> Look:
    headers, where = tuple(settings.headers.items()), matched(settings.where)
    return Look(settings.url, headers, settings.ids, settings.id, where=where, what=what)


def of_cases(suites: Mapping[str, Checked[Any]], backends: Backends) -> None:
    """What is wrong with the cleanup of single cases."""
    for loc, settings in _cleanups(suites):
        backends.request(settings, loc)


def _cleanups(suites: Mapping[str, Checked[Any]]) -> Iterator[tuple[Loc, CleanupSettings]]:
    for name, checked in suites.items():
        for number, case in enumerate(getattr(checked.value, "cases", ())):
            for index, settings in enumerate(getattr(case, "cleanup", ())):
                yield ("suites", name, *checked.original(("cases", number, "cleanup", index))), settings


def placed(case: Case, target: Target) -> Case:
    """The case with the target's cleanup behind its own. One with a probe that only counts runs alone."""
    if case.skip is not None:
        return case
    alone = case.probe is not None and case.probe.counts
    return replace(case, cleanup=(*case.cleanup, *target.cleanup), lane=Lane.ALONE if alone else case.lane)
