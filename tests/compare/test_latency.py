from gate.compare.latency import Tolerance, latency_changes
from gate.core.comparison import Change
from tests.compare.outlines import drive, latency


def changes(old: list[list[float]], new: list[list[float]], tolerance: Tolerance = Tolerance()) -> list[Change]:  # noqa: B008
    """One inner list for each case: its latencies over its drives."""
    sides = []
    for cases in (old, new):
        sides.append([
            drive(f"case {number}", numbers=(latency(ms),), repeat=0 if len(drives) == 1 else count)
            for number, drives in enumerate(cases)
            for count, ms in enumerate(drives, 1)
        ])  # fmt: skip
    return list(latency_changes(*sides, tolerance))


HEALTHY = [[900.0], [950.0], [1010.0], [870.0], [930.0], [990.0], [940.0]]


def test_300_ms_more_over_all_turns_are_a_regression() -> None:
    (found,) = changes(HEALTHY, [[ms + 300] for (ms,) in HEALTHY])
    assert found.regression
    assert found.where == "target agent"
    assert (found.before, found.after) == ("940 ms", "+300 ms (+32%), median over 7 turns, at least 300 ms, 95 % sure")


def test_a_run_against_itself_shows_nothing() -> None:
    assert changes(HEALTHY, HEALTHY) == []


def test_the_jitter_of_a_healthy_agent_shows_nothing() -> None:
    assert changes(HEALTHY, [[ms + (90 if ms > 930 else -90)] for (ms,) in HEALTHY]) == []


def test_one_slow_turn_among_many_is_shown_and_blocks_nothing() -> None:
    (found,) = changes(HEALTHY, [[2_400.0], *HEALTHY[1:]])
    assert not found.regression
    assert found.where == "smoke · case 0, turn 1"
    assert found.after == "2400 ms (+167%), measured once, which proves nothing"


def test_one_slow_turn_is_proven_by_five_drives_on_each_side() -> None:
    steady = [[900.0, 910.0, 920.0, 930.0, 940.0] for _ in range(7)]
    slow = [[1_300.0, 1_310.0, 1_320.0, 1_330.0, 1_340.0], *steady[1:]]
    (found,) = changes(steady, slow)
    assert found.regression
    assert found.after == "1320 ms (+43%), median of 5 drives"


def test_five_drives_that_overlap_prove_nothing() -> None:
    steady = [[900.0, 910.0, 920.0, 930.0, 940.0] for _ in range(7)]
    doubtful = [[880.0, 900.0, 1_320.0, 1_330.0, 1_340.0], *steady[1:]]
    assert [found.regression for found in changes(steady, doubtful)] == [False]


def test_a_single_turn_is_all_there_is() -> None:
    (found,) = changes([[900.0]], [[1_200.0]])
    assert found.regression
    assert found.after == "+300 ms (+33%), median once, each beyond what is tolerated"


def test_of_few_turns_all_must_be_slower() -> None:
    found = changes([[900.0], [900.0], [900.0]], [[1_300.0], [1_300.0], [910.0]])
    assert found
    assert not any(one.regression for one in found)


def test_both_bounds_must_be_passed() -> None:
    """300 ms on top of 3 s are a tenth, and 90 ms on top of 200 ms are hardly heard."""
    slow, quick = [[3_000.0]] * 7, [[200.0]] * 7
    assert changes(slow, [[3_300.0]] * 7) == []
    assert changes(quick, [[290.0]] * 7) == []
    assert changes(slow, [[3_300.0]] * 7, Tolerance(percent=5.0))[0].regression
    assert changes(quick, [[290.0]] * 7, Tolerance(floor_ms=50.0))[0].regression


def test_faster_is_shown_and_no_regression() -> None:
    (found,) = changes([[ms + 300] for (ms,) in HEALTHY], HEALTHY)
    assert not found.regression
    assert found.after.startswith("-300 ms")


def test_what_only_one_run_measured_is_not_compared() -> None:
    old = [drive(numbers=(latency(900.0),))]
    assert list(latency_changes(old, [drive(numbers=(latency(2_000.0, turn=1),))], Tolerance())) == []
