"""What one call shows to be let in, as far as it comes about when the call is dialled. It is learnt by the vault before
anything is written down, so that it stands in the evidence by its name alone."""

import re
from dataclasses import dataclass, replace

from gate.core.jsons import Json
from gate.core.plan import Call, Dial
from gate.core.signing import signed, with_signature
from gate.core.tokens import NAME, Again, Jwt, Mint, Minted
from gate.core.vault import SHORTEST, Vault


class NoToken(Exception):
    """Why there is no token, in words that hold no secret."""


@dataclass(frozen=True)
class Prover:
    """`call_id` is what a one-time token is known by."""

    call: Call
    vault: Vault
    call_id: str

    def token(self, minted: Minted | None, now_s: float) -> dict[str, Json]:
        """Makes the token of the call, if it is to have one of its own; returns what may be told of that. `minted` is
        what came of asking for one. Raises NoToken."""
        match self.call.token:
            case Jwt() as asked:
                said, headers = self.vault.fill_object(asked.claims), self.vault.fill_object(asked.headers)
                asked = replace(asked, claims=said, headers=headers)
                self.vault.learn(NAME, signed(asked, self.vault.fill(asked.key), now_s, self.call_id))
                return {"token": "signed"}
            case Mint() as asked:
                assert minted is not None, "the manifest mints tokens, and nobody asked for one"
                self._learn(asked, minted)
                return {"token": "minted", "status": minted.status}
            case Again():
                return {"token": "shown again"}
            case None:
                return {}

    def _learn(self, asked: Mint, minted: Minted) -> None:
        if minted.error:
            raise NoToken(self.vault.mask(minted.error))
        if len(minted.token) < SHORTEST or re.search(r"[\x00-\x20\x7f]|[^\x00-\x7f]", minted.token):
            raise NoToken(f"what {asked.url} gave is no token: it is to be at least {SHORTEST} letters and no space")
        self.vault.learn(NAME, minted.token)

    def signed(self, dial: Dial, now_s: float) -> Dial:
        """The dial with the header that signs it, if the call is to be signed."""
        if self.call.signature is None:
            return dial
        asked = self.call.signature
        dial, shown = with_signature(dial, self.call.signed_in, asked, self.vault.fill(asked.key), now_s)
        self.vault.learn("signature", shown)
        return dial
