"""What a manifest says of clearing away: the requests behind a case, and the claim that its session is gone."""

from pydantic import Field

from gate.checks import claim
from gate.checks.cleanup import SessionGone
from gate.core.durations import Budget
from gate.core.jsons import Json
from gate.core.places import Place
from gate.core.plan import Claim
from gate.core.probing import CleanupRequest, Method, Probe
from gate.suites.keys import Text
from gate.suites.matching import Part


class CleanupSettings(Part):
    """A request that is sent behind a case, whatever became of it."""

    method: Method = "DELETE"
    url: Text = Field(examples=["https://agent.example/sessions/{session_id}"])
    headers: dict[str, str] = {}
    body: Json = None
    timeout: Budget = 5_000.0

    def request(self, place: Place) -> CleanupRequest:
        return CleanupRequest(place, self.url, self.method, tuple(self.headers.items()), self.body, self.timeout)


def session_gone(probe: Probe, place: Place) -> tuple[Claim, ...]:
    """Of the first call of a case, which must have the probe."""
    return tuple(claim(SessionGone(probe.gone_within_ms, look.what), place) for look in probe.looks)
