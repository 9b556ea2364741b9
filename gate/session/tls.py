"""TLS as the manifest wants it; and why it failed, in words that need no knowledge of X.509. Whose fault that is is not
decided here.

Theory of operation. A client that does not accept a certificate is not shown what stands in it. So it is fetched once
more, by a connection that checks nothing and sends nothing, and read by one that trusts this certificate alone."""

import asyncio
import ssl
from dataclasses import dataclass
from typing import Any, Literal

from gate.core.plan import Tls

Kind = Literal["expired", "not-yet-valid", "wrong-host", "untrusted", "client"]

PROBE_S = 2.0
_NO_CHECK_TIME = 0x200000  # X509_V_FLAG_NO_CHECK_TIME, X509_VERIFY_PARAM_set_flags(3)
_NOT_YET, _EXPIRED = 9, 10  # X509_V_ERR_…, X509_STORE_CTX_get_error(3)
_CHAIN = (18, 19, 20, 21)
_HOST = (62, 64)
_OF_THE_CLIENT = ("CERTIFICATE_REQUIRED", "ALERT_BAD_CERTIFICATE", "ALERT_UNKNOWN_CA", "ALERT_CERTIFICATE_")


@dataclass(frozen=True, slots=True)
class Untrusted:
    kind: Kind
    detail: str


def context_of(tls: Tls | None) -> ssl.SSLContext:
    """Raises OSError and ssl.SSLError for files that cannot be used, ValueError for a key behind a password."""
    context = ssl.create_default_context()
    if tls is not None and tls.ca is not None:
        context.load_verify_locations(tls.ca)
    if tls is not None and tls.certificate is not None:
        context.load_cert_chain(tls.certificate, tls.key, _no_password)
    return context


def _no_password() -> str:
    raise ValueError("the key is behind a password, and nobody is here to type it")


def beneath(error: BaseException) -> BaseException | None:
    """The error of TLS at the bottom of one of HTTP, if there is one."""
    under: BaseException | None = error
    while under is not None and not isinstance(under, ssl.SSLError):
        under = under.__cause__ or under.__context__
    return under


async def untrusted(error: BaseException | None, host: str, port: int) -> Untrusted | None:
    """What is wrong with a certificate, if that is why TLS failed."""
    match error:
        case ssl.SSLCertVerificationError(verify_code=code):
            found = await _presented(host, port)
            return _told(code, host, found) if code in (_NOT_YET, _EXPIRED, *_CHAIN, *_HOST) else None
        case ssl.SSLError(reason=str(reason)) if any(word in reason for word in _OF_THE_CLIENT):
            return Untrusted("client", f"the agent does not accept the caller's certificate ({reason})")
        case _:
            return None


async def unwelcome(tls: Tls | None, host: str, port: int) -> Untrusted | None:
    """Whether the agent ends every connection as soon as TLS is agreed, before it is asked for anything: servers that
    miss a client's certificate do that, since in TLS 1.3 it comes last."""
    try:
        async with asyncio.timeout(PROBE_S):
            reader, writer = await asyncio.open_connection(host, port, ssl=context_of(tls), server_hostname=host)
            try:
                ended = await reader.read(1) == b""
            finally:
                writer.transport.abort()
    except ssl.SSLError as error:
        return await untrusted(error, host, port)
    except (OSError, ValueError):
        return None
    given = tls is not None and tls.certificate is not None
    detail = "and that of this caller is not taken" if given else "and this caller has none"
    wants = "the agent closes the line as soon as TLS is agreed: it wants a client certificate"
    return Untrusted("client", f"{wants}, {detail}") if ended else None


def _told(code: int, host: str, found: dict[str, Any]) -> Untrusted:
    names = [str(name) for _, name in found.get("subjectAltName", ())]
    whose = f"the certificate for {', '.join(names)}" if names else "the agent's certificate"
    if code == _EXPIRED:
        return Untrusted("expired", f"{whose} expired on {found.get('notAfter', 'a day in the past')}")
    if code == _NOT_YET:
        return Untrusted("not-yet-valid", f"{whose} is not valid before {found.get('notBefore', 'a day to come')}")
    until = f", until {found['notAfter']}" if "notAfter" in found else ""
    if code in _HOST:
        return Untrusted("wrong-host", f"{host} shows {whose}{until}: that is another name")
    by = _name(found.get("issuer", ()))
    own = found.get("issuer") == found.get("subject")
    signed = "by itself" if found and own else f"by {by}, whom this machine does not trust" if by else "by nobody known"
    return Untrusted("untrusted", f"{whose}{until} is signed {signed}")


def _name(parts: tuple[tuple[tuple[str, str], ...], ...]) -> str:
    values = {key: value for part in parts for key, value in part}
    keys = ("commonName", "organizationalUnitName", "organizationName")
    return next((values[key] for key in keys if key in values), "")


async def _presented(host: str, port: int) -> dict[str, Any]:
    """What stands in the certificate of this address; nothing if it cannot be had."""
    blind = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    blind.check_hostname = False
    blind.verify_mode = ssl.CERT_NONE
    try:
        async with asyncio.timeout(PROBE_S):
            shown = await _certificate(blind, host, port, binary=True)
            alone = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            alone.check_hostname = False
            alone.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN | ssl.VerifyFlags(_NO_CHECK_TIME)
            alone.load_verify_locations(cadata=ssl.DER_cert_to_PEM_cert(shown))
            found: dict[str, Any] = await _certificate(alone, host, port, binary=False)
            return found
    except (OSError, ValueError):
        return {}


async def _certificate(context: ssl.SSLContext, host: str, port: int, *, binary: bool) -> Any:
    _, writer = await asyncio.open_connection(host, port, ssl=context, server_hostname=host)
    try:
        return writer.get_extra_info("ssl_object").getpeercert(binary)
    finally:
        writer.transport.abort()
