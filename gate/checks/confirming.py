"""Whether the agent's words agree with its tools: it says that something is done only once a tool has done it. Pure.

A success is an answer that came before the words did, whatever the agent believes. Where the recogniser that wrote the
words down gives no times within what it heard, and the answer fell into that, nobody knows which came first."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Final

from gate.checks.answer import Answer, failed, passed, unknown
from gate.checks.phrases import shown, told, unwritten
from gate.checks.view import View
from gate.core.findings import Blame, Layer
from gate.core.jsons import canonical
from gate.core.matchers import Where, describe, matches
from gate.core.paths import get
from gate.measures.ledger import Entry
from gate.measures.spoken import Moment, Part, Phrase, Unwritten

CLAIMED: Final = "let the agent speak of success only once the tool's answer says so; tell it what an error means"
THEIRS: Final = "let the gate answer this tool: mock it under tools.mocks, or point the agent's backend to the sandbox"
LONGEST_SHOWN: Final = 80


@dataclass(frozen=True, slots=True)
class Confirms:
    """The words are said, and never before a call of the tool had succeeded, with this in its result."""

    CHECK: ClassVar[str] = "confirms"
    tool: str
    says: Phrase
    result: Where = ()


@dataclass(frozen=True, slots=True)
class MustNotConfirm:
    """The words are not said, since the tool does not succeed."""

    CHECK: ClassVar[str] = "must-not-confirm"
    tool: str
    says: Phrase


@dataclass(frozen=True, slots=True)
class _Claim:
    """A time at which the words were said."""

    moment: Moment
    part: Part

    @property
    def at(self) -> tuple[int, ...]:
        return self.moment.at


def confirms(view: View, params: Confirms) -> Answer:
    success = f"{params.tool} has succeeded" + (f" with {_described(params.result)}" if params.result else "")
    expected = f"the agent says {told(params.says)}, and only once {success}"
    words = view.words
    if isinstance(words, Unwritten):
        return unwritten(Layer.TOOLS, expected, words)
    said = _claims(words.parts, params.says)
    if not said:
        what = f"it never said so; what it said: {shown(words.text, words.by)}" if words.parts else "it said nothing"
        at = tuple(part.at[0] for part in words.parts)
        return view.missing(Layer.TOOLS, expected, what, "see what the tool answered, in tools.json", at)
    done = _successes(view, params.tool, params.result)
    doubt = _unfounded(view, expected, params.tool, said, done, words.by)
    if doubt:
        return doubt
    at = (done[0].at, *(line for claim in said for line in claim.at))
    return passed(Layer.TOOLS, expected, shown(said[0].part.text, words.by), at=at)


def must_not_confirm(view: View, params: MustNotConfirm) -> Answer:
    expected = f"the agent does not say {told(params.says)}, since {params.tool} does not succeed"
    words = view.words
    if isinstance(words, Unwritten):
        return unwritten(Layer.TOOLS, expected, words)
    said = _claims(words.parts, params.says)
    if not said:
        return passed(Layer.TOOLS, expected, view.watch) if view.whole else view.unproven(Layer.TOOLS, expected)
    done = _successes(view, params.tool, ())
    doubt = _unfounded(view, expected, params.tool, said, done, words.by)
    if doubt:
        return doubt
    actual = f"it said {shown(said[0].part.text, words.by)}, and {params.tool} had succeeded before that"
    todo = "let the mock fail or time out in this case: nothing was put to the test"
    return unknown(Layer.TOOLS, expected, actual, todo, at=(done[0].at, *said[0].at), blame=Blame.CONFIGURATION)


def _claims(parts: Iterable[Part], phrase: Phrase) -> list[_Claim]:
    """Each part in which the words were said, by the time at which they may have been said first."""
    found = [_Claim(moment, part) for part in parts if (moment := part.said(phrase)) is not None]
    return sorted(found, key=lambda claim: claim.moment.earliest_ns)


def _successes(view: View, tool: str, result: Where) -> list[Entry]:
    """The calls of the tool that succeeded with this result, as they were answered."""
    done = [entry for entry in view.ledger if entry.name == tool and entry.succeeded
            and all(matches(matcher, get(entry.result, path)) for path, matcher in result)]  # fmt: skip
    return sorted(done, key=lambda entry: entry.answered_ns or 0)


def _unfounded(view: View, expected: str, tool: str, said: list[_Claim], done: list[Entry], by: str) -> Answer | None:
    """What is wrong with the first claim that no success stands before; None where one stands before all of them."""
    since_ns = min((entry.answered_ns for entry in done if entry.answered_ns is not None), default=None)
    lies = [claim for claim in said if since_ns is None or claim.moment.latest_ns < since_ns]
    if lies:
        return _without_evidence(view, expected, tool, lies[0], done, by)
    unclear = [claim for claim in said if since_ns is not None and claim.moment.earliest_ns < since_ns]
    if unclear:
        actual = f"{tool} succeeded while it spoke, and a recogniser does not tell which words were said when"
        todo = "choose a dialect that shows the agent's words (output_transcript), or let the tool answer sooner"
        at = (*unclear[0].at, done[0].at)
        return unknown(Layer.TOOLS, expected, actual, todo, at=at, blame=Blame.CONFIGURATION)
    return None


def _without_evidence(view: View, expected: str, tool: str, claim: _Claim, done: list[Entry], by: str) -> Answer:
    """A call that was never ours to answer may have succeeded where nobody could see it."""
    asked = [entry for entry in view.ledger if entry.name == tool and entry.asked_ns <= claim.moment.latest_ns]
    at = (*(entry.at for entry in asked), *claim.at)
    told_of = f"it said {shown(claim.part.text, by)}"
    unseen = [entry for entry in asked if entry.answered_ns is None and entry.told]
    if unseen:
        actual = f"{told_of}; what {tool} answered was not to be seen, since the agent runs it itself"
        return unknown(Layer.TOOLS, expected, actual, THEIRS, at=at, blame=Blame.CONFIGURATION)
    late = [entry for entry in done if entry.answered_ns is not None]
    actual = f"a claim without evidence: {told_of}, and {_instead(tool, asked, late, claim.moment)}"
    return failed(Layer.TOOLS, expected, actual, CLAIMED, at=at)


def _instead(tool: str, asked: list[Entry], done: list[Entry], moment: Moment) -> str:
    """What the ledger says instead."""
    if done and done[0].answered_ns is not None:
        later_ms = (done[0].answered_ns - moment.latest_ns) / 1e6
        return f"{tool} succeeded only {later_ms:.0f} ms later"
    if not asked:
        return f"{tool} had not been called"
    last = asked[-1]
    if last.answered_ns is None or last.answered_ns > moment.latest_ns:
        return f"{tool} had not answered" + (" (its mock times out)" if last.how == "timeout" else "")
    if last.error is not None:
        return f"{tool} had answered with the error {_short(last.error)}"
    if last.how == "malformed":
        return f"{tool} had answered with broken JSON"
    return f"{tool} had answered {_short(canonical(last.result))}"


def _short(text: str) -> str:
    return repr(text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…")


def _described(where: Where) -> str:
    return ", ".join(f"{path} {describe(matcher)}" for path, matcher in where)
