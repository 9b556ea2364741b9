"""The run's page from its report and its evidence: reads what is to be shown."""

import os
from pathlib import Path

from gate.core.findings import CaseResult, Report
from gate.evidence import store
from gate.evidence.derive import SMALL
from gate.report import html

PAGE = "report.html"
FILES = ("wire.jsonl", "frames.bin")


def page(report: Report, evidence: Path, results: Path) -> str:
    """`report.html`, to lie in `results`: its links lead from there into the evidence, wherever that lies."""
    home = os.path.relpath(evidence.parent.absolute(), results.absolute())
    return html.render(
        report, lambda case: exhibit(evidence.parent, case), store.read_plan(evidence).text, "" if home == "." else home
    )


def exhibit(home: Path, case: CaseResult) -> html.Exhibit:
    """What lies in the folder of the attempt that was judged. What is missing there is missing in the page."""
    if not case.evidence:
        return html.Exhibit()
    folder = home / case.evidence
    derived = folder / "derived"
    files = [name for name in FILES if (folder / name).is_file()]
    files += [f"derived/{path.name}" for path in sorted(derived.glob("*")) if path.is_file()]
    return html.Exhibit(_bytes(derived / store.PICTURE), _bytes(derived / SMALL), tuple(files))


def _bytes(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""
