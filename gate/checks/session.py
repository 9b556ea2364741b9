"""Whether the session came to be: readiness, and a configuration that is acknowledged as asked, before any audio."""

from dataclasses import dataclass, replace
from typing import ClassVar

from gate.checks import certificate
from gate.checks.answer import Answer, failed, passed, unproven_here
from gate.checks.view import View
from gate.core import jsons
from gate.core.ends import CallEnd
from gate.core.findings import Layer
from gate.core.frames import Frame, Opcode
from gate.core.jsons import Json
from gate.core.paths import Missing, get
from gate.core.recording import Heard
from gate.core.signals import Asked, AudioOut, Closed, Configured, Fault, Refused, Typed
from gate.core.vault import MASKED

SWITCHING = 101
OF_ITS_OWN = (1000, 1001, 1011, 1012, 1013)
"""Close codes that tell of the agent and not of its caller (RFC 6455 section 7.4.1, IANA)."""
AT_ONCE_NS = 500_000_000
BEHIND = "check what the agent depends on (model, keys, database): an open socket proves nothing"


AT_ITS_LIMIT = (429, 503)
LIMIT_CODES = (1013, 4429)
"""1013 is to try again later (IANA), 4429 the habit of writing HTTP 429 as a close code."""


@dataclass(frozen=True, slots=True)
class ReadyInTime:
    """The socket opens and the agent says that it is ready, where its protocol has a word for that. `may_limit`: calls
    come so fast that an agent may well turn some away, if it says so."""

    CHECK: ClassVar[str] = "ready"
    within_ms: float
    may_limit: bool = False


@dataclass(frozen=True, slots=True)
class ConfiguredAsAsked:
    """The configuration is acknowledged, with the values asked for, as far as they are shown; and, where that is
    claimed, before any audio."""

    CHECK: ClassVar[str] = "configured"
    within_ms: float
    before_audio: bool = False


def ready(view: View, params: ReadyInTime) -> Answer:
    expected = f"the socket opens and the session is ready within {params.within_ms:g} ms"
    opened = upgraded(view)
    limits = params.may_limit and (_is_at_its_limit(view) or _closes_for_its_limit(view))
    if tls := view.notes("tls"):
        return certificate.refused(view, tls[0], expected)
    if opened and not limits and (gone := _gone_at_once(view, opened)):
        actual = f"the socket opened, and the agent ended the call {_how(gone)} at once"
        return replace(failed(Layer.HANDSHAKE, expected, actual, BEHIND, at=(gone.frame,)), symptom="nothing-behind")
    if view.can.announces_ready and view.ready:
        # A frame that comes with the answer to the upgrade is stamped on arrival, a moment before that is written down.
        took_ms = max(0.0, (view.ready.t_ns - opened.t_ns) / 1e6) if opened else 0.0
        if took_ms > params.within_ms + view.held_ms:
            actual = f"it was ready {took_ms:.0f} ms after the socket opened"
            return failed(Layer.HANDSHAKE, expected, actual, _what_to_check(view), at=(view.ready.frame,))
        return passed(Layer.HANDSHAKE, expected, f"after {took_ms:.0f} ms", at=(view.ready.frame,))
    if not view.can.announces_ready and opened:
        return passed(Layer.HANDSHAKE, expected, at=(opened.index,))
    if limits:
        actual = "the agent takes no more calls at this pace, and says so"
        return unproven_here(Layer.HANDSHAKE, expected, actual, "raise its limit for the test")
    seen = (view.refused, view.closed_by_agent)
    at = [*([opened.index] if opened else []), *(heard.frame for heard in seen if heard)]
    return view.missing(Layer.HANDSHAKE, expected, _why_not_ready(view), _what_to_check(view), at)


def _gone_at_once(view: View, opened: Frame) -> Heard | None:
    """The end of a call that the agent ended as soon as it was ready (where no message says that, as soon as the socket
    was open), for reasons of its own, when its caller had asked nothing of it yet, and it had said nothing: what it
    needs was not there."""
    closed = view.closed_by_agent
    if closed is None or _code(closed) not in (None, *OF_ITS_OWN) or (view.can.announces_ready and not view.ready):
        return None
    if view.notes("forbidden") or view.notes("behind-close"):  # nonsense on the line is told as what it is
        return None
    late = closed.t_ns - opened.t_ns > AT_ONCE_NS + int(view.held_ms * 1e6)
    begun = (
        view.turns or view.notes("inject") or any(isinstance(h.signal, Typed | AudioOut | Fault) for h in view.heard)
    )
    return None if late or begun else closed


def _code(closed: Heard) -> int | None:
    return closed.signal.code if isinstance(closed.signal, Closed) else None


def _how(closed: Heard) -> str:
    code = _code(closed)
    return f"with {code}" if code else "without a close frame"


def upgraded(view: View) -> Frame | None:
    """The upgrade that was accepted."""
    for frame in view.recording.frames:
        if frame.call == view.call and frame.opcode is Opcode.UPGRADE and not frame.sent:
            data = jsons.parse(frame.data)
            return frame if isinstance(data, dict) and data.get("status") == SWITCHING else None
    return None


def _why_not_ready(view: View) -> str:
    faults = [heard.signal for heard in view.received if isinstance(heard.signal, Fault)]
    if faults:
        return f"the agent answered with an error: {faults[0].message or faults[0].code}"
    if upgraded(view) is None:
        return view.end_detail or "the upgrade was not answered"
    closed = view.closed_by_agent.signal if view.closed_by_agent else None
    if isinstance(closed, Closed):
        return f"the socket opened and was closed with {closed.code or 'no close frame'} before readiness"
    return "the socket opened, and then nothing said that the session is ready"


