"""A target of the file to a target of the plan, and what is wrong with it beyond its shape."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gate.core.plan import Budgets, Credential, Dial, HttpFirst, Limits, Target
from gate.core.vault import REFERENCE
from gate.manifest import addresses, words
from gate.manifest.authenticating import Auth
from gate.manifest.credentials import Locksmith
from gate.manifest.document import Document, Loc
from gate.manifest.faults import Fault, Faults
from gate.manifest.files import session_of
from gate.manifest.models import BudgetSettings, Http, LimitSettings, TargetSettings
from gate.manifest.probing import Backends
from gate.manifest.securing import tls_of
from gate.manifest.starting import start_of

_NOWHERE = "wss://nowhere.invalid"


@dataclass(frozen=True, slots=True)
class Workshop:
    """Builds targets. One that is built beside a mistake is only for finding more of them."""

    document: Document
    environ: Mapping[str, str]
    folder: Path
    faults: Faults

    def build(self, name: str, settings: TargetSettings, loc: Loc, url_path: str = "") -> Target:
        """`url_path`: where the dialect's provider answers with the socket's address, if the manifest does not say."""
        backends = Backends(self.environ, self.faults, tuple(settings.allow_plain_ws))
        return Target(
            name=name,
            dialect=settings.dialect or "",
            dial=self._dial(settings, loc, url_path),
            place=self.document.place(loc),
            options=settings.options,
            credential=self._credential(settings.auth, tuple(settings.allow_plain_ws), (*loc, "auth")),
            negative_tokens=self._negatives(settings, loc),
            session=session_of(settings.session, self.folder, self.faults, (*loc, "session")),
            budgets=_budgets(settings.budgets),
            start=start_of(settings.start, self.folder, self.faults, (*loc, "start")) if settings.start else None,
            probe=backends.probe(settings.probe, (*loc, "probe")) if settings.probe else None,
            cleanup=backends.cleanup(settings.cleanup, (*loc, "cleanup")),
            trace=backends.trace(settings.trace, (*loc, "trace")) if settings.trace else None,
        )

    def _filled(self, text: str) -> str:
        return REFERENCE.sub(lambda found: self.environ.get(found[1], found[0]), text)

    def _dial(self, settings: TargetSettings, loc: Loc, url_path: str) -> Dial:
        hosts = tuple(settings.allow_plain_ws)
        for index, host in enumerate(hosts):
            self.faults.tell((*loc, "allow_plain_ws", index), addresses.host_fault(host), words.quoted(host))
        if settings.url is not None:
            self._url(settings.url, "ws", hosts, (*loc, "url"))
        http = self._http(settings.http, hosts, (*loc, "http"), url_path) if settings.http else None
        url = "" if http else settings.url or _NOWHERE
        tls = tls_of(settings.tls, url, self.folder, self.faults, (*loc, "tls")) if settings.tls else None
        headers = self._headers(settings.headers, (*loc, "headers"))
        return Dial(url, headers, tuple(settings.subprotocols), http, hosts, tls=tls)

    def _url(self, url: str, kind: addresses.Kind, hosts: tuple[str, ...], loc: Loc) -> None:
        fault = addresses.url_fault(url, self._filled(url), kind, hosts)
        hidden = "@" in url or addresses.secret_in_query(url) is not None
        self.faults.tell(loc, fault, "" if hidden else words.quoted(url))

    def _http(self, asked: Http, hosts: tuple[str, ...], loc: Loc, url_path: str) -> HttpFirst:
        self._url(asked.url, "http", hosts, (*loc, "url"))
        if asked.method == "GET" and asked.body is not None:
            self.faults.tell((*loc, "body"), Fault("cannot go with a GET", hint="write method: POST"))
        if not asked.url_path and not url_path:
            self.faults.tell(loc, Fault("lacks the key 'url_path'", hint="write url_path: websocket.url"))
        headers = self._headers(asked.headers, (*loc, "headers"))
        return HttpFirst(asked.url, asked.url_path or url_path, asked.method, headers, asked.body)

    def _headers(self, headers: Mapping[str, str], loc: Loc) -> tuple[tuple[str, str], ...]:
        for name, value in headers.items():
            self.faults.tell((*loc, name), addresses.header_fault(name, value, self._filled(value)))
        return tuple(headers.items())

    def _credential(self, auth: Auth | None, hosts: tuple[str, ...], loc: Loc) -> Credential | None:
        """Where its shape is wrong, a stand-in, so that no suite complains that there is none."""
        if not self.document.has(loc):
            return None
        if auth is None or not auth.model_fields_set:
            return Credential("bearer", "Authorization", "")
        return Locksmith(self.environ, hosts, self.faults).credential(auth, loc)

    def _negatives(self, settings: TargetSettings, loc: Loc) -> dict[str, str]:
        if settings.auth is not None and (settings.auth.bearer or settings.auth.header):
            for kind, token in settings.negative_tokens.items():
                fault = addresses.header_fault("Token", token, self._filled(token))
                self.faults.tell((*loc, "negative_tokens", kind), fault)
        return dict(settings.negative_tokens)


IN_PLAN = {"received": "received_bytes", "message": "message_bytes", "frames": "frames", "disk": "disk_bytes"}


def _budgets(settings: BudgetSettings) -> Budgets:
    return Budgets(**_given(settings))


def limits_of(settings: LimitSettings) -> Limits:
    return Limits(**_given(settings))


def _given(settings: BudgetSettings | LimitSettings) -> dict[str, Any]:
    """What was written, under the names of the plan, which say the unit."""
    return {IN_PLAN.get(name, f"{name}_ms"): most for name, most in settings if most is not None}
