"""`tools.sandbox` and `tools.real`: what is read of them, how calls are tied, and every mistake at its place."""

from pathlib import Path
from typing import Any

import pytest

from gate.core.matchers import Matcher
from gate.core.mistakes import ManifestError
from gate.core.plan import Lane, Plan
from gate.core.tooling import Sandbox
from gate.fixtures.library import Library, home
from gate.manifest import read_plan
from tests.suites.briefs import GARBAGE

ENVIRON = {"TOOL_TOKEN": "a-secret-value"}

MANIFEST = """\
version: 1
{target}
tools:
  strategy: all
{tools}
  mocks: [{{tool: look, respond: 1}}]
suites:
  handshake:
  tools:
    cases: [{{name: n, caller: [{{type: hello}}], expect: [{{event: tool.call}}]}}]
"""
PLAIN = "target: {url: ws://127.0.0.1:1/, dialect: canonical}"
OWN = 'target: {url: ws://127.0.0.1:1/, dialect: canonical, headers: {X-Tools: "${sandbox.http}"}}'


def plan(folder: Path, tools: str = "  sandbox: {}", target: str = PLAIN) -> Plan:
    path = folder / "voice-tests.yaml"
    path.write_text(MANIFEST.format(target=target, tools=tools), "utf-8")
    return read_plan(path, ENVIRON, Library(home() / "audio", folder))[0]


def mistakes(folder: Path, tools: str = "  sandbox: {}", target: str = PLAIN) -> list[str]:
    with pytest.raises(ManifestError) as told:
        plan(folder, tools, target)
    return [str(mistake).partition("voice-tests.yaml:")[2] for mistake in told.value.mistakes]


def sandboxes(made: Plan) -> set[Any]:
    """Without the one case that is alone whatever the sandbox is."""
    cases = [case for case in made.cases if case.name != GARBAGE[2]]
    return {(case.tools.sandbox.tie if case.tools.sandbox else None, case.lane) for case in cases}


def test_what_is_written_is_in_the_plan(tmp_path: Path) -> None:
    given = '  sandbox: {bind: 0.0.0.0, port: 8900, advertise: "http://172.17.0.1:8900", tie: traceparent}'
    (sandbox,) = {case.tools.sandbox for case in plan(tmp_path, given).cases}
    assert isinstance(sandbox, Sandbox)
    assert (sandbox.bind, sandbox.port, sandbox.advertise) == ("0.0.0.0", 8900, "http://172.17.0.1:8900")
    assert str(sandbox.place).endswith("voice-tests.yaml:5:3")


@pytest.mark.parametrize("way", ["http", "mcp"])
@pytest.mark.parametrize(
    "where",
    [
        'url: "ws://127.0.0.1:1/?tools=${WAY}"',
        'url: ws://127.0.0.1:1/, headers: {X-Tools: "${WAY}"}',
        'url: ws://127.0.0.1:1/, session: {metadata: {tools: ["${WAY}"]}}',
        'http: {url: "http://127.0.0.1:1/?tools=${WAY}", url_path: url}',
        'http: {url: "http://127.0.0.1:1/", url_path: url, headers: {X-Tools: "${WAY}"}}',
        'http: {url: "http://127.0.0.1:1/", url_path: url, body: {tools: "${WAY}"}}',
    ],
)
def test_a_reference_in_what_the_call_itself_says_gives_it_an_address(tmp_path: Path, where: str, way: str) -> None:
    target = "target: {dialect: canonical, " + where.replace("WAY", f"sandbox.{way}") + "}"
    made = plan(tmp_path, target=target)
    assert sandboxes(made) == {("address", Lane.PARALLEL)}
    assert f"${{sandbox.{way}}}" in repr(made), "the plan keeps the reference, whatever the address will be"


def test_a_program_is_told_the_address_that_all_cases_share_so_they_run_alone(tmp_path: Path) -> None:
    start = 'start: {command: [bot, "${sandbox.mcp}"], env: {TOOLS: "${sandbox.http}"}}'
    target = f"target: {{url: ws://127.0.0.1:1/, dialect: canonical, {start}}}"
    assert sandboxes(plan(tmp_path, target=target)) == {("alone", Lane.ALONE), ("alone", Lane.FIRST)}
    tied = plan(tmp_path, "  sandbox: {tie: traceparent}", target)
    assert sandboxes(tied) == {("traceparent", Lane.PARALLEL), ("traceparent", Lane.FIRST)}


