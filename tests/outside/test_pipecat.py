"""Pipecat itself, on both sides: google.protobuf and Pipecat's serializers and models judge every frame, its client and
its own test harness talk to the reference agent, and the gate calls real Pipecat bots."""

import json
import random
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from gate.core import acts, signals
from gate.core.acts import Act
from gate.core.signals import Signal
from gate.dialects.base import Frames
from gate.dialects.fields import Illegal
from gate.dialects.pipecat.dialect import Pipecat
from gate.dialects.pipecat.options import PipecatOptions
from gate.dialects.pipecat.protobuf import MessageFrame, read, write
from tests.outside.conftest import PYTHON, ROOT, SCRIPTS, Proof, free_port, serving

AUDIO = ROOT / "fixtures" / "audio"
PROTOBUF, EVAL = Pipecat(), Pipecat(PipecatOptions(wire="eval"))
LEGACY = Pipecat(PipecatOptions(client_tools=True))
PCM = bytes(range(200)) * 16


def number(value: int) -> bytes:
    return bytes([value]) if value < 128 else bytes([value & 127 | 128]) + number(value >> 7)


def field(dice: random.Random, depth: int) -> bytes:
    at, width = (
        dice.choice([0, 1, 2, 3, 4, 5, 6, 7, 100, 2**29 - 1, 2**29]),
        dice.choice([0, 0, 1, 2, 2, 2, 3, 4, 5, 6]),
    )
    tag = number(at << 3 | width)
    if dice.random() < 0.03:
        tag = tag[:-1] + bytes([tag[-1] | 128]) + b"\x80" * dice.randrange(5) + b"\0"
    match width:
        case 0:
            wild = bytes(dice.randrange(128, 256) for _ in range(dice.randrange(11))) + bytes([dice.randrange(128)])
            return tag + dice.choice([number(dice.choice([0, 1, 300, 2**32 - 1, 2**32, 2**64 - 1])), wild])
        case 2:
            texts = [b"", b"abc", "é€😀".encode(), b"\xff\xfe", b"\xed\xa0\x80", b"\xc0\x80"]
            inner = row(dice, depth - 1) if depth and dice.random() < 0.6 else dice.choice(texts)
            return tag + number(len(inner) + (dice.random() < 0.05)) + inner
        case 3:
            end = number((at + (dice.random() < 0.1)) << 3 | 4)
            return tag + (row(dice, depth - 1) if depth else b"") + (end if dice.random() < 0.95 else b"")
        case _:
            return tag + dice.randbytes({1: 8, 5: 4}.get(width, 0))


def row(dice: random.Random, depth: int) -> bytes:
    return b"".join(field(dice, depth) for _ in range(dice.randrange(4)))


def anything(dice: random.Random) -> bytes:
    """Bytes that are near a frame: kinds said twice, unknown fields, other widths, and now and then a damaged byte."""
    data = b""
    for _ in range(dice.choice([0, 1, 1, 1, 2, 3])):
        inner = row(dice, 2)
        data += number(dice.randrange(1, 6) << 3 | 2) + number(len(inner)) + inner
        data += field(dice, 1) if dice.random() < 0.2 else b""
    if data and dice.random() < 0.1:
        data = data[: dice.randrange(len(data))]
    if data and dice.random() < 0.1:
        at = dice.randrange(len(data))
        data = data[:at] + dice.randbytes(1) + data[at + 1 :]
    return data


def ours(data: bytes) -> Any:
    try:
        frame = read(data)
    except Illegal:
        return "refused"
    if frame is None:
        return None
    made = {key: value.hex() if isinstance(value, bytes) else value for key, value in asdict(frame).items()}
    return [type(frame).__name__.removesuffix("Frame").removesuffix("Raw").lower(), made]


def test_google_makes_the_same_of_any_bytes(proof: Proof) -> None:
    dice = random.Random(20)
    pits = [b"\x0b" * deep + b"\x0c" * deep for deep in (99, 100, 101)]
    given = [*pits, *(anything(dice) for _ in range(6000))]
    theirs = proof("pipecat_frames.py", stdin="\n".join(data.hex() for data in given))
    assert [ours(data) for data in given] == theirs
    kinds = [found[0] if isinstance(found, list) else found for found in theirs]
    assert all(kinds.count(kind) > 50 for kind in ("text", "audio", "transcription", "message", "interruption", None))
    assert 100 < kinds.count("refused") < 5000


