"""Other doors and garbage: an ordinary call before, another one behind, and a reason where nothing can be asked."""

import json

import pytest

from gate.core.plan import Dial, HttpFirst, Inject, Lane, Play
from gate.suites.doors import ANSWER_MS
from tests.suites.briefs import DOORS, GARBAGE, brief, case, claims, expand, params, steps


def cases(dialect: str = "canonical", settings: dict[str, object] | None = None, **more: object):  # type: ignore[no-untyped-def]
    return {one.name: one for one in expand(brief("handshake", dialect, **more), settings)}  # type: ignore[arg-type]


@pytest.mark.parametrize("name", DOORS)
def test_a_door_stands_between_two_ordinary_calls(name: str) -> None:
    one = cases()[name]
    served = [("ready", 2), ("configured", 2)]
    assert claims(one) == [("ready", 0), ("configured", 0), ("door", 1), *served]
    control, door, following = one.calls
    assert control.dial == following.dial
    assert (control.session, following.session) == ({}, {})
    assert (door.dial, door.session) != (control.dial, control.session)
    assert door.budgets.ready_ms == door.budgets.connect_ms == ANSWER_MS
    assert all(claim.layer == "handshake" for claim in one.claims[3:])


def test_each_door_differs_in_one_thing() -> None:
    path, subprotocol, header, origin, session = (cases()[name].calls[1] for name in DOORS)
    right = (("Authorization", "Bearer ${env.TOKEN}"),)
    assert (path.dial.url, path.dial.beyond, path.dial.headers) == ("wss://bot", "/voxgate-no-such-path", right)
    assert subprotocol.dial.subprotocols == ("voxgate.no-such-subprotocol",)
    assert [len(value) for _, value in header.dial.headers[1:]] == [16_384]
    assert origin.dial.headers[1:] == (("Origin", "https://foreign-origin.voxgate.invalid"),)
    assert session.session == {"voice": "voxgate-no-such-voice", "language": "zz"}


def test_an_origin_of_the_manifests_is_replaced() -> None:
    told = brief("handshake")
    ours = Dial("wss://bot", (("origin", "https://app.test"), ("X-A", "1")))
    target = type(told.target)("bot", "canonical", ours, told.target.place)
    (door,) = (one for one in expand(type(told)(**{**vars(told), "target": target})) if one.name == DOORS[3])
    assert door.calls[0].dial.headers == ours.headers
    assert door.calls[1].dial.headers == (("X-A", "1"), ("Origin", "https://foreign-origin.voxgate.invalid"))


def test_what_the_user_knows_must_be_refused_must_be() -> None:
    asked = cases(settings={"foreign_origin": "refused", "unknown_path": "refused", "refusal_statuses": [403]})
    origin, path, other = (params(asked[name], "door") for name in (DOORS[3], DOORS[0], DOORS[1]))
    assert (origin.statuses, path.statuses, other.statuses) == ((403,), (403, 404), ())
    assert 4403 in origin.codes
    assert params(cases()[DOORS[3]], "door").statuses == ()


def test_an_address_that_the_agent_hands_out_has_no_other_path() -> None:
    told = brief("handshake", "template")
    first = Dial("", http=HttpFirst("https://bot/s", "url"))
    target = type(told.target)("bot", "template", first, told.target.place, told.target.options)
    (skipped,) = (one for one in expand(type(told)(**{**vars(told), "target": target})) if one.name == DOORS[0])
    assert skipped.skip == "the address of the socket is handed out by the agent itself"


@pytest.mark.parametrize(
    ("dialect", "why"),
    [("hume", "no acknowledgement"), ("raw-pcm", "no message"), ("twilio-media-streams", "no message")],
)
def test_a_wrong_session_is_asked_for_where_an_answer_is_due(dialect: str, why: str) -> None:
    skipped = cases(dialect)[DOORS[4]]
    assert why in str(skipped.skip)
    assert not skipped.calls


@pytest.mark.parametrize("dialect", ["gemini-live", "deepgram", "elevenlabs", "assemblyai"])
def test_a_wrong_session_keeps_the_rest_of_it(dialect: str) -> None:
    one = cases(dialect, session={"system_prompt": "be short"})[DOORS[4]]
    assert one.calls[1].session["system_prompt"] == "be short"
    assert one.calls[1].session["voice"] == "voxgate-no-such-voice"
    assert "model" not in one.calls[1].session


def test_garbage_is_followed_by_a_question_only_where_it_may_be_passed_over() -> None:
    found = cases()
    assert steps(found[GARBAGE[0]]) == ["inject", "wait"]
    assert params(found[GARBAGE[0]], "rejected").may_ignore is False
    for name in GARBAGE[1:3]:
        assert steps(found[name]) == ["inject", "wait", "wait", "play", "wait"]
        assert (params(found[name], "rejected").may_ignore, params(found[name], "rejected").control) == (True, 1)
        assert claims(found[name]) == [
            ("ready", 0), ("configured", 0), ("rejected", 0), ("ready", 1), ("configured", 1),
        ]  # fmt: skip
    assert params(found[GARBAGE[2]], "rejected").may_drop
    assert [one.name for one in found.values() if one.lane is Lane.ALONE] == [GARBAGE[2]]


def test_what_is_unknown_or_huge_is_json_all_the_same() -> None:
    unknown, huge = (cases()[name].calls[0].steps[0] for name in GARBAGE[1:3])
    for sent in (unknown, huge):
        assert isinstance(sent, Inject)
        message = json.loads((sent.text or "") + " " * sent.spaces)
        assert message == {"type": "voxgate.no_such_type", "event": "voxgate.no_such_type"}
    assert huge.spaces == 2 * 2**20


def test_audio_comes_early_where_there_is_a_configuration_to_come_before() -> None:
    control, early, following = cases("openai-realtime")[GARBAGE[3]].calls
    assert (control.early_ms, early.early_ms, following.early_ms) == (0.0, 200.0, 0.0)
    assert "no acknowledged configuration" in str(cases("twilio-media-streams")[GARBAGE[3]].skip)
    assert "text alone" in str(cases("retell")[GARBAGE[3]].skip)


def test_a_case_of_the_users_comes_last() -> None:
    assert list(cases(settings=case(name="mine")))[-1] == "mine"


@pytest.mark.parametrize("name", [DOORS[0], GARBAGE[0], GARBAGE[1]])
def test_where_nothing_announces_readiness_the_caller_of_every_call_asks_something(name: str) -> None:
    one = cases("twilio-media-streams")[name]
    assert [any(isinstance(step, Play) for step in call.steps) for call in one.calls] == [True] * 3
    assert one.calls[0].dial == one.calls[2].dial


def test_an_ordinary_caller_who_is_not_answered_is_told_before_garbage_is_blamed() -> None:
    told = claims(cases("twilio-media-streams")[GARBAGE[0]])
    assert told == [("ready", 0), ("rejected", 1), ("answered", 0), ("script", 0), ("ready", 2), ("script", 2)]
    assert params(cases("twilio-media-streams")[GARBAGE[0]], "rejected").control == 2
