"""`report.html` in Chromium: it is read, filtered, heard and walked through as a reader does, by mouse and by keys."""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from gate.audio import wav
from gate.core.findings import Verdict
from gate.report import html
from gate.report.html import Exhibit, exhibits
from gate.run.showing import page as page_of
from tests.browser.conftest import Results, Tab
from tests.checks.notation import OPENING, ended, fault, heard_as, says, tool_call, tool_result
from tests.report.conftest import HOSTILE, make_case, make_finding, make_report
from tests.report.pictures import drawn

FAILED = "article.case.fail"
OPEN = f"{FAILED} >> nth=0"
TWICE = re.compile("reschedules", re.IGNORECASE)


def opened(page: Page) -> Any:
    """The case that is open from the start, once its call is drawn."""
    case = page.locator(OPEN)
    expect(case.locator(".stage svg .head")).to_be_attached()
    return case


def test_within_one_screen_one_knows_what_broke(tab: Tab, results: Results) -> None:
    page = tab.goto(results.address)
    expect(page.locator("h1")).to_contain_text("FAILED")
    case = opened(page)
    expect(case.locator("h3")).to_contain_text("interruption", ignore_case=True)
    expect(case.locator(".layers .here")).to_have_text("output audio")
    for part in ("h3", ".layers .here", ".actual dd", ".next dd", ".manifest .line.here"):
        expect(case.locator(part).first).to_be_in_viewport()


def test_the_call_is_heard_and_the_head_moves_with_it(tab: Tab, results: Results) -> None:
    page = tab.goto(results.address)
    case = opened(page)
    case.get_by_role("button", name="Play").click()
    expect(case.get_by_role("button", name="Pause")).to_be_visible()
    expect(case.locator("audio")).to_have_attribute("src", re.compile("^blob:"))
    slider = case.get_by_role("slider")
    expect(slider).not_to_have_attribute("aria-valuenow", "0")
    expect(slider).not_to_have_attribute("aria-valuenow", "0.0")
    length_s = page.evaluate("document.querySelector('audio').duration")
    shown_s = page.evaluate("Number(document.querySelector('[role=slider]').getAttribute('aria-valuemax'))")
    assert length_s == pytest.approx(shown_s, abs=0.2)
    case.get_by_role("button", name="Pause").click()
    expect(case.get_by_role("button", name="Play")).to_be_visible()


def test_a_sound_in_the_page_is_at_its_time(tab: Tab, results: Results) -> None:
    """The browser's own decoder finds the first words where the recording has them: the encoder's delay is gone."""
    page = tab.goto(results.address)
    opened(page)
    found = page.evaluate("""async () => {
      const text = atob(document.querySelector('[id=sound-0]').textContent);
      const data = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
      const sound = await new OfflineAudioContext(2, 16000, 16000).decodeAudioData(data.buffer);
      const loud = (samples) => samples.findIndex((value) => Math.abs(value) > 0.02);
      return [sound.length, loud(sound.getChannelData(0)), loud(sound.getChannelData(1))];
    }""")
    folder = results.folder / _first(results).evidence / "derived"
    expected = _loud(folder / "caller.wav"), _loud(folder / "agent.wav")
    assert found[0] == expected[0][0]
    assert found[1] == pytest.approx(expected[0][1], abs=16 * 10)
    assert found[2] == pytest.approx(expected[1][1], abs=16 * 10)


def _first(results: Results) -> Any:
    return next(case for case in results.report.cases if case.verdict is Verdict.FAIL)


def _loud(path: Path) -> tuple[int, int]:
    samples, _ = wav.decode(path.read_bytes())
    return len(samples), int(np.argmax(np.abs(samples.astype(int)) > 0.02 * 32_768))


def _is_shown_in_its_box(row: Locator) -> bool:
    """Whether the log was scrolled so far that this row can be seen in it."""
    inside: bool = row.evaluate("""(row) => {
      const [mine, box] = [row, row.closest('.box')].map((one) => one.getBoundingClientRect());
      return mine.top >= box.top && mine.bottom <= box.bottom;
    }""")
    return inside


