"""A case that the user wrote, expanded: the same for every suite."""

from dataclasses import replace

from gate.checks import claim
from gate.checks.closing import CloseCode
from gate.checks.protocol import ProtocolKept
from gate.checks.script import ScriptFollowed
from gate.core.plan import Call, Case, Claim, Clip, Lane, Leave, Pause, Play, Step, Wait, Write
from gate.core.recipes import NO_SPEECH, NOISE_ALONE, say_title, title
from gate.core.suggest import did_you_mean
from gate.suites import calling, clearing, expecting, known_tools, network, saying, sending, settings
from gate.suites.brief import Brief, Location
from gate.suites.cases import CaseSettings, SuiteSettings
from gate.suites.foundation import foundation, sane_audio
from gate.suites.matching import CALLER_EVENTS
from gate.suites.settings import StepSettings
from gate.suites.showing import shown


def all_written(suite: SuiteSettings, brief: Brief) -> tuple[Case, ...]:
    """The suite's own cases that are run against this target."""
    mine = [
        (i, case) for i, case in enumerate(suite.cases) if case.targets is None or brief.target.name in case.targets
    ]
    return tuple(written(case, brief, ("cases", i)) for i, case in mine)


def written(case: CaseSettings, brief: Brief, loc: Location) -> Case:
    """The case at `loc` of the suite's node."""
    steps = tuple(step_of(step, brief, (*loc, "caller", i)) for i, step in enumerate(case.caller))
    call = _asking(case, brief.call("call", *steps), brief, (*loc, "session"))
    call = replace(call, pace=case.pace)
    if case.pace == "burst" and not brief.capabilities.bursts:
        what = f"the dialect {brief.target.dialect} takes audio in real time only"
        brief.mistake((*loc, "pace"), what, hint="leave pace out")
    if case.linger is not None:
        call = replace(call, budgets=replace(call.budgets, linger_ms=case.linger))
    place = brief.place((*loc, "caller"))
    known_tools.of_claims(case, brief, loc)
    _gets_to_its_turns(case, brief, loc)
    claims = (
        *foundation(brief, loc, switches=case.invariants),
        *_claimed(case, brief, loc),
        claim(ProtocolKept(), place),
    )
    claims += (claim(ScriptFollowed(), place), *sending.refusals(steps, brief, loc))
    claims += sane_audio(brief, (*loc, "caller"))
    tools = calling.tools_of(case, brief, loc)
    claims += calling.standing(tools, len(case.mocks), brief, loc)
    made = Case(
        id=brief.case_id(case.name),
        target=brief.target.name,
        suite=brief.suite,
        name=case.name,
        place=brief.place(loc),
        calls=(call,),
        claims=tuple(replace(one, blocks=one.blocks and case.blocks) for one in claims),
        tools=tools,
        lane=Lane.PARALLEL,
        tags=tuple(case.tags),
        probe=brief.target.probe if case.gone else None,
        cleanup=tuple(one.request(brief.place((*loc, "cleanup", i))) for i, one in enumerate(case.cleanup)),
    )
    weather = case.network.weather if case.network else None
    opening = network.opened_again(foundation(brief, loc, switches=case.invariants))
    made = network.in_weather(made, weather, opening, brief.place((*loc, "network")))
    return sending.or_skipped(made, brief)


def _gets_to_its_turns(case: CaseSettings, brief: Brief, loc: Location) -> None:
    turns = sum(step.takes_a_turn for step in case.caller)
    words = {"says": case.says, "hears": case.hears}
    asked = [((*loc, part, i, "turn"), one.turn) for part, asking in words.items() for i, one in enumerate(asking)]
    asked += [((*loc, "calls", i, "after_turn"), call.after_turn) for i, call in enumerate(case.calls)]
    expected = f"at most {turns}, since the caller takes so many turns"
    for at, turn in asked:
        if turn is not None and turn > turns:
            what = f"{at[-3]}[{at[-2]}].{at[-1]} is a turn that never comes"
            brief.mistake(at, what, str(turn), expected, "correct it, or give the caller another step")


def _asking(case: CaseSettings, call: Call, brief: Brief, loc: Location) -> Call:
    """The call with what this case alone asks of its session."""
    asked = {name: value for name, value in case.session if value is not None}
    known = brief.capabilities.session
    for name in asked:
        if known is not None and name not in known:
            what = f"the dialect {brief.target.dialect} has no session field {name!r}"
            brief.mistake((*loc, name), what, hint=did_you_mean(name, sorted(known)) if known else "leave it out")
    return replace(call, session={**call.session, **asked})


def step_of(step: StepSettings, brief: Brief, loc: Location) -> Step:
    match step:
        case StepSettings(play=str(name)):
            return brief.say(name, (*loc, "play"))
        case StepSettings(play=settings.PlaySettings(clip=name, as_is=True)):
            return sending.send(name, brief, (*loc, "play"))
        case StepSettings(play=settings.PlaySettings() as play):
            _needs_a_voice("changed sound", brief, (*loc, "play"))
            return Play(_changed(play, brief, (*loc, "play")))
        case StepSettings(say=str(words)):
            return _said(words, brief, (*loc, "say"))
        case StepSettings(pause=float(ms)):
            return Pause(ms)
        case StepSettings(wait=settings.WaitSettings() as wait):
            if wait.event is not None:
                _waitable(wait.event, brief, (*loc, "wait"))
            if wait.until == "audible":
                _needs_a_voice("a wait until the agent is audible", brief, (*loc, "wait"))
            return Wait(wait.until, wait.budget, wait.event or "", wait.lasting or 0.0)
        case StepSettings(type=str(text)):
            if not brief.capabilities.types:
                what = f"the dialect {brief.target.dialect} has no message for typed text"
                brief.mistake((*loc, "type"), what, hint="use play or say")
            return Write(text)
        case StepSettings(interrupt=str() | settings.InterruptSettings() as given):
            _needs_a_voice("an interruption", brief, (*loc, "interrupt"))
            return sending.barge_in(given, brief, (*loc, "interrupt"))
        case StepSettings(dtmf=str(digits)):
            return sending.press(digits, brief, (*loc, "dtmf"))
        case StepSettings(image=str(name)):
            return sending.show(name, brief, (*loc, "image"))
        case _:
            return _hang_up(step.hang_up)


def _hang_up(how: str | int | None) -> Leave:
    match how:
        case "reset" | "dead":
            return Leave(None, loss=how)
        case _:
            return Leave(how if isinstance(how, int) else None)


def _said(words: str, brief: Brief, loc: Location) -> Step:
    words = " ".join(words.split())
    if not brief.capabilities.speaks:
        return Write(words)
    return Play(brief.use(say_title(words), brief.library.said(words), loc))


def _needs_a_voice(what: str, brief: Brief, loc: Location) -> None:
    if not brief.capabilities.speaks:
        brief.mistake(loc, f"the dialect {brief.target.dialect} carries text alone, and {what} needs a voice")


def _changed(play: settings.PlaySettings, brief: Brief, loc: Location) -> str:
    """A clip with its modifiers: one that is made for the purpose."""
    found = brief.library.find(play.clip)
    if isinstance(found, str) or not play.changes_something:
        return brief.use(play.clip, found, (*loc, "clip"))
    source = found.taken if isinstance(found, Clip) else found
    if play.noise and not source.speaks:
        brief.mistake((*loc, "noise"), NO_SPEECH, hint=NOISE_ALONE)
    recipe = play.applied_to(source)
    return brief.use(title(play.clip, recipe), recipe, loc)


def _claimed(case: CaseSettings, brief: Brief, loc: Location) -> tuple[Claim, ...]:
    """What the user claims, part by part."""
    close = (claim(CloseCode(tuple(case.close)), brief.place((*loc, "close"))),) if case.close is not None else ()
    parts = (expecting.claims(case, brief, loc), calling.claims(case, brief, loc), saying.claims(case, brief, loc))
    return (*(one for part in parts for one in part), *close, *_gone(case, brief, (*loc, "gone")))


def _gone(case: CaseSettings, brief: Brief, loc: Location) -> tuple[Claim, ...]:
    if not case.gone:
        return ()
    if brief.target.probe is None:
        what = f"the target {brief.target.name} has no probe, so nothing can show what is left of its sessions"
        brief.mistake(loc, what, hint="declare one under probe:, or leave gone out")
        return ()
    return clearing.session_gone(brief.target.probe, brief.place(loc))


def _waitable(event: str, brief: Brief, loc: Location) -> None:
    if event in CALLER_EVENTS:
        brief.mistake(loc, f"the caller cannot wait for {event}", hint="that is what it does itself: use pause or play")
    else:
        shown(event, brief, loc)
