import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from gate.core.findings import Blame, CaseResult, Finding, Layer, Outcome, Report, Verdict
from gate.core.timelines import Moment, Timeline
from gate.report.markdown import refusal, render
from gate.report.workspace import Workspace

Make = Callable[..., Finding]
MakeCase = Callable[..., CaseResult]
MakeReport = Callable[..., Report]


def test_verdict_table_failures(finding: Make, case: MakeCase, report: MakeReport) -> None:
    lost = finding(Verdict.UNKNOWN, blame=Blame.ENVIRONMENT, layer=Layer.HANDSHAKE, actual="refused", at=())
    made = report(
        case(finding(Verdict.PASS), suite="smoke", name="hello"),
        case(lost, suite="smoke", name="a|b", evidence=None),
        case(finding()),
        case(verdict=Verdict.SKIP, skip="no probe"),
    )
    assert render(made) == (
        "## Voxgate: FAILED\n"
        "\n"
        "4 cases: 1 passed, 1 failed, 1 unknown, 1 skipped in 31.4 s: the agent does not do what is claimed of it.\n"
        "\n"
        "| suite | target | | passed | failed | unknown | skipped |\n"
        "| --- | --- | --- | ---: | ---: | ---: | ---: |\n"
        "| smoke | staging | 🟩🟨 | 1 | 0 | 1 | 0 |\n"
        "| tools | staging | 🟥⬜ | 0 | 1 | 0 | 1 |\n"
        "\n"
        "### FAIL: tools · Caller reschedules after correcting the day\n"
        "\n"
        "target staging \\(canonical\\)\n"
        "\n"
        "- **layer**: tools\n"
        "- **expected**: `reschedule_appointment called exactly once`\n"
        "- **actual**: `called 2 times`\n"
        "- **manifest**: `voice-tests.yaml:34:9`\n"
        "- **do next**: `make the tool idempotent, or confirm before it is called`\n"
        "\n"
        "Evidence: `evidence/cases/staging--canonical--tools--reschedule/1`\n"
        "\n"
        "### UNKNOWN: smoke · a\\|b\n"
        "\n"
        "target staging \\(canonical\\)\n"
        "\n"
        "- **layer**: handshake \\(unknown, blame: environment\\)\n"
        "- **expected**: `reschedule_appointment called exactly once`\n"
        "- **actual**: `refused`\n"
        "- **manifest**: `voice-tests.yaml:34:9`\n"
        "- **do next**: `make the tool idempotent, or confirm before it is called`\n"
        "\n"
        "<details><summary>Skipped: 1</summary>\n"
        "\n"
        "- tools · Caller reschedules after correcting the day: `no probe`\n"
        "\n"
        "</details>\n"
    )


def test_a_long_red_run_stays_short(finding: Make, case: MakeCase, report: MakeReport) -> None:
    flood = finding(actual="word " * 10_000)
    text = render(report(*[case(*[flood] * 20)] * 500, problems=("x" * 10_000,) * 500))
    assert len(text) < 500_000
    assert "… and 460 more cases in `report.json`." in text


def test_no_summary_is_larger_than_a_page_shows(finding: Make, case: MakeCase, report: MakeReport) -> None:
    """GitHub shows nothing at all of one that is."""
    many = [
        case(finding(actual="話" * 600, expected="話" * 600, next_action="話" * 600), name=f"c{n}") for n in range(300)
    ]
    told = [replace(one, timeline=Timeline(9.0, moments=(Moment(1.0, "agent", "話" * 160),) * 2_000)) for one in many]
    text = render(report(*told, remarks=("話" * 300,) * 9_000, problems=("話" * 600,) * 9))
    assert len(text.encode()) < 1_000_000
    assert text.endswith("… the rest is in `report.html`.\n")


def test_many_cases_are_squares_in_proportion(finding: Make, case: MakeCase, report: MakeReport) -> None:
    cases = [case(finding(Verdict.PASS))] * 499 + [case(finding())]
    assert f"| {'🟩' * 12}🟥 |" in render(report(*cases))


def test_a_failure_has_its_timeline_and_its_trace(finding: Make, case: MakeCase, report: MakeReport) -> None:
    timeline = Timeline(10_000.0, ((0.0, 4_000.0),), moments=(Moment(5_000.0, "agent", 'says "```"'),))
    text = render(report(case(finding(), timeline=timeline), trace_url="https://traces.test/{trace_id}"))
    assert "[trace](<https://traces.test/4bf92f3577b34da6a3ce929d0e0e4736>)" in text
    assert "````text\n        0 " in text
    assert 'says "```"\n````\n' in text


@pytest.mark.parametrize("url", ["javascript:alert({trace_id})", "data:text/html,{trace_id}", ""])
def test_a_trace_is_a_link_to_a_page_only(url: str, finding: Make, case: MakeCase, report: MakeReport) -> None:
    assert "[trace]" not in render(report(case(finding()), trace_url=url))


def test_paths_lead_from_the_workspace(finding: Make, case: MakeCase, report: MakeReport) -> None:
    text = render(report(case(finding())), Workspace("/ws", "/ws/app", "/ws/out"))
    assert "**manifest**: `app/voice-tests.yaml:34:9`" in text
    assert "Evidence: `out/evidence/cases/" in text


def test_a_refusal_shows_the_mistakes_and_nothing_acts() -> None:
    text = refusal(Outcome.CONFIGURATION, "voice-tests.yaml:4:3: unknown key '```'\n<script>")
    assert text.startswith("## Voxgate: CONFIGURATION\n")
    html = MarkdownIt("commonmark").render(text)
    assert "&lt;script&gt;" in html


def test_hostile_text_only_shows(hostile_report: Report) -> None:
    text = render(hostile_report)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202e\u2028]", text)
    assert not any(line.strip().startswith("::") for line in text.split("\n"))
    html = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(text)
    tags = set(re.findall("</?([a-z0-9]+)", html))
    assert tags <= {
        "h2", "h3", "p", "ul", "li", "strong", "code", "pre", "a", "details", "summary",
        "table", "thead", "tbody", "tr", "th", "td",
    }  # fmt: skip
    assert html.count("<tr>") == 1 + len({(case.suite, case.target) for case in hostile_report.cases})
    assert html.count("<h2>") == 1
    assert all(link.startswith("https://traces.test/") for link in re.findall('href="([^"]*)"', html))
