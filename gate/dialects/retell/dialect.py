"""Retell's custom-LLM WebSocket: the gate plays Retell and asks the user's own LLM server for the agent's words. Text
alone.

Theory of operation. Each line that the caller types is asked for under the next `response_id`, with the whole
conversation so far: so the encoder remembers what the agent said. A new id makes every older response void, and the
observer passes over what still comes of one. A server that says `auto_reconnect` is pinged every 2 s, and one that says
`call_details` is told of the call once.

Source: docs.retellai.com/api-references/llm-websocket; the provider's example server
(github.com/RetellAI/retell-custom-llm-python-demo: app/server.py, app/custom_types.py)."""

from dataclasses import replace
from urllib.parse import urlsplit

from gate.core import acts
from gate.core.acts import Act
from gate.core.capabilities import Capabilities
from gate.core.jsons import Json
from gate.core.plan import Dial
from gate.core.signals import Signal, ToolCall, ToolResult, Transcript
from gate.dialects import fields
from gate.dialects.base import About, Base, Frames, Object, Options
from gate.dialects.retell.agent import Agent
from gate.dialects.retell.observer import Config, Observer, stamp

PING_NS = 2_000_000_000
_FIXED = frozenset({"response_type", "interaction_type", "tool_call_id", "turntaking", "call.call_id"})
_FIXED_KEYS = ("role", "tool_call_id")  # of an utterance


class RetellOptions(Options):
    """`call`: what `call_details` says of the call, beside its id: `call_type`, `from_number`, `metadata`,
    `retell_llm_dynamic_variables` and whatever else the server reads there."""

    call: dict[str, Json] = {}


class Retell(Base[RetellOptions]):
    name = "retell"
    Options = RetellOptions
    about = About(
        "Retell custom LLM",
        "orchestrator",
        "medium-high",
        "no code of others in the tests: none is published as a package. Run by hand: the provider's Python demo (its "
        "model stubbed) called by the gate, and Cekura's Retell adaptor calling the reference agent",
    )
    capabilities = Capabilities(
        shows=frozenset(
            {
                "session.started", "response.started", "output_transcript.delta", "output_transcript.final",
                "response.done", "tool.call", "tool.result", "metadata", "session.closed",
            }
        ),
        derives=frozenset({"session.started", "response.started", "output_transcript.final"}),
        session=frozenset(),
        input_rate_hz=16_000,
        output_rate_hz=16_000,
        speaks=False,
        acknowledges_configuration=False,
        answers_tools=False,
        types=True,
    )  # fmt: skip

    def dial(self, dial: Dial, session: Object, call_id: str) -> Dial:
        """The call's id is the last segment of the path."""
        url = urlsplit(dial.url)
        return replace(dial, url=url._replace(path=f"{url.path.rstrip('/')}/{call_id}").geturl())

    def encoder(self, call_id: str = "") -> "Encoder":
        return Encoder({"call_type": "web_call", **self.options.call, "call_id": call_id})

    def observer(self) -> Observer:
        return Observer()

    def agent(self) -> Agent:
        return Agent()

    def opaque(self, message: Object, path: str) -> bool:
        return path in _FIXED or (path.startswith("transcript") and path.rpartition(".")[2] in _FIXED_KEYS)


class Encoder:
    """`call`: what the server may want to know of the call."""

    def __init__(self, call: Object) -> None:
        self._call = call
        self._config = Config()
        self._told = False
        self._ping_ns: int | None = None
        self._response_id = 0
        self._speaker: str | None = None
        self._transcript: list[Object] = []
        self._with_tools: list[Object] = []

    def heard(self, signal: Signal) -> None:
        match signal:
            case Config():
                self._config = signal
            case Transcript("agent", text, False, response_id):
                self._said(text, response_id)
            case ToolCall(call_id, name, arguments, raw):
                text = raw if arguments is None else fields.dump(arguments)
                self._ran("tool_call_invocation", tool_call_id=call_id, name=name, arguments=text)
            case ToolResult(call_id, _, result, _):
                content = result if isinstance(result, str) else fields.dump(result)
                self._ran("tool_call_result", tool_call_id=call_id, content=content)
            case _:
                pass

    def encode(self, act: Act, t_ns: int) -> Frames:
        """Whatever is owed by now goes first: something is encoded every 20 ms."""
        return self._owed(t_ns) + self._asked(act)

    def _asked(self, act: Act) -> Frames:
        match act:
            case acts.Type(text):
                return (self._ask(text),)
            case acts.Pong(token):
                return (_ping(stamp(token)),)
            case acts.Send(frame):
                return (frame,)
            case _:
                return ()

    def _owed(self, t_ns: int) -> Frames:
        owed: list[str] = []
        if self._config.call_details and not self._told:
            self._told = True
            owed.append(fields.dump({"interaction_type": "call_details", "call": self._call}))
        if self._config.auto_reconnect and (self._ping_ns is None or t_ns >= self._ping_ns):
            self._ping_ns = t_ns + PING_NS
            owed.append(_ping(t_ns // 1_000_000))
        return tuple(owed)

    def _ask(self, text: str) -> str:
        self._response_id += 1
        self._speaker = None
        self._utter({"role": "user", "content": text})
        message: Object = {
            "interaction_type": "response_required",
            "response_id": self._response_id,
            "transcript": [*self._transcript],
        }
        if self._config.transcript_with_tool_calls:
            message["transcript_with_tool_calls"] = [*self._with_tools]
        return fields.dump(message)

    def _said(self, text: str, response_id: str | None) -> None:
        """Pieces of one response are one utterance."""
        if self._transcript and self._speaker == response_id:
            spoken = self._transcript[-1]
            spoken["content"] = f"{spoken['content']}{text}"
            return
        self._speaker = response_id
        self._utter({"role": "agent", "content": text})

    def _utter(self, utterance: Object) -> None:
        """The same object in both lists: what is added to it stands in both."""
        self._transcript.append(utterance)
        self._with_tools.append(utterance)

    def _ran(self, role: str, **what: Json) -> None:
        self._with_tools.append({"role": role, **what})


def _ping(timestamp: int) -> str:
    return fields.dump({"interaction_type": "ping_pong", "timestamp": timestamp})
