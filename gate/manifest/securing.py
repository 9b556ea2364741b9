"""`tls:` to files that TLS will read. They are tried here, so that none of them fails a call; nothing of what stands in
them is kept or told."""

import re
import ssl
from pathlib import Path

from gate.core.plan import Tls
from gate.manifest import words
from gate.manifest.document import Loc
from gate.manifest.faults import Fault, Faults
from gate.manifest.models import TlsSettings

_CERTIFICATE = re.compile(r"-----BEGIN (TRUSTED )?CERTIFICATE-----")
_KEY = re.compile(r"-----BEGIN ([A-Z0-9]+ )*PRIVATE KEY-----")
_ENCRYPTED = re.compile(r"-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED", re.MULTILINE)
_MOST_BYTES = 5_000_000


def tls_of(settings: TlsSettings, url: str, folder: Path, faults: Faults, loc: Loc) -> Tls:
    known = len(faults.mistakes)
    if url.startswith("ws://"):
        faults.tell(loc, Fault("is of no use: this address is not encrypted", "wss:// in url", "or delete it"))
    paths: dict[str, str] = {}
    for name, value in settings:
        if value is not None:
            paths[name] = str(folder / value)
            faults.tell((*loc, name), _file_fault(paths[name], name, alone=settings.key is None), words.quoted(value))
    if settings.key is not None and settings.certificate is None:
        hint = "write certificate: client.pem beside it"
        faults.tell((*loc, "key"), Fault("is a key to no certificate", "a certificate too", hint))
    found = Tls(**paths)
    if len(faults.mistakes) == known:
        _try(found, faults, loc)
    return found


def _file_fault(path: str, name: str, *, alone: bool) -> Fault | None:
    try:
        with Path(path).open("rb") as file:
            text = file.read(_MOST_BYTES).decode("ascii", "replace")
    except (OSError, ValueError) as error:
        reason = (error.strerror or "") if isinstance(error, OSError) else str(error)
        return Fault("names a file that cannot be read", "", f"{reason}: {path}")
    if name != "key" and not _CERTIFICATE.search(text):
        return Fault("names a file that holds no certificate", "PEM: -----BEGIN CERTIFICATE-----")
    holds_key = name == "key" or (name == "certificate" and alone)
    if holds_key and _ENCRYPTED.search(text):
        return Fault("names a key behind a password, and nobody is there to type it", "a key without one")
    if holds_key and not _KEY.search(text):
        hint = "name its file under key:" if name == "certificate" else ""
        return Fault("names a file that holds no private key", "PEM: -----BEGIN PRIVATE KEY-----", hint)
    return None


def _try(tls: Tls, faults: Faults, loc: Loc) -> None:
    """OpenSSL's own word on the files, which are there and look like what they should be."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        if tls.ca is not None:
            context.load_verify_locations(tls.ca)
    except ssl.SSLError as error:
        faults.tell((*loc, "ca"), Fault("names a file that OpenSSL cannot read", "", str(error.reason)))
    try:
        if tls.certificate is not None:
            context.load_cert_chain(tls.certificate, tls.key)
    except ssl.SSLError as error:
        fits = error.reason != "KEY_VALUES_MISMATCH"
        what = (
            "names a file that OpenSSL cannot read" if fits else "names a certificate, and the key is that of another"
        )
        faults.tell((*loc, "certificate"), Fault(what, "", str(error.reason) if fits else ""))
