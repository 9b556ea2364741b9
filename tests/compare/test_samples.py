"""The two tests against every arrangement there is."""

from itertools import combinations
from math import comb

import pytest

from gate.compare.samples import chance_of_larger, sure_at_least


def by_counting(old: list[float], new: list[float]) -> float:
    """In how many of all orders the new values win at least as often."""
    won = sum(later > before for later in new for before in old)
    places = range(len(old) + len(new))
    orders = list(combinations(places, len(new)))
    at_least = sum(sum(other not in mine and other < one for one in mine for other in places) >= won for mine in orders)
    return at_least / len(orders)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ([1, 2, 3, 4, 5], [6, 7, 8, 9, 10]),
        ([1, 2, 3, 4, 9], [5, 6, 7, 8, 10]),
        ([1, 4, 5], [2, 3, 6]),
        ([5, 6, 7], [1, 2, 3]),
    ],
)
def test_the_chance_is_that_of_all_orders(old: list[float], new: list[float]) -> None:
    assert chance_of_larger(old, new) == pytest.approx(by_counting(old, new))


def test_five_against_five_can_be_rare_and_four_against_four_cannot() -> None:
    assert chance_of_larger([1] * 5, [2] * 5) == pytest.approx(1 / comb(10, 5))
    assert chance_of_larger([1] * 4, [2] * 4) > 0.01


def test_equal_values_prove_nothing() -> None:
    assert chance_of_larger([1.0] * 6, [1.0] * 6) == 1.0


def test_a_median_is_sure_only_from_six_on() -> None:
    assert sure_at_least([300.0] * 5) is None
    assert sure_at_least([290, 310, 300, 295, 305, 320]) == 290


def test_one_outlier_among_many_moves_nothing() -> None:
    assert sure_at_least([0.0] * 19 + [5_000.0]) == 0.0


def test_the_rank_is_that_of_the_sign_test() -> None:
    """For 20 the 95 % interval of the median reaches from the 6th to the 15th (Conover, Practical Nonparametric
    Statistics, section 3.2)."""
    assert sure_at_least([float(number) for number in range(1, 21)]) == 6.0
