"""A real browser, and a run to open in it: the demo's calls in virtual time, two of which fail."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from gate.core.findings import Report
from gate.core.plan import Case
from gate.fixtures.demos import demo
from gate.manifest import read_plan
from gate.run.showing import page
from tests.rehearsal import demo_environ, library, rehearse

CHROMIUM = shutil.which("chromium")
NAMES = ("An interruption stops the agent", "Caller reschedules after correcting the day", "A question is answered")
TRACE_URL = "https://traces.example/trace/{trace_id}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    missing = pytest.mark.skipif(
        CHROMIUM is None, reason="NOT TESTED: report.html in a browser: apt-get install chromium"
    )
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(missing)


@dataclass(frozen=True)
class Results:
    folder: Path
    report: Report

    @property
    def address(self) -> str:
        return (self.folder / "report.html").as_uri()


def _is_wanted(case: Case) -> bool:
    return case.target == "socket" and case.name.casefold() in {name.casefold() for name in NAMES}


@pytest.fixture(scope="session")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """Three calls that were made, one of which passes, and one that was not."""
    folder, before = tmp_path_factory.mktemp("results"), Path.cwd()
    os.chdir(folder)
    try:
        text = demo("canonical") + f'report: {{trace_url: "{TRACE_URL}"}}\n'
        Path("voice-tests.yaml").write_text(text, "utf-8")
        plan, vault = read_plan("voice-tests.yaml", demo_environ(), library())
        undriven = next(case for case in plan.cases if case.suite == "reconnect")
        plan = replace(plan, cases=(*filter(_is_wanted, plan.cases), undriven))
        faults = ("tool-twice", "ignores-barge-in")
        report = rehearse(plan, vault, folder / "evidence", faults, ("smoke", "tools"))
    finally:
        os.chdir(before)
    (folder / "report.html").write_text(page(report, folder / "evidence", folder), "utf-8")
    return Results(folder, report)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """No longer than its module: playwright keeps an event loop running as long as it lives, and in its process nobody
    else may start one."""
    with sync_playwright() as play:
        launched = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield launched
        launched.close()


@dataclass
class Tab:
    """One page in the browser, with all that it said and asked for."""

    page: Page
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def goto(self, address: str) -> Page:
        self.page.goto(address)
        return self.page


def tab_in(context: BrowserContext) -> Tab:
    tab = Tab(context.new_page())
    tab.page.on("console", lambda message: tab.said.append(f"{message.type}: {message.text}"))
    tab.page.on("pageerror", lambda error: tab.said.append(f"error: {error}"))
    tab.page.on("request", lambda request: tab.asked.append(request.url))
    return tab


@pytest.fixture
def tab(browser: Browser) -> Iterator[Tab]:
    """Whatever a test does in it, the page complains of nothing, and asks for nothing but itself and its own sound."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    tab = tab_in(context)
    yield tab
    context.close()
    assert tab.said == []
    beyond = [url for url in tab.asked[1:] if not url.startswith("blob:") and not url.endswith("call.wav")]
    assert beyond == []
