"""What one line of `expect`, `never` and `ends_with` may say. Settings models only."""

from typing import Annotated, get_args

from pydantic import AfterValidator, Field, model_validator

from gate.checks.events.ending import ENDS
from gate.checks.events.wanted import How
from gate.core.durations import Duration
from gate.core.wrong import Wrong
from gate.suites.matching import Anchor, EventName, Part, Times, Where

GROUPS = get_args(How)
MOST = 50
"""Events in one group: nobody lists more, and the search for an order in which they fit grows with them."""


class PatternSettings(Part):
    """Which events are meant."""

    event: EventName
    where: Where = Field(default_factory=dict)


class MemberSettings(PatternSettings):
    """One event of a group."""

    within: Duration | None = None
    after: Anchor = "caller.speech_end"


Members = Annotated[list[MemberSettings], Field(min_length=1, max_length=MOST)]


class ExpectationSettings(Part):
    """One expected event, or a group of them: exactly one of `event`, `any_of`, `unordered`, `strict` and `same`."""

    event: EventName | None = None
    where: Where = Field(default_factory=dict)
    within: Duration | None = None
    after: Anchor = "caller.speech_end"
    times: Times | None = None
    any_of: Members | None = None
    unordered: Members | None = None
    strict: Members | None = None
    ignoring: list[EventName] | None = None
    same: Annotated[str, Field(min_length=1)] | None = None
    of: Members | None = None

    @model_validator(mode="after")
    def _one_thing(self) -> "ExpectationSettings":
        kinds = ("event", *GROUPS)
        given = [name for name in kinds if getattr(self, name) is not None]
        if len(given) != 1:
            raise Wrong("is no single expectation", f"exactly one of {', '.join(kinds)}")
        belongs = {"event": {"where", "within", "after", "times"}, "strict": {"ignoring"}, "same": {"of"}}
        for key in sorted(self.model_fields_set - belongs.get(given[0], set()) - {given[0]}):
            raise Wrong(f"has `{key}` beside `{given[0]}`", f"`{key}` where it belongs, or not at all")
        if self.same is not None and self.of is None:
            raise Wrong("says what is the same, and not of which events", "`of:`, a list of events")
        if self.strict is not None and (both := {m.event for m in self.strict} & set(self.ignoring or ())):
            raise Wrong(f"waits for {min(both)} and ignores it", "one of both")
        return self

    @property
    def group(self) -> tuple[How, tuple[str, ...], list[MemberSettings]] | None:
        """How, where the members stand, and the members."""
        for how in GROUPS:
            if getattr(self, how) is not None:
                key = "of" if how == "same" else how
                return how, (key,), getattr(self, key)
        return None


class NeverSettings(PatternSettings):
    """An event that must not come: at all, before another one, after another one."""

    before: EventName | PatternSettings | None = None
    after: EventName | PatternSettings | None = None


def _ends(name: str) -> str:
    if name not in ENDS:
        raise Wrong("may come at any time, and ends nothing", f"one of {', '.join(ENDS)}")
    return name


EndName = Annotated[EventName, AfterValidator(_ends)]
