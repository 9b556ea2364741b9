"""Who may not call: for each thing that can be wrong with a credential, a call that shows it, beside a control with the
right one. What cannot be made wrong with what the manifest gives is skipped, with the reason."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from gate.core.dialling import proven
from gate.core.jsons import Json
from gate.core.plan import Call, Credential, Target
from gate.core.tokens import FLAWS, LONG_AGO_MS, Again, Jwt

MALFORMED = "voxgate-this-is-not-a-token"

CLAIMED = ("wrong-tenant", "wrong-agent", "wrong-environment")
STANDARD = ("expired", *CLAIMED, "tampered-signature", "unsigned", "replayed")
"""What can be wrong with a token, by name: as a case, or as a skip. Others may stand under `negative_tokens`."""

OF_JWT = ("unsigned",)
"""What nobody can tell to be possible of a token that is opaque."""

NOTHING = "the manifest gives no credential, so there is nothing to withhold"
OPAQUE = (
    "not proven: the token is opaque; give one that must be refused under negative_tokens, or let the gate make them"
)
UNSAID = "not proven: the manifest does not say what such a token claims; give that under negatives of auth"
REUSABLE = "not proven: the manifest does not say that a token is good for one call only (one_time)"


@dataclass(frozen=True, slots=True)
class Wrong:
    """A case by its name: the call that must be refused, or why there is none."""

    name: str
    call: Call | None = None
    skip: str | None = None


def wrongs(target: Target, bare: Call) -> Iterator[Wrong]:
    """`bare` is the call without any credential."""
    credential = target.credential
    if credential is None:
        yield Wrong("no token is refused", skip=NOTHING)
    elif credential.signature is not None:
        yield Wrong("no signature is refused", bare)
        tampered = replace(credential, signature=replace(credential.signature, tampered=True))
        yield Wrong("tampered signature is refused", proven(bare, tampered))
    else:
        yield Wrong("no token is refused", bare)
        yield Wrong("malformed token is refused", proven(bare, credential, MALFORMED))
        yield from _tokens(target, credential, bare)


def _tokens(target: Target, credential: Credential, bare: Call) -> Iterator[Wrong]:
    """Those that the manifest gives, which knows best; what the gate can make beside them; and the skips."""
    given = {kind: proven(bare, credential, token) for kind, token in target.negative_tokens.items()}
    calls = _made(credential, bare) | given
    for kind in dict.fromkeys((*STANDARD, *calls)):
        if kind in calls:
            yield Wrong(f"{kind} token is refused", calls[kind])
        elif kind not in OF_JWT:
            yield Wrong(f"{kind} token is refused", skip=_why_not(kind, credential))


def _made(credential: Credential, bare: Call) -> dict[str, Call]:
    right, calls = credential.made, dict[str, Call]()
    if isinstance(right, Jwt):
        calls["expired"] = proven(bare, credential, made=replace(right, lifetime_ms=-LONG_AGO_MS))
        for flaw in FLAWS:
            calls[flaw] = proven(bare, credential, made=replace(right, flaw=flaw))
        for kind, said in credential.negatives.items():
            calls[kind] = proven(bare, credential, made=replace(right, claims=_laid_over(right.claims, said)))
    elif right is not None:
        for kind, said in credential.negatives.items():
            body = _laid_over(right.body if isinstance(right.body, dict) else {}, said)
            calls[kind] = proven(bare, credential, made=replace(right, body=body))
    if credential.one_time:
        calls["replayed"] = proven(bare, credential, made=Again())
    return calls


def _laid_over(right: dict[str, Json], said: dict[str, Json]) -> dict[str, Json]:
    """What is null is left out."""
    return {name: value for name, value in {**right, **said}.items() if value is not None}


def _why_not(kind: str, credential: Credential) -> str:
    if kind == "replayed":
        return REUSABLE if credential.made else OPAQUE
    return UNSAID if credential.made else OPAQUE
