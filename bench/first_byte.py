"""How far the gate's own figures are off: first byte and barge-in stop, beside the agent's own log of the same calls.
`python -m bench.first_byte`

`voxgate run` calls the reference agent over real sockets; each answer waits a random 0 to 2 s. The gate's figures are
those of the judge, from the evidence on disk; the truth is in bench/truth.py."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench import truth
from bench.cli import bench
from bench.figures import Figure, Result, Table, ms, percentile
from bench.runs import agent, free_port, voxgate_run, workspace
from gate.checks.judge import examine, views_of
from gate.core.plan import Case, Clip
from gate.core.recording import Recording
from gate.core.signals import AudioIn, AudioOut, Ready
from gate.dialects.canonical.dialect import Canonical
from gate.evidence import store
from gate.evidence.reader import read

CASES = 24
ROUNDS = 5
JOBS = 8
SEED = 7
FEWEST_TURNS, FEWEST_STOPS = 200, 100
QUESTION, INTERRUPTION = "yes-please", "stop"
MEDIAN_MS, P99_MS, STOP_P99_MS = 1.0, 5.0, 20.0


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of the caller's: what the gate measured, what peers' clock would say, and what was true. In ms."""

    first_byte: float
    naive: float
    true_first_byte: float
    stop: float | None
    true_stop: float | None


def manifest(port: int, cases: int, rounds: int) -> str:
    """In each round the caller asks, interrupts the answer, and hears the next answer to its end."""
    turns = (
        f"          - play: {QUESTION}\n          - wait: {{until: audible, for: 600ms}}\n"
        f"          - play: {INTERRUPTION}\n          - wait: turn_done\n"
    )
    one = "      - name: call {n}\n        caller:\n" + turns.replace("{", "{{").replace("}", "}}") * rounds
    one += "        never: [error]\n"
    return (
        f"version: 1\ntarget: {{url: 'ws://127.0.0.1:{port}/', dialect: canonical}}\n"
        "suites:\n  tools:\n    cases:\n" + "".join(one.format(n=n) for n in range(cases))
    )


def turns_of(
    case: Case, recording: Recording, clips: dict[str, Clip], sessions: dict[str, truth.Session]
) -> Iterator[Turn]:
    """The turns of a call; those that were not answered are no turns to measure."""
    can = Canonical.capabilities
    _, numbers = examine(case, views_of(case, recording, can, tuple(clips.values())))
    found = {(number.name, number.turn): number.value for number in numbers}
    session = sessions[next(str(h.signal.session_id) for h in recording.heard if isinstance(h.signal, Ready))]
    for note in recording.notes_of(0, "play"):
        turn, begin, clip = int(str(note.data["turn"])), int(str(note.data["at_sample"])), clips[str(note.data["clip"])]
        first, last, end = (begin + round(at * can.input_rate_hz / 1000) for at in _marks_ms(clip))
        started_ns, ended_ns = session.spoken_ns(max(1, first)), session.spoken_ns(last)
        first_byte, naive = found.get(("first_byte", turn)), naive_ms(recording, end)
        if first_byte is None or naive is None or started_ns is None or ended_ns is None:
            continue
        answered_ns, silent_ns = session.first_byte_ns(ended_ns), session.silent_ns(started_ns)
        if answered_ns is not None:
            stopped = silent_ns is not None and silent_ns < answered_ns
            true_stop = (silent_ns - started_ns) / 1e6 if silent_ns is not None and stopped else None
            stop = found.get(("barge_in_stop", turn))
            yield Turn(first_byte, naive, (answered_ns - ended_ns) / 1e6, stop, true_stop)


def _marks_ms(clip: Clip) -> tuple[float, float, float]:
    assert clip.speech_start_ms is not None
    assert clip.speech_end_ms is not None
    return clip.speech_start_ms, clip.speech_end_ms, clip.duration_ms


