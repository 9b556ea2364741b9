"""Documents made of a finished report: pure functions that see nothing else. A new document is one line here."""

from collections.abc import Callable

from gate.core.findings import Report
from gate.report import documents, junit, markdown

RENDERERS: dict[str, Callable[[Report], str]] = {
    "junit.xml": junit.render,
    "report.json": documents.to_json,
    "summary.md": markdown.render,
}
