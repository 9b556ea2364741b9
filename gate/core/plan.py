"""The resolved work as plain data: stored before the first socket opens, and all that judging needs beside the frames.

Secrets stand in it by name only: a text may hold `${env.NAME}`, which the vault fills at the last moment."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from gate.core.jsons import Json
from gate.core.places import Place
from gate.core.probing import CleanupRequest, Probe, TraceLook
from gate.core.recipes import Recipe, Take
from gate.core.recognisers import Recogniser
from gate.core.redaction import NOTHING, Redaction
from gate.core.tokens import Jwt, Mint, Signature, Token
from gate.core.tooling import ToolPlan
from gate.core.voices import Voice
from gate.core.weather import Loss, Weather


class Lane(StrEnum):
    """When a case is driven: beside others; by itself, behind all others; or before all others, which wait until its
    first call is over."""

    PARALLEL = "parallel"
    ALONE = "alone"
    FIRST = "first"


@dataclass(frozen=True, slots=True)
class Clip:
    """Known audio. `segments_ms` are the stretches of speech, so that the last speech sample is known, not guessed."""

    name: str
    sha256: str
    rate_hz: int
    duration_ms: float
    words: str = ""
    language: str = "en"
    segments_ms: tuple[tuple[float, float], ...] = ()
    kind: str = "clean"

    @property
    def speech_end_ms(self) -> float | None:
        return self.segments_ms[-1][1] if self.segments_ms else None

    @property
    def speech_start_ms(self) -> float | None:
        return self.segments_ms[0][0] if self.segments_ms else None

    @property
    def taken(self) -> Recipe:
        """The recipe that plays this clip and does nothing to it."""
        return Recipe(Take(self.name, self.sha256, self.duration_ms, bool(self.segments_ms)))


@dataclass(frozen=True, slots=True)
class File:
    """A file that is sent as it is: an image, or audio that is wrong on purpose, with the words that it would say."""

    name: str
    sha256: str
    media_type: str
    size: int
    words: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """A clip that is no file: how it is made, before the first socket opens. Once it is, `Plan.clips` holds it too."""

    name: str
    place: Place
    recipe: Recipe


@dataclass(frozen=True, slots=True)
class Play:
    """Speak a clip, by its name in the plan."""

    clip: str
    step: Literal["play"] = "play"


@dataclass(frozen=True, slots=True)
class BargeIn:
    """Speak a clip into the agent's words: once it has been audible for `after_ms` and is so at this very moment. Give
    up after `budget_ms`."""

    clip: str
    after_ms: float = 700.0
    budget_ms: float = 15_000.0
    step: Literal["barge_in"] = "barge_in"


@dataclass(frozen=True, slots=True)
class SendFile:
    """Send a file of audio as it is, by its name in the plan."""

    file: str
    step: Literal["send_file"] = "send_file"


@dataclass(frozen=True, slots=True)
class Show:
    """Send an image, by its name in the plan."""

    file: str
    step: Literal["show"] = "show"


@dataclass(frozen=True, slots=True)
class Press:
    """Press keys: 0 to 9, *, #, A to D."""

    digits: str
    step: Literal["press"] = "press"


@dataclass(frozen=True, slots=True)
class Pause:
    """Stay silent (and keep sending silence) for so long."""

    ms: float
    step: Literal["pause"] = "pause"


