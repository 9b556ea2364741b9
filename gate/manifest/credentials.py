"""From `auth:` to the credential that it describes, and what is wrong with it beyond its shape."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from gate.core.plan import Credential
from gate.core.signing import signed
from gate.core.tokens import TOKEN, Jwt, Mint, Signature
from gate.core.vault import REFERENCE
from gate.manifest import addresses, words
from gate.manifest.authenticating import Auth, JwtSettings, MadeToken, MintSettings, SignatureSettings
from gate.manifest.document import Loc
from gate.manifest.faults import Fault, Faults

_PLACE = re.compile(r"\{([^{}]*)\}")
_PLACES = ("url", "path", "body", "timestamp")


@dataclass(frozen=True, slots=True)
class Locksmith:
    """Builds the credential of one target. One that is built beside a mistake is only for finding more of them."""

    environ: Mapping[str, str]
    plain_hosts: tuple[str, ...]
    faults: Faults

    def credential(self, auth: Auth, loc: Loc) -> Credential:
        if auth.signature is not None:
            return self._signature(auth.signature, (*loc, "signature"))
        if auth.message is not None:
            return self._with(Credential("message", auth.message.path, ""), auth.message.value, (*loc, "message"))
        if auth.header is not None:
            return self._with(Credential("header", auth.header.name, ""), auth.header.value, (*loc, "header"))
        if auth.query is not None:
            return self._with(Credential("query", auth.query.name, ""), auth.query.value, (*loc, "query"))
        return self._with(Credential("bearer", "Authorization", ""), auth.bearer or "", (*loc, "bearer"))

    def _with(self, bare: Credential, value: str | MadeToken, loc: Loc) -> Credential:
        loc = loc if bare.kind == "bearer" else (*loc, "value")
        name = bare.name
        if isinstance(value, MadeToken):
            if bare.kind == "header":
                self.faults.tell(loc, addresses.header_fault(name, TOKEN, "x"))
            return self._made(bare, value, loc)
        if not REFERENCE.search(value):
            self.faults.tell(loc, addresses.secret_fault())
        elif bare.kind in ("bearer", "header"):
            self.faults.tell(loc, addresses.header_fault(name, value, self._filled(value)))
        return Credential(bare.kind, name, value)

    def _made(self, bare: Credential, value: MadeToken, loc: Loc) -> Credential:
        given = value.jwt or value.mint
        made: Jwt | Mint | None = None
        if value.jwt is not None:
            made = self._jwt(value.jwt, (*loc, "jwt"))
        elif value.mint is not None:
            made = self._mint(value.mint, (*loc, "mint"))
        negatives, one_time = (given.negatives, given.one_time) if given else ({}, False)
        return Credential(bare.kind, bare.name, TOKEN, made, negatives, one_time)

    def _jwt(self, asked: JwtSettings, loc: Loc) -> Jwt:
        made = Jwt(asked.key, asked.algorithm, asked.claims, {**asked.headers}, asked.expires_in, asked.one_time)
        for claim in ("exp", "iat"):
            if claim in asked.claims:
                self.faults.tell(
                    (*loc, "claims", claim), Fault("is set by the gate for each call", "", "use expires_in")
                )
        if not REFERENCE.search(asked.key):
            self.faults.tell((*loc, "key"), addresses.secret_fault())
        elif not REFERENCE.search(key := self._filled(asked.key)):
            self.faults.tell((*loc, "key"), _key_fault(made, key))
        return made

    def _mint(self, asked: MintSettings, loc: Loc) -> Mint:
        fault = addresses.url_fault(asked.url, self._filled(asked.url), "http", self.plain_hosts)
        hidden = "@" in asked.url or addresses.secret_in_query(asked.url) is not None
        self.faults.tell((*loc, "url"), fault, "" if hidden else words.quoted(asked.url))
        for name, value in asked.headers.items():
            self.faults.tell((*loc, "headers", name), addresses.header_fault(name, value, self._filled(value)))
        if asked.method == "GET" and asked.body is not None:
            self.faults.tell((*loc, "body"), Fault("cannot go with a GET", hint="write method: POST"))
        if asked.negatives and (asked.method == "GET" or not isinstance(asked.body, dict | None)):
            what = "are laid over the fields of the body, and there are none"
            self.faults.tell((*loc, "negatives"), Fault(what, "a mapping under body:, and no GET"))
        return Mint(
            asked.url, asked.token_path or "", asked.method, tuple(asked.headers.items()), asked.body, asked.timeout
        )

    def _signature(self, asked: SignatureSettings, loc: Loc) -> Credential:
        for key in ("header", "timestamp_header"):
            if name := getattr(asked, key):
                self.faults.tell((*loc, key), addresses.header_fault(name, TOKEN, "x"), words.quoted(name))
        if not REFERENCE.search(asked.key):
            self.faults.tell((*loc, "key"), addresses.secret_fault())
        self.faults.tell((*loc, "over"), _over_fault(asked), words.quoted(asked.over))
        made = Signature(asked.key, asked.over, asked.hash, asked.encoding, asked.prefix, asked.timestamp_header or "")
        return Credential("signature", asked.header, "", signature=made)

    def _filled(self, text: str) -> str:
        return REFERENCE.sub(lambda found: self.environ.get(found[1], found[0]), text)


def _key_fault(made: Jwt, key: str) -> Fault | None:
    try:
        signed(made, key, 0.0, "")
    except ValueError:
        wanted = "a text" if made.algorithm.startswith("HS") else "a private key of that kind, as PEM"
        return Fault(f"cannot sign with {made.algorithm}", wanted, "check which key the environment variable holds")
    return None


def _over_fault(asked: SignatureSettings) -> Fault | None:
    places = _PLACE.findall(asked.over)
    known = ", ".join(f"{{{place}}}" for place in _PLACES)
    if not places or set(places) - set(_PLACES):
        return Fault("signs nothing of the call" if not places else "names what is not known here", known)
    if "timestamp" in places and asked.timestamp_header is None:
        return Fault("signs a time that the agent is not told", "", "name its header under timestamp_header")
    return None
