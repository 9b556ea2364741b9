"""Whether a tool that was called for real said that it changed nothing: if not, that is the endpoint's fault or the
manifest's, never the agent's."""

from dataclasses import dataclass
from typing import ClassVar

from gate.checks.answer import Answer, passed, unknown
from gate.checks.view import View
from gate.core.findings import Blame, Layer
from gate.core.jsons import Json, canonical
from gate.core.matchers import Where, describe, matches
from gate.core.paths import get
from gate.core.recording import Note

DO_NEXT = (
    "look what it did, and let it tell: its answer must hold what dry_run.where asks for, or take it out of tools.real"
)


@dataclass(frozen=True, slots=True)
class DryRunsOnly:
    """`tools`: what the answers of each must hold, by its name."""

    tools: tuple[tuple[str, Where], ...]
    CHECK: ClassVar[str] = "dry-run"


def dry_runs_only(view: View, params: DryRunsOnly) -> Answer:
    wanted = dict(params.tools)
    expected = "of every tool that was called for real, word that it was a dry run"
    answers: dict[object, list[Note]] = {}
    for note in view.notes("real.result"):
        answers.setdefault(note.data["call_id"], []).append(note)
    seen: list[int] = []
    for note in view.notes("tool"):
        name, answered = str(note.data["name"]), answers.get(note.data["call_id"])
        if note.data["reply"] != "real" or name not in wanted:
            continue
        if not answered:
            what = f"{name} was called, and the call was over before it answered: something real may have been changed"
            return _unproven(expected, what, note)
        answer = answered.pop(0)
        seen.append(answer.index)
        if missed := _missed(wanted[name], answer):
            what = f"the endpoint of {name} did not say that this was a dry run: something real may have been changed"
            return _unproven(expected, f"{what} ({missed})", answer)
    return passed(Layer.TOOLS, expected, at=tuple(seen)) if view.watched else view.unproven(Layer.TOOLS, expected)


def _unproven(expected: str, actual: str, note: Note) -> Answer:
    return unknown(Layer.TOOLS, expected, actual, DO_NEXT, at=(note.index,), blame=Blame.CONFIGURATION)


def _missed(where: Where, note: Note) -> str:
    """What its answer lacks."""
    if note.data["error"] is not None:
        return str(note.data["error"])
    answer: Json = {"result": note.data["result"]}
    wrong = [(path, matcher) for path, matcher in where if not matches(matcher, get(answer, path))]
    lacks = ", ".join(f"{path} {describe(matcher)}" for path, matcher in wrong)
    return f"{lacks} was expected of {canonical(note.data['result'])}" if wrong else ""
