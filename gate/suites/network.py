"""The network between the gate and the agent: how late, how narrow, and how it breaks. Settings models, and what they
make of a case."""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Annotated, Literal

from pydantic import Field, PlainValidator, WithJsonSchema, model_validator

from gate.checks import claim
from gate.checks.script import ScriptFollowed
from gate.core.durations import Budget, Duration
from gate.core.findings import Layer
from gate.core.places import Place
from gate.core.plan import Case, Claim, Pause
from gate.core.weather import WAYS, Break, Stall, Way, Weather
from gate.core.wrong import Wrong
from gate.suites.keys import Given
from gate.suites.matching import Part

MOST_MS = 5_000.0
_RATE = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,3})?)(kbps|mbps)")
_BPS = {"kbps": 1_000.0, "mbps": 1_000_000.0}


def _bandwidth(value: object) -> float:
    found = _RATE.fullmatch(value) if isinstance(value, str) else None
    if found is None or not float(found[1]):
        raise Wrong("is no bandwidth", "thousands or millions of bits a second, such as 64kbps or 1.5mbps")
    return float(found[1]) * _BPS[found[2]]


_PATTERN = {"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)?(kbps|mbps)$", "examples": ["64kbps"]}
Bandwidth = Annotated[float, PlainValidator(_bandwidth), WithJsonSchema(_PATTERN)]


class StallSettings(Part):
    """From `after` on nothing is delivered, for so long, or for good; both ways, or towards one side alone."""

    after: Duration = Field(examples=["2s"])
    lasting: Given[Budget] = Field(default=None, alias="for")
    toward: Given[Literal["agent", "caller"]] = None

    @property
    def stall(self) -> Stall:
        ways: dict[str, tuple[Way, ...]] = {"agent": ("to_agent",), "caller": ("to_caller",)}
        return Stall(self.after, self.lasting, ways[self.toward] if self.toward else WAYS)


class BreakSettings(Part):
    """When the line is lost, counted from the open socket."""

    after: Duration = Field(examples=["2s"])


class NetworkSettings(Part):
    """What the line of every call passes through. `latency` and `jitter` are of one way, and hold for both."""

    latency: Duration = 0.0
    jitter: Duration = 0.0
    bandwidth: Given[Bandwidth] = None
    slices: Given[Annotated[int, Field(ge=1, le=65_535, examples=[16])]] = None
    slow_close: Duration = 0.0
    stall: Given[StallSettings] = None
    seed: Annotated[int, Field(ge=0, le=2**31)] = 0

    @model_validator(mode="after")
    def _is_a_network(self) -> "NetworkSettings":
        if not self.model_fields_set - {"seed"}:
            raise Wrong("does nothing", "latency, bandwidth or stall, for example", "say what it does, or leave it out")
        for name in ("latency", "jitter"):
            if getattr(self, name) > MOST_MS:
                raise Wrong(f"has a {name} in which nobody can speak", f"at most {MOST_MS / 1000:g}s")
        return self

    @property
    def weather(self) -> Weather:
        stall = self.stall.stall if self.stall else None
        return Weather(
            self.latency, self.jitter, self.bandwidth, self.slices, self.slow_close, stall, self.breaks, self.seed
        )

    @property
    def breaks(self) -> Break | None:
        return None


class CaseNetworkSettings(NetworkSettings):
    """The same for one case, whose line may be lost too: by a TCP reset, or so that nobody is told (`half_open`)."""

    reset: Given[BreakSettings] = None
    half_open: Given[BreakSettings] = None

    @model_validator(mode="after")
    def _breaks_once(self) -> "CaseNetworkSettings":
        if self.reset and self.half_open:
            raise Wrong("breaks the line in two ways", "reset or half_open")
        return self

    @property
    def breaks(self) -> Break | None:
        if self.reset:
            return Break("reset", self.reset.after)
        return Break("dead", self.half_open.after) if self.half_open else None


def over(weather: Weather, cases: Iterable[Case]) -> tuple[Case, ...]:
    """Every call of these cases over this network, but for those that have one of their own."""
    return tuple(
        replace(case, calls=tuple(replace(call, network=call.network or weather) for call in case.calls))
        for case in cases
    )


def in_weather(case: Case, weather: Weather | None, opening: tuple[Claim, ...], place: Place) -> Case:
    """A case of one call over its own network. Where that breaks the line, the call is made twice: until it breaks, and
    then anew over a line that holds. What the case claims is then claimed of the second, after its `opening`."""
    if weather is None:
        return case
    if weather.breaks is None:
        return over(weather, (case,))[0]
    (call,) = case.calls
    first = replace(call, name="until the line breaks", network=weather,
                    steps=(*call.steps, Pause(weather.breaks.after_ms)))  # fmt: skip
    again = replace(call, name="next call", network=replace(weather, breaks=None))
    held = tuple(one for one in case.claims if one.check not in {asked.check for asked in opening})
    claims = (claim(ScriptFollowed(), place), *opening, *(replace(one, call=1) for one in held))
    return replace(case, calls=(first, again), claims=claims)


def opened_again(claims: Iterable[Claim]) -> tuple[Claim, ...]:
    """The claims of an opening, for the call behind a line that broke."""
    return tuple(replace(one, call=1, layer=Layer.CLOSE.value) for one in claims)
