"""A made-up protocol in which everything that a template can say is said, most of it nested."""

from gate.dialects.template.dialect import Template
from gate.dialects.template.options import TemplateOptions

FULL = Template(
    TemplateOptions.model_validate(
        {
            "send_audio": {"media": {"chunk": "data:audio/pcm;base64,{{audio_data}}", "track": "inbound"}},
            "type_path": "event.kind",
            "audio_type": "media",
            "audio_path": "event.media.payload",
            "receive_rate_hz": 16000,
            "ready": {"type": "connected", "session_id": "event.session.id"},
            "send": {
                "configure": {"op": "start", "config": "{{session}}"},
                "text": {"op": "say", "line": ["{{text}}"]},
                "tool_result": {"op": "tool", "id": "call-{{call_id}}", "tool": "{{name}}", "output": "{{result}}"},
                "tool_error": {"op": "tool", "id": "call-{{call_id}}", "tool": "{{name}}", "failure": "{{error}}"},
                "file": {"op": "file", "of": "{{media_type}}", "body": "data:{{media_type}};base64,{{file_data}}"},
                "image": {"op": "see", "what": ["{{media_name}}", "{{mime_type}}"], "it": "{{media_data}}"},
                "dtmf": {"op": "keys", "row": "{{digits}}"},
                "cancel": {"op": "cancel"},
                "goodbye": {"op": "bye"},
            },
            "events": {
                "session.configured": {"type": "config", "settings": "event.config"},
                "input_audio.accepted": {"type": "ack"},
                "speech.started": {"type": "vad", "where": {"event.on": True}},
                "speech.stopped": {"type": "vad", "where": {"event.on": False}},
                "transcript.delta": {
                    "type": "words",
                    "where": {"event.who": "user", "event.final": False},
                    "text": "event.t",
                },
                "transcript.final": {
                    "type": "words",
                    "where": {"event.who": "user", "event.final": True},
                    "text": "event.t",
                },
                "output_transcript.delta": {
                    "type": "words",
                    "where": {"event.who": "bot", "event.final": False},
                    "text": "event.t",
                },
                "output_transcript.final": {
                    "type": "words",
                    "where": {"event.who": "bot", "event.final": True},
                    "text": "event.t",
                },
                "tool.call": {
                    "type": "call",
                    "call_id": "event.f.0.id",
                    "name": "event.f.0.name",
                    "arguments": "event.f.0.args",
                },
                "tool.result": {
                    "type": "done",
                    "call_id": "event.id",
                    "name": "event.fn",
                    "result": "event.out",
                    "error": "event.err",
                },
                "response.started": {"type": "turn", "where": {"event.n": 1}},
                "response.done": {"type": "turn", "where": {"event.n": 2}},
                "response.cancelled": {"where": {"stopped": "yes"}},
                "output_audio.done": {"type": "mark", "where": {"event\\.name": "end"}},
                "metadata": {"type": "meta"},
                "error": {"type": "oops", "code": "event.error.code", "message": "event.error.text"},
            },
        }
    )
)
