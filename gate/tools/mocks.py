"""The one resolver of tool calls: call in, reply out. It keeps no count and opens no connection."""

from dataclasses import dataclass
from typing import Literal

from gate.core.jsons import Json, canonical
from gate.core.plan import Mock, ToolPlan

Kind = Literal["mocked", "left", "theirs", "no-match", "skipped"]


@dataclass(frozen=True, slots=True)
class Reply:
    """`left`: nobody asked us to answer. `theirs`: the provider runs this tool itself. `no-match`: the manifest has no
    fitting mock and wants that to be told."""

    kind: Kind
    result: Json = None
    error: str | None = None
    delay_ms: float = 0.0
    mock: Mock | None = None

    @property
    def answers(self) -> bool:
        return self.kind not in ("left", "theirs")


def resolve(plan: ToolPlan, name: str, arguments: Json) -> Reply:
    """The reply to one call: that of the first mock that fits."""
    if plan.strategy == "none":
        return Reply("left")
    for mock in plan.mocks:
        if mock.tool == name and (mock.args_match is None or mock.args_match in canonical(arguments)):
            return Reply("mocked", mock.respond, mock.error, mock.delay_ms, mock)
    if plan.strategy == "selected" and all(mock.tool != name for mock in plan.mocks):
        return Reply("left")
    if plan.no_match == "skip":
        return Reply("skipped", {"skipped": True})
    return Reply("no-match", error=f"no mock fits this call of {name}")
