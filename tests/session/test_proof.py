"""What a call shows to be let in: made when it is dialled, and known to the vault before anything is written down."""

import pytest

from gate.core.plan import Call, Dial
from gate.core.tokens import TOKEN, Again, Jwt, Mint, Minted, Signature
from gate.core.vault import Vault
from gate.session.proof import NoToken, Prover

NOW = 1_800_000_000.0
KEY = "a key that is long enough for HMAC with SHA-256"
DIAL = Dial("wss://agent.test/voice")
JWT = Jwt("${env.KEY}", "HS256", {"tenant": "${env.TENANT}"}, one_time=True)
MINT = Mint("https://agent.test/token", "token")


def vault() -> Vault:
    return Vault({"KEY": KEY, "TENANT": "acme-corp"})


def test_a_signed_token_is_filled_in_and_masked_and_so_is_the_one_before() -> None:
    safe = vault()
    assert Prover(Call("call", DIAL, token=JWT), safe, "call-1").token(None, NOW) == {"token": "signed"}
    first = safe.fill(TOKEN)
    Prover(Call("call", DIAL, token=JWT), safe, "call-2").token(None, NOW)
    second = safe.fill(TOKEN)
    assert first != second
    assert safe.mask(f"{first} {second}") == "[secret:token] [secret:token]"
    assert safe.fill("${env.TENANT}") == "acme-corp"


def test_a_token_that_is_shown_again_is_the_one_before() -> None:
    safe = vault()
    Prover(Call("call", DIAL, token=JWT), safe, "call-1").token(None, NOW)
    first = safe.fill(TOKEN)
    assert Prover(Call("call", DIAL, token=Again()), safe, "call-2").token(None, NOW) == {"token": "shown again"}
    assert safe.fill(TOKEN) == first


def test_a_minted_token_is_used_as_it_came() -> None:
    safe = vault()
    told = Prover(Call("call", DIAL, token=MINT), safe, "").token(Minted("a-minted-token", status=201), NOW)
    assert (told, safe.fill(TOKEN)) == ({"token": "minted", "status": 201}, "a-minted-token")


@pytest.mark.parametrize(
    ("minted", "why"),
    [
        (Minted(error=f"it said {KEY}"), "it said \\[secret:KEY\\]"),
        (Minted("short"), "is no token"),
        (Minted("two\r\nlines: x"), "is no token"),
        (Minted("no áscii here"), "is no token"),
    ],
)
def test_without_a_token_there_is_no_call_and_no_secret_in_the_reason(minted: Minted, why: str) -> None:
    with pytest.raises(NoToken, match=why):
        Prover(Call("call", DIAL, token=MINT), vault(), "").token(minted, NOW)


def test_a_call_without_a_token_of_its_own_makes_none() -> None:
    safe = vault()
    assert Prover(Call("call", DIAL), safe, "").token(None, NOW) == {}
    assert not safe.learnt


def test_a_signature_is_masked_too() -> None:
    safe = vault()
    call = Call("call", DIAL, signature=Signature("${env.KEY}"), signed_in="X-Hub-Signature-256")
    ((name, shown),) = Prover(call, safe, "").signed(DIAL, NOW).headers
    assert (name, safe.mask(shown)) == ("X-Hub-Signature-256", "[secret:signature]")
    assert Prover(Call("call", DIAL), safe, "").signed(DIAL, NOW) is DIAL
