"""What names of messages and fields hint at. A hint is asked only where structure leaves a choice; none is proof."""

import re
from typing import Final

_END = r"(done|end|ended|ends|finish\w*|complete\w*|over|stop\w*|off|false|final|last)"
_BEGIN = r"(start\w*|begin\w*|began|begun|created|on|true)"
_HEARD = r"(user|speech|caller|vad|voice|input|speaking|talk\w*|listen\w*|utterance|mic)"
_TURN = r"(response|turn|answer|reply|generation|agent|bot|assistant|message|speaking|llm)"
_SOUND = r"(audio|voice|speech|speaking|playback|tts|media|sound|talk\w*)"

MARKS: Final = {
    "error": re.compile(r"\b(err|errors?|fail\w*|fault|oops|exception|warning|problem|invalid|reject\w*|bad)\b"),
    "response.cancelled": re.compile(
        r"\b(interrupt\w*|cancel\w*|abort\w*|stopped|barge\w*|clear\w*|flush\w*|truncat\w*)\b"
    ),
    "speech.started": re.compile(rf"\b{_HEARD}\b.*\b{_BEGIN}\b|\b{_BEGIN}\b.*\b{_HEARD}\b"),
    "speech.stopped": re.compile(rf"\b{_HEARD}\b.*\b{_END}\b|\b{_END}\b.*\b{_HEARD}\b"),
    "output_audio.done": re.compile(rf"\b{_SOUND}\b.*\b{_END}\b|\b{_END}\b.*\b{_SOUND}\b"),
    "response.done": re.compile(rf"\b{_TURN}\b.*\b{_END}\b|\b{_END}\b.*\b{_TURN}\b"),
    "response.started": re.compile(rf"\b{_TURN}\b.*\b{_BEGIN}\b|\b{_BEGIN}\b.*\b{_TURN}\b"),
    "input_audio.accepted": re.compile(r"\b(ack\w*|accepted|received|committed)\b"),
    "metadata": re.compile(r"\b(meta\w*|usage|metrics?|stats?|statistics)\b"),
}
READY: Final = re.compile(r"\b(ready|hello|welcome|connected|started|created|open\w*|begin|init\w*|session|accepted)\b")
CONFIGURED: Final = re.compile(r"\b(config\w*|settings?|setup|updated|options?)\b")
CONFIGURE: Final = re.compile(r"\b(config\w*|settings?|setup|session|options?|params?|parameters|start)\b")
SPOKEN: Final = re.compile(
    r"\b(transcri\w*|words?|text|utterance|stt|asr|caption|subtitle|said|says|spoken|line|speech|message|response|"
    r"content|reply|answer|delta)\b"
)
FINAL: Final = re.compile(
    r"\b(final|complete\w*|done|finished|end|ended|last|partial|interim|delta|status|state|stable)\b"
)
PARTIAL: Final = re.compile(r"\b(partial|interim|delta|chunk|fragment|pending|progress|unstable|tentative|part)\b")
CALLER: Final = re.compile(r"\b(user|caller|human|customer|client|input|stt|asr|guest|visitor|patient|in|heard)\b")
AGENT: Final = re.compile(r"\b(agent|assistant|bot|ai|model|output|tts|system|llm|response|reply|answer|out)\b")
TOOL: Final = re.compile(r"\b(tool\w*|function\w*|fn|call\w*|invoke\w*|run|action|execute)\b")
RESULT: Final = re.compile(r"\b(result\w*|output|content|response|data|value|ok|return\w*|answer|payload|out)\b")
FAILURE: Final = re.compile(r"\b(err\w*|fail\w*|exception|reason|why|problem)\b")
TYPED: Final = re.compile(r"\b(text|message|content|input|line|say|said|chat|prompt|utterance|typed|query)\b")
CANCEL: Final = re.compile(r"\b(interrupt\w*|cancel\w*|abort\w*|stop\w*|barge\w*|truncat\w*|clear)\b")
KEYS: Final = re.compile(r"\b(dtmf|digits?|keys?|keypad|tones?|press\w*)\b")
