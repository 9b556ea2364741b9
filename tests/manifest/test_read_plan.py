"""The whole way: a file to a plan and its vault, or to everything that is wrong with it."""

# Texts that are compared whole stay on one line.
# ruff: noqa: E501

from pathlib import Path

import pytest

from gate import __version__
from gate.core.mistakes import ManifestError
from gate.core.places import Place
from gate.core.plan import Budgets, Credential, HttpFirst, Start
from gate.core.tooling import Mock, MockAnswer, ToolPlan
from gate.manifest import read_plan
from tests.manifest.fakes import ENV, FAKES, GOOD, Library, mistakes_of, plan_of, told

FULL = """\
version: 1
target:
  url: ws://127.0.0.1:8765/voice
  dialect: plain
  options: {rate: 8000}
  auth: {bearer: "${env.VOICE_TOKEN}"}
  negative_tokens: {expired: abc}
  headers: {X-Workspace: w1}
  subprotocols: [voice.v1]
  session: {model: m, nested: {pin: "012"}, tools: tools.json}
  budgets: {connect: 2s, linger: 0s, call: 1.5m, ready: 800ms, received: 5MB, frames: 900}
  start: {command: python bot.py --name "a b", env: {KEY: "${env.VOICE_TOKEN}"}, cwd: bot, ready: {port: 8765}, timeout: 5s}
tools:
  mocks:
    - {tool: look, error: gone, args_match: "17"}
    - {tool: look, respond: {id: A-17}, delay: 20ms}
    - {tool: void, respond: null}
suites:
  smoke: {clips: [hello, pause]}
  tools:
    cases:
      - name: One
        caller: [{play: hello}]
"""


def test_a_full_manifest_becomes_a_plan(tmp_path: Path) -> None:
    (tmp_path / "bot").mkdir()
    (tmp_path / "tools.json").write_text('[{"name": "look"}]')
    plan, vault = plan_of(tmp_path, FULL)
    file = str(tmp_path / "voice-tests.yaml")
    (target,) = plan.targets
    assert (plan.manifest, plan.gate_version, plan.secrets) == (file, __version__, ("VOICE_TOKEN",))
    assert (target.name, target.dialect, target.options, target.place) == (
        "agent",
        "plain",
        {"rate": 8000},
        Place(file, 2, 1),
    )
    assert target.dial.url == "ws://127.0.0.1:8765/voice"
    assert target.dial.headers == (("X-Workspace", "w1"),)
    assert target.dial.subprotocols == ("voice.v1",)
    assert target.credential == Credential("bearer", "Authorization", "${env.VOICE_TOKEN}")
    assert target.negative_tokens == {"expired": "abc"}
    assert target.session == {"model": "m", "nested": {"pin": "012"}, "tools": [{"name": "look"}]}
    assert target.budgets == Budgets(
        connect_ms=2000, ready_ms=800, linger_ms=0, call_ms=90_000, received_bytes=5_000_000, frames=900
    )
    command = ("python", "bot.py", "--name", "a b")
    assert target.start == Start(command, {"KEY": "${env.VOICE_TOKEN}"}, str(tmp_path / "bot"), 8765, 5000)
    mocks = (
        Mock("look", Place(file, 15, 7), (MockAnswer("error", "gone"),), args_match="17"),
        Mock("look", Place(file, 16, 7), (MockAnswer("value", {"id": "A-17"}, 20),)),
        Mock("void", Place(file, 17, 7)),
    )
    assert [case.id for case in plan.cases] == [
        "agent.plain.smoke.hello",
        "agent.plain.smoke.pause",
        "agent.plain.tools.one",
    ]
    assert plan.cases[0].place == Place(file, 19, 19)
    assert plan.cases[2].place == Place(file, 22, 9)
    assert plan.cases[0].tools == ToolPlan("selected", "fail", mocks)
    assert [clip.name for clip in plan.clips] == ["hello", "pause"]
    assert vault.fill("${env.VOICE_TOKEN}") == ENV["VOICE_TOKEN"]
    assert ENV["VOICE_TOKEN"] not in repr(plan)


