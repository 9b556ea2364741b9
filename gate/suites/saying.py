"""What a case says of the words that are spoken in it, and of what they confirm. Settings, and the claims that they
make."""

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from gate.checks import claim
from gate.checks.confirming import Confirms, MustNotConfirm
from gate.checks.phrases import HALF, Hears, Says, Wanted
from gate.core.matchers import Matcher
from gate.core.plan import Claim
from gate.core.wrong import Wrong
from gate.measures.wording import tokens
from gate.suites.brief import Brief, Location
from gate.suites.expecting import matched
from gate.suites.matching import Matchers, Part, Where

KINDS = ("contains", "regex", "forbidden", "words")
TEXTUAL = ("contains", "regex")


def _contained(value: object) -> object:
    """A plain text is what the words contain."""
    return {"contains": value} if isinstance(value, str) else value


def _textual(made: list[Matcher]) -> list[Matcher]:
    if not made or any(matcher.kind not in TEXTUAL for matcher in made):
        raise Wrong("is no phrase", "a text, {contains: …} or {regex: …}")
    for matcher in made:
        (_expression if matcher.kind == "regex" else _not_blank)(str(matcher.value))
    return made


def _not_blank(value: str) -> str:
    if not value.strip():
        raise Wrong("is empty, and stands in all words", "a text to look for")
    return value


def _expression(value: str) -> str:
    try:
        everywhere = re.search(value, "") is not None
    except re.error as error:
        raise Wrong(f"is no regular expression ({error})", "one that Python's re can read") from None
    if everywhere:
        hint = "for words that must not come, write forbidden: [...]"
        raise Wrong("matches where no word is, and so in all words", "an expression that needs a word", hint)
    return value


def _with_words(value: str) -> str:
    if not tokens(value).strip():
        raise Wrong("has no word in it", "words to compare with")
    return value


Phrase = Annotated[Matchers, BeforeValidator(_contained), AfterValidator(_textual)]
WithWords = Annotated[str, AfterValidator(_with_words)]


class WordsSettings(Part):
    """One question of some words: exactly one of `contains`, `regex`, `forbidden` and `words`."""

    contains: Annotated[str, AfterValidator(_not_blank)] | None = None
    regex: Annotated[str, AfterValidator(_expression)] | None = None
    forbidden: Annotated[list[WithWords], Field(min_length=1)] | None = None
    words: WithWords | None = None
    error_rate: Annotated[float, Field(ge=0, le=1)] | None = None
    turn: Annotated[int, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _one_question(self) -> "WordsSettings":
        given = [kind for kind in KINDS if getattr(self, kind) is not None]
        if len(given) != 1:
            raise Wrong("is no single question", f"exactly one of {', '.join(KINDS)}")
        if self.error_rate is not None and self.words is None:
            raise Wrong("has an error_rate, which means nothing without `words`", "`words:` beside it")
        return self

    @property
    def wanted(self) -> Wanted:
        most = HALF if self.error_rate is None else float(self.error_rate)
        phrase: tuple[Matcher, ...] = ()
        phrase += () if self.contains is None else (Matcher("contains", self.contains),)
        phrase += () if self.regex is None else (Matcher("regex", self.regex),)
        return Wanted(phrase, tuple(self.forbidden or ()), self.words, most)


class MustNotConfirmSettings(Part):
    """What the agent may not say, since the tool does not succeed."""

    tool: Annotated[str, Field(min_length=1)]
    says: Phrase
    arguments: Where = Field(default_factory=dict)


class ConfirmsSettings(MustNotConfirmSettings):
    """What the agent says once the tool has succeeded, with this in its result, and not before."""

    result: Where = Field(default_factory=dict)


class SayingSettings(Part):
    """The part of a case that speaks of words."""

    says: list[WordsSettings] = Field(default_factory=list)
    hears: list[WordsSettings] = Field(default_factory=list)
    confirms: list[ConfirmsSettings] = Field(default_factory=list)
    must_not_confirm: list[MustNotConfirmSettings] = Field(default_factory=list)

    @property
    def speaks_of_words(self) -> bool:
        return bool(self.says or self.hears or self.confirms or self.must_not_confirm)


def claims(case: SayingSettings, brief: Brief, loc: Location) -> tuple[Claim, ...]:
    _audible(case, brief, loc)
    _visible(case, brief, loc)
    made: list[tuple[Any, Location]] = [
        *((Says(one.wanted, one.turn), ("says", i)) for i, one in enumerate(case.says)),
        *((Hears(one.wanted, one.turn), ("hears", i)) for i, one in enumerate(case.hears)),
        *((_confirms(one), ("confirms", i)) for i, one in enumerate(case.confirms)),
        *(
            (MustNotConfirm(one.tool, tuple(one.says), matched(one.arguments)), ("must_not_confirm", i))
            for i, one in enumerate(case.must_not_confirm)
        ),
    ]
    return tuple(claim(params, brief.place((*loc, *where))) for params, where in made)


def _confirms(one: ConfirmsSettings) -> Confirms:
    return Confirms(one.tool, tuple(one.says), matched(one.result), matched(one.arguments))


def _audible(case: SayingSettings, brief: Brief, loc: Location) -> None:
    """What the agent heard can be known from its own words alone."""
    if case.hears and "transcript.final" not in brief.capabilities.shows:
        what = f"the dialect {brief.target.dialect} does not show what the agent heard (transcript.final)"
        brief.mistake((*loc, "hears"), what, hint="leave it out, and claim what the agent does or says instead")


def _visible(case: SayingSettings, brief: Brief, loc: Location) -> None:
    """Whether a tool succeeded is known from the wire, or from the sandbox; without either every confirmation would be
    one without evidence."""
    can = brief.capabilities
    if can.answers_tools or {"tool.call", "tool.result"} <= can.shows or brief.tools.sandbox is not None:
        return
    for key, given in (("confirms", case.confirms), ("must_not_confirm", case.must_not_confirm)):
        if given:
            what = f"the dialect {brief.target.dialect} does not show what tools answer, so nothing could confirm it"
            brief.mistake((*loc, key), what, hint="point the agent's backend to the gate: see tools.sandbox")
