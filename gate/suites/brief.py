"""What a suite is told when it turns its few lines into cases. It never opens a file and knows no dialect by name."""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from gate.core.capabilities import Capabilities
from gate.core.dialling import proven
from gate.core.mistakes import Mistake
from gate.core.places import Place
from gate.core.plan import Call, Case, Clip, Dial, File, Made, Play, Step, Target, Write
from gate.core.ports import Clips
from gate.core.recipes import Recipe
from gate.core.tooling import ToolPlan

TEXT_ALONE = "this dialect carries text alone: use `type` with the words"
Location = tuple[str | int, ...]


@dataclass(frozen=True)
class Brief:
    """`place` gives the line of a path below the suite's own node, `()` being the suite itself. Clips that cases use
    are gathered in `clips_used` and, where they are still to be made, in `made`; files that are sent as they are, in
    `files_used`; what is wrong in `mistakes`. `invariants` are those that the manifest switches on or off for all."""

    suite: str
    target: Target
    capabilities: Capabilities
    tools: ToolPlan
    library: Clips
    place: Callable[[Location], Place]
    clips_used: dict[str, Clip] = field(default_factory=dict)
    made: dict[str, Made] = field(default_factory=dict)
    files_used: dict[str, File] = field(default_factory=dict)
    invariants: Mapping[str, bool] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)

    def case_id(self, name: str) -> str:
        """Target, dialect, suite and name: file-safe, and unique as long as names in a suite are."""
        return ".".join(map(_slug, (self.target.name, self.target.dialect, self.suite, name)))

    def clip(self, name: str, loc: Location) -> str:
        """The name under which the plan knows the clip; a mistake at `loc` if there is none."""
        return self.use(name, self.library.find(name), loc)

    def use(self, name: str, found: Clip | Recipe | str, loc: Location) -> str:
        """The same for what was found: a clip, how a clip of this name is made, or what is wrong."""
        match found:
            case Clip():
                self.clips_used[found.name] = found
                return found.name
            case Recipe():
                self.made.setdefault(name, Made(name, self.place(loc), found))
            case _:
                self.mistake(loc, found)
        return name

    def say(self, name: str, loc: Location) -> Step:
        """The step that speaks a clip; over a wire of text alone, that types its words."""
        if self.capabilities.speaks:
            return Play(self.clip(name, loc))
        found = self.library.find(name)
        if isinstance(found, Clip) and not found.words:
            self.mistake(loc, f"the clip {name} has no words to type", hint=TEXT_ALONE)
        elif isinstance(found, Recipe):
            self.mistake(loc, f"{name} is made of sound, and cannot be typed", hint=TEXT_ALONE)
        elif isinstance(found, str):
            self.mistake(loc, found)
        return Write(found.words if isinstance(found, Clip) else name)

    def file(self, name: str, found: File | str, loc: Location) -> str:
        """The name under which the plan knows the file; a mistake at `loc` if it cannot be sent."""
        if isinstance(found, File):
            self.files_used[found.name] = found
            return found.name
        self.mistake(loc, found)
        return name

    def mistake(self, loc: Location, what: str, found: str = "", expected: str = "", hint: str = "") -> None:
        self.mistakes.append(Mistake(self.place(loc), what, found, expected, hint))

    def call(self, name: str, *steps: Step, dial: Dial | None = None) -> Call:
        """A call to the target with its own credential, unless another dial is given."""
        call = Call(name, dial or self.target.dial, self.target.session, steps, self.target.budgets)
        return call if dial else proven(call, self.target.credential)


def _slug(text: str) -> str:
    """Letters, digits and dashes. A text with letters that this loses gets a part of its hash, to stay itself."""
    slug = re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")
    if text.isascii():
        return slug or "x"
    return "-".join(filter(None, (slug, hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8])))


Cases = tuple[Case, ...]
