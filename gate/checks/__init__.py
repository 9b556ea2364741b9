"""Pure questions of a recording. A new check is one function and its params in the file of its topic, and one line."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pydantic import TypeAdapter

from gate.checks import (
    answer,
    badaudio,
    cleanup,
    closing,
    company,
    confirming,
    doors,
    flow,
    idling,
    ids,
    interruption,
    memory,
    orders,
    phrases,
    pinging,
    protocol,
    reconnected,
    refusal,
    replies,
    restarting,
    script,
    session,
    sound,
    speech,
    turns,
    words,
)
from gate.checks.events import counting, ending, in_order, never
from gate.checks.tools import arguments, calls, dryrun, mocking, provenance, sandboxed, writes
from gate.checks.view import View
from gate.core.findings import Layer
from gate.core.places import Place
from gate.core.plan import Claim

Ask = Callable[[View, Any], answer.Answer]


@dataclass(frozen=True)
class Check:
    params: type[Any]
    ask: Ask

    @cached_property
    def stored(self) -> TypeAdapter[Any]:
        """Between the params and their JSON in the plan."""
        return TypeAdapter(self.params)


CHECKS: dict[str, Check] = {
    "ready": Check(session.ReadyInTime, session.ready),
    "configured": Check(session.ConfiguredAsAsked, session.configured),
    "refused": Check(refusal.CallerRefused, refusal.refused),
    "rejected": Check(refusal.MessageRejected, refusal.rejected),
    "served-alike": Check(company.ServedAlike, company.served),
    "prompt-alike": Check(company.PromptAlike, company.prompt),
    "door": Check(doors.DoorAnswered, doors.answered),
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
    "silence-ignored": Check(speech.HearsNothing, speech.silence_ignored),
    "final-marker": Check(turns.FinalMarker, turns.final_marker),
    "started-before-audio": Check(orders.StartedFirst, orders.started_first),
    "transcript-before-answer": Check(turns.TranscriptFirst, turns.transcript_first),
    "result-before-answer": Check(orders.ResultFirst, orders.result_first),
    "nothing-after-close": Check(orders.NothingAfterClose, orders.nothing_after_close),
    "call-ids": Check(ids.CallIds, ids.call_ids),
    "response-ids": Check(ids.ResponseIds, ids.response_ids),
    "session-id": Check(ids.SessionId, ids.session_id),
    "events": Check(in_order.EventsInOrder, in_order.in_order),
    "says": Check(phrases.Says, phrases.says),
    "hears": Check(phrases.Hears, phrases.hears),
    "confirms": Check(confirming.Confirms, confirming.confirms),
    "must-not-confirm": Check(confirming.MustNotConfirm, confirming.must_not_confirm),
    "never": Check(never.EventNever, never.never),
    "count": Check(counting.EventCount, counting.count),
    "ends-with": Check(ending.EndsWith, ending.ends_with),
    "mocks": Check(mocking.CallsMocked, mocking.mocked),
    "dry-run": Check(dryrun.DryRunsOnly, dryrun.dry_runs_only),
    "mocks-used": Check(mocking.MocksUsed, mocking.used),
    "calls": Check(calls.CallsAnswered, calls.answered),
    "call-after-turn": Check(calls.CallAfterTurn, calls.after_turn),
    "arguments": Check(arguments.ArgumentsFit, arguments.fit),
    "ids-known": Check(provenance.IdsKnown, provenance.known),
    "writes-once": Check(writes.WritesOnce, writes.once),
    "retry-key": Check(writes.RetryKey, writes.keys_kept),
    "writes-kept": Check(reconnected.WritesKept, reconnected.kept),
    "sandboxed": Check(sandboxed.Sandboxed, sandboxed.sandboxed),
    "protocol": Check(protocol.ProtocolKept, protocol.kept),
    "script": Check(script.ScriptFollowed, script.followed),
    "bad-audio": Check(badaudio.BadAudioRefused, badaudio.refused),
    "pong": Check(pinging.PingAnswered, pinging.answered),
    "close-code": Check(closing.CloseCode, closing.close_code),
    "session-gone": Check(cleanup.SessionGone, cleanup.gone),
    "idle": Check(idling.IdleCallerKept, idling.kept),
    "restarted": Check(restarting.CameBack, restarting.came_back),
    "remembers": Check(memory.Remembers, memory.remembers),
    "forgets": Check(memory.Forgets, memory.forgets),
}


def claim(params: Any, place: Place, *, call: int = 0, blocks: bool = True, layer: Layer | None = None) -> Claim:
    """A claim for the plan, from the params of its check."""
    data = CHECKS[params.CHECK].stored.dump_python(params, mode="json")
    return Claim(params.CHECK, place, data, call, blocks, layer.value if layer else None)
