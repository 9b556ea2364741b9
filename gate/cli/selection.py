"""Which cases of a plan are run: by suite, target, tag, or a piece of their name. Pure."""

import argparse
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from gate.cli.outcomes import Usage
from gate.core.globs import any_matches
from gate.core.plan import Case, Lane, Plan
from gate.core.suggest import did_you_mean


def selected(plan: Plan, arguments: argparse.Namespace) -> Plan:
    """The plan with only the cases asked for, and the targets they call. Asking for what is not there is an error."""
    cases: Sequence[Case] = plan.cases
    suites = _listed(arguments.suite)
    cases = _kept(cases, "--suite", suites, lambda case: {case.suite})
    cases = _kept(cases, "--target", _listed(getattr(arguments, "target", None)), lambda case: {case.target})
    cases = _kept(cases, "--tag", _listed(getattr(arguments, "tag", None)), lambda case: set(case.tags))
    fitting: list[Case] = []
    for text in arguments.case or ():
        found = [case for case in cases if text in case.id or text.casefold() in case.name.casefold()]
        if not found:
            raise Usage(f"--case {text!r} fits no case; `voxgate check` names them all")
        fitting += found
    cases = [case for case in cases if case in fitting] if arguments.case else cases
    return with_cases(plan, cases)


def with_cases(plan: Plan, cases: Iterable[Case]) -> Plan:
    """The plan with these cases alone, and the targets that they call."""
    kept = tuple(cases)
    used = {case.target for case in kept}
    return replace(plan, cases=kept, targets=tuple(target for target in plan.targets if target.name in used))


def repeated(plan: Plan, times: int) -> Plan:
    """Every case so many times, each a case of its own. There is but one first call after a start."""
    if times == 1:
        return plan
    cases = (
        replace(case, id=f"{case.id}.r{number}", name=f"{case.name} · {number} of {times}", repeats=case.id)
        for case in plan.cases
        for number in range(1, times + 1)
        if case.lane is not Lane.FIRST
    )
    return replace(plan, cases=(*(case for case in plan.cases if case.lane is Lane.FIRST), *cases))


def concerned(plan: Plan, changed: Iterable[str]) -> Plan:
    """The plan with the cases that these files, from the top of the repository, have to do with."""
    files = list(changed)
    return with_cases(plan, (case for case in plan.cases if not case.when or any_matches(case.when, files)))


def _listed(given: Iterable[str] | None) -> list[str]:
    return [name for text in given or () for name in text.split(",") if name]


def _kept(cases: Sequence[Case], option: str, names: list[str], of: Callable[[Case], set[str]]) -> Sequence[Case]:
    if not names:
        return cases
    known: set[str] = set().union(*(of(case) for case in cases))
    for name in names:
        if name not in known:
            raise Usage(f"{option} {name!r} is not in this manifest; {did_you_mean(name, known)}")
    return [case for case in cases if of(case) & set(names)]
