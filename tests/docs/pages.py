"""The pages of the documentation as data: their code blocks, tables, links and headings."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
MANIFEST = ROOT / "docs" / "manifest.md"
DIALECTS = ROOT / "docs" / "dialects.md"
CONTRACTS = ROOT / "docs" / "contracts.md"
OWN = ROOT / "docs" / "own-protocol.md"
QUICKSTART = ROOT / "docs" / "quickstart.md"
PAGES = [README, ROOT / "ARCHITECTURE.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]

_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"`([^`]+)`")


@dataclass(frozen=True)
class Block:
    language: str
    text: str
    under: str
    line: int


@dataclass(frozen=True)
class Row:
    """A line of a table: `under` is the code in the heading above it, `head` the table's own first line."""

    under: str
    head: tuple[str, ...]
    cells: tuple[str, ...]

    def code(self, cell: int) -> list[str]:
        return _CODE.findall(self.cells[cell])


def blocks(page: Path, language: str) -> list[Block]:
    text = page.read_text("utf-8")
    return [
        Block(found[1], found[2], _heading_above(text[: found.start()]), text[: found.start()].count("\n") + 2)
        for found in _BLOCK.finditer(text)
        if found[1] == language
    ]


def _heading_above(text: str) -> str:
    """The code of the nearest heading, or its words."""
    heading = (re.findall(r"^#+ (.+)$", text, re.MULTILINE) or [""])[-1]
    return (_CODE.findall(heading) or [heading])[0]


def rows(page: Path) -> Iterator[Row]:
    under, head, is_body = "", (), False
    for line in _prose(page).splitlines():
        if line.startswith("#"):
            under = (_CODE.findall(line) or [""])[0]
        cells = tuple(cell.strip() for cell in line.strip().removeprefix("|").removesuffix("|").split("|"))
        if not line.startswith("| "):
            head, is_body = (), False
        elif not head:
            head = cells
        elif not is_body:
            is_body = True  # the line of dashes
        else:
            yield Row(under, head, cells)


def table(page: Path, kind: str) -> list[Row]:
    """The rows of all tables whose first column is headed so."""
    found = [row for row in rows(page) if row.head[0] == kind]
    assert found, f"{page.name} has no table of the kind {kind!r}"
    return found


def links(page: Path) -> list[str]:
    return _LINK.findall(_prose(page))


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", _prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.casefold()).replace(" ", "-") for heading in headings}


def _prose(page: Path) -> str:
    return _BLOCK.sub("", page.read_text("utf-8"))
