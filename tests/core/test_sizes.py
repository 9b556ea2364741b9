import pytest

from gate.core.sizes import size_bytes, told
from gate.core.wrong import Wrong


@pytest.mark.parametrize(
    ("text", "count"),
    [("64MB", 64_000_000), ("500kB", 500_000), ("1.5GB", 1_500_000_000), ("0.001kB", 1), ("1000GB", 10**12)],
)
def test_a_size_is_bytes(text: str, count: int) -> None:
    assert size_bytes(text) == count


@pytest.mark.parametrize(
    "value", ["", "64", "64 MB", "64mb", "64MiB", "-1MB", "1e3MB", "64MB\n", "٣MB", None, [], True]
)
def test_anything_else_is_no_size(value: object) -> None:
    with pytest.raises(Wrong, match="is no size") as wrong:
        size_bytes(value)
    assert wrong.value.expected == "a size such as 500kB, 64MB or 2GB"


def test_a_bare_number_is_told_what_to_write() -> None:
    with pytest.raises(Wrong, match="has no unit") as wrong:
        size_bytes(64)
    assert wrong.value.hint == "write 64MB or 64kB"


@pytest.mark.parametrize("text", ["0MB", "0.0001kB", "1001GB"])
def test_nothing_and_too_much_are_out_of_bounds(text: str) -> None:
    with pytest.raises(Wrong, match="out of bounds"):
        size_bytes(text)


@pytest.mark.parametrize(
    ("count", "text"), [(64_000_000, "64 MB"), (1_500_000_000, "1.5 GB"), (2_000, "2 kB"), (999, "999 bytes")]
)
def test_a_size_in_words(count: int, text: str) -> None:
    assert told(count) == text
