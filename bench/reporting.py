"""How long a page of 500 cases takes to be made, and to be opened by a browser."""

import shutil
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from bench.cli import bench
from bench.figures import Figure, Result, Table
from bench.longcall import CASE, record
from bench.measuring import plan_of
from bench.runs import workspace
from gate.core.findings import Blame, CaseResult, Finding, Layer, Report, Verdict, outcome_of
from gate.core.vault import Vault
from gate.evidence import store
from gate.run.judging import judge_case
from gate.run.showing import page

CASES: Final = 500
FAILED: Final = 50
MADE_S: Final = 5.0
OPENED_S: Final = 2.0
MOST_MB: Final = 20.0
REPEATS: Final = 5
SHORT, LONG = 0.6, 10.0
WATCH: Final = """
new MutationObserver((changes, observer) => {
  if (!document.querySelector('article.case .stage svg .head')) return;
  window.drawn_ms = performance.now();
  observer.disconnect();
}).observe(document, { childList: true, subtree: true });
"""


def judged(home: Path, minutes: float) -> CaseResult:
    """A call of so many minutes, recorded into `home/evidence` and judged from there."""
    home.mkdir()
    plan = plan_of(minutes, home)
    case = next(case for case in plan.cases if case.name == CASE)
    evidence = home / "evidence"
    store.create(evidence, plan, {"run_id": "bench", "problems": []}, Vault({}))
    record(store.attempt_folder(evidence, case.id, 1), plan)
    return judge_case(evidence, plan, case, "bench")


def report_of(usual: CaseResult, long: CaseResult) -> Report:
    """The long call failed, and is what opens first; 49 others failed too."""
    cases = [long, *(replace(usual, id=f"{usual.id}.{n}", name=f"{usual.name} {n}") for n in range(1, CASES))]
    told = tuple(_failed(case) if n < FAILED else case for n, case in enumerate(cases))
    return Report("bench", "voice-tests.yaml", "bench", "bench", outcome_of(told), told)


def _failed(case: CaseResult) -> CaseResult:
    finding = Finding(
        "never", Verdict.FAIL, Layer.ORDER, Blame.AGENT, "no transcript.final", "it came, at 9650 ms", case.place,
        at=(case.measurements[0].at[-1],), first_check="what the agent logs at that time",
    )  # fmt: skip
    return replace(case, verdict=Verdict.FAIL, findings=(*case.findings, finding))


def opened_s(file: Path) -> list[float]:
    """Seconds until the timeline of the first case is drawn, each time in a page of its own."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        took = [_opening(browser, file) for _ in range(REPEATS + 1)][1:]
        browser.close()
    return took


def _opening(browser: Any, file: Path) -> float:
    tab = browser.new_page()
    tab.add_init_script(WATCH)
    tab.goto(file.as_uri(), wait_until="commit")
    tab.wait_for_selector("article.case .stage svg .head", state="attached")
    took_ms: float = tab.evaluate("window.drawn_ms")
    tab.close()
    return took_ms / 1000


def made_s(report: Report, evidence: Path, results: Path) -> Iterator[float]:
    for _ in range(REPEATS):
        begun = time.process_time()
        (results / "report.html").write_text(page(report, evidence, results), "utf-8")
        yield time.process_time() - begun


def measure_all() -> Result:
    if shutil.which("chromium") is None:
        raise SystemExit("bench.reporting opens the page in Chromium, which is not installed: apt-get install chromium")
    with workspace() as results:
        usual, long = judged(results / "usual", SHORT), judged(results / "long", LONG)
        usual, long = (replace(case, evidence=f"{name}/{case.evidence}") for case, name in
                       ((usual, "usual"), (long, "long")))  # fmt: skip
        shutil.copytree(results / "usual" / "evidence", results / "evidence")
        made = statistics.median(made_s(report_of(usual, long), results / "evidence", results))
        size_mb = (results / "report.html").stat().st_size / 1e6
        opened = statistics.median(opened_s(results / "report.html"))
    return Result(
        bench="reporting",
        title="A page of 500 cases",
        command="python -m bench.reporting",
        figures=(
            Figure("report.html of 500 cases, made", made, MADE_S, "s"),
            Figure("the same, opened until the timeline of a 10-minute call is drawn", opened, OPENED_S, "s"),
            Figure("its size", size_mb, MOST_MB, "MB"),
        ),
        tables=(
            Table(
                ("page", "made s", "opened s", "MB"),
                ((f"{CASES} cases", f"{made:.2f}", f"{opened:.2f}", f"{size_mb:.1f}"),),
            ),
        ),
        how=HOW,
    )


HOW = (
    (
        f"One call of {LONG:g} minutes, which failed and is open from the start, {CASES - 1} of {SHORT * 60:.0f} s, "
        f"of which {FAILED - 1} failed. Made: CPU seconds from report and evidence to the file, the median of "
        f"{REPEATS} in one process. Opened: seconds in headless Chromium until the timeline is drawn, the median of "
        f"{REPEATS} tabs. Drawing and encoding the sound of each call is a part of judging it, and not in here."
    ),
)


if __name__ == "__main__":
    sys.exit(bench(measure_all))
