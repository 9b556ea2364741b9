import pytest
from pydantic import TypeAdapter, ValidationError

from gate.core.durations import Budget, Duration, milliseconds
from gate.core.wrong import Wrong


@pytest.mark.parametrize(
    ("text", "ms"),
    [("800ms", 800.0), ("3s", 3_000.0), ("2m", 120_000.0), ("0.5s", 500.0), ("0ms", 0.0), ("1440m", 86_400_000.0)],
)
def test_a_duration_is_milliseconds(text: str, ms: float) -> None:
    assert milliseconds(text) == ms


@pytest.mark.parametrize(
    "value",
    [
        "",
        "s",
        "3",
        "3 s",
        "-3s",
        "+3s",
        "3sec",
        "1h",
        "1e3ms",
        ".5s",
        "3S",
        "3s\n",
        "٣s",
        None,
        [],
        True,
        "9" * 10 + "s",
    ],
)
def test_anything_else_is_no_duration(value: object) -> None:
    with pytest.raises(Wrong, match="is no duration") as wrong:
        milliseconds(value)
    assert wrong.value.expected == "a duration such as 800ms, 3s or 2m"


def test_a_bare_number_is_told_what_to_write() -> None:
    for number in (3, 0.5):
        with pytest.raises(Wrong, match="has no unit") as wrong:
            milliseconds(number)
        assert wrong.value.hint == f"write {number}s or {number}ms"


def test_more_than_a_day_is_out_of_bounds() -> None:
    with pytest.raises(Wrong, match="out of bounds"):
        milliseconds("1441m")


def test_a_budget_is_more_than_nothing() -> None:
    assert TypeAdapter(Duration).validate_python("0s") == 0.0
    assert TypeAdapter(Budget).validate_python("1ms") == 1.0
    with pytest.raises(ValidationError, match="out of bounds"):
        TypeAdapter(Budget).validate_python("0s")
