"""The shape of `voice-tests.yaml`. What two keys mean together, and what the world outside says, is told elsewhere."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from gate.core import recognisers
from gate.core.durations import Budget, Duration
from gate.core.jsons import Json
from gate.core.sizes import Size
from gate.core.voices import TIMEOUT_MS
from gate.core.wrong import Wrong
from gate.manifest.authenticating import Auth
from gate.manifest.probing import ProbeSettings, TraceSettings
from gate.manifest.redacting import RedactSettings
from gate.manifest.reporting import ReportSettings
from gate.manifest.tooling import ToolSettings
from gate.suites.clearing import CleanupSettings
from gate.suites.invariants import Switches
from gate.suites.keys import Given, Text, one_of
from gate.suites.settings import ChangeSettings


def _version(value: object) -> object:
    if isinstance(value, int) and not isinstance(value, bool) and value > 1:
        raise Wrong("is newer than this Voxgate can read", "1", "update Voxgate, or write version: 1")
    if value != 1 or isinstance(value, bool | float):
        raise Wrong("is no version of the manifest", "1", "write version: 1")
    return value


def _suites(value: object) -> object:
    if value is None or value == {}:
        raise Wrong("names no suite", "", "write handshake: {} below it, for example")
    if isinstance(value, list | str):
        given = [value] if isinstance(value, str) else value
        names = [name for name in given if isinstance(name, str) and name.isprintable()]
        raise Wrong("is no mapping", "a line for each suite", f"write {(names or ['smoke'])[0]}: {{}}")
    return value


Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$", max_length=60)]


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Http(Part):
    """An address to ask for the socket's own, which stands at `url_path` in the JSON reply."""

    url: Text = Field(examples=["https://agent.example/sessions"])
    method: Literal["GET", "POST", "PUT"] = "POST"
    headers: dict[str, str] = {}
    body: Json = None
    url_path: Given[Text] = Field(default=None, examples=["websocket.url"])


class BudgetSettings(Part):
    """The most that each phase of a call may take, and the most that an agent may send in one. `linger` is how long the
    caller stays after its last step."""

    connect: Given[Budget] = None
    ready: Given[Budget] = None
    configure: Given[Budget] = None
    close: Given[Budget] = None
    linger: Given[Duration] = None
    call: Given[Budget] = None
    received: Given[Size] = None
    message: Given[Size] = None
    frames: Given[Annotated[int, Field(ge=1, le=100_000_000, examples=[100_000])]] = None


class LimitSettings(Part):
    """The most that a whole run may take: time, and disk for its evidence."""

    time: Given[Budget] = None
    disk: Given[Size] = None


class Readiness(Part):
    """When the agent is ready to be called: all that is given must hold. `log` is a regular expression."""

    port: Given[Annotated[int, Field(ge=1, le=65_535, examples=[8765])]] = None
    url: Given[Text] = Field(default=None, examples=["http://127.0.0.1:8765/health"])
    log: Given[Text] = Field(default=None, examples=["Application startup complete"])


class StopSettings(Part):
    """How the agent is asked to end, and how long it may take until it is killed."""

    signal: Literal["TERM", "INT", "HUP", "QUIT"] = "TERM"
    grace: Duration = 5_000.0


class StartSettings(Part):
    """The agent as a program that the gate runs. No shell reads the command."""

    command: Text | Annotated[list[str], Field(min_length=1)] = Field(examples=["python bot.py"])
    env: dict[str, str] = {}
    cwd: Given[Text] = None
    ready: Given[Readiness] = None
    timeout: Budget = 30_000.0
    stop: StopSettings = StopSettings()


class TlsSettings(Part):
    """Files in PEM, seen from the manifest's own folder. `ca` is trusted beside the authorities of this machine."""

    ca: Given[Text] = Field(default=None, examples=["certs/ca.pem"])
    certificate: Given[Text] = Field(default=None, examples=["certs/client.pem"])
    key: Given[Text] = Field(default=None, examples=["certs/client.key"])