def test_several_targets_and_http_first(tmp_path: Path) -> None:
    text = """\
version: 1
targets:
  one: {url: "wss://a.test/x", dialect: plain}
  two:
    dialect: template
    http: {url: "https://b.test/s", method: GET, headers: {A: b}, url_path: ws.url}
suites: {smoke: }
"""
    plan, _ = plan_of(tmp_path, text)
    assert [case.id for case in plan.cases] == ["one.plain.smoke.hello", "two.template.smoke.hello"]
    assert plan.target("two").dial.url == ""
    assert plan.target("two").dial.http == HttpFirst("https://b.test/s", "ws.url", "GET", (("A", "b"),))


def test_the_vault_holds_only_what_the_manifest_names(tmp_path: Path) -> None:
    _, vault = plan_of(tmp_path, GOOD, {"OTHER": "a-very-long-secret"})
    assert not vault.holds("a-very-long-secret")


BAD = """\
version: 2
target:
  url: ws://agent.acme.test/voice
  dialct: plain
  allow_plain_ws: ["http://x"]
  auth: {beerer: "${env.VOICE_TOKEN}"}
  budgets: {connect: 30, ready: 3 s}
  headers: {X-Pin: 012, Authorization: "Bearer abc"}
  session: {a: 1, a: 2, token: "${env.NOPE}", x: "${NOPE}", y: $env.NOPE}
  start: {command: "cd x && python bot.py", ready: {port: "8765"}}
tools:
  strategy: al
  no_match: call
  mocks:
    - tool: look
      delay: 10
    - respnd: 1
suites:
  smoke: {blocks: no, clips: [hello, helo]}
  smok:
  tools:
    cases:
      - caller: [{ply: hello}]
      - name: x
        caller: [{play: nope}, {say: 5}]
        expect: [{event: tool.cal, where: {a: true}}]
"""

SAID = """\
voice-tests.yaml:1:10: version is newer than this Voxgate can read, found the number 2, expected 1; update Voxgate, or write version: 1
voice-tests.yaml:3:8: target.url is not encrypted, and agent.acme.test is not this machine, found 'ws://agent.acme.test/voice', expected wss://; write wss://, or add agent.acme.test to allow_plain_ws if nobody listens on the way
voice-tests.yaml:4:3: unknown key 'dialct' in target; did you mean 'dialect'?
voice-tests.yaml:5:20: target.allow_plain_ws[0] is no host, found 'http://x', expected a host name without scheme, port and path
voice-tests.yaml:6:10: unknown key 'beerer' in target.auth; did you mean 'bearer'?
voice-tests.yaml:7:22: target.budgets.connect has no unit, found the number 30, expected a duration such as 800ms, 3s or 2m; write 30s or 30ms
voice-tests.yaml:7:33: target.budgets.ready is no duration, found the text '3 s', expected a duration such as 800ms, 3s or 2m
voice-tests.yaml:8:20: target.headers.X-Pin is a number with a leading zero, found 012; write 12 for the number, "012" for the text
voice-tests.yaml:8:40: target.headers.Authorization is a secret written out, expected "${env.NAME}"; put the secret into an environment variable: files and evidence get copied
voice-tests.yaml:9:19: the key 'a' stands twice in target.session; the first is at line 9, column 13
voice-tests.yaml:9:32: target.session.token refers to NOPE, which is not set; set the environment variable NOPE
voice-tests.yaml:9:50: target.session.x holds a malformed reference, found ${NOPE}, expected ${env.NAME}; write ${env.NOPE}
voice-tests.yaml:9:64: target.session.y holds a malformed reference, found $env.NOPE, expected ${env.NAME}; write ${env.NOPE}
voice-tests.yaml:10:20: target.start.command has '&&', but no shell reads it, found 'cd x && python bot.py', expected one program and its arguments; use cwd: and env:, or write [sh, -c, "…"]
voice-tests.yaml:10:59: target.start.ready.port is wrong, found the text '8765', expected a whole number; write it without quotes
voice-tests.yaml:12:13: tools.strategy is wrong, found the text 'al', expected one of none, selected, all; did you mean 'all'?
voice-tests.yaml:13:13: tools.no_match asks for real tools, and none is named, found 'call'; name them under tools.real, or write fail or skip and mock the tool
voice-tests.yaml:15:7: tools.mocks[0] lacks a key, expected one of respond, error, timeout, malformed, sequence
voice-tests.yaml:16:14: tools.mocks[0].delay has no unit, found the number 10, expected a duration such as 800ms, 3s or 2m; write 10s or 10ms
voice-tests.yaml:17:7: tools.mocks[1] lacks the key 'tool'; write tool: lookup_appointment
voice-tests.yaml:17:7: unknown key 'respnd' in tools.mocks[1]; did you mean 'respond'?
voice-tests.yaml:19:19: suites.smoke.blocks is wrong, found the text 'no', expected true or false; write false, without quotes
voice-tests.yaml:19:38: there is no clip 'helo'
voice-tests.yaml:20:3: unknown suite 'smok'; did you mean 'smoke'?
voice-tests.yaml:23:9: suites.tools.cases[0] lacks the key 'name'
voice-tests.yaml:23:19: unknown key 'ply' in suites.tools.cases[0].caller[0]; did you mean 'play'?
voice-tests.yaml:25:25: there is no clip 'nope'
voice-tests.yaml:25:38: suites.tools.cases[1].caller[1].say is wrong, found the number 5, expected a text; put quotes around it: "5"
voice-tests.yaml:26:26: suites.tools.cases[1].expect[0].event is wrong, found the text 'tool.cal', expected one of tool.call, response.done, error; did you mean 'tool.call'?
voice-tests.yaml:26:47: suites.tools.cases[1].expect[0].where.a is wrong, found true, expected a text or a whole number; put quotes around it: "true\""""


