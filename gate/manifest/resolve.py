"""The manifest to the plan and its vault, or to every mistake that can be told at once. Opens no socket."""

import os
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from gate import __version__
from gate.core.jsons import Json
from gate.core.mistakes import ManifestError, Mistake
from gate.core.places import Place
from gate.core.plan import Limits, Made, Plan, Target
from gate.core.ports import Clips
from gate.core.suggest import did_you_mean
from gate.core.tooling import ToolPlan
from gate.core.vault import Vault
from gate.manifest import probing, quarantine, redacting, references, rules, source, words
from gate.manifest.document import Document, Loc, at, dotted
from gate.manifest.expand import expand
from gate.manifest.faults import Fault, Faults
from gate.manifest.models import Manifest, TargetSettings
from gate.manifest.recipes import Book
from gate.manifest.recognising import recogniser_of
from gate.manifest.registries import Registries, real
from gate.manifest.targets import Workshop, limits_of
from gate.manifest.tool_plans import tool_plan, with_schemas
from gate.manifest.tooling_sandbox import with_real_tools, with_sandbox
from gate.manifest.validate import Checked, check
from gate.manifest.voicing import voice_of

ONLY = "agent"
"""The name of a target that has none of its own."""


def read_plan(
    path: str | os.PathLike[str], environ: Mapping[str, str], clips: Clips, registries: Registries | None = None,
    today: date | None = None,
) -> tuple[Plan, Vault]:  # fmt: skip
    """Raises ManifestError with everything that is wrong; a plan is returned only if nothing is."""
    known = registries or real()
    document = source.load(os.fspath(path))
    told = Told()
    told.stage(document.mistakes, references.mistakes(document, environ))
    root = check(Manifest, document.data, document)
    suites, unknown = _suites(document, known)
    options, strange = _options(document, known)
    shapes = (root, *suites.values(), *options.values())
    told.stage(*(checked.mistakes for checked in shapes), unknown, strange, rules.mistakes(document))
    faults = Faults(document)
    targets = _targets(root.value, options, Workshop(document, environ, Path(document.file).parent, faults), known)
    voice = voice_of(root.value.voice if root.value else None, document, environ, faults)
    recogniser = recogniser_of(root.value.recogniser if root.value else None, environ, faults)
    redaction = redacting.redaction_of(root.value.redact if root.value else None, faults)
    for loc in options:
        redacting.unheard(at(document.data, (*loc, "options")), redaction.audio, loc, faults)
    if redaction.audio and recogniser:
        faults.tell(
            ("redact", "audio"), Fault("leaves nothing for the recogniser to hear", hint="leave one of them out")
        )
    book = Book(document, root, clips, voice)
    named = book.made()
    tools = _tools(root, document, environ, faults)
    probing.of_cases(suites, probing.Backends(environ, faults, _plain_hosts(root.value)))
    told.stage(faults.mistakes, book.mistakes)
    trace_url = (root.value.report.trace_url if root.value and root.value.report else None) or ""
    targets = with_schemas(targets, tools, known)
    switches = root.value.invariants if root.value else {}
    work = expand(targets, tools, suites, document, book, known, switches)
    made = work.made | {one.name: one for one in named}
    told.stage(work.mistakes, references.for_the_voice(document, environ) if _is_to_speak(made.values()) else ())
    told.stage(redacting.mistakes(work.cases, redaction) if not faults.mistakes else ())
    kept = root.value.quarantine if root.value else []
    day = today or datetime.now(UTC).date()
    if work.cases and not told.mistakes:
        told.stage(quarantine.mistakes(kept, work.cases, document, day))
    if not work.cases and not told.mistakes:
        what, hint = "these suites make no case, so nothing would be tested", "give them cases, or add a suite"
        told.stage([Mistake(document.key_place(("suites",)), what, hint=hint)])
    if told.mistakes:
        raise ManifestError(told.mistakes)
    secrets = references.names(document.data, environ)
    cases = quarantine.quarantined(kept, redacting.kept(work.cases, redaction), day)
    plan = Plan(
        document.file, __version__, tuple(targets), work.clips, cases, secrets,
        made=tuple(made[name] for name in sorted(made)), voice=voice, files=work.files,
        recogniser=recogniser, redact=redaction, text="" if redaction.active else document.text, trace_url=trace_url,
        remarks=tuple(quarantine.remarks(kept, document, day)),
        limits=limits_of(root.value.limits) if root.value else Limits(),
    )  # fmt: skip
    return plan, Vault({name: environ[name] for name in secrets})


