"""The handshake suite: a control beside each refusal, and a skip with its reason for what cannot be proven."""

import pytest

from gate.core.plan import Credential, Inject, Lane, Start
from tests.suites.briefs import BEARER, DOORS, GARBAGE, brief, case, claims, expand, params, steps

AT_ONCE = "callers at once do not disturb one another"
COLD = "the first call after a start is answered like the second"
FOUNDATION = [("ready", 0), ("configured", 0)]


def test_a_bare_suite_opens_refuses_and_throws_garbage() -> None:
    told = brief("handshake", negative_tokens={"expired": "${env.OLD}", "wrong-tenant": "${env.OTHER}"})
    cases = expand(told)
    assert [one.name for one in cases if not one.skip] == [
        "opens and is ready", "no token is refused", "malformed token is refused", "expired token is refused",
        "wrong-tenant token is refused", *DOORS, *GARBAGE, AT_ONCE,
    ]  # fmt: skip
    cases = tuple(one for one in cases if not one.skip)
    assert claims(cases[0]) == [*FOUNDATION, ("session-id", 0), ("script", 0)]
    assert steps(cases[0]) == ["pause", "leave"]
    for one in cases[1:5]:
        assert claims(one) == [*FOUNDATION, ("refused", 1)]
        assert params(one, "refused").control == 0
    assert claims(cases[10]) == [*FOUNDATION, ("rejected", 0), ("ready", 1), ("configured", 1)]
    crowd = cases[-1]
    assert claims(crowd) == [
        *FOUNDATION, ("answered", 0), *[(check, call) for call in (1, 3) for check in ("served-alike", "prompt-alike")],
    ]  # fmt: skip
    assert crowd.rounds == [[0], [1, 2], [3, 4, 5, 6, 7]]


def test_an_agent_that_the_gate_does_not_start_has_no_first_call() -> None:
    (cold,) = (one for one in expand(brief("handshake")) if one.name == COLD)
    assert str(cold.skip).startswith("not proven: the agent was not started by the gate (start:)")


@pytest.mark.parametrize(
    ("switches", "blocks"), [({}, [False]), ({"session-id": True}, [True]), ({"session-id": False}, [])]
)
def test_an_id_of_the_session_is_shown_and_blocks_where_it_is_asked_for(
    switches: dict[str, bool], blocks: list[bool]
) -> None:
    opens = expand(brief("handshake", invariants=switches))[0]
    assert [claim.blocks for claim in opens.claims if claim.check == "session-id"] == blocks
    assert claims(expand(brief("handshake", "raw-pcm"))[0]) == [("ready", 0), ("script", 0)]


def test_each_refusal_has_a_control_with_the_right_token_and_a_call_with_the_wrong_one() -> None:
    cases = expand(brief("handshake", negative_tokens={"expired": "${env.OLD}"}))
    for one, wrong in zip(cases[1:4], [(), (("Authorization", "Bearer voxgate-this-is-not-a-token"),),
                                       (("Authorization", "Bearer ${env.OLD}"),)], strict=True):  # fmt: skip
        control, refused = one.calls
        assert control.dial.headers == (("Authorization", "Bearer ${env.TOKEN}"),)
        assert refused.dial.headers == wrong
        assert refused.budgets.ready_ms == 5000.0


def test_a_token_in_the_query_is_withheld_and_replaced_there() -> None:
    cases = expand(brief("handshake", credential=Credential("query", "key", "${env.TOKEN}")))
    assert cases[1].calls[0].dial.query == (("key", "${env.TOKEN}"),)
    assert cases[1].calls[1].dial.query == ()
    assert cases[2].calls[1].dial.query == (("key", "voxgate-this-is-not-a-token"),)


def test_without_a_credential_nothing_is_withheld_and_that_is_said() -> None:
    skipped = [one for one in expand(brief("handshake", credential=None)) if one.skip and one.name != COLD]
    assert [(one.name, one.skip, one.calls) for one in skipped] == [
        ("no token is refused", "the manifest gives no credential, so there is nothing to withhold", ()),
    ]  # fmt: skip


def test_an_opaque_token_cannot_be_made_to_expire_and_that_is_said() -> None:
    skipped = [one for one in expand(brief("handshake", credential=BEARER)) if one.skip and one.name != COLD]
    kinds = ("expired", "wrong-tenant", "wrong-agent", "wrong-environment", "tampered-signature", "replayed")
    assert [one.name for one in skipped] == [f"{kind} token is refused" for kind in kinds]
    assert {str(one.skip).partition(";")[0] for one in skipped} == {"not proven: the token is opaque"}


def test_garbage_is_sent_whether_errors_can_be_seen_or_not() -> None:
    told = brief("handshake", "template", options={"events": {"session.configured": {"type": "c"}}})
    (call, following) = next(one.calls for one in expand(told) if one.name == GARBAGE[0])
    assert isinstance(call.steps[0], Inject)
    assert following.name == "next call"


def test_where_nothing_announces_readiness_the_control_stays_and_the_other_waits_to_be_thrown_out() -> None:
    silent = expand(brief("handshake", "template", options={"ready": False, "events": {}}))
    assert (steps(silent[1], 0), steps(silent[1], 1)) == (["pause", "leave"], ["wait"])
    told = expand(brief("handshake"))
    assert (steps(told[1], 0), steps(told[1], 1)) == (["leave"], ["leave"])


def test_a_user_may_say_what_counts_as_a_refusal_and_add_cases() -> None:
    told = brief("handshake")
    cases = expand(told, {"refusal_statuses": [404], "refusal_codes": [4003], **case(name="mine")})
    assert (params(cases[1], "refused").statuses, params(cases[1], "refused").codes) == ((404,), (4003,))
    assert cases[-1].name == "mine"


def test_the_first_call_of_an_agent_that_the_gate_starts_is_made_before_all_others() -> None:
    cold = next(one for one in expand(brief("handshake", start=Start(("bot",)))) if one.name == COLD)
    assert (cold.lane, cold.rounds, cold.skip) == (Lane.FIRST, [[0], [1]], None)
    assert claims(cold) == [("ready", 1), ("configured", 1), ("answered", 1), ("served-alike", 0), ("prompt-alike", 0)]


def test_how_much_slower_blocks_only_if_a_limit_is_given() -> None:
    def blocking(settings: dict[str, str]) -> list[tuple[float, bool]]:
        cases = expand(brief("handshake", start=Start(("bot",))), settings)
        made = [made for one in cases if one.name in (AT_ONCE, COLD) for made in one.claims]
        return [(made.params["slower_ms"], made.blocks) for made in made if made.check == "prompt-alike"]

    assert blocking({}) == [(3000.0, False)] * 3
    assert blocking({"slower_at_once": "1s", "slower_cold": "5s"}) == [(1000.0, True), (1000.0, True), (5000.0, True)]


def test_over_a_wire_of_text_callers_type_and_nothing_is_measured_by_ear() -> None:
    (crowd,) = (one for one in expand(brief("handshake", "retell")) if one.name == AT_ONCE)
    assert ("replied", 0) in claims(crowd)
    assert not [check for check, _ in claims(crowd) if check == "prompt-alike"]
