"""One call, from the open socket to the last act. Pure: signals and times in, acts and notes out; it never judges.

Theory of operation. A call runs through PHASES in this order: wait for readiness, configure and wait for the
acknowledgement (before readiness where the dialect configures first), talk, linger, over. `hear` takes what came;
`act(t)` gives all that is due at t; `wake_ns` says when it wants to be asked again. From the first step on, an audio
frame is due every `frame_ms` on absolute deadlines, speech or silence, until the call is over: a caller who is late
sends the frames that it owes, each marked with its own deadline. A wait that runs out of its budget ends the call:
what was not said cannot be answered, and the note says so."""

from collections.abc import Mapping
from enum import Enum, auto
from types import MappingProxyType

from gate.caller.answers import Answers
from gate.caller.hearing import MS, Hearing
from gate.caller.marks import Marks
from gate.caller.mouth import Mouth
from gate.caller.outs import Decision, Doing, Out
from gate.caller.steps import InVain, Steps, Things
from gate.core import acts
from gate.core.capabilities import Capabilities
from gate.core.ends import CallEnd
from gate.core.jsons import Json
from gate.core.plan import Call, Leave, Wait
from gate.core.signals import (
    Cancelled,
    Closed,
    Configured,
    HungUp,
    Mark,
    Ping,
    Ready,
    Signal,
    ToolCall,
    ToolCancelled,
    ToolResult,
    TurnDone,
    throws_away,
)  # fmt: skip
from gate.core.sound import Attachment, Sound
from gate.core.weather import Loss
from gate.tools.desk import Desk

GOOD_CODES = (1000, 1001, 1005)
HEAR_OUT_MS = 15_000.0
SHOWN_WITHIN_MS = 10_000.0
NEVER_NS = 2**62
NO_FILES: Mapping[str, Attachment] = MappingProxyType({})


class Phase(Enum):
    READYING = auto()
    CONFIGURING = auto()
    TALKING = auto()
    LINGERING = auto()
    OVER = auto()