def test_each_target_is_tied_by_what_it_says(tmp_path: Path) -> None:
    target = """\
targets:
  one: {url: ws://127.0.0.1:1/, dialect: canonical, headers: {X-Tools: "${sandbox.http}"}}
  two: {url: ws://127.0.0.1:2/, dialect: canonical}"""

    def ties(sandbox: str) -> set[tuple[str, str]]:
        made = plan(tmp_path, sandbox, target)
        return {(case.target, case.tools.sandbox.tie) for case in made.cases if case.tools.sandbox}

    assert ties("  sandbox: {port: 8900}") == {("one", "address"), ("two", "alone")}
    assert ties("  sandbox: {}") == {("one", "address")}, "nothing tells the other at which port it is"


def test_without_a_sandbox_nothing_changes(tmp_path: Path) -> None:
    assert sandboxes(plan(tmp_path, "")) == {(None, Lane.PARALLEL)}


@pytest.mark.parametrize(
    ("target", "told"),
    [
        (OWN, "target.headers.X-Tools refers to ${sandbox.http}, and there is no sandbox; add sandbox"),
        (OWN.replace("sandbox.http", "sandbox.htpp"), "expected ${sandbox.http} or ${sandbox.mcp}; did you mean '$"),
        (
            OWN.replace("sandbox.http", "sandbox.url"),
            "found ${sandbox.url}, expected ${sandbox.http} or ${sandbox.mcp}",
        ),
        (OWN.replace("sandbox.http", "sandbox"), "target.headers.X-Tools holds a malformed reference"),
        (OWN.replace("headers: {X-Tools", "budgets: {ready: 1s}, auth: {bearer"), "which is not filled in there"),
    ],
)
def test_a_reference_that_leads_nowhere(tmp_path: Path, target: str, told: str) -> None:
    assert any(told in one for one in mistakes(tmp_path, "", target))


def test_a_sandbox_that_is_missing_or_mistaken_is_told_of_once(tmp_path: Path) -> None:
    (missing,) = mistakes(tmp_path, "", OWN)
    assert "and there is no sandbox" in missing
    (empty,) = mistakes(tmp_path, "  sandbox:", OWN)
    assert "tools.sandbox is empty" in empty
    (wrong,) = mistakes(tmp_path, "  sandbox: true", OWN)
    assert "tools.sandbox is wrong, found true" in wrong


def test_a_sandbox_at_a_port_that_nobody_is_told_of(tmp_path: Path) -> None:
    for target in (
        PLAIN,
        OWN.replace("${sandbox.http}", "{{sandbox.http}}"),
        OWN.replace("${sandbox.http}", "$sandbox.http"),
    ):
        (told,) = mistakes(tmp_path, target=target)
        assert told.startswith("5:3: tools.sandbox takes any port that is free, and no target tells its backend which;")
    assert sandboxes(plan(tmp_path, "  sandbox: {port: 8900}")) == {("alone", Lane.ALONE)}


def test_a_reference_where_none_is_read(tmp_path: Path) -> None:
    (told,) = mistakes(tmp_path, '  sandbox: {}\n  system: ["${sandbox.http}"]')
    assert told.startswith("6:12: tools.system[0] holds ${sandbox.http}, which is not filled in there, expected it")


def test_a_reference_in_a_file_of_tools_wants_a_sandbox_too(tmp_path: Path) -> None:
    (tmp_path / "tools.json").write_text('[{"type": "webhook", "url": "${sandbox.http}/look"}]', "utf-8")
    target = "target: {url: ws://127.0.0.1:1/, dialect: canonical, session: {tools: tools.json}}"
    (told,) = mistakes(tmp_path, "", target)
    assert told == "2:1: the target agent refers to the sandbox, and there is none; add sandbox: {} below tools"
    assert sandboxes(plan(tmp_path, target=target)) == {("address", Lane.PARALLEL)}


