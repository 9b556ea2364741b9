"""The steps of a call, one after another: what each begins with, and when it is done. Pure; it never sends by itself.

A step that takes no time is done as soon as it has begun. A barge-in is decided only in the moment in which a frame is
due, so that the decision and the first frame of the clip fall together: whoever decides earlier may speak into
silence."""

from collections.abc import Mapping
from dataclasses import dataclass

from gate.caller.answers import Answers
from gate.caller.hearing import MS, Hearing
from gate.caller.mouth import Mouth
from gate.caller.outs import Decision, Doing, Out, Pinging, Restarting
from gate.core import acts
from gate.core.jsons import Json
from gate.core.plan import (
    BargeIn,
    Call,
    Inject,
    Leave,
    Pause,
    Ping,
    Play,
    Press,
    Restart,
    SendFile,
    Show,
    Step,
    Wait,
    Write,
)
from gate.core.sound import Attachment, Sound


@dataclass(frozen=True, slots=True)
class Things:
    """What the steps of a call name: each clip at the dialect's input rate, and each file."""

    voice: Mapping[str, Sound]
    files: Mapping[str, Attachment]


@dataclass(frozen=True, slots=True)
class InVain:
    """A wait ran out of its budget."""

    what: str
    budget_ms: float


class Steps:
    """`out` is the caller's own list: what the steps do and decide goes there, in order."""

    def __init__(
        self, call: Call, things: Things, hearing: Hearing, mouth: Mouth, answers: Answers, out: list[Out],
        *, cancels: bool,
    ) -> None:  # fmt: skip
        self._left = list(call.steps)
        self._pace = call.pace
        self._things = things
        self._hearing = hearing
        self._mouth = mouth
        self._answers = answers
        self._out = out
        self._cancels = cancels
        self._step: Step | None = None
        self._step_ns = 0
        self._turn = 0
        self._file_sent = False

    @property
    def left(self) -> list[Step]:
        """What is still to be done, the step under way first. Of a clip whose words are said only silence is left, and
        that is nothing."""
        left = [step for step in (self._step, *self._left) if step is not None]
        return left[1:] if left and isinstance(left[0], Play) and not self._mouth.words_left else left

    @property
    def under_way(self) -> Step | None:
        return self._step

    @property
    def only_a_file_to_answer(self) -> bool:
        """Whether the last that the caller did was to send a file as it is, and nothing is left but to wait."""
        return self._file_sent and all(isinstance(step, Wait | Pause) for step in self.left)

    def follow(self, t_ns: int, now_ns: int, *, frame_is_due: bool) -> bool | InVain | Leave:
        """Leaves each step that is done by `t_ns` and enters the next, until one wants time (False); True when all are
        done. `now_ns` is later than `t_ns` where the caller is late."""
        while True:
            if self._step is not None:
                done = self._done(self._step, t_ns, now_ns if frame_is_due else None)
                if done is not True:
                    return done
            if not self._left:
                self._step = None
                return True
            self._step, self._step_ns = self._left.pop(0), t_ns
            if isinstance(self._step, Leave):
                return self._step
            self._begin(self._step, t_ns)

    def _begin(self, step: Step, t_ns: int) -> None:
        match step:
            case Play(clip):
                self._play(clip, t_ns)
            case BargeIn(_, after_ms, budget_ms):
                self._note("wait", until="audible", budget_ms=budget_ms, event="", ms=after_ms)
            case Wait(until, budget_ms, event, ms):
                self._note("wait", until=until, budget_ms=budget_ms, event=event, ms=ms)
            case Write(text):
                self._at_once("write", acts.Type(text), t_ns)
            case Press(digits):
                self._at_once("press", acts.Press(digits), t_ns, digits=digits)
            case SendFile(name):
                file = self._things.files[name]
                self._at_once("file", acts.SendFile(file.data, file.media_type), t_ns, file=name)
                self._file_sent = True
            case Show(name):
                file = self._things.files[name]
                self._at_once("image", acts.Show(name, file.data, file.media_type), t_ns, file=name)
            case Inject(text, hexed, spaces):
                self._hearing.turn_began(t_ns)
                self._note("inject")
                self._do(acts.Send(bytes.fromhex(hexed) if hexed is not None else (text or "") + " " * spaces))
            case Ping():
                self._out.append(Pinging())
            case Restart():
                self._note("restart")
                self._out.append(Restarting())
            case Pause() | Leave():
                pass

    def _at_once(self, kind: str, act: acts.Act, t_ns: int, **data: Json) -> None:
        """A turn of the caller that is over as soon as it has begun."""
        self._next_turn(t_ns)
        self._hearing.turn_ended(t_ns)
        self._note(kind, turn=self._turn, **data)
        self._do(act)

    def _play(self, clip: str, t_ns: int) -> None:
        self._next_turn(t_ns)
        self._mouth.say(self._things.voice[clip], burst_ns=t_ns if self._pace == "burst" else None)
        self._note("play", clip=clip, at_sample=self._mouth.at_sample, turn=self._turn, pace=self._pace)

    def _next_turn(self, t_ns: int) -> None:
        self._turn += 1
        self._file_sent = False
        self._hearing.turn_began(t_ns)

    def _done(self, step: Step, t_ns: int, frame_ns: int | None) -> bool | InVain | Leave:
        match step:
            case Play():
                return not self._mouth.speaking
            case BargeIn():
                return self._barged(step, t_ns, frame_ns)
            case Pause(ms):
                return t_ns - self._step_ns >= ms * MS
            case Wait():
                return self._waited(step, t_ns)
            case _:
                return True

    def _barged(self, step: BargeIn, t_ns: int, frame_ns: int | None) -> bool | InVain:
        """Speaks if a frame is due (at `frame_ns`) and the agent is heard; from there on the step is to play the clip.
        A caller that is late asks whether the agent is heard now, not whether it was when the frame was due."""
        wait = Wait("audible", step.budget_ms, ms=step.after_ms)
        if frame_ns is None or not all(self._hearing.satisfied(wait, at_ns) for at_ns in (t_ns, frame_ns)):
            expired = t_ns - self._step_ns >= step.budget_ms * MS
            return InVain(wait.until, step.budget_ms) if expired else False
        heard_ms = self._hearing.heard_of_it_ms(frame_ns)
        self._note("wait.satisfied", until=wait.until, by="audible")
        self._note("interrupt", why="the agent is audible", heard_ms=heard_ms, told=self._cancels)
        if self._cancels:
            self._do(acts.Interrupt(heard_ms))
        self._step = Play(step.clip)
        self._play(step.clip, t_ns)
        return False

    def _waited(self, wait: Wait, t_ns: int) -> bool | InVain | Leave:
        """A turn is not over while the gate owes an answer to a tool, and an agent that is speaking needs no patience:
        the budget of its turn counts from the last that was heard."""
        its_turn = wait.until == "turn_done"
        why = None if its_turn and self._answers.owed else self._satisfied(wait, t_ns)
        if why is not None:
            self._note("wait.satisfied", until=wait.until, by=why)
            return Leave() if wait.parting else True
        since_ns = max(self._step_ns, self._hearing.heard_ns(t_ns)) if its_turn else self._step_ns
        if t_ns - since_ns >= wait.budget_ms * MS and not (its_turn and self._answers.owed):
            return wait.parting or InVain(wait.event or wait.until, wait.budget_ms)
        return False

    def _satisfied(self, wait: Wait, t_ns: int) -> str | None:
        if wait.tools:
            return self._answers.seen(wait.until, wait.tools, self._hearing.since_ns)
        return self._hearing.satisfied(wait, t_ns)

    def _do(self, act: acts.Act) -> None:
        self._out.append(Doing(act))

    def _note(self, kind: str, **data: Json) -> None:
        self._out.append(Decision(kind, dict(data)))
