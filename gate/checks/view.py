"""One call of a recording as checks see it: its facts, and what they prove. Pure.

Two kinds of claim need care. That something came is proven as soon as it is seen; that it never came is the agent's
failure only if the caller really waited for it (`missing`). That something did not happen is proven only over a call
that was followed to its end and lingered over (`unproven`)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from gate.checks.answer import SPEAK_LONGER, Answer, failed, gate_late, unknown, unproven_here
from gate.checks.triage import chain
from gate.checks.triage.symptoms import SYMPTOMS
from gate.core.ends import CallEnd
from gate.core.findings import Blame, Layer
from gate.core.plan import Case, Leave
from gate.core.recording import Event, Heard, Note
from gate.core.signals import AudioOut, Closed, Ready, Refused, ResponseStarted, ToolResult, Transcript
from gate.measures.facts import Facts, Turn

LATE_MS = 20.0
"""When the gate's own audio is so late, what was measured says nothing of the agent."""

THEIRS = ("server_to_client", "probe")
"""Where an event of the agent's comes from."""

UNPROVEN = {
    CallEnd.UNREACHABLE: (Blame.ENVIRONMENT, "start the agent, or correct the address in the manifest"),
    CallEnd.UNTRUSTED: (Blame.ENVIRONMENT, "mend the certificate, or name whom to trust under target.tls"),
    CallEnd.HOPELESS: (Blame.AGENT, "see the calls of this run that waited for it"),
    CallEnd.TOKENLESS: (Blame.ENVIRONMENT, "make the mint answer with a token, or correct auth in the manifest"),
    CallEnd.ABORTED: (Blame.ENVIRONMENT, "run it again: the gate was stopped in mid-call"),
    CallEnd.BROKEN: (Blame.GATE, "this is a bug of Voxgate: please report it with gate.log"),
    None: (Blame.ENVIRONMENT, "run it again: the recording just stops, the gate was killed in mid-call"),
}
DAMAGED = (Blame.ENVIRONMENT, "run it again: the evidence of this call is damaged")