@pytest.mark.parametrize(
    ("sandbox", "told"),
    [
        ("{bind: localhost:8900}", "5:19: tools.sandbox.bind is no address to listen on, found 'localhost:8900'"),
        ("{bind: bot.internal}", "another machine's way to it goes under advertise"),
        ('{advertise: "http://172.17.0.1:8900"}', "leads nowhere, since any free port is taken; write port: beside it"),
        ("{port: 8900, advertise: tools.example}", "tools.sandbox.advertise is no address of the kind"),
        ('{port: 8900, advertise: "http://h/?a=b"}', "has a query, behind which no path can stand"),
        ("{port: 70000}", "tools.sandbox.port is out of bounds"),
        ("{tie: alone}", "tools.sandbox.tie is wrong, found the text 'alone', expected one of address, traceparent"),
        ("{tie: adress}", "did you mean 'address'?"),
        ("{tie: address}", "tools.sandbox.tie is address, and no call to agent tells its backend an address of"),
        ("{bnd: 0.0.0.0}", "did you mean 'bind'?"),
    ],
)
def test_what_is_wrong_with_a_sandbox(tmp_path: Path, sandbox: str, told: str) -> None:
    (found,) = mistakes(tmp_path, f"  sandbox: {sandbox}", PLAIN if sandbox == "{tie: address}" else OWN)
    assert told in found


REAL = """\
  no_match: call
  real:
    book:
      url: https://h/book
      headers: {Authorization: "Bearer ${env.TOOL_TOKEN}"}
      dry_run: {where: {result.dry_run: true}}
    free: {url: http://127.0.0.1:9/free, method: GET, timeout: 500ms}"""


def test_real_tools_are_in_the_plan_with_their_secrets_by_name(tmp_path: Path) -> None:
    made = plan(tmp_path, REAL)
    (case,) = [case for case in made.cases if case.suite == "tools"]
    book, free = case.tools.real
    assert book.headers == (("Authorization", "Bearer ${env.TOOL_TOKEN}"),)
    assert book.dry_run == (("result.dry_run", Matcher("exact", True)),)
    assert (free.name, free.method, free.timeout_ms, free.dry_run) == ("free", "GET", 500, ())
    assert made.secrets == ("TOOL_TOKEN",)


def test_a_dry_run_is_claimed_of_every_call_that_may_call_for_real(tmp_path: Path) -> None:
    for case in plan(tmp_path, REAL).cases:
        claimed = [(claim.call, str(claim.place)[-4:]) for claim in case.claims if claim.check == "dry-run"]
        assert claimed == [(number, ":7:5") for number in range(len(case.calls)) if case.tools.real]
    undry = REAL.replace("dry_run: {where: {result.dry_run: true}}", "timeout: 1s")
    assert not [c for case in plan(tmp_path, undry).cases for c in case.claims if c.check == "dry-run"]


@pytest.mark.parametrize(
    ("real", "told"),
    [
        ("{book: {url: http://bot.internal/}}", "tools.real.book.url is not encrypted, and bot.internal is not this"),
        ("{book: {url: ws://h/}}", "tools.real.book.url is no HTTP address"),
        ('{book: {url: "https://h/?token=secret-secret"}}', "tools.real.book.url carries a secret written out, as"),
        ('{book: {url: "https://h/?token=${env.TOOL_TOKEN}"}}', "tools.real.book.url holds a reference"),
        ("{book: {url: https://h/, headers: {Authorization: Bearer abc}}}", "Authorization is a secret written out"),
        ("{book: {url: https://h/, dry_run: {where: {dry_run: true}}}}", "looks elsewhere than at the answer"),
        ("{book: {url: https://h/, dry_run: {where: {}}}}", "tools.real.book.dry_run.where is empty"),
        ("{book: {url: https://h/, method: DELETE}}", "expected one of GET, POST, PUT, PATCH"),
        ("{book: {}}", "tools.real.book lacks the key 'url'"),
        ('{book: {url: https://h/, headers: {X: "${env.NO_SUCH}"}}}', "refers to NO_SUCH, which is not set"),
    ],
)
def test_what_is_wrong_with_a_real_tool(tmp_path: Path, real: str, told: str) -> None:
    (found,) = mistakes(tmp_path, f"  no_match: call\n  real: {real}")
    assert told in found
