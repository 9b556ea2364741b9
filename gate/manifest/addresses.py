"""Addresses and headers of an agent. They are looked at as they will be used, with the environment filled in, but
told as they are written."""

import re
from collections.abc import Iterable
from typing import Literal
from urllib.parse import SplitResult, parse_qsl, urlsplit

from gate.core.addresses import is_plain_but_far
from gate.core.vault import REFERENCE
from gate.manifest.faults import Fault

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HOST = re.compile(r"[A-Za-z0-9._-]+|[0-9A-Fa-f:.]+")
_OURS = {"host", "connection", "upgrade", "content-length", "transfer-encoding"}
_SECRET = re.compile(r"authorization|cookie|(api|access|auth)[-_]?(key|token)", re.IGNORECASE)
_SECRET_NAME = re.compile(r"(^|[-_])((api)?key|auth|sig|signature|token|password|secret)($|[-_])", re.IGNORECASE)

Kind = Literal["ws", "http"]


def url_fault(url: str, filled: str, kind: Kind, plain_hosts: Iterable[str]) -> Fault | None:
    """`filled` is the address with its references filled in; what came out of the environment is never told. One that
    could not be filled whole is let through as far as its references hide it."""
    forms = f"{kind}s://host/path"
    known = REFERENCE.sub("0", filled)
    if known != filled and not filled.startswith((f"{kind}://", f"{kind}s://")):
        return None
    if re.search(r"[\s\x00-\x1f\x7f]", known):
        return Fault("holds a space or a line break", forms)
    try:
        parts = urlsplit(known)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        return Fault("is no address" if filled != url else f"is no address: {error}", forms)
    if parts.scheme not in (kind, f"{kind}s"):
        return _wrong_scheme(parts, kind, forms)
    if not host:
        return Fault("names no host", forms)
    if parts.username is not None or parts.password is not None:
        return Fault("carries a user or a password", forms, "use auth: with ${env.NAME}")
    if parts.fragment:
        return Fault("has a fragment (#…), which no request can carry", forms, "delete it")
    if name := secret_in_query(url):
        hint = "use auth: {query: {name, value: ${env.NAME}}}: files and evidence get copied"
        return Fault(f"carries a secret written out, as {name!r}", '"${env.NAME}"', hint)
    if is_plain_but_far(known, plain_hosts):
        name = "its host" if filled != url else host
        hint = f"write {kind}s://, or add {name} to allow_plain_ws if nobody listens on the way"
        return Fault(f"is not encrypted, and {name} is not this machine", f"{kind}s://", hint)
    return None


def secret_in_query(url: str) -> str | None:
    """The name of a query parameter that is a secret by its name, and whose value stands there as it is."""
    pairs = parse_qsl(url.partition("?")[2].partition("#")[0])
    return next((name for name, value in pairs if _SECRET_NAME.search(name) and not REFERENCE.search(value)), None)


def _wrong_scheme(parts: SplitResult, kind: Kind, forms: str) -> Fault:
    other: Kind = "http" if kind == "ws" else "ws"
    if parts.scheme in (other, f"{other}s"):
        if kind == "ws":
            hint = "for an address that has to be asked for the socket's own, use http: {url, url_path}"
            return Fault("is no WebSocket address", forms, hint)
        return Fault("is no HTTP address", forms, "a socket that is dialled directly belongs under url:")
    return Fault("is no address of the kind that is needed here", forms)


def host_fault(host: str) -> Fault | None:
    if _HOST.fullmatch(host):
        return None
    return Fault("is no host", "a host name without scheme, port and path", "")


def header_fault(name: str, value: str, filled: str) -> Fault | None:
    """`filled` is the value with its references filled in; only whether it can be sent is told of it."""
    if not _TOKEN.fullmatch(name):
        return Fault("is no name for a header", "letters, digits and -")
    if name.casefold() in _OURS or name.casefold().startswith("sec-websocket-"):
        hint = "use subprotocols:" if name.casefold() == "sec-websocket-protocol" else "delete it"
        return Fault("is a header that the handshake sets itself", "", hint)
    if re.search(r"[\x00-\x08\x0a-\x1f\x7f]", filled) or filled != filled.strip():
        return Fault("has a value with a line break, or a space at its end", "", "look for a newline at its end")
    if not filled.isascii():
        return Fault("has a value that is not ASCII", "ASCII", "encode it as the agent expects it")
    if _SECRET.search(name) and not REFERENCE.search(value):
        return secret_fault()
    return None


def secret_fault() -> Fault:
    hint = "put the secret into an environment variable: files and evidence get copied"
    return Fault("is a secret written out", '"${env.NAME}"', hint)
