"""Documents made of a finished report: pure functions that see nothing else. A new document is one line here."""

from collections.abc import Callable

from gate.core.findings import Report
from gate.report import documents, gitlab, junit, markdown
from gate.report.workspace import Workspace

RENDERERS: dict[str, Callable[[Report, Workspace], str]] = {
    "junit.xml": junit.render,
    "report.json": lambda report, _: documents.to_json(report),
    "summary.md": markdown.render,
    "gl-code-quality-report.json": gitlab.render,
}