@dataclass(frozen=True)
class View(Facts):
    """The facts of one call of `case`, and what they prove."""

    case: Case

    @cached_property
    def end(self) -> CallEnd | None:
        """How the call ended; None where the recording does not get that far."""
        return chain.end_of(self)

    @cached_property
    def end_detail(self) -> str:
        notes = self.notes("call.end")
        return str(notes[0].data.get("detail", "")) if notes else ""

    @property
    def watched(self) -> bool:
        """Whether the gate saw the call up to its end, whoever ended it and why: nothing of it is lost."""
        return self.end not in UNPROVEN and not self.recording.problems

    @property
    def whole(self) -> bool:
        """Whether an absence is proven: the caller finished, and the recording has its last line."""
        return self.watched and self.end is not None and self.end.whole and self.recording.ending is not None

    @cached_property
    def watch(self) -> str:
        """How long an absence was watched for, in words."""
        lingered = self.notes("linger")
        if self.closed_by_agent or self.refused:
            return "nothing of it, until the agent ended the call"
        if not lingered:
            return "nothing of it, until the caller hung up"
        return f"nothing of it, and for {float(str(lingered[0].data['ms'])) / 1000:g} s after the caller's last step"

    @cached_property
    def ready(self) -> Heard | None:
        return self.first(Ready)

    @cached_property
    def log(self) -> list[Event]:
        """The events that may be expected or excluded: what came from the agent, by the wire or by a sandbox, and once
        where it came by both; what the caller said; and answers to tools, whoever gave them. A close that only answers
        the gate's own is no event of the agent's, unless hanging up was a step of the caller's."""
        leaves = any(isinstance(step, Leave) for step in self.case.calls[self.call].steps)
        echo = self.closed.frame if self.closed and self.closed is not self.closed_by_agent and not leaves else None
        left_out = self.echoes
        return [
            event for event in self.events
            if (event.direction in THEIRS or event.name == "tool.result" or event.name.startswith("caller."))
            and event.index not in left_out and event.at != echo
        ]  # fmt: skip

    @cached_property
    def refused(self) -> Heard | None:
        return self.first(Refused)

    @cached_property
    def closed(self) -> Heard | None:
        return self.first(Closed)

    @cached_property
    def hung_up(self) -> Note | None:
        """The gate's own decision to end the call: a close frame behind it only answers the gate's."""
        return next(iter(self.notes("hang-up")), None)

    @cached_property
    def close_unanswered(self) -> str:
        """That the agent left the caller's close frame without an answer, in words; empty if it did not."""
        notes = self.notes("close-unanswered")
        return f"nobody answered the close frame within {notes[0].data['within_ms']:g} ms" if notes else ""

    @cached_property
    def closed_by_agent(self) -> Heard | None:
        return chain.ended_by_agent(self)

    def transcripts(self, from_ns: int, to_ns: int) -> list[Heard]:
        """Final transcripts of the caller's words that arrived in this time."""
        return [
            heard
            for heard in self.received
            if isinstance(heard.signal, Transcript) and heard.signal.role == "caller" and heard.signal.final
            and from_ns <= heard.t_ns < to_ns
        ]  # fmt: skip

    def layer_of_silence(self, number: int, otherwise: Layer) -> Layer:
        """Where to look for what never came after a turn: at the ears, if nothing shows that the words got there."""
        symptom = chain.ears(self, number)
        return (SYMPTOMS[symptom].layer or otherwise) if symptom else otherwise

    def begun_before(self, turn: Turn) -> frozenset[str]:
        """The responses that had begun before the caller's turn: they answer nothing of it."""
        before = (heard.signal for heard in self.received if heard.t_ns < turn.start_ns)
        kinds = Transcript | ResponseStarted | AudioOut
        return frozenset(s.response_id for s in before if isinstance(s, kinds) and s.response_id is not None)

    def missing(self, layer: Layer, expected: str, actual: str, next_action: str, at: Iterable[int] = ()) -> Answer:
        """Something expected never came: a failure if the caller was there to see it, else not proven."""
        return replace(self._never(layer, expected, actual, next_action, tuple(at)), absent=True)

    def _never(self, layer: Layer, expected: str, actual: str, next_action: str, at: Sequence[int]) -> Answer:
        if self.end in UNPROVEN:
            blame, action = UNPROVEN[self.end]
            return unknown(layer, expected, self.end_detail or actual, action, at=tuple(at), blame=blame)
        if late := self.notes("late"):
            slept_ms = float(str(late[0].data["ms"]))
            return gate_late(layer, expected, actual, slept_ms, at=(*at, late[0].index), doing="handshake")
        if held := self.held_up:
            return unknown(layer, expected, _but(actual, held), "give it a better network, or a larger budget",
                           at=tuple(at), blame=Blame.CONFIGURATION)  # fmt: skip
        if unanswered := self.unanswered_tools:
            names = ", ".join(dict.fromkeys(str(note.data["name"]) for note in unanswered))
            what = _but(actual, f"the agent called {names}, and nothing in the manifest answers that")
            place = (*at, *(note.index for note in unanswered))
            return unknown(Layer.TOOLS, expected, what, "add a mock for it under tools.mocks", at=place,
                           blame=Blame.CONFIGURATION)  # fmt: skip
        if self.recording.problems:
            blame, action = DAMAGED
            what = _but(actual, f"the recording is damaged: {self.recording.problems[0]}")
            return unknown(layer, expected, what, action, at=tuple(at), blame=blame)
        return failed(layer, expected, actual, next_action, at=tuple(at))

    @property
    def held_up(self) -> str:
        """Why the network of the case itself may be what a wait was in vain for; empty if it can't be."""
        budgets = [float(str(note.data["budget_ms"])) for note in self.notes("expired")]
        if not budgets:
            return ""
        weather = self.case.calls[self.call].network if self.call < len(self.case.calls) else None
        stall = weather.stall if weather else None
        if stall and stall.for_ms is None and stall.after_ms < self.since_start_ms(self.seen_until_ns):
            return "the network of this case had stalled for good"
        enough = self.held_ms * 2 >= min(budgets)
        return f"the network of this case held bytes up for {self.held_ms:.0f} ms" if enough else ""

    @property
    def unanswered_tools(self) -> list[Note]:
        """Calls that were ours to answer, by the dialect, and that no mock answered nor the agent itself."""
        if not self.can.answers_tools:
            return []
        done = {heard.signal.call_id for heard in self.received if isinstance(heard.signal, ToolResult)}
        left = (note for note in self.notes("tool") if note.data["reply"] in ("left", "no-match"))
        return [note for note in left if note.data["call_id"] not in done]

    def unproven(self, layer: Layer, expected: str) -> Answer:
        """Nothing forbidden was seen, but the call was not followed to its end."""
        blame, action = (Blame.AGENT, "see why the call ended early, in this case's other findings")
        why = f"the call {self.end.value}" if self.end else "the recording stops in mid-call"
        if self.recording.problems:
            blame, action = DAMAGED
            why = f"the recording is damaged: {self.recording.problems[0]}"
        elif self.end is not None and self.end.whole:
            blame, action = UNPROVEN[None]
            why = "the recording has no last line"
        blame, action = UNPROVEN.get(self.end, (blame, action))
        actual = f"nothing seen, but not proven: {why}" + (f" ({self.end_detail})" if self.end_detail else "")
        return unknown(layer, expected, actual, action, blame=blame)

    @property
    def too_terse(self) -> bool:
        """Whether the caller waited in vain for the agent, which was heard, to speak for long enough."""
        expired = self.notes("expired")
        return bool(expired) and expired[-1].data["what"] == "audible" and bool(self.pieces)

    def not_spoken(self, layer: Layer, expected: str) -> Answer:
        """The caller did not get as far as the turn that is asked about, perhaps for want of words to interrupt."""
        if self.too_terse:
            actual = "the agent's answer was over before it could be interrupted"
            return unproven_here(layer, expected, actual, SPEAK_LONGER)
        blame, action = UNPROVEN.get(self.end, (Blame.AGENT, "see this case's other findings"))
        ran_out = "the caller did not get to this turn: an earlier wait ran out"
        return unknown(layer, expected, ran_out if self.notes("expired") else "never spoken", action, blame=blame)


def _but(actual: str, doubt: str) -> str:
    """The doubt stands behind what came; the events around that, on lines of their own, stay below."""
    first, *around = actual.split("\n")
    return "\n".join((f"{first}, but {doubt}", *around))
