"""Tables that runs write into pages of docs/, each between two marks of its own."""

from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
ROBUSTNESS = DOCS / "robustness.md"


def written(page: Path, command: str, table: str) -> None:
    """Puts the table that `make COMMAND` made between its marks. Raises ValueError where the page has none."""
    begin, end = f"<!-- made by `make {command}`: begin -->\n", f"<!-- made by `make {command}`: end -->"
    before, rest = page.read_text("utf-8").split(begin)
    page.write_text(before + begin + "\n" + table + "\n" + end + rest.split(end)[1], "utf-8")