DONE: tuple[Act, ...] = (
    acts.Configure({"metadata": {"tier": "gold"}, "system_prompt": "Be brief."}), acts.Speak(PCM), acts.Hush(320),
    acts.Type("Grüß Gott"), acts.Press("1*#"), acts.Show("a.png", PCM, "image/png"),
    acts.Answer("c1", "look_up", {"id": 1}), acts.Answer("c1", "look_up", [1]),
    acts.Answer("c1", "look_up", None, "down"), acts.HangUp(),
)  # fmt: skip
SAID: tuple[Signal, ...] = (
    signals.Configured(), signals.SpeechStarted(), signals.SpeechStopped(),
    signals.Transcript("caller", "on Thurs", final=False), signals.Transcript("caller", "on Thursday", final=True),
    signals.ToolCall("c1", "look_up", {"day": "Thursday"}), signals.ToolResult("c1", "look_up", {"id": 1}),
    signals.ToolCancelled("c2"), signals.ResponseStarted("r"), signals.Transcript("agent", "Grüß Gott.", True, "r"),
    signals.AudioOut(PCM, 16000, "r"), signals.AudioDone("r"), signals.TurnDone("r"), signals.Cancelled("r"),
    signals.Metadata({"k": [1]}), signals.Fault("bad_message", "what?"), signals.Fault("c", "no credit"),
)  # fmt: skip


def frames_of(dialect: Pipecat) -> tuple[Frames, Frames]:
    """What the gate can say, and what the reference bot can."""
    encoder, bot = dialect.encoder("0123456789abcdef"), dialect.agent()
    sent = tuple(data for act in DONE for data in encoder.encode(act, 0))
    for data in sent[:4]:
        bot.hear(data)
    return sent, tuple(data for signal in SAID for data in bot.say(signal))


def test_pipecats_serializer_takes_every_frame_of_both_sides(proof: Proof) -> None:
    """What is read is what was written, byte for byte, and becomes a frame of Pipecat's."""
    frames = [data for side in frames_of(PROTOBUF) for data in side if isinstance(data, bytes)]
    found = proof("pipecat_frames.py", "made", stdin="\n".join(data.hex() for data in frames))
    made = {"audio": "InputAudioRawFrame", "message": "InputTransportMessageFrame", "interruption": "InterruptionFrame"}
    assert [one[:2] for one in found] == [ours(data) for data in frames]
    assert [one[2] for one in found] == [made[one[0]] for one in found]
    assert {one[0] for one in found} == set(made)
    for data in frames:
        frame = read(data)
        assert frame
        assert write(frame) == data


def messages(frames: Frames) -> list[str]:
    decoded = (each if isinstance(each, str) else read(each) for each in frames)
    return [each if isinstance(each, str) else each.data for each in decoded if isinstance(each, str | MessageFrame)]


def test_pipecats_models_take_every_message_of_both_sides(proof: Proof) -> None:
    said = [
        (side, json.loads(message))
        for dialect in (PROTOBUF, EVAL, LEGACY)
        for side, frames in zip(("client", "bot"), frames_of(dialect), strict=True)
        for message in messages(frames)
    ]
    assert len({message["type"] for side, message in said if side == "client"}) == 8
    assert len({message["type"] for side, message in said if side == "bot"}) == 21
    assert proof("pipecat_types.py", stdin="\n".join(map(json.dumps, said))) == [[]] * len(said)


