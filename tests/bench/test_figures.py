"""The benches' own arithmetic: percentiles, misses, tables and the page that is made of them."""

import pytest

from bench.figures import Figure, Result, Table, from_json, percentile, to_json
from bench.measuring import growth
from bench.page import page

MACHINE = {
    "cores": "2", "cpu": "a CPU", "system": "Linux x86_64", "python": "3.11.7", "date": "2026-01-01",
    "load_before": "0.10",
}  # fmt: skip


def result(*figures: Figure) -> Result:
    tables = (Table(("what", "ms"), (("one", "1.00"), ("another", "12"))),)
    return Result("x", "A bench", "python -m bench.x", figures, tables, ("It was done so.",), MACHINE)


def test_a_percentile_is_a_value_that_occurred() -> None:
    values = [float(n) for n in range(100, 0, -1)]
    assert percentile(values, 0.5) == 50
    assert percentile(values, 0.99) == 99
    assert percentile([*values, 1000.0], 0.99) == 100
    assert percentile([3.0], 1.0) == 3


def test_a_p99_of_fewer_than_a_hundred_values_is_refused() -> None:
    with pytest.raises(ValueError, match="99 values; p99 wants at least 100"):
        percentile([1.0] * 99, 0.99)


@pytest.mark.parametrize(("value", "met"), [(5.0, True), (5.01, False), (None, False)])
def test_a_figure_is_met_up_to_its_limit_and_never_where_it_is_missing(value: float | None, met: bool) -> None:
    assert Figure("lateness", value, 5.0).met is met
    assert result(Figure("sure", 1.0, 5.0), Figure("lateness", value, 5.0)).exit_code == (0 if met else 1)


def test_no_figures_are_no_pass() -> None:
    assert result().exit_code == 1


def test_a_result_comes_back_from_json_as_it_was() -> None:
    found = result(Figure("lateness", None, 5.0))
    assert from_json(to_json(found)) == found


def test_columns_of_numbers_stand_to_the_right() -> None:
    assert result().tables[0].text().splitlines() == ["what       ms", "one      1.00", "another    12"]


def test_the_page_says_what_was_missed_where_and_how() -> None:
    text = page([result(Figure("lateness p99", 7.0, 5.0), Figure("drift", 1.0, 5.0))])
    assert "- lateness p99: **7 ms**, at most 5 ms: **missed**" in text
    assert "- drift: **1 ms**, at most 5 ms\n" in text
    assert "| what | ms |\n| --- | ---: |\n| one | 1.00 |" in text
    assert "2 cores of a CPU, Linux x86_64, Python 3.11.7, 2026-01-01" in text


def test_growth_is_2_where_memory_is_linear_and_4_where_it_is_quadratic() -> None:
    assert growth([100 + 10 * minutes for minutes in (2.5, 5, 10)]) == 2
    assert growth([100 + minutes**2 for minutes in (2.5, 5, 10)]) == 4
