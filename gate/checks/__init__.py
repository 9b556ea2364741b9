"""Pure questions of a recording. A new check is one function and its params in the file of its topic, and one line."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter

from gate.checks import (
    answer,
    badaudio,
    closing,
    dryrun,
    events,
    flow,
    interruption,
    mocking,
    protocol,
    refusal,
    replies,
    script,
    session,
    sound,
    speech,
    turns,
    words,
)
from gate.checks.view import View
from gate.core.findings import Layer
from gate.core.places import Place
from gate.core.plan import Claim

Ask = Callable[[View, Any], answer.Answer]


@dataclass(frozen=True, slots=True)
class Check:
    params: type[Any]
    ask: Ask


CHECKS: dict[str, Check] = {
    "ready": Check(session.ReadyInTime, session.ready),
    "configured": Check(session.ConfiguredAsAsked, session.configured),
    "refused": Check(refusal.CallerRefused, refusal.refused),
    "rejected": Check(refusal.MessageRejected, refusal.rejected),
    "transcript": Check(words.WordsUnderstood, words.transcript),
    "answered": Check(speech.Answered, speech.answered),
    "replied": Check(replies.Replied, replies.replied),
    "turn-respected": Check(speech.NotCutShort, speech.not_cut_short),
    "first-audio": Check(speech.FirstAudio, speech.first_audio),
    "interrupted": Check(interruption.Interrupted, interruption.interrupted),
    "level": Check(sound.LoudEnough, sound.loud_enough),
    "voiced": Check(sound.Voiced, sound.voiced),
    "clipping": Check(sound.Unclipped, sound.unclipped),
    "dropouts": Check(sound.WithoutHoles, sound.without_holes),
    "whole-words": Check(sound.WholeWords, sound.whole_words),
    "chunk-order": Check(sound.InOrder, sound.in_order),
    "speech-rate": Check(sound.RightRate, sound.right_rate),
    "stalls": Check(flow.Flows, flow.flows),
    "undisturbed": Check(flow.Undisturbed, flow.undisturbed),
    "noise-ignored": Check(speech.StaysQuiet, speech.noise_ignored),
    "final-marker": Check(turns.FinalMarker, turns.final_marker),
    "transcript-first": Check(turns.TranscriptFirst, turns.transcript_first),
    "events": Check(events.EventsInOrder, events.in_order),
    "never": Check(events.EventNever, events.never),
    "count": Check(events.EventCount, events.count),
    "mocks": Check(mocking.CallsMocked, mocking.mocked),
    "dry-run": Check(dryrun.DryRunsOnly, dryrun.dry_runs_only),
    "protocol": Check(protocol.ProtocolKept, protocol.kept),
    "script": Check(script.ScriptFollowed, script.followed),
    "bad-audio": Check(badaudio.BadAudioRefused, badaudio.refused),
    "close-code": Check(closing.CloseCode, closing.close_code),
}


def claim(params: Any, place: Place, *, call: int = 0, blocks: bool = True, layer: Layer | None = None) -> Claim:
    """A claim for the plan, from the params of its check."""
    data = TypeAdapter(type(params)).dump_python(params, mode="json")
    return Claim(params.CHECK, place, data, call, blocks, layer.value if layer else None)
