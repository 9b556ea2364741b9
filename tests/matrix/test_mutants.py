"""The oracle of the mutants, and a small part of `make mutants`: it sees what the agent did, and nothing else."""

import pytest

from gate.core.findings import Blame, CaseResult, Finding, Layer, Verdict
from gate.core.places import Place
from gate.reference.faults import FAULTS
from tests.matrix.idle import Check, elsewhere
from tests.matrix.mutants import complaints
from tests.matrix.trial import Clean, Told, cases, clean, mutant, with_case
from tests.matrix.witness import Log

MS = 1_000_000


def log(*sent: tuple[float, str]) -> Log:
    return Log({0: [], 1: [(int(ms * MS), what) for ms, what in sent]})


def test_the_same_frames_within_50_ms_are_no_difference() -> None:
    assert not log((0, "a"), (100, "b")).differs(log((50, "a"), (60, "b")))


@pytest.mark.parametrize(
    "other", [log((0, "a"), (151, "b")), log((0, "b"), (100, "a")), log((0, "a")), log((0, "a"), (100, "c")), Log()]
)
def test_another_payload_order_time_number_or_session_is_one(other: Log) -> None:
    assert log((0, "a"), (100, "b")).differs(other)


@pytest.fixture(scope="module")
def typed() -> dict[str, Clean]:
    return {case.id: clean("retell", case) for case in cases("retell")}


def test_a_clean_agent_asked_twice_does_the_same(typed: dict[str, Clean]) -> None:
    assert not any(clean("retell", case).log.differs(typed[case.id].log) for case in cases("retell")[:5])


@pytest.mark.parametrize(
    ("fault", "checks", "layer"),
    [
        ("nothing-behind", ("ready",), Layer.HANDSHAKE),
        ("tool-again-later", ("count",), Layer.TOOLS),
        ("wrong-close-code", ("close-code",), Layer.CLOSE),
    ],
)
def test_what_can_be_seen_is_found(typed: dict[str, Clean], fault: str, checks: tuple[str, ...], layer: Layer) -> None:
    told = mutant("retell", fault, typed)
    assert (told.checks, told.layer, told.right, told.shown) == (checks, layer, True, False)
    assert told.seen >= 1


@pytest.mark.parametrize("fault", ["deaf", "chunks-swapped", "cough-stops"])
def test_what_text_cannot_show_is_not_seen(typed: dict[str, Clean], fault: str) -> None:
    told = mutant("retell", fault, typed)
    assert (told.seen, told.found) == (0, False)


def test_what_is_seen_and_not_found_is_told() -> None:
    runs = [Told("retell", fault, 1, 1, checks=("x",), layer=FAULTS[fault].layer) for fault in FAULTS]
    assert list(complaints(runs)) == []
    assert list(complaints([*runs, Told("retell", "deaf", 3, 2)])) == [
        "MISSED  retell deaf: seen in 2 cases, and found in none"
    ]
    shown = [Told("retell", fault, 1, 1, checks=("x",), shown=True) for fault in ("cough-stops", "dropouts")]
    assert next(complaints(shown)) == "GREEN  retell dropouts: x tells it, and the build stays green"
    wrong = [Told("retell", fault, 1, 1, checks=("x",), layer=Layer.ORDER) for fault in FAULTS]
    assert next(complaints(wrong)).startswith("MISPLACED  the layer is right for ")


def finding(check: str, layer: Layer, *, blocks: bool = True, folded: bool = False) -> Finding:
    return Finding(check, Verdict.FAIL, layer, Blame.AGENT, "this", "that", Place("m.yaml", 1, 1), blocks=blocks,
                   folded=folded)  # fmt: skip


def case(name: str, *findings: Finding) -> CaseResult:
    place, seconds = Place("m.yaml", 1, 1), 4_000.0
    return CaseResult(name, "a", "retell", "smoke", name, place, Verdict.FAIL, findings, duration_ms=seconds)


def test_what_counts_is_what_stands_on_top_of_the_first_case_that_is_red() -> None:
    clean_case = Clean(Log(), frozenset(), frozenset({"known"}))
    shown = case("first", finding("known", Layer.ORDER), finding("late", Layer.OUTPUT, blocks=False))
    so_far = with_case(Told("retell", "deaf"), shown, clean_case)
    assert (so_far.case[1], so_far.checks, so_far.layer, so_far.shown) == ("first", ("late",), Layer.OUTPUT, True)
    folded, top = finding("script", Layer.CLOSE, folded=True), finding("answered", Layer.INPUT)
    red = with_case(so_far, case("second", folded, top, finding("level", Layer.OUTPUT)), clean_case)
    assert (red.case[1], red.checks, red.layer, red.shown) == ("second", ("answered", "level"), Layer.INPUT, False)
    assert (red.seen, red.right, red.call_s) == (2, True, 4.0)
    assert red.failed == {"late", "script", "answered", "level"}


def test_a_check_that_found_nothing_is_to_be_removed() -> None:
    told = list(complaints([], [Check("a", 3), Check("b", where="elsewhere"), Check("c")]))
    assert told == ["IDLE  the check c found nothing: remove it"]
    assert elsewhere("mocks-used", {}).where.startswith("it blames the manifest")
    assert "contracts.md" in elsewhere("says", {}).where
    assert elsewhere("pong", {}).is_idle
