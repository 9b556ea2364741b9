from itertools import product
from typing import Any

import pytest

from gate.core.jsons import Json
from gate.core.places import Place
from gate.core.tooling import Mock, MockAnswer, RealTool, ToolPlan
from gate.tools.desk import Desk, Reply

PLACE = Place("voice-tests.yaml", 1, 1)
PLAIN = Mock("lookup", PLACE, (MockAnswer("value", {"id": "A-17"}, 300.0),))
NARROW = Mock("move", PLACE, (MockAnswer("error", "read-only today", status=409),), args_match="Friday")
MOCKS = (PLAIN, NARROW)
STRATEGIES, NO_MATCHES = ("none", "selected", "all"), ("fail", "skip")

FITS, OTHER_ARGUMENTS, UNKNOWN_TOOL = ("lookup", {}), ("move", {"day": "Thursday"}), ("weather", {})

EXPECTED = {
    ("none", "fail"): ("left", "left", "left"),
    ("none", "skip"): ("left", "left", "left"),
    ("selected", "fail"): ("mocked", "no-match", "left"),
    ("selected", "skip"): ("mocked", "skipped", "left"),
    ("all", "fail"): ("mocked", "no-match", "no-match"),
    ("all", "skip"): ("mocked", "skipped", "skipped"),
}


def resolve(plan: ToolPlan, name: str, arguments: Json) -> Reply:
    return Desk(plan).answer(name, arguments)


def plan(strategy: Any = "all", no_match: Any = "fail", mocks: tuple[Mock, ...] = MOCKS) -> ToolPlan:
    return ToolPlan(strategy, no_match, mocks)


@pytest.mark.parametrize(("strategy", "no_match"), list(product(STRATEGIES, NO_MATCHES)))
def test_every_strategy_with_every_no_match(strategy: str, no_match: str) -> None:
    replies = [resolve(plan(strategy, no_match), *call) for call in (FITS, OTHER_ARGUMENTS, UNKNOWN_TOOL)]
    assert tuple(reply.kind for reply in replies) == EXPECTED[strategy, no_match]
    assert [reply.answers for reply in replies] == [reply.kind != "left" for reply in replies]


def test_a_mock_gives_its_result_its_delay_and_itself() -> None:
    assert resolve(plan(), "lookup", {"any": 1}) == Reply("mocked", "value", {"id": "A-17"}, 300.0, 500, PLAIN, 1)


def test_a_mock_gives_its_error() -> None:
    assert resolve(plan(), "move", {"day": "Friday"}) == Reply(
        "mocked", "error", "read-only today", 0.0, 409, NARROW, 1
    )


def test_what_fits_nothing_says_so_by_name() -> None:
    assert resolve(plan(), "weather", {}) == Reply("no-match", "error", "no mock fits this call of weather")


def test_what_is_skipped_gets_a_neutral_answer() -> None:
    assert resolve(plan(no_match="skip"), "weather", {}) == Reply("skipped", "value", {"skipped": True})


def test_the_first_mock_that_fits_wins() -> None:
    wide = Mock("move", PLACE, (MockAnswer("value", "wide"),))
    assert resolve(plan(mocks=(NARROW, wide)), "move", {"day": "Friday"}).mock is NARROW
    assert resolve(plan(mocks=(NARROW, wide)), "move", {"day": "Monday"}).mock is wide
    assert resolve(plan(mocks=(wide, NARROW)), "move", {"day": "Friday"}).mock is wide


@pytest.mark.parametrize(
    ("args_match", "arguments", "fits"),
    [
        ("Friday", {"day": "Friday"}, True),
        ("Friday", {"day": "friday"}, False),
        ("Friday", {"note": {"list": ["on Friday"]}}, True),
        ('"currency":"USD"', {"currency": "USD", "amount": 3}, True),
        ('"currency":"USD"', {"currency": "EUR"}, False),
        ('"amount":3', {"amount": 3}, True),
        ("zürich", {"city": "zürich"}, True),
        ("Friday", None, False),
        ("", None, True),
        ("not json, Friday", "this is not json, Friday", True),
    ],
)
def test_args_match_is_a_part_of_the_serialised_arguments(args_match: str, arguments: Json, fits: bool) -> None:
    mock = Mock("move", PLACE, args_match=args_match)
    assert (resolve(plan(mocks=(mock,)), "move", arguments).kind == "mocked") is fits


def test_names_are_exact() -> None:
    assert resolve(plan("selected"), "Lookup", {}).kind == "left"
    assert resolve(plan("selected"), "lookup ", {}).kind == "left"


def test_a_sequence_is_given_in_order_and_its_last_answer_again_and_again() -> None:
    mock = Mock("move", PLACE, (MockAnswer("error", "busy"), MockAnswer("timeout"), MockAnswer("value", "done")))
    desk = Desk(plan(mocks=(mock,)))
    replies = [desk.answer("move", {}) for _ in range(5)]
    assert [reply.how for reply in replies] == ["error", "timeout", "value", "value", "value"]
    assert [reply.step for reply in replies] == [1, 2, 3, 3, 3]
    assert [reply.answers for reply in replies] == [True, False, True, True, True]


def test_each_mock_counts_its_own_uses() -> None:
    twice = (MockAnswer("error", "busy"), MockAnswer("value", 1))
    desk = Desk(plan(mocks=(Mock("move", PLACE, twice, args_match="Friday"), Mock("move", PLACE, twice))))
    asked = ({"day": "Friday"}, {"day": "Monday"}, {"day": "Friday"})
    assert [desk.answer("move", arguments).how for arguments in asked] == ["error", "error", "value"]


def test_a_real_tool_is_called_only_where_no_mock_stands_in_its_way() -> None:
    real = RealTool("move", PLACE, "https://tools.example/move")

    def kind(strategy: Any, no_match: Any) -> str:
        return Desk(ToolPlan(strategy, no_match, (PLAIN,), (real,))).answer("move", {}).kind

    assert kind("all", "call") == kind("selected", "fail") == kind("none", "fail") == "real"
    assert (kind("all", "fail"), kind("all", "skip")) == ("no-match", "skipped")
