import re
from collections.abc import Callable

from gate.core.findings import Blame, CaseResult, Finding, Layer, Outcome, Report, Verdict
from gate.core.measurement import Measurement
from gate.report.closing import closing_blocks, skip_lines, summary
from gate.report.figures import figures
from gate.report.text import case_block, finding_text, following

Make = Callable[..., Finding]
MakeCase = Callable[..., CaseResult]
MakeReport = Callable[..., Report]


def test_a_failure_can_be_acted_on(finding: Make, case: MakeCase) -> None:
    assert case_block(case(finding()), "voxgate-results/") == (
        "FAIL  tools · Caller reschedules after correcting the day                     target staging (canonical)\n"
        "  layer     tools\n"
        "  expected  reschedule_appointment called exactly once\n"
        "  actual    called 2 times (wire.jsonl lines 412, 433)\n"
        "  manifest  voice-tests.yaml:34:9\n"
        "  do next   make the tool idempotent, or confirm before it is called\n"
        "  evidence  voxgate-results/evidence/cases/staging--canonical--tools--reschedule/1/"
    )


def test_where_something_is_proven_doubt_is_only_counted(finding: Make, case: MakeCase) -> None:
    late = finding(layer=Layer.OUTPUT, expected="audio in 800 ms", actual="912 ms\nafter speech", blocks=False, at=(7,))
    lost = finding(
        Verdict.UNKNOWN, layer=Layer.CLOSE, blame=Blame.ENVIRONMENT, expected="", actual="DNS failed", at=(), call=1
    )
    assert case_block(case(late, lost, finding(next_action=""), evidence=None)).split("\n", 1)[1] == (
        "  layer     tools\n"
        "  expected  reschedule_appointment called exactly once\n"
        "  actual    called 2 times (wire.jsonl lines 412, 433)\n"
        "  manifest  voice-tests.yaml:34:9\n"
        "\n"
        "  layer     output audio (does not block)\n"
        "  expected  audio in 800 ms\n"
        "  actual    912 ms (wire.jsonl line 8)\n"
        "            after speech\n"
        "  manifest  voice-tests.yaml:34:9\n"
        "  do next   make the tool idempotent, or confirm before it is called\n"
        "  beside    1 more of its claims could not be judged"
    )


def test_a_doubt_is_told_in_full_where_nothing_is_proven(finding: Make, case: MakeCase) -> None:
    lost = finding(Verdict.UNKNOWN, layer=Layer.CLOSE, blame=Blame.ENVIRONMENT, actual="DNS failed", at=(), call=1)
    assert "  layer     close (call 2, unknown)\n  blame     environment\n" in case_block(case(lost))


def test_a_case_without_findings_says_so(case: MakeCase) -> None:
    assert case_block(case(verdict=Verdict.UNKNOWN, evidence=None, name="hello", suite="smoke")) == (
        "UNKNOWN  smoke · hello                                                        target staging (canonical)\n"
        "  actual    no claim that blocks was judged in this case\n"
        "  manifest  voice-tests.yaml:34:9\n"
        "  do next   read evidence/gate.log: the call or its judging broke off"
    )


def test_skips_take_one_line_and_say_why(finding: Make, case: MakeCase, report: MakeReport) -> None:
    whole = case(verdict=Verdict.SKIP, skip="an opaque token\ncan't expire", suite="handshake", name="expired token")
    part = case(
        finding(Verdict.PASS), finding(Verdict.SKIP, layer=Layer.ORDER, actual="not shown"), suite="s", name="n"
    )
    blank = case(verdict=Verdict.SKIP, skip=" \n", name="blank")
    assert skip_lines(report(whole, part, case(finding(Verdict.PASS)), blank)) == (
        "SKIP  handshake · expired token: an opaque token can't expire  target staging (canonical)",
        "NOTE  s · n: not put to the test: event order: not shown  target staging (canonical)",
        "SKIP  tools · blank: no reason was given  target staging (canonical)",
    )


def test_what_many_cases_of_a_target_leave_out_for_one_reason_takes_one_line(
    finding: Make, case: MakeCase, report: MakeReport
) -> None:
    def untested(name: str, target: str = "staging") -> CaseResult:
        untold = finding(Verdict.SKIP, layer=Layer.TOOLS, actual="no header")
        return case(finding(Verdict.PASS), untold, name=name, target=target)

    assert skip_lines(report(*map(untested, "abc"), untested("d", "other"))) == (
        "NOTE  3 cases: not put to the test: tools: no header  target staging (canonical)",
        "NOTE  tools · d: not put to the test: tools: no header  target other (canonical)",
    )


