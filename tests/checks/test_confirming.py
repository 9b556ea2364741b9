"""What the agent says was done, against what its tools did: before, after, never, and where nobody can know."""

from pathlib import Path
from typing import Any

import pytest

from gate.checks.confirming import Confirms, MustNotConfirm
from gate.core.findings import Blame, Layer
from gate.core.matchers import Matcher
from tests.checks.notation import (
    FAIL,
    OPENING,
    PASS,
    UNKNOWN,
    Line,
    ask,
    audio,
    ended,
    note,
    received,
    said,
    sent,
    tool_call,
    tool_result,
)  # fmt: skip
from tests.checks.spoken import SILENT, ask_annotated, contains, delta, final, regex

CALL = (*OPENING, said("hello", 1000))  # the last word at 2800 ms
END = ended("finished", 12_000)
OK = (("ok", Matcher("exact", True)),)
MOVED = Confirms("move", contains("now on Thursday"), OK)
NOT = MustNotConfirm("move", regex("done|now on"))
SAID = final(4000, "Your appointment is now on Thursday.", "r2")

Lines = tuple[Line | tuple[Line, ...], ...]


def moved(at: float = 3000, answered: float = 3500, result: Any = None) -> tuple[Line, ...]:
    answer = tool_result(answered, result={"ok": True} if result is None else result)
    return *tool_call(at, "move", day="Thursday"), answer


def failed(at: float = 3000) -> tuple[Line, ...]:
    return *tool_call(at, "move"), sent(at + 100, type="tool.result", call_id="c1", error="the calendar is down")


def timed_out(at: float = 3000) -> tuple[Line, ...]:
    call = received(at, "tool.call", call_id="c1", name="move", arguments={})
    return call, note(at, "tool", call_id="c1", name="move", via="socket", reply="mocked", how="timeout", mock="m:1:1",
                      step=1, steps=1)  # fmt: skip


def sandboxed(at: float = 3000, answered: float | None = 3500) -> tuple[Line, ...]:
    call = note(at, "sandbox.call", call_id="http-1", name="move", arguments={}, via="http", idempotency_key=None,
                trace_id=None)  # fmt: skip
    how = note(at, "tool", call_id="http-1", name="move", via="http", reply="mocked", how="value", mock="m:1:1",
               step=1, steps=1)  # fmt: skip
    if answered is None:
        return call, how
    return call, how, note(answered, "sandbox.result", call_id="http-1", name="move", result={"ok": True}, error=None,
                           via="http", status=200)  # fmt: skip


@pytest.mark.parametrize("success", [moved(), sandboxed()], ids=["socket", "sandbox"])
def test_words_that_follow_their_evidence_pass(tmp_path: Path, success: tuple[Line, ...]) -> None:
    finding = ask(tmp_path, MOVED, *CALL, success, SAID, END)
    assert (finding.verdict, finding.layer) == (PASS, Layer.TOOLS)
    assert finding.expected == (
        'the agent says something that contains "now on Thursday", and only once move has succeeded with ok true'
    )
    assert finding.actual == "'Your appointment is now on Thursday.'"
    assert len(finding.at) == 2


LIES: dict[str, tuple[Lines, str]] = {
    "never called": ((), "and move had not been called"),
    "an error": (failed(), "and move had answered with the error 'the calendar is down'"),
    "a result that says no": (moved(result={"ok": False}), """and move had answered '{"ok":false}'"""),
    "another result": (moved(result={"ok": True, "day": 2}), ""),
    "a timeout": (timed_out(), "and move had not answered (its mock times out)"),
    "too late": (moved(3000, 4250), "and move succeeded only 250 ms later"),
    "too late in the sandbox": (sandboxed(3000, 4001), "and move succeeded only 1 ms later"),
    "never answered in the sandbox": (sandboxed(3000, None), "and move had not answered"),
    "another tool": ((*tool_call(3000, "look_up"), tool_result(3100, result={"ok": True})), "had not been called"),
    "called afterwards": (moved(5000, 5100), "and move succeeded only 1100 ms later"),
}


@pytest.mark.parametrize("name", [name for name, (_, actual) in LIES.items() if actual])
def test_words_without_evidence_fail(name: str, tmp_path: Path) -> None:
    lines, actual = LIES[name]
    for params in (MOVED, NOT):
        finding = ask(tmp_path, params, *CALL, *lines, SAID, END)
        assert (finding.verdict, finding.blame, finding.layer) == (FAIL, Blame.AGENT, Layer.TOOLS)
        assert finding.actual.startswith("a claim without evidence: it said 'Your appointment is now on Thursday.'")
        assert finding.actual.endswith(actual)


def test_one_claim_before_the_evidence_fails_whatever_is_said_later(tmp_path: Path) -> None:
    finding = ask(tmp_path, MOVED, *CALL, final(3200, "It is now on Thursday", "r1"), moved(), SAID, END)
    assert finding.verdict is FAIL
    assert finding.actual.endswith("succeeded only 300 ms later")


