"""The one resolver of tool calls, wherever they come from: call in, reply out. It opens no connection, knows no time.

A case has one desk for all its calls, over the socket and in the sandbox, so that a mock with several answers gives
them in the order in which it was asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from gate.core.jsons import Json, canonical
from gate.core.matchers import as_text, matches
from gate.core.paths import get
from gate.core.tooling import How, Mock, RealTool, ToolPlan, Via
from gate.tools.templates import filled

Kind = Literal["mocked", "left", "theirs", "system", "no-match", "skipped", "real", "again"]


@dataclass(frozen=True, slots=True)
class Reply:
    """`left`: nobody asked us to answer. `theirs`: the provider runs this tool itself. `system`: it belongs to the
    platform. `no-match`: the manifest has no fitting mock and wants that to be told. `real`: `tool` is to be called.
    `again`: this call was answered already. `value` is the result, or the text of the error; `step` counts the mock's
    answers from 1."""

    kind: Kind
    how: How | None = None
    value: Json = None
    delay_ms: float = 0.0
    status: int = 500
    mock: Mock | None = None
    step: int = 0
    tool: RealTool | None = None

    @property
    def ours(self) -> bool:
        """Whether it is for the gate to answer."""
        return self.kind in ("mocked", "no-match", "skipped", "real")

    @property
    def answers(self) -> bool:
        """Whether an answer is known: not for a tool that times out, nor for one that is still to be called."""
        return self.how is not None and self.how != "timeout"

    @property
    def result(self) -> Json:
        return self.value if self.how in ("value", "malformed") else None

    @property
    def error(self) -> str | None:
        return ("" if self.value is None else as_text(self.value)) if self.how == "error" else None


class Desk:
    """One case's."""

    def __init__(self, plan: ToolPlan) -> None:
        self._plan = plan
        self._used: dict[int, int] = {}

    def answer(self, name: str, arguments: Json) -> Reply:
        """The reply to one call: that of the first mock that fits, which is thereby used once more."""
        plan = self._plan
        if name in plan.system:
            return Reply("system")
        if plan.strategy == "none":
            return self._real(name) or Reply("left")
        for number, mock in enumerate(plan.mocks):
            if mock.tool == name and fits(mock, arguments):
                return self._mocked(number, mock, arguments)
        if plan.strategy == "selected" and all(mock.tool != name for mock in plan.mocks):
            return self._real(name) or Reply("left")
        if plan.no_match == "skip":
            return Reply("skipped", "value", {"skipped": True})
        real = self._real(name) if plan.no_match == "call" else None
        return real or Reply("no-match", "error", f"no mock fits this call of {name}")

    def _real(self, name: str) -> Reply | None:
        return next((Reply("real", tool=tool) for tool in self._plan.real if tool.name == name), None)

    def _mocked(self, number: int, mock: Mock, arguments: Json) -> Reply:
        step = self._used[number] = self._used.get(number, 0) + 1
        which = min(step, len(mock.answers))
        one = mock.answers[which - 1]
        return Reply("mocked", one.how, filled(one.value, arguments), one.delay_ms, one.status, mock, which)


def fits(mock: Mock, arguments: Json) -> bool:
    if mock.args_match is not None and mock.args_match not in canonical(arguments):
        return False
    return all(matches(matcher, get(arguments, path)) for path, matcher in mock.where)


def told(reply: Reply, call_id: str, name: str, via: Via) -> Mapping[str, Json]:
    """The note `tool`: what was decided about one call."""
    mock = reply.mock
    return {
        "call_id": call_id, "name": name, "via": via, "reply": reply.kind, "how": reply.how,
        "mock": str(mock.place) if mock else None, "step": reply.step, "steps": len(mock.answers) if mock else 0,
    }  # fmt: skip
