"""Whether the agent's words agree with its tools: it says that something is done only once a tool has done it. Pure.

A success is an answer that came before the words did, whatever the agent believes. Where the recogniser that wrote the
words down gives no times within what it heard, and the answer fell into that, nobody knows which came first."""

from dataclasses import dataclass, replace
from typing import ClassVar, Final

from gate.checks.answer import Answer, failed, passed, unknown
from gate.checks.phrases import claims_of, shown, told, unheard, unwritten
from gate.checks.view import View
from gate.core.findings import Blame, Layer
from gate.core.jsons import canonical
from gate.core.matchers import Where, describe, matches
from gate.core.paths import get
from gate.measures.ledger import Entry
from gate.measures.spoken import Instant, Moment, Unwritten
from gate.measures.wording import Phrase

CLAIMED: Final = "let the agent speak of success only once the tool's answer says so; tell it what an error means"
THEIRS: Final = "let the gate answer this tool: mock it under tools.mocks, or point the agent's backend to the sandbox"
TIED: Final = "tie the calls to their case: see tools.sandbox.tie"
LONGEST_SHOWN: Final = 80
NEVER: Final = 2**63


@dataclass(frozen=True, slots=True)
class Confirms:
    """The words are said, and never before a call of the tool, with these arguments, had succeeded, with this in its
    result."""

    CHECK: ClassVar[str] = "confirms"
    tool: str
    says: Phrase
    result: Where = ()
    arguments: Where = ()


@dataclass(frozen=True, slots=True)
class MustNotConfirm:
    """The words are not said, since the tool does not succeed with these arguments."""

    CHECK: ClassVar[str] = "must-not-confirm"
    tool: str
    says: Phrase
    arguments: Where = ()


def confirms(view: View, params: Confirms) -> Answer:
    success = f"{_named(params)} has succeeded" + (f" with {_described(params.result)}" if params.result else "")
    expected = f"the agent says {told(params.says)}, and only once {success}"
    words = view.words
    if isinstance(words, Unwritten):
        return unwritten(Layer.TOOLS, expected, words)
    said = claims_of(view, words.parts, params.says)
    if not said:
        if doubt := unheard(Layer.TOOLS, expected, words):
            return doubt
        what = f"it never said so; what it said: {shown(words.text, words.by)}" if words.parts else "it said nothing"
        at = tuple(part.at[0] for part in words.parts)
        return view.missing(Layer.TOOLS, expected, what, "see what the tool answered, in tools.json", at)
    done = _successes(view, params, params.result)
    doubt = _unfounded(view, expected, params.tool, said, done, words.by)
    if doubt:
        return doubt
    at = (done[0].at, *(line for claim in said for line in claim.at))
    return passed(Layer.TOOLS, expected, shown(said[0].text, words.by), at=at)


def must_not_confirm(view: View, params: MustNotConfirm) -> Answer:
    expected = f"the agent does not say {told(params.says)}, since {_named(params)} does not succeed"
    words = view.words
    if isinstance(words, Unwritten):
        return unwritten(Layer.TOOLS, expected, words)
    said = claims_of(view, words.parts, params.says)
    if not said:
        if doubt := unheard(Layer.TOOLS, expected, words):
            return doubt
        return passed(Layer.TOOLS, expected, view.watch) if view.whole else view.unproven(Layer.TOOLS, expected)
    done = _successes(view, params, ())
    doubt = _unfounded(view, expected, params.tool, said, done, words.by)
    if doubt:
        return doubt
    actual = f"it said {shown(said[0].text, words.by)}, and {params.tool} had succeeded before that"
    todo = "let the mock fail or time out in this case: nothing was put to the test"
    return unknown(Layer.TOOLS, expected, actual, todo, at=(done[0].at, *said[0].at), blame=Blame.CONFIGURATION)


def _named(params: Confirms | MustNotConfirm) -> str:
    return params.tool + (f" with {_described(params.arguments)}" if params.arguments else "")


