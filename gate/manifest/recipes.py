"""`clips:` to recipes that name no other recipe any more, and the library as the cases see it: with these names in it.

Nothing is rendered here, and no voice speaks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Final

from gate.core.mistakes import Mistake
from gate.core.plan import Clip, File, Made
from gate.core.ports import Clips
from gate.core.recipes import NO_SPEECH, NOISE_ALONE, Join, Recipe, Rest, Say
from gate.core.voices import Voice
from gate.manifest.document import Document, Loc, at, dotted
from gate.manifest.models import SOURCES, Manifest, RecipeSettings
from gate.manifest.validate import Checked

LONGEST_MS: Final = 300_000.0
MOST_PARTS: Final = 1_000
DEEPEST: Final = 8

MISTAKEN: Final = Recipe(Say(""))
"""What stands for a recipe with a mistake in it, so that nobody who plays it complains again."""


@dataclass
class Book:
    """The library's clips and the manifest's own, by name."""

    document: Document
    root: Checked[Manifest]
    library: Clips
    voice: Voice | None
    mistakes: list[Mistake] = field(default_factory=list)
    _made: dict[str, Recipe] = field(default_factory=dict)
    _under_way: list[str] = field(default_factory=list)

    @property
    def _own(self) -> Mapping[str, RecipeSettings]:
        return self.root.value.clips if self.root.value else {}

    @property
    def _written(self) -> Mapping[str, object]:
        clips = at(self.document.data, ("clips",))
        return clips if isinstance(clips, dict) else {}

    def made(self) -> tuple[Made, ...]:
        """Every recipe of the section, played or not."""
        place = self.document.key_place
        for name in self._written:
            if name in self.library.names():
                hint = "give it another name"
                self._tell(("clips", name), "has the name of a clip of the gate's own", hint=hint, key=True)
        return tuple(Made(name, place(("clips", name)), self._resolved(name)) for name in self._own)

    def names(self) -> tuple[str, ...]:
        return (*self._written, *self.library.names())

    def find(self, name: str) -> Clip | Recipe | str:
        if name in self._written:
            return self._resolved(name)
        found = self.library.find(name)
        close = get_close_matches(name, list(self._written), n=1, cutoff=0.6)
        return f"there is no clip {name!r}; did you mean {close[0]!r}?" if isinstance(found, str) and close else found

    def said(self, words: str, voice: Voice | None = None) -> Clip | Recipe | str:
        return self.library.said(words, voice or self.voice)

    def as_is(self, name: str) -> File | str:
        return self.library.as_is(name)

    def image(self, name: str) -> File | str:
        return self.library.image(name)

    def _resolved(self, name: str) -> Recipe:
        if name not in self._own:
            return MISTAKEN
        if name not in self._made:
            self._under_way.append(name)
            self._made[name] = self._recipe(self._own[name], ("clips", name))
            self._under_way.pop()
        return self._made[name]

    def _recipe(self, given: RecipeSettings, loc: Loc) -> Recipe:
        source = self._source(given, loc)
        if source == MISTAKEN:
            return MISTAKEN
        recipe = given.applied_to(source)
        if given.noise and not recipe.speaks:
            self._tell((*loc, "noise"), NO_SPEECH, hint=NOISE_ALONE)
        elif recipe.least_ms > LONGEST_MS or recipe.pieces > MOST_PARTS:
            found = f"{recipe.least_ms / 1000:.0f} s in {recipe.pieces} parts"
            most = f"at most {LONGEST_MS / 1000:.0f} s in {MOST_PARTS} parts"
            self._tell(loc, "is too long", found, most, key=True)
        else:
            return recipe
        return MISTAKEN

    def _source(self, given: RecipeSettings, loc: Loc) -> Recipe:
        if sum(getattr(given, source) is not None for source in SOURCES) != 1:
            return MISTAKEN
        if given.silence is not None:
            return Recipe(Rest(given.silence))
        if given.parts is not None:
            parts = tuple(self._recipe(part, (*loc, "parts", i)) for i, part in enumerate(given.parts))
            return MISTAKEN if MISTAKEN in parts else Recipe(Join(parts))
        found = self._played(given.play) if given.play is not None else self.said(" ".join((given.say or "").split()))
        if isinstance(found, str):
            self._tell((*loc, "say" if given.play is None else "play"), found)
            return MISTAKEN
        return found.taken if isinstance(found, Clip) else found

    def _played(self, name: str) -> Clip | Recipe | str:
        if len(self._under_way) > DEEPEST:
            return f"more than {DEEPEST} recipes are made of one another here; write some of them out"
        if name in self._under_way:
            round_trip = " → ".join([*self._under_way[self._under_way.index(name) :], name])
            return f"this recipe is made of itself: {round_trip}"
        return self.find(name)

    def _tell(
        self, loc: Loc, what: str, found: str = "", expected: str = "", hint: str = "", *, key: bool = False
    ) -> None:
        """`key`: it is about the whole of a thing, and so told where its name stands."""
        original = self.root.original(loc)
        place = self.document.key_place(original) if key else self.document.place(original)
        self.mistakes.append(Mistake(place, f"{dotted(original)}: {what}", found, expected, hint))
