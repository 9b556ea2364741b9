"""One call, from the open socket to the last act. Pure: signals and times in, acts and notes out; it never judges.

Theory of operation. A call runs through PHASES in this order: wait for readiness, configure and wait for the
acknowledgement (before readiness where the dialect configures first), talk, linger, over. `hear` takes what came;
`act(t)` gives all that is due at t; `wake_ns` says when it wants to be asked again. From the first step on, an audio
frame is due every `frame_ms` on absolute deadlines, speech or silence, until the call is over: a caller who is late
sends the frames that it owes, each marked with its own deadline. A wait that runs out of its budget ends the call:
what was not said cannot be answered, and the note says so."""

from collections.abc import Mapping
from enum import Enum, auto

from gate.caller.answers import Answers
from gate.caller.hearing import MS, Hearing
from gate.caller.mouth import Mouth
from gate.caller.outs import Decision, Doing, Out
from gate.core import acts
from gate.core.capabilities import Capabilities
from gate.core.ends import CallEnd
from gate.core.jsons import Json
from gate.core.plan import Call, Inject, Leave, Pause, Play, Step, ToolPlan, Wait, Write
from gate.core.signals import Closed, Configured, Ready, Signal, ToolCall
from gate.core.sound import Sound

GOOD_CODES = (1000, 1001, 1005)
HEAR_OUT_MS = 15_000.0


class Phase(Enum):
    READYING = auto()
    CONFIGURING = auto()
    TALKING = auto()
    LINGERING = auto()
    OVER = auto()