def _successes(view: View, params: Confirms | MustNotConfirm, result: Where) -> list[Entry]:
    """The calls of the tool that succeeded with this result, as they were answered."""
    done = [entry for entry in view.ledger if entry.name == params.tool and entry.succeeded
            and all(matches(matcher, get(entry.arguments, path)) for path, matcher in params.arguments)
            and all(matches(matcher, get(entry.result, path)) for path, matcher in result)]  # fmt: skip
    return sorted(done, key=_answered)


def _answered(entry: Entry) -> Instant:
    """When it was answered; what never was comes last."""
    return (NEVER if entry.answered_ns is None else entry.answered_ns), entry.answered_at or 0


def _unfounded(view: View, expected: str, tool: str, said: list[Moment], done: list[Entry], by: str) -> Answer | None:
    """What is wrong with the first claim that no success stands before; None where one stands before all of them."""
    since = _answered(done[0]) if done else (NEVER, 0)
    lies = [claim for claim in said if claim.latest < since]
    if lies:
        return _without_evidence(view, expected, tool, lies[0], done, by)
    unclear = [claim for claim in said if claim.earliest < since]
    if unclear:
        actual = f"{tool} succeeded while it spoke, and a recogniser does not tell which words were said when"
        todo = (
            "give the tool's mock a `delay` longer than the sentence, or choose a dialect that shows the agent's words"
        )
        at = (*unclear[0].at, done[0].at)
        return unknown(Layer.TOOLS, expected, actual, todo, at=at, blame=Blame.CONFIGURATION)
    return None


def _without_evidence(view: View, expected: str, tool: str, claim: Moment, done: list[Entry], by: str) -> Answer:
    """A call that was never ours to answer, or that the sandbox could put into no case, may have succeeded where nobody
    could see it."""
    latest, told_of = claim.latest, f"it said {shown(claim.text, by)}"
    asked = [entry for entry in view.ledger if entry.name == tool and (entry.asked_ns, entry.at) < latest]
    strays = [note for note in view.notes("sandbox.stray") if note.data.get("name") == tool and note.t_ns <= latest[0]]
    at = (*(one.at for one in asked), *(note.index for note in strays), *claim.at)
    if strays:
        actual = f"{told_of}; a call of {tool} reached the sandbox that belongs to no case for sure"
        return unknown(Layer.TOOLS, expected, actual, TIED, at=at, blame=Blame.CONFIGURATION)
    if any(entry.answered_ns is None and entry.told for entry in asked):
        actual = f"{told_of}; what {tool} answered was not to be seen, since the agent runs it itself"
        return unknown(Layer.TOOLS, expected, actual, THEIRS, at=at, blame=Blame.CONFIGURATION)
    actual = f"a claim without evidence: {told_of}, and {_instead(tool, asked, done, latest)}"
    return replace(failed(Layer.TOOLS, expected, actual, CLAIMED, at=at), symptom="unproven-confirmation")


def _instead(tool: str, asked: list[Entry], done: list[Entry], latest: Instant) -> str:
    """What the ledger says instead."""
    if done:
        return f"{tool} succeeded only {(_answered(done[0])[0] - latest[0]) / 1e6:.0f} ms later"
    if not asked:
        return f"{tool} had not been called"
    last = asked[-1]
    if _answered(last) > latest:
        return f"{tool} had not answered" + (" (its mock times out)" if last.how == "timeout" else "")
    if last.error is not None:
        return f"{tool} had answered with the error {_short(last.error)}"
    if last.how == "malformed":
        return f"{tool} had answered with broken JSON"
    which = f"{tool} {_short(canonical(last.arguments))}" if last.succeeded else tool
    return f"{which} had answered {_short(canonical(last.result))}"


def _short(text: str) -> str:
    return repr(text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…")


def _described(where: Where) -> str:
    return ", ".join(f"{path} {describe(matcher)}" for path, matcher in where)
