"""The tools suite claims nothing by itself, and says what to write."""

from tests.suites.briefs import brief, case, expand


def test_without_cases_it_is_a_mistake_that_says_what_to_write() -> None:
    told = brief("tools")
    assert expand(told) == ()
    (mistake,) = told.mistakes
    assert (mistake.what, mistake.found) == ("the tools suite claims nothing by itself", "no cases")
    assert "expect: [{event: tool.call}]" in mistake.hint


def test_its_cases_are_the_users() -> None:
    told = brief("tools")
    assert [one.name for one in expand(told, case(name="mine"))] == ["mine"]
    assert told.mistakes == []
