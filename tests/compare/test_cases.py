import pytest

from gate.compare.cases import case_changes
from gate.compare.outline import Outline
from gate.core.comparison import Change, Kind
from gate.core.findings import Verdict
from tests.compare.outlines import drive

CAME = {"transcript.final": 300.0, "response.started": 350.0, "tool.call look_up": 900.0, "output_audio.delta": 1_500.0}


def only(old: list[Outline], new: list[Outline]) -> Change:
    (found,) = case_changes(old, new)
    return found


def test_the_same_again_shows_nothing() -> None:
    one = drive(came=CAME, asked="hello there", written="hello there", said="how can I help")
    assert list(case_changes([one], [one])) == []


@pytest.mark.parametrize(
    ("before", "after", "regression"),
    [
        (Verdict.PASS, Verdict.FAIL, True),
        (Verdict.PASS, Verdict.UNKNOWN, True),
        (Verdict.UNKNOWN, Verdict.FAIL, True),
        (Verdict.PASS, Verdict.SKIP, True),
        (Verdict.FAIL, Verdict.PASS, False),
        (Verdict.SKIP, Verdict.PASS, False),
    ],
)
def test_verdicts(before: Verdict, after: Verdict, regression: bool) -> None:
    found = only([drive(verdict=before)], [drive(verdict=after)])
    assert (found.kind, found.before, found.after) == (Kind.VERDICT, before.value, after.value)
    assert found.regression is regression


def test_one_failure_in_five_where_there_was_none_is_a_regression() -> None:
    old = [drive(repeat=number) for number in range(1, 6)]
    new = [*old[:4], drive(repeat=5, verdict=Verdict.FAIL)]
    found = only(old, new)
    assert (found.where, found.before, found.after) == ("smoke · hello", "pass in 5 of 5", "fail in 1 of 5")
    assert found.regression


def test_a_case_in_quarantine_is_shown_and_no_regression() -> None:
    assert not only([drive()], [drive(verdict=Verdict.FAIL, quarantine="until 2026-12-31: known")]).regression


def test_an_event_that_never_comes_any_more() -> None:
    new = {name: ms for name, ms in CAME.items() if name != "tool.call look_up"}
    found = only([drive(came=CAME)], [drive(came=new)])
    assert (found.kind, found.what, found.after) == (Kind.ORDER, "tool.call look_up in turn 1", "never came")
    assert found.regression


def test_an_event_that_came_now_and_then_before_is_not_missed() -> None:
    new = {name: ms for name, ms in CAME.items() if name != "tool.call look_up"}
    assert list(case_changes([drive(came=CAME, repeat=1), drive(came=new, repeat=2)], [drive(came=new)])) == []


def test_a_new_error_is_a_regression_and_a_new_marker_is_shown() -> None:
    assert only([drive(came=CAME)], [drive(came=CAME | {"error": 2_000.0})]).regression
    assert not only([drive(came=CAME)], [drive(came=CAME | {"response.done": 2_000.0})]).regression


def test_the_answer_before_the_tool_is_another_order() -> None:
    found = only([drive(came=CAME)], [drive(came=CAME | {"output_audio.delta": 500.0})])
    assert found.regression
    assert found.what == "tool.call look_up and output_audio.delta in turn 1"
    assert found.after == "output_audio.delta first"


def test_what_comes_nearly_at_once_may_change_places() -> None:
    assert list(case_changes([drive(came=CAME)], [drive(came=CAME | {"transcript.final": 400.0})])) == []


def test_an_order_that_one_drive_still_keeps_is_no_change() -> None:
    other = CAME | {"output_audio.delta": 500.0}
    assert list(case_changes([drive(came=CAME)], [drive(came=CAME, repeat=1), drive(came=other, repeat=2)])) == []


ASKED = "my appointment is on Tuesday, sorry, Thursday"


def test_words_that_are_heard_much_worse() -> None:
    old = drive(asked=ASKED, written=ASKED)
    assert only([old], [drive(asked=ASKED, written="my apartment is a choose day sorry")]).regression
    assert not only([old], [drive(asked=ASKED, written=ASKED.replace("my", "the"))]).regression
    assert list(case_changes([old], [drive(asked=ASKED, written=ASKED.upper())])) == []


def test_an_agent_that_says_nothing_any_more() -> None:
    assert only([drive(said="how can I help", came=CAME)], [drive(came=CAME)]).regression


def test_other_words_are_shown_and_the_like_are_not() -> None:
    old = [drive(said="your appointment is now on Thursday", came=CAME)]
    found = only(old, [drive(said="I cannot help you with this", came=CAME)])
    assert (found.kind, found.regression) == (Kind.WORDS, False)
    assert list(case_changes(old, [drive(said="Your appointment is on Thursday now", came=CAME)])) == []
