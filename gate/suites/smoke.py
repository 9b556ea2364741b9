"""The smoke suite: known clips by class, and what any decent agent does with them. It knows no agent's dialogue."""

from dataclasses import replace

from gate.checks import claim
from gate.checks.badaudio import BadAudioRefused
from gate.checks.events.never import EventNever
from gate.checks.flow import Undisturbed
from gate.checks.interruption import Interrupted
from gate.checks.protocol import ProtocolKept
from gate.checks.script import ScriptFollowed
from gate.checks.sound import RightRate
from gate.checks.speech import Answered, FirstAudio, HearsNothing, NotCutShort, StaysQuiet
from gate.checks.words import WordsUnderstood
from gate.core.durations import Duration
from gate.core.plan import BargeIn, Case, Claim, Leave, Pause, Play, Step, Wait
from gate.suites import reading, sending
from gate.suites.brief import Brief
from gate.suites.cases import SuiteSettings
from gate.suites.foundation import LISTEN, asked_anyway, calls_fit, foundation, sane_audio
from gate.suites.written import all_written

FIRST_AUDIO_MS = 800.0
AUDIBLE_FOR_MS = 700.0
NOISE_WATCH_MS = 2_000.0
AT_RATE = ("hello", "hello-awb")
MARKS = {"response.done", "output_audio.done", "response.cancelled"}
UNREADABLE = "headless"
SETTLED_MS = 1_500.0

QUESTIONS = {
    "a question is answered": "hello",
    "another voice is answered": "hello-awb",
    "a corrected sentence is answered": "self-correction",
    "a pause in mid-sentence is respected": "long-pause",
    "a question over street noise is understood": "hello-traffic-20db",
}
NUMBERS = {"spelled digits are answered": "phone-number"}
"""Answered and written down, but not compared word by word: one agent writes "five five five", another "555"."""
TYPED = ("a question is answered", "a corrected sentence is answered", "spelled digits are answered")
INTERRUPTION = "an interruption stops the agent"
BACKCHANNEL = "a cough does not stop the agent"
NOISE = "noise alone starts no turn"
NO_AUDIO_FILE = "audio that nobody can read does no harm"
NEED_A_VOICE = (INTERRUPTION, BACKCHANNEL, NOISE, NO_AUDIO_FILE)


class Settings(SuiteSettings):
    """`first_audio`: how soon the answer must be heard; it blocks only if given. `interruption`: how soon the agent
    must fall silent. `noise: true` makes an answer to noise alone block, `backchannel: true` an agent that a cough
    stops: on both decent agents differ."""

    first_audio: Duration | None = None
    interruption: Duration = 2_000.0
    noise: bool = False
    backchannel: bool = False


def expand(settings: Settings, brief: Brief) -> tuple[Case, ...]:
    if not brief.capabilities.speaks:
        return _typed(settings, brief)
    return (
        *(_question(settings, brief, name, clip, _understood(brief, 1)) for name, clip in QUESTIONS.items()),
        *(_question(settings, brief, name, clip, _understood(brief, 1, None)) for name, clip in NUMBERS.items()),
        _interruption(settings, brief),
        _backchannel(settings, brief),
        _noise(settings, brief),
        _no_audio_file(brief),
        *all_written(settings, brief),
    )


def _typed(settings: Settings, brief: Brief) -> tuple[Case, ...]:
    """Every case by its name: those that can be typed, and the rest as skipped."""
    asked = QUESTIONS | NUMBERS
    return (
        *(reading.question(brief, name, asked[name]) for name in TYPED),
        *(reading.skipped(brief, name) for name in (*asked, *NEED_A_VOICE) if name not in TYPED),
        *all_written(settings, brief),
    )


def _question(settings: Settings, brief: Brief, name: str, clip: str, heard: tuple[Claim, ...]) -> Case:
    place = brief.place(())
    steps = (LISTEN, Play(brief.clip(clip, ())), Wait("turn_done"))
    rate = (claim(RightRate(), place),) if clip in AT_RATE else ()
    return _case(brief, name, steps, (*heard, *_answered(settings, brief, 1), *rate, claim(ScriptFollowed(), place)))


