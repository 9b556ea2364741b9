"""What every call stands on."""

from gate.core.findings import Layer
from gate.core.plan import Budgets, Wait
from gate.suites.foundation import LISTEN, foundation
from tests.suites.briefs import brief


def test_a_call_is_to_be_ready_and_configured_within_the_targets_budgets() -> None:
    ready, configured = foundation(brief("smoke", budgets=Budgets(ready_ms=7.0, configure_ms=8.0)), (), 1, Layer.CLOSE)
    assert (ready.check, ready.params, ready.call, ready.layer) == (
        "ready",
        {"within_ms": 7.0, "may_limit": False},
        1,
        "close",
    )
    assert (configured.check, configured.params) == ("configured", {"within_ms": 8.0, "before_audio": True})


def test_audio_before_the_acknowledgement_is_claimed_as_an_invariant() -> None:
    for told, more, first in (
        (brief("smoke"), None, True), (brief("smoke", invariants={"configured-before-audio": False}), None, False),
        (brief("smoke"), {"configured-before-audio": False}, False),
        (brief("smoke", invariants={"configured-before-audio": False}), {"configured-before-audio": True}, True),
    ):  # fmt: skip
        assert foundation(told, (), switches=more)[1].params["before_audio"] is first


def test_an_acknowledgement_is_not_claimed_where_there_is_none() -> None:
    assert [claim.check for claim in foundation(brief("smoke", "template", options={}), ())] == ["ready"]


def test_a_caller_without_expectations_lets_a_greeting_end_first() -> None:
    assert Wait("quiet", 30_000.0, ms=3_000.0) == LISTEN
