"""Mocks of a manifest, of every kind, for all cases and for one: as data, or as mistakes."""

# Texts that are compared whole stay on one line.
# ruff: noqa: E501

from pathlib import Path

import pytest

from gate.core.matchers import Matcher
from gate.core.places import Place
from gate.core.plan import Case
from gate.core.tooling import Idempotency, Mock, MockAnswer
from gate.fixtures.library import Library, home
from gate.manifest import read_plan
from gate.suites.mocking import BROKEN_OFF
from tests.manifest.fakes import ENV, GOOD, told

HEAD = 'version: 1\ntarget: {url: "wss://agent.example/voice", dialect: canonical}\n'
CASE = "suites: {tools: {cases: [{name: One, caller: [{play: hello}], never: [error]%s}]}}\n"


def case_of(folder: Path, text: str) -> Case:
    (folder / "voice-tests.yaml").write_text(HEAD + text)
    plan, _ = read_plan(folder / "voice-tests.yaml", ENV, Library(home() / "audio", folder))
    return plan.cases[0]


@pytest.mark.parametrize(
    ("mock", "answers"),
    [
        ("respond: {day: '{{arguments.day}}'}", (MockAnswer("value", {"day": "{{arguments.day}}"}),)),
        ("error: gone, status: 410, delay: 1s", (MockAnswer("error", "gone", 1000.0, 410),)),
        ("error: gone", (MockAnswer("error", "gone"),)),
        ("timeout: true", (MockAnswer("timeout"),)),
        ("malformed: true", (MockAnswer("malformed", BROKEN_OFF),)),
        ("malformed: '{\"id\": 1'", (MockAnswer("malformed", '{"id": 1'),)),
        ("sequence: [{error: busy, status: 503}, {timeout: true}, {respond: null, delay: 20ms}]",
         (MockAnswer("error", "busy", 0.0, 503), MockAnswer("timeout"), MockAnswer("value", None, 20.0))),
    ],
)  # fmt: skip
def test_every_kind_of_answer(tmp_path: Path, mock: str, answers: tuple[MockAnswer, ...]) -> None:
    text = f"tools:\n  mocks:\n    - {{tool: look, {mock}}}\n" + CASE % ""
    file = str(tmp_path / "voice-tests.yaml")
    assert case_of(tmp_path, text).tools.mocks == (Mock("look", Place(file, 5, 7), answers),)


def test_arguments_are_matched_by_text_or_by_path(tmp_path: Path) -> None:
    text = "tools: {mocks: [{tool: a, args_match: Friday, respond: 1}, {tool: a, args_match: {day: Monday, id: {regex: ^A, present: true}}, respond: 2}]}\n"
    by_text, by_path = case_of(tmp_path, text + CASE % "").tools.mocks
    assert (by_text.args_match, by_text.where) == ("Friday", ())
    where = (("day", Matcher("exact", "Monday")), ("id", Matcher("present", True)), ("id", Matcher("regex", "^A")))
    assert (by_path.args_match, by_path.where) == (None, where)


def test_the_mocks_of_a_case_stand_before_those_of_all(tmp_path: Path) -> None:
    own = ",\n  mocks: [{tool: look, error: gone}]"
    case = case_of(tmp_path, "tools: {strategy: all, mocks: [{tool: look, respond: 1}]}\n" + CASE % own)
    assert [mock.answers[0].how for mock in case.tools.mocks] == ["error", "value"]
    assert (case.tools.strategy, case.tools.mocks[0].place.line) == ("all", 5)
    assert "mocks" in [claim.check for claim in case.claims]


def test_the_mocks_of_a_case_are_answered_without_a_word_about_tools(tmp_path: Path) -> None:
    assert case_of(tmp_path, CASE % ", mocks: [{tool: look, respond: 1}]").tools.strategy == "selected"
    assert case_of(tmp_path, CASE % "").tools.strategy == "none"