def _understood(brief: Brief, turn: int, most: float | None = 0.5) -> tuple[Claim, ...]:
    place = brief.place(())
    claims = [claim(NotCutShort(turn), place)]
    if "transcript.final" in brief.capabilities.shows:
        claims.append(claim(WordsUnderstood(turn, most), place))
    return tuple(claims)


def _answered(settings: Settings, brief: Brief, turn: int) -> tuple[Claim, ...]:
    place = brief.place(())
    soon = FirstAudio(turn, settings.first_audio or FIRST_AUDIO_MS)
    claims = [
        claim(Answered(turn), place),
        claim(soon, place, blocks=settings.first_audio is not None),
        *asked_anyway(brief),
        *sane_audio(brief, ()),
        claim(ProtocolKept(), place),
    ]
    if "error" in brief.capabilities.shows:
        claims.append(claim(EventNever("error"), place, blocks=False))
    return tuple(claims)


def _interruption(settings: Settings, brief: Brief) -> Case:
    """An agent of few words cannot be interrupted, and is no worse for it: so not even the script is claimed. And where
    no message says what is thrown away, an answer cannot be told from what was left to play. Where no mark ends an
    answer, the same question is asked before, so that it is known how long the answer is when it is heard out."""
    place = brief.place(())
    question = Play(brief.clip("hello", ()))
    heard_out = () if MARKS & brief.capabilities.shows else (question, Wait("turn_done"))
    turn = 1 + heard_out.count(question)
    steps = (
        LISTEN,
        *heard_out,
        question,
        BargeIn(brief.clip("barge-in", ()), AUDIBLE_FOR_MS),
        Wait("turn_done"),
    )
    claims = [claim(Answered(turn), place), claim(Interrupted(turn + 1, settings.interruption), place)]
    if brief.capabilities.takes_back:
        claims.append(claim(Answered(turn + 1), place))
    return _case(brief, INTERRUPTION, steps, tuple(claims))


def _backchannel(settings: Settings, brief: Brief) -> Case:
    """Played, and no step `interrupt`: that would do a client's duty and cancel the response itself."""
    place = brief.place(())
    steps = (
        LISTEN,
        Play(brief.clip("hello", ())),
        Wait("audible", ms=AUDIBLE_FOR_MS),
        Play(brief.clip("cough", ())),
        Wait("quiet", ms=SETTLED_MS, budget_ms=60_000.0),
    )
    claims = (claim(Answered(1), place), claim(Undisturbed(2), place, blocks=settings.backchannel))
    return _case(brief, BACKCHANNEL, steps, claims)


def _noise(settings: Settings, brief: Brief) -> Case:
    steps = (LISTEN, Play(brief.clip("keyboard", ())), Pause(NOISE_WATCH_MS))
    place = brief.place(())
    shown = "speech.started" in brief.capabilities.shows
    claims = (
        claim(StaysQuiet(), place, blocks=settings.noise),
        *((claim(HearsNothing(), place),) if shown else ()),
        claim(ScriptFollowed(), place),
    )
    return _case(brief, NOISE, steps, claims)


def _no_audio_file(brief: Brief) -> Case:
    """A file that no decoder can read: what could be decoded after all, a decent agent may well understand."""
    steps = (LISTEN, sending.send(UNREADABLE, brief, ()), Wait("quiet", ms=SETTLED_MS))
    words = brief.files_used[UNREADABLE].words if UNREADABLE in brief.files_used else ""
    calls = (brief.call("call", *steps), brief.call("next call", Leave()))
    claims = (*foundation(brief, ()), claim(BadAudioRefused(1, words), brief.place(())), *foundation(brief, (), call=1))
    case = _case(brief, NO_AUDIO_FILE, steps, ())
    return sending.or_skipped(replace(case, calls=calls, claims=claims), brief)


def _case(brief: Brief, name: str, steps: tuple[Step, ...], claims: tuple[Claim, ...]) -> Case:
    place = brief.place(())
    all_claims = (*foundation(brief, ()), *claims, *calls_fit(brief, ()))
    return Case(brief.case_id(name), brief.target.name, brief.suite, name, place, (brief.call("call", *steps),),
                all_claims, brief.tools)  # fmt: skip