class Caller:
    """`voice` holds each clip that the call plays, at the dialect's input rate."""

    def __init__(self, call: Call, voice: Mapping[str, Sound], capabilities: Capabilities, tools: ToolPlan) -> None:
        self._call = call
        self._voice = voice
        self._can = capabilities
        self._hearing = Hearing(capabilities.ends_turns)
        self._mouth = Mouth(capabilities)
        self._answers = Answers(tools, capabilities.answers_tools)
        self._steps: list[Step] = list(call.steps)
        self._step: Step | None = None
        self._step_ns = 0
        self._turn = 0
        self._out: list[Out] = []
        self._phase = Phase.READYING
        self._phase_ns = 0
        self._call_ns = 0
        self._ready = not capabilities.announces_ready
        self._asked = False
        self._configured = not capabilities.acknowledges_configuration
        self.end: CallEnd | None = None

    def opened(self, t_ns: int) -> None:
        """The socket is open."""
        self._call_ns = t_ns
        self._enter(Phase.READYING, t_ns)
        if self._can.configures_first:
            self._configure()

    def hear(self, signal: Signal, t_ns: int) -> None:
        """A signal that the agent gave."""
        self._hearing.hear(signal, t_ns)
        match signal:
            case Ready():
                self._ready = True
            case Configured() if self._asked:
                self._configured = True
            case ToolCall():
                self._out.append(self._answers.called(signal, t_ns))
            case Closed(code):
                self._closed(code)
            case _:
                pass

    def act(self, t_ns: int) -> list[Out]:
        """Everything that is due by now, in order. Asking twice for the same time gives nothing the second time."""
        if self.end is None:
            self._answer_due(t_ns)
            self._advance(t_ns)
        out, self._out = self._out, []
        return out

    @property
    def wake_ns(self) -> int:
        """When `act` has something new to decide, if nothing is heard before."""
        frame_ns, answer_ns = self._mouth.due_ns, self._answers.due_ns
        next_ns = self._phase_ns + int(self._budget_ms() * MS) if frame_ns is None else frame_ns
        return next_ns if answer_ns is None else min(next_ns, answer_ns)

    def _advance(self, t_ns: int) -> None:
        match self._phase:
            case Phase.READYING if self._ready:
                if not self._can.configures_first:
                    self._configure()
                self._enter(Phase.CONFIGURING, t_ns)
                self._advance(t_ns)
            case Phase.CONFIGURING if self._configured:
                self._enter(Phase.TALKING, t_ns)
                self._mouth.begin(t_ns)
                self._hearing.talk_began(t_ns)
                self._talk(t_ns)
            case Phase.READYING | Phase.CONFIGURING:
                if t_ns - self._phase_ns >= self._budget_ms() * MS:
                    self._expire("ready" if self._phase is Phase.READYING else "configured", self._budget_ms())
            case Phase.TALKING | Phase.LINGERING:
                self._talk(t_ns)
            case Phase.OVER:
                pass

    def _talk(self, t_ns: int) -> None:
        """One frame for every deadline that has passed, and the steps as far as they go."""
        while self.end is None:
            due_ns = self._mouth.due_ns
            assert due_ns is not None
            self._follow(min(t_ns, due_ns))
            if due_ns > t_ns or self.end is not None:
                break
            self._say_frame(due_ns)
        if self.end is None and t_ns - self._call_ns >= self._call.budgets.call_ms * MS:
            self._expire("call", self._call.budgets.call_ms)

    def _say_frame(self, due_ns: int) -> None:
        frame, was_last_word = self._mouth.frame()
        self._out.append(frame)
        if was_last_word:
            self._hearing.turn_ended(due_ns)

    def _follow(self, t_ns: int) -> None:
        """Leaves each step that is done and enters the next, until one wants time."""
        while self.end is None:
            if self._step is not None and not self._step_done(self._step, t_ns):
                return
            if not self._steps:
                self._step = None
                self._linger(t_ns)
                return
            self._step, self._step_ns = self._steps.pop(0), t_ns
            self._begin(self._step, t_ns)

    def _begin(self, step: Step, t_ns: int) -> None:
        match step:
            case Play(clip):
                self._play(clip, t_ns)
            case Wait(until, budget_ms, event, ms):
                self._note("wait", until=until, budget_ms=budget_ms, event=event, ms=ms)
            case Write(text):
                self._turn += 1
                self._hearing.turn_began(t_ns)
                self._hearing.turn_ended(t_ns)
                self._note("write", turn=self._turn)
                self._out.append(Doing(acts.Type(text)))
            case Inject(text, hexed):
                self._hearing.turn_began(t_ns)
                self._note("inject")
                self._out.append(Doing(acts.Send(bytes.fromhex(hexed) if hexed is not None else text or "")))
            case Leave(code):
                self._finish("left in the middle" if code is not None else "cut the line", code)
            case Pause():
                pass

    def _play(self, clip: str, t_ns: int) -> None:
        self._turn += 1
        self._mouth.say(self._voice[clip])
        self._hearing.turn_began(t_ns)
        self._note("play", clip=clip, at_sample=self._mouth.at_sample, turn=self._turn)

    def _step_done(self, step: Step, t_ns: int) -> bool:
        match step:
            case Play():
                return not self._mouth.speaking
            case Pause(ms):
                return t_ns - self._step_ns >= ms * MS
            case Wait():
                return self._waited(step, t_ns)
            case _:
                return True

    def _waited(self, wait: Wait, t_ns: int) -> bool:
        """A turn is not over while the gate owes an answer to a tool, and an agent that is speaking needs no patience:
        the budget of its turn counts from the last that was heard."""
        its_turn = wait.until == "turn_done"
        why = None if its_turn and self._answers.owed else self._hearing.satisfied(wait, t_ns)
        if why is not None:
            self._note("wait.satisfied", until=wait.until, by=why)
            return True
        since_ns = max(self._step_ns, self._hearing.heard_ns(t_ns)) if its_turn else self._step_ns
        if t_ns - since_ns >= wait.budget_ms * MS and not (its_turn and self._answers.owed):
            self._expire(wait.event or wait.until, wait.budget_ms)
        return False

    def _linger(self, t_ns: int) -> None:
        """Hanging up into the agent's words would cut them off: it is heard out, within reason."""
        if self._phase is Phase.TALKING:
            self._enter(Phase.LINGERING, t_ns)
            self._note("linger", ms=self._call.budgets.linger_ms)
        over_ms = (t_ns - self._phase_ns) / MS - self._call.budgets.linger_ms
        if over_ms >= 0 and (over_ms >= HEAR_OUT_MS or not self._hearing.speaking(t_ns)):
            self._finish("said everything and lingered", 1000)

    def _answer_due(self, t_ns: int) -> None:
        for answer in self._answers.due(t_ns):
            self._hearing.tool_answered(t_ns)
            self._out.append(answer)

    def _closed(self, code: int | None) -> None:
        """An agent may end the call where the caller waits for that, and in good order in the last of its turns and
        while the caller lingers."""
        if self.end is not None:
            return
        left = [step for step in (self._step, *self._steps) if step is not None]
        if isinstance(left[0] if left else None, Play) and not self._mouth.words_left:
            left = left[1:]  # its words are said, only silence is left of it
        last = left[0] if len(left) == 1 and isinstance(left[0], Wait) else None
        meant = last is not None and last.until in ("closed", "rejected")
        polite = code in GOOD_CODES and (self._phase is Phase.LINGERING or (last is not None and last is self._step))
        if polite or (self._phase is Phase.TALKING and meant):
            self._note("wait.satisfied", until="closed", by="session.closed")
            self._over(CallEnd.FINISHED)
        else:
            self._over(CallEnd.CLOSED)

    def _expire(self, what: str, budget_ms: float) -> None:
        self._note("expired", what=what, budget_ms=budget_ms)
        self._hang_up(1000, "a wait ran out of its budget")
        self._over(CallEnd.EXPIRED)

    def _finish(self, why: str, code: int | None) -> None:
        self._hang_up(code, why)
        self._over(CallEnd.FINISHED)

    def _hang_up(self, code: int | None, why: str) -> None:
        self._note("hang-up", code=code, why=why)
        self._out.append(Doing(acts.HangUp(code)))

    def _over(self, end: CallEnd) -> None:
        self.end = end
        self._phase = Phase.OVER

    def _configure(self) -> None:
        self._asked = True
        self._out.append(Doing(acts.Configure(self._call.session)))

    def _enter(self, phase: Phase, t_ns: int) -> None:
        self._phase, self._phase_ns = phase, t_ns

    def _budget_ms(self) -> float:
        budgets = self._call.budgets
        return budgets.ready_ms if self._phase is Phase.READYING else budgets.configure_ms

    def _note(self, kind: str, **data: Json) -> None:
        self._out.append(Decision(kind, dict(data)))
