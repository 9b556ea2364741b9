"""How a carrier's wire differs from its fellows', as data. Pure, and nothing here knows a carrier by name."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from gate.audio.formats import Written
from gate.dialects.fields import Illegal

NOBODY: Final = "0" * 32  # the id of a call that was given none
G711_HZ: Final = 8_000
SLOWEST_HZ, FASTEST_HZ = 4_000, 48_000


@dataclass(frozen=True, slots=True)
class Form:
    """How audio looks, both ways."""

    encoding: Written
    rate_hz: int


@dataclass(frozen=True, slots=True)
class Words:
    """A carrier's words. Paths in `start`: the stream's id, the parameters, the encoding (and what the carrier calls
    each) and its rate. Of the server's messages: their names, and under which keys they name the stream, of which the
    first is the carrier's own; `named`: whether they have to; `typed`: whether their audio says its own form, in
    `media.contentType` and `media.sampleRate`. `name`: the path of a mark's name, in both directions."""

    stream: str
    parameters: str
    encoding: str
    rate: str
    encodings: Mapping[str, Written]
    keys: tuple[str, ...] = ()
    named: bool = False
    typed: bool = False
    audio: str = "media"
    mark: str = "mark"
    clear: str = "clear"
    played: str = "mark"
    name: str = "mark.name"

    def form_of(self, named: str, path: str, rate: str | None, rate_path: str) -> Form:
        """The form that a message names; its rate may stand in the name alone, as a parameter (`;rate=8000`). Raises
        Illegal for one that nobody sends."""
        name, *parameters = named.split(";")
        said = dict(parameter.strip().partition("=")[::2] for parameter in parameters)
        rate = said.get("rate") if rate is None else rate
        encoding = self.encodings.get(name.strip())
        if encoding is None:
            raise Illegal(f"{path} is {named!r}, expected one of {', '.join(self.encodings)}")
        if rate is None or not rate.isdecimal() or len(rate) > 5 or not SLOWEST_HZ <= int(rate) <= FASTEST_HZ:
            raise Illegal(f"{rate_path} is {rate!r}, a rate in Hz is due")
        return Form(encoding, int(rate))


def check_g711(encoding: Written, rate_hz: int) -> None:
    """Raises ValueError for G.711 at another rate than its own."""
    if encoding in ("mulaw", "alaw") and rate_hz != G711_HZ:
        raise ValueError(f"encoding {encoding} goes with rate_hz {G711_HZ}, not {rate_hz}; write encoding: pcm")
