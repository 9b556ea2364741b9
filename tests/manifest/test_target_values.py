"""Addresses, headers, credentials, commands and references: what is wrong beyond the shape."""

# Texts that are compared whole stay on one line.
# ruff: noqa: E501

from pathlib import Path

import pytest

from gate.manifest.addresses import url_fault
from tests.manifest.fakes import GOOD, plan_of, told

TARGET = "version: 1\nsuites: {smoke: {}}\ntarget:\n  dialect: plain\n"


@pytest.mark.parametrize(
    ("url", "what"),
    [
        ("wss://agent.test/x?y=1", None),
        ("ws://localhost:8765", None),
        ("ws://127.3.2.1/x", None),
        ("ws://[::1]:80/x", None),
        ("ws://inside.test", None),
        ("ws://INSIDE.test", None),
        ("WSS://agent.test", None),
        ("ws://agent.test", "is not encrypted, and agent.test is not this machine"),
        ("ws://127.0.0.1.evil.test", "is not encrypted, and 127.0.0.1.evil.test is not this machine"),
        ("ws://localhost.evil.test", "is not encrypted, and localhost.evil.test is not this machine"),
        ("ws://10.0.0.1", "is not encrypted, and 10.0.0.1 is not this machine"),
        ("https://agent.test", "is no WebSocket address"),
        ("agent.test/voice", "is no address of the kind that is needed here"),
        ("wss:///voice", "names no host"),
        ("wss://user:pass@agent.test", "carries a user or a password"),
        ("wss://agent.test/#x", "has a fragment (#…), which no request can carry"),
        ("wss://agent.test/a b", "holds a space or a line break"),
        ("wss://agent.test:99999/", "is no address: Port out of range 0-65535"),
        ("wss://[::1/", "is no address: Invalid IPv6 URL"),
        ("${env.UNSET}", None),
        ("wss://agent.test/${env.UNSET}", None),
    ],
)
def test_socket_addresses(url: str, what: str | None) -> None:
    fault = url_fault(url, url, "ws", ["inside.test"])
    assert (fault and fault.what) == what


def test_http_addresses() -> None:
    assert url_fault(*["https://agent.test/s"] * 2, "http", []) is None
    assert url_fault(*["http://[::1]:9/s"] * 2, "http", []) is None
    for url, what in [("http://agent.test", "is not encrypted"), ("wss://agent.test", "is no HTTP address")]:
        fault = url_fault(url, url, "http", [])
        assert fault is not None
        assert fault.what.startswith(what)


def test_an_address_out_of_the_environment_is_checked_but_not_shown(tmp_path: Path) -> None:
    text = TARGET + '  url: "${env.AGENT_URL}"\n'
    assert plan_of(tmp_path, text, {"AGENT_URL": "wss://agent.test"})[0].targets[0].dial.url == "${env.AGENT_URL}"
    (said,) = told(tmp_path, text, {"AGENT_URL": "https://hidden.test"})
    assert said == (
        "5:8: target.url is no WebSocket address, found '${env.AGENT_URL}', expected wss://host/path; "
        "for an address that has to be asked for the socket's own, use http: {url, url_path}"
    )
    for hidden in (
        "ws://hidden.test",
        "wss://x.test:hidden",
        "wss://hidden:hidden@x.test",
        "wss://[hidden",
        "hidden::",
    ):
        said = "".join(told(tmp_path, text, {"AGENT_URL": hidden}))
        assert said.startswith("5:8: target.url ")
        assert "hidden" not in said


