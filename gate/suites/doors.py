"""The handshake suite's other doors: calls that come in another way than they should. Each stands between an ordinary
call that proves that this agent is there, and another one that proves that it still is. Where nothing says that a
session is ready, an open socket is no answer: so both callers ask a question."""

from collections.abc import Mapping
from dataclasses import replace

from gate.checks import claim
from gate.checks.company import ServedAlike
from gate.checks.doors import DoorAnswered
from gate.core.findings import Layer
from gate.core.jsons import Json
from gate.core.plan import Budgets, Call, Case, Claim, Dial, Step
from gate.suites.brief import Brief
from gate.suites.foundation import foundation, let_in, short_question, stays

ANSWER_MS = 5_000.0
UNKNOWN_PATH, FOREIGN_ORIGIN = "an unknown path is answered", "a foreign origin is answered"
NO_SUCH_PATH = "/voxgate-no-such-path"
FOREIGN = ("Origin", "https://foreign-origin.voxgate.invalid")
NO_SUCH_SUBPROTOCOL = "voxgate.no-such-subprotocol"
LARGE = ("X-Voxgate-Padding", "x" * 16_384)
WRONG: dict[str, Json] = {"voice": "voxgate-no-such-voice", "language": "zz", "model": "voxgate-no-such-model"}

Refusals = tuple[tuple[int, ...], tuple[int, ...]]

OUT_OF_A_REPLY = "the address of the socket is handed out by the agent itself"
NOTHING_TO_CONFIGURE = "this dialect has no message for a voice, a language or a model"
UNACKNOWLEDGED = "this dialect has no acknowledgement of a configuration, so silence is an answer"


def doors(brief: Brief, refusals: Mapping[str, Refusals], *, header_blocks: bool) -> tuple[Case, ...]:
    """`refusals`: what must be refused, by the name of its case, with which statuses and close codes. `header_blocks`:
    whether an oversized header must have an answer; a server of many (uvicorn over websockets) leaves it without one,
    and no agent can help that."""
    dial = brief.call("").dial
    return (
        _unknown_path(brief, dial, refusals),
        _door(brief, "an unknown subprotocol is answered", DoorAnswered("an unknown subprotocol"),
              replace(dial, subprotocols=(NO_SUCH_SUBPROTOCOL,)), refusals),
        _door(brief, "an oversized header is answered", DoorAnswered("a header of 16 KiB", may_drop=True),
              replace(dial, headers=(*dial.headers, LARGE)), refusals, blocks=header_blocks),
        _door(brief, FOREIGN_ORIGIN, DoorAnswered("a foreign origin"), _from_afar(dial), refusals),
        _wrong_session(brief, dial),
    )  # fmt: skip


def _unknown_path(brief: Brief, dial: Dial, refusals: Mapping[str, Refusals]) -> Case:
    if dial.http is not None:
        return _skipped(brief, UNKNOWN_PATH, OUT_OF_A_REPLY)
    return _door(brief, UNKNOWN_PATH, DoorAnswered("an unknown path"), replace(dial, beyond=NO_SUCH_PATH), refusals)


def _from_afar(dial: Dial) -> Dial:
    others = tuple((name, value) for name, value in dial.headers if name.casefold() != FOREIGN[0].casefold())
    return replace(dial, headers=(*others, FOREIGN))


def _wrong_session(brief: Brief, dial: Dial) -> Case:
    name, can = "a wrong session config is answered", brief.capabilities
    wrong = {field: value for field, value in WRONG.items() if can.session is None or field in can.session}
    if not wrong:
        return _skipped(brief, name, NOTHING_TO_CONFIGURE)
    if not (can.acknowledges_configuration or (can.configures_first and can.announces_ready)):
        return _skipped(brief, name, UNACKNOWLEDGED)
    if len(wrong) > 1:
        wrong.pop("model", None)  # many providers take it from the address, and answer that before the configuration
    call = replace(_impatient(brief, dial), session={**brief.target.session, **wrong})
    params = DoorAnswered("a configuration that nobody can apply", session=True)
    return _between(brief, name, call, (claim(params, brief.place(()), call=1),))


def _door(
    brief: Brief, name: str, params: DoorAnswered, dial: Dial, refusals: Mapping[str, Refusals], *, blocks: bool = True
) -> Case:  # fmt: skip
    statuses, codes = refusals.get(name, ((), ()))
    params = replace(params, statuses=statuses, codes=codes)
    return _between(brief, name, _impatient(brief, dial), (claim(params, brief.place(()), call=1, blocks=blocks),))


def _impatient(brief: Brief, dial: Dial) -> Call:
    made = brief.call("other door", *_shows_itself(brief))
    return replace(made, dial=dial, budgets=_at_most(made.budgets))


def _shows_itself(brief: Brief) -> tuple[Step, ...]:
    return stays(brief) if brief.capabilities.announces_ready else short_question(brief)


def _at_most(budgets: Budgets) -> Budgets:
    return replace(
        budgets, connect_ms=min(budgets.connect_ms, ANSWER_MS), ready_ms=min(budgets.ready_ms, ANSWER_MS),
        configure_ms=min(budgets.configure_ms, ANSWER_MS),
    )  # fmt: skip


def _between(brief: Brief, name: str, call: Call, claims: tuple[Claim, ...]) -> Case:
    calls = (brief.call("control", *_shows_itself(brief)), call, brief.call("next call", *_shows_itself(brief)))
    next_is_served = let_in(brief, Layer.HANDSHAKE, call=2)
    if not brief.capabilities.announces_ready:
        alike = claim(
            ServedAlike(0, (2,), "in the ordinary call behind it", "callers-disturb"), brief.place(()), call=2
        )
        next_is_served = (*foundation(brief, (), call=2, layer=Layer.HANDSHAKE), alike)
    return _case(brief, name, calls, (*foundation(brief, ()), *claims, *next_is_served))


def _skipped(brief: Brief, name: str, why: str) -> Case:
    return replace(_case(brief, name, (), ()), skip=why)


def _case(brief: Brief, name: str, calls: tuple[Call, ...], claims: tuple[Claim, ...]) -> Case:
    return Case(brief.case_id(name), brief.target.name, brief.suite, name, brief.place(()), calls, claims)
