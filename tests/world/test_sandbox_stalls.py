"""Whose call it is: by address, by trace, because it is alone, or nobody's."""

from contextlib import ExitStack
from typing import Any

import pytest

from gate.world.sandbox_stalls import Nobody, Stall, Stalls, trace_of
from tests.world.sandboxes import OTHER_TRACE, TRACE, case, driven, traceparent


def stalls(*ties: Any) -> tuple[Stalls, list[Stall]]:
    """A run with a case for each tie; the traces are 1…1, 2…2, and so on."""
    made = [
        Stall(case(name, tie), str(number) * 32, "http://h:1", lambda *_: None)
        for number, (name, tie) in enumerate(zip("abc", ties, strict=False), 1)
    ]
    run = Stalls()
    for stall in made:
        run.add(stall)
    return run, made


def test_a_token_is_one_cases_even_beside_another_ones_trace() -> None:
    run, (one, other) = stalls("address", "address")
    with driven(one), driven(other):
        assert run.owner(one.token, OTHER_TRACE) is one
        assert run.owner(other.token, None) is other


def test_a_trace_is_one_cases() -> None:
    run, (one, other) = stalls("traceparent", "traceparent")
    with driven(one), driven(other):
        assert run.owner(None, TRACE) is one
        assert run.owner(None, OTHER_TRACE) is other


@pytest.mark.parametrize("trace_id", [None, "f" * 32])
def test_what_says_nothing_is_the_only_ones_that_was_promised_to_be_alone(trace_id: str | None) -> None:
    run, (one,) = stalls("alone")
    with driven(one):
        assert run.owner(None, trace_id) is one


@pytest.mark.parametrize(
    ("ties", "why"),
    [
        (["alone", "alone"], "it came to the address that all cases share, with no traceparent, while 2 cases run"),
        (["address"], "it came to the address that all cases share, with no traceparent, while a case runs"),
        (["traceparent"], "it came to the address that all cases share, with no traceparent, while a case runs"),
        ([], "no case runs"),
    ],
)
def test_what_is_not_sure_is_nobodys(ties: list[str], why: str) -> None:
    """With one case or with many: whose it is may not hang on how many happen to run."""
    run, made = stalls(*ties)
    with ExitStack() as stack:
        for stall in made:
            stack.enter_context(driven(stall))
        found = run.owner(None, None)
    assert isinstance(found, Nobody)
    assert (found.status, found.case_id) == (409, None)
    assert found.why.startswith(why)


def test_a_foreign_trace_is_told_from_none() -> None:
    run, (one,) = stalls("traceparent")
    with driven(one):
        found = run.owner(None, "f" * 32)
    assert isinstance(found, Nobody)
    assert "with a traceparent that is none of the run's" in found.why


def test_a_case_that_is_over_is_told_from_one_that_never_was() -> None:
    run, (one,) = stalls("alone")
    assert run.owner(one.token, None) == Nobody(410, "its case is not being driven", "a")
    with driven(one):
        pass
    for token, trace_id in ((one.token, None), (None, TRACE)):
        assert run.owner(token, trace_id) == Nobody(410, "its case is not being driven", "a")
    assert run.owner("made-up", TRACE) == Nobody(404, "no case of this run has this address")


def test_the_trace_that_is_the_runs_counts() -> None:
    run, _ = stalls("traceparent")
    assert run.known([None, "f" * 32, TRACE]) == TRACE
    assert run.known([None, "f" * 32]) == "f" * 32
    assert run.known([]) is None


@pytest.mark.parametrize(
    ("header", "trace_id"),
    [
        (traceparent(TRACE), TRACE),
        (f" {traceparent(TRACE)} ", TRACE),
        (f"cc-{TRACE}-{'3' * 16}-01-what-comes-later", TRACE),
        (traceparent("0" * 32), None),
        (f"00-{TRACE}-{'0' * 16}-01", None),
        (f"ff-{TRACE}-{'3' * 16}-01", None),
        (traceparent("G" * 32), None),
        ("", None),
        (None, None),
    ],
)
def test_a_traceparent(header: str | None, trace_id: str | None) -> None:
    """W3C Trace Context, 3.2.2: zeros and version ff are invalid, more fields are a later version's."""
    assert trace_of(header) == trace_id
