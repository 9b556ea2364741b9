"""The page on triage: its table is the code's, and its words for blame are all there are."""

from gate.core.findings import Blame
from tests.docs import pages
from tests.matrix.symptoms import PAGE, table


def test_the_table_is_the_one_that_the_gate_uses() -> None:
    assert table() in PAGE.read_text("utf-8"), "run: python -m tests.matrix.symptoms"


def test_every_blame_is_told() -> None:
    assert {row.cells[0] for row in pages.table(PAGE, "blame")} == {blame.value for blame in Blame}