def test_the_moment_is_that_of_the_last_word_not_of_the_final_text(tmp_path: Path) -> None:
    words = delta(3300, "It is now on", "r"), delta(3400, " Thursday", "r"), final(6000, "It is now on Thursday", "r")
    assert ask(tmp_path, MOVED, *CALL, moved(3000, 3350), words, END).verdict is PASS
    assert ask(tmp_path, MOVED, *CALL, moved(3000, 3450), words, END).verdict is FAIL


def test_what_final_words_take_back_was_not_said(tmp_path: Path) -> None:
    words = delta(3300, "It is now on Thursday", "r"), final(3400, "It is no longer Thursday", "r")
    assert ask(tmp_path, NOT, *CALL, failed(), words, END).verdict is PASS


def test_a_result_of_another_kind_is_no_evidence(tmp_path: Path) -> None:
    params = Confirms("move", contains("now on Thursday"), (("day", Matcher("contains", "thu")),))
    assert ask(tmp_path, params, *CALL, moved(result={"ok": True, "day": "Friday"}), SAID, END).verdict is FAIL
    assert ask(tmp_path, params, *CALL, moved(result={"ok": True, "day": "Thursday"}), SAID, END).verdict is PASS


def test_words_that_never_came_fail_over_a_watched_call(tmp_path: Path) -> None:
    finding = ask(tmp_path, MOVED, *CALL, moved(), final(4000, "Anything else?"), END)
    assert (finding.verdict, finding.actual) == (FAIL, "it never said so; what it said: 'Anything else?'")
    assert ask(tmp_path, MOVED, *CALL, moved(), END).actual == "it said nothing"
    for end in ("aborted", "broken"):
        assert ask(tmp_path, MOVED, *CALL, moved(), ended(end, 5000)).verdict is UNKNOWN


def test_a_tool_that_the_agent_runs_unseen_proves_nothing(tmp_path: Path) -> None:
    for params in (MOVED, NOT):
        finding = ask(tmp_path, params, *CALL, tool_call(3000, "move", reply="left"), SAID, END)
        assert (finding.verdict, finding.blame) == (UNKNOWN, Blame.CONFIGURATION)
        assert "what move answered was not to be seen" in finding.actual
    shown = received(3500, "tool.result", call_id="c1", result={"ok": True})
    assert ask(tmp_path, MOVED, *CALL, tool_call(3000, "move", reply="left"), shown, SAID, END).verdict is PASS


def test_a_call_that_belongs_to_no_case_for_sure_may_be_the_evidence(tmp_path: Path) -> None:
    stray = note(3000, "sandbox.stray", name="move", via="http", why="no traceparent")
    for params in (MOVED, NOT):
        finding = ask(tmp_path, params, *CALL, stray, SAID, END)
        assert (finding.verdict, finding.blame) == (UNKNOWN, Blame.CONFIGURATION)
        assert "belongs to no case for sure" in finding.actual
    other = note(3000, "sandbox.stray", name="look_up", via="http", why="no traceparent")
    assert ask(tmp_path, MOVED, *CALL, other, SAID, END).verdict is FAIL


def test_at_one_time_the_lines_tell_what_came_first(tmp_path: Path) -> None:
    assert ask(tmp_path, MOVED, *CALL, moved(3000, 4000), SAID, END).verdict is PASS
    assert ask(tmp_path, MOVED, *CALL, SAID, moved(3000, 4000), END).verdict is FAIL


def test_nothing_confirmed_passes_only_over_a_whole_recording(tmp_path: Path) -> None:
    sorry = final(4000, "Sorry, that did not work.")
    for lines in (failed(), timed_out(), ()):
        assert ask(tmp_path, NOT, *CALL, *lines, sorry, END).verdict is PASS
    for end in ("expired", "closed", "aborted"):
        assert ask(tmp_path, NOT, *CALL, failed(), sorry, ended(end, 5000)).verdict is UNKNOWN
    assert ask(tmp_path, NOT, *CALL, failed(), sorry, killed=True).verdict is UNKNOWN


def test_a_confirmation_of_what_had_succeeded_puts_nothing_to_the_test(tmp_path: Path) -> None:
    finding = ask(tmp_path, NOT, *CALL, moved(), SAID, END)
    assert (finding.verdict, finding.blame) == (UNKNOWN, Blame.CONFIGURATION)
    assert finding.actual.endswith("and move had succeeded before that")


def test_case_and_apostrophes_hide_nothing(tmp_path: Path) -> None:
    for params in (MustNotConfirm("move", regex("^done")), MustNotConfirm("move", contains("i've moved"))):
        assert ask(tmp_path, params, *CALL, failed(), final(4000, "Done: I\u2019ve  moved it."), END).verdict is FAIL


