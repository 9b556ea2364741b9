"""Steps that send something else than speech, and speech into the agent's words: what the dialect has no message for
is a mistake, or, for a file as it is, the reason why the case is skipped."""

from dataclasses import replace

from gate.checks import claim
from gate.checks.badaudio import BadAudioRefused
from gate.core.plan import BargeIn, Case, Claim, File, Play, Press, SendFile, Show, Step, Write
from gate.suites.brief import Brief, Location
from gate.suites.settings import InterruptSettings

NO_FORMAT = "the wire carries bare samples and no format, so the agent cannot know what was wrong"
TURNS = (Play, BargeIn, Write, Press, SendFile, Show)


def press(digits: str, brief: Brief, loc: Location) -> Step:
    _sayable(brief, brief.capabilities.presses, "keys", "dtmf", loc)
    return Press(digits)


def show(name: str, brief: Brief, loc: Location) -> Step:
    _sayable(brief, brief.capabilities.sees_images, "images", "image", loc)
    return Show(brief.file(name, brief.library.image(name), loc))


def send(name: str, brief: Brief, loc: Location) -> Step:
    return SendFile(brief.file(name, brief.library.as_is(name), loc))


def barge_in(given: str | InterruptSettings, brief: Brief, loc: Location) -> Step:
    if isinstance(given, str):
        return BargeIn(brief.clip(given, loc))
    return BargeIn(brief.clip(given.play, (*loc, "play")), given.after, given.budget)


def skipped(steps: tuple[Step, ...], brief: Brief) -> str | None:
    """Why such a call proves nothing over this wire."""
    sends = any(isinstance(step, SendFile) for step in steps)
    return NO_FORMAT if sends and not brief.capabilities.takes_files else None


def or_skipped(case: Case, brief: Brief) -> Case:
    """The case; or, where it would prove nothing over this wire, the reason alone."""
    why = skipped(tuple(step for call in case.calls for step in call.steps), brief)
    return replace(case, calls=(), claims=(), skip=why) if why else case


def refusals(steps: tuple[Step, ...], brief: Brief, loc: Location) -> tuple[Claim, ...]:
    """What is claimed of each file that is sent as it is. `loc` is that of the case."""
    claims: list[Claim] = []
    for i, step in enumerate(steps):
        if isinstance(step, SendFile) and isinstance(file := brief.files_used.get(step.file), File):
            turn = sum(isinstance(before, TURNS) for before in steps[: i + 1])
            claims.append(claim(BadAudioRefused(turn, file.words), brief.place((*loc, "caller", i, "play"))))
    return tuple(claims)


def _sayable(brief: Brief, can: bool, what: str, key: str, loc: Location) -> None:
    if not can:
        hint = f"describe one under options.send.{key}" if brief.target.dialect == "template" else "leave it out"
        brief.mistake(loc, f"the dialect {brief.target.dialect} has no message for {what}", hint=hint)
