"""Tools in an ElevenLabs conversation: those that the client runs, and those that the provider runs by itself, which
are shown as calls that are not ours to answer. Pure.

A tool of the client's may come as `agent_tool_request` as well as `client_tool_call`, and its result come back as
`agent_tool_response`: those copies mean nothing. Source: elevenlabs/packages, agent.asyncapi.yaml."""

from gate.core.jsons import Json
from gate.core.signals import ToolCall, ToolResult
from gate.dialects import fields
from gate.dialects.base import Object, Signals
from gate.dialects.fields import Illegal


class Tools:
    """Each call and each result is told once, whatever the number of messages about it; only a full result behind the
    short message that has none is told as well."""

    def __init__(self) -> None:
        self._calls: set[str] = set()
        self._results: dict[str, bool] = {}  # whether it was told in full

    def called(self, event: Object) -> Signals:
        arguments, raw = fields.arguments(event.get("parameters"))
        return self._once(ToolCall(fields.text(event, "tool_call_id"), fields.text(event, "tool_name"), arguments, raw))

    def _once(self, call: ToolCall) -> Signals:
        if call.call_id in self._calls:
            return ()
        self._calls.add(call.call_id)
        return (call,)

    def runs(self, event: Object) -> Signals:
        """What the client is to run comes as `client_tool_call` too, with its arguments."""
        if fields.text(event, "tool_type") == "client":
            return ()
        call_id, name = fields.text(event, "tool_call_id"), fields.text(event, "tool_name")
        return self._once(ToolCall(call_id, name, None, ours=False))

    def ran(self, event: Object) -> Signals:
        failed = event.get("is_error") is True
        if fields.text(event, "tool_type") == "client" or (event.get("is_called") is False and not failed):
            return ()
        told = fields.maybe_text(event, "full_tool_result")
        error = (told or "the tool failed") if failed else None
        return self._result(event, None if failed else fields.unwrapped(told), error, full=told is not None)

    def mcp(self, event: Object) -> Signals:
        arguments, raw = fields.arguments(event.get("parameters"))
        call_id, name = fields.text(event, "tool_call_id"), fields.text(event, "tool_name")
        shown = self._once(ToolCall(call_id, name, arguments, raw, ours=False))
        match event.get("state"):
            case "success":
                return shown + self._result(event, event.get("result"), None)
            case "failure":
                return shown + self._result(event, None, fields.maybe_text(event, "error_message") or "the tool failed")
            case _:
                return shown

    def _result(self, event: Object, result: Json, error: str | None, *, full: bool = True) -> Signals:
        call_id = fields.text(event, "tool_call_id")
        if call_id in self._results and (self._results[call_id] or not full):
            return ()
        self._results[call_id] = full
        return (ToolResult(call_id, fields.text(event, "tool_name"), result, error),)


def answer_of(message: Object) -> ToolResult:
    """What a `client_tool_result` says. Raises Illegal."""
    call_id, text = fields.text(message, "tool_call_id"), fields.text(message, "result")
    failed = message.get("is_error")
    if not isinstance(failed, bool):
        raise Illegal("is_error is neither true nor false")
    return ToolResult(call_id, "", None, text) if failed else ToolResult(call_id, "", fields.unwrapped(text))
