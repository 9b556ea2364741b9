import base64
import json
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.core.jsons import Json
from gate.core.vault import Vault, names_in, names_sandbox

PLAIN = "s3cr3t-value-123"
ODD = 'p"a\\ss/wörd & +more%'


def vault() -> Vault:
    return Vault({"TOKEN": PLAIN, "ODD": ODD})


def test_references_are_filled_in_texts_and_everything_in_them() -> None:
    assert vault().fill("Bearer ${env.TOKEN}!") == f"Bearer {PLAIN}!"
    asked = {"a": ["${env.TOKEN}", 1, None, True], "b": {"c": "x${env.ODD}"}}
    assert vault().fill_object(asked) == {"a": [PLAIN, 1, None, True], "b": {"c": f"x{ODD}"}}
    assert vault().fill("$env.TOKEN ${TOKEN} ${env.}") == "$env.TOKEN ${TOKEN} ${env.}"


def test_a_name_that_the_vault_lacks_is_told_by_its_name() -> None:
    with pytest.raises(KeyError, match="NOWHERE"):
        vault().fill("${env.NOWHERE}")


def test_a_filled_value_is_not_filled_again() -> None:
    assert Vault({"A": "${env.BBBBBB}", "BBBBBB": "inner-value"}).fill("${env.A}") == "${env.BBBBBB}"


def test_names_are_found_wherever_they_stand() -> None:
    assert names_in({"a": ["${env.A}", {"b": "${env.B} ${env.C_1}"}], "n": 1, "z": None}) == {"A", "B", "C_1"}
    assert names_in([]) == names_in({}) == names_in(True) == frozenset()


FORMS = {
    "plain": lambda secret: secret,
    "json": json.dumps,
    "json unescaped": lambda secret: json.dumps(secret, ensure_ascii=False),
    "json in json": lambda secret: json.dumps(json.dumps({"k": secret})),
    "json in json, unescaped": lambda secret: json.dumps(json.dumps(secret, ensure_ascii=False), ensure_ascii=False),
    "json with slashes": lambda secret: json.dumps(secret).replace("/", "\\/"),
    "url": lambda secret: quote(secret, safe=""),
    "url path": quote,
    "form": quote_plus,
    "base64": lambda secret: base64.b64encode(secret.encode()).decode(),
    "base64 for urls": lambda secret: base64.urlsafe_b64encode(secret.encode()).decode(),
    "basic auth, 1 before": lambda secret: base64.b64encode(f"u{secret}".encode()).decode(),
    "basic auth, 2 before": lambda secret: base64.b64encode(f"u:{secret}".encode()).decode(),
    "basic auth, 3 before": lambda secret: base64.b64encode(f"us:{secret}".encode()).decode(),
    "letters": lambda secret: json.dumps(list(secret)),
    "letters, compact": lambda secret: json.dumps(list(f"my {secret}!"), separators=(",", ":"), ensure_ascii=False),
    "letters in json": lambda secret: json.dumps(json.dumps(list(secret), ensure_ascii=False), ensure_ascii=False),
    "in the middle of base64": lambda secret: base64.b64encode(f"u:{secret}:more".encode()).decode(),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("name", "secret"), [("TOKEN", PLAIN), ("ODD", ODD)])
def test_a_secret_is_masked_in_every_form(form: str, name: str, secret: str) -> None:
    shown = f"before {FORMS[form](secret)} after"
    assert vault().holds(shown)
    assert vault().holds(shown.encode())
    masked = vault().mask(shown)
    assert f"[secret:{name}]" in masked
    assert masked.startswith("before ")
    assert masked.endswith(" after")
    assert not vault().holds(masked)


def test_text_without_a_secret_stays() -> None:
    text = f"{PLAIN[:-1]} {PLAIN.upper()}"
    assert not vault().holds(text)
    assert vault().mask(text) == text
    assert vault().mask_bytes(text.encode()) == text.encode()


def test_the_longest_secret_wins() -> None:
    both = Vault({"SHORT": "abcdefgh", "LONG": "abcdefgh-ijklmnop"})
    assert both.mask("x abcdefgh-ijklmnop y abcdefgh") == "x [secret:LONG] y [secret:SHORT]"
    assert both.mask_bytes(b"abcdefgh-ijklmnop abcdefgh") == b"*" * 17 + b" " + b"*" * 8


