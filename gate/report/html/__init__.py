"""`report.html`: one page that holds the whole run, for a person. Pure: report and evidence in, text out.

It asks nothing of anybody: scripts and styles stand in it and are named by their hash in its policy, what agents said
only ever becomes text. What is told of each case stands in the page itself and can be read without a script; how it
sounded and what happened in it lies packed in the page, and is unpacked when its case is opened."""

from collections.abc import Callable

from gate.core.findings import CaseResult, Report
from gate.report.html.exhibits import Exhibit, Links, embedded
from gate.report.html.page import page
from gate.report.html.template import filled
from gate.report.html.triaged import in_order

__all__ = ["Exhibit", "render"]


def render(report: Report, exhibit: Callable[[CaseResult], Exhibit], manifest: str = "", home: str = "") -> str:
    """`exhibit` gives what lies in the evidence of a case; `manifest` is the text of the manifest; `home` leads from
    the page's folder to the results folder, and is empty where they are one."""
    cases = in_order(report.cases)
    shown = [exhibit(case) for case in cases]
    links = Links(home, report.trace_url)
    return filled(page(report, cases, shown, manifest, links), embedded(list(zip(cases, shown, strict=True))))
