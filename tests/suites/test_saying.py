"""What a case says of words: the claims of it, and what is wrong before anything is called."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gate.checks.confirming import Confirms, MustNotConfirm
from gate.checks.phrases import Hears, Says, Wanted
from gate.core.matchers import Matcher
from gate.core.tooling import Sandbox, ToolPlan
from tests.suites.briefs import HERE, LOOKUP, brief, case, claims, expand, params
from tests.suites.test_plan_time_rules import told


def test_every_entry_is_a_claim_of_its_own_at_its_own_place() -> None:
    words: dict[str, Any] = {
        "says": [{"contains": "thursday"}, {"forbidden": ["guarantee"]}],
        "hears": [{"words": "hello there", "error_rate": 0.3, "turn": 1}],
        "confirms": [{"tool": "move", "says": "now on", "result": {"ok": True}}],
        "must_not_confirm": [{"tool": "move", "says": {"regex": "done|now on"}}],
    }
    (one,) = expand(brief("tools", tools=LOOKUP), case(**words))
    assert params(one, "says") == Says(Wanted((Matcher("contains", "thursday"),)))
    assert params(one, "hears") == Hears(Wanted(words="hello there", error_rate=0.3), 1)
    assert params(one, "confirms") == Confirms(
        "move", (Matcher("contains", "now on"),), (("ok", Matcher("exact", True)),)
    )
    assert params(one, "must-not-confirm") == MustNotConfirm("move", (Matcher("regex", "done|now on"),))
    assert [claim.place.file for claim in one.claims if claim.check in {"says", "must-not-confirm"}] == [
        "cases/0/says/0", "cases/0/says/1", "cases/0/must_not_confirm/0",
    ]  # fmt: skip


@pytest.mark.parametrize("key", ["says", "hears", "confirms", "must_not_confirm"])
def test_a_case_that_claims_words_alone_claims_something(key: str) -> None:
    entry = {"contains": "x"} if key in ("says", "hears") else {"tool": "move", "says": "x"}
    (one,) = expand(brief("tools"), case(**{key: [entry]}))
    assert (key.replace("_", "-"), 0) in claims(one)


TWO_TURNS = "[{play: hello}, {wait: turn_done}, {play: hello}]"


@pytest.mark.parametrize(
    ("line", "mistake"),
    [
        ("says: [{contains: a, regex: b}]", "is no single question"),
        ("says: [{turn: 1}]", "is no single question"),
        ("says: [{contains: ' '}]", "is empty, and stands in all words"),
        ("says: [{regex: '('}]", "is no regular expression"),
        ("says: [{regex: 'a*'}]", "matches where no word is, and so in all words"),
        ("says: [{forbidden: ['?!']}]", "has no word in it"),
        ("says: [{contains: a, error_rate: 0.2}]", "has an error_rate, which means nothing without `words`"),
        ("says: [{words: a, error_rate: 2}]", "error_rate"),
        (
            "says: [{contains: a, turn: 3}]",
            "says[0].turn is a turn that never comes, found 3, expected at most 2, since the",
        ),
        ("must_not_confirm: [{tool: m, says: {exact: a}}]", "is no phrase, expected a text"),
        ("must_not_confirm: [{tool: m, says: {regex: '['}}]", "is no regular expression"),
        ("must_not_confirm: [{tool: m, says: a, result: {ok: true}}]", "unknown key 'result'"),
        ("confirms: [{tool: m}]", "says"),
    ],
)
def test_what_could_not_be_judged_is_a_mistake(tmp_path: Path, line: str, mistake: str) -> None:
    assert mistake in told(tmp_path, TWO_TURNS, line)


def test_what_an_agent_heard_is_asked_only_where_it_shows(tmp_path: Path) -> None:
    mistakes = brief("tools", "twilio-media-streams", options={})
    expand(mistakes, case(hears=[{"contains": "x"}]))
    (mistake,) = map(str, mistakes.mistakes)
    assert mistake.startswith("cases/0/hears:1:1: the dialect twilio-media-streams does not show what the agent heard")


def test_a_confirmation_needs_somebody_who_sees_the_tool() -> None:
    for key in ("confirms", "must_not_confirm"):
        for tools, mistakes in ((ToolPlan(), 1), (replace(ToolPlan(), sandbox=Sandbox(HERE)), 0)):
            told = brief("tools", "twilio-media-streams", options={}, tools=tools)
            expand(told, case(**{key: [{"tool": "move", "says": "done"}]}))
            assert len(told.mistakes) == mistakes
    told = brief("tools", "twilio-media-streams", options={})
    expand(told, case(says=[{"contains": "done"}]))
    assert told.mistakes == [], "what was said is not known until a recogniser is asked, and that is told then"
