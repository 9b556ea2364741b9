"""What the rooms ask of one another, as Protocols: each room gets these as arguments and imports no neighbour."""

from collections.abc import Callable, Mapping
from typing import Protocol, runtime_checkable

from gate.core.acts import Act
from gate.core.callnames import CallNames
from gate.core.capabilities import Capabilities
from gate.core.fetched import Fetched
from gate.core.frames import Frame
from gate.core.jsons import Json
from gate.core.plan import Clip, Dial, File
from gate.core.probing import CleanupRequest, Cleared, Look, Reading
from gate.core.recipes import Recipe
from gate.core.signals import Signal
from gate.core.tokens import Mint, Minted
from gate.core.tooling import RealTool
from gate.core.vault import Vault
from gate.core.voices import Voice

Change = Callable[[str, str], str]
"""What `rewrite` does to one text leaf: its dotted path and its text in, the new text out."""


@runtime_checkable
class Hiding(Protocol):
    """A change that hides whatever stands at certain paths: numbers and truth values too, which other changes never
    see. It gets them as their JSON text."""

    def hides(self, path: str) -> bool: ...

    def __call__(self, path: str, text: str, /) -> str: ...


class Encoder(Protocol):
    """The half that speaks. It may hold state, and is never replayed. It is told what the agent said, since some
    protocols want that said back."""

    def heard(self, signal: Signal) -> None: ...

    def encode(self, act: Act, t_ns: int) -> tuple[str | bytes, ...]:
        """The frames that carry out an act; none where the protocol has no word for it."""
        ...


class Observer(Protocol):
    """The half that understands. It is fed every frame of one call in order, both ways, live and again at load, and
    its state depends on nothing else. It never raises and never drops."""

    def observe(self, frame: Frame) -> tuple[Signal, ...]: ...


class Dialect(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def capabilities(self) -> Capabilities: ...

    def dial(self, dial: Dial, session: dict[str, Json], call_id: str) -> Dial:
        """The dial as this provider wants it: `dial` has its secrets filled in, `call_id` is 32 hexadecimal digits, and
        another for every call."""
        ...

    def session_mistakes(self, session: dict[str, Json]) -> tuple[str, ...]:
        """What the provider would not carry of the manifest's `session:`, as sentences."""
        ...

    def encoder(self, call_id: str = "") -> Encoder: ...

    def observer(self) -> Observer: ...

    def rewrite(self, data: str | bytes, change: Change) -> str | bytes:
        """The same frame with its text leaves changed and its structure kept valid: ids, times and audio are no text
        leaves. `observe(rewrite(frame))` equals the changed `observe(frame)`."""
        ...

    def mute(self, data: str | bytes, fill: bytes) -> str | bytes:
        """The same frame with the byte `fill` in the place of each byte of its audio, files and images, and its
        structure kept valid."""
        ...


class AgentHalf(Protocol):
    """The other end of a dialect, for agents made of Python: frames in, acts out; signals in, frames out."""

    def hear(self, data: str | bytes) -> tuple[Act, ...]: ...

    def say(self, signal: Signal) -> tuple[str | bytes, ...]: ...


class Clips(Protocol):
    """The clips that a manifest may name: those of the library, WAV files beside the manifest, and its own recipes."""

    def names(self) -> tuple[str, ...]: ...

    def find(self, name: str) -> Clip | Recipe | str:
        """The clip, or how it is made, or what is wrong with the name or the file, as a sentence for the user."""
        ...

    def said(self, words: str, voice: Voice | None = None) -> Clip | Recipe | str:
        """A clip with just these words, or how the voice says them, or what to do where there is none."""
        ...

    def as_is(self, name: str) -> File | str:
        """A file of audio that is wrong, to be sent on purpose, or why this one cannot be."""
        ...

    def image(self, name: str) -> File | str:
        """An image beside the manifest, or what is wrong with it."""
        ...


class NotWritten(Exception):
    """What happened could not be written down: why, and what to do. Nothing that is not written down is driven."""


class Sink(Protocol):
    """Where a drive writes down what happens, as it happens. Raises NotWritten where it cannot."""

    def frame(self, frame: Frame) -> Frame:
        """Writes a frame; returns it with the index of its line."""
        ...

    def note(self, kind: str, t_ns: int, call: int, data: dict[str, Json]) -> int: ...


class RealTools(Protocol):
    """What calls a tool for real, where the manifest names it."""

    async def fetch(self, tool: RealTool, arguments: Json, headers: Mapping[str, str]) -> Fetched:
        """The tool's answer. Whatever goes wrong is one too: it never raises."""
        ...


class Backend(Protocol):
    """What asks the agent's backend beside a call, and tells it to clear away what is left behind it."""

    async def look(self, look: Look, names: CallNames) -> Reading:
        """What it shows of this call's session. Whatever goes wrong is a reading too: it never raises."""
        ...

    async def clear(self, request: CleanupRequest, names: CallNames) -> Cleared:
        """It never raises either, and takes no longer than the request may."""
        ...


class Minting(Protocol):
    """What asks for a token, where the manifest says."""

    async def token(self, asked: Mint, vault: Vault) -> Minted:
        """A token, or in words why there is none: it never raises. `vault` fills in what is asked."""
        ...