def _tools(root: Checked[Manifest], document: Document, environ: Mapping[str, str], faults: Faults) -> ToolPlan:
    plan = tool_plan(root, document, faults)
    if root.value is None:
        return plan
    plan = with_real_tools(plan, root.value.tools.real, document, environ, faults, _plain_hosts(root.value))
    return with_sandbox(plan, root.value.tools.sandbox, document, faults)


def _plain_hosts(manifest: Manifest | None) -> tuple[str, ...]:
    """Whoever may be called in the clear, by any target."""
    targets = manifest.every_target if manifest else ()
    return tuple(host for target in targets for host in target.allow_plain_ws)


def _is_to_speak(made: Iterable[Made]) -> bool:
    """Whether the voice has anything to say: words that no file beside the manifest holds."""
    return any(say.words and not say.sha256 for one in made for say in one.recipe.says)


class Told:
    """What was told so far. At a place where an earlier stage complained, a later one keeps silent: what it sees there
    is but a stand-in."""

    def __init__(self) -> None:
        self.mistakes: list[Mistake] = []
        self._places: set[Place] = set()

    def stage(self, *groups: Iterable[Mistake]) -> None:
        found = [mistake for group in groups for mistake in group if mistake.place not in self._places]
        self.mistakes.extend(found)
        self._places |= {mistake.place for mistake in found}


def _suites(document: Document, known: Registries) -> tuple[dict[str, Checked[Any]], list[Mistake]]:
    given = at(document.data, ("suites",))
    checked: dict[str, Checked[Any]] = {}
    unknown: list[Mistake] = []
    for name, settings in (given if isinstance(given, dict) else {}).items():
        loc = ("suites", name)
        if name not in known.suites:
            hint = did_you_mean(name, known.suites)
            unknown.append(Mistake(document.key_place(loc), f"unknown suite {name!r}", hint=hint))
        elif isinstance(settings, dict | None):
            checked[name] = check(known.suites[name].Settings, settings or {}, document, loc)
    return checked, unknown


def _options(document: Document, known: Registries) -> tuple[dict[Loc, Checked[Any]], list[Mistake]]:
    """The dialect's own settings, by target, where the dialect is known."""
    checked: dict[Loc, Checked[Any]] = {}
    unknown: list[Mistake] = []
    for loc in rules.target_locs(document.data):
        dialect, given = at(document.data, (*loc, "dialect")), at(document.data, (*loc, "options"))
        if isinstance(dialect, str) and dialect in known.dialects:
            options: Json = given if isinstance(given, dict) else {}
            checked[loc] = check(known.dialects[dialect].Options, options, document, (*loc, "options"))
        elif isinstance(dialect, str) and dialect:
            what = f"{dotted(loc)} names the unknown dialect {words.quoted(dialect)}"
            place = document.place((*loc, "dialect"))
            unknown.append(Mistake(place, what, hint=did_you_mean(dialect, known.dialects)))
    return checked, unknown


def _targets(
    manifest: Manifest | None, options: Mapping[Loc, Checked[Any]], shop: Workshop, known: Registries
) -> list[Target]:
    """In the order in which they are written."""
    given: dict[Loc, tuple[str, TargetSettings]] = {}
    if manifest is not None and manifest.target is not None:
        given[("target",)] = (ONLY, manifest.target)
    if manifest is not None and manifest.targets is not None:
        given |= {("targets", name): (name, settings) for name, settings in manifest.targets.items()}
    built = []
    for loc, (name, settings) in sorted(given.items(), key=lambda one: shop.document.key_place(one[0])):
        is_sound = loc in options and not options[loc].mistakes
        kind = known.dialects.get(settings.dialect or "") if loc in options else None
        url_path = "somewhere" if kind is None else getattr(kind, "url_path", "")
        sound = settings if is_sound else settings.model_copy(update={"dialect": None})
        built.append(shop.build(name, sound, loc, url_path))
    return built
