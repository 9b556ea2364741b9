"""All that a caller can do, in whole calls and in virtual time: from the manifest to the verdict, against the reference
agent."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from gate.core.findings import CaseResult, Layer, Verdict
from gate.evidence import store
from gate.fixtures.library import Library, entries, home
from gate.manifest import read_plan
from tests.rehearsal import demo_environ, rehearse

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
BAD = [entry["name"] for entry in entries(home() / "audio", "bad")]
HEAD = """\
version: 1
target: {{url: "ws://127.0.0.1:9/", dialect: {dialect}, auth: {{bearer: "${{env.VOXGATE_DEMO_TOKEN}}"}}, {more}}}
suites:
  tools:
    cases:
"""


@cache
def library(folder: Path) -> Library:
    return Library(home() / "audio", folder)


def called(
    folder: Path, *cases: str, faults: tuple[str, ...] = (), dialect: str = "canonical", more: str = ""
) -> list[CaseResult]:
    (folder / "x.png").write_bytes(PNG)
    text = HEAD.format(dialect=dialect, more=more) + "".join(f"      - {case}\n" for case in cases)
    (folder / "m.yaml").write_text(text)
    plan, vault = read_plan(folder / "m.yaml", demo_environ(), library(folder))
    return list(rehearse(plan, vault, folder / "evidence", faults, beside=library(folder)).cases)


def events(folder: Path, case: CaseResult) -> list[dict[str, Any]]:
    path = store.attempt_folder(folder / "evidence", case.id, 1) / "derived" / "events.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()]


def named(folder: Path, case: CaseResult, *names: str) -> list[tuple[str, float, Any]]:
    return [
        (event["eventName"], event["occurredAtMs"], event["payloadShape"])
        for event in events(folder, case)
        if event["eventName"] in names
    ]


def finding(case: CaseResult, check: str) -> Any:
    return next(found for found in case.findings if found.check == check)


def as_is(name: str) -> str:
    return f"{{name: {name}, caller: [play: {{clip: {name}, as_is: true}}]}}"


def test_each_bad_file_gets_its_error_and_none_of_them_an_answer(tmp_path: Path) -> None:
    results = called(tmp_path, *map(as_is, BAD))
    assert [(case.name, case.verdict) for case in results] == [(name, Verdict.PASS) for name in BAD]
    told = {finding(case, "bad-audio").actual for case in results}
    assert all(actual.startswith("error bad_audio it") for actual in told)
    assert len(told) == len(BAD), "each is told what is wrong with it"
    kept = {path.name for path in (tmp_path / "evidence" / "fixtures").iterdir()}
    assert kept == set(), "the rehearsal keeps no files; the run does"


@pytest.mark.parametrize("name", sorted({*BAD} - {"no-audio", "empty"}))
def test_an_agent_that_takes_any_audio_fails_by_what_it_did(tmp_path: Path, name: str) -> None:
    (case,) = called(tmp_path, as_is(name), faults=("takes-any-audio",))
    found = finding(case, "bad-audio")
    assert (case.verdict, found.verdict, found.layer) == (Verdict.FAIL, Verdict.FAIL, Layer.INPUT)
    assert "thursday" in found.actual


def test_a_file_is_seen_in_the_log_and_its_bytes_are_whole(tmp_path: Path) -> None:
    (case,) = called(tmp_path, as_is("stereo"))
    ((_, _, payload),) = named(tmp_path, case, "input_audio.file")
    assert payload == {"media_type": "audio/wav", "size": 148_524}


def test_a_file_over_a_wire_without_formats_is_skipped_with_the_reason(tmp_path: Path) -> None:
    (case, other) = called(
        tmp_path, as_is("stereo"), "{name: b, caller: [play: hello, wait: turn_done], never: [session.closed]}",
        dialect="template", more="options: {receive_rate_hz: 16000}",
    )  # fmt: skip
    assert (case.verdict, other.verdict) == (Verdict.SKIP, Verdict.PASS)
    assert "bare samples and no format" in str(case.skip)


def test_keys_are_a_turn_that_the_agent_answers(tmp_path: Path) -> None:
    (case,) = called(tmp_path, "{name: a, caller: [dtmf: '12#', wait: turn_done], expect: [event: output_audio.delta]}")
    assert case.verdict is Verdict.PASS
    assert [payload for _, _, payload in named(tmp_path, case, "input_dtmf")] == [{"digits": "12#"}]


def test_an_image_is_shown(tmp_path: Path) -> None:
    (case,) = called(tmp_path, "{name: a, caller: [image: x.png, pause: 1s], never: [error]}")
    assert case.verdict is Verdict.PASS
    ((_, _, payload),) = named(tmp_path, case, "input_image")
    assert (payload["media_type"], payload["size"]) == ("image/png", 28)


def test_marks_are_echoed_when_the_audio_before_them_was_played(tmp_path: Path) -> None:
    (case,) = called(tmp_path, "{name: a, caller: [play: hello, wait: turn_done], expect: [{event: mark, times: 1}]}")
    assert case.verdict is Verdict.PASS
    (_, marked_ms, _), (_, played_ms, payload) = named(tmp_path, case, "mark", "mark.played")
    assert payload == {"name": "r1"}
    audio = [event for event in events(tmp_path, case) if event["eventName"] == "output_audio.delta"]
    heard_ms = sum(event["payloadShape"]["durationMs"] for event in audio)
    assert played_ms == pytest.approx(audio[0]["occurredAtMs"] + heard_ms, abs=1)
    assert marked_ms < played_ms - 1000, "the agent sends at twice the pace at which it speaks"


def test_a_mark_of_what_was_thrown_away_is_echoed_at_once(tmp_path: Path) -> None:
    steps = "play: hello, wait: {event: mark}, interrupt: stop, pause: 1s"
    (case,) = called(
        tmp_path, f"{{name: a, caller: [{{{steps.replace(', ', '}, {', 3)}}}], expect: [event: response.cancelled]}}"
    )
    cut = named(tmp_path, case, "response.cancelled", "mark.played")
    assert [name for name, _, _ in cut][:2] == ["response.cancelled", "mark.played"]
    assert cut[0][1] == cut[1][1]


def test_a_burst_is_said_at_once_and_understood(tmp_path: Path) -> None:
    steps = "[play: monologue, wait: turn_done]"
    burst, real = called(
        tmp_path, f"{{name: a, pace: burst, caller: {steps}, expect: [event: transcript.final]}}",
        f"{{name: b, caller: {steps}, expect: [event: transcript.final]}}",
    )  # fmt: skip
    assert (burst.verdict, real.verdict) == (Verdict.PASS, Verdict.PASS)
    (_, start_ms, payload), (_, end_ms, _) = named(tmp_path, burst, "caller.speech_start", "caller.speech_end")
    assert (start_ms == end_ms, payload["pace"]) == (True, "burst")
    assert burst.duration_ms < real.duration_ms - 25_000


def test_an_interruption_falls_into_the_words_of_the_agent(tmp_path: Path) -> None:
    (case,) = called(
        tmp_path,
        "{name: a, caller: [play: hello, interrupt: {play: stop, after: 1s}, wait: turn_done], "
        "expect: [event: response.cancelled]}",
    )
    assert case.verdict is Verdict.PASS
    ((_, decided_ms, why),) = named(tmp_path, case, "interrupt")
    assert why["why"] == "the agent is audible"
    first, *_ = (
        event["occurredAtMs"]
        for event in events(tmp_path, case)
        if event["eventName"] == "caller.speech_start" and event["payloadShape"]["turn"] == 2
    )
    assert 0 <= first - decided_ms < 400, "the clip begins with the silence that is in it"


@pytest.mark.parametrize("leave", ["1000", "cut"])
def test_a_caller_can_hang_up_in_mid_response(tmp_path: Path, leave: str) -> None:
    (case,) = called(tmp_path, f"{{name: a, caller: [play: hello, interrupt: stop, hang_up: {leave}], never: [error]}}")
    assert case.verdict is Verdict.PASS


TEMPLATE = """options: {receive_rate_hz: 16000,
  send: {
    file: {op: file, body: "{{file_data}}", kind: "{{media_type}}"}, dtmf: {op: keys, row: "{{digits}}"},
    image: {type: media, name: "{{media_name}}", mime_type: "{{mime_type}}", data: "{{media_data}}"},
    cancel: {op: stop}},
  events: {
    error: {type: error}, response.cancelled: {type: cut}, transcript.final: {type: heard, where: {who: you}}}}"""


def test_a_protocol_of_the_users_own_does_all_that_its_messages_say(tmp_path: Path) -> None:
    bad, keys = called(
        tmp_path, as_is("mu-law"),
        "{name: a, caller: [image: x.png, dtmf: '12#', interrupt: stop, wait: turn_done], "
        "expect: [event: response.cancelled], never: [error]}",
        dialect="template", more=TEMPLATE,
    )  # fmt: skip
    assert (bad.verdict, keys.verdict) == (Verdict.PASS, Verdict.PASS)
    assert "mu-law" in finding(bad, "bad-audio").actual
    assert [name for name, _, _ in named(tmp_path, keys, "input_image", "input_dtmf")] == ["input_image", "input_dtmf"]


def test_a_provider_that_is_to_be_told_of_an_interruption_stops_at_once(tmp_path: Path) -> None:
    (case,) = called(
        tmp_path, "{name: a, caller: [dtmf: '1', interrupt: stop, wait: turn_done], never: [error]}",
        dialect="template", more=TEMPLATE, faults=("ignores-barge-in",),
    )  # fmt: skip
    ((_, told_ms, why), (_, cut_ms, _)) = named(tmp_path, case, "interrupt", "response.cancelled")
    assert (why["told"], why["heard_ms"] >= 700) == (True, True)
    assert cut_ms - told_ms == pytest.approx(4, abs=0.1), "there and back, and no word of the caller was needed"
