"""Whether a case is the same in two plans: only what was asked alike may be answered worse. Agents, addresses and what
they are configured with may differ; that is what people compare."""

from collections.abc import Iterator
from dataclasses import replace

from gate.core.plan import BargeIn, Call, Case, Plan, Step, Wait

SHOWN = 12


def unlike(old: Plan, new: Plan) -> Iterator[str]:
    """A sentence for each case of both plans that was asked otherwise in the one than in the other."""
    before = {case.group: case for case in old.cases}
    for case in {case.group: case for case in new.cases}.values():
        was = before.get(case.group)
        if was is not None and (difference := _difference(old, was, new, case)):
            yield f"{case.group}: {difference}"


def _difference(old: Plan, was: Case, new: Plan, case: Case) -> str:
    dialects = old.target(was.target).dialect, new.target(case.target).dialect
    if dialects[0] != dialects[1]:
        return f"its dialect was {dialects[0]}, and is {dialects[1]}"
    clips = _clips(old, was), _clips(new, case)
    for name in clips[0].keys() & clips[1].keys():
        if clips[0][name] != clips[1][name]:
            return f"the clip {name} was sha256 {clips[0][name][:SHOWN]}…, and is {clips[1][name][:SHOWN]}…"
    if was.network != case.network:
        return f"its network was {was.network or 'that of the machine'}, and is {case.network or 'that of the machine'}"
    if [_script(call) for call in was.calls] != [_script(call) for call in case.calls]:
        return "its caller had another script"
    return ""


def _clips(plan: Plan, case: Case) -> dict[str, str]:
    """The hash of each clip or file that the case plays, by its name."""
    known = {clip.name: clip.sha256 for clip in plan.clips} | {file.name: file.sha256 for file in plan.files}
    names = (getattr(step, "clip", None) or getattr(step, "file", None) for call in case.calls for step in call.steps)
    return {name: known[name] for name in names if name in known}


def _script(call: Call) -> tuple[object, ...]:
    return tuple(map(_deed, call.steps)), call.pace, call.beside, call.mute


def _deed(step: Step) -> Step:
    """How long a step may wait is no part of what is asked."""
    return replace(step, budget_ms=0.0) if isinstance(step, Wait | BargeIn) else step
