import pytest

from gate.core.dialling import authorised
from gate.core.plan import Credential, Dial

DIAL = Dial("wss://acme.test/voice", (("X-One", "1"),))


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


@pytest.mark.parametrize(
    ("url", "token", "made"),
    [
        ("wss://a.test/v", "${env.T}", "wss://a.test/v?key%26=${env.T}"),
        ("wss://a.test/v?x=1", "${env.T}", "wss://a.test/v?x=1&key%26=${env.T}"),
        ("wss://a.test/v", "a b&c=/", "wss://a.test/v?key%26=a%20b%26c%3D%2F"),
        ("wss://a.test/v", "pre-${env.T}/${env.U}&", "wss://a.test/v?key%26=pre-${env.T}%2F${env.U}%26"),
        ("wss://a.test/v", "${env.T} x", "wss://a.test/v?key%26=${env.T}%20x"),
        ("wss://a.test/v", "", "wss://a.test/v?key%26="),
    ],
)
def test_a_query_token_is_quoted_and_its_references_are_not(url: str, token: str, made: str) -> None:
    dial = authorised(Dial(url), Credential("query", "key&", "${env.RIGHT}"), token)
    assert dial.url == made
    assert dial.headers == ()
