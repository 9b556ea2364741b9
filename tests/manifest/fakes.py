"""A dialect and two suites that are small enough to see through, and a library of two clips."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from gate.core.capabilities import Capabilities
from gate.core.mistakes import ManifestError, Mistake
from gate.core.plan import Call, Case, Claim, Clip, File, Plan, Play, Target
from gate.core.recipes import Recipe, Say
from gate.core.vault import Vault
from gate.core.voices import Voice
from gate.manifest import Registries, read_plan
from gate.suites.brief import Brief


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PlainOptions(Strict):
    rate: Literal[8000, 16000] = 16000
    shape: str | dict[str, Any] = "x"


@dataclass
class Plain:
    options: PlainOptions
    capabilities: Capabilities = field(default_factory=lambda: Capabilities(frozenset({"response.done"}), 16000, 16000))

    def session_mistakes(self, session: dict[str, Any]) -> tuple[str, ...]:
        return ()


class SmokeSettings(Strict):
    clips: tuple[str, ...] = ("hello",)
    blocks: bool = True


class PlayStep(Strict):
    play: str


class SayStep(Strict):
    say: str
    voice: str = "amy"


class Expectation(Strict):
    event: Literal["tool.call", "response.done", "error"]
    where: dict[str, str | int] = {}


class ToolCase(Strict):
    name: str
    caller: list[PlayStep | SayStep] = []
    expect: list[Expectation] = []


class ToolsSettings(Strict):
    cases: tuple[ToolCase, ...] = ()


def _smoke(settings: SmokeSettings, brief: Brief) -> tuple[Case, ...]:
    cases = []
    for index, name in enumerate(settings.clips):
        step = Play(brief.clip(name, ("clips", index)))
        claim = Claim("answers", brief.place(("clips", index)), blocks=settings.blocks)
        cases.append(_case(brief, name, ("clips", index), brief.call(name, step), claim))
    return tuple(cases)


def _tools(settings: ToolsSettings, brief: Brief) -> tuple[Case, ...]:
    if not settings.cases:
        brief.mistake((), "the suite tools has no cases", hint="write one")
    made = []
    for index, case in enumerate(settings.cases):
        for number, step in enumerate(case.caller):
            if isinstance(step, PlayStep):
                brief.clip(step.play, ("cases", index, "caller", number, "play"))
        made.append(_case(brief, case.name, ("cases", index), brief.call(case.name)))
    return tuple(made)


def _case(brief: Brief, name: str, loc: tuple[str | int, ...], call: Call, *claims: Claim) -> Case:
    return Case(
        brief.case_id(name), brief.target.name, brief.suite, name, brief.place(loc), (call,), claims, brief.tools
    )


def _dialect_of(target: Target) -> Any:
    return Plain(PlainOptions.model_validate(target.options))


PLAIN = SimpleNamespace(Options=PlainOptions)
FAKES = Registries(
    dialects={"plain": PLAIN, "template": PLAIN},
    suites={
        "smoke": SimpleNamespace(Settings=SmokeSettings, expand=_smoke),
        "tools": SimpleNamespace(Settings=ToolsSettings, expand=_tools),
    },
    dialect_of=_dialect_of,
)


class Library:
    def __init__(self, *names: str) -> None:
        self._clips = {name: Clip(name, "00", 16000, 1000.0) for name in names}

    def names(self) -> tuple[str, ...]:
        return tuple(self._clips)

    def find(self, name: str) -> Clip | str:
        return self._clips.get(name) or f"there is no clip {name!r}"

    def said(self, words: str, voice: Voice | None = None) -> Clip | Recipe | str:
        if voice is not None or words == "as committed":
            return Recipe(Say(words, "" if words != "as committed" else "ab" * 32))
        return f"nobody said {words!r} yet"

    def as_is(self, name: str) -> File | str:
        return f"there is no file {name!r}"

    image = as_is


ENV = {"VOICE_TOKEN": "s3cret-token-value"}
GOOD = """\
version: 1
target:
  url: wss://agent.test/voice
  dialect: plain
suites:
  smoke: {}
"""


def plan_of(
    folder: Path, text: str | bytes, environ: Mapping[str, str] = ENV, registries: Registries = FAKES
) -> tuple[Plan, Vault]:
    path = folder / "voice-tests.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    return read_plan(path, environ, Library("hello", "pause"), registries)


def mistakes_of(
    folder: Path, text: str | bytes, environ: Mapping[str, str] = ENV, registries: Registries = FAKES
) -> tuple[Mistake, ...]:
    try:
        plan_of(folder, text, environ, registries)
    except ManifestError as error:
        return error.mistakes
    return ()


def told(folder: Path, text: str | bytes, environ: Mapping[str, str] = ENV) -> list[str]:
    """The mistakes as the user reads them, without the name of the file."""
    return [str(mistake).replace(f"{folder}/voice-tests.yaml:", "") for mistake in mistakes_of(folder, text, environ)]
