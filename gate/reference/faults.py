"""The faults that the reference agent can be given: each one small change of behaviour, as real agents have them."""

from collections.abc import Iterable
from dataclasses import dataclass

from gate.core.findings import Layer
from gate.core.suggest import did_you_mean


@dataclass(frozen=True, slots=True)
class Fault:
    layer: Layer
    story: str


FAULTS: dict[str, Fault] = {
    "accepts-any-token": Fault(Layer.HANDSHAKE, "the token is read and never verified"),
    "accepts-expired-token": Fault(Layer.HANDSHAKE, "the signature is verified, the expiry is not"),
    "accepts-wrong-tenant": Fault(Layer.HANDSHAKE, "the token of one workspace opens the agent of another"),
    "nothing-behind": Fault(Layer.HANDSHAKE, "the socket opens and what should answer behind it is down"),
    "crashes-on-garbage": Fault(Layer.HANDSHAKE, "a message that is no JSON kills the connection"),
    "no-config-ack": Fault(Layer.CONFIG, "the session's configuration is never acknowledged"),
    "config-not-applied": Fault(Layer.CONFIG, "the configuration is acknowledged with other values than asked"),
    "canned-reply": Fault(Layer.INPUT, "audio is accepted but not listened to: every pause gets the same reply"),
    "deaf": Fault(Layer.INPUT, "audio is accepted, and nothing ever comes of it"),
    "takes-any-audio": Fault(Layer.INPUT, "a file of audio is listened to, however wrong its format is"),
    "answers-in-pause": Fault(Layer.INPUT, "a pause in mid-sentence is taken for the end of the turn"),
    "answer-before-transcript": Fault(Layer.ORDER, "the answer starts before the caller's words are written down"),
    "no-final-marker": Fault(Layer.OUTPUT, "the audio stops and no message says that the turn is over"),
    "marker-before-last-chunk": Fault(Layer.OUTPUT, "the end of the turn is announced before its last audio is sent"),
    "chunks-swapped": Fault(Layer.OUTPUT, "chunks of speech leave in another order than they were spoken"),
    "chunk-twice": Fault(Layer.OUTPUT, "a retry sends a chunk of speech a second time"),
    "first-words-cut": Fault(Layer.OUTPUT, "the first 200 ms of every answer are lost before the line is open"),
    "clipped": Fault(Layer.OUTPUT, "the volume is turned up until the speech is cut off at full scale"),
    "too-quiet": Fault(Layer.OUTPUT, "the speech is 26 dB too quiet to be understood on a telephone"),
    "dropouts": Fault(Layer.OUTPUT, "lost packets leave holes of silence in the middle of words"),
    "wrong-rate": Fault(Layer.OUTPUT, "speech made at 24 kHz is sent under the label of 16 kHz: slow and deep"),
    "stutters": Fault(Layer.OUTPUT, "speech is sent more slowly than it is spoken, so that it breaks off in words"),
    "silent-audio": Fault(Layer.OUTPUT, "the speech synthesis sends zeros where speech should be"),
    "cough-stops": Fault(Layer.OUTPUT, "any short sound of the caller, a cough for one, stops the agent"),
    "ignores-barge-in": Fault(Layer.OUTPUT, "the agent talks on while the caller interrupts"),
    "tool-twice": Fault(Layer.TOOLS, "the write is sent twice, each time with a call id of its own"),
    "wrong-day": Fault(Layer.TOOLS, "the appointment is moved to the day that was corrected away"),
    "writes-unasked": Fault(Layer.TOOLS, "the appointment is moved before the caller agreed"),
    "confirms-before-result": Fault(Layer.ORDER, "success is announced before the tool has answered"),
    "confirms-after-failure": Fault(Layer.TOOLS, "success is announced although the tool failed"),
    "confirms-after-timeout": Fault(Layer.TOOLS, "success is announced although the tool never answered"),
    "retries-with-new-key": Fault(Layer.TOOLS, "a write that is tried again has another idempotency key"),
    "invents-id": Fault(Layer.TOOLS, "the write names an appointment that no look-up has given"),
    "wrong-close-code": Fault(Layer.CLOSE, "a call that ended well is closed with 1011, internal error"),
    "first-call-only": Fault(Layer.CLOSE, "after a call was cut, no later call is answered"),
    "runs-out-of-sessions": Fault(
        Layer.CLOSE, "slots of short calls are not given back: the ninth caller finds silence"
    ),
    "stuck-when-left-early": Fault(Layer.CLOSE, "a caller who leaves during the setup leaves its lock behind"),
    "crashes-on-error-close": Fault(Layer.CLOSE, "a close code that is an error ends the worker, not just the call"),
    "drops-idle-callers": Fault(Layer.CLOSE, "a caller who says nothing for 8 s is dropped without a close frame"),
    "does-not-come-back": Fault(Layer.CLOSE, "after a restart the socket opens and nothing answers behind it"),
    "forgets-on-resume": Fault(Layer.CLOSE, "a session that is resumed is a new one: all that was said is lost"),
    "remembers-strangers": Fault(Layer.CLOSE, "a new session goes on with the conversation of the last caller"),
    "repeats-write-after-reconnect": Fault(Layer.TOOLS, "the write of a call that was cut is sent again in the next"),
}


class Faults:
    """The faults that are switched on. Raises ValueError for a name that is none."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._names = frozenset(names)
        for name in sorted(self._names - FAULTS.keys()):
            raise ValueError(f"no fault is called {name!r}; {did_you_mean(name, FAULTS)}")

    def on(self, name: str) -> bool:
        assert name in FAULTS, name
        return name in self._names
