"""Cekura's chat WebSocket (formerly Vocera): the gate plays Cekura and types to the user's own chat server. Text alone,
no ready message, no turn ids, no streaming: each frame with `content` is a whole turn.

Source: docs.cekura.ai, chat testing, "Set Up WebSocket Server"; the provider's example server
(github.com/vocera-ai/llm-websocket-server-example: main.py, retell_adaptor.py)."""

from dataclasses import replace
from typing import Annotated

from pydantic import Field, StringConstraints

from gate.core import acts
from gate.core.acts import Act
from gate.core.capabilities import Capabilities
from gate.core.paths import get
from gate.core.plan import Dial
from gate.core.signals import HungUp, Metadata, Other, Signal, ToolCall, ToolResult, Transcript, TurnDone, Typed
from gate.dialects import fields
from gate.dialects.base import About, Base, Frames, JsonObserver, Object, Options, Signals, SilentEar
from gate.dialects.cekura_chat.agent import CALL, END, RESULT, Agent
from gate.dialects.fields import Illegal

HeaderValue = (
    Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{1,200}$")] | Annotated[int, Field(strict=True, ge=0)]
)
_IDS = (("X-VOCERA-SCENARIO-ID", "scenario_id"), ("X-VOCERA-RESULT-ID", "result_id"), ("X-VOCERA-RUN-ID", "run_id"))
_DIGITS = 8  # hexadecimal, of the call id: enough for an id that no other call has


class CekuraChatOptions(Options):
    """The ids that Cekura sends with the upgrade; numbers of the gate's own, new for each call, where left out."""

    scenario_id: HeaderValue | None = None
    result_id: HeaderValue | None = None
    run_id: HeaderValue | None = None


class CekuraChat(Base[CekuraChatOptions]):
    name = "cekura-chat"
    Options = CekuraChatOptions
    about = About(
        "Cekura chat",
        "orchestrator",
        "high",
        "no code of others in the tests: none is published as a package. Run by hand: the provider's example server "
        "(its model stubbed) called by the gate, its test client calling the reference agent, and its Retell adaptor "
        "between the gate and the reference agent",
    )
    capabilities = Capabilities(
        shows=frozenset(
            {"output_transcript.final", "response.done", "tool.call", "tool.result", "metadata", "session.closed"}
        ),
        derives=frozenset({"response.done"}),
        session=frozenset(),
        input_rate_hz=16_000,
        output_rate_hz=16_000,
        speaks=False,
        announces_ready=False,
        acknowledges_configuration=False,
        answers_tools=False,
        types=True,
    )

    def dial(self, dial: Dial, session: Object, call_id: str) -> Dial:
        """The secret is the manifest's `auth`, any other header its `headers`; what stands there already stays."""
        given = {name.casefold() for name, _ in dial.headers}
        ids = zip(_IDS, range(0, len(_IDS) * _DIGITS, _DIGITS), strict=True)
        own = [(header, _id(getattr(self.options, key), call_id[at : at + _DIGITS])) for (header, key), at in ids]
        return replace(dial, headers=(*dial.headers, *(one for one in own if one[0].casefold() not in given)))

    def encoder(self, call_id: str = "") -> "Encoder":
        return Encoder()

    def observer(self) -> "Observer":
        return Observer()

    def agent(self) -> Agent:
        return Agent()

    def opaque(self, message: Object, path: str) -> bool:
        return path in ("role", "type", "data.id")


def _id(chosen: str | int | None, digits: str) -> str:
    return str(int(digits or "0", 16)) if chosen is None else str(chosen)


class Encoder(SilentEar):
    def encode(self, act: Act, t_ns: int) -> Frames:
        match act:
            case acts.Type(text):
                return (fields.dump({"content": text}),)
            case acts.HangUp():
                return (fields.dump({"content": "", "type": END}),)  # without content it breaks the example server
            case acts.Send(frame):
                return (frame,)
            case _:
                return ()


class Observer(JsonObserver):
    """Holds the names of the tools that were called: a result says only the id."""

    def __init__(self) -> None:
        self._called: dict[str, str] = {}

    def kind(self, message: Object) -> str:
        return next((kind for key in ("type", "role") if isinstance(kind := message.get(key), str)), "")

    def sent(self, message: Object) -> Signals:
        text = fields.maybe_text(message, "content")
        return (*((Typed(text),) if text else ()), *((Other(END),) if _ends(message) else ()))

    def received(self, message: Object) -> Signals:
        metadata = message.get("metadata")
        noted: Signals = (Metadata(metadata),) if isinstance(metadata, dict) else ()
        reads = {CALL: self._call, RESULT: self._result}
        role = message.get("role")
        read = reads.get(role, _said) if isinstance(role, str) else _said
        return noted + read(message)

    def _call(self, message: Object) -> Signals:
        call_id, name = fields.text(message, "data.id"), fields.text(message, "data.name")
        if call_id and call_id in self._called:
            return ()
        self._called[call_id] = name
        return (ToolCall(call_id, name, *fields.arguments(get(message, "data.arguments"))),)

    def _result(self, message: Object) -> Signals:
        call_id, data = fields.text(message, "data.id"), fields.maybe_object(message, "data")
        return (ToolResult(call_id, self._called.get(call_id, ""), fields.unwrapped(data.get("result"))),)


def _said(message: Object) -> Signals:
    """A turn of the agent's. One with no words in it is over as well; what only ends the call is none."""
    content = message.get("content")
    ending: Signals = (HungUp(),) if _ends(message) else ()
    if content is None:
        return ending
    if not isinstance(content, str):
        raise Illegal("content is no text")
    words: tuple[Signal, ...] = (Transcript("agent", content, True),) if content else ()
    return (*words, TurnDone(), *ending) if words or not ending else ending


def _ends(message: Object) -> bool:
    return message.get("type") == END
