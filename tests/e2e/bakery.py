"""The manifest with which the second agent (stranger.py) is called: the bare suites, and two cases of its one tool."""

import sys
from pathlib import Path

from tests.e2e.stranger_faults import ORDERED, UNASKED
from tests.e2e.test_outcomes import free_port, write

MANIFEST = """\
version: 1
target:
  url: ws://127.0.0.1:{port}/
  dialect: template
  options:
    receive_rate_hz: {rate}
    send:
      tool_result: {{type: baked, no: "{{{{call_id}}}}", how: "{{{{result}}}}"}}
    events:
      tool.call: {{type: order, call_id: what.no, name: what.name, arguments: what.with}}
      output_transcript.final: {{type: said}}
  start: {{command: ["{python}", "{agent}", "{port}", "{manner}"], ready: {{port: {port}}}}}
tools:
  mocks:
    - {{tool: place_order, respond: {{ok: true}}, delay: 500ms}}
suites:
  handshake: {{}}
  smoke: {{}}
  tools:
    cases:
      - name: {ordered}
        caller:
          - wait: {{until: quiet, for: 2s}}
          - play: hello
          - wait: turn_done
          - play: yes-please
          - wait: turn_done
        expect:
          - event: tool.call
            where: {{name: place_order, arguments.day: Thursday}}
            times: 1
          - event: tool.result
          - event: output_transcript.final
            where: {{text: {{contains: order is in}}}}
          - event: output_audio.delta
        linger: 4s
      - name: {unasked}
        caller:
          - wait: {{until: quiet, for: 2s}}
          - play: hello
          - wait: turn_done
        expect: [{{event: output_audio.delta}}]
        never:
          - event: tool.call
            where: {{name: place_order}}
  reconnect: {{}}
"""


def manifest(folder: Path, *, rate: int = 16_000, manner: str = "--patient") -> None:
    agent = Path(__file__).with_name("stranger.py")
    filled = MANIFEST.format(
        port=free_port(), python=sys.executable, agent=agent, rate=rate, manner=manner, ordered=ORDERED, unasked=UNASKED
    )
    write(folder, filled)
