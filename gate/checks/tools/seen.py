"""What checks of tool calls have in common: whether any call could be seen, and how a call is named."""

from gate.checks.answer import Answer, unproven_here
from gate.checks.view import View
from gate.core.findings import Layer
from gate.core.jsons import canonical
from gate.measures.ledger import Entry

_SHOWN = 120


def unseen(view: View, expected: str) -> Answer | None:
    """Where neither the wire nor a sandbox shows tool calls, none of them proves anything."""
    if "tool.call" in view.can.shows or view.case.tools.sandbox is not None:
        return None
    actual = "nothing shows the agent's tool calls: its dialect has no message for them"
    return unproven_here(Layer.TOOLS, expected, actual, "let its tools be answered by a sandbox: tools.sandbox")


def named(entry: Entry) -> str:
    """`move {"day":"Thursday"}`."""
    arguments = entry.arguments if isinstance(entry.arguments, str) else canonical(entry.arguments)
    shown = arguments if len(arguments) <= _SHOWN else arguments[: _SHOWN - 1] + "…"
    return f"{entry.name} {shown}".rstrip()


def at_ms(view: View, t_ns: int) -> str:
    """When it was, in the time of events.jsonl."""
    return f"{view.since_start_ms(t_ns):.0f} ms"


def lines(*entries: Entry) -> tuple[int, ...]:
    """The lines of calls and their answers."""
    found = [at for entry in entries for at in (entry.at, entry.answered_at) if at is not None]
    return tuple(sorted(dict.fromkeys(found)))
