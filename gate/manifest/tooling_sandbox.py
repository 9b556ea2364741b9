"""`tools.sandbox` and `tools.real`: their shape, what is wrong with them beyond it, and what they add to a case."""

import ipaddress
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field

from gate.checks import claim
from gate.checks.tools.dryrun import DryRunsOnly
from gate.core.durations import Budget
from gate.core.matchers import Where as Matched
from gate.core.paths import parts
from gate.core.plan import Case, Claim, Lane
from gate.core.tooling import RealTool, Sandbox, ToolPlan
from gate.core.vault import REFERENCE
from gate.manifest import addresses, words
from gate.manifest.document import Document, Loc
from gate.manifest.faults import Fault, Faults
from gate.suites.keys import Given, Text
from gate.suites.matching import Part, Where

SANDBOX: Loc = ("tools", "sandbox")
REAL: Loc = ("tools", "real")


class SandboxSettings(Part):
    """Where the gate serves the tools to the agent's backend, over HTTP and MCP."""

    bind: Text = Field(default="127.0.0.1", examples=["0.0.0.0"])  # noqa: S104 (an example)
    port: Annotated[int, Field(ge=0, le=65_535, examples=[8900])] = 0
    advertise: Given[Text] = Field(default=None, examples=["http://172.17.0.1:8900"])
    tie: Given[Literal["address", "traceparent"]] = None


class DryRunSettings(Part):
    """What the answer must hold to show that nothing was changed."""

    where: Annotated[Where, Field(min_length=1)] = Field(examples=[{"result.dry_run": True}])


class RealSettings(Part):
    """An endpoint that is called in earnest."""

    url: Text = Field(examples=["https://tools.example/lookup"])
    method: Literal["GET", "POST", "PUT", "PATCH"] = "POST"
    headers: dict[str, str] = {}
    timeout: Budget = 10_000.0
    dry_run: Given[DryRunSettings] = None


def with_sandbox(plan: ToolPlan, settings: SandboxSettings | None, document: Document, faults: Faults) -> ToolPlan:
    if settings is None:
        return plan
    faults.tell((*SANDBOX, "bind"), _bind_fault(settings.bind), words.quoted(settings.bind))
    if settings.advertise is not None:
        loc = (*SANDBOX, "advertise")
        faults.tell(loc, _advertise_fault(settings.advertise), words.quoted(settings.advertise))
        if settings.port == 0:
            faults.tell(loc, Fault("leads nowhere, since any free port is taken", "", "write port: beside it"))
    made = Sandbox(document.place(SANDBOX), settings.bind, settings.port, settings.advertise, settings.tie or "alone")
    return replace(plan, sandbox=made)


def _bind_fault(bind: str) -> Fault | None:
    try:
        ipaddress.ip_address(bind)
    except ValueError:
        hint = "another machine's way to it goes under advertise"
        return None if bind == "localhost" else Fault("is no address to listen on", "127.0.0.1 or 0.0.0.0", hint)
    return None


def _advertise_fault(url: str) -> Fault | None:
    if REFERENCE.search(url):
        return Fault("holds a reference", "an address")
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        host = ""
    if fault := addresses.url_fault(url, url, "http", (host,)):
        return fault
    return Fault("has a query, behind which no path can stand", "", "delete it") if "?" in url else None


def with_real_tools(
    plan: ToolPlan, given: Mapping[str, RealSettings], document: Document, environ: Mapping[str, str],
    faults: Faults, plain_hosts: tuple[str, ...] = (),
) -> ToolPlan:  # fmt: skip
    """`plain_hosts` are those of the targets: whoever may be called in the clear."""

    def filled(text: str) -> str:
        return REFERENCE.sub(lambda found: environ.get(found[1], found[0]), text)

    made = []
    for name, one in given.items():
        loc = (*REAL, name)
        hidden = "@" in one.url or addresses.secret_in_query(one.url) is not None
        faults.tell((*loc, "url"), addresses.url_fault(one.url, one.url, "http", plain_hosts),
                    "" if hidden else words.quoted(one.url))  # fmt: skip
        for header, value in one.headers.items():
            faults.tell((*loc, "headers", header), addresses.header_fault(header, value, filled(value)))
        made.append(RealTool(
            name, document.place(loc), one.url, one.method, tuple(one.headers.items()), one.timeout,
            _dry_run(one.dry_run, faults, (*loc, "dry_run", "where")),
        ))  # fmt: skip
    return replace(plan, real=tuple(made))


def _dry_run(settings: DryRunSettings | None, faults: Faults, loc: Loc) -> Matched:
    where = settings.where if settings else {}
    for path in where:
        if (parts(path) or ("",))[0] != "result":
            fault = Fault("looks elsewhere than at the answer", "a path such as result.dry_run")
            faults.tell((*loc, path), fault)
    return tuple((path, matcher) for path, matchers in where.items() for matcher in matchers)


def placed(case: Case, plan: ToolPlan) -> Case:
    """The case with what the target's plan says of the sandbox and of real tools, whichever suite it is of. A case that
    comes before all others stays there: whatever runs alone runs behind it."""
    claims = tuple(_dry_run_claims(case))
    case = replace(case, claims=(*case.claims, *claims)) if claims else case
    if plan.sandbox is None:
        return case
    alone = plan.sandbox.tie == "alone" and case.lane is not Lane.FIRST
    return replace(case, tools=replace(case.tools, sandbox=plan.sandbox), lane=Lane.ALONE if alone else case.lane)


def _dry_run_claims(case: Case) -> Iterator[Claim]:
    """Asked of each call: what a real tool changes is nothing that a manifest may take lightly."""
    dry = [tool for tool in case.tools.real if tool.dry_run]
    for number in range(len(case.calls) if dry else 0):
        yield claim(DryRunsOnly(tuple((tool.name, tool.dry_run) for tool in dry)), dry[0].place, call=number)
