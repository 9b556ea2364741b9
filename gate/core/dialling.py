"""How a caller proves who it is, and how a dial looks with that proof, without it, or with a bad one; and filled in."""

import copy
import hashlib
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import quote, urlsplit, urlunsplit

from gate.core.capabilities import Capabilities
from gate.core.jsons import Json
from gate.core.paths import put, takes
from gate.core.plan import Call, Credential, Dial
from gate.core.tokens import Token
from gate.core.tracing import TRACEPARENT, traceparent
from gate.core.vault import Vault


def proven(call: Call, credential: Credential | None, value: str | None = None, made: Token | None = None) -> Call:
    """The call with the credential on it, wherever that goes; `value` puts another token in the place of the right one,
    and `made` another way to make it."""
    if credential is None:
        return call
    if credential.kind == "signature":
        return replace(call, signature=credential.signature, signed_in=credential.name)
    token = (made or credential.made) if value is None else None
    if credential.kind == "message":
        session = copy.deepcopy(call.session)
        if takes(session, credential.name):
            put(session, credential.name, credential.value if value is None else value)
        return replace(call, session=session, token=token)
    return replace(call, dial=authorised(call.dial, credential, value), token=token)


def authorised(dial: Dial, credential: Credential | None, value: str | None = None) -> Dial:
    """The dial with a credential on it that goes there; `value` puts another token in the place of the right one."""
    if credential is None or credential.kind in ("message", "signature"):
        return dial
    token = credential.value if value is None else value
    if credential.kind == "query":
        return replace(dial, query=(*dial.query, (credential.name, token)))
    text = f"Bearer {token}" if credential.kind == "bearer" else token
    return replace(dial, headers=(*dial.headers, (credential.name, text)))


def addressed(url: str, query: Iterable[tuple[str, str]]) -> str:
    """The address with these names and values behind it, quoted."""
    for name, value in query:
        url += f"{'&' if urlsplit(url).query else '?'}{quote(name, safe='')}={quote(value, safe='')}"
    return url


def filled(dial: Dial, vault: Vault) -> Dial:
    """The dial with its secrets in it. It must not be written down anywhere but through the vault's mask."""
    http = dial.http and replace(
        dial.http,
        url=vault.fill(dial.http.url),
        headers=_filled(dial.http.headers, vault),
        body=vault.fill_json(dial.http.body),
    )
    headers, query = _filled(dial.headers, vault), _filled(dial.query, vault)
    return replace(dial, url=_beyond(vault.fill(dial.url), dial.beyond), headers=headers, query=query, http=http)


def _beyond(url: str, path: str) -> str:
    """The address with this path behind its own. Once it is filled in, nothing more goes there."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=parts.path.rstrip("/") + path)) if path else url


def _filled(pairs: tuple[tuple[str, str], ...], vault: Vault) -> tuple[tuple[str, str], ...]:
    return tuple((name, vault.fill(value)) for name, value in pairs)


def traced(session: dict[str, Json], can: Capabilities, trace_id: str, number: int) -> dict[str, Json]:
    """The session with the trace of the call in its metadata, where that reaches whoever answers, and the manifest says
    nothing of it itself: behind a carrier no header of the gate's would be seen."""
    metadata = session.get("metadata", {})
    if not can.passes_metadata or not isinstance(metadata, dict) or TRACEPARENT in metadata:
        return session
    return {**session, "metadata": {**metadata, TRACEPARENT: traceparent(trace_id, number)}}


def call_id(trace_id: str, number: int) -> str:
    """32 hexadecimal digits for the nth call of a case: the same for the same call, another for every other."""
    return hashlib.sha256(f"{trace_id}:{number}".encode()).hexdigest()[:32]
