import pytest

from gate.core.addresses import is_loopback, is_plain_but_far


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "agent.localhost", "127.0.0.1", "127.8.9.10", "::1"])
def test_this_machine_is_loopback(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host", ["", "0.0.0.0", "10.0.0.1", "example.com", "localhost.example.com", "127.0.0.1.example.com", "mylocalhost"]
)
def test_another_machine_is_not(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize(
    ("url", "far"),
    [
        ("ws://127.0.0.1:8765/voice", False),
        ("ws://[::1]:8765/voice", False),
        ("http://localhost/", False),
        ("wss://acme.test/voice", False),
        ("https://acme.test/voice", False),
        ("ws://acme.test/voice", True),
        ("WS://acme.test/voice", True),
        ("http://10.0.0.1/", True),
        ("ws://127.0.0.1@acme.test/voice", True),
        ("ws://localhost:1@acme.test/", True),
        ("ws:///voice", True),
        ("ws://Bot.Internal:9000/", False),
        ("ws://bot.internal.evil.test/", True),
    ],
)
def test_plain_and_far_addresses_are_told(url: str, far: bool) -> None:
    assert is_plain_but_far(url, ["bot.INTERNAL"]) is far
