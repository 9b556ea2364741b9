"""The tools suite: only cases that the user wrote, since nobody else knows what an agent's tools are for."""

from gate.core.plan import Case
from gate.suites.brief import Brief
from gate.suites.cases import SuiteSettings
from gate.suites.written import all_written

EXAMPLE = "such as {name: …, caller: [{play: reschedule}, {wait: turn_done}], expect: [{event: tool.call}]}"


class Settings(SuiteSettings):
    """Nothing beyond what every suite may say."""


def expand(settings: Settings, brief: Brief) -> tuple[Case, ...]:
    if not settings.cases:
        brief.mistake((), "the tools suite claims nothing by itself", "no cases", "at least one case", EXAMPLE)
    return all_written(settings, brief)
