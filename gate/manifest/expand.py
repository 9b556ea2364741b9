"""Targets and suites to cases: every suite is asked for its cases against every target."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from gate.core.capabilities import INVARIANTS, Capabilities
from gate.core.mistakes import Mistake
from gate.core.places import Place
from gate.core.plan import Case, Clip, File, Made, Target
from gate.core.ports import Clips
from gate.core.signals import EVENT_NAMES
from gate.core.tooling import ToolPlan
from gate.manifest import assigned, probing, sessions, ties, tooling_sandbox
from gate.manifest.document import Document, Loc
from gate.manifest.registries import Registries
from gate.manifest.tool_plans import for_target, platform_mocks
from gate.manifest.validate import Checked
from gate.suites import invariants
from gate.suites.brief import Brief
from gate.suites.network import over

_ALL = Capabilities(
    frozenset(EVENT_NAMES), 16_000, 16_000, guarantees=frozenset(INVARIANTS), types=True, takes_files=True,
    presses=True, sees_images=True, echoes_marks=True,
)  # fmt: skip
"""What a dialect that is not known is taken to be able to do, so that no suite complains of it."""


@dataclass(slots=True)
class Work:
    found: dict[str, Case] = field(default_factory=dict)
    clips_used: dict[str, Clip] = field(default_factory=dict)
    made: dict[str, Made] = field(default_factory=dict)
    files_used: dict[str, File] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)

    @property
    def cases(self) -> tuple[Case, ...]:
        return tuple(self.found.values())

    @property
    def clips(self) -> tuple[Clip, ...]:
        return tuple(self.clips_used[name] for name in sorted(self.clips_used))

    @property
    def files(self) -> tuple[File, ...]:
        return tuple(self.files_used[name] for name in sorted(self.files_used))


def expand(
    targets: Sequence[Target],
    given: ToolPlan,
    suites: Mapping[str, Checked[Any]],
    document: Document,
    library: Clips,
    known: Registries,
    switches: Mapping[str, bool],
) -> Work:
    """What a suite complains about at or above something that is mistaken already is left out."""
    work = Work()
    names = [target.name for target in targets]
    work.mistakes += platform_mocks(given, targets)
    work.mistakes += ties.unreachable(targets, given, document)
    for name, checked in suites.items():
        work.mistakes += assigned.mistakes(checked.value, names, _placing(document, checked, ("suites", name)))
    for target in targets:
        tools = ties.tied(target, given)
        dialect = known.dialect_of(target) if target.dialect else None
        capabilities = dialect.capabilities if dialect else _ALL
        work.mistakes += (
            *_unsayable(target, capabilities, tools),
            *_unseen(target, capabilities, switches, document),
            *ties.tie_mistakes(target, given, document),
        )
        work.mistakes += sessions.mistakes(target, dialect, document) if dialect else ()
        for name, checked in suites.items():
            if checked.value is None or target.name not in (assigned.targets(checked.value) or names):
                continue
            mine = for_target(tools, target)
            placing = _placing(document, checked, ("suites", name))
            brief = Brief(name, target, capabilities, mine, library, placing, invariants=switches)
            cases = known.suites[name].expand(checked.value, brief)
            cases = tuple(probing.placed(tooling_sandbox.placed(case, tools), target) for case in cases)
            if network := getattr(checked.value, "network", None):
                cases = over(network.weather, cases)
            if when := getattr(checked.value, "when", None):
                cases = tuple(replace(case, when=tuple(when.paths)) for case in cases)
            if not getattr(checked.value, "blocks", True):
                cases = tuple(_only_shown(case) for case in cases)
            work.clips_used |= brief.clips_used
            work.files_used |= brief.files_used
            work.made = brief.made | work.made
            work.mistakes += [mistake for mistake in brief.mistakes if mistake.place not in checked.tainted]
            _gather(cases, work)
    return work


def _only_shown(case: Case) -> Case:
    return replace(case, claims=tuple(replace(claim, blocks=False) for claim in case.claims))


def _unsayable(target: Target, capabilities: Capabilities, tools: ToolPlan) -> Iterator[Mistake]:
    """What the manifest wants to be sent, and the dialect has no message for."""
    if tools.mocks and not capabilities.answers_tools and tools.sandbox is None:
        what = f"the dialect {target.dialect} has no message for a tool's answer, so no mock can be used"
        hint = "describe one under options.send.tool_result, or leave mocks out"
        yield Mistake(tools.mocks[0].place, what, hint=hint if target.dialect == "template" else "leave mocks out")


def _unseen(
    target: Target, capabilities: Capabilities, switches: Mapping[str, bool], document: Document
) -> Iterator[Mistake]:
    """Invariants that are switched on for all, and that the dialect shows nothing of."""
    for name in (name for name, on in switches.items() if on and capabilities.lacks(name)):
        place = document.place(("invariants", name))
        yield Mistake(place, invariants.cannot_be_judged(target.dialect, capabilities, name))


def _placing(document: Document, checked: Checked[Any], base: Loc) -> Callable[[Loc], Place]:
    return lambda loc: document.place((*base, *checked.original(loc)))


def _gather(cases: Sequence[Case], work: Work) -> None:
    for case in cases:
        first = work.found.setdefault(case.id, case)
        if first is not case:
            what = f"a second case with the id {case.id}"
            hint = f"the first is at {first.place.line}:{first.place.column}; give one of them another name"
            work.mistakes.append(Mistake(case.place, what, hint=hint))
