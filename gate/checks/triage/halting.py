"""Where a call that the caller did not get through came to a halt, and which link was broken there. Pure."""

from gate.checks.triage import chain
from gate.checks.triage.rows import AFTER_EARS, AFTER_MIND, MISSED, WAITS
from gate.checks.view import View


def stalled(view: View) -> tuple[int, str]:
    """The turn in which a call that the caller did not get through came to a halt, and why."""
    turn = chain.last_turn(view)
    expired = view.notes("expired")
    if view.notes("unread"):
        return turn, chain.broken(view, turn) or "not-read"
    if not expired:
        return turn, chain.broken(view, turn) or "closed-early"
    what = str(expired[-1].data["what"])
    own = WAITS.get(what) or ("no-final-marker" if what == "turn_done" else MISSED.get(what, "event-missing"))
    found = broken_for(own, turn, view)
    if found or own != "no-final-marker" or what != "turn_done":
        return turn, found or own
    return turn, _after_the_tool(view, turn) or ("no-final-marker" if _heard(view, turn) else "no-audio")


def _heard(view: View, number: int) -> bool:
    turn = view.turn(number)
    return turn is None or not view.can.speaks or bool(view.answer_to(turn))


def _after_the_tool(view: View, number: int) -> str:
    """Whether the turn ends with a tool: nothing came behind the call, or behind its result."""
    turn = view.turn(number)
    since_ns = turn.end_ns if turn else 0
    told = [event for event in view.events if event.t_ns >= since_ns
            and event.name.startswith(("tool.", "output_", "response."))]  # fmt: skip
    calls = [at for at, event in enumerate(told) if event.name == "tool.call"]
    if not calls or any(event.name.startswith("output_") for event in told[calls[-1] :]):
        return ""
    answered = any(event.name == "tool.result" for event in told[calls[-1] :])
    return "result-ignored" if answered else "tool-unanswered"


def broken_for(own: str, turn: int, view: View) -> str:
    if own in AFTER_MIND:
        return chain.broken(view, turn)
    return chain.ears(view, turn) if own in AFTER_EARS else ""
