"""What the messages of the Gemini Live API mean. Pure.

Theory of operation. The wire has no ids of responses, so the turns of the model are counted: a turn begins with its
first `modelTurn` and ends with its `turnComplete`, `interrupted` or not. Transcriptions are promised no order against
the turn (types.LiveServerContent), and the Gemini API hardly ever says `finished` of one (googleapis/js-genai issue
1429). So their pieces are gathered, and final words are derived where others do it too: the caller's when the model
begins to answer or to call a tool, the agent's when it has generated everything, and whatever is left of both when the
turn ends. Words of the agent's outside of a turn belong to the next one if anything came that it can answer. If not,
they wait: a turn that begins then is theirs, and if the caller or the end of the call comes first, they are the late
end of the last one."""

from collections.abc import Iterator
from typing import Final

from gate.core.frames import Frame, Opcode
from gate.core.jsons import Json
from gate.core.paths import ABSENT
from gate.core.signals import (
    Asked,
    AudioDone,
    AudioIn,
    AudioOut,
    Cancelled,
    Configured,
    Metadata,
    Other,
    Ready,
    ResponseStarted,
    Signal,
    SpeechStarted,
    SpeechStopped,
    ToolCall,
    ToolCancelled,
    ToolResult,
    Transcript,
    TurnDone,
    Typed,
)  # fmt: skip
from gate.dialects import fields
from gate.dialects.base import JsonObserver, Object, Signals
from gate.dialects.gemini_live.session import settings_of
from gate.dialects.gemini_live.wire import answer_of, each, inner, pcm_of, pick, text, words_of

TOLD: Final = (
    "usageMetadata", "sessionResumptionUpdate", "goAway", "voiceActivityDetectionSignal",
)  # fmt: skip
TOLD_OF_CONTENT: Final = ("turnCompleteReason", "groundingMetadata", "urlContextMetadata")
ENDS: Final = (Opcode.CLOSE, Opcode.LOST)
ACTIVITY: Final[dict[str | None, Signal]] = {"ACTIVITY_START": SpeechStarted(), "ACTIVITY_END": SpeechStopped()}


