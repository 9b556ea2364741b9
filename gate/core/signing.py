"""Tokens and signatures as a call is dialled. Pure: the time is an argument, the cryptography is PyJWT's and Python's.

Source: RFC 7519 (JWT) and RFC 7515 (JWS). What is wrong on purpose is wrong in one place only, so that an agent which
verifies everything else still has to find it."""

import base64
import hashlib
import hmac
import re
import warnings
from dataclasses import replace
from urllib.parse import urlsplit

from gate.core.dialling import addressed
from gate.core.jsons import Json, canonical
from gate.core.plan import Dial
from gate.core.tokens import Jwt, Signature


def signed(asked: Jwt, key: str, now_s: float, token_id: str) -> str:
    """The token. `token_id`: what a one-time token is known by. Raises ValueError for a key that cannot sign so."""
    import jwt

    lifetime_s = asked.lifetime_ms / 1000
    expires_s = int(now_s + lifetime_s)
    issued_s = int(now_s) if lifetime_s > 0 else expires_s - 60
    own: dict[str, Json] = {"jti": token_id} if asked.one_time else {}
    claims = {"iat": issued_s, "exp": expires_s, **own, **asked.claims}
    headers = dict(asked.headers) or None
    if asked.flaw == "unsigned":
        return jwt.encode(claims, "", "none", headers)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # how long the agent's key is, is not for the gate to say
            token = jwt.encode(claims, key, asked.algorithm, headers)
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        raise ValueError(f"the key cannot sign with {asked.algorithm}") from error
    return _tampered(token) if asked.flaw == "tampered-signature" else token


def _tampered(token: str) -> str:
    """With one byte of the signature changed: its first, since the last letter may hold bits that nobody reads."""
    head, _, signature = token.rpartition(".")
    raw = bytearray(base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4)))
    raw[0] ^= 0xFF
    return f"{head}.{base64.urlsafe_b64encode(bytes(raw)).rstrip(b'=').decode()}"


def with_signature(dial: Dial, header: str, asked: Signature, key: str, now_s: float) -> tuple[Dial, str]:
    """The dial with the header that signs it, on the request that comes first; and the signature itself."""
    http, timestamp = dial.http, str(int(now_s))
    url = http.url if http else addressed(dial.url, dial.query)
    parts = urlsplit(url)
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    body = canonical(http.body) if http and http.body is not None else ""
    told = {"url": url, "path": path, "body": body, "timestamp": timestamp}
    text = re.sub(r"\{(url|path|body|timestamp)\}", lambda found: told[found[1]], asked.over)
    mac = bytearray(hmac.new(key.encode(), text.encode(), getattr(hashlib, asked.hash)).digest())
    if asked.tampered:
        mac[0] ^= 0xFF
    shown = mac.hex() if asked.encoding == "hex" else base64.b64encode(mac).decode()
    added = [(header, asked.prefix + shown)]
    if asked.timestamp_header:
        added.append((asked.timestamp_header, timestamp))
    if http:
        return replace(dial, http=replace(http, headers=(*http.headers, *added))), shown
    return replace(dial, headers=(*dial.headers, *added)), shown
