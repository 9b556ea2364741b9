"""Tool calls and their results as events."""

from collections.abc import Mapping

from gate.core.jsons import Json
from gate.dialects.template.guess import names
from gate.dialects.template.guess.facts import Message, spaced, times
from gate.dialects.template.guess.ours import Ours
from gate.dialects.template.guess.proposal import Guess
from gate.dialects.template.guess.tools import Call, call_in, is_result, unanswered

Object = dict[str, Json]


def tool_events(made: Guess, groups: Mapping[str | None, list[Message]], ours: Ours, type_path: str | None) -> set[int]:
    """Calls and results; returns the places of their messages."""
    call, asked, why = ours.call, {link.asked.at for link in ours.links}, "its id comes back in a message of ours"
    every = [message for group in groups.values() for message in group]
    if call is None and (call := unanswered(every, type_path)):
        asked = {message.at for message in every if call_in(message, call.call_id, type_path) == call}
        why = "it has an id, a name and arguments; no message of ours answers it"
        made.notes.doubt("how a tool's result is sent: no message of ours gives the id of a call back")
    if call is None or not asked:
        return set()
    kind = next(message for message in every if message.at in asked).text(type_path)
    same = {message.at for message in groups.get(kind, ()) if call_in(message, call.call_id, type_path)}
    event: Object = {} if kind is None else {"type": kind}
    made.events["tool.call"] = event | {
        "call_id": call.call_id, "name": call.name, "arguments": call.arguments,
    }  # fmt: skip
    made.notes.reasons["events.tool.call"] = f"{times(same)}; {why}"
    return same | _results(made, groups, call, kind, type_path)


def _results(
    made: Guess, groups: Mapping[str | None, list[Message]], call: Call, asked: str | None, type_path: str | None
) -> set[int]:
    """Messages in which the agent tells of a call's result."""
    ids = frozenset(id_ for message in groups.get(asked, ()) if (id_ := message.text(call.call_id)))
    for kind, group in groups.items():
        paths = [is_result(message, ids, type_path) for message in group]
        if kind is None or kind == asked or not paths[0] or len(set(paths)) > 1:
            continue
        event: Object = {"type": kind, "call_id": paths[0]}
        for path in dict.fromkeys(path for message in group for path in _tops(message, paths[0])):
            told = spaced(path.rpartition(".")[2])
            if names.FAILURE.search(told):
                event["error"] = path
            elif any(message.text(path) == m.text(call.name) for message in group for m in groups[asked]):
                event["name"] = path
            elif path != type_path and ("result" not in event or names.RESULT.search(told)):
                event["result"] = path
        made.events["tool.result"] = event
        made.notes.reasons["events.tool.result"] = f"{times(group)}; it names the id of a call after that"
        return {message.at for message in group}
    return set()


def _tops(message: Message, beside: str) -> list[str]:
    """The places beside one, and what they hold as a whole."""
    above, _, key = beside.rpartition(".")
    around = message.value(above) if above else message.data
    return [f"{above}.{other}".lstrip(".") for other in around if other != key] if isinstance(around, dict) else []
