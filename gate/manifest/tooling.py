"""The shape of `tools:`: which calls the gate answers, with what, and what is known of each tool."""

from typing import Annotated, Literal

from pydantic import Field

from gate.manifest.tooling_sandbox import RealSettings, SandboxSettings
from gate.suites.keys import Given, Text, one_of
from gate.suites.matching import Part
from gate.suites.mocking import MockSettings


class IdempotencySettings(Part):
    """Where a write carries the key that makes its repetition harmless."""

    model_config = one_of("header", "argument")

    header: Given[Text] = Field(default=None, examples=["Idempotency-Key"])
    argument: Given[Text] = Field(default=None, examples=["idempotency_key"])


class ToolSettings(Part):
    """Which tool calls the gate answers, and with what."""

    schema_file: Given[Text] = Field(default=None, alias="schema", examples=["tools/schemas.json"])
    strategy: Given[Literal["none", "selected", "all"]] = None
    no_match: Literal["fail", "skip", "call"] = "fail"
    system: list[Text] = []
    writes: list[Text] = []
    ids: dict[str, Annotated[list[Text], Field(min_length=1)]] = {}
    idempotency: Given[IdempotencySettings] = None
    mocks: list[MockSettings] = []
    real: dict[Text, RealSettings] = {}
    sandbox: Given[SandboxSettings] = None