def test_the_worst_stands_last(finding: Make, case: MakeCase, report: MakeReport) -> None:
    cases = [
        case(finding(), name="a"),
        case(finding(Verdict.UNKNOWN), name="b"),
        case(finding(Verdict.PASS), name="c"),
        case(finding(Verdict.PASS), finding(blocks=False), name="d"),
        case(verdict=Verdict.SKIP, skip="why", name="e"),
        case(finding(), name="f"),
    ]
    blocks = closing_blocks(report(*cases, problems=("disk full\nat line 2",)))
    heads = [block.split("\n")[0].split("  target")[0].rstrip() for block in blocks]
    assert heads == [
        "SKIP  tools · e: why",
        "NOTE  tools · d: tools: called 2 times, expected reschedule_appointment called exactly once",
        "UNKNOWN  tools · b", "PROBLEM  disk full", "FAIL  tools · a",
        "FAIL  tools · f",
    ]  # fmt: skip
    assert blocks[3] == "PROBLEM  disk full\n  at line 2"


def test_the_last_line_is_the_verdict(finding: Make, case: MakeCase, report: MakeReport) -> None:
    cases = [case(finding(Verdict.PASS))] * 12 + [case(finding()), case(finding(Verdict.UNKNOWN))]
    assert summary(report(*cases), "voxgate-results") == (
        "results in voxgate-results/\nFAILED  14 cases: 12 passed, 1 failed, 1 unknown, 0 skipped in 31.4 s"
    )
    assert summary(report(case(), outcome=Outcome.PASSED, duration_ms=950.0)) == (
        "PASSED  1 case: 1 passed, 0 failed, 0 unknown, 0 skipped in 0.9 s"
    )
    assert summary(report(recorded_by="1.0.0", judged_by="1.1.0")) == (
        "recorded by 1.0.0, judged by 1.1.0\n"
        "no case was judged, and the gate fails closed\n"
        "NO-TESTS  0 cases: 0 passed, 0 failed, 0 unknown, 0 skipped in 31.4 s"
    )


def test_hostile_text_only_shows(hostile_report: Report) -> None:
    shown = "\n".join((*closing_blocks(hostile_report, "out"), summary(hostile_report, "out")))
    shown.encode("utf-8")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029]", shown)
    assert not any(line.strip().startswith("::") or "##[" in line for line in shown.split("\n"))


def test_a_flood_leaves_a_block_readable(finding: Make, case: MakeCase) -> None:
    flood = finding(actual="\x1b\n" * 10_000, at=tuple(range(1_000)))
    block = case_block(case(flood))
    assert block.count("\n") < 25
    assert " (wire.jsonl lines 1, 2, 3, 4, 5, 6, 7, 8 and 992 more)\n" in block


def test_what_only_follows_from_another_finding_is_named_under_it(finding: Make, case: MakeCase) -> None:
    root = finding(actual="never ready", symptom="nothing-behind")
    names = ("configured", "script", "never", "never", "events", "count")
    follows = [finding(Verdict.UNKNOWN, check=name, symptom="nothing-behind", folded=True) for name in names]
    block = case_block(case(root, *follows))
    assert block.count("layer") == 1
    assert "  follows   6 more: configured, script, never, events …\n" in block
    assert "beside" not in block


def test_what_follows_stands_under_the_root_of_its_own_call(finding: Make, case: MakeCase) -> None:
    deaf = [finding(actual=f"call {n}", symptom="not-heard", call=n) for n in range(2)]
    twice = finding(actual="twice", symptom="tool-twice")
    events = finding(check="events", symptom="not-heard", call=1, folded=True)
    doubt = finding(Verdict.UNKNOWN, check="never", symptom="not-judged")
    shown = case(*deaf, twice, events, doubt)
    assert [following(shown, root) for root in (*deaf, twice)] == [(), (events,), ()]
    assert "beside    1 more of its claims could not be judged" in case_block(shown)


def test_cause_check_and_what_to_do_stand_below_what_was_found(finding: Make) -> None:
    told = finding_text(finding(cause="a retry", first_check="call ids", next_action="add a key")).split("\n")
    assert told[2:] == [
        "  actual    called 2 times (wire.jsonl lines 412, 433)", "  manifest  voice-tests.yaml:34:9",
        "  cause     a retry", "  check     call ids", "  do next   add a key",
    ]  # fmt: skip


def test_what_stopped_the_run_is_told_once_and_not_for_each_case(
    finding: Make, case: MakeCase, report: MakeReport
) -> None:
    undriven = [case(finding(Verdict.UNKNOWN), name=f"c{n}", evidence=None) for n in range(9)]
    told = "\n".join(closing_blocks(report(*undriven, problems=("no model key",))))
    assert told == "UNKNOWN  9 cases could not be driven or read\nPROBLEM  no model key"
    assert "\n".join(closing_blocks(report(*undriven))).count("UNKNOWN  tools · c") == 3


def test_the_network_of_a_case_is_named(finding: Make, case: MakeCase) -> None:
    assert "network   50 ± 20 ms each way" in case_block(case(finding(), network="50 ± 20 ms each way"))
    assert "network" not in case_block(case(finding()))


def test_what_was_measured_over_a_bad_network_is_in_no_figure(case: MakeCase, report: MakeReport) -> None:
    fair, rough = (Measurement("first_audible", "ms", value, 1.0, "x") for value in (500.0, 900.0))
    told = figures(report(case(measurements=(fair,)), case(measurements=(rough,), network="50 ms each way")))
    assert told == ("first audible sample: median 500 ms, worst 500 ms (measured once, ± 1 ms)",)
