"""An attempt's folder with an agent that is heard, a plan with a recogniser, and recognisers as small as can be."""

import base64
import json
import sys
from pathlib import Path
from typing import Any

from gate.audio.pcm import Samples, pack
from gate.checks import claim
from gate.checks.phrases import Says, Wanted
from gate.core.frames import Direction, Frame, Opcode
from gate.core.jsons import canonical
from gate.core.plan import Case, Dial, Plan, Target
from gate.core.recognisers import CommandRecogniser, Recogniser
from gate.core.vault import Vault
from gate.dialects import dialect_of
from gate.evidence.writer import Writer
from tests.checks.notation import PLACE
from tests.checks.spoken import contains

SECRET = {"SPEECH_KEY": "s3cret-key-of-the-ears"}
OPTIONS = {"receive_rate_hz": 16_000}
TARGET = Target("t", "template", Dial("ws://x"), PLACE, OPTIONS)
SAYS = claim(Says(Wanted(contains("day"))), PLACE)
CASE = Case("c", "t", "tools", "a case", PLACE, claims=(SAYS,))


def plan(recogniser: Recogniser | None, target: Target = TARGET) -> Plan:
    return Plan("m.yaml", "0", (target,), (), (CASE,), tuple(SECRET), recogniser=recogniser)


def python(code: str, *more: str, timeout_ms: float = 20_000.0) -> CommandRecogniser:
    return CommandRecogniser((sys.executable, "-c", code, *more), timeout_ms)


def record(folder: Path, *messages: dict[str, Any], target: Target = TARGET) -> Path:
    """The folder of an attempt in which the agent sent these messages, a second apart."""
    with Writer(folder, dialect_of(target), Vault({}), {"case": "c", "attempt": 1, "trace_id": "t"}, 0) as writer:
        for t, message in enumerate(messages, 1):
            frame = Frame(Direction.RECEIVED, Opcode.TEXT, canonical(message), t * 1_000_000_000)
            writer.frame(frame)
        writer.end("driven", True, (len(messages) + 1) * 1_000_000_000)
    return folder


def audio(values: Samples) -> dict[str, Any]:
    return {"type": "audio_chunk", "data": base64.b64encode(pack(values)).decode()}


def opinion(folder: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((folder / "annotations" / "words.json").read_text("utf-8"))
    return loaded
