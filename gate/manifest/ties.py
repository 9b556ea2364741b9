"""How the calls of a target's backend are known to be of its cases: what each target tells it of the sandbox, and what
is wrong where that leads nowhere. It opens no sandbox."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace

from gate.core.mistakes import Mistake
from gate.core.plan import Target
from gate.core.tooling import ToolPlan
from gate.core.vault import names_sandbox
from gate.manifest.document import Document, at, texts
from gate.manifest.tooling_sandbox import SANDBOX

ADD = "add sandbox: {} below tools"
OWN_VALUES = "url, headers, http, session or options"


def tied(target: Target, plan: ToolPlan) -> ToolPlan:
    """The plan for this target's cases: with an address of its own for each where the manifest lets it be told, and
    without a sandbox where nothing tells its backend at which free port that is."""
    if plan.sandbox is None:
        return plan
    own = names_sandbox([*_own_values(target)])
    if not (own or plan.sandbox.port or (target.start and names_sandbox(asdict(target.start)))):
        return replace(plan, sandbox=None)
    tie = "address" if own else "traceparent" if plan.sandbox.tie == "traceparent" else "alone"
    return replace(plan, sandbox=replace(plan.sandbox, tie=tie))  # type: ignore[arg-type]


def _own_values(target: Target) -> Iterator[object]:
    dial = target.dial
    yield from (dial.url, [value for _, value in dial.headers], asdict(dial.http) if dial.http else None)
    yield from (target.session, target.options)


def tie_mistakes(target: Target, plan: ToolPlan, document: Document) -> Iterator[Mistake]:
    """What a target says of the sandbox, and the tools do not, or the other way round."""
    own = names_sandbox([*_own_values(target)])
    told = names_sandbox(document.data) or document.has(SANDBOX)
    if own and plan.sandbox is None and not told:
        what = f"the target {target.name} refers to the sandbox, and there is none"
        yield Mistake(target.place, what, hint=ADD)
    if plan.sandbox and plan.sandbox.tie == "address" and not own:
        what = f"tools.sandbox.tie is address, and no call to {target.name} tells its backend an address of its own"
        hint = f"write ${{sandbox.http}} or ${{sandbox.mcp}} in its {OWN_VALUES}, or delete the key"
        yield Mistake(document.place((*SANDBOX, "tie")), what, hint=hint)


def unreachable(targets: Sequence[Target], plan: ToolPlan, document: Document) -> Iterator[Mistake]:
    """A sandbox at a port that nobody knows, which no target is told of. What is malformed is told of elsewhere."""
    given = at(document.data, SANDBOX)
    if plan.sandbox is None or not isinstance(given, dict) or set(given) - {"bind"}:
        return
    said = any("${sandbox" in text for _, text, _ in texts(document.data))
    if not (said or any(names_sandbox([*_own_values(target)]) for target in targets)):
        what = "tools.sandbox takes any port that is free, and no target tells its backend which"
        hint = f"write ${{sandbox.http}} or ${{sandbox.mcp}} in the {OWN_VALUES} of a target, or in its start"
        yield Mistake(plan.sandbox.place, what, hint=f"{hint}; or give it a port that the backend knows")