Until = Literal[
    "turn_done", "audible", "quiet", "event", "tool_called", "tool_answered", "closed", "rejected", "pong",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wait:
    """Keep silent until something happened since the last step began; give up after `budget_ms`. `parting`: hang up if
    it happens, and go on if it does not. `tools`: one of them was called, or answered, since the caller's turn
    began."""

    until: Until
    budget_ms: float = 15_000.0
    event: str = ""
    ms: float = 0.0
    parting: bool = False
    tools: tuple[str, ...] = ()
    step: Literal["wait"] = "wait"


@dataclass(frozen=True, slots=True)
class Write:
    """Type a line of text."""

    text: str
    step: Literal["write"] = "write"


@dataclass(frozen=True, slots=True)
class Inject:
    """Send a frame as it is: `text`, with so many spaces behind it, or `hexed` bytes."""

    text: str | None = None
    hexed: str | None = None
    spaces: int = 0
    step: Literal["inject"] = "inject"


@dataclass(frozen=True, slots=True)
class Ping:
    """Send a ping of the WebSocket protocol itself (RFC 6455 section 5.5.2)."""

    step: Literal["ping"] = "ping"


@dataclass(frozen=True, slots=True)
class Leave:
    """Hang up now, without lingering: with a close code, or (None) by cutting the line. `loss`: the line is lost so."""

    code: int | None = 1000
    step: Literal["leave"] = "leave"
    loss: Loss | None = None


@dataclass(frozen=True, slots=True)
class Restart:
    """Have the agent's program stopped and started again: the next call waits until it is back."""

    step: Literal["restart"] = "restart"


Step = Play | BargeIn | SendFile | Show | Press | Pause | Wait | Write | Inject | Ping | Leave | Restart
Pace = Literal["real-time", "burst"]


@dataclass(frozen=True, slots=True)
class HttpFirst:
    """Ask this address for the socket's own: `url_path` is the dotted path to it in the JSON reply."""

    url: str
    url_path: str
    method: str = "POST"
    headers: tuple[tuple[str, str], ...] = ()
    body: Json = None


@dataclass(frozen=True, slots=True)
class Tls:
    """Files in PEM: whom the caller trusts beside the authorities of this machine, and who it says that it is."""

    ca: str | None = None
    certificate: str | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Dial:
    """How to open one socket. With `http` set, `url` is empty and comes from the reply. `query` goes behind either;
    `beyond` goes behind the path of `url`."""

    url: str
    headers: tuple[tuple[str, str], ...] = ()
    subprotocols: tuple[str, ...] = ()
    http: HttpFirst | None = None
    plain_hosts: tuple[str, ...] = ()
    query: tuple[tuple[str, str], ...] = ()
    beyond: str = ""
    tls: Tls | None = None


@dataclass(frozen=True, slots=True)
class Credential:
    """How the manifest authenticates: `Authorization: Bearer`, a header of its own, a query parameter, a field of the
    session (`name` is its dotted path), or a header that signs the call. `made`: how the token comes about that `value`
    stands for; `negatives`, by what is wrong: what such a one says in the place of what the right one says."""

    kind: Literal["bearer", "header", "query", "message", "signature"]
    name: str
    value: str
    made: Jwt | Mint | None = None
    negatives: dict[str, dict[str, Json]] = field(default_factory=dict)
    one_time: bool = False
    signature: Signature | None = None


@dataclass(frozen=True, slots=True)
class Budgets:
    """The most that each phase of a call may take, and the most that an agent may send in one: so many bytes, so many
    frames of the WebSocket protocol (control frames and parts of messages are counted too), so long a message."""

    connect_ms: float = 10_000.0
    ready_ms: float = 10_000.0
    configure_ms: float = 5_000.0
    close_ms: float = 5_000.0
    linger_ms: float = 3_000.0
    call_ms: float = 120_000.0
    received_bytes: int = 64_000_000
    message_bytes: int = 16_000_000
    frames: int = 100_000


@dataclass(frozen=True, slots=True)
class Call:
    """One connection: dial, wait for readiness, configure, follow the steps, linger, hang up. At `pace: burst` a clip
    goes out at once, as fast as it can. A call that is `beside` begins with the one before it, not after it. `network`:
    what its line is made to pass through. So much silence as `early_ms` goes out before the configuration does. `mute`:
    no silence is sent while the caller waits. `token` is made when the call is dialled, and `signature` signs it in the
    header `signed_in`. `early`: the call is left as soon as the socket is open. `resumes`: the number of the call
    before it whose session goes on in this one."""

    name: str
    dial: Dial
    session: dict[str, Json] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    budgets: Budgets = Budgets()
    pace: Pace = "real-time"
    beside: bool = False
    network: Weather | None = None
    early_ms: float = 0.0
    mute: bool = False
    token: Token | None = None
    signature: Signature | None = None
    signed_in: str = ""
    early: Leave | None = None
    resumes: int | None = None

    @property
    def weather(self) -> Weather | None:
        """A line that is to be lost needs a weather that can do so, be it fair otherwise."""
        is_lost = any(isinstance(step, Leave) and step.loss for step in self.steps)
        return self.network or (Weather() if is_lost else None)


FOUNDATIONS = ("ready", "configured", "restarted")
"""The checks without which nothing else can be asked of a call, nor of those behind it."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One question for one check: `params` are the check's own. `call` counts the case's calls from 0. `layer` is where
    a failure belongs if the suite knows better than the check."""

    check: str
    place: Place
    params: dict[str, Json] = field(default_factory=dict)
    call: int = 0
    blocks: bool = True
    layer: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """Calls to make one after another, or beside one another, and what is claimed of them. `skip` says why it is not
    driven at all. `probe` looks after the sessions of its calls; the requests of `cleanup` are sent behind it, whatever
    became of it. `repeats`: the id of the case that it is one of several drives of. `quarantine`: until when and why
    nothing of it blocks. `when` are globs of the files that it is about; none for any."""

    id: str
    target: str
    suite: str
    name: str
    place: Place
    calls: tuple[Call, ...] = ()
    claims: tuple[Claim, ...] = ()
    tools: ToolPlan = field(default_factory=ToolPlan)
    lane: Lane = Lane.PARALLEL
    tags: tuple[str, ...] = ()
    skip: str | None = None
    probe: Probe | None = None
    cleanup: tuple[CleanupRequest, ...] = ()
    repeats: str = ""
    quarantine: str = ""
    when: tuple[str, ...] = ()

    @property
    def group(self) -> str:
        """The id that it shares with the other drives of the same case."""
        return self.repeats or self.id

    @property
    def plain_name(self) -> str:
        """Its name without which of its drives this is."""
        return self.name.rpartition(" · ")[0] if self.repeats else self.name

    @property
    def rounds(self) -> list[list[int]]:
        """The numbers of the calls that are made at the same time, round after round."""
        rounds: list[list[int]] = []
        for number, call in enumerate(self.calls):
            if call.beside and rounds:
                rounds[-1].append(number)
            else:
                rounds.append([number])
        return rounds

    @property
    def widest(self) -> int:
        """How many calls it makes at the same time, at the most."""
        return max(map(len, self.rounds), default=0)

    @property
    def network(self) -> str:
        """The networks of its calls that are not as this machine has them, in words."""
        told = (str(call.network) for call in self.calls if call.network)
        return "; ".join(dict.fromkeys(words for words in told if words))

    def stands_on(self, call: int) -> bool:
        """Whether nothing behind this call is asked if it never gets ready."""
        return any(claim.call == call and claim.check in FOUNDATIONS for claim in self.claims)


@dataclass(frozen=True, slots=True)
class Start:
    """The agent as a program of ours to run: started before the first case, stopped after the last. It is ready once
    all of these hold that are given: it listens on `port`, answers at `url`, wrote a line in which `log_line` is
    found. It is stopped by `stop_signal`, and killed when it is still there after `grace_ms`."""

    command: tuple[str, ...]
    env: dict[str, str] = field(default_factory=dict)
    cwd: str | None = None
    port: int | None = None
    timeout_ms: float = 30_000.0
    url: str | None = None
    log_line: str | None = None
    stop_signal: Literal["TERM", "INT", "HUP", "QUIT"] = "TERM"
    grace_ms: float = 5_000.0


@dataclass(frozen=True, slots=True)
class Target:
    """One agent endpoint. `dial` carries no credential; `options` are the dialect's own settings; `negative_tokens`
    are tokens, by what is wrong with them, that the agent must refuse."""

    name: str
    dialect: str
    dial: Dial
    place: Place
    options: dict[str, Json] = field(default_factory=dict)
    credential: Credential | None = None
    negative_tokens: dict[str, str] = field(default_factory=dict)
    session: dict[str, Json] = field(default_factory=dict)
    budgets: Budgets = Budgets()
    start: Start | None = None
    probe: Probe | None = None
    cleanup: tuple[CleanupRequest, ...] = ()
    trace: TraceLook | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that a whole run may take: time, and room for its evidence."""

    time_ms: float = 7_200_000.0
    disk_bytes: int = 10_000_000_000


@dataclass(frozen=True, slots=True)
class Plan:
    """`text` is the manifest as it was written, so that a report can show its lines, and empty where something in it is
    to be kept out of the evidence; `trace_url` where the backend shows a trace, with `{trace_id}` in the place of its
    id."""

    manifest: str
    gate_version: str
    targets: tuple[Target, ...]
    clips: tuple[Clip, ...]
    cases: tuple[Case, ...]
    secrets: tuple[str, ...] = ()
    made: tuple[Made, ...] = ()
    voice: Voice | None = None
    files: tuple[File, ...] = ()
    recogniser: Recogniser | None = None
    redact: Redaction = NOTHING
    text: str = ""
    trace_url: str = ""
    remarks: tuple[str, ...] = ()
    """What the manifest says of itself that is worth knowing and is no mistake."""
    limits: Limits = Limits()

    def target(self, name: str) -> Target:
        return next(target for target in self.targets if target.name == name)
