"""All that a caller can do, over real sockets: files, keys, an image, marks, a burst and an interruption."""

import json
import sys
from pathlib import Path

from tests.e2e.conftest import Gate
from tests.e2e.test_outcomes import free_port, write

MANIFEST = """\
version: 1
target:
  url: ws://127.0.0.1:{port}/voice
  dialect: canonical
  budgets: {{linger: 500ms}}
  start: {{command: [{python}, -P, -m, gate, agent, --port, "{port}", --until-eof], ready: {{port: {port}}}}}
suites:
  tools:
    cases:
      - name: a bad file
        caller: [play: {{clip: wrong-rate, as_is: true}}]
      - name: keys and an interruption
        caller:
          - image: card.png
          - dtmf: "12#"
          - interrupt: {{play: stop, after: 500ms}}
          - wait: turn_done
        expect:
          - event: response.cancelled
          - event: mark
      - name: a burst
        pace: burst
        caller: [play: hello, wait: turn_done]
        expect: [event: transcript.final, {{event: mark, times: 1}}]
"""


def test_all_that_a_caller_can_do(gate: Gate, tmp_path: Path) -> None:
    (tmp_path / "card.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(300_000))
    write(tmp_path, MANIFEST.format(port=free_port(), python=sys.executable))
    outcome = gate("run")
    assert outcome.exit == 0, outcome.out + outcome.err
    assert {case["verdict"] for case in outcome.report["cases"]} == {"pass"}
    seen = [
        (event["eventName"], event["payloadShape"])
        for path in outcome.results.rglob("events.jsonl")
        for event in map(json.loads, path.read_text().splitlines())
    ]
    payloads = dict(seen)
    assert payloads["input_audio.file"] == {"media_type": "audio/wav", "size": 204_668}
    assert payloads["input_image"] == {"name": "card.png", "media_type": "image/png", "size": 300_008}
    assert payloads["input_dtmf"] == {"digits": "12#"}
    assert "mark.played" in payloads
    assert {path.suffix for path in (outcome.results / "evidence" / "fixtures").iterdir()} == {".wav", ".bin"}