def _is_at_its_limit(view: View) -> bool:
    refused = view.refused.signal if view.refused else None
    return isinstance(refused, Refused) and refused.status in AT_ITS_LIMIT


def _closes_for_its_limit(view: View) -> bool:
    closed = view.closed_by_agent.signal if view.closed_by_agent else None
    return isinstance(closed, Closed) and closed.code in LIMIT_CODES


def _what_to_check(view: View) -> str:
    if _is_at_its_limit(view):
        return "the agent takes no more calls: try --jobs 1, or raise its limit"
    if view.end is CallEnd.REFUSED:
        return "check the address, the token and its scope, and the headers; replay with the same headers"
    if view.end is CallEnd.EXPIRED:
        return BEHIND
    return "check the agent's log at the time of the connection"


def configured(view: View, params: ConfiguredAsAsked) -> Answer:
    when = ", before any audio" if params.before_audio else ""
    expected = f"the configuration is acknowledged within {params.within_ms:g} ms, as asked{when}"
    asked = next((heard for heard in view.heard if isinstance(heard.signal, Asked)), None)
    told = (heard for heard in view.received if isinstance(heard.signal, Configured))
    answer = next((heard for heard in told if asked is None or heard.frame > asked.frame), None)
    if answer is None or not isinstance(answer.signal, Configured):
        faults = [heard for heard in view.received if isinstance(heard.signal, Fault)]
        if not faults and _gave_up(view, asked):
            return _nothing_behind(view, expected)
        errors = [heard.signal.message for heard in faults if isinstance(heard.signal, Fault)]
        actual = f"the agent answered with an error: {errors[0]}" if errors else "it was never acknowledged"
        next_action = "check that the agent handles the configuration message and answers it before it takes audio"
        return view.missing(Layer.CONFIG, expected, actual, next_action, [heard.frame for heard in faults])
    since_ns = max((heard.t_ns for heard in (asked, view.ready) if heard), default=answer.t_ns)
    took_ms = (answer.t_ns - since_ns) / 1e6
    if took_ms > params.within_ms + view.held_ms:
        actual = f"it was acknowledged after {took_ms:.0f} ms"
        return failed(Layer.CONFIG, expected, actual, "see what the agent waits for", at=(answer.frame,))
    early = view.first(AudioOut)
    if params.before_audio and early is not None and early.frame < answer.frame:
        actual = "the agent spoke before it had acknowledged the configuration"
        next_action = "check that nothing is said with settings that are not applied yet"
        return failed(Layer.CONFIG, expected, actual, next_action, at=(early.frame, answer.frame))
    wrong = _differences(view, answer.signal.settings)
    if wrong:
        next_action = "check that the agent applies the session settings, and does not answer with its defaults"
        return failed(Layer.CONFIG, expected, "acknowledged with " + "; ".join(wrong), next_action, at=(answer.frame,))
    return passed(Layer.CONFIG, expected, at=(answer.frame,))


def _gave_up(view: View, asked: Heard | None) -> bool:
    """Whether the agent ended the call for reasons of its own: before it was asked for anything, or with a code that
    says nothing of what it was asked for."""
    closed = view.closed_by_agent
    if closed is None:
        return False
    return asked is None or closed.frame < asked.frame or _code(closed) in OF_ITS_OWN


def _nothing_behind(view: View, expected: str) -> Answer:
    closed = view.closed_by_agent
    assert closed is not None
    actual = f"the agent ended the call {_how(closed)} before it had acknowledged anything"
    answer = view.missing(Layer.HANDSHAKE, expected, actual, BEHIND, [closed.frame])
    return replace(answer, symptom="nothing-behind")


def _differences(view: View, shown: dict[str, Json]) -> list[str]:
    """Settings that the acknowledgement shows with another value. What it does not show is not judged."""
    asked = next((heard.signal for heard in view.heard if isinstance(heard.signal, Asked)), None)
    if asked is None:
        return []
    pairs = ((name, value, get(shown, name.replace(".", "\\."))) for name, value in asked.settings.items())
    return [
        f"{name} {jsons.canonical(found)}, asked was {jsons.canonical(value)}"
        for name, value, found in pairs
        if not isinstance(found, Missing) and not _covers(found, value) and not _same_set(name, found, value)
    ]


def _same_set(name: str, shown: Json, asked: Json) -> bool:
    """Modalities have no order."""
    if name != "modalities" or not isinstance(shown, list) or not isinstance(asked, list):
        return False
    return sorted(map(str, shown)) == sorted(map(str, asked))


def _covers(shown: Json, asked: Json) -> bool:
    """Whether everything asked for is shown so; an agent may show more of each thing, a tool for one, and need not show
    a secret."""
    if isinstance(asked, dict) and isinstance(shown, dict):
        told = {key: value for key, value in asked.items() if not _is_secret(value)}
        return all(key in shown and _covers(shown[key], value) for key, value in told.items())
    if isinstance(asked, list) and isinstance(shown, list):
        return len(asked) == len(shown) and all(map(_covers, shown, asked))
    if _is_secret(asked):
        return True
    return jsons.same(shown, asked)


def _is_secret(value: Json) -> bool:
    return isinstance(value, str) and MASKED.search(value) is not None
