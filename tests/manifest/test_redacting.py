"""`redact:` is checked before any socket opens, and so is what could not be judged because of it."""

from pathlib import Path

import pytest

from gate.core.redaction import Redaction
from gate.manifest.registries import real
from tests.manifest.fakes import GOOD, mistakes_of, plan_of, told


def test_what_is_to_be_left_out_stands_in_the_plan(tmp_path: Path) -> None:
    text = (
        GOOD
        + "redact:\n  fields: [arguments.phone, iban]\n  patterns: {cards: true, phones: false, order: 'A-[0-9]+'}\n"
    )
    plan, _ = plan_of(tmp_path, text)
    assert plan.redact == Redaction(("arguments.phone", "iban"), ("cards",), (("order", "A-[0-9]+"),))
    assert not plan_of(tmp_path, GOOD)[0].redact.active


WRONG = {
    "fields: [name]": "8:12: redact.fields[0] would hide what messages are told apart by, found 'name'; "
    "say whose it is: arguments.name, for example",
    "fields: [a..b]": "8:12: redact.fields[0] is no dotted path, found 'a..b', "
    "expected keys joined by dots, such as arguments.customer.phone",
    "patterns: {card: true}": "8:20: redact.patterns.card is no pattern that is built in, "
    "expected an expression, or one of cards, emails, phones; did you mean 'cards'?",
    "patterns: {cards: 'x+'}": "8:21: redact.patterns.cards is built in, "
    "expected true or false; give your expression another name",
    "patterns: {order: 'A-('}": "8:21: redact.patterns.order is no regular expression "
    "(missing ), unterminated subpattern at position 2), expected one that Python's re can read",
    "patterns: {order: 'x*'}": "8:21: redact.patterns.order matches where nothing stands; "
    "write an expression that needs a character",
}


@pytest.mark.parametrize("given", WRONG)
def test_what_is_wrong_with_it_is_told(tmp_path: Path, given: str) -> None:
    assert told(tmp_path, f"{GOOD}redact:\n  {given}\n") == [WRONG[given]]


ASKING = """\
version: 1
target: {{url: wss://agent.test/voice, dialect: canonical}}
redact: {{fields: [arguments.phone]}}
suites:
  tools:
    cases:
      - name: a call
        caller: [{{type: hello}}]
        {claims}
"""


@pytest.mark.parametrize("claims", [
    "expect: [{event: tool.call, where: {arguments.phone: {regex: '^030'}}}]",
    "never: [{event: tool.call, where: {arguments.phone: {contains: '030'}}}]",
    "calls: [{tool: t, arguments: {phone: {schema: {type: string}}}}]",
])  # fmt: skip
def test_a_hidden_field_can_only_be_asked_for_equality(tmp_path: Path, claims: str) -> None:
    (mistake,) = mistakes_of(tmp_path, ASKING.format(claims=claims), registries=real())
    assert "of arguments.phone, which redact.fields hides" in mistake.what
    assert mistake.hint == "ask exact or one_of, or take the field out of redact.fields"


@pytest.mark.parametrize("claims", [
    "expect: [{event: tool.call, where: {arguments.phone: '030'}}]",
    "expect: [{event: tool.call, where: {arguments.phone: {one_of: ['1', '2']}, arguments.day: {regex: Th}}}]",
    "calls: [{tool: t, arguments: {phone: {present: true}}}]",
])  # fmt: skip
def test_equality_and_presence_can_be_asked(tmp_path: Path, claims: str) -> None:
    assert mistakes_of(tmp_path, ASKING.format(claims=claims), registries=real()) == ()


SILENT = """\
version: 1
target: {{url: wss://agent.test/voice, dialect: {dialect}}}
redact: {{audio: true}}
suites:
  {suites}
"""


def silent(folder: Path, suites: str, dialect: str = "canonical") -> list[str]:
    return [
        mistake.what
        for mistake in mistakes_of(folder, SILENT.format(suites=suites, dialect=dialect), registries=real())
    ]


def test_what_is_claimed_of_sound_is_a_mistake_where_none_is_kept(tmp_path: Path) -> None:
    told_ = silent(tmp_path, "handshake: {}")
    assert "handshake claims served-alike of the agent's sound, which redact.audio leaves out" in told_
    assert all(what.startswith("handshake claims ") for what in told_)


def test_events_words_and_tools_can_be_asked_without_it(tmp_path: Path) -> None:
    case = (
        "tools: {cases: [{name: a, caller: [{type: hi}], expect: [{event: tool.call}], says: [{contains: thursday}]}]}"
    )
    assert silent(tmp_path, case) == []


def test_audio_whose_bytes_are_no_samples_cannot_be_left_out(tmp_path: Path) -> None:
    case = "tools: {cases: [{name: a, caller: [{play: hello}], expect: [{event: tool.call}]}]}"
    found = silent(tmp_path, case, "template, options: {encoding: mp3, events: {tool.call: {type: call}}}")
    assert "target.options.encoding is a form whose audio cannot be left out, as redact.audio wants it" in found
