import pytest

from gate.core.dialling import addressed, authorised, call_id, filled
from gate.core.plan import Credential, Dial, HttpFirst
from gate.core.vault import Vault

DIAL = Dial("wss://acme.test/voice", (("X-One", "1"),))


@pytest.mark.parametrize(
    ("url", "made"),
    [
        ("wss://a.test", "wss://a.test/no"),
        ("wss://a.test/v/?x=1", "wss://a.test/v/no?x=1"),
        ("${env.URL}", "wss://b.test:8/w/no?y=%2F"),
    ],
)
def test_a_path_goes_behind_that_of_the_address_that_is_filled_in(url: str, made: str) -> None:
    vault = Vault({"URL": "wss://b.test:8/w?y=%2F"})
    assert filled(Dial(url, beyond="/no"), vault).url == made


def test_without_a_credential_the_dial_stays() -> None:
    assert authorised(DIAL, None) is DIAL
    assert authorised(DIAL, None, "token") is DIAL


def test_a_bearer_goes_behind_the_other_headers() -> None:
    bearer = Credential("bearer", "Authorization", "${env.T}")
    assert authorised(DIAL, bearer).headers == (("X-One", "1"), ("Authorization", "Bearer ${env.T}"))
    assert authorised(DIAL, bearer, "bad").headers[-1] == ("Authorization", "Bearer bad")
    assert authorised(DIAL, bearer, "").headers[-1] == ("Authorization", "Bearer ")


def test_a_header_carries_the_token_alone() -> None:
    made = authorised(DIAL, Credential("header", "X-Key", "${env.T}"))
    assert made.headers[-1] == ("X-Key", "${env.T}")
    assert made.url == DIAL.url


def test_a_query_token_goes_on_whatever_address_is_dialled() -> None:
    dial = authorised(Dial("", http=HttpFirst("http://127.0.0.1/s", "url")), Credential("query", "key", "${env.T}"))
    assert dial.query == (("key", "${env.T}"),)
    assert authorised(DIAL, Credential("query", "key", "${env.T}"), "bad").query == (("key", "bad"),)


@pytest.mark.parametrize(
    ("url", "token", "made"),
    [
        ("wss://a.test/v", "t", "wss://a.test/v?key%26=t"),
        ("wss://a.test/v?x=1", "t", "wss://a.test/v?x=1&key%26=t"),
        ("wss://a.test/v", "a b&c=/", "wss://a.test/v?key%26=a%20b%26c%3D%2F"),
        ("wss://a.test/v", "", "wss://a.test/v?key%26="),
    ],
)
def test_names_and_values_are_quoted(url: str, token: str, made: str) -> None:
    assert addressed(url, [("key&", token)]) == made


def test_several_are_joined() -> None:
    assert addressed("wss://a.test/v", [("a", "1"), ("b", "2")]) == "wss://a.test/v?a=1&b=2"


def test_secrets_go_everywhere_in_a_dial_and_nowhere_else() -> None:
    http = HttpFirst("https://a.test/${env.T}", "url", headers=(("K", "${env.T}"),), body={"deep": ["${env.T}"]})
    dial = Dial("wss://a.test/${env.T}", (("X", "t ${env.T}"),), ("sub",), http, ("host",), (("q", "${env.T}"),))
    assert filled(dial, Vault({"T": "hunter2-hunter2"})) == Dial(
        "wss://a.test/hunter2-hunter2", (("X", "t hunter2-hunter2"),), ("sub",),
        HttpFirst("https://a.test/hunter2-hunter2", "url", headers=(("K", "hunter2-hunter2"),),
                  body={"deep": ["hunter2-hunter2"]}),
        ("host",), (("q", "hunter2-hunter2"),),
    )  # fmt: skip


def test_every_call_has_an_id_of_its_own_and_always_the_same() -> None:
    ids = [call_id(trace, number) for trace in ("a", "b") for number in (0, 1)]
    assert len(set(ids)) == 4
    assert all(len(one) == 32 and int(one, 16) >= 0 for one in ids)
    assert ids[0] == call_id("a", 0)
