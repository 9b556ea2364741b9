"""A long call on disk, made without waiting for it: the gate's own caller against an agent that follows a script, in
virtual time, by the real writer. The times in it are made up, the audio is real speech."""

import base64
import json
from collections import deque
from pathlib import Path

from gate.audio.pcm import pack
from gate.audio.resample import resample
from gate.core.plan import Plan
from gate.core.vault import Vault
from gate.dialects import dialect_of
from gate.evidence.writer import Writer
from gate.fixtures.library import Library, home
from gate.fixtures.sounds import sounds_of
from gate.reference.doorway import Welcome
from gate.reference.gatekeeper import Refusal
from gate.reference.mind import Output
from gate.reference.virtual import VirtualDriver
from gate.reference.voice import load
from gate.reference.voicing import RATE_HZ, joined

CASE = "a long call"
CLIP = "yes-please"
MS = 1_000_000
CHUNK_MS = 20
THINKS_MS = 1_000
SENTENCES = ("greeting", "pardon")
TURN_MS = 9_650
AGENT_HZ = 24_000


def manifest(minutes: float) -> str:
    turns = int(minutes * 60_000 / TURN_MS)
    wanted = ("transcript.final", "output_audio.delta", "response.done") * turns
    target = {
        "url": "ws://127.0.0.1:1/",
        "dialect": "template",
        "options": {
            "ready": {"type": "ready", "session_id": None},
            "send_audio": {"type": "audio", "data": "{{audio_data}}"},
            "audio_type": "voice",
            "receive_rate_hz": AGENT_HZ,
            "events": {"transcript.final": {"type": "heard"}, "response.done": {"type": "done"}},
        },
        "budgets": {"call": "30m"},
    }
    case = {
        "name": CASE,
        "caller": [{"play": CLIP}, {"wait": "turn_done"}] * turns,
        "expect": [{"event": name} for name in wanted],
        "never": [{"event": "transcript.final", "where": {"text": {"contains": "goodbye"}}}],
    }
    return json.dumps({"version": 1, "target": target, "suites": {"tools": {"cases": [case]}}})


class Script:
    """An agent that answers a second after the caller's last sound, twice as fast as it is heard, and then is done."""

    def __init__(self, answer: list[str]) -> None:
        self._answer = answer
        self._queue: deque[tuple[int, str]] = deque()
        self._heard_ns = 0

    def opened(self, t_ns: int) -> list[Output]:
        return ['{"type":"ready"}']

    def hear(self, data: str | bytes, t_ns: int) -> list[Output]:
        pcm = base64.b64decode(json.loads(data)["data"])
        if any(pcm):
            self._heard_ns = t_ns
        elif self._heard_ns and t_ns - self._heard_ns >= THINKS_MS * MS:
            self._heard_ns = 0
            self._queue.append((t_ns, '{"type":"heard","text":"yes please"}'))
            self._queue += [(t_ns + i * CHUNK_MS * MS // 2, frame) for i, frame in enumerate(self._answer)]
        return []

    def wake(self, t_ns: int) -> list[Output]:
        out: list[Output] = []
        while self._queue and self._queue[0][0] <= t_ns:
            out.append(self._queue.popleft()[1])
        return out

    @property
    def wake_ns(self) -> int | None:
        return self._queue[0][0] if self._queue else None


class ScriptedHouse:
    ears = None
    pongs = True

    def welcome(self, url: str, headers: object) -> Welcome:
        return Welcome.SERVED

    def admit(self, url: str, headers: object, now_s: float) -> Refusal | None:
        return None

    def enter(self, **whom: object) -> Script:
        return Script(answer())

    def leave(self, mind: Script, **how: object) -> None:
        pass


def answer() -> list[str]:
    """Whole sentences of the reference agent's, in frames of 20 ms, and the mark of their end."""
    clips = load()
    speech = resample(joined([clips[key].samples for key in SENTENCES]), RATE_HZ, AGENT_HZ)
    size = AGENT_HZ * CHUNK_MS // 1000
    parts = [pack(speech[at : at + size]) for at in range(0, len(speech), size)]
    frames = [json.dumps({"type": "voice", "data": base64.b64encode(part).decode()}) for part in parts]
    return [*frames, '{"type":"done"}']


def record(folder: Path, plan: Plan) -> float:
    """Writes the call of `plan` to `folder`; returns how many minutes it lasts."""
    case = next(case for case in plan.cases if case.name == CASE)
    dialect, vault = dialect_of(plan.target(case.target)), Vault({})
    voice = sounds_of(case, plan.clips, Library(home() / "audio", folder), dialect)
    driver = VirtualDriver(dialect, voice, vault, ScriptedHouse())  # type: ignore[arg-type]
    begun_ns = driver.now_ns
    with Writer(folder, dialect, vault, {"case": case.id, "attempt": 1}, begun_ns) as writer:
        ends = driver.drive(case, writer)
        writer.end("driven", all(end.whole for end in ends), driver.now_ns)
    return (driver.now_ns - begun_ns) / 60e9