def test_a_password_in_an_address_is_not_shown(tmp_path: Path) -> None:
    (said,) = told(tmp_path, TARGET + "  url: wss://user:hunter2@agent.test\n")
    assert said.startswith("5:8: target.url carries a user or a password, expected wss://host/path")
    assert "hunter2" not in said


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("auth: {bearer: abc}", '6:18: target.auth.bearer is a secret written out, expected "${env.NAME}"; put the secret into an environment variable: files and evidence get copied'),
        ("auth: {}", "6:3: target.auth lacks a key, expected one of bearer, header, query, message, signature"),
        ("auth: {bearer: '${env.VOICE_TOKEN}', query: {name: t, value: '${env.VOICE_TOKEN}'}}", "6:40: target.auth has bearer and query at once; keep one"),
        ("auth: {header: {value: '${env.VOICE_TOKEN}'}}", "6:10: target.auth.header lacks the key 'name'; write name: X-Api-Key"),
        ("auth: {header: {name: X Y, value: '${env.VOICE_TOKEN}'}}", "6:37: target.auth.header.value is no name for a header, expected letters, digits and -"),
        ("negative_tokens: {expired: x}", "6:3: target has negative_tokens, but no auth that says where a token goes; add auth:"),
        ("headers: {Host: x}", "6:19: target.headers.Host is a header that the handshake sets itself; delete it"),
        ("headers: {Sec-WebSocket-Protocol: x}", "6:37: target.headers.Sec-WebSocket-Protocol is a header that the handshake sets itself; use subprotocols:"),
        ('headers: {A: "x\\ny"}', "6:16: target.headers.A has a value with a line break, or a space at its end; look for a newline at its end"),
        ("headers: {A: é}", "6:16: target.headers.A has a value that is not ASCII, expected ASCII; encode it as the agent expects it"),
        ("headers: {A: 5}", '6:16: target.headers.A is wrong, found the number 5, expected a text; put quotes around it: "5"'),
        ("headers: {X-Api-Key: abc}", '6:24: target.headers.X-Api-Key is a secret written out, expected "${env.NAME}"; put the secret into an environment variable: files and evidence get copied'),
        ("budgets: {call: 0s}", "6:19: target.budgets.call is out of bounds, found the text '0s', expected more than nothing"),
        ("budgets: {call: 2000m}", "6:19: target.budgets.call is out of bounds, found the text '2000m', expected at most a day, 1440m"),
        ("budgets: {call: 1:30}", "6:19: target.budgets.call is no duration, found the text '1:30', expected a duration such as 800ms, 3s or 2m"),
        ("budgets: {call: true}", "6:19: target.budgets.call is no duration, found true, expected a duration such as 800ms, 3s or 2m"),
        ("budgets: {call: }", "6:13: target.budgets.call is empty, found nothing, expected a value; give it one, or delete the key"),
        ("subprotocols: voice", "6:17: target.subprotocols is wrong, found the text 'voice', expected a list; write [voice]"),
        ("start: {command: a, ready: {}}", "6:23: target.start.ready waits for nothing, expected port, url or log"),
        ("start: {command: a, ready: {url: a}}", "6:36: target.start.ready.url is no address, found 'a', expected one such as http://127.0.0.1:8080/health"),
        ("start: {command: a, ready: {log: '(a'}}", "6:36: target.start.ready.log is no regular expression: missing ), unterminated subpattern, found '(a', expected a part of a line that the agent writes"),
        ("start: {command: ''}", "6:20: target.start.command is empty, expected at least 1 character"),
        ("start: {command: []}", "6:11: target.start.command is empty, expected at least 1 entry"),
        ("start: {command: 5}", '6:20: target.start.command is wrong, found the number 5, expected a text or a list; put quotes around it: "5"'),
        ("start: {command: ' '}", "6:20: target.start.command names no program, found ' '"),
        ("start: {command: a 'b}", "6:20: target.start.command has a quote that is never closed, found 'a 'b'"),
        ("start: {command: A=1 b}", "6:20: target.start.command begins with a variable, and no shell reads it, found 'A=1 b'; put the variable under env:"),
        ("start: {command: a, cwd: nowhere}", "6:28: target.start.cwd is no folder, found 'nowhere', expected a folder, seen from the manifest's own"),
        ("start: {command: a, ready: {port: 0}}", "6:37: target.start.ready.port is out of bounds, found the number 0, expected at least 1"),
        ("start: {command: a, ready: {port: 70000}}", "6:37: target.start.ready.port is out of bounds, found the number 70000, expected at most 65535"),
        ("start: {ready: {port: 80}}", "6:3: target.start lacks the key 'command'; write command: python bot.py"),
        ("session: {a: '${env.GONE}'}", "6:16: target.session.a refers to GONE, which is not set; set the environment variable GONE"),
        ("session: {a: '${env.}'}", "6:16: target.session.a holds a malformed reference, found ${env.}, expected ${env.NAME}; name a variable after env."),
        ("session: {a: '${env.A-B}'}", "6:16: target.session.a holds a malformed reference, found ${env.A-B}, expected ${env.NAME}; a name has letters, digits and _ only, and no digit first"),
        ("session: {a: '${ env.A }'}", "6:16: target.session.a holds a malformed reference, found ${ env.A }, expected ${env.NAME}; write ${env.A}"),
        ("session: {a: '${env.A'}", "6:16: target.session.a holds a malformed reference, found ${env.A, expected ${env.NAME}; close it with }"),
        ("session: {a: '${{ secrets.A }}'}", "6:16: target.session.a holds a malformed reference, found ${{ secrets.A }}, expected ${env.NAME}; CI expressions are not read here: set an environment variable in the CI step, and name it"),
        ("session: {'${env.VOICE_TOKEN}': 1}", "6:13: a reference in the key '${env.VOICE_TOKEN}'; references are read in values only"),
    ],
)  # fmt: skip
def test_what_a_target_may_not_say(tmp_path: Path, line: str, said: str) -> None:
    text = TARGET + "  url: wss://agent.test/x\n  " + line + "\n"
    assert told(tmp_path, text) == [said]


