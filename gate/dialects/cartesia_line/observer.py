"""What frames between Cartesia's harness and an agent made with Line mean, both ways. Pure.

An agent's `message` is a piece of an answer, and `response_end` ends it; `responding_to` names the event that it
answers. An agent that has nothing to say ends too: that counts only if it answers the caller's last line."""

from collections.abc import Callable

from gate.core.paths import get
from gate.core.signals import (
    Asked,
    Fault,
    HungUp,
    Metadata,
    ResponseStarted,
    Signal,
    ToolCall,
    ToolResult,
    Transcript,
    TurnDone,
    Typed,
)  # fmt: skip
from gate.dialects import fields
from gate.dialects.base import JsonObserver, Object, Signals

Response = str | None


class Observer(JsonObserver):
    def __init__(self) -> None:
        self._line: set[Response] = set()
        self._texts: dict[Response, str] = {}
        self._calls = 0
        self._open: dict[str, tuple[str, str]] = {}
        self._told: set[str] = set()
        self._received: dict[str, Callable[[Object], Signals]] = {
            "message": self._said,
            "response_end": self._ended,
            "tool_call": self._tool,
            "custom": lambda message: (Metadata(fields.maybe_object(message, "metadata")),),
            "end_call": lambda _: (HungUp(),),
            "error": lambda message: (Fault(None, fields.text(message, "content")),),
        }

    def sent(self, message: Object) -> Signals:
        match message.get("type"):
            case "start":
                return (Asked(settings(message)),)
            case "user_state":
                fresh = set() if message.get("value") == "speaking" else self._line
                self._line = {*fresh, fields.maybe_text(message, "event_id")}
                return ()
            case "message":
                self._line.add(fields.maybe_text(message, "event_id"))
                return (Typed(fields.text(message, "content")),)
            case _:
                return ()

    def received(self, message: Object) -> Signals:
        read = self._received.get(self.kind(message))
        return read(message) if read else ()

    def _said(self, message: Object) -> Signals:
        text, response_id = fields.text(message, "content"), fields.maybe_text(message, "responding_to")
        begun: Signals = () if response_id in self._texts else (ResponseStarted(response_id),)
        self._texts[response_id] = self._texts.get(response_id, "") + text
        return (*begun, *((Transcript("agent", text, False, response_id),) if text else ()))

    def _ended(self, message: Object) -> Signals:
        response_id = fields.maybe_text(message, "responding_to")
        text = self._texts.pop(response_id, None)
        if text is None:
            answers = response_id is None or response_id in self._line
            return (ResponseStarted(response_id), TurnDone(response_id)) if answers else ()
        whole: tuple[Signal, ...] = (Transcript("agent", text, True, response_id),) if text else ()
        return (*whole, TurnDone(response_id))

    def _tool(self, message: Object) -> Signals:
        """Told twice: as it is called, and again with its result. The ids are often left out."""
        name, (arguments, raw) = fields.text(message, "name"), fields.arguments(get(message, "arguments"))
        given, result = fields.maybe_text(message, "id"), message.get("result")
        call_id = self._waiting(name, raw) if given is None and result is not None else given
        called: Signals = ()
        if call_id is None or call_id not in self._told:
            self._calls += 1
            call_id = call_id or f"call-{self._calls}"
            self._told.add(call_id)
            called = (ToolCall(call_id, name, arguments, raw),)
        if result is None:
            self._open[call_id] = (name, raw)
            return called
        self._open.pop(call_id, None)
        return (*called, ToolResult(call_id, name, fields.unwrapped(result)))

    def _waiting(self, name: str, raw: str) -> str | None:
        """The oldest call of this tool, with these arguments, that has no result yet."""
        return next((call_id for call_id, told in self._open.items() if told == (name, raw)), None)


def settings(start: Object) -> Object:
    """The session as the manifest has it, from a `start` message. Raises Illegal."""
    agent, metadata = fields.maybe_object(start, "agent"), fields.maybe_object(start, "metadata")
    told = {"system_prompt": fields.maybe_text(agent, "system_prompt"),
            "first_message": fields.maybe_text(agent, "introduction")}  # fmt: skip
    return {**{key: value for key, value in told.items() if value is not None},
            **({"metadata": metadata} if metadata else {})}  # fmt: skip
