"""Which callers are shown to the agent, by how the manifest authenticates; each is wrong in one thing."""

from dataclasses import replace
from typing import Any

from gate.core.plan import Call, Credential
from gate.core.tokens import TOKEN, Again, Jwt, Mint, Signature
from tests.suites.briefs import brief, expand, params, steps

KEY = "${env.KEY}"
NEGATIVES: Any = {"wrong-tenant": {"tenant": "globex"}, "scopeless": {"scope": None}}
RIGHT = Jwt(KEY, "HS256", {"tenant": "acme", "scope": "call"}, one_time=True)
SIGNED = Credential("bearer", "Authorization", TOKEN, RIGHT, NEGATIVES, one_time=True)


def refused(credential: Credential, dialect: str = "canonical", **more: Any) -> dict[str, Call | str]:
    """By the name of what is refused: the call, or why there is none."""
    cases = expand(brief("handshake", dialect, credential=credential, **more))
    found = {one.name.removesuffix(" is refused"): one for one in cases if one.name.endswith(" is refused")}
    return {name: one.skip or one.calls[1] for name, one in found.items()}


def call(found: Call | str) -> Call:
    assert isinstance(found, Call), found
    return found


def test_a_token_that_the_gate_signs_is_wrong_in_one_thing_at_a_time() -> None:
    found = refused(SIGNED)
    assert list(found) == [
        "no token", "malformed token", "expired token", "wrong-tenant token", "wrong-agent token",
        "wrong-environment token", "tampered-signature token", "unsigned token", "replayed token", "scopeless token",
    ]  # fmt: skip
    made = {name: one.token for name, one in found.items() if isinstance(one, Call)}
    assert made["no token"] is None
    assert made["malformed token"] is None
    assert made["expired token"] == replace(RIGHT, lifetime_ms=-3_600_000.0)
    assert made["wrong-tenant token"] == replace(RIGHT, claims={"tenant": "globex", "scope": "call"})
    assert made["scopeless token"] == replace(RIGHT, claims={"tenant": "acme"})
    assert made["tampered-signature token"] == replace(RIGHT, flaw="tampered-signature")
    assert made["unsigned token"] == replace(RIGHT, flaw="unsigned")
    assert made["replayed token"] == Again()
    assert "does not say what such a token claims" in str(found["wrong-agent token"])


def test_the_token_goes_where_the_right_one_goes_and_each_control_has_one_of_its_own() -> None:
    cases = [one for one in expand(brief("handshake", credential=SIGNED)) if one.calls]
    for one in cases:
        assert one.calls[0].token == RIGHT
        assert one.calls[0].dial.headers == (("Authorization", f"Bearer {TOKEN}"),)
    assert call(refused(SIGNED)["expired token"]).dial.headers == (("Authorization", f"Bearer {TOKEN}"),)
    assert call(refused(SIGNED)["malformed token"]).dial.headers[0][1] == "Bearer voxgate-this-is-not-a-token"


def test_a_token_that_is_good_more_than_once_may_be_shown_again() -> None:
    found = refused(replace(SIGNED, one_time=False))
    assert "one_time" in str(found["replayed token"])


def test_a_minted_token_is_wrong_by_what_is_asked_for() -> None:
    mint = Mint("https://agent.test/token", "token", body={"tenant": "acme"})
    found = refused(Credential("query", "t", TOKEN, mint, {"expired": {"ttl": -60}}))
    assert call(found["expired token"]).token == replace(mint, body={"tenant": "acme", "ttl": -60})
    assert call(found["expired token"]).dial.query == (("t", TOKEN),)
    skipped = [name for name, one in found.items() if isinstance(one, str)]
    assert skipped == [f"{kind} token" for kind in (
        "wrong-tenant", "wrong-agent", "wrong-environment", "tampered-signature", "replayed",
    )]  # fmt: skip


def test_a_negative_that_is_given_takes_the_place_of_one_that_is_made() -> None:
    found = refused(SIGNED, negative_tokens={"unsigned": "${env.UNSIGNED}"})
    assert call(found["unsigned token"]).token is None
    assert call(found["unsigned token"]).dial.headers == (("Authorization", "Bearer ${env.UNSIGNED}"),)


def test_a_signature_is_left_out_and_tampered_with() -> None:
    signature = Signature(KEY, "{path}")
    found = refused(Credential("signature", "X-Signature", "", signature=signature))
    assert list(found) == ["no signature", "tampered signature"]
    assert call(found["no signature"]).signature is None
    assert call(found["tampered signature"]).signature == replace(signature, tampered=True)
    assert call(found["tampered signature"]).signed_in == "X-Signature"


def test_a_token_in_a_message_is_judged_by_what_comes_behind_it() -> None:
    told = brief("handshake", credential=Credential("message", "auth.token", "${env.T}"), session={"voice": "v"})
    cases = expand(told)
    control, shut_out = cases[1].calls
    assert control.session == {"voice": "v", "auth": {"token": "${env.T}"}}
    assert shut_out.session == {"voice": "v"}
    assert cases[2].calls[1].session["auth"] == {"token": "voxgate-this-is-not-a-token"}
    assert told.target.session == {"voice": "v"}
    assert params(cases[1], "refused").by_message
    assert (steps(cases[1], 0), steps(cases[1], 1)) == (["leave"], ["leave"])


def test_where_nothing_comes_behind_a_message_with_a_token_the_caller_waits_to_be_thrown_out() -> None:
    credential = Credential("message", "metadata.token", "${env.T}")
    cases = expand(brief("handshake", "twilio-media-streams", credential=credential))
    assert (steps(cases[1], 0), steps(cases[1], 1)) == (["pause", "leave"], ["wait"])


def test_who_must_be_refused_need_not_speak_to_be() -> None:
    for dialect in ("canonical", "raw-pcm"):
        cases = expand(brief("handshake", dialect, credential=SIGNED))
        assert [one.mute for one in cases[1].calls] == [False, True]