def test_where_nobody_wrote_it_down_both_ways_out_are_named(tmp_path: Path) -> None:
    for params in (MOVED, NOT):
        finding = ask(tmp_path, params, *CALL, moved(), audio(4000, 500), END, can=SILENT)
        assert (finding.verdict, finding.blame) == (UNKNOWN, Blame.CONFIGURATION)
        assert finding.actual.endswith("the wire shows no transcript of the agent's words, and no recogniser wrote "
                                       "them down")  # fmt: skip
        assert "dialect" in finding.next_action
        assert "`recogniser:`" in finding.next_action


SPEECH = audio(4000, 1000, paced=200)  # arrives from 4000 to 4800 ms


def test_a_recognisers_words_are_as_good_where_the_order_is_clear(tmp_path: Path) -> None:
    words = ("It is now on Thursday",)
    passed = ask_annotated(tmp_path, MOVED, words, *CALL, moved(), SPEECH, END)
    assert (passed.verdict, passed.actual) == (PASS, "'It is now on Thursday' (as written down by whisper x)")
    assert ask_annotated(tmp_path, MOVED, words, *CALL, moved(5000, 5100), SPEECH, END).verdict is FAIL
    assert ask_annotated(tmp_path, NOT, words, *CALL, failed(), SPEECH, END).verdict is FAIL


def test_an_answer_that_came_while_it_spoke_leaves_the_order_open(tmp_path: Path) -> None:
    for params in (MOVED, NOT):
        finding = ask_annotated(tmp_path, params, ("It is now on Thursday",), *CALL, moved(3900, 4300), SPEECH, END)
        assert (finding.verdict, finding.blame) == (UNKNOWN, Blame.CONFIGURATION)
        assert "succeeded while it spoke" in finding.actual


def test_a_recogniser_that_failed_is_told_with_its_error(tmp_path: Path) -> None:
    finding = ask_annotated(tmp_path, MOVED, (None,), *CALL, moved(), SPEECH, END)
    assert (finding.verdict, finding.blame) == (UNKNOWN, Blame.CONFIGURATION)
    assert finding.actual.endswith("the recogniser failed: no model")


def test_an_agent_that_made_no_sound_confirmed_nothing(tmp_path: Path) -> None:
    assert ask(tmp_path, NOT, *CALL, failed(), END, can=SILENT).verdict is PASS
    assert ask(tmp_path, MOVED, *CALL, moved(), END, can=SILENT).actual == "it said nothing"


PIECES = (final(4000, "Your appointment is now", "r2"), final(4200, "on Thursday", "r3"))
NOT_SAID = MustNotConfirm("move", contains("now on Thursday"))


def test_words_that_go_on_in_the_next_response_are_said(tmp_path: Path) -> None:
    assert ask(tmp_path, MOVED, *CALL, moved(), *PIECES, END).verdict is PASS
    assert ask(tmp_path, MOVED, *CALL, *PIECES, moved(5000, 5500), SAID, END).verdict is FAIL
    assert ask(tmp_path, NOT_SAID, *CALL, failed(), *PIECES, END).verdict is FAIL
    apart = (PIECES[0], said("hello", 5000, 2), final(8000, "On Thursday we are closed", "r3"))
    assert ask(tmp_path, NOT_SAID, *CALL, failed(), *apart, END).verdict is PASS


@pytest.mark.parametrize("text", ["It is now, on Thursday", "It is now \u2013 on **Thursday**", "now: on Thursday"])
def test_signs_that_nobody_hears_hide_nothing(tmp_path: Path, text: str) -> None:
    assert ask(tmp_path, MOVED, *CALL, moved(), final(4000, text, "r2"), END).verdict is PASS
    assert ask(tmp_path, NOT_SAID, *CALL, failed(), final(4000, text, "r2"), END).verdict is FAIL
    ended_there = final(4000, "I cannot do it now. On Thursday we are closed", "r2")
    assert ask(tmp_path, NOT_SAID, *CALL, failed(), ended_there, END).verdict is PASS


def test_a_success_with_other_arguments_is_no_evidence(tmp_path: Path) -> None:
    friday = Confirms("move", contains("now on Friday"), (), (("day", Matcher("exact", "Friday")),))
    told = final(4000, "It is now on Friday", "r2")
    found = ask(tmp_path, friday, *CALL, moved(), told, END)
    assert found.verdict is FAIL
    assert found.expected.endswith('only once move with day "Friday" has succeeded')
    called = (*tool_call(3000, "move", "c2", day="Friday"), tool_result(3200, "c2", {"ok": True}))
    assert ask(tmp_path, friday, *CALL, *called, told, END).verdict is PASS
    never = MustNotConfirm("move", contains("now on Friday"), (("day", Matcher("exact", "Friday")),))
    assert ask(tmp_path, never, *CALL, moved(), told, END).verdict is FAIL