def naive_ms(recording: Recording, end: int) -> float | None:
    """As clients count that know no speech in their clips: from the frame with the clip's very last sample, silence
    behind the words included, to the first audio that comes after it."""
    sent_ns, last = None, 0
    for heard in recording.heard:
        match heard.signal:
            case AudioIn(pcm, _) if sent_ns is None:
                last += len(pcm) // 2
                sent_ns = heard.t_ns if last >= end else None
            case AudioOut() if sent_ns is not None:
                return (heard.t_ns - sent_ns) / 1e6
            case _:
                pass
    return None


def all_turns(evidence: Path, log: Path) -> list[Turn]:
    plan, sessions = store.read_plan(evidence), truth.sessions(log.read_text("utf-8").splitlines())
    clips = {clip.name: clip for clip in plan.clips}
    found: list[Turn] = []
    for case in plan.cases:
        recording = read(store.attempts(evidence, case.id)[-1], Canonical(), plan.clips)
        found += turns_of(case, recording, clips, sessions)
    return found


def measured() -> list[Turn]:
    port = free_port()
    with workspace() as folder:
        (folder / "voice-tests.yaml").write_text(manifest(port, CASES, ROUNDS), "utf-8")
        with agent(["bench.agent", str(port), str(folder / "agent.jsonl"), str(SEED)], port):
            said = voxgate_run(folder / "voice-tests.yaml", folder / "results", JOBS)
        turns = all_turns(folder / "results" / "evidence", folder / "agent.jsonl")
    if not turns:
        raise RuntimeError(f"no turn was answered; the gate said:\n{said}")
    return turns


def row(name: str, errors: list[float]) -> tuple[str, ...]:
    off = [abs(error) for error in errors]
    shares = (ms(percentile(off, share)) for share in (0.5, 0.9, 0.99, 1.0))
    return (name, str(len(errors)), ms(sorted(errors)[len(errors) // 2]), *shares)


def result_of(turns: list[Turn]) -> Result:
    gate = [turn.first_byte - turn.true_first_byte for turn in turns]
    naive = [turn.naive - turn.true_first_byte for turn in turns]
    stops = [turn.stop - turn.true_stop for turn in turns if turn.stop is not None and turn.true_stop is not None]
    enough, enough_stops = len(gate) >= FEWEST_TURNS, len(stops) >= FEWEST_STOPS
    off, stop_off = [abs(error) for error in gate], [abs(error) for error in stops]
    true_ms = [turn.true_first_byte for turn in turns]
    head = ("error of", "turns", "bias ms", "median", "p90", "p99", "worst")
    rows = [row("first byte, voxgate", gate), row("first byte, from the last frame of the clip", naive)]
    rows += [row("barge-in stop, voxgate", stops)] if enough_stops else []
    return Result(
        bench="first_byte",
        title="Error of the gate's latencies against the agent's own log",
        command="python -m bench.first_byte",
        figures=(
            Figure("first byte, median error", percentile(off, 0.5) if enough else None, MEDIAN_MS),
            Figure("first byte, p99 error", percentile(off, 0.99) if enough else None, P99_MS),
            Figure("barge-in stop, p99 error", percentile(stop_off, 0.99) if enough_stops else None, STOP_P99_MS),
        ),
        tables=(Table(head, tuple(rows)),),
        how=(*HOW, f"True latencies were {min(true_ms):.0f} to {max(true_ms):.0f} ms."),
    )


HOW = (
    (
        f"`voxgate run --jobs {JOBS}` makes {CASES} calls of {2 * ROUNDS} turns to the reference agent over real "
        "sockets; every second turn interrupts an answer, and each answer waits a random 0 to 2 s."
    ),
    (
        "The truth is the agent's own log: it stamps what arrives at its socket and what it is about to send, by the "
        "clock that both processes share. The stamp of the frame with the caller's last (or first) speech sample is "
        "corrected by where in that frame the sample lies, which is known by construction."
    ),
    (
        "Beside it, from the same recordings: the clock of clients that count from the last frame of the whole clip, "
        "the silence behind its words included."
    ),
    (
        "The agent's ears cost nothing and its voice never pauses, so that its stamps are true and its last audible "
        "sample is defined. Where speech lies in the clips is taken from their index: bench.speech measures that."
    ),
)


def measure_all() -> Result:
    return result_of(measured())


if __name__ == "__main__":
    sys.exit(bench(measure_all))
