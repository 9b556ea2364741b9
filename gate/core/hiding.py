"""A plan as it is stored: the values that are expected at hidden fields stand in it as the same keyed hashes that the
evidence will hold, so that equality can still be judged. Pure. Calls are made from the plan as it was."""

from collections.abc import Callable
from dataclasses import replace

from gate.core.jsons import Json
from gate.core.matchers import Matcher, Where
from gate.core.plan import Call, Case, Claim, Dial, Plan, Target
from gate.core.redaction import Redaction, hidden
from gate.core.tooling import Mock, ToolPlan

JUDGED_BY_HASH = ("exact", "one_of", "present")
"""The matchers that can be asked of a value of which only a hash is left."""

_PAYLOADS = ("arguments", "result")


def hide(plan: Plan, key: bytes) -> Plan:
    if not plan.redact.fields:
        return plan
    hider = _Hider(plan.redact, key)
    return replace(plan, targets=tuple(map(hider.target, plan.targets)), cases=tuple(map(hider.case, plan.cases)))


class _Hider:
    def __init__(self, redaction: Redaction, key: bytes) -> None:
        self._redaction = redaction
        self._key = key

    def case(self, case: Case) -> Case:
        calls, claims = tuple(map(self._call, case.calls)), tuple(map(self._claim, case.claims))
        return replace(case, calls=calls, claims=claims, tools=self._tools(case.tools))

    def target(self, target: Target) -> Target:
        session = self._object(target.session, "settings")
        return replace(target, session=session, dial=self._dial(target.dial))

    def _call(self, call: Call) -> Call:
        return replace(call, session=self._object(call.session, "settings"), dial=self._dial(call.dial))

    def _dial(self, dial: Dial) -> Dial:
        return replace(dial, http=replace(dial.http, body=self._value(dial.http.body, ""))) if dial.http else dial

    def _tools(self, tools: ToolPlan) -> ToolPlan:
        return replace(tools, mocks=tuple(map(self._mock, tools.mocks)))

    def _mock(self, mock: Mock) -> Mock:
        answers = tuple(replace(one, value=self._value(one.value, "result")) for one in mock.answers)
        where: Where = tuple((path, self._matcher(f"arguments.{path}", matcher)) for path, matcher in mock.where)
        return replace(mock, answers=answers, where=where)

    def _claim(self, claim: Claim) -> Claim:
        return replace(claim, params=_asked(claim, self._wanted))

    def _matcher(self, path: str, matcher: Matcher) -> Matcher:
        return replace(matcher, value=self._wanted(matcher.kind, matcher.value, path))

    def _wanted(self, kind: str, wanted: Json, path: str) -> Json:
        if kind == "one_of" and isinstance(wanted, list):
            return [self._value(option, path) for option in wanted]
        return self._value(wanted, path) if kind == "exact" else wanted

    def _value(self, value: Json, path: str) -> Json:
        return hidden(value, path, self._redaction, self._key)

    def _object(self, value: dict[str, Json], path: str) -> dict[str, Json]:
        found = self._value(value, path)
        assert isinstance(found, dict)
        return found


Ask = Callable[[str, Json, str], Json]
"""The kind of a matcher, what it wants, and the dotted path that it is asked of; what it is to want then."""


def _asked(claim: Claim, ask: Ask) -> dict[str, Json]:
    """The params of a claim with whatever in them asks for the value at a path asked anew."""

    def below(value: Json, name: str, root: str) -> Json:
        """`root` is the payload that the path is in."""
        root = name if name in _PAYLOADS else root
        match value:
            case dict():
                return {key: below(item, key, root) for key, item in value.items()}
            case [str(path), {"kind": str(kind), "value": wanted}]:
                return [path, {"kind": kind, "value": ask(kind, wanted, f"{root}.{path}".strip("."))}]
            case list():
                return [below(item, "", root) for item in value]
            case _:
                return value

    return {name: below(value, name, "") for name, value in claim.params.items()}


def questions(claim: Claim) -> list[tuple[str, str]]:
    """Every path that a claim asks the value of, and the kind of the matcher."""
    found: list[tuple[str, str]] = []

    def note(kind: str, wanted: Json, path: str) -> Json:
        found.append((path, kind))
        return wanted

    _asked(claim, note)
    return found
