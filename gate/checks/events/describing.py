"""Events in words. Pure, and bounded: what an event says is whatever the agent sent."""

from gate.checks.view import View
from gate.core.matchers import Where, describe
from gate.core.recording import Event

WORDS = 40


def named(event: str, where: Where) -> str:
    fields = ", ".join(f"{path} {describe(matcher)}" for path, matcher in where)
    return f"{event} with {fields}" if fields else event


def told(event: Event) -> str:
    """An event by its name, with the words in it that tell it from others, on one line."""
    words = short(str(event.payload.get("name") or event.payload.get("text") or ""))
    return f"{event.name} ({words})" if words else event.name


def short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= WORDS else f"{line[: WORDS - 1]}…"


def times(number: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(number, f"{number} times")


def ms(view: View, event: Event) -> float:
    """Since the first event of the call."""
    return view.since_start_ms(event.t_ns)
