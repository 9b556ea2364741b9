from itertools import product
from typing import Any

import pytest

from gate.core.jsons import Json
from gate.core.plan import Mock, Place, ToolPlan
from gate.tools.mocks import Reply, resolve

PLACE = Place("voice-tests.yaml", 1, 1)
PLAIN = Mock("lookup", PLACE, respond={"id": "A-17"}, delay_ms=300.0)
NARROW = Mock("move", PLACE, error="read-only today", args_match="Friday")
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


def plan(strategy: Any = "all", no_match: Any = "fail", mocks: tuple[Mock, ...] = MOCKS) -> ToolPlan:
    return ToolPlan(strategy, no_match, mocks)


@pytest.mark.parametrize(("strategy", "no_match"), list(product(STRATEGIES, NO_MATCHES)))
def test_every_strategy_with_every_no_match(strategy: str, no_match: str) -> None:
    replies = [resolve(plan(strategy, no_match), *call) for call in (FITS, OTHER_ARGUMENTS, UNKNOWN_TOOL)]
    assert tuple(reply.kind for reply in replies) == EXPECTED[strategy, no_match]
    assert [reply.answers for reply in replies] == [reply.kind != "left" for reply in replies]


def test_a_mock_gives_its_result_its_delay_and_itself() -> None:
    assert resolve(plan(), "lookup", {"any": 1}) == Reply("mocked", {"id": "A-17"}, None, 300.0, PLAIN)


def test_a_mock_gives_its_error() -> None:
    assert resolve(plan(), "move", {"day": "Friday"}) == Reply("mocked", None, "read-only today", 0.0, NARROW)


def test_what_fits_nothing_says_so_by_name() -> None:
    assert resolve(plan(), "weather", {}) == Reply("no-match", error="no mock fits this call of weather")


def test_what_is_skipped_gets_a_neutral_answer() -> None:
    assert resolve(plan(no_match="skip"), "weather", {}) == Reply("skipped", {"skipped": True})


def test_the_first_mock_that_fits_wins() -> None:
    wide = Mock("move", PLACE, respond="wide")
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


def test_asking_twice_gives_the_same() -> None:
    assert resolve(plan(), "lookup", {}) == resolve(plan(), "lookup", {})