class TargetSettings(Part):
    """One agent endpoint under test."""

    model_config = one_of("url", "http", required=("dialect",))

    url: Given[Text] = None
    http: Given[Http] = None
    allow_plain_ws: list[Text] = []
    tls: Given[TlsSettings] = None
    dialect: Given[Text] = None
    options: dict[str, Json] = {}
    auth: Given[Auth] = None
    negative_tokens: dict[str, Text] = {}
    headers: dict[str, str] = {}
    subprotocols: list[Text] = []
    session: dict[str, Json] = {}
    budgets: BudgetSettings = BudgetSettings()
    start: Given[StartSettings] = None
    probe: Given[ProbeSettings] = None
    cleanup: list[CleanupSettings] = []
    trace: Given[TraceSettings] = None


SOURCES = ("say", "play", "silence", "parts")


class RecipeSettings(ChangeSettings):
    """A clip that is made of one source, and what is done to it."""

    model_config = one_of(*SOURCES)

    say: Given[Text] = None
    play: Given[Text] = Field(default=None, examples=["hello"])
    silence: Given[Budget] = None
    parts: Given[Annotated[list["RecipeSettings"], Field(min_length=1, max_length=100)]] = None


class SpeechSettings(Part):
    """An endpoint of the form of OpenAI's `/audio/speech`."""

    url: Text = Field(examples=["https://api.example/v1/audio/speech"])
    model: Text = Field(examples=["tts-1"])
    voice: Text = Field(examples=["alloy"])
    key: Given[Text] = Field(default=None, examples=['"${env.SPEECH_KEY}"'])
    format: Literal["wav", "pcm"] = "wav"


class VoiceSettings(Part):
    """What says the words of `say`. No shell reads the command."""

    model_config = one_of("command", "speech")

    command: Given[Annotated[list[Text], Field(min_length=1)]] = None
    speech: Given[SpeechSettings] = None
    timeout: Budget = TIMEOUT_MS


class TranscriptionSettings(Part):
    """An endpoint of the form of OpenAI's `/audio/transcriptions`."""

    url: Text = Field(examples=["https://api.example/v1/audio/transcriptions"])
    model: Text = Field(examples=["whisper-1"])
    key: Given[Text] = Field(default=None, examples=['"${env.SPEECH_KEY}"'])
    language: Given[Text] = Field(default=None, examples=["en"])


class RecogniserSettings(Part):
    """What writes down the agent's words where its wire does not. No shell reads the command."""

    model_config = one_of("command", "transcription")

    command: Given[Annotated[list[Text], Field(min_length=1)]] = None
    transcription: Given[TranscriptionSettings] = None
    timeout: Budget = recognisers.TIMEOUT_MS


def _day(value: object) -> object:
    try:
        return date.fromisoformat(value).isoformat() if isinstance(value, str) and len(value) == 10 else _no_day()
    except ValueError:
        return _no_day()


def _no_day() -> object:
    raise Wrong("is no day", "a day such as 2026-12-31")


Day = Annotated[str, BeforeValidator(_day), Field(examples=["2026-12-31"])]


class QuarantineSettings(Part):
    """Cases whose id or name holds this text are judged and shown, but do not block until the day is over."""

    case: Text = Field(examples=["street noise"])
    until: Day
    reason: Text = Field(examples=["the agent's recogniser is being replaced"])


class Manifest(Part):
    """A Voxgate manifest."""

    model_config = one_of("target", "targets", required=("version", "suites"))

    version: Annotated[Literal[1], BeforeValidator(_version)] = 1
    target: Given[TargetSettings] = None
    targets: Given[Annotated[dict[Name, TargetSettings], Field(min_length=1)]] = None
    tools: ToolSettings = ToolSettings()
    clips: dict[Name, RecipeSettings] = {}
    voice: Given[VoiceSettings] = None
    recogniser: Given[RecogniserSettings] = None
    redact: Given[RedactSettings] = None
    report: Given[ReportSettings] = None
    limits: LimitSettings = LimitSettings()
    invariants: Switches = {}
    quarantine: list[QuarantineSettings] = []
    suites: Annotated[dict[str, dict[str, Any] | None], BeforeValidator(_suites)] = {}

    @property
    def every_target(self) -> tuple[TargetSettings, ...]:
        return (*([self.target] if self.target else ()), *(self.targets or {}).values())