def test_a_button_leads_to_where_it_happened(tab: Tab, results: Results) -> None:
    page = tab.goto(results.address)
    opened(page)
    page.locator(FAILED).filter(has_text=TWICE).locator("summary").first.click()
    case = page.locator(FAILED).filter(has_text=TWICE)
    jump = case.get_by_role("button", name=re.compile(r"Show it: tool\.call at \d+\.\d{3} s"))
    at_s = float(re.search(r"at (\S+) s", jump.inner_text())[1])  # type: ignore[index]
    jump.click()
    slider = case.get_by_role("slider")
    expect(slider).to_have_attribute("aria-valuenow", f"{at_s:.1f}")
    expect(slider).to_be_focused()
    row = case.locator(".log tr.bad")
    expect(row).to_contain_text("tool.call")
    assert _is_shown_in_its_box(row)
    expect(case.locator(".stage .flag-text")).to_have_text("✗ tool.call")
    expect(case.locator(".stage .flag-text")).to_be_in_viewport()
    assert case.locator(".tools li").count() == 3


def test_cases_are_filtered_by_verdict_by_suite_and_by_words(tab: Tab, results: Results) -> None:
    page = tab.goto(results.address)
    shown = page.locator("article.case:visible")
    expect(shown).to_have_count(4)
    page.get_by_label("2 failed").uncheck()
    expect(shown).to_have_count(2)
    expect(page.locator(".count")).to_have_text("2 of 4 cases")
    page.get_by_label("2 failed").check()
    page.get_by_role("searchbox", name="Search cases").fill("reschedule_appointment")
    expect(shown).to_have_count(1)
    page.get_by_role("searchbox", name="Search cases").fill("output audio")
    expect(shown).to_have_count(1)
    page.get_by_role("searchbox", name="Search cases").fill("")
    page.get_by_role("combobox", name="Suite").select_option("tools")
    expect(shown).to_have_count(1)
    page.get_by_role("searchbox", name="Search cases").fill("nothing of that kind")
    expect(page.get_by_text("No case fits this filter.")).to_be_visible()


def test_the_event_log_is_filtered_and_what_failed_comes_back_when_asked_for(tab: Tab, results: Results) -> None:
    page = tab.goto(results.address)
    case = opened(page)
    rows = case.locator(".log tbody tr:visible")
    everything = rows.count()
    case.get_by_label("Filter events").fill("tool")
    assert 0 < rows.count() < everything
    case.get_by_label("From whom").select_option("gate")
    for text in rows.all_inner_texts():
        assert "gate" in text
    case.get_by_role("button", name=re.compile("Show it")).click()
    assert _is_shown_in_its_box(case.locator(".log tr.bad"))
    assert rows.count() == everything


def test_it_is_walked_through_by_keys(tab: Tab, results: Results) -> None:
    page = tab.goto(results.address)
    case = opened(page)
    slider = case.get_by_role("slider")
    slider.focus()
    for key, now in (("ArrowRight", "1.0"), ("Shift+ArrowRight", "1.1"), ("ArrowLeft", "0.1"), ("Home", "0.0")):
        page.keyboard.press(key)
        expect(slider).to_have_attribute("aria-valuenow", now)
    page.keyboard.press("Space")
    expect(case.get_by_role("button", name="Pause")).to_be_visible()
    page.keyboard.press("Space")
    expect(case.get_by_role("button", name="Play")).to_be_visible()
    passed = page.locator("article.case.pass summary").first
    passed.focus()
    page.keyboard.press("Enter")
    expect(page.locator("article.case.pass .stage svg .head")).to_be_attached()


def test_zooming_keeps_the_place_and_a_click_goes_there(tab: Tab, results: Results) -> None:
    page = tab.goto(results.address)
    case = opened(page)
    whole = case.locator(".wide").bounding_box()["width"]
    case.get_by_role("button", name="Zoom in").click()
    case.get_by_role("button", name="Zoom in").click()
    assert case.locator(".wide").bounding_box()["width"] > 2 * whole
    case.get_by_role("button", name="Whole call").click()
    box = case.locator(".scroll").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 60)
    slider = case.get_by_role("slider")
    middle = float(slider.get_attribute("aria-valuemax")) / 2
    assert float(slider.get_attribute("aria-valuenow")) == pytest.approx(middle, abs=0.2)