def test_every_mistake_is_told_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("voice-tests.yaml").write_text(BAD)
    with pytest.raises(ManifestError) as caught:
        read_plan("voice-tests.yaml", ENV, Library("hello"), FAKES)
    assert str(caught.value) == SAID


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- version: 1", "1:1: the manifest is wrong, found a list, expected a mapping of keys to values"),
        ("hello", "1:1: the manifest is wrong, found the text 'hello', expected a mapping of keys to values"),
        (GOOD.replace("version: 1\n", ""), "1:1: the manifest lacks the key 'version'; write version: 1"),
        (GOOD.replace("version: 1", "version: '1'"), "1:10: version is no version of the manifest, found the text '1', expected 1; write version: 1"),
        (GOOD.replace("version: 1", "version: 1.0"), "1:10: version is no version of the manifest, found the number 1.0, expected 1; write version: 1"),
        (GOOD.replace("version: 1", "version: true"), "1:10: version is no version of the manifest, found true, expected 1; write version: 1"),
        (GOOD.replace("  dialect: plain\n", ""), "2:1: target lacks the key 'dialect'; name the protocol that it speaks, for example canonical"),
        (GOOD.replace("plain", "plan"), "4:12: target names the unknown dialect 'plan'; did you mean 'plain'?"),
        (GOOD.replace("dialect: plain", "dialect:"), "4:3: target.dialect is empty, found nothing, expected a value; give it one, or delete the key"),
        (GOOD.replace("dialect: plain", "dialect: ''"), "4:12: target.dialect is empty, expected at least 1 character"),
        (GOOD.replace("  url: wss://agent.test/voice\n", ""), "2:1: target lacks a key, expected one of url, http"),
        ("version: 1\nsuites: {smoke: {}}\ntargets: {}\n", "3:1: targets is empty, expected at least 1 entry"),
        (GOOD + "targets: {b: {url: wss://h/x, dialect: plain}}\n", "7:1: the manifest has target and targets at once; keep one"),
        (GOOD.replace("target:", "trget:"), "2:1: unknown key 'trget' in the manifest; did you mean 'target'?"),
        (GOOD.replace("  smoke: {}\n", ""), "5:1: suites names no suite, found nothing; write handshake: {} below it, for example"),
        (GOOD.replace("suites:\n  smoke: {}", "suites: {}"), "5:1: suites names no suite; write handshake: {} below it, for example"),
        (GOOD.replace("\n  smoke: {}", " [smoke, tools]"), "5:1: suites is no mapping, expected a line for each suite; write smoke: {}"),
        (GOOD.replace("suites:\n  smoke: {}\n", ""), "1:1: the manifest lacks the key 'suites'; write suites:, and handshake: {} below it, for example"),
        (GOOD.replace("smoke", "load"), "6:3: unknown suite 'load'; known here: smoke, tools"),
        (GOOD.replace("smoke: {}", "smoke: {clips: []}"), "5:1: these suites make no case, so nothing would be tested; give them cases, or add a suite"),
        (GOOD.replace("smoke: {}", "smoke: yes"), "6:10: suites.smoke is wrong, found the text 'yes', expected a mapping of keys to values"),
        (GOOD.replace("smoke: {}", "tools: "), "6:3: the suite tools has no cases; write one"),
        (GOOD.replace("smoke: {}", "tools: {case: []}"), "6:11: unknown key 'case' in suites.tools; did you mean 'cases'?"),
        (GOOD.replace("smoke: {}", "smoke: {clips: [hello, Hello]}").replace("Hello", "hello"), "6:26: a second case with the id agent.plain.smoke.hello; the first is at 6:19; give one of them another name"),
        (GOOD + "tools: {strategy: none, mocks: [{tool: a, respond: 1}]}", "7:19: tools.strategy is none, which would leave the mocks unused; write selected or all, or delete the key"),
        (GOOD + "tools: {mocks: [{tool: a, respond: 1, error: b}]}", "7:39: tools.mocks[0] has respond and error at once; keep one"),
        (GOOD + "tools:\n", "7:1: tools is wrong, found nothing, expected a mapping of keys to values; give it a value, or delete the key"),
    ],
)  # fmt: skip
def test_one_mistake_is_told_once(tmp_path: Path, text: str, said: str) -> None:
    assert told(tmp_path, text) == [said]


