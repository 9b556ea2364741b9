"""Who is heard when in a captured conversation, by the places of frames: what a message without words means is told by
where it stands. Knows no names.

Theory of operation. The agent's audio falls into runs: a new one begins where the caller spoke or typed in between.
The caller's speech is what is loud in its own audio, and each line that it typed. Between two runs a place is in the
`tail` of the first, within the `speech` that follows (its `onset` or its `end`), or in the `head` of the next run.
`cut` is a place after the caller began to speak into a run that ended before the caller did."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from gate.audio.pcm import level_dbfs
from gate.dialects.template.guess.audio import Sound, decoded

Slot = Literal["opening", "head", "inside", "tail", "onset", "end", "cut", "nowhere"]

LOUD_DBFS: Final = -45.0
BELOW_PEAK_DB: Final = 32.0
BRIDGE: Final = 25
"""Quiet pieces of the caller's audio that are a pause in what it says, and that a run of the agent may hold."""
FEWEST_LOUD: Final = 3


@dataclass(frozen=True, slots=True)
class Scene:
    """`runs` and `speech`: first and last place of each. `first_said`: where the caller's audio begins."""

    runs: tuple[tuple[int, int], ...]
    speech: tuple[tuple[int, int], ...]
    first_said: int

    def slot(self, at: int) -> Slot:
        after = bisect_left([start for start, _ in self.runs], at)
        run = self.runs[after - 1] if after else None
        following = self.runs[after] if after < len(self.runs) else None
        if run and (onset := self._cut(run, at)) is not None:
            return "cut" if at > onset else "inside"
        if run and at < run[1]:
            return "inside"
        return self._between(run[1] if run else -1, following[0] if following else 1 << 60, at)

    def _cut(self, run: tuple[int, int], at: int) -> int | None:
        """Where the caller began to speak into a run that ended before the caller did, for a place up to its end."""
        for start, end in self.speech:
            if run[0] < start <= run[1] < end and at <= end:
                return start
        return None

    def _between(self, from_at: int, to_at: int, at: int) -> Slot:
        spoken = [(start, end) for start, end in self.speech if end > from_at and start < to_at]
        if not spoken:
            return "tail" if from_at >= 0 else "head" if self.runs else "opening"
        if at < spoken[0][0]:
            return "tail" if from_at >= 0 else "opening"
        if at > spoken[-1][1]:
            return "head" if to_at < 1 << 60 else "end"
        start, end = min(spoken, key=lambda one: max(one[0] - at, at - one[1], 0))
        return "onset" if at - start <= max(3, (end - start) // 2) else "end"

    def last_heard(self, at: int) -> Literal["caller", "agent"] | None:
        """Who was heard last before a place."""
        run = max((min(end, at) for start, end in self.runs if start < at), default=-1)
        said = max((min(end, at) for start, end in self.speech if start < at), default=-1)
        return None if run == said else "agent" if run > said else "caller"

    def run_of(self, at: int) -> int:
        """How many runs began before a place."""
        return bisect_right([start for start, _ in self.runs], at)


def scene_of(said: Sound | None, heard: Sound | None, typed: Iterable[int]) -> Scene:
    speech = sorted([*_speech(said), *((at, at) for at in typed)]) if said else [(at, at) for at in sorted(typed)]
    return Scene(tuple(_runs(heard, said, speech)), tuple(speech), said.pieces[0][0] if said else -1)


def _speech(said: Sound) -> list[tuple[int, int]]:
    levels = [(at, level_dbfs(decoded(said.encoding, data))) for at, data in said.pieces]
    loudest = max(level for _, level in levels)
    least = max(LOUD_DBFS, loudest - BELOW_PEAK_DB)
    found: list[list[int]] = []
    for number, (at, level) in enumerate(levels):
        if level <= least:
            continue
        if found and number - found[-1][2] <= BRIDGE:
            found[-1][1:] = [at, number, found[-1][3] + 1]
        else:
            found.append([at, at, number, 1])
    return [(start, end) for start, end, _, count in found if count >= min(FEWEST_LOUD, len(levels))]


def _runs(heard: Sound | None, said: Sound | None, speech: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """A pause that is no longer than those within words is no end of a run, whoever speaks."""
    ours = [at for at, _ in said.pieces] if said else []
    runs: list[tuple[int, int]] = []
    for at, _ in heard.pieces if heard else ():
        if runs:
            start, end = runs[-1]
            between = bisect_left(ours, at) - bisect_right(ours, end)
            spoken = any(begun < at and ended > end for begun, ended in speech)
            if not (spoken and (not said or between > BRIDGE or any(a == b and end < a < at for a, b in speech))):
                runs[-1] = (start, at)
                continue
        runs.append((at, at))
    return runs
