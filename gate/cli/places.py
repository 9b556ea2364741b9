"""Where the evidence lies that a command was given."""

from pathlib import Path


def evidence_in(given: Path) -> Path:
    """The evidence folder: of a results folder, or the one that was given itself."""
    return given / "evidence" if (given / "evidence" / "run.json").is_file() else given
