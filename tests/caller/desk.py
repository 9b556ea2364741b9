"""A caller at a desk where time is moved by hand: signals in, what it does and decides out. Times are ms."""

from typing import Any

import numpy as np

from gate.audio.pcm import pack
from gate.caller.caller import Caller
from gate.caller.outs import Decision, Doing, Restarting
from gate.core import acts
from gate.core.capabilities import Capabilities
from gate.core.ends import CallEnd
from gate.core.places import Place
from gate.core.plan import Budgets, Call, Dial, Leave, Pace, Step
from gate.core.signals import AudioOut, Configured, Ready, Signal
from gate.core.sound import Attachment, Sound
from gate.core.tooling import Mock, MockAnswer, ToolPlan
from gate.tools import desk as tools_desk

MS = 1_000_000
CAN = Capabilities(frozenset({"response.done", "output_audio.delta"}), 16_000, 16_000)
UNMARKED = Capabilities(frozenset({"output_audio.delta"}), 16_000, 16_000)
PLACE = Place("voice-tests.yaml", 1, 1)
VOICE = {"hi": Sound(b"\x01\x00" * 1600, 960), "odd": Sound(b"\x02\x00" * 500, 500)}  # 100 ms, speech until 60 ms

FILES = {"bad.wav": Attachment(b"not a wav", "audio/wav"), "a.png": Attachment(b"png", "image/png")}


def tone(ms: float, level: int = 8000) -> bytes:
    return pack((np.sin(np.arange(round(ms * 16)) * 0.2) * level).astype(np.int16))


def audio(ms: float, response_id: str | None = None, level: int = 8000) -> AudioOut:
    return AudioOut(tone(ms, level), 16_000, response_id)


def mocked(tool: str, respond: Any = None, delay_ms: float = 0.0, args_match: str | None = None) -> ToolPlan:
    return ToolPlan("all", "fail", (Mock(tool, PLACE, (MockAnswer("value", respond, delay_ms),), args_match),))


class Desk:
    def __init__(
        self, *steps: Step, can: Capabilities = CAN, tools: ToolPlan | None = None,
        session: dict[str, Any] | None = None, pace: Pace = "real-time", early_ms: float = 0.0, mute: bool = False,
        early: Leave | None = None, **budgets: float,
    ) -> None:  # fmt: skip
        call = Call(
            "call", Dial("ws://x"), session or {}, steps, Budgets(**budgets), pace, early_ms=early_ms, mute=mute,
            early=early,
        )  # fmt: skip
        self.caller = Caller(call, VOICE, can, tools_desk.Desk(tools or ToolPlan()), FILES)
        self.now_ms = 0.0
        self.did: list[tuple[float, acts.Act, float | None]] = []
        self.notes: list[tuple[float, str, dict[str, Any]]] = []
        self.restarts: list[float] = []

    def open(self, at: float = 0) -> "Desk":
        self.caller.opened(int(at * MS))
        return self.at(at)

    def talking(self, at: float = 0) -> "Desk":
        """Opened, ready and configured, all at once."""
        return self.open(at).hear(Ready("s"), at).at(at).hear(Configured({}), at).at(at)

    def hear(self, signal: Signal, at: float) -> "Desk":
        self.to(at)
        self.caller.hear(signal, int(at * MS))
        return self.at(at)

    def at(self, ms: float) -> "Desk":
        """Asks what is due, at this moment."""
        self.now_ms = ms
        for out in self.caller.act(int(ms * MS)):
            match out:
                case Doing(act, due_ns):
                    self.did.append((ms, act, None if due_ns is None else due_ns / MS))
                case Decision(kind, data):
                    self.notes.append((ms, kind, data))
                case Restarting():
                    self.restarts.append(ms)
        return self

    def to(self, ms: float) -> "Desk":
        """Time goes on, and the caller is woken whenever it wants to be."""
        while self.caller.end is None and self.caller.wake_ns <= ms * MS:
            self.at(max(self.now_ms, self.caller.wake_ns / MS))
        return self.at(max(self.now_ms, ms))

    @property
    def end(self) -> CallEnd | None:
        return self.caller.end

    @property
    def frames(self) -> list[tuple[float, acts.Act, float | None]]:
        return [did for did in self.did if isinstance(did[1], acts.Speak | acts.Hush)]

    def acts(self, *kinds: type) -> list[acts.Act]:
        return [act for _, act, _ in self.did if isinstance(act, kinds)]

    def when(self, kind: str) -> list[float]:
        return [ms for ms, name, _ in self.notes if name == kind]

    def noted(self, kind: str) -> list[dict[str, Any]]:
        return [data for _, name, data in self.notes if name == kind]
