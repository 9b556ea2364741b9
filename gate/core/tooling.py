"""The agent's tools as plain data: what answers them, where, and what is known of each. Secrets stand in it by name."""

from dataclasses import dataclass, field
from typing import Literal

from gate.core.jsons import Json
from gate.core.matchers import Where
from gate.core.places import Place

How = Literal["value", "error", "timeout", "malformed"]
"""What a call got: a result, an error, nothing at all, or a text that breaks off where JSON is due."""

Via = Literal["socket", "http", "mcp"]
"""Which way a call came: in a message of the agent's, or to the sandbox."""


@dataclass(frozen=True, slots=True)
class MockAnswer:
    """One answer of a mock: `value` is the result, the text of the error, or the broken text. It may hold
    `{{arguments.PATH}}`. `status` is the HTTP status of an error in the sandbox."""

    how: How = "value"
    value: Json = None
    delay_ms: float = 0.0
    status: int = 500


@dataclass(frozen=True, slots=True)
class Mock:
    """What answers a tool: the first mock whose tool and arguments fit. The answers are given one after another, and
    the last of them again and again. `args_match` is a part of the serialised arguments, `where` what they hold."""

    tool: str
    place: Place
    answers: tuple[MockAnswer, ...] = (MockAnswer(),)
    args_match: str | None = None
    where: Where = ()


@dataclass(frozen=True, slots=True)
class RealTool:
    """A tool that the gate may call for real. `dry_run`: what its answer (`result.…`) must hold to show that nothing
    was changed."""

    name: str
    place: Place
    url: str
    method: str = "POST"
    headers: tuple[tuple[str, str], ...] = ()
    timeout_ms: float = 10_000.0
    dry_run: Where = ()


@dataclass(frozen=True, slots=True)
class Schema:
    """What a tool is called with: a JSON Schema of its arguments. `given` is all of the definition, as it stands."""

    name: str
    parameters: dict[str, Json]
    description: str = ""
    given: dict[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Idempotency:
    """Where a write carries the key that makes a repetition harmless."""

    kind: Literal["header", "argument"]
    name: str


@dataclass(frozen=True, slots=True)
class Sandbox:
    """Where the gate serves the tools over HTTP and MCP. `port` 0 takes any that is free; `advertise` is the address
    by which the agent's backend reaches it, where that is another. `tie`: how a call is known to be of its case: by an
    address of its own, by its `traceparent`, or not at all, so that the case runs alone."""

    place: Place
    bind: str = "127.0.0.1"
    port: int = 0
    advertise: str | None = None
    tie: Literal["address", "traceparent", "alone"] = "alone"


@dataclass(frozen=True, slots=True)
class ToolPlan:
    """`writes` change something, and may do so once; `ids` are arguments that must come from somewhere; `system` tools
    belong to the platform and are never mocked. `schemas` is None where no file was given."""

    strategy: Literal["none", "selected", "all"] = "none"
    no_match: Literal["fail", "skip", "call"] = "fail"
    mocks: tuple[Mock, ...] = ()
    real: tuple[RealTool, ...] = ()
    schemas: tuple[Schema, ...] | None = None
    system: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    ids: dict[str, tuple[str, ...]] = field(default_factory=dict)
    idempotency: Idempotency | None = None
    sandbox: Sandbox | None = None

    def schema(self, name: str) -> Schema | None:
        return next((schema for schema in self.schemas or () if schema.name == name), None)