class Observer(JsonObserver):
    def __init__(self) -> None:
        self._turns = 0
        self._turn: str | None = None
        self._to_answer = True
        self._heard = ""
        self._said = ""
        self._between = ""
        self._called: set[str] = set()

    def observe(self, frame: Frame) -> Signals:
        meant = super().observe(frame)
        return (*self._late_final(), *meant) if frame.opcode in ENDS and not frame.sent else meant

    def kind(self, message: Object) -> str:
        return next(iter(message), "")

    def binary(self, data: bytes, *, sent: bool) -> Signals:
        """The server's JSON stands in binary frames; nothing else does."""
        message = fields.payload(data)
        meant = self.sent(message) if sent else self.received(message)
        return meant or (Other(self.kind(message)),)

    def sent(self, message: Object) -> Signals:
        if pick(message, "setup") is not None:
            return (Asked(settings_of(inner(message, "setup"))),)
        if blob := inner(message, "realtimeInput", "audio"):
            heard = pcm_of(blob)
            return (AudioIn(*heard),) if heard else ()
        typed = text(inner(message, "realtimeInput"), "text") or words_of(inner(message, "clientContent"))
        answers = [answer_of(one) for one in each(inner(message, "toolResponse"), "functionResponses")]
        self._to_answer |= bool(typed or answers)
        return (Typed(typed),) if typed else tuple(ToolResult(*answer) for answer in answers)

    def received(self, message: Object) -> Signals:
        return tuple(self._received(message))

    def _received(self, message: Object) -> Iterator[Signal]:
        """One message may say several things: in the order in which they happen, its end of a turn last."""
        content = fields.maybe_object(message, "serverContent")
        if self._to_answer:
            yield from self._late_final()
        if message.get("setupComplete") is not None:
            yield Ready(text(fields.maybe_object(message, "setupComplete"), "sessionId"))
            yield Configured()
        if activity := fields.maybe_object(message, "voiceActivity"):
            signal = ACTIVITY.get(text(activity, "voiceActivityType"))
            yield from (signal,) if signal else ()
        for call_id in _ids(fields.maybe_object(message, "toolCallCancellation").get("ids")):
            yield ToolCancelled(call_id)
        if content:
            yield from self._content(content)
        for call in each(fields.maybe_object(message, "toolCall"), "functionCalls"):
            yield from self._call(call)
        if content:
            yield from self._end(content)
        told = {key: message[key] for key in TOLD if message.get(key) is not None}
        told |= {key: content[key] for key in TOLD_OF_CONTENT if content.get(key) is not None}
        if told:
            yield Metadata(told)

    def _content(self, content: Object) -> Iterator[Signal]:
        if content.get("interrupted") is True:
            yield from self._late_final()
            yield from self._agent_final()
            yield Cancelled(self._turn)
        yield from self._hear(content)
        if content.get("modelTurn") is not None:
            yield from self._speak(fields.maybe_object(content, "modelTurn"))
        words = fields.maybe_object(content, "outputTranscription")
        if words:
            yield from self._say(text(words, "text") or "", finished=words.get("finished") is True)

    def _hear(self, content: Object) -> Iterator[Signal]:
        """`interimInputTranscription` is what may still change, and is gathered nowhere."""
        interim = text(fields.maybe_object(content, "interimInputTranscription"), "text")
        if interim:
            yield Transcript("caller", interim, final=False)
        words = fields.maybe_object(content, "inputTranscription")
        piece = text(words, "text") or ""
        self._heard += piece
        self._to_answer |= bool(piece)
        if words.get("finished") is True:
            yield from self._caller_final()
        elif piece:
            yield Transcript("caller", piece, final=False)

    def _speak(self, turn: Object) -> Iterator[Signal]:
        yield from self._caller_final()
        if self._turn is None:
            self._turns += 1
            self._turn = _name(self._turns)
            yield ResponseStarted(self._turn)
            yield from self._early_words()
        for part in each(turn, "parts"):
            audio = pcm_of(blob) if (blob := fields.maybe_object(part, "inlineData")) else None
            if audio and audio[0]:
                yield AudioOut(*audio, self._turn)
            elif part.get("thought") is not True and (words := text(part, "text")):
                yield from self._say(words, finished=False)

    def _say(self, piece: str, *, finished: bool) -> Iterator[Signal]:
        if self._turn is None and not self._to_answer:
            self._between += piece
            return
        self._said += piece
        if finished:
            yield from self._agent_final()
        elif piece:
            yield Transcript("agent", piece, False, self._of())

    def _call(self, call: Object) -> Iterator[Signal]:
        """Once for each id. Vertex gives none (types.FunctionCall)."""
        yield from self._caller_final()
        self._to_answer = True
        yield from self._early_words()
        call_id, name = text(call, "id") or "", fields.text(call, "name")
        if call_id not in self._called:
            self._called |= {call_id} if call_id else set()
            given = call.get("args")
            arguments, raw = fields.arguments(ABSENT if given is None else given)
            yield ToolCall(call_id, name, {} if given is None else arguments, raw)

    def _end(self, content: Object) -> Iterator[Signal]:
        """A `turnComplete` while the session works on in the background ends no more than a part of the turn
        (types.InteractionStatus)."""
        if content.get("generationComplete") is True:
            yield from self._late_final()
            yield from self._agent_final()
            yield AudioDone(self._turn)
        if content.get("turnComplete") is True and content.get("interactionStatus") != "IN_PROGRESS":
            yield from self._caller_final()
            yield from self._late_final()
            yield from self._agent_final()
            yield TurnDone(self._turn)
            self._turn, self._to_answer = None, False

    def _caller_final(self) -> Iterator[Signal]:
        words, self._heard = self._heard.strip(), ""
        if words:
            yield Transcript("caller", words, final=True)

    def _agent_final(self) -> Iterator[Signal]:
        words, self._said = self._said.strip(), ""
        if words:
            yield Transcript("agent", words, True, self._of())

    def _early_words(self) -> Iterator[Signal]:
        """What was said between turns belongs to the one that begins."""
        piece, self._between = self._between, ""
        if piece:
            yield from self._say(piece, finished=False)

    def _late_final(self) -> Iterator[Signal]:
        """What was said between turns was the end of the last one."""
        words, self._between = self._between.strip(), ""
        if words:
            yield Transcript("agent", words, True, _name(self._turns))

    def _of(self) -> str | None:
        """The turn that words of the agent's belong to."""
        return self._turn or _name(self._turns + self._to_answer)


def _name(turn: int) -> str:
    return f"turn-{turn}"


def _ids(found: Json) -> list[str]:
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []
