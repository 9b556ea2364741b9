"""What comes before what in every call: the session before audio, a tool's result before the answer to it, nothing
behind a close."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from gate.checks.answer import Answer, failed, passed
from gate.checks.view import View
from gate.core.findings import Layer
from gate.core.recording import Heard
from gate.core.signals import AudioOut, Closed, ResponseStarted, ToolCall, ToolResult

TIME_TO_ANSWER_NS = 3_000_000_000
"""So long must the caller have been silent behind a result, before an answer is missed."""


@dataclass(frozen=True, slots=True)
class StartedFirst:
    CHECK: ClassVar[str] = "started-before-audio"


@dataclass(frozen=True, slots=True)
class ResultFirst:
    """The last that is said in a turn comes behind the results of the tools that were called in it."""

    CHECK: ClassVar[str] = "result-before-answer"


@dataclass(frozen=True, slots=True)
class NothingAfterClose:
    CHECK: ClassVar[str] = "nothing-after-close"


def started_first(view: View, params: StartedFirst) -> Answer:
    expected = "the session is started before any audio of the agent"
    early = view.first(AudioOut)
    if early and (view.ready is None or early.frame < view.ready.frame):
        at = (early.frame, *((view.ready.frame,) if view.ready else ()))
        next_action = "check that nothing is said before the session is there: a client drops what it cannot place"
        return failed(Layer.HANDSHAKE, expected, "the agent spoke before its session was started", next_action, at=at)
    if view.ready and view.watched:
        return passed(Layer.HANDSHAKE, expected, at=(view.ready.frame,))
    return passed(Layer.HANDSHAKE, expected, view.watch) if view.whole else view.unproven(Layer.HANDSHAKE, expected)


def nothing_after_close(view: View, params: NothingAfterClose) -> Answer:
    expected = "nothing comes from the agent behind its close"
    closed = view.closed
    behind = [heard for heard in view.received if closed and heard.frame > closed.frame
              and not isinstance(heard.signal, Closed)]  # fmt: skip
    if more := view.notes("behind-close"):
        actual = f"{more[0].data['bytes']} bytes, which no client reads, behind the close frame"
        next_action = "check that whatever still sends is stopped before the connection is closed"
        return failed(Layer.CLOSE, expected, actual, next_action, at=(more[0].index,))
    if closed and behind:
        what = f"{behind[0].signal.EVENT}, {(behind[0].t_ns - closed.t_ns) / 1e6:.0f} ms behind the close"
        next_action = "check that whatever still sends is stopped before the connection is closed"
        return failed(Layer.CLOSE, expected, what, next_action, at=(closed.frame, behind[0].frame))
    if closed and view.watched:
        return passed(Layer.CLOSE, expected, at=(closed.frame,))
    return passed(Layer.CLOSE, expected, view.watch) if view.whole else view.unproven(Layer.CLOSE, expected)


def result_first(view: View, params: ResultFirst) -> Answer:
    expected = "the answer begins when the tool's result is there"
    compared: list[int] = []
    for call, result in _answered(view):
        compared += [call.frame, result.frame]
        early = [heard for heard in view.received if isinstance(heard.signal, ResponseStarted)
                 and call.frame < heard.frame < result.frame]  # fmt: skip
        if early and _silent(view, call.t_ns, result.t_ns) and not _says_more(view, result):
            ahead_ms = (result.t_ns - early[-1].t_ns) / 1e6
            actual = f"the last answer began {ahead_ms:.0f} ms before the result, and none came behind it"
            next_action = "check that the agent waits for its tool: what it says here, it cannot know"
            return failed(Layer.ORDER, expected, actual, next_action, at=(call.frame, early[-1].frame, result.frame))
    if not view.whole:
        return view.unproven(Layer.ORDER, expected)
    return passed(Layer.ORDER, expected, "" if compared else "no tool was answered", at=tuple(compared))


def _answered(view: View) -> Iterator[tuple[Heard, Heard]]:
    """Each call with the first result of its id behind it."""
    called: dict[str, Heard] = {}
    for heard in view.heard:
        match heard.signal:
            case ToolCall(call_id) if heard.received and call_id:
                called.setdefault(call_id, heard)
            case ToolResult(call_id) if call_id in called:
                yield called.pop(call_id), heard
            case _:
                pass


def _silent(view: View, from_ns: int, result_ns: int) -> bool:
    """Whether the caller let the agent have its turn, and time to answer."""
    until_ns = result_ns + TIME_TO_ANSWER_NS
    return view.seen_until_ns >= until_ns and not view.caller_spoke(from_ns, until_ns)


def _says_more(view: View, result: Heard) -> bool:
    """Whether the agent begins another response, or goes on to speak, behind the result."""
    begun = any(isinstance(heard.signal, ResponseStarted) and heard.frame > result.frame for heard in view.received)
    return begun or any(piece.last_arrived_ns > result.t_ns for piece in view.pieces)