def test_money_and_templates_are_no_references(tmp_path: Path) -> None:
    plan_of(tmp_path, TARGET + "  url: wss://agent.test\n  session: {a: it costs $5, b: '{{audio_data}} $x {env.A}'}\n")


def test_a_short_secret_is_refused_without_being_shown(tmp_path: Path) -> None:
    text = TARGET + '  url: wss://agent.test\n  auth: {bearer: "${env.VOICE_TOKEN}"}\n'
    (said,) = told(tmp_path, text, {"VOICE_TOKEN": "hunter2"})
    assert "hunter2" not in said
    assert said == (
        "6:18: target.auth.bearer refers to VOICE_TOKEN, which is shorter than 8 characters, expected at least 8 "
        "characters; a shorter one could not be masked in logs and reports; put it into the file if it is no secret"
    )
    assert "which is empty" in told(tmp_path, text, {"VOICE_TOKEN": ""})[0]
    assert "which is no UTF-8 text" in told(tmp_path, text, {"VOICE_TOKEN": "\udcff" * 9})[0]


def test_a_secret_that_cannot_be_sent_is_refused_without_being_shown(tmp_path: Path) -> None:
    text = TARGET + '  url: wss://agent.test\n  auth: {bearer: "${env.VOICE_TOKEN}"}\n'
    (said,) = told(tmp_path, text, {"VOICE_TOKEN": "hunter2hunter2\n"})
    assert "hunter2" not in said
    assert "target.auth.bearer has a value with a line break" in said


def test_every_reference_is_told(tmp_path: Path) -> None:
    text = GOOD.replace("\nsuites:", '\n  headers: {X-One: "${env.A}", X-Two: "${env.B}${env.A}"}\nsuites:', 1)
    assert [line.split(";")[0].partition(": ")[2] for line in told(tmp_path, text)] == [
        "target.headers.X-One refers to A, which is not set",
        "target.headers.X-Two refers to A, which is not set",
        "target.headers.X-Two refers to B, which is not set",
    ]


def test_a_reference_where_none_is_read_is_a_mistake(tmp_path: Path) -> None:
    text = GOOD.replace("smoke: {}", 'smoke: {clips: ["${env.A}"]}')
    assert [line.split(";")[0] for line in told(tmp_path, text)] == [
        "6:19: suites.smoke.clips[0] holds a reference, which is read below target and voice only",
    ]


@pytest.mark.parametrize("query", ["api_key=sk-live-1", "access_token=abc", "x=1&X-Signature=ffee", "sig=0x99"])
def test_a_secret_written_into_an_address_is_a_mistake_that_does_not_repeat_it(tmp_path: Path, query: str) -> None:
    said = told(tmp_path, GOOD.replace("agent.test/voice", f"agent.test/voice?{query}"))
    assert len(said) == 1
    assert "carries a secret written out" in said[0]
    assert query.rpartition("=")[2] not in said[0]


@pytest.mark.parametrize("query", ["monkey_business=1", "design=flat", "agent=appointments", "author=me"])
def test_other_parameters_of_an_address_are_nobodys_secret(tmp_path: Path, query: str) -> None:
    assert told(tmp_path, GOOD.replace("agent.test/voice", f"agent.test/voice?{query}")) == []
