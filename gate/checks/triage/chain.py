"""How far a turn of the caller's got: from the open socket over the ears to an answer. Pure.

One derivation for all absences: the earliest link that is broken names the symptom, whatever was missed behind it. A
link that the wire cannot show is not held against anybody: it is taken for whole, or shown by what comes behind it."""

from gate.core.ends import CallEnd
from gate.core.recording import Heard, Note
from gate.core.signals import (
    Asked,
    AudioOut,
    Closed,
    Configured,
    InputAccepted,
    Ready,
    Refused,
    ResponseStarted,
    SpeechStarted,
    ToolCall,
    Transcript,
    Violation,
)
from gate.measures.facts import TURNS, Facts, Turn

DOOR = (
    "unreachable", "certificate-refused", "no-token", "handshake-refused", "nothing-behind", "config-unacknowledged",
)  # fmt: skip
EARS = ("closed-early", "not-read", "not-heard", "no-transcript")
MIND = ("no-response",)

SOON_NS = 3_000_000_000
"""An agent that ends the call so soon behind a turn had no time for anything else."""


def broken(facts: Facts, number: int) -> str:
    """The symptom of the earliest broken link on the way to an answer to this turn; empty where all of them hold."""
    return _door(facts) or ears(facts, number) or _mind(facts, number)


def ears(facts: Facts, number: int) -> str:
    """The same of the links between the caller's voice and what the agent heard. Over a wire that shows nothing of
    that, any audio of the agent's, however broken, or a tool that it calls, shows that something got there."""
    turn = facts.turn(number)
    if turn is None or not facts.can.speaks:
        return ""
    came = [heard for heard in facts.received if turn.start_ns <= heard.t_ns < facts.turn_limit_ns(number)]
    if "transcript.final" in facts.can.shows:
        got_there = any(_is_words(heard, "caller", final=True) for heard in came)
    else:
        proof = SpeechStarted if "speech.started" in facts.can.shows else AudioOut | Violation
        got_there = any(isinstance(heard.signal, proof) for heard in came) or _uses_a_tool(facts, turn.start_ns, number)
    if got_there:
        return ""
    if _ended_soon(facts, turn):
        return "closed-early"
    if facts.notes("unread"):
        return "not-read"
    arrived = facts.first(InputAccepted) or any(isinstance(heard.signal, SpeechStarted) for heard in came)
    return "no-transcript" if arrived else "not-heard"


def _door(facts: Facts) -> str:
    if facts.first(Refused):
        return "handshake-refused"
    if end_of(facts) is CallEnd.UNREACHABLE:
        return "unreachable"
    if end_of(facts) is CallEnd.UNTRUSTED:
        return "certificate-refused"
    if end_of(facts) is CallEnd.TOKENLESS:
        return "no-token"
    if facts.can.announces_ready and not facts.first(Ready):
        return "nothing-behind"
    asked = facts.can.acknowledges_configuration and any(isinstance(heard.signal, Asked) for heard in facts.heard)
    return "config-unacknowledged" if asked and not facts.first(Configured) else ""


def _mind(facts: Facts, number: int) -> str:
    turn = facts.turn(number)
    if turn is None:
        return ""
    limit_ns = facts.turn_limit_ns(number)
    behind = [heard for heard in facts.received if turn.end_ns <= heard.t_ns < limit_ns]
    if any(_is_response(facts, heard) for heard in behind) or facts.answer_to(turn):
        return ""
    if _uses_a_tool(facts, turn.end_ns, number):
        return ""
    if _ended_soon(facts, turn):
        return "closed-early"
    return "not-read" if facts.notes("unread") else MIND[0]


def _uses_a_tool(facts: Facts, from_ns: int, number: int) -> bool:
    """Whether the agent calls a tool in this turn, over the wire or in a sandbox."""
    until_ns = facts.turn_limit_ns(number)
    return any(event.name == "tool.call" and from_ns <= event.t_ns < until_ns for event in facts.events)


def _is_response(facts: Facts, heard: Heard) -> bool:
    """Audio alone may be the rest of what was said before, where a response has a beginning of its own."""
    if isinstance(heard.signal, AudioOut | Violation):
        return "response.started" not in facts.can.shows
    return isinstance(heard.signal, ResponseStarted | ToolCall) or _is_words(heard, "agent")


def _is_words(heard: Heard, role: str, *, final: bool = False) -> bool:
    return isinstance(heard.signal, Transcript) and heard.signal.role == role and heard.signal.final >= final


def _ended_soon(facts: Facts, turn: Turn) -> bool:
    closed = ended_by_agent(facts)
    return closed is not None and turn.start_ns <= closed.t_ns < turn.end_ns + SOON_NS


def ended_by_agent(facts: Facts) -> Heard | None:
    """The agent's close, where it is no answer to the gate's own."""
    closed = facts.first(Closed)
    hung_up: Note | None = next(iter(facts.notes("hang-up")), None)
    return closed if closed and (hung_up is None or closed.frame < hung_up.index) else None


def end_of(facts: Facts) -> CallEnd | None:
    """How the call ended; None where the recording does not get that far."""
    notes = facts.notes("call.end")
    return CallEnd(str(notes[0].data["end"])) if notes else None


def turn_behind(facts: Facts, t_ns: int) -> int:
    """The turn that what did not come behind this time would have answered: the next to end, else the last; 0 where
    nobody spoke."""
    following = [turn for turn in facts.turns if turn.end_ns > t_ns]
    return (following[0] if following else facts.turns[-1]).number if facts.turns else 0


def last_turn(facts: Facts) -> int:
    return facts.turns[-1].number if facts.turns else 0


def begun(facts: Facts) -> int:
    """How many turns the caller began."""
    return sum(len(facts.notes(kind)) for kind in TURNS)
