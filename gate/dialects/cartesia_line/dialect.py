"""Cartesia Line, from its harness: the gate plays Cartesia toward the user's own agent code. Text alone.

Theory of operation. The first frame, `start`, says what the call is. A line of the caller's is three frames, as if it
had been spoken: `user_state` speaking, `message`, `user_state` idle; agents answer the last of them by default. What
the agent says is reported back as spoken (`agent_state`, `agent_speech`), since agents build their history from that
and not from what they sent: at the next frame, so 20 ms later at most.

Source: PyPI cartesia-line 0.2.19, line/_harness_types.py (the messages) and line/voice_agent_app.py (their order)."""

from gate.core import acts
from gate.core.acts import Act
from gate.core.capabilities import Capabilities
from gate.core.jsons import Json
from gate.core.signals import Signal, Transcript, TurnDone
from gate.dialects import fields
from gate.dialects.base import About, Base, Frames, Object, Options
from gate.dialects.cartesia_line.agent import Agent
from gate.dialects.cartesia_line.observer import Observer

_FIXED = frozenset({"type", "event_id", "responding_to", "id", "call_id", "agent_call_id", "agent.id"})
_STATES = ("user_state", "agent_state")


class CartesiaLineOptions(Options):
    """`session`: laid over the `start` message, such as `{from: "+12137771234", agent: {id: agent_1}}`."""

    session: dict[str, Json] = {}


class CartesiaLine(Base[CartesiaLineOptions]):
    name = "cartesia-line"
    Options = CartesiaLineOptions
    about = About(
        "Cartesia Line",
        "orchestrator",
        "medium-high",
        "cartesia-line's own VoiceAgentApp, called by the gate; its message types, for every frame of both sides",
    )
    capabilities = Capabilities(
        shows=frozenset(
            {
                "response.started", "output_transcript.delta", "output_transcript.final", "response.done", "tool.call",
                "tool.result", "metadata", "error", "session.closed",
            }
        ),
        derives=frozenset({"response.started", "output_transcript.final"}),
        session=frozenset({"system_prompt", "first_message", "metadata"}),
        input_rate_hz=16_000,
        output_rate_hz=16_000,
        speaks=False,
        configures_first=True,
        announces_ready=False,
        acknowledges_configuration=False,
        answers_tools=False,
        types=True,
    )  # fmt: skip

    def encoder(self, call_id: str = "") -> "Encoder":
        return Encoder(call_id, self.options.session)

    def observer(self) -> Observer:
        return Observer()

    def agent(self) -> Agent:
        return Agent()

    def opaque(self, message: Object, path: str) -> bool:
        return path in _FIXED or (path == "value" and message.get("type") in _STATES)


class Encoder:
    """`more`: what the user wants to stand in `start`."""

    def __init__(self, call_id: str, more: Object) -> None:
        self._call_id = call_id
        self._more = more
        self._events = 0
        self._spoken: list[Object] = []
        self._speaking = False

    def heard(self, signal: Signal) -> None:
        match signal:
            case Transcript("agent", text, False):
                self._agent_is("speaking")
                self._spoken.append({"type": "agent_speech", "content": text})
            case TurnDone():
                self._agent_is("idle")
            case _:
                pass

    def encode(self, act: Act, t_ns: int) -> Frames:
        match act:
            case acts.Configure(session):
                return (fields.dump(fields.merged(_start(self._call_id, session), self._more)),)
            case acts.Type(text):
                line: list[Object] = [_user("speaking"), {"type": "message", "content": text}, _user("idle")]
                return self._reported() + self._events_of(line)
            case acts.Send(frame):
                return (*self._reported(), frame)
            case _:
                return self._reported()

    def _agent_is(self, value: str) -> None:
        if self._speaking != (value == "speaking"):
            self._speaking = not self._speaking
            self._spoken.append({"type": "agent_state", "value": value})

    def _reported(self) -> Frames:
        """What the agent said since the last frame, as the caller heard it."""
        spoken, self._spoken = self._spoken, []
        return self._events_of(spoken)

    def _events_of(self, messages: list[Object]) -> Frames:
        """Each with an id of its own: agents file their history by it."""
        out: list[str] = []
        for message in messages:
            self._events += 1
            out.append(fields.dump({**message, "event_id": f"{self._call_id[:8]}-{self._events}"}))
        return tuple(out)


def _user(value: str) -> Object:
    return {"type": "user_state", "value": value}


def _start(call_id: str, session: Object) -> Object:
    told = {"system_prompt": session.get("system_prompt"), "introduction": session.get("first_message")}
    agent: Object = {"id": "voxgate", **{key: value for key, value in told.items() if value is not None}}
    return {
        "type": "start", "call_id": call_id, "from": "voxgate", "to": "agent", "agent_call_id": call_id, "agent": agent,
        "metadata": session.get("metadata") or {}, "agent_token": None, "api_base_url": None,
    }  # fmt: skip
