"""An agent that speaks the languages of whatever will show its words: through a real call, into every document."""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lxml import etree
from markdown_it import MarkdownIt
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

from tests.cli.runner import Runner
from tests.e2e.conftest import Gate

SCHEMA = etree.XMLSchema(etree.parse(Path(__file__).parents[1] / "report" / "schemas" / "junit-10.xsd"))
WORDS = (
    "::set-output name=outcome::passed",
    "::add-mask::voxgate",
    "##[add-mask]voxgate",
    "::stop-commands::x",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "]]><testcase/>",
    "\x1b[2J\x1b]0;owned\x07\x00\x08\u202e",
    "`` ` ``` | **b** [x](javascript:alert(1)) ![i](https://evil.test/x.png) @everyone #1",
    "[[ATTACHMENT|/etc/passwd]]",
    "outcome<<x\npassed\nx",
)
SAID = "\n".join(WORDS)
MANIFEST = """\
version: 1
target:
  url: ws://127.0.0.1:{port}/
  dialect: template
  options:
    ready: {{type: session_ready, session_id: session_id}}
    events:
      transcript.final: {{type: transcript, where: {{speaker: user}}, text: text}}
      tool.call: {{type: tool_call, call_id: id, name: name, arguments: arguments}}
      response.done: {{type: turn_end}}
      error: {{type: error, message: message}}
  budgets: {{linger: 1s}}
suites:
  tools:
    cases:
      - name: {name}
        caller: [{{play: hello}}, {{pause: 200ms}}]
        expect: [{{event: tool.call, where: {{name: lookup}}}}]
        never: [error]
"""


def talk(line: ServerConnection) -> None:
    line.send(json.dumps({"type": "session_ready", "session_id": SAID}))
    line.recv()
    line.send(json.dumps({"type": "transcript", "speaker": "user", "text": SAID}))
    line.send(json.dumps({"type": "tool_call", "id": SAID, "name": SAID, "arguments": {SAID: SAID}}))
    line.send(json.dumps({"type": "error", "message": SAID}))
    line.send(json.dumps({"type": "turn_end"}))
    try:
        for _ in line:
            pass
    except ConnectionClosed:
        pass


@contextmanager
def hostile_agent(folder: Path) -> Iterator[None]:
    with serve(talk, "127.0.0.1", 0) as server:
        port = server.socket.getsockname()[1]
        name = json.dumps("`x` | <b>@everyone</b> ::error::x [[ATTACHMENT|/etc/passwd]]")
        (folder / "voice-tests.yaml").write_text(MANIFEST.format(port=port, name=name), "utf-8")
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()


def test_what_an_agent_speaks_harms_nothing(gate: Gate, tmp_path: Path) -> None:
    files = {"GITHUB_OUTPUT": str(tmp_path / "output"), "GITHUB_STEP_SUMMARY": str(tmp_path / "summary")}
    with hostile_agent(tmp_path):
        outcome = gate("run", "--verbose", "--log-level", "debug",
                       GITHUB_ACTIONS="true", GITHUB_WORKSPACE=str(tmp_path), **files)  # fmt: skip
    assert outcome.exit == 1, outcome.err
    assert "set-output" in json.dumps(outcome.report), "the words did get as far as the report"

    for stream in (outcome.out, outcome.err):
        runner = Runner()
        runner.reads(stream)
        assert runner.listens
        assert runner.masked == []
        assert {one.name for one in runner.commands} <= {"group", "endgroup", "error", "warning"}
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", stream)
        words = Runner()
        words.reads(re.sub("^::stop-commands::.*$", "", stream, flags=re.MULTILINE))
        assert words.masked == [], "not even without the quotation"
    assert Runner.outputs((tmp_path / "output").read_text("utf-8"))["outcome"] == "failed"

    junit = (outcome.results / "junit.xml").read_text("utf-8")
    tree = etree.fromstring(junit.encode())
    SCHEMA.validate(tree)
    assert str(SCHEMA.error_log) == ""
    assert len(tree.findall(".//testcase")) == 1
    assert all(path.startswith("voxgate-results/") for path in re.findall(r"\[\[ATTACHMENT\|(.+?)\]\]", junit))

    html = MarkdownIt("commonmark").enable("table").render((tmp_path / "summary").read_text("utf-8"))
    assert set(re.findall("<([a-z0-9]+)", html)) <= {
        "h2", "h3", "p", "ul", "li", "strong", "code", "pre", "details", "summary",
        "table", "thead", "tbody", "tr", "th", "td",
    }  # fmt: skip
    assert json.loads((outcome.results / "gl-code-quality-report.json").read_text("utf-8"))
