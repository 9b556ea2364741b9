"""The tools suite: only cases that the user wrote, since nobody else knows what an agent's tools are for."""

from pydantic import Field

from gate.core.plan import Case
from gate.suites.brief import Brief
from gate.suites.cases import CaseSettings, SuiteSettings
from gate.suites.written import written

EXAMPLE = "such as {name: …, caller: [{play: reschedule}, {wait: turn_done}], expect: [{event: tool.call}]}"


class Settings(SuiteSettings):
    cases: list[CaseSettings] = Field(default_factory=list)


def expand(settings: Settings, brief: Brief) -> tuple[Case, ...]:
    if not settings.cases:
        brief.mistake((), "the tools suite claims nothing by itself", "no cases", "at least one case", EXAMPLE)
    return tuple(written(case, brief, ("cases", i)) for i, case in enumerate(settings.cases))