def test_masked_json_is_still_json() -> None:
    frame = json.dumps({"a": ODD, "b": [f"x {PLAIN}"]})
    assert json.loads(vault().mask(frame)) == {"a": "[secret:ODD]", "b": ["x [secret:TOKEN]"]}


def test_every_text_of_a_value_is_masked() -> None:
    value: Json = {"a": [f"x {PLAIN}", 1, None, True], "b": {"c": ODD}}
    assert vault().mask_json(value) == {"a": ["x [secret:TOKEN]", 1, None, True], "b": {"c": "[secret:ODD]"}}


def test_masked_letters_are_still_a_list() -> None:
    assert json.loads(vault().mask(json.dumps(["a", *PLAIN, "b"]))) == ["a", "[secret:TOKEN]", "b"]


def test_bytes_are_masked_at_their_length() -> None:
    data = b"\x00\xff" + PLAIN.encode() + b"\x01" + base64.b64encode(PLAIN.encode())
    masked = vault().mask_bytes(data)
    assert len(masked) == len(data)
    assert PLAIN.encode() not in masked
    assert masked[:2] == b"\x00\xff"
    assert not vault().holds(masked)


def test_repr_shows_names_and_no_value() -> None:
    assert repr(vault()) == "Vault(TOKEN, ODD)"


def test_an_empty_vault_changes_nothing() -> None:
    empty = Vault({})
    assert empty.mask("text") == "text"
    assert empty.mask_bytes(b"text") == b"text"
    assert not empty.holds("text")
    assert not empty.holds(b"text")


@given(st.text(min_size=8, max_size=20).filter(lambda s: s.isprintable()), st.binary(max_size=4), st.binary(max_size=4))
def test_no_base64_around_a_secret_hides_it(secret: str, before: bytes, after: bytes) -> None:
    assert Vault({"X": secret}).holds(base64.b64encode(before + secret.encode() + after).decode())


def test_addresses_are_filled_in_beside_secrets_and_are_none() -> None:
    vault = Vault({"A": "a-secret-value"}).knowing({"sandbox.http": "http://127.0.0.1:8900/tools"})
    filled = vault.fill("${sandbox.http}?key=${env.A}")
    assert filled == "http://127.0.0.1:8900/tools?key=a-secret-value"
    assert vault.mask(filled) == "http://127.0.0.1:8900/tools?key=[secret:A]"
    assert vault.fill("${sandbox}") == "${sandbox}"
    with pytest.raises(KeyError):
        vault.fill("${sandbox.mcp}")


def test_an_address_that_looks_like_a_reference_is_not_filled_in_again() -> None:
    assert Vault({"A": "${sandbox.http}"}).knowing({"sandbox.http": "x"}).fill("${env.A}") == "${sandbox.http}"


@pytest.mark.parametrize("value", ["${sandbox.mcp}/x", {"a": [{"b": "see ${sandbox.http}"}]}, ("x", "${sandbox.http}")])
def test_what_refers_to_the_sandbox(value: object) -> None:
    assert names_sandbox(value)


@pytest.mark.parametrize("value", [None, 1, "${sandbox.other}", {"${sandbox.http}": 1}, ["sandbox.http"]])
def test_what_does_not(value: object) -> None:
    assert not names_sandbox(value)


def test_what_is_learnt_is_filled_in_by_its_own_name_and_masked_from_then_on() -> None:
    made = Vault({"token": PLAIN})
    assert not made.learnt
    made.learn("token", "first-token-of-all")
    made.learn("token", "second-token-of-all")
    assert made.fill("Bearer ${token} ${env.token}") == f"Bearer second-token-of-all {PLAIN}"
    assert made.mask(f"first-token-of-all second-token-of-all {PLAIN}") == " ".join(["[secret:token]"] * 3)
    assert made.holds(b"x first-token-of-all")
    assert made.learnt
    other = made.knowing({})
    assert other.mask("first-token-of-all") == "first-token-of-all"