def test_a_bad_target_hides_nothing_in_a_suite(tmp_path: Path) -> None:
    text = GOOD.replace("plain", "nonsense").replace("smoke: {}", "smoke: {clips: [helo], blcks: true}")
    assert [line.split(": ", 1)[1] for line in told(tmp_path, text)] == [
        "target names the unknown dialect 'nonsense'; known here: plain, template",
        "there is no clip 'helo'",
        "unknown key 'blcks' in suites.smoke; did you mean 'blocks'?",
    ]


def test_dialect_options_are_checked_by_the_dialect(tmp_path: Path) -> None:
    text = GOOD.replace("dialect: plain", "dialect: plain\n  options: {rate: 44100, shap: x}")
    assert told(tmp_path, text) == [
        "5:19: target.options.rate is wrong, found the number 44100, expected one of 8000, 16000",
        "5:26: unknown key 'shap' in target.options; did you mean 'shape'?",
    ]


def test_the_order_is_that_of_the_lines(tmp_path: Path) -> None:
    places = [mistake.place for mistake in mistakes_of(tmp_path, BAD)]
    assert places == sorted(places)


def test_the_tools_file_of_a_session(tmp_path: Path) -> None:
    text = GOOD.replace("dialect: plain", "dialect: plain\n  session: {tools: t.json}")

    def said() -> str:
        return "\n".join(told(tmp_path, text)).replace(str(tmp_path), "")

    missing = "5:20: target.session.tools names a file that cannot be read, found 't.json'; No such file or directory: /t.json"
    assert said() == missing
    (tmp_path / "t.json").write_text("[1,")
    assert said().startswith(
        "5:20: target.session.tools names a file that is no JSON, found 't.json', expected JSON; Expecting"
    )
    (tmp_path / "t.json").write_text('{"a": "${env.X}"}')
    assert "found ${env.X}: references are read in the manifest only" in said()
    (tmp_path / "t.json").write_text("[]")
    assert said() == ""
