"""From what a check asks to the row of the table that its answer is: by the check, by an event that was missed or that
came with other values, by what the caller waited for. Literal, and nothing else."""

from gate.core.findings import Layer

BY_CHECK = {
    "ready": "slow-to-be-ready", "configured": "config-differs", "refused": "caller-let-in",
    "rejected": "garbage-accepted", "served-alike": "callers-disturb", "prompt-alike": "callers-disturb",
    "door": "door-unanswered",
    "transcript": "words-wrong", "answered": "no-audio", "replied": "no-response",
    "turn-respected": "turn-cut-short", "first-audio": "late", "interrupted": "interruption-ignored",
    "level": "too-quiet", "voiced": "not-speech", "clipping": "clipped", "dropouts": "audio-holes",
    "whole-words": "words-cut", "chunk-order": "chunks-disordered", "speech-rate": "wrong-rate", "stalls": "stalls",
    "undisturbed": "stopped-by-noise", "noise-ignored": "noise-answered",
    "silence-ignored": "noise-answered", "final-marker": "no-final-marker",
    "started-before-audio": "event-order", "transcript-before-answer": "event-order",
    "result-before-answer": "event-order", "nothing-after-close": "close-wrong", "call-ids": "ids-mixed",
    "response-ids": "ids-mixed", "session-id": "ids-mixed", "says": "answer-differs", "hears": "words-wrong",
    "confirms": "unproven-confirmation", "must-not-confirm": "unproven-confirmation", "mocks-used": "mock-unused",
    "arguments": "tool-arguments", "ids-known": "tool-arguments", "writes-once": "tool-twice",
    "retry-key": "retry-without-key", "sandboxed": "tool-outside-sandbox", "dry-run": "no-dry-run",
    "calls": "tool-missing",
    "call-after-turn": "tool-unwanted", "mocks": "tool-without-mock", "protocol": "protocol-broken",
    "bad-audio": "bad-audio-taken", "close-code": "close-wrong", "session-gone": "session-left",
    "pong": "ping-unanswered", "recording": "recording-damaged", "idle": "idle-dropped", "restarted": "not-back",
    "remembers": "state-lost", "forgets": "state-leaked", "writes-kept": "tool-twice",
}  # fmt: skip

OF_THE_MANIFEST = ("mocks", "mocks-used", "dry-run")

BY_LAYER = {
    Layer.HANDSHAKE: "nothing-behind", Layer.CONFIG: "config-differs", Layer.INPUT: "words-wrong",
    Layer.TOOLS: "tool-arguments", Layer.CLOSE: "close-wrong",
}  # fmt: skip

ABSENT = {
    "configured": "config-unacknowledged", "first-audio": "no-audio", "transcript": "no-transcript",
    "confirms": "result-ignored",
}  # fmt: skip

MISSED = {
    "tool.call": "tool-missing", "tool.result": "tool-unanswered", "session.started": "nothing-behind",
    "session.configured": "config-unacknowledged", "session.closed": "close-missing",
    "input_audio.accepted": "not-heard", "speech.started": "not-heard", "speech.stopped": "not-heard",
    "transcript.delta": "no-transcript", "transcript.final": "no-transcript", "response.started": "no-response",
    "output_audio.delta": "no-audio", "output_audio.done": "no-final-marker", "response.done": "no-final-marker",
    "output_transcript.delta": "answer-differs", "output_transcript.final": "answer-differs",
}  # fmt: skip

DIFFERS = {
    "tool.call": "tool-arguments", "tool.result": "event-differs", "transcript.final": "words-wrong",
    "transcript.delta": "words-wrong", "output_transcript.final": "answer-differs",
    "output_transcript.delta": "answer-differs", "session.closed": "close-wrong",
}  # fmt: skip

WAITS = {
    "ready": "nothing-behind", "configured": "config-unacknowledged", "audible": "no-audio", "quiet": "talks-on",
    "closed": "close-missing", "rejected": "garbage-accepted", "call": "late",
    "tool_called": "tool-missing", "tool_answered": "tool-unanswered",
}  # fmt: skip

AFTER_EARS = frozenset(
    ("not-heard", "no-transcript", "no-response", "no-audio", "tool-missing", "tool-unanswered", "result-ignored",
     "answer-differs", "event-missing", "event-differs", "no-final-marker", "interruption-ignored", "close-missing",
     "talks-on", "words-wrong")
)  # fmt: skip
AFTER_TOOL = ("result-ignored", "unproven-confirmation")
"""What claims on events find without saying so: their advice is about something else."""
AFTER_MIND = frozenset(
    ("no-audio", "tool-missing", "tool-unanswered", "result-ignored", "no-final-marker", "answer-differs")
)
