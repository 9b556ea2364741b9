"""Where something was left out of the evidence, what may have stood there is not known; what is seen is."""

from pathlib import Path
from typing import Any

import pytest

from gate.checks import claim
from gate.checks.events.counting import EventCount
from gate.checks.events.in_order import EventsInOrder
from gate.checks.events.never import EventNever
from gate.checks.events.wanted import Expectation
from gate.checks.judge import judge
from gate.checks.phrases import Hears, Says, Wanted
from gate.checks.tools.calls import CallsAnswered, WantedCall
from gate.core.findings import Blame, Finding, Verdict
from gate.core.hiding import hide
from gate.core.matchers import Matcher
from gate.core.places import Place
from gate.core.plan import Call, Case, Dial, Plan
from gate.core.redaction import Redaction
from gate.core.vault import Vault
from gate.dialects.canonical.dialect import Canonical
from gate.evidence.reader import read
from gate.evidence.writer import Writer
from tests.evidence.folders import HEADER, MS, RECEIVED, text

PLACE, KEY = Place("m", 1, 1), b"k" * 32
REDACTION = Redaction(("arguments.phone",), ("cards",))
CALL = {"call_id": "c", "name": "book", "arguments": {"phone": "030", "note": "card 4111 1111 1111 1111", "day": "Thu"}}


def finding(folder: Path, params: Any) -> Finding:
    """What comes of a claim on a call in which a card number is heard and said, and a tool is called with both."""
    lines = [
        text(RECEIVED, 1, type="session.started", session_id="s"),
        text(RECEIVED, 2, type="transcript.final", text="my card is 4111 1111 1111 1111"),
        text(RECEIVED, 3, type="tool.call", **CALL),
        text(RECEIVED, 4, type="output_transcript.final", text="4111 1111 1111 1111, on Thursday", response_id="r"),
    ]
    with Writer(folder / "a", Canonical(), Vault({}), HEADER, 0, REDACTION, KEY) as writer:
        for line in lines:
            writer.frame(line)
        writer.note("linger", 5 * MS, 0, {"ms": 3000.0})
        writer.note("call.end", 9 * MS, 0, {"end": "finished", "detail": "", "name": "call"})
        writer.end("driven", True, 9 * MS)
    case = Case("c", "t", "tools", "n", PLACE, (Call("call", Dial("ws://x")),), (claim(params, PLACE),))
    (case,) = hide(Plan("m", "1", (), (), (case,), redact=REDACTION), KEY).cases
    return judge(case, read(folder / "a", Canonical(), ()), Canonical().capabilities, ())[0]


def call(path: str, kind: Any, value: Any) -> tuple[Expectation, ...]:
    return (Expectation("tool.call", ((path, Matcher(kind, value)),)),)


def phrase(value: str) -> Wanted:
    return Wanted((Matcher("contains", value),))


DECIDED = {
    "an equal hash": (EventsInOrder(call("arguments.phone", "exact", "030")), Verdict.PASS),
    "one of them": (EventsInOrder(call("arguments.phone", "one_of", ["1", "030"])), Verdict.PASS),
    "another hash": (EventsInOrder(call("arguments.phone", "exact", "031")), Verdict.FAIL),
    "an open field beside it": (EventsInOrder(call("arguments.day", "regex", "^Fr")), Verdict.FAIL),
    "seen beside a mark": (Says(phrase("on thursday")), Verdict.PASS),
    "a call by its hash": (CallsAnswered((WantedCall("book", (("phone", Matcher("exact", "030")),)),)), Verdict.PASS),
    "never, and seen": (EventNever("tool.call", (("arguments.note", Matcher("contains", "card")),)), Verdict.FAIL),
    "never, by its hash": (EventNever("tool.call", (("arguments.phone", Matcher("exact", "031")),)), Verdict.PASS),
}
IN_DOUBT = {
    "words that were not seen": Says(phrase("4111")),
    "words that must not come": Says(Wanted(forbidden=("4111",))),
    "words of the caller": Hears(phrase("4111")),
    "a field with a mark": EventsInOrder(call("arguments.note", "contains", "4111")),
    "never a field with a mark": EventNever("tool.call", (("arguments.note", Matcher("regex", "^card 4")),)),
    "how often": EventCount("tool.call", (("arguments.note", Matcher("contains", "4111")),), 0),
}


@pytest.mark.parametrize("name", DECIDED)
def test_what_is_not_hidden_is_judged_as_ever(tmp_path: Path, name: str) -> None:
    params, verdict = DECIDED[name]
    assert finding(tmp_path, params).verdict is verdict


@pytest.mark.parametrize("name", IN_DOUBT)
def test_what_may_be_hidden_is_unknown_and_names_the_pattern(tmp_path: Path, name: str) -> None:
    found = finding(tmp_path, IN_DOUBT[name])
    assert (found.verdict, found.blame) == (Verdict.UNKNOWN, Blame.CONFIGURATION)
    assert "patterns.cards of redact hides a part" in found.actual
    assert found.at