class Caller:
    """`voice` holds each clip that the call plays, at the dialect's input rate; `files` each file that it sends.
    `unshown`: a backend is asked about its session, and has not answered yet."""

    def __init__(
        self, call: Call, voice: Mapping[str, Sound], capabilities: Capabilities, desk: Desk,
        files: Mapping[str, Attachment] = NO_FILES,
    ) -> None:  # fmt: skip
        self._call = call
        self._can = capabilities
        self._hearing = Hearing(capabilities.ends_turns, reads=not capabilities.speaks)
        self._mouth = Mouth(capabilities)
        self._answers = Answers(desk, can_answer=capabilities.answers_tools, ends_turns=capabilities.ends_turns)
        self._marks = Marks(echoes_cleared=capabilities.echoes_cleared)
        self._out: list[Out] = []
        self._steps = Steps(
            call, Things(voice, files), self._hearing, self._mouth, self._answers, self._out,
            cancels=capabilities.cancels,
        )  # fmt: skip
        self._phase = Phase.READYING
        self._phase_ns = 0
        self._call_ns = 0
        self._lost_ns = NEVER_NS
        self._lost_as: Loss = "reset"
        self._ready = not capabilities.announces_ready
        self._asked = False
        self._configured = not capabilities.acknowledges_configuration
        self._leaving: Leave | None = None
        self.unshown = False
        self.talked = False
        self.end: CallEnd | None = None

    def opened(self, t_ns: int) -> None:
        """The socket is open."""
        self._call_ns = t_ns
        if self._call.network and (breaks := self._call.network.breaks):
            self._lost_ns, self._lost_as = t_ns + int(breaks.after_ms * MS), breaks.how
        self._enter(Phase.READYING, t_ns)
        if self._call.early is not None:
            self._finish("left before anything was said", self._call.early.code)
        elif self._can.configures_first:
            self._configure()

    def hear(self, signal: Signal, t_ns: int) -> None:
        """A signal that the agent gave."""
        if throws_away(signal) and self.end is None:
            self._throw_away(signal, t_ns)
        self._hearing.hear(signal, t_ns)
        match signal:
            case Ready():
                self._ready = True
            case Configured() if self._asked:
                self._configured = True
            case ToolCall():
                self._out += self._answers.called(signal, t_ns, self._hearing.open_responses)
            case Mark(name) if self._can.echoes_marks:
                self._marks.received(name, t_ns, self._hearing.playback.until_ns)
            case ToolResult(call_id):
                self._answers.answered(call_id, t_ns)
            case ToolCancelled(call_id):
                self._answers.cancelled(call_id)
            case TurnDone(response_id):
                self._answers.response_over(response_id, cut=False)
            case Cancelled(response_id):
                self._answers.response_over(response_id, cut=True)
            case Ping(token) if self.end is None:
                self._out.append(Doing(acts.Pong(token)))
            case HungUp():
                self._hung_up()
            case Closed(code):
                self._closed(code)
            case _:
                pass

    def flooded(self) -> None:
        """The line was cut, since the agent sent more than a call may hold."""
        if self.end is None:
            self._over(CallEnd.FLOODED)

    def fetched(self, call_id: str, result: Json, error: str | None, t_ns: int) -> None:
        """The answer to an errand."""
        self._answers.fetched(call_id, result, error, t_ns)

    def _throw_away(self, signal: Signal, t_ns: int) -> None:
        if self._hearing.playback.until_ns > t_ns:
            heard_ms = self._hearing.heard_of_it_ms(t_ns)
            self._out.append(Doing(acts.Truncate(self._hearing.item_at(t_ns), heard_ms)))
            self._out += [Doing(acts.Truncate(item_id, 0.0)) for item_id in self._hearing.items_after(t_ns)]
        self._marks.cleared(t_ns)
        if isinstance(signal, Cancelled):
            self._out.append(Doing(acts.Cleared()))

    def act(self, t_ns: int) -> list[Out]:
        """Everything that is due by now, in order. Asking twice for the same time gives nothing the second time."""
        if self.end is None and t_ns >= self._lost_ns:
            self._finish("the network of this case loses the line here", None, self._lost_as)
        if self.end is None:
            self._answer_due(t_ns)
            self._out += self._marks.due(t_ns)
            self._advance(t_ns)
        out = list(self._out)
        self._out.clear()
        return out

    @property
    def ready(self) -> bool:
        """Whether the agent was ever ready for this call, as far as its protocol tells."""
        return self._ready

    @property
    def wake_ns(self) -> int:
        """When `act` has something new to decide, if nothing is heard before."""
        frame_ns = self._mouth.due_ns
        next_ns = self._phase_ns + int(self._budget_ms() * MS) if frame_ns is None else frame_ns
        due = (next_ns, self._answers.due_ns, self._marks.due_ns, self._lost_ns)
        return min(at_ns for at_ns in due if at_ns is not None)

    def _advance(self, t_ns: int) -> None:
        match self._phase:
            case Phase.READYING if self._ready:
                if not self._can.configures_first:
                    self._configure()
                self._enter(Phase.CONFIGURING, t_ns)
                self._advance(t_ns)
            case Phase.CONFIGURING if self._configured:
                self._enter(Phase.TALKING, t_ns)
                self.talked = True
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
        """One frame for every deadline that has passed, and the steps as far as they go. A step may make a frame due
        that was not: the first of a burst."""
        while self.end is None:
            self._follow(min(t_ns, self._due_ns()), t_ns)
            due_ns = self._due_ns()
            if due_ns > t_ns or self.end is not None:
                break
            self._say_frame(due_ns)
        if self.end is None and t_ns - self._call_ns >= self._call.budgets.call_ms * MS:
            self._expire("call", self._call.budgets.call_ms)

    def _due_ns(self) -> int:
        due_ns = self._mouth.due_ns
        assert due_ns is not None
        return due_ns

    def _say_frame(self, due_ns: int) -> None:
        frame, was_last_word = self._mouth.frame()
        if not self._call.mute:
            self._out.append(frame)
        if was_last_word:
            self._hearing.turn_ended(due_ns)

    def _follow(self, t_ns: int, now_ns: int) -> None:
        match self._leaving or self._steps.follow(t_ns, now_ns, frame_is_due=self._due_ns() <= now_ns):
            case True:
                self._linger(t_ns)
            case InVain(what, budget_ms):
                self._expire(what, budget_ms)
            case Leave(code, loss=loss) as leave:
                self._leaving = leave
                if not self._stays(t_ns):
                    self._finish("left in the middle" if code is not None else "cut the line", code, loss)
            case False:
                pass

    def _stays(self, t_ns: int) -> bool:
        """A call that is over before its backend could show it proves nothing: it is kept up for that, within
        reason."""
        within_ms = min(SHOWN_WITHIN_MS, self._call.budgets.call_ms / 2)
        return self.unshown and t_ns - self._call_ns < within_ms * MS

    def _linger(self, t_ns: int) -> None:
        """Hanging up into the agent's words would cut them off: it is heard out, within reason."""
        if self._phase is Phase.TALKING:
            self._enter(Phase.LINGERING, t_ns)
            self._note("linger", ms=self._call.budgets.linger_ms)
        over_ms = (t_ns - self._phase_ns) / MS - self._call.budgets.linger_ms
        quiet = not self._hearing.speaking(t_ns) and not self._stays(t_ns)
        if over_ms >= 0 and (over_ms >= HEAR_OUT_MS or quiet):
            self._finish("said everything and lingered", 1000)

    def _answer_due(self, t_ns: int) -> None:
        for doing in self._answers.due(t_ns):
            if isinstance(doing.act, acts.Answer):
                self._hearing.tool_answered(t_ns)
            self._out.append(doing)

    def _closed(self, code: int | None) -> None:
        """An agent may end the call where the caller waits for that, in good order in the last of its turns and while
        the caller lingers, and by any close frame behind a file that was wrong on purpose."""
        if self.end is not None:
            return
        left, talking = self._steps.left, self._phase in (Phase.TALKING, Phase.LINGERING)
        last = left[0] if len(left) == 1 and isinstance(left[0], Wait) else None
        meant = self._phase is Phase.TALKING and last is not None and last.until in ("closed", "rejected")
        in_order = self._phase is Phase.LINGERING or (last is not None and last is self._steps.under_way)
        polite = code in GOOD_CODES and in_order
        if polite or meant or (talking and code is not None and self._steps.only_a_file_to_answer):
            self._note("wait.satisfied", until="closed", by="session.closed")
            self._over(CallEnd.FINISHED)
        else:
            self._over(CallEnd.CLOSED)

    def _hung_up(self) -> None:
        """By a message: it is for the caller to close."""
        if self.end is None:
            self._closed(1000)
            self._hang_up(1000, "the agent ended the call")

    def _expire(self, what: str, budget_ms: float) -> None:
        self._note("expired", what=what, budget_ms=budget_ms)
        self._hang_up(1000, "a wait ran out of its budget")
        self._over(CallEnd.EXPIRED)

    def _finish(self, why: str, code: int | None, loss: Loss | None = None) -> None:
        self._hang_up(code, why, loss)
        self._over(CallEnd.FINISHED)

    def _hang_up(self, code: int | None, why: str, loss: Loss | None = None) -> None:
        self._note("hang-up", code=code, why=why)
        self._out.append(Doing(acts.HangUp(code, loss=loss)))

    def _over(self, end: CallEnd) -> None:
        self.end = end
        self._phase = Phase.OVER

    def _configure(self) -> None:
        if self._call.early_ms:
            self._note("inject")
            self._out += self._mouth.early(int(self._call.early_ms // self._can.frame_ms))
        self._asked = True
        self._out.append(Doing(acts.Configure(self._call.session)))

    def _enter(self, phase: Phase, t_ns: int) -> None:
        self._phase, self._phase_ns = phase, t_ns

    def _budget_ms(self) -> float:
        budgets = self._call.budgets
        return budgets.ready_ms if self._phase is Phase.READYING else budgets.configure_ms

    def _note(self, kind: str, **data: Json) -> None:
        self._out.append(Decision(kind, dict(data)))