def test_what_is_known_of_tools(tmp_path: Path) -> None:
    text = "tools: {system: [end_call], writes: [move], ids: {move: [id, slot.id]}, idempotency: {argument: key}}\n"
    tools = case_of(tmp_path, text + CASE % "").tools
    assert (tools.system, tools.writes, tools.ids) == (("end_call",), ("move",), {"move": ("id", "slot.id")})
    assert tools.idempotency == Idempotency("argument", "key")
    header = case_of(tmp_path, "tools: {writes: [move], idempotency: {header: Idempotency-Key}}\n" + CASE % "").tools
    assert header.idempotency == Idempotency("header", "Idempotency-Key")


def test_a_key_in_a_header_is_for_real_tools_too(tmp_path: Path) -> None:
    text = "tools: {idempotency: {header: X-Key}, no_match: call, real: {move: {url: 'https://h/move'}}}\n"
    assert case_of(tmp_path, text + CASE % "").tools.idempotency == Idempotency("header", "X-Key")


ONE = "tools: {mocks: [{tool: a, %s}]}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (ONE % "delay: 1s", "7:17: tools.mocks[0] lacks a key, expected one of respond, error, timeout, malformed, sequence"),
        (ONE % "error: x, timeout: true", "7:37: tools.mocks[0] has error and timeout at once; keep one"),
        (ONE % "timeout: false", "7:36: tools.mocks[0].timeout is wrong, found false, expected true"),
        (ONE % "respond: 1, status: 500", "7:17: tools.mocks[0] has a status, which only an error has; write error: with its text, or delete status"),
        (ONE % "timeout: true, delay: 1s", "7:17: tools.mocks[0] has a delay before an answer that never comes; delete delay, or write respond:"),
        (ONE % "error: x, status: 200", "7:45: tools.mocks[0].status is out of bounds, found the number 200, expected at least 400"),
        (ONE % "malformed: ''", "7:38: tools.mocks[0].malformed is empty, expected at least 1 character"),
        (ONE % "sequence: []", "7:27: tools.mocks[0].sequence is empty, expected at least 1 entry"),
        (ONE % "sequence: [{error: x}], delay: 1s", "7:17: tools.mocks[0] has a delay beside its sequence, expected a delay in each answer of the sequence"),
        (ONE % "sequence: [{delay: 1s}]", "7:38: tools.mocks[0].sequence[0] lacks a key, expected one of respond, error, timeout, malformed"),
        (ONE % "sequence: [{respond: 1, sequence: []}]", "7:51: unknown key 'sequence' in tools.mocks[0].sequence[0]; known here: delay, error, malformed, respond, status, timeout"),
        (ONE % "respond: 1, args_match: {day: {regx: x}}", "7:52: tools.mocks[0].args_match.day has the unknown matcher 'regx'; did you mean 'regex'?"),
        ("tools: {no_match: call}", "7:19: tools.no_match asks for real tools, and none is named, found 'call'; name them under tools.real, or write fail or skip and mock the tool"),
        ("tools: {idempotency: {}}", "7:9: tools.idempotency lacks a key, expected one of header, argument"),
        ("tools: {idempotency: {argument: key}}", "7:9: tools.idempotency says where a write carries its key, and tools.writes names no write; name the tools that change something under tools.writes, or delete the key"),
        ("tools: {mocks: [{tool: a, respond: 1}, {tool: a, respond: 2}]}", "7:40: tools.mocks[1] is never used, since tools.mocks[0] answers every call of a; write answers that come one after another as its sequence, or let args_match tell them apart"),
        ("tools: {mocks: [{tool: a, respond: 1, args_match: {arguments.day: Friday}}]}", "7:17: a mock names the argument 'arguments.day', and paths begin below the arguments here; write day"),
        ("tools: {ids: {move: [arguments.id]}}", "7:22: tools.ids.move[0] names the argument 'arguments.id', and paths begin below the arguments here; write id"),
        ("tools: {ids: {move: []}}", "7:15: tools.ids.move is empty, expected at least 1 entry"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_once(tmp_path: Path, text: str, said: str) -> None:
    assert told(tmp_path, GOOD + text) == [said]