def test_pipecats_models_refuse_a_field_of_another_name(proof: Proof) -> None:
    label = {"label": "rtvi-ai", "id": "1"}
    client = [
        label | {"type": "send-text", "data": {"text": "Hi"}},
        label | {"type": "client-ready", "data": {"version": "2.2.0", "about": {"library": "x", "sdk": "y"}}},
        {"label": "rtvi-ai", "type": "disconnect-bot"},
    ]
    bot = [
        {"label": "rtvi-ai", "type": "llm-function-call-stopped", "data": {"tool_call_id": "c"}},
        {"label": "rtvi-ai", "type": "bot-ended-speaking"},
    ]
    planted = [*(("client", message) for message in client), *(("bot", message) for message in bot)]
    found = proof("pipecat_types.py", stdin="\n".join(map(json.dumps, planted)))
    assert found == [
        ["content: missing"], ["about.sdk: unknown"], ["id: missing"], ["data.cancelled: missing"],
        ["bot-ended-speaking: unknown"],
    ]  # fmt: skip


@pytest.mark.long
def test_pipecats_client_has_a_whole_conversation(proof: Proof, agent: Callable[..., int]) -> None:
    url = f"ws://127.0.0.1:{agent('pipecat')}/ws-client"
    told = proof("pipecat_client.py", url, str(AUDIO / "reschedule.wav"), str(AUDIO / "barge-in.wav"))
    made = [each["frame"] for each in told if each["frame"]]
    assert told[0]["message"] == "bot-ready"
    assert made == [
        "TranscriptionFrame", "LLMFullResponseStartFrame", "FunctionCallInProgressFrame", "LLMFullResponseEndFrame",
        "FunctionCallResultFrame", "LLMFullResponseStartFrame", "LLMTextFrame", "LLMFullResponseEndFrame",
        "BotStartedSpeakingFrame", "audio", "InterruptionFrame", "InterruptionFrame", "BotStoppedSpeakingFrame",
        "TranscriptionFrame", "LLMFullResponseStartFrame", "LLMTextFrame", "LLMFullResponseEndFrame",
        "BotStartedSpeakingFrame",
    ]  # fmt: skip
    call = next(each for each in told if each["frame"] == "FunctionCallInProgressFrame")
    assert (call["function_name"], call["tool_call_id"], call["arguments"]) == ("lookup_appointment", "call_1", {})
    result = next(each for each in told if each["frame"] == "FunctionCallResultFrame")
    assert result["result"] == {"id": "A-17", "day": "Tuesday"}
    words = [each["text"] for each in told if each["frame"] in ("TranscriptionFrame", "LLMTextFrame")]
    assert words == [
        "i would like to move my appointment to thursday",
        "Your appointment is on Tuesday. Shall I move it to Thursday?",
        "wait stop make it friday please", "Shall I move it to Friday?",
    ]  # fmt: skip
    assert {each["rate"] for each in told if each["frame"] == "audio"} == {24000}


SCENARIO = """\
name: appointments
scenarios:
  - name: reschedule
    turns:
      - user: I would like to move my appointment to Thursday.
        expect:
          - {event: function_call, calls: [{name: lookup_appointment}]}
          - {event: llm_response, text_contains: Shall I move it to Thursday}
      - user: Yes, Thursday please.
        expect:
          - {event: function_call, calls: [{name: reschedule_appointment, args: {day: Thursday}}]}
          - {event: llm_response, text_contains: now on Thursday}
"""
LIKE = "version: 1\ntarget: {url: 'ws://127.0.0.1/ws', dialect: pipecat, options: {wire: eval}}\nsuites: {smoke: {}}\n"


def harness(folder: Path, proof: Proof, agent: Callable[..., int], *more: str) -> Any:
    (folder / "like.yaml").write_text(LIKE)
    (folder / "scenario.yaml").write_text(SCENARIO)
    port = agent("pipecat", "--like", str(folder / "like.yaml"), *more)
    return proof("pipecat_harness.py", f"ws://127.0.0.1:{port}/ws", str(folder / "scenario.yaml"))


@pytest.mark.long
def test_pipecats_own_harness_passes_the_reference_agent(
    tmp_path: Path, proof: Proof, agent: Callable[..., int]
) -> None:
    assert harness(tmp_path, proof, agent) == {"appointments/reschedule": []}


@pytest.mark.long
def test_pipecats_own_harness_finds_a_fault_of_the_reference_agent(
    tmp_path: Path, proof: Proof, agent: Callable[..., int]
) -> None:
    failures = harness(tmp_path, proof, agent, "--fault", "wrong-day")["appointments/reschedule"]
    assert "reschedule_appointment" in failures[0]


