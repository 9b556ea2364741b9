"""How a clip is made that is no file yet: its source, and what is done to it. Plain data, resolved: no name of a recipe
is left in it, so that it cannot be circular."""

import hashlib
from dataclasses import dataclass, replace
from typing import Final, Literal

NoiseKind = Literal["keyboard", "typing", "traffic", "voices", "white"]

TITLE_LENGTH: Final = 60
NO_SPEECH: Final = "noise stands under speech, and nobody speaks here"
NOISE_ALONE: Final = "play noise alone by a clip of its own: keyboard, traffic or voices"


@dataclass(frozen=True, slots=True)
class Say:
    """Words for a voice. `sha256` is that of the file beside the manifest that holds them already, if there is one."""

    words: str
    sha256: str = ""
    source: Literal["say"] = "say"


@dataclass(frozen=True, slots=True)
class Take:
    """A clip of the library, or a file beside the manifest, as it was when the plan was made."""

    clip: str
    sha256: str
    duration_ms: float
    speaks: bool
    source: Literal["play"] = "play"


@dataclass(frozen=True, slots=True)
class Rest:
    """Silence."""

    ms: float
    source: Literal["silence"] = "silence"


@dataclass(frozen=True, slots=True)
class Join:
    """One after another."""

    parts: tuple["Recipe", ...]
    source: Literal["parts"] = "parts"


@dataclass(frozen=True, slots=True)
class Noise:
    """Noise under all of the clip. `snr_db` is the power of the speech, over its segments, against that of the noise
    over the same stretches."""

    kind: NoiseKind
    snr_db: float


@dataclass(frozen=True, slots=True)
class Recipe:
    """The source at `speed` times its pace, with `noise` under it, `gain_db` louder: in this order."""

    source: Say | Take | Rest | Join
    speed: float = 1.0
    noise: Noise | None = None
    gain_db: float = 0.0

    @property
    def speaks(self) -> bool:
        match self.source:
            case Join(parts):
                return any(part.speaks for part in parts)
            case Take() as take:
                return take.speaks
            case source:
                return isinstance(source, Say)

    @property
    def least_ms(self) -> float:
        """How long the clip lasts, as far as that is known before a voice has spoken."""
        match self.source:
            case Join(parts):
                whole = sum(part.least_ms for part in parts)
            case Take() as take:
                whole = take.duration_ms
            case Rest(ms):
                whole = ms
            case Say():
                whole = 0.0
        return whole / self.speed

    @property
    def pieces(self) -> int:
        return sum(part.pieces for part in self.source.parts) if isinstance(self.source, Join) else 1

    @property
    def says(self) -> tuple[Say, ...]:
        """Everything in it that a voice says."""
        match self.source:
            case Join(parts):
                return tuple(say for part in parts for say in part.says)
            case Say() as say:
                return (say,)
            case _:
                return ()

    @property
    def is_plain(self) -> bool:
        return (self.speed, self.noise, self.gain_db) == (1.0, None, 0.0)


def changed(recipe: Recipe, speed: float, noise: Noise | None, gain_db: float) -> Recipe:
    """The same with more done to it: what was done before stays as it is."""
    if (speed, noise, gain_db) == (1.0, None, 0.0):
        return recipe
    if recipe.is_plain:
        return replace(recipe, speed=speed, noise=noise, gain_db=gain_db)
    return Recipe(Join((recipe,)), speed, noise, gain_db)


def say_title(words: str) -> str:
    """The name of a clip that a voice says: the words themselves; long ones are cut, and told apart by their hash."""
    if len(words) > TITLE_LENGTH:
        words = f"{words[:TITLE_LENGTH]}… {hashlib.sha256(words.encode()).hexdigest()[:8]}"
    return f"say: {words}"


def title(name: str, recipe: Recipe) -> str:
    """The name of a clip that is `name` with something done to it: `hello, traffic at 20 dB, speed 1.1`."""
    done = [f"speed {recipe.speed:.10g}"] if recipe.speed != 1.0 else []
    done += [f"{recipe.noise.kind} at {recipe.noise.snr_db:.10g} dB"] if recipe.noise else []
    done += [f"gain {recipe.gain_db:.10g} dB"] if recipe.gain_db else []
    return ", ".join([name, *done])
