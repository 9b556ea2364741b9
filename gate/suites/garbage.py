"""The handshake suite's garbage: what no caller should send. It gets an error or a close frame, or is passed over where
that is decent; and the next call works."""

from dataclasses import replace

from gate.checks import claim
from gate.checks.refusal import MessageRejected
from gate.core.findings import Layer
from gate.core.plan import Call, Case, Inject, Lane, Step, Wait
from gate.suites.brief import Brief
from gate.suites.foundation import ANSWER_MS, LISTEN, foundation, let_in, short_question, stays
from gate.suites.nextcall import answers

REJECTION_MS = 5_000.0
EARLY_MS = 200.0
LONGEST_MS = 60_000.0
NO_JSON = "this is not the message that you expect {"
UNKNOWN = '{"type": "voxgate.no_such_type", "event": "voxgate.no_such_type"}'
LARGE_BYTES = 2 * 2**20

OR_ANSWERED = Wait("rejected", 2_000.0, parting=True)
"""A caller who is told that something was wrong need not ask whether anybody is still there."""

TEXT, TYPE, LARGE, EARLY = (
    "garbage is rejected and the next call works",
    "an unknown message type harms nobody",
    "a huge message harms nobody",
    "audio before the configuration harms nobody",
)
NO_AUDIO = "this dialect carries text alone"
NO_ORDER = "this dialect has no acknowledged configuration that audio could come before"


def garbage(brief: Brief) -> tuple[Case, ...]:
    """A message that cannot be read is to be rejected where the dialect has a word for that. A type that nobody knows
    many decent agents pass over, as those do that look at no message of two megabytes."""
    no_word = "error" not in brief.capabilities.shows and brief.target.dialect != "template"
    text, huge = Inject(text=NO_JSON), Inject(text=UNKNOWN, spaces=LARGE_BYTES)
    return (
        _harmless(brief, TEXT, text, MessageRejected(True, control=1)) if no_word else _rejected(brief, TEXT, text),
        _harmless(brief, TYPE, Inject(text=UNKNOWN), MessageRejected(True, control=1)),
        replace(_harmless(brief, LARGE, huge, MessageRejected(True, True, control=1)), lane=Lane.ALONE),
        _early(brief),
    )


def _rejected(brief: Brief, name: str, sent: Inject) -> Case:
    garbled = brief.call("garbage", sent, Wait("rejected", REJECTION_MS))
    return _case(brief, name, (garbled, brief.call("next call", *stays(brief))), MessageRejected())


def _harmless(brief: Brief, name: str, sent: Inject, params: MessageRejected) -> Case:
    garbled = brief.call("garbage", sent, OR_ANSWERED, *_a_question(brief))
    return _case(brief, name, (garbled, brief.call("next call", *short_question(brief))), params)


def _early(brief: Brief) -> Case:
    can = brief.capabilities
    if not (can.speaks and can.acknowledges_configuration):
        return replace(
            Case(brief.case_id(EARLY), brief.target.name, brief.suite, EARLY, brief.place(())),
            skip=NO_ORDER if can.speaks else NO_AUDIO,
        )
    control, following = brief.call("control", *stays(brief)), brief.call("next call", *short_question(brief))
    garbled = replace(brief.call("garbage", OR_ANSWERED, *_a_question(brief)), early_ms=EARLY_MS)
    return _case(brief, EARLY, (control, garbled, following), MessageRejected(True, control=2))


def _a_question(brief: Brief) -> tuple[Step, ...]:
    return (LISTEN, brief.say("hello", ()), Wait("turn_done", ANSWER_MS))


def _case(brief: Brief, name: str, calls: tuple[Call, ...], params: MessageRejected) -> Case:
    """The garbage is in the last call but one. Where nothing says that a session is ready, an ordinary caller comes
    before it: one who is never answered is not because of the garbage."""
    first: tuple[Call, ...] = ()
    if not brief.capabilities.announces_ready:
        first = (brief.call("control", *short_question(brief)),)
    calls = (*first, *calls)
    last = len(calls) - 1
    rejected = claim(replace(params, control=params.control and last), brief.place(()), call=last - 1)
    answered = answers(brief, 0) if first else ()
    claims = (*foundation(brief, ()), rejected, *answered, *let_in(brief, Layer.HANDSHAKE, call=last))
    return Case(
        brief.case_id(name), brief.target.name, brief.suite, name, brief.place(()), tuple(map(_hasty, calls)), claims
    )  # fmt: skip


def _hasty(call: Call) -> Call:
    """A call that claims no absence need not linger, nor be heard out for ever."""
    return replace(call, budgets=replace(call.budgets, linger_ms=0.0, call_ms=min(call.budgets.call_ms, LONGEST_MS)))
