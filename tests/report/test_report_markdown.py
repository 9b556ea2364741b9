import re
from collections.abc import Callable

from markdown_it import MarkdownIt

from gate.core.findings import Blame, CaseResult, Finding, Layer, Report, Verdict
from gate.report.markdown import render

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
        "| suite | target | passed | failed | unknown | skipped |\n"
        "| --- | --- | ---: | ---: | ---: | ---: |\n"
        "| smoke | staging | 1 | 0 | 1 | 0 |\n"
        "| tools | staging | 0 | 1 | 0 | 1 |\n"
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


def test_hostile_text_only_shows(hostile_report: Report) -> None:
    text = render(hostile_report)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202e\u2028]", text)
    assert not any(line.strip().startswith("::") for line in text.split("\n"))
    html = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(text)
    tags = set(re.findall("</?([a-z0-9]+)", html))
    assert tags <= {
        "h2", "h3", "p", "ul", "li", "strong", "code", "details", "summary", "table", "thead", "tbody", "tr", "th", "td"
    }  # fmt: skip
    assert html.count("<tr>") == 1 + len({(case.suite, case.target) for case in hostile_report.cases})
    assert html.count("<h2>") == 1
