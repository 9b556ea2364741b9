"""A case that the user writes, and what every suite may say. Settings models only."""

from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from gate.core.durations import Duration
from gate.core.plan import Pace
from gate.core.wrong import Wrong
from gate.suites.calling import CallingSettings
from gate.suites.clearing import CleanupSettings
from gate.suites.expecting import ExpectSettings
from gate.suites.keys import Given, Text
from gate.suites.matching import Part
from gate.suites.network import CaseNetworkSettings, NetworkSettings
from gate.suites.saying import SayingSettings
from gate.suites.settings import PlaySettings, StepSettings

Code = Annotated[int, Field(ge=1000, le=4999)]


class CaseSession(Part):
    """What a case asks of its session beyond what the target does."""

    system_prompt: Annotated[str, Field(min_length=1)] | None = None
    first_message: Annotated[str, Field(min_length=1)] | None = None


Targets = Given[Annotated[list[Text], Field(min_length=1)]]


class CaseSettings(ExpectSettings, CallingSettings, SayingSettings):
    """A case written by the user. `targets`: against which of them it is run; without, against all of its suite's."""

    name: Annotated[str, Field(min_length=1, max_length=120)]
    caller: Annotated[list[StepSettings], Field(min_length=1)]
    close: Annotated[list[Code], Field(min_length=1)] | None = None
    gone: bool = False
    cleanup: list[CleanupSettings] = Field(default_factory=list)
    session: CaseSession = CaseSession()
    pace: Pace = "real-time"
    linger: Duration | None = None
    tags: list[str] = Field(default_factory=list)
    targets: Targets = None
    network: Given[CaseNetworkSettings] = None
    blocks: bool = True

    @model_validator(mode="after")
    def _ends_at_its_end(self) -> "CaseSettings":
        for step in self.caller[:-1]:
            if step.hang_up is not None:
                raise Wrong("goes on after the caller has hung up", "hang_up as the last step")
            if step.wait is not None and step.wait.until == "closed":
                raise Wrong("goes on after the agent has closed", "wait: closed as the last step")
        return self

    @model_validator(mode="after")
    def _claims_something(self) -> "CaseSettings":
        refused = any(isinstance(step.play, PlaySettings) and step.play.as_is for step in self.caller)
        events = self.expect or self.never or self.ends_with or self.calls
        if not (events or self.close or self.gone or refused or self.speaks_of_words):
            expected = "one of expect, never, ends_with, calls, says, hears, confirms, must_not_confirm, close, gone"
            raise Wrong("claims nothing", expected, "a case that cannot fail proves nothing")
        return self


def _glob(text: str) -> str:
    if text.startswith(("/", "./", "../", "!")) or "\\" in text:
        raise Wrong("is no path from the top of the repository", "agent/**, or prompts/*.md", "leave the beginning out")
    return text


class WhenSettings(Part):
    """Of which files a suite is. With `--changed-since`, and before a push, it is run only if one of them changed."""

    paths: Annotated[list[Annotated[Text, AfterValidator(_glob)]], Field(min_length=1)]


class SuiteSettings(Part):
    """What every suite may say: `targets`, against which of them it is run, without: all; `when`, the files that it is
    about, without: any; `network`, over which its calls are made; and `blocks: false`, which shows what its cases find
    and lets none of it stop a merge."""

    targets: Targets = None
    when: Given[WhenSettings] = None
    network: Given[NetworkSettings] = None
    blocks: bool = True
    cases: list[CaseSettings] = Field(default_factory=list)
