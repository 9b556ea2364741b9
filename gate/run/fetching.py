"""What the agent's backend shows of the cases that did not pass: its trace of each, into the evidence."""

import asyncio
from collections.abc import Callable, Iterable
from pathlib import Path

from gate.core.findings import CaseResult
from gate.core.jsons import Json
from gate.core.plan import Plan
from gate.core.probing import TraceLook
from gate.evidence import store
from gate.world.backend import HttpBackend

AT_ONCE = 4


async def fetch_traces(
    plan: Plan, results: Iterable[CaseResult], backend: HttpBackend, masked: Callable[[Json], Json], home: Path
) -> list[str]:
    """A few at a time; what went wrong, in words. `home` is the folder that the results' evidence is seen from."""
    few, problems = asyncio.Semaphore(AT_ONCE), list[str]()

    async def fetch(result: CaseResult, look: TraceLook) -> None:
        try:
            async with few:
                trace = await backend.trace(look, result.trace_id)
        except LookupError as problem:
            problems.append(f"no trace of {result.id} from its backend: {problem}")
        else:
            store.keep_trace(home / str(result.evidence), masked(trace))

    red = [one for one in results if one.evidence and one.verdict.is_red]
    looks = [(one, plan.target(one.target).trace) for one in red]
    await asyncio.gather(*(fetch(one, look) for one, look in looks if look))
    return problems
