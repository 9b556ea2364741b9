"""The handshake suite: a control beside each refusal, and a skip with its reason for what cannot be proven."""

import pytest

from gate.core.plan import Credential, Inject
from tests.suites.briefs import BEARER, DOORS, GARBAGE, brief, case, claims, expand, params, steps

FOUNDATION = [("ready", 0), ("configured", 0)]


def test_a_bare_suite_opens_refuses_and_throws_garbage() -> None:
    told = brief("handshake", negative_tokens={"expired": "${env.OLD}", "wrong-tenant": "${env.OTHER}"})
    cases = expand(told)
    assert [one.name for one in cases] == [
        "opens and is ready", "no token is refused", "malformed token is refused", "expired token is refused",
        "wrong-tenant token is refused", *DOORS, *GARBAGE,
    ]  # fmt: skip
    assert claims(cases[0]) == [*FOUNDATION, ("session-id", 0), ("script", 0)]
    assert steps(cases[0]) == ["pause", "leave"]
    for one in cases[1:5]:
        assert claims(one) == [*FOUNDATION, ("refused", 1)]
        assert params(one, "refused").control == 0
    assert claims(cases[10]) == [*FOUNDATION, ("rejected", 0), ("ready", 1), ("configured", 1)]


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
    skipped = [one for one in expand(brief("handshake", credential=None)) if one.skip]
    assert [(one.name, one.skip, one.calls) for one in skipped] == [
        ("no token is refused", "the manifest gives no credential, so there is nothing to withhold", ()),
    ]  # fmt: skip


def test_an_opaque_token_cannot_be_made_to_expire_and_that_is_said() -> None:
    skipped = [one for one in expand(brief("handshake", credential=BEARER)) if one.skip]
    assert [one.name for one in skipped] == ["expired token is refused"]
    assert "the token is opaque" in str(skipped[0].skip)


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
