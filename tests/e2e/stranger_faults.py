"""The faults of the bakery (`stranger.py --fault=NAME`), by the names that the reference agent has for them, each
with a case of the bare suites in which it must be found: by the same check, in the same layer."""

from dataclasses import dataclass

import numpy as np

CHUNK = 1_600  # at 16 kHz, 100 ms


@dataclass(frozen=True, slots=True)
class Expected:
    suite: str
    case: str
    check: str


ANSWERED = "a question is answered"
GARBAGE = "garbage is rejected and the next call works"
ORDERED = "An order is taken once, and confirmed"
UNASKED = "Nothing is ordered at the first question"
FAULTS = {
    "nothing-behind": Expected("handshake", "opens and is ready", "ready"),
    "model-down-drops": Expected("handshake", "opens and is ready", "ready"),
    "model-down-1011": Expected("handshake", "opens and is ready", "ready"),
    "model-down-500": Expected("handshake", "opens and is ready", "ready"),
    "crashes-on-garbage": Expected("handshake", GARBAGE, "rejected"),
    "dies-after-garbage": Expected("handshake", GARBAGE, "ready"),
    "hangs-on-unknown-path": Expected("handshake", "an unknown path is answered", "door"),
    "one-caller-at-a-time": Expected("handshake", "callers at once do not disturb one another", "served-alike"),
    "deaf": Expected("smoke", ANSWERED, "answered"),
    "answers-in-pause": Expected("smoke", "a pause in mid-sentence is respected", "turn-respected"),
    "plain-text-error": Expected("smoke", ANSWERED, "protocol"),
    "confirms-before-result": Expected("tools", ORDERED, "events"),
    "silent-audio": Expected("smoke", ANSWERED, "answered"),
    "chunks-swapped": Expected("smoke", ANSWERED, "chunk-order"),
    "chunk-twice": Expected("smoke", ANSWERED, "chunk-order"),
    "dropouts": Expected("smoke", ANSWERED, "dropouts"),
    "clipped": Expected("smoke", ANSWERED, "clipping"),
    "too-quiet": Expected("smoke", ANSWERED, "level"),
    "wrong-rate": Expected("smoke", ANSWERED, "speech-rate"),
    "ignores-barge-in": Expected("smoke", "an interruption stops the agent", "interrupted"),
    "tool-twice": Expected("tools", ORDERED, "count"),
    "tool-again-later": Expected("tools", ORDERED, "count"),
    "wrong-day": Expected("tools", ORDERED, "events"),
    "writes-unasked": Expected("tools", UNASKED, "never"),
    "first-call-only": Expected("reconnect", "a line cut in mid-answer is followed by the next call", "ready"),
    "crashes-on-error-close": Expected(
        "reconnect", "a close with an error in mid-answer is followed by the next call", "ready"
    ),
}


def spoiled(voice: np.ndarray, fault: str) -> np.ndarray:
    """What it says, int16[n] at 16 kHz."""
    match fault:
        case "silent-audio":
            return np.zeros_like(voice)
        case "clipped":
            return np.clip(voice.astype(int) * 12, -32768, 32767).astype(np.int16)
        case "too-quiet":
            return (voice * 0.05).astype(np.int16)
        case "wrong-rate":
            return np.interp(np.arange(0, len(voice), 1 / 1.5), np.arange(len(voice)), voice).astype(np.int16)
        case "dropouts":
            holed = voice.copy()
            for at in range(8_000, len(holed), 8_000):
                holed[at : at + 960] = 0
            return holed
        case _:
            return voice


def muddled(voice: np.ndarray, fault: str) -> list[np.ndarray]:
    """In chunks."""
    made = [voice[at : at + CHUNK] for at in range(0, len(voice), CHUNK)]
    if fault == "chunks-swapped":
        return [chunk for at in range(0, len(made), 2) for chunk in made[at : at + 2][::-1]]
    if fault == "chunk-twice":
        return [again for at, chunk in enumerate(made) for again in [chunk] * (1 + (at % 5 == 2))]
    return made


def ordered(order: dict[str, str], fault: str) -> list[tuple[float, dict[str, str]]]:
    """The orders that it sends for one of the caller's: seconds to wait before each, and what it asks for."""
    match fault:
        case "tool-twice":
            return [(0, order), (0, order)]
        case "tool-again-later":
            return [(0, order), (2, order)]
        case "wrong-day":
            return [(0, order | {"day": "Tuesday"})]
        case _:
            return [(0, order)]
