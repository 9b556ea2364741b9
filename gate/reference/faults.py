"""The faults that the reference agent can be given: each one small change of behaviour, as real agents have them."""

from collections.abc import Iterable
from dataclasses import dataclass

from gate.core.findings import Layer
from gate.core.suggest import did_you_mean
from gate.reference.habits import HABITS


@dataclass(frozen=True, slots=True)
class Fault:
    layer: Layer
    story: str


FAULTS: dict[str, Fault] = {
    "accepts-any-token": Fault(Layer.HANDSHAKE, "the token is read and never verified"),
    "accepts-expired-token": Fault(Layer.HANDSHAKE, "the signature is verified, the expiry is not"),
    "accepts-wrong-tenant": Fault(Layer.HANDSHAKE, "the token of one workspace opens the agent of another"),
    "accepts-wrong-agent": Fault(Layer.HANDSHAKE, "the token for one agent opens every other one of the workspace"),
    "accepts-wrong-environment": Fault(Layer.HANDSHAKE, "a token of the test environment opens production, or back"),
    "accepts-tampered-signature": Fault(Layer.HANDSHAKE, "the token is decoded, and its signature never verified"),
    "accepts-unsigned-token": Fault(Layer.HANDSHAKE, "the token says itself how it is signed: not at all will do"),
    "accepts-replayed-token": Fault(Layer.HANDSHAKE, "a token that is good for one call opens a second one"),
    "echoes-token": Fault(Layer.HANDSHAKE, "the caller's token is told back, in errors, in words, in closes"),
    "silent-refusal": Fault(Layer.HANDSHAKE, "a caller without the right is not let in, and never told so"),
    "refuses-after-audio": Fault(Layer.HANDSHAKE, "the token is verified once audio comes, in a session that is ready"),
    "nothing-behind": Fault(Layer.HANDSHAKE, "the socket opens and what should answer behind it is down"),
    "model-down-drops": Fault(Layer.HANDSHAKE, "the model is down: the line is dropped as soon as it is open"),
    "model-down-1011": Fault(
        Layer.HANDSHAKE, "the model is down: the session is closed with 1011 as soon as it is there"
    ),
    "model-down-1000": Fault(
        Layer.HANDSHAKE, "the model is down: the session is closed with 1000, as if all were well"
    ),
    "model-down-500": Fault(Layer.HANDSHAKE, "the model is down: every call is refused with HTTP 500"),
    "no-session-id": Fault(Layer.HANDSHAKE, "the session is announced without an id"),
    "crashes-on-garbage": Fault(Layer.HANDSHAKE, "a message that is no JSON kills the connection"),
    "second-caller-ends-both": Fault(
        Layer.HANDSHAKE, "a second caller takes what the first one uses: both are cut off"
    ),
    "one-caller-at-a-time": Fault(Layer.HANDSHAKE, "whoever calls while somebody is on the line is never answered"),
    "crowd-silences-all": Fault(Layer.HANDSHAKE, "with a handful of callers on the line at once, none is answered"),
    "answers-in-turn": Fault(Layer.HANDSHAKE, "one worker serves all callers: each waits for those before it"),
    "cold-first-call": Fault(Layer.HANDSHAKE, "the first call after a start comes before the model is there: silence"),
    "crashes-on-unknown-type": Fault(Layer.HANDSHAKE, "a message of a type that is not known kills the connection"),
    "crashes-on-early-audio": Fault(Layer.HANDSHAKE, "audio that comes before the configuration kills the connection"),
    "chokes-on-huge-message": Fault(Layer.HANDSHAKE, "after a message of megabytes nothing more is ever handled"),
    "dies-after-garbage": Fault(
        Layer.HANDSHAKE, "what one caller sent and could not be read, every later one pays for"
    ),
    "hangs-on-unknown-path": Fault(Layer.HANDSHAKE, "a path that nobody serves is accepted, and nothing is behind it"),
    "drops-on-unknown-subprotocol": Fault(Layer.HANDSHAKE, "a subprotocol that is not known crashes the upgrade"),
    "hangs-on-large-header": Fault(Layer.HANDSHAKE, "a header of 16 KiB is never read to its end"),
    "takes-any-origin": Fault(Layer.HANDSHAKE, "a page of any other site may call"),
    "hangs-on-foreign-origin": Fault(Layer.HANDSHAKE, "a page of another site is neither refused nor served"),
    "hangs-on-wrong-config": Fault(Layer.CONFIG, "a configuration that cannot be applied is not answered at all"),
    "no-config-ack": Fault(Layer.CONFIG, "the session's configuration is never acknowledged"),
    "config-not-applied": Fault(Layer.CONFIG, "the configuration is acknowledged with other values than asked"),
    "canned-reply": Fault(Layer.INPUT, "audio is accepted but not listened to: every pause gets the same reply"),
    "deaf": Fault(Layer.INPUT, "audio is accepted, and nothing ever comes of it"),
    "deaf-every-fifth": Fault(Layer.INPUT, "one worker of five lost its recogniser: every fifth caller is not heard"),
    "hears-at-wrong-rate": Fault(Layer.INPUT, "the caller's audio is passed on under three times its rate"),
    "speech-in-silence": Fault(Layer.INPUT, "the voice activity detection starts on pure silence"),
    "takes-any-audio": Fault(Layer.INPUT, "a file of audio is listened to, however wrong its format is"),
    "answers-in-pause": Fault(Layer.INPUT, "a pause in mid-sentence is taken for the end of the turn"),
    "answer-before-transcript": Fault(Layer.ORDER, "the answer starts before the caller's words are written down"),
    "plain-text-error": Fault(Layer.ORDER, "an error of the model comes through as plain text, where JSON is due"),
    "no-final-marker": Fault(Layer.OUTPUT, "the audio stops and no message says that the turn is over"),
    "marker-before-last-chunk": Fault(Layer.OUTPUT, "the end of the turn is announced before its last audio is sent"),
    "chunks-swapped": Fault(Layer.OUTPUT, "chunks of speech leave in another order than they were spoken"),
    "chunk-twice": Fault(Layer.OUTPUT, "a retry sends a chunk of speech a second time"),
    "first-words-cut": Fault(Layer.OUTPUT, "the first 200 ms of every answer are lost before the line is open"),
    "padding-inside": Fault(
        Layer.OUTPUT, "pieces of base64 are joined as they are: most of the audio is behind padding"
    ),
    "dies-in-mid-answer": Fault(
        Layer.OUTPUT, "the model dies 0.8 s into its answer, and the caller stays in a silent call"
    ),
    "answers-later": Fault(Layer.OUTPUT, "since the last change every answer comes 300 ms later"),
    "clipped": Fault(Layer.OUTPUT, "the volume is turned up until the speech is cut off at full scale"),
    "too-quiet": Fault(Layer.OUTPUT, "the speech is 26 dB too quiet to be understood on a telephone"),
    "dropouts": Fault(Layer.OUTPUT, "lost packets leave holes of silence in the middle of words"),
    "wrong-rate": Fault(Layer.OUTPUT, "speech made at 24 kHz is sent under the label of 16 kHz: slow and deep"),
    "stutters": Fault(Layer.OUTPUT, "speech is sent more slowly than it is spoken, so that it breaks off in words"),
    "silent-audio": Fault(Layer.OUTPUT, "the speech synthesis sends zeros where speech should be"),
    "cough-stops": Fault(Layer.OUTPUT, "any short sound of the caller, a cough for one, stops the agent"),
    "ignores-barge-in": Fault(Layer.OUTPUT, "the agent talks on while the caller interrupts"),
    "stops-late": Fault(Layer.OUTPUT, "the agent talks on for 3.6 s before an interruption stops it"),
    "talks-after-cancel": Fault(Layer.OUTPUT, "the answer is reported as cancelled, and its audio goes on"),
    "keeps-playback": Fault(
        Layer.OUTPUT, "an answer is sent all at once, and nothing ever tells the caller's side to stop playing"
    ),
    "tool-twice": Fault(Layer.TOOLS, "the write is sent twice, each time with a call id of its own"),
    "tool-again-later": Fault(Layer.TOOLS, "a timer sends the write again after 2 s, whether it was answered or not"),
    "writes-when-nudged": Fault(Layer.TOOLS, "the agent nudges itself when all are silent, and writes again each time"),
    "tool-for-other-tenant": Fault(Layer.TOOLS, "the look-up is made for the workspace of another customer"),
    "wrong-day": Fault(Layer.TOOLS, "the appointment is moved to the day that was corrected away"),
    "writes-unasked": Fault(Layer.TOOLS, "the appointment is moved before the caller agreed"),
    "confirms-before-result": Fault(Layer.ORDER, "success is announced before the tool has answered"),
    "confirms-after-failure": Fault(Layer.TOOLS, "success is announced although the tool failed"),
    "confirms-after-timeout": Fault(Layer.TOOLS, "success is announced although the tool never answered"),
    "confirms-other-day": Fault(Layer.TOOLS, "the write is right, and another day than that is announced"),
    "dead-air-after-failure": Fault(Layer.TOOLS, "a tool that failed leaves the caller without a word"),
    "retries-with-new-key": Fault(Layer.TOOLS, "a write that is tried again has another idempotency key"),
    "invents-id": Fault(Layer.TOOLS, "the write names an appointment that no look-up has given"),
    "wrong-close-code": Fault(Layer.CLOSE, "a call that ended well is closed with 1011, internal error"),
    "leaves-session-open": Fault(Layer.CLOSE, "a session whose line was cut is held for ever"),
    "leaks-after-hangup": Fault(Layer.CLOSE, "a caller who hangs up in mid-answer leaves a session that nobody ends"),
    "slow-cleanup": Fault(Layer.CLOSE, "a session is only taken away by a sweep, 20 s after its call"),
    "holds-dead-line": Fault(
        Layer.CLOSE, "one line at a time: as long as a dead call is not over, the next caller hears nothing"
    ),
    "ignores-pings": Fault(Layer.CLOSE, "the socket never answers a ping"),
    "first-call-only": Fault(Layer.CLOSE, "after a call was cut, no later call is answered"),
    "runs-out-of-sessions": Fault(
        Layer.CLOSE, "slots of short calls are not given back: the ninth caller finds silence"
    ),
    "slow-leak": Fault(
        Layer.CLOSE, "each session leaves a little behind: the twentieth and all later ones find silence"
    ),
    "stuck-when-left-early": Fault(Layer.CLOSE, "a caller who leaves during the setup leaves its lock behind"),
    "crashes-on-error-close": Fault(Layer.CLOSE, "a close code that is an error ends the worker, not just the call"),
    "crashes-on-end-message": Fault(
        Layer.CLOSE, "the message that ends a call, sent as documented, crashes the server: nobody is answered any more"
    ),
    "drops-idle-callers": Fault(Layer.CLOSE, "a caller who says nothing for 8 s is dropped without a close frame"),
    "does-not-come-back": Fault(Layer.CLOSE, "after a restart the socket opens and nothing answers behind it"),
    "forgets-on-resume": Fault(Layer.CLOSE, "a session that is resumed is a new one: all that was said is lost"),
    "remembers-strangers": Fault(Layer.CLOSE, "a new session goes on with the conversation of the last caller"),
    "repeats-write-after-reconnect": Fault(Layer.TOOLS, "the write of a call that was cut is sent again in the next"),
}


class Faults:
    """The faults that are switched on, and the habits that are none. Raises ValueError for a name that is neither."""

    def __init__(self, names: Iterable[str] = (), habits: Iterable[str] = ()) -> None:
        self._names = frozenset(names)
        self.habits = frozenset(habits)
        for habit in sorted(self.habits - HABITS.keys()):
            raise ValueError(f"no habit is called {habit!r}; {did_you_mean(habit, HABITS)}")
        for name in sorted(self._names - FAULTS.keys()):
            raise ValueError(f"no fault is called {name!r}; {did_you_mean(name, FAULTS)}")

    def on(self, name: str) -> bool:
        assert name in FAULTS, name
        return name in self._names