def test_an_address_leads_to_its_case(tab: Tab, results: Results) -> None:
    passed = next(case for case in results.report.cases if case.verdict is Verdict.PASS)
    page = tab.goto(f"{results.address}#{passed.id}")
    expect(page.locator("article.case.pass .stage svg .head")).to_be_attached()
    expect(page.locator("article.case.pass summary").first).to_be_focused()


def test_files_and_traces_are_linked(tab: Tab, results: Results) -> None:
    page = tab.goto(results.address)
    case = opened(page)
    for link in case.locator(".files a").all():
        address = link.evaluate("link => link.href")
        assert Path(address.removeprefix("file://")).is_file(), address
    trace = case.locator(".ids a[rel]")
    assert trace.get_attribute("href") == "https://traces.example/trace/" + "0" * 32


def test_a_call_without_room_in_the_page_is_played_from_the_evidence(
    tab: Tab, results: Results, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exhibits, "FOR_PICTURES", 20_000)
    monkeypatch.setattr(exhibits, "MOST_BYTES", exhibits.FOR_THE_PAGE + 20_000)
    file = results.folder / "linked.html"
    file.write_text(page_of(results.report, results.folder / "evidence", results.folder), "utf-8")
    page = tab.goto(file.as_uri())
    case = opened(page)
    case.get_by_role("button", name="Play").click()
    expect(case.get_by_role("slider")).not_to_have_attribute("aria-valuenow", re.compile(r"^0(\.0)?$"))
    assert any(url.endswith("derived/call.wav") for url in tab.asked)


@pytest.mark.parametrize(
    ("width", "scheme"),
    [
        pytest.param(1280, "dark", id="desktop-dark"),
        pytest.param(390, "light", id="phone-light", marks=pytest.mark.long),
        pytest.param(1280, "light", id="desktop-light", marks=pytest.mark.long),
        pytest.param(390, "dark", id="phone-dark", marks=pytest.mark.long),
    ],
)
def test_nobody_is_shut_out(browser: Browser, results: Results, width: int, scheme: Any) -> None:
    """axe-core finds nothing, with every case and every fold open; and nothing is wider than the screen."""
    context = browser.new_context(
        viewport={"width": width, "height": 844}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(results.address)
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    expect(page.locator(".stage svg .head")).to_have_count(3)
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


def test_what_an_agent_says_does_nothing(tab: Tab, tmp_path: Path) -> None:
    """Every hostile text at once, in every place of the page and of a picture."""
    lines = [
        line
        for n, text in enumerate(HOSTILE.values())
        for line in (
            heard_as(1000 + 50 * n, text), says(1010 + 50 * n, text), fault(1020 + 50 * n, text),
            *tool_call(1030 + 50 * n, text[:200], f"c{n}", x=text), tool_result(1040 + 50 * n, f"c{n}", error=text),
        )
    ]  # fmt: skip
    picture, _ = drawn(tmp_path, *OPENING, *lines, *ended("finished", 6000))
    told = [make_finding(expected=text, actual=text, next_action=text, at=()) for text in HOSTILE.values()]
    report = make_report(make_case(*told, name="".join(HOSTILE.values())[:3_000]), problems=tuple(HOSTILE.values()))
    exhibit = Exhibit(json.dumps(picture).encode(), b"", ())
    file = tmp_path / "report.html"
    file.write_text(html.render(report, lambda case: exhibit), "utf-8")
    page = tab.goto(file.as_uri())
    case = opened(page)
    expect(case.locator(".transcript")).to_contain_text("<script>alert(1)</script>")
    expect(case.locator(".tools")).to_contain_text("]]><testcase/>")
    expect(case.locator(".log")).to_contain_text("::set-output name=x::y")
    expect(case.locator(".transcript")).to_contain_text("before\\x00after")
    expect(case.locator(".transcript")).to_contain_text("\\x1b[31mred")
    assert page.locator("script:not([type='text/plain'])").count() == 1
    assert page.locator("img, iframe").count() == 0
