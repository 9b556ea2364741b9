"""One call of a recording as facts: what was heard, the caller's turns, the agent's speech as it was played. Pure.

Measures read numbers off it and checks ask questions of it: one derivation, so that all of them agree. It judges
nothing."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter

import numpy as np

from gate.audio.playback import Playback
from gate.audio.rate import RateEstimate, speech_rate
from gate.core.capabilities import Capabilities
from gate.core.plan import Clip
from gate.core.recording import Event, Heard, Note, Recording
from gate.core.signals import AudioOut
from gate.core.weather import WAYS
from gate.measures.ledger import Entry, Ledger, ledger
from gate.measures.listening import Sound, listen
from gate.measures.passages import Passage, passages
from gate.measures.pieces import Piece, Speech
from gate.measures.spoken import Part, Spoken, Unwritten, on_the_wire, written_down
from gate.measures.utterances import Utterance, utterances

AFTERWARDS_NS = 1_000_000_000

TURNS = ("play", "write", "press", "file", "image")
"""The notes with which a turn of the caller begins."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One time that the caller spoke a clip: times are those of its first and last speech sample. Or typed a line, all
    at once: then the clip is nothing but its words."""

    number: int
    clip: Clip
    start_ns: int
    end_ns: int
    at: tuple[int, int]


@dataclass(frozen=True)
class Facts:
    recording: Recording
    call: int
    can: Capabilities
    clips: dict[str, Clip]

    @cached_property
    def heard(self) -> list[Heard]:
        return list(self.recording.signals(self.call))

    @cached_property
    def received(self) -> list[Heard]:
        return [heard for heard in self.heard if heard.received]

    @cached_property
    def events(self) -> list[Event]:
        return [event for event in self.recording.events if event.call == self.call]

    def since_start_ms(self, t_ns: int) -> float:
        """A time as it stands in a finding: since the first event of the call."""
        return (t_ns - self.events[0].t_ns) / 1e6

    def events_named(self, name: str) -> list[Event]:
        return self._events_by_name.get(name, [])

    @cached_property
    def _events_by_name(self) -> dict[str, list[Event]]:
        named: dict[str, list[Event]] = {}
        for event in self.events:
            named.setdefault(event.name, []).append(event)
        return named

    @cached_property
    def _ledger(self) -> Ledger:
        return ledger(self.events)

    @property
    def ledger(self) -> tuple[Entry, ...]:
        """Every tool call with what it got, in the order in which they came."""
        return self._ledger.entries

    @property
    def echoes(self) -> frozenset[int]:
        """Events (by index) in which the agent only tells of a tool call that the sandbox saw by itself."""
        return self._ledger.echoes

    def first(self, *kinds: type) -> Heard | None:
        return next((heard for heard in self.received if isinstance(heard.signal, kinds)), None)

    def notes(self, kind: str) -> tuple[Note, ...]:
        return self.recording.notes_of(self.call, kind)

    @cached_property
    def held_ms(self) -> float:
        """The most that the case's own network added to the way of a question and of its answer together."""
        held = [note.data for note in self.notes("network") if note.data.get("what") == "line.held"]
        return max((sum(float(str(data[way])) for way in WAYS if way in data) for data in held), default=0.0)

    @property
    def over_network(self) -> str:
        """For `expected`, where a time is judged: what is granted for the network."""
        return f" and at most {self.held_ms:.0f} ms more for the network of this case" if self.held_ms else ""

    @cached_property
    def seen_until_ns(self) -> int:
        return max((frame.t_ns for frame in self.recording.frames if frame.call == self.call), default=0)

    @cached_property
    def turns(self) -> list[Turn]:
        starts = [event for event in self.events if event.name == "caller.speech_start"]
        ends = {event.payload["turn"]: event for event in self.events if event.name == "caller.speech_end"}
        return [
            Turn(int(str(turn)), self._clip(start), start.t_ns, ends[turn].t_ns,
                 (start.at, ends[turn].at))
            for start in starts
            if (turn := start.payload["turn"]) in ends
        ]  # fmt: skip

    def _clip(self, start: Event) -> Clip:
        found = self.clips.get(str(start.payload["clip"]))
        typed = str(start.payload["words"])
        return found or Clip("", "", self.can.input_rate_hz, 0.0, typed, segments_ms=((0.0, 0.0),))

    def turn(self, number: int) -> Turn | None:
        return next((turn for turn in self.turns if turn.number == number), None)

    def turn_limit_ns(self, number: int) -> int:
        """When the next turn begins: what comes later answers that one."""
        return min((note.t_ns for note in self._turns_behind(number)), default=2**63)

    def turn_limit(self, number: int) -> int:
        """The same as a line of the recording."""
        return min((note.index for note in self._turns_behind(number)), default=2**63)

    def turn_lines(self, number: int) -> tuple[int, int] | None:
        """The lines of a turn's first and last speech sample; for what is no speech, as keys are, that of the note."""
        if turn := self.turn(number):
            return turn.at
        begun = (note for kind in TURNS for note in self.notes(kind))
        return next(((note.index, note.index) for note in begun if note.data["turn"] == number), None)

    def _turns_behind(self, number: int) -> list[Note]:
        begun = (note for kind in TURNS for note in self.notes(kind))
        return [note for note in begun if int(str(note.data["turn"])) > number]

    def lateness_ms(self, first: int, last: int) -> float:
        """How late the gate sent the caller's audio between two lines of the recording, at worst."""
        frames, index = self.recording.frames, attrgetter("index")
        between = frames[bisect_left(frames, first, key=index) : bisect_right(frames, last, key=index)]
        sent = (frame for frame in between if frame.call == self.call)
        return max(((frame.t_ns - frame.due_ns) / 1e6 for frame in sent if frame.due_ns is not None), default=0.0)

    def late_between_ms(self, from_ns: int, to_ns: int) -> float:
        """How late the gate sent the caller's audio in this time, at worst."""
        first = bisect_left(self._paced, (from_ns, 0.0))
        last = bisect_right(self._paced, (to_ns, float("inf")))
        return max((late_ms for _, late_ms in self._paced[first:last]), default=0.0)

    @cached_property
    def _paced(self) -> list[tuple[int, float]]:
        frames = (f for f in self.recording.frames if f.call == self.call and f.due_ns is not None)
        return sorted((f.t_ns, (f.t_ns - (f.due_ns or 0)) / 1e6) for f in frames)

    @cached_property
    def speech(self) -> Speech:
        return Speech.of(self.received)

    @property
    def playback(self) -> Playback:
        return self.speech.playback

    @cached_property
    def pieces(self) -> Sequence[Piece]:
        return self.speech.pieces()

    @cached_property
    def sounds(self) -> tuple[Sound, ...]:
        """Every utterance of the agent, listened to."""
        return tuple(listen(one, cut=one.cut or self._broken_off(one)) for one in self.utterances)

    @cached_property
    def rate(self) -> RateEstimate | None:
        """Whether the agent's speech plays at the rate at which it was made; None where nothing came. Utterances that
        were heard out, with words, say more than all of them without."""
        told = [sound for sound in self.sounds if sound.utterance.words and not sound.cut]
        chosen = told or list(self.sounds)
        if not chosen:
            return None
        rate_hz = chosen[0].utterance.rate_hz
        parts = [sound.utterance for sound in chosen if sound.utterance.rate_hz == rate_hz]
        words = " ".join(part.words or "" for part in parts) if told else None
        return speech_rate(np.concatenate([part.samples for part in parts]), rate_hz, words)

    def _broken_off(self, utterance: Utterance) -> bool:
        """Whether the caller spoke or hung up before the last of it could be told from an interruption, or nothing is
        recorded any more."""
        until_ns = utterance.last_ns + AFTERWARDS_NS
        hung_up = any(utterance.first_ns <= note.t_ns <= until_ns for note in self.notes("hang-up"))
        stops = not self.notes("call.end") and self.seen_until_ns <= until_ns
        return hung_up or stops or self.caller_spoke(utterance.first_ns, until_ns)

    def caller_spoke(self, from_ns: int, to_ns: int) -> bool:
        """Whether the caller was heard in this time: a stretch of speech, a noise, a key, a line of text."""
        return any(start_ns <= to_ns and end_ns >= from_ns for start_ns, end_ns in self._caller_sounds)

    @cached_property
    def _caller_sounds(self) -> list[tuple[int, int]]:
        sounds: list[tuple[int, int]] = []
        for note in (note for kind in TURNS for note in self.notes(kind)):
            clip = self.clips.get(str(note.data.get("clip")))
            spans = ((0.0, 0.0),) if clip is None else clip.segments_ms or ((0.0, clip.duration_ms),)
            sounds += [(note.t_ns + int(start * 1e6), note.t_ns + int(end * 1e6)) for start, end in spans]
        return sounds

    @cached_property
    def utterances(self) -> list[Utterance]:
        return utterances(self.received)

    @cached_property
    def passages(self) -> tuple[Passage, ...]:
        """What of the agent's sound may hold words."""
        arrived_ns = {heard.frame: heard.t_ns for heard in self.received if isinstance(heard.signal, AudioOut)}
        return passages(self.utterances, arrived_ns)

    @cached_property
    def _written(self) -> tuple[Part, ...]:
        return on_the_wire(self.received, sorted(note.index for kind in TURNS for note in self.notes(kind)))

    @property
    def wordless(self) -> bool:
        """Whether the agent was heard, and wrote down nothing of it."""
        return not self._written and bool(self.passages)

    @property
    def spoken(self) -> Spoken | None:
        """What the agent said, as words; None where nobody wrote it down."""
        return self.words if isinstance(self.words, Spoken) else None

    @cached_property
    def words(self) -> Spoken | Unwritten:
        """The same, or why nobody knows."""
        if not self.wordless:
            return Spoken(self._written)
        if "words" in self.recording.annotations:
            return written_down(self.passages, self.call, self.recording.annotations["words"])
        if {"output_transcript.final", "output_transcript.delta"} & self.can.shows:
            why = "the agent was heard, and no transcript of its words came"
            return Unwritten(why, "have it send transcripts (see `session:`), or configure a `recogniser:`")
        return Unwritten("the wire shows no transcript of the agent's words, and no recogniser wrote them down")

    def answer_to(self, turn: Turn) -> list[tuple[int, int]]:
        """What the caller heard between the turn's last word and the next turn, of what the agent began to say after
        the turn began, or after a breath behind the last word: audible stretches, in ns."""
        until_ns = self.turn_limit_ns(turn.number)
        sounds: list[tuple[int, int]] = []
        for piece in self.pieces:
            resumed = [at_ns for at_ns in piece.resumed_ns if at_ns >= turn.end_ns]
            if piece.arrived_ns >= turn.start_ns:
                sounds += piece.within(turn.end_ns, until_ns)
            elif resumed:
                sounds += piece.within(resumed[0], until_ns)
        return sounds
