"""The tools suite: only cases that the user wrote, since nobody else knows what an agent's tools are for."""

import json

from gate.core.plan import Case
from gate.core.tooling import Schema
from gate.suites.brief import Brief
from gate.suites.cases import SuiteSettings
from gate.suites.written import all_written

CLIP = "reschedule"
WORDS = "I would like to reschedule my appointment"
NAME = "a first case"
ANSWERS = ("output_audio.delta", "output_transcript.final", "output_transcript.delta")


class Settings(SuiteSettings):
    """Nothing beyond what every suite may say."""


def expand(settings: Settings, brief: Brief) -> tuple[Case, ...]:
    if not settings.cases:
        hint = f"write, with words of your own: {draft(brief)}"
        brief.mistake((), "the tools suite claims nothing by itself", "no cases", "at least one case", hint)
    return all_written(settings, brief)


def draft(brief: Brief) -> str:
    """A first case in one line of YAML, as a key of the suite: from the schemas of the tools, as far as there are any,
    and from what the dialect shows."""
    first = f"play: {CLIP}" if brief.capabilities.speaks else f"type: {WORDS}"
    caller = f"[{{{first}}}, {{wait: turn_done}}]"
    seen = "tool.call" in brief.capabilities.shows or brief.tools.sandbox is not None
    calls = ", ".join(_call(schema) for schema in (brief.tools.schemas or ())[:1])
    answer = next((event for event in ANSWERS if event in brief.capabilities.shows), ANSWERS[0])
    expected = f"expect: [{{event: {'tool.call' if seen else answer}}}]"
    claims = f"calls: [{calls}]" if calls and seen else expected
    return f"cases: [{{name: {NAME}, caller: {caller}, {claims}}}]"


def _call(schema: Schema) -> str:
    """The tool, with every argument that it must have."""
    needed = schema.parameters.get("required")
    names = [name for name in needed if isinstance(name, str)] if isinstance(needed, list) else []
    paths = [name.replace(".", "\\.") for name in names]
    arguments = ", ".join(f"{_quoted(path)}: {{present: true}}" for path in paths)
    return f"{{tool: {_quoted(schema.name)}" + (f", arguments: {{{arguments}}}}}" if arguments else "}")


def _quoted(name: str) -> str:
    """As YAML reads it back: a JSON text is one of YAML's, unless the word needs no quotes."""
    plain = name.isascii() and name.replace("_", "").isalpha() and name.casefold() not in _WORDS
    return name if plain else json.dumps(name)


_WORDS = ("y", "n", "yes", "no", "on", "off", "true", "false", "null")
