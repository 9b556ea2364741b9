"""What frames of Retell's custom-LLM WebSocket mean, both ways. Pure.

Each chunk of a response is a piece of text; `content_complete` ends the response, and the whole text is known then. A
chunk of an older response than the last that was asked for is void. `ping_pong` looks the same as question and as
answer. What carries a timestamp that the gate sent is an answer. So is, from a server that never sent one of those
back, whatever comes within a second of what the gate sent: two machines must not answer each other forever."""

from collections.abc import Callable
from dataclasses import dataclass

from gate.core.frames import Frame
from gate.core.paths import get
from gate.core.signals import (
    HungUp,
    Metadata,
    Other,
    Ping,
    Ready,
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
from gate.dialects.fields import Illegal

VOID = "a piece of a response that a later one has made void"
END, ACTIONS = "end_call", ("transfer_number", "digit_to_press")
ANSWERED_WITHIN_NS = 1_000_000_000
_LONGEST_STAMP = 18  # digits: what a 64-bit number surely holds


@dataclass(frozen=True, slots=True)
class Config(Other):
    """The server's `config`: what it wants of Retell. Means nothing to a caller, and much to the encoder."""

    name: str = "config"
    auto_reconnect: bool = False
    call_details: bool = False
    transcript_with_tool_calls: bool = False


class Observer(JsonObserver):
    def __init__(self) -> None:
        self._ready = False
        self._asked = 0
        self._stamps: set[int] = set()
        self._echoes = False
        self._now_ns = 0
        self._sent_ns: int | None = None
        self._texts: dict[str, str] = {}
        self._over: set[str] = set()
        self._called: dict[str, str] = {}
        self._received: dict[str, Callable[[Object], Signals]] = {
            "config": self._config,
            "response": self._response,
            "agent_interrupt": self._jumped_in,
            "ping_pong": self._pinged,
            "tool_call_invocation": self._called_tool,
            "tool_call_result": self._ran_tool,
            "metadata": lambda message: (Metadata(message.get("metadata")),),
        }

    def observe(self, frame: Frame) -> Signals:
        self._now_ns = frame.t_ns
        return super().observe(frame)

    def kind(self, message: Object) -> str:
        kinds = (message.get(key) for key in ("response_type", "interaction_type"))
        return next((kind for kind in kinds if isinstance(kind, str)), "")

    def sent(self, message: Object) -> Signals:
        match message.get("interaction_type"):
            case "response_required":
                self._asked = fields.number(message, "response_id")
                return tuple(Typed(text) for text in last_words(message))
            case "ping_pong":
                self._stamps.add(fields.number(message, "timestamp"))
                self._sent_ns = self._now_ns
        return ()

    def received(self, message: Object) -> Signals:
        read = self._received.get(self.kind(message)) if "response_type" in message else None
        return read(message) if read else ()

    def _begin(self) -> Signals:
        """Ready, at the first sign of the server's."""
        if self._ready:
            return ()
        self._ready = True
        return (Ready(),)

    def _config(self, message: Object) -> Signals:
        config = fields.maybe_object(message, "config")
        wanted = {key: _flag(config, key) for key in ("auto_reconnect", "call_details", "transcript_with_tool_calls")}
        return (*self._begin(), Config("config", **wanted))

    def _response(self, message: Object) -> Signals:
        response = fields.number(message, "response_id")
        if response > self._asked:
            raise Illegal(f"response_id {response}, and the last that was asked for is {self._asked}")
        begun = () if response else self._begin()
        said = self._chunk(message, str(response), begins=response > 0)
        return (*begun, *(said if response == self._asked else (Other(VOID),)))

    def _jumped_in(self, message: Object) -> Signals:
        return self._chunk(message, f"interrupt-{fields.number(message, 'interrupt_id')}", begins=True)

    def _chunk(self, message: Object, response_id: str, *, begins: bool) -> Signals:
        """`begins`: also where there are no words. The begin message is empty if the agent is to wait."""
        text, last = fields.text(message, "content"), _flag(message, "content_complete", due=True)
        actions: Signals = tuple(Other(action) for action in ACTIONS if message.get(action))
        actions += (HungUp(),) if message.get(END) and last else ()
        known = response_id in self._texts
        if not text and (response_id in self._over or not (known or begins)):
            return actions
        out: list[Signal] = [] if known else [ResponseStarted(response_id)]
        whole = self._texts[response_id] = self._texts.get(response_id, "") + text
        if text:
            out.append(Transcript("agent", text, False, response_id))
        if last:
            out += [Transcript("agent", whole, True, response_id)] if whole else []
            out.append(TurnDone(response_id))
            self._over.add(response_id)
            del self._texts[response_id]
        return (*out, *actions)

    def _pinged(self, message: Object) -> Signals:
        timestamp = fields.number(message, "timestamp")
        if timestamp in self._stamps:
            self._stamps.discard(timestamp)
            self._echoes = True
            return ()
        just_sent = self._sent_ns is not None and self._now_ns - self._sent_ns < ANSWERED_WITHIN_NS
        return () if just_sent and not self._echoes else (Ping(str(timestamp)),)

    def _called_tool(self, message: Object) -> Signals:
        call_id, name = fields.text(message, "tool_call_id"), fields.text(message, "name")
        if call_id and call_id in self._called:
            return ()
        self._called[call_id] = name
        return (ToolCall(call_id, name, *fields.arguments(get(message, "arguments"))),)

    def _ran_tool(self, message: Object) -> Signals:
        call_id = fields.text(message, "tool_call_id")
        return (ToolResult(call_id, self._called.get(call_id, ""), fields.unwrapped(message.get("content"))),)


def last_words(message: Object) -> list[str]:
    """What the caller said last, if it did; in whichever transcript the message has. Raises Illegal."""
    found = message.get("transcript", message.get("transcript_with_tool_calls"))
    if not isinstance(found, list):
        raise Illegal("transcript is no list")
    said = [each for each in found if isinstance(each, dict) and each.get("role") == "user"]
    return [fields.text(said[-1], "content")] if said else []


def stamp(token: str) -> int:
    """The timestamp that a `Ping` brought; 0 for what is none."""
    return int(token) if token.isdecimal() and token.isascii() and len(token) <= _LONGEST_STAMP else 0


def _flag(message: Object, key: str, *, due: bool = False) -> bool:
    found = message.get(key)
    if not isinstance(found, bool) and (due or found is not None):
        raise Illegal(f"{key} is no truth value")
    return bool(found)