TALK = "{play: yes-please}, {interrupt: {play: stop, after: 300ms}}, {wait: turn_done}"
HEARD = """
          - {event: output_audio.delta}
          - {event: response.cancelled, times: 1}
          - {event: output_audio.delta}"""
REPORTED = """
          - {{event: speech.started}}
          - {{event: speech.stopped}}
          - {{event: transcript.final, where: {{text: can i come on thursday}}}}
          - {{event: tool.call, where: {first}}}
          - {{event: tool.result, where: {{call_id: call-1}}}}
          - {{event: output_transcript.final, where: {{text: You are booked on Thursday.}}}}
          - {{event: response.cancelled, times: 1}}
          - {{event: tool.call, where: {{call_id: call-2}}, times: 1}}
          - {{event: output_transcript.final, where: {{text: You are booked on Thursday.}}}}
          - {{event: output_audio.done}}
          - {{event: response.done}}"""
WITHHELD, FULL = "{call_id: call-1, name: ''}", "{name: look_up, arguments.day: Thursday}"
CASES = {
    "protobuf": (
        "ws-client", "session: {metadata: {tier: gold}}", f"{{dtmf: '1#'}}, {TALK}", REPORTED.format(first=WITHHELD),
    ),
    "eval": (
        "ws", "options: {wire: eval}, session: {system_prompt: Be brief.}", f"{{dtmf: '1#'}}, {TALK}",
        REPORTED.format(first=FULL),
    ),
    "plain": ("plain", "options: {rtvi: false}", TALK, HEARD),
    "short": ("plain", "options: {rtvi: false}", "{play: yes-please}, {pause: 1500ms}", HEARD),
}  # fmt: skip
MANIFEST = """\
version: 1
target: {{url: "ws://127.0.0.1:{port}/{path}", dialect: pipecat, {more}}}
suites:
  tools:
    cases:
      - name: a conversation
        caller: [{caller}]
        linger: 200ms
        expect:{expected}
"""


def gate_calls(folder: Path, names: tuple[str, ...], *fault: str) -> tuple[int, str, list[dict[str, Any]]]:
    """The gate's worst exit code, what it showed, and what the bots understood of each call."""
    port, log, codes, shown = free_port(), folder / "log.json", [], ""
    bot = [str(PYTHON), str(SCRIPTS / "pipecat_bot.py"), str(port), str(AUDIO / "okay.wav"), str(log), *fault]
    with serving(bot, "listening"):
        runs = []
        for name in names:
            path, more, caller, expected = CASES[name]
            manifest = folder / f"{name}.yaml"
            manifest.write_text(MANIFEST.format(port=port, path=path, more=more, caller=caller, expected=expected))
            run = [sys.executable, "-P", "-m", "gate", "run", str(manifest), "--out", str(folder / name)]
            runs.append(subprocess.Popen(run, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True))
        for one in runs:
            shown += one.communicate(timeout=60)[0]
            codes.append(one.returncode)
    return max(codes), shown, json.loads(log.read_text())


@pytest.mark.long
def test_real_pipecat_bots_and_the_gate_understand_one_another(tmp_path: Path) -> None:
    code, shown, calls = gate_calls(tmp_path, ("protobuf", "eval", "plain"))
    assert code == 0, shown
    by_path = {call["path"]: call for call in calls}
    assert set(by_path) == {"/ws-client", "/ws", "/plain"}
    for call in calls:
        assert call["rates"] == [16000]
        assert call["ms"] > 2500, "audio came all the time"
    assert by_path["/ws-client"]["messages"] == [["metadata", {"tier": "gold"}]]
    assert by_path["/ws"]["context"] == [{"role": "system", "content": "Be brief."}]
    for path in ("/ws-client", "/ws"):
        assert (by_path[path]["version"], by_path[path]["keys"]) == ([2, 2, 0], "1#")


@pytest.mark.long
def test_audio_of_a_bot_that_does_not_say_its_channels_is_told(tmp_path: Path) -> None:
    code, shown, _ = gate_calls(tmp_path, ("short",), "channels")
    assert code == 1
    assert "it must state its rate and its channels" in shown
