"""Who calls in another way than the first caller did."""

import pytest

from gate.reference.doorway import Doorway, Welcome
from gate.reference.faults import Faults
from gate.reference.gatekeeper import Refusal

PLAIN: dict[str, str] = {}
LARGE = {"x": "x" * 9_000}


@pytest.mark.parametrize(
    ("fault", "url", "headers", "welcome"),
    [
        ("hangs-on-unknown-path", "/other", PLAIN, Welcome.HUSHED),
        ("drops-on-unknown-subprotocol", "/voice", {"sec-websocket-protocol": "x"}, Welcome.DROPPED),
        ("hangs-on-large-header", "/voice", LARGE, Welcome.UNANSWERED),
        ("hangs-on-foreign-origin", "/voice", {"origin": "https://other.test"}, Welcome.HUSHED),
    ],
)
def test_a_fault_is_for_what_the_first_caller_did_not_bring(
    fault: str, url: str, headers: dict[str, str], welcome: Welcome
) -> None:
    doorway = Doorway(Faults([fault]))
    assert doorway.welcome("/voice?token=1", PLAIN) is Welcome.SERVED
    assert doorway.welcome(url, headers) is welcome
    assert doorway.welcome("/voice?token=2", PLAIN) is Welcome.SERVED
    assert Doorway(Faults()).welcome(url, headers) is Welcome.SERVED


@pytest.mark.parametrize("origin", ["http://localhost:3000", "https://127.0.0.1", "https://agent.test", ""])
def test_a_page_of_this_machine_or_of_the_agents_host_may_call(origin: str) -> None:
    assert Doorway(Faults()).refusal("/voice", {"origin": origin, "host": "agent.test:8765"}) is None
    assert Doorway(Faults()).refusal("wss://agent.test/voice", {"origin": origin}) is None


def test_a_page_of_another_site_may_not() -> None:
    foreign = {"origin": "https://other.test", "host": "agent.test"}
    assert Doorway(Faults()).refusal("/voice", foreign) == Refusal(403, "calls from other.test are not taken")
    assert Doorway(Faults(["takes-any-origin"])).refusal("/voice", foreign) is None
