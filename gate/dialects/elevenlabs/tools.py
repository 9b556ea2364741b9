"""Tools in an ElevenLabs conversation: those that the client runs, and those that the provider runs by itself. These
are shown as calls whose answer nobody wants from us. Pure.

A tool of the client's may come as `agent_tool_request` as well as `client_tool_call`, and its result come back as
`agent_tool_response`: those copies mean nothing. Source: elevenlabs/packages, agent.asyncapi.yaml."""

from gate.core.jsons import Json, parse
from gate.core.signals import ToolCall, ToolCancelled, ToolResult
from gate.dialects import fields
from gate.dialects.base import Object, Signals
from gate.dialects.fields import Illegal


class Tools:
    """Each call and each result is told once, whatever the number of messages about it."""

    def __init__(self) -> None:
        self._calls: set[str] = set()
        self._results: set[str] = set()

    def called(self, event: Object) -> Signals:
        arguments, raw = fields.arguments(event.get("parameters"))
        return self._once(ToolCall(fields.text(event, "tool_call_id"), fields.text(event, "tool_name"), arguments, raw))

    def _once(self, call: ToolCall) -> Signals:
        if call.call_id in self._calls:
            return ()
        self._calls.add(call.call_id)
        return (call,)

    def _not_ours(self, call: ToolCall) -> Signals:
        return (*shown, ToolCancelled(call.call_id)) if (shown := self._once(call)) else ()

    def runs(self, event: Object) -> Signals:
        """What the client is to run comes as `client_tool_call` too, with its arguments."""
        if fields.text(event, "tool_type") == "client":
            return ()
        return self._not_ours(ToolCall(fields.text(event, "tool_call_id"), fields.text(event, "tool_name"), None))

    def ran(self, event: Object) -> Signals:
        if fields.text(event, "tool_type") == "client":
            return ()
        told = fields.maybe_text(event, "full_tool_result")
        error = (told or "the tool failed") if event.get("is_error") is True else None
        return self._result(event, None if error is not None or told is None else _value(told), error)

    def mcp(self, event: Object) -> Signals:
        arguments, raw = fields.arguments(event.get("parameters"))
        call = ToolCall(fields.text(event, "tool_call_id"), fields.text(event, "tool_name"), arguments, raw)
        shown = self._not_ours(call)
        match event.get("state"):
            case "success":
                return shown + self._result(event, event.get("result"), None)
            case "failure":
                return shown + self._result(event, None, fields.maybe_text(event, "error_message") or "the tool failed")
            case _:
                return shown

    def _result(self, event: Object, result: Json, error: str | None) -> Signals:
        call_id = fields.text(event, "tool_call_id")
        if call_id in self._results:
            return ()
        self._results.add(call_id)
        return (ToolResult(call_id, fields.text(event, "tool_name"), result, error),)


def answer_of(message: Object) -> ToolResult:
    """What a `client_tool_result` says. Raises Illegal."""
    call_id, text = fields.text(message, "tool_call_id"), fields.text(message, "result")
    failed = message.get("is_error")
    if not isinstance(failed, bool):
        raise Illegal("is_error is neither true nor false")
    return ToolResult(call_id, "", None, text) if failed else ToolResult(call_id, "", _value(text))


def _value(text: str) -> Json:
    """What stands in a text of JSON; the text itself where it is none."""
    try:
        return parse(text)
    except ValueError:
        return text
