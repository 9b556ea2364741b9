"""`report.html` as a text: what stands in it, where its links lead, and what no text of an agent's can do in it.

How a browser takes it is asked in tests/browser."""

import base64
import gzip
import json
import re
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from typing import Any

import pytest

from gate.core.findings import Blame, CaseResult, Layer, Report, Verdict
from gate.report import html
from gate.report.html import exhibits, template
from gate.report.html.excerpt import excerpt
from gate.report.html.exhibits import Exhibit, Links
from tests.report.conftest import PLACE, make_case, make_finding, make_report

PICTURE = json.dumps({"format": "voxgate-picture/1", "ms": 1000}).encode()
NOTHING = Exhibit()
FULL = Exhibit(PICTURE, b"\xff\xf3" * 500, ("wire.jsonl", "frames.bin", "derived/call.wav", "derived/picture.json"))
OURS = {tag for name in template.TEMPLATES for tag in re.findall(r"<([a-z][a-z0-9]*)", template.asset(name))}
MANIFEST = "".join(f"line {n}\n" for n in range(1, 60))


class Page(HTMLParser):
    """What a parser makes of the page: its tags with attributes, its visible text, its scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.raw: list[tuple[str, str]] = []
        self._in: str | None = None
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._in = tag if tag in ("script", "style") else None
        if self._in:
            self.raw.append((tag, ""))

    def handle_endtag(self, tag: str) -> None:
        self._in = None

    def handle_data(self, data: str) -> None:
        if self._in:
            tag, before = self.raw.pop()
            self.raw.append((tag, before + data))
        else:
            self.text += data

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    def blocks(self) -> dict[str, str]:
        ids = [attributes.get("id") for attributes in self.named("script")]
        texts = [text for tag, text in self.raw if tag == "script"]
        return {name: text for name, text in zip(ids, texts, strict=True) if name}


def page(report: Report, exhibit: Exhibit | Callable[[CaseResult], Exhibit] = NOTHING, **more: Any) -> Page:
    give = exhibit if callable(exhibit) else lambda case: exhibit
    return Page(html.render(report, give, **more))


def unpacked(block: str) -> Any:
    return json.loads(gzip.decompress(base64.b64decode(block)))


def test_the_verdict_and_the_counts_come_first() -> None:
    found = page(make_report(make_case(make_finding()), make_case(id="b")))
    assert re.search(r"Voxgate\s+FAILED\s+2 cases: 1 passed, 1 failed", found.text)


def test_failures_stand_first_then_doubts_then_what_passed_then_what_was_left_out() -> None:
    cases = (
        make_case(id="skip", verdict=Verdict.SKIP, skip="no token"), make_case(id="pass"),
        make_case(make_finding(Verdict.UNKNOWN), id="unknown"), make_case(make_finding(), id="fail"),
    )  # fmt: skip
    articles = page(make_report(*cases)).named("article")
    assert [article["id"] for article in articles] == ["fail", "unknown", "pass", "skip"]


def test_the_first_red_case_is_open_and_no_other() -> None:
    cases = make_case(id="a"), make_case(make_finding(), id="b"), make_case(make_finding(), id="c")
    assert [("open" in one) for one in page(make_report(*cases)).named("details")] == [True, False, False]
    assert not any("open" in one for one in page(make_report(make_case(id="a"))).named("details"))


def test_a_finding_is_told_in_full_with_its_layer_and_the_lines_of_the_manifest() -> None:
    finding = make_finding(cause="a retry", first_check="the logs", layer=Layer.TOOLS)
    found = page(make_report(make_case(finding)), manifest=MANIFEST)
    for text in (finding.expected, finding.actual, "a retry", "the logs", finding.next_action, str(PLACE), "411, 432"):
        told = text if text != "411, 432" else "412, 433"
        assert told in found.text
    (here,) = [attributes for attributes in found.named("li") if attributes.get("aria-current")]
    assert here["class"] == "here"
    assert f"{PLACE.line} line {PLACE.line}" in found.text


def test_another_manifest_has_no_lines_here() -> None:
    report = replace(make_report(make_case(make_finding())), manifest="other.yaml")
    assert f"line {PLACE.line}" not in page(report, manifest=MANIFEST).text


def test_an_excerpt_is_the_line_and_its_neighbours() -> None:
    assert [(line.number, line.here) for line in excerpt("a\nb\nc\nd\ne\nf\ng\nh", 3)] == [
        (1, False), (2, False), (3, True), (4, False), (5, False), (6, False), (7, False),
    ]  # fmt: skip
    assert excerpt("a\nb", 3) == []
    assert excerpt("", 1) == []


def test_a_doubt_says_whose_it_is() -> None:
    doubt = make_finding(Verdict.UNKNOWN, blame=Blame.ENVIRONMENT)
    assert re.search(r"blame\s*environment", page(make_report(make_case(doubt))).text)


def test_only_its_own_script_and_style_may_act() -> None:
    found = page(make_report(make_case(make_finding())), FULL)
    policy = next(
        meta["content"] for meta in found.named("meta") if meta.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy is not None
    (style,) = [text for tag, text in found.raw if tag == "style"]
    scripts = [text for (tag, text), attributes in zip([one for one in found.raw if one[0] == "script"],
               found.named("script"), strict=True) if attributes.get("type") != "text/plain"]  # fmt: skip
    assert len(scripts) == 1
    for kind, text in (("script", scripts[0]), ("style", style)):
        assert f"{kind}-src 'sha256-{base64.b64encode(sha256(text.encode()).digest()).decode()}'" in policy
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "trusted-types 'none'" in policy


def test_nothing_in_the_page_asks_anybody_anything() -> None:
    found = page(make_report(make_case(make_finding())), FULL)
    loads = [
        attributes for tag, attributes in found.tags if tag in ("img", "iframe", "object", "embed", "source", "base")
    ]
    assert loads == []
    assert [attributes["href"] for attributes in found.named("link")] == ["data:,"]
    assert all("src" not in attributes for attributes in found.named("script"))


def test_our_scripts_never_make_html_of_a_text() -> None:
    for name in template.SCRIPTS:
        text = template.asset(name)
        for way in (
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "new Function",
            "</script",
        ):
            assert way not in text, f"{name}: {way}"


def test_hostile_text_stays_text(hostile_report: Report) -> None:
    text = html.render(hostile_report, lambda case: FULL, "x\n" * 60)
    found = Page(text)
    assert {tag for tag, _ in found.tags} <= OURS
    scripts = [attributes for attributes in found.named("script") if attributes.get("type") != "text/plain"]
    assert len(scripts) == 1
    for tag, attributes in found.tags:
        assert not [name for name in attributes if name.startswith("on") or name == "style"], (tag, attributes)
    for attributes in found.named("a"):
        assert str(attributes["href"]).startswith(("./", "#", "https://traces.test/")), attributes
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", text)
    text.encode("utf-8")


def test_links_lead_into_the_evidence_wherever_the_page_lies() -> None:
    report = make_report(make_case(make_finding(), evidence="evidence/cases/a b/1"))
    here = [attributes["href"] for attributes in page(report, FULL).named("a")]
    assert "./evidence/cases/a%20b/1/derived/call.wav" in here
    assert "./junit.xml" in here
    away = [attributes["href"] for attributes in page(report, FULL, home="../results").named("a")]
    assert "./../results/evidence/cases/a%20b/1/wire.jsonl" in away
    assert "./junit.xml" in away


def test_a_path_is_never_a_scheme_or_a_host() -> None:
    links = Links("", "")
    assert links.file("//evil.test", "x") == "./evil.test/x"
    assert links.file("javascript:alert(1)") == "./javascript%3Aalert%281%29"


def test_the_trace_of_a_case_is_linked_where_the_backend_shows_it() -> None:
    report = make_report(make_case(make_finding()), trace_url="https://traces.example/t/{trace_id}?a=1")
    (link,) = [one for one in page(report).named("a") if str(one["href"]).startswith("https:")]
    assert link == {"href": f"https://traces.example/t/{make_case().trace_id}?a=1", "rel": "noreferrer noopener"}
    assert not [one for one in page(make_report(make_case())).named("a") if str(one["href"]).startswith("https:")]


def test_a_trace_id_cannot_leave_its_place_in_the_address() -> None:
    links = Links("", "https://traces.example/{trace_id}")
    assert links.trace("../x?y#z") == "https://traces.example/..%2Fx%3Fy%23z"
    assert Links("", "javascript:{trace_id}").trace("x") == ""


def test_what_happened_is_packed_with_what_holds_and_what_was_measured() -> None:
    case = make_case(make_finding(Verdict.PASS, check="answered"))
    found = page(make_report(case), FULL).blocks()
    packed = unpacked(found["picture-0"])
    assert packed["picture"] == json.loads(PICTURE)
    assert [one["check"] for one in packed["passed"]] == ["answered"]
    assert base64.b64decode(found["sound-0"]) == FULL.sound


def test_the_script_stands_before_all_that_is_not_needed_to_draw_the_first_case() -> None:
    cases = [make_case(make_finding(), id=str(n)) for n in range(3)]
    kinds = [attributes.get("id", "script") for attributes in page(make_report(*cases), FULL).named("script")]
    assert kinds[:2] == ["picture-0", "script"]
    assert sorted(kinds[2:]) == ["picture-1", "picture-2", "sound-0", "sound-1", "sound-2"]


def test_a_page_stays_below_its_size_and_what_failed_is_heard_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exhibits, "MOST_BYTES", 40_000)
    monkeypatch.setattr(exhibits, "FOR_THE_PAGE", 0)
    monkeypatch.setattr(exhibits, "FOR_PICTURES", 10_000)
    large = Exhibit(PICTURE, bytes(15_000))  # 20,000 in base64: one finds room, two do not
    cases = make_case(id="passed"), make_case(make_finding(), id="failed")
    blocks = page(make_report(*cases), large).blocks()
    assert set(blocks) == {"picture-0", "picture-1", "sound-0"}


def test_what_finds_no_room_is_played_from_the_evidence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exhibits, "FOR_PICTURES", 0)
    found = page(make_report(make_case(make_finding())), FULL)
    assert "picture-0" not in found.blocks()
    (call,) = [one for one in found.named("div") if one.get("class") == "call"]
    assert call["data-wav"] == f"./{make_case().evidence}/derived/call.wav"


def test_five_hundred_cases_are_one_page_of_bounded_size() -> None:
    """What a browser has to lay out grows with the cases alone, not with what happened in them."""
    cases = [make_case(make_finding(), make_finding(Verdict.PASS), id=str(n)) for n in range(500)]
    heavy = Exhibit(json.dumps({"events": list(range(20_000))}).encode(), bytes(60_000), FULL.files)
    text = html.render(make_report(*cases), lambda case: heavy, MANIFEST)
    assert len(text.encode()) < exhibits.MOST_BYTES
    assert len(Page(text).tags) < 500 * 110


def test_the_same_evidence_gives_the_same_page() -> None:
    report = make_report(make_case(make_finding()), make_case(id="b"))
    assert html.render(report, lambda case: FULL) == html.render(report, lambda case: FULL)


def test_an_empty_run_has_a_page() -> None:
    assert "NO-TESTS" in page(make_report(problems=("the agent did not start",))).text


def test_what_is_not_the_same_each_time_says_so() -> None:
    first = make_case(make_finding(), attempt=1)
    flaky = replace(make_case(id="flaky"), attempt=2, tries=(first,))
    held = replace(make_case(make_finding(blocks=False), id="held"), quarantine="until 2026-03-01: see #12")
    found = page(make_report(flaky, held))
    assert re.search(r"pass\s+flaky", found.text)
    assert "failed at attempt 1, then passed at attempt 2" in found.text
    assert f"attempt 1fail, {first.evidence}/" in found.text
    assert "it does not block: until 2026-03-01: see #12" in found.text


def test_what_only_follows_is_told_once() -> None:
    root = make_finding(symptom="tool-twice")
    folded = make_finding(check="writes-once", symptom="tool-twice", folded=True)
    found = page(make_report(make_case(root, folded)))
    assert "1 more: writes-once" in found.text
    assert "could not be judged" not in found.text
    assert len([one for one in found.named("section") if "data-finding" in one]) == 1
