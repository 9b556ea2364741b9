"""What two small samples of one number prove. Pure arithmetic, no normality assumed: latencies have long tails."""

from collections.abc import Sequence
from functools import cache
from math import comb

FEWEST_PAIRS = 6
"""Below these, no shift of a median is sure to 95 %: the sign test needs 0.5^n <= 0.025."""

FEWEST_DRIVES = 5
"""Below these on each side, a rank test cannot reach `RARE`: 1 in 252 at five and five."""

RARE = 0.01


def sure_at_least(differences: Sequence[float]) -> float | None:
    """The lower end of the 95 % interval of the median difference, from order statistics (the sign test turned round);
    None for fewer than FEWEST_PAIRS."""
    count = len(differences)
    if count < FEWEST_PAIRS:
        return None
    below, rank = 0.0, 0
    while below + comb(count, rank) / 2**count <= 0.025:
        below += comb(count, rank) / 2**count
        rank += 1
    return sorted(differences)[rank - 1]


def chance_of_larger(old: Sequence[float], new: Sequence[float]) -> float:
    """How likely the new values would rank as high as they do if nothing had changed: the one-sided test of Mann and
    Whitney (Ann. Math. Statist. 18, 1947), exact; ties count as no difference."""
    won = sum(later > before for later in new for before in old)
    total = comb(len(old) + len(new), len(new))
    return sum(_ways(len(old), len(new), u) for u in range(won, len(old) * len(new) + 1)) / total


@cache
def _ways(olds: int, news: int, won: int) -> int:
    """In how many orders of so many old and new values the new ones win exactly so many comparisons."""
    if won < 0:
        return 0
    if olds == 0 or news == 0:
        return int(won == 0)
    return _ways(olds, news - 1, won - olds) + _ways(olds - 1, news, won)
