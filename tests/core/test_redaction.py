import pytest

from gate.core.hiding import hide, questions
from gate.core.jsons import Json
from gate.core.matchers import Matcher, matches
from gate.core.places import Place
from gate.core.plan import Call, Case, Claim, Dial, HttpFirst, Plan, Target
from gate.core.redaction import Redaction, hidden, keyed, marks
from gate.core.tooling import Mock, MockAnswer, ToolPlan

KEY = b"k" * 32
PLACE = Place("m", 1, 1)
FIELDS = Redaction(("arguments.phone", "customer.name", "result.*.zip"))


@pytest.mark.parametrize("path", [
    "arguments.phone", "item.arguments.phone", "tool_call.function_calls.0.args.phone", "arguments.phone.area",
    "x.customer.name", "customer.name.first", "customers.0.customer.name", "result.home.zip", "output.0.home.zip",
])  # fmt: skip
def test_what_a_field_covers(path: str) -> None:
    assert FIELDS.covers(path)


@pytest.mark.parametrize(
    "path", ["", "phone", "arguments.customer", "name", "arguments.x.phone", "result.zip", "customer"]
)
def test_what_it_does_not(path: str) -> None:
    assert not FIELDS.covers(path)


def test_equal_values_have_equal_hashes_and_another_key_gives_others() -> None:
    assert keyed(KEY, "Bob") == keyed(KEY, "Bob") != keyed(KEY, "bob")
    assert keyed(KEY, 3) == keyed(KEY, 3.0)
    assert keyed(KEY, "Bob") != keyed(b"other", "Bob")
    assert "Bob" not in keyed(KEY, "Bob")


def test_a_hidden_value_keeps_its_shape_and_is_hidden_once() -> None:
    value: Json = {"phone": {"area": "030", "rest": [123, None, True]}, "day": "Thu"}
    once = hidden(value, "arguments", FIELDS, KEY)
    assert isinstance(once, dict)
    assert once["day"] == "Thu"
    assert once["phone"] == {"area": keyed(KEY, "030"), "rest": [keyed(KEY, 123), None, keyed(KEY, True)]}
    assert hidden(once, "arguments", FIELDS, KEY) == once
    assert [mark[0] for mark in marks(once)] == ["#"] * 3


def stored() -> Plan:
    where: Json = [["arguments.phone", {"kind": "exact", "value": "030"}],
                   ["arguments.day", {"kind": "regex", "value": "Th"}]]  # fmt: skip
    claims = (
        Claim("events", PLACE, {"wanted": [{"event": "tool.call", "where": where}]}),
        Claim("calls", PLACE, {"wanted": [{
            "tool": "t", "arguments": [["phone", {"kind": "one_of", "value": ["1", "2"]}]],
            "result": [["a.zip", {"kind": "exact", "value": 9}]]}]}),
    )  # fmt: skip
    answer = MockAnswer(value={"home": {"zip": 9}, "ok": True})
    mock = Mock("t", PLACE, (answer,), where=(("phone", Matcher("exact", "030")),))
    call = Call("c", Dial("", http=HttpFirst("https://x", "u", body={"customer": {"name": "Bob"}})))
    case = Case("c", "t", "s", "n", PLACE, (call,), claims, ToolPlan(mocks=(mock,)))
    return hide(Plan("m", "1", (Target("t", "canonical", Dial("ws://x"), PLACE),), (), (case,), redact=FIELDS), KEY)


def test_what_a_plan_expects_of_hidden_fields_is_stored_as_the_same_hashes() -> None:
    (case,) = stored().cases
    wanted = case.claims[0].params["wanted"]
    assert wanted == [{"event": "tool.call", "where": [
        ["arguments.phone", {"kind": "exact", "value": keyed(KEY, "030")}],
        ["arguments.day", {"kind": "regex", "value": "Th"}]]}]  # fmt: skip
    recorded = hidden({"phone": "030"}, "arguments", FIELDS, KEY)
    assert isinstance(recorded, dict)
    assert matches(Matcher("exact", keyed(KEY, "030")), recorded["phone"])
    assert [keyed(KEY, "1"), keyed(KEY, "2")] in [
        one["arguments"][0][1]["value"]
        for one in case.claims[1].params["wanted"]  # type: ignore[union-attr, index, call-overload]
    ]


def test_so_are_the_values_of_mocks_and_of_requests() -> None:
    (case,) = stored().cases
    (mock,) = case.tools.mocks
    assert mock.where == (("phone", Matcher("exact", keyed(KEY, "030"))),)
    assert mock.answers[0].value == {"home": {"zip": keyed(KEY, 9)}, "ok": True}
    http = case.calls[0].dial.http
    assert http is not None
    assert http.body == {"customer": {"name": keyed(KEY, "Bob")}}


def test_every_question_of_a_claim_is_known_by_its_path() -> None:
    claims = stored().cases[0].claims
    assert questions(claims[0]) == [("arguments.phone", "exact"), ("arguments.day", "regex")]
    assert questions(claims[1]) == [("arguments.phone", "one_of"), ("result.a.zip", "exact")]
