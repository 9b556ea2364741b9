"""What is drawn of a call: each time, stretch and mark of the picture against a recording of known lines."""

import base64
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gate.checks import claim
from gate.checks.interruption import Interrupted
from gate.checks.speech import FirstAudio
from gate.core.findings import Verdict
from gate.report.picture.log import MOST_ROWS
from gate.report.picture.waves import BIN_MS, MOST_BINS, peaks, waves
from tests.checks.notation import (
    OPENING,
    PLACE,
    audio,
    cancelled,
    chunk,
    done,
    ended,
    fault,
    heard_as,
    in_call,
    said,
    says,
    tone,
    tool_call,
    tool_result,
)
from tests.report.conftest import HOSTILE
from tests.report.pictures import drawn

# "hello" is spoken from 200 to 1800 ms, "stop" from 5100 to 5500 ms.
INTERRUPTED = (
    *OPENING, said("hello", 0), heard_as(2100, "hello there"), says(2500, "Good day to you"),
    *audio(3000, 9000, "r1"), said("stop", 5000, 2), cancelled(5560, "r1"), *ended("finished", 12_000),
)  # fmt: skip


def rows(picture: Any, name: str) -> list[Any]:
    return [row for row in picture["events"]["rows"] if row[2] == name]


def wave(picture: Any, side: str) -> bytes:
    return base64.b64decode(picture["waves"][side])


def test_the_waves_are_as_they_were_heard(tmp_path: Path) -> None:
    picture, _ = drawn(tmp_path, *INTERRUPTED)
    agent, bin_ms = wave(picture, "agent"), picture["waves"]["bin_ms"]
    loud = [at * bin_ms for at, peak in enumerate(agent) if peak]
    assert (loud[0], loud[-1]) == (3100, 5650)  # 9 s were sent; the cancel at 5560 left 2.56 s to be heard


def test_turns_sounds_and_what_was_thrown_away_lie_at_their_times(tmp_path: Path) -> None:
    picture, _ = drawn(tmp_path, *INTERRUPTED)
    first, second = picture["turns"]
    assert (first["from"], first["to"], first["interrupts"], first["words"]) == (300, 1900, False, "hello there")
    assert (second["from"], second["to"], second["interrupts"]) == (5200, 5600, True)
    ((start, end),) = picture["sounds"]
    assert (start, end) == (pytest.approx(3100, abs=2), 5660)
    (cut,) = picture["discarded"]
    assert (cut["at"], cut["ms"]) == (5660, 6440)


def test_spans_are_the_measures_of_the_report(tmp_path: Path) -> None:
    picture, _ = drawn(tmp_path, *INTERRUPTED)
    spans = {span["kind"]: span for span in picture["spans"]}
    answer, interruption = spans["answer"], spans["interruption"]
    assert (answer["from"], answer["to"]) == (1900, pytest.approx(3100, abs=2))
    assert answer["ms"] == pytest.approx(answer["to"] - answer["from"], abs=0.1)
    assert (interruption["from"], interruption["to"], interruption["ms"]) == (5200, 5660, 460)


def test_words_are_in_the_order_of_time(tmp_path: Path) -> None:
    picture, _ = drawn(tmp_path, *INTERRUPTED)
    told = [(word["at"], word["who"], word["text"]) for word in picture["words"]]
    assert told == [
        (300, "caller", "hello there"), (2200, "heard", "hello there"), (2600, "agent", "Good day to you"),
        (5200, "caller", "stop"),
    ]  # fmt: skip


def test_a_budget_stands_where_its_time_was_over_with_what_came_of_it(tmp_path: Path) -> None:
    claims = claim(FirstAudio(1, 800.0), PLACE), claim(Interrupted(2, 2000.0), PLACE)
    picture, findings = drawn(tmp_path, *INTERRUPTED, claims=claims)
    assert [finding.verdict for finding in findings] == [Verdict.FAIL, Verdict.PASS]
    late, kept = picture["budgets"]
    assert (late["from"], late["at"], late["verdict"], late["finding"]) == (1900, 2700, "fail", 0)
    assert (kept["from"], kept["at"], kept["verdict"]) == (5200, 7200, "pass")


def test_what_was_waited_for_in_vain_is_drawn_as_long_as_that_took(tmp_path: Path) -> None:
    picture, _ = drawn(tmp_path, *OPENING, said("hello", 0), *ended("expired", 18_000))
    (wait,) = picture["budgets"]
    assert (wait["from"], wait["at"], wait["verdict"], wait["what"]) == (3100, 18_100, "expired", "wait for turn_done")


def test_a_mark_stands_at_the_last_line_that_a_finding_rests_on(tmp_path: Path) -> None:
    picture, findings = drawn(tmp_path, *INTERRUPTED, claims=(claim(FirstAudio(1, 800.0), PLACE),))
    (mark,) = picture["marks"]
    assert (mark["finding"], mark["line"], mark["name"]) == (0, findings[0].at[-1] + 1, "output_audio.delta")
    assert mark["at"] == 3100
    assert mark["line"] in [row[4] for row in picture["events"]["rows"]]


def test_what_holds_has_no_mark(tmp_path: Path) -> None:
    assert drawn(tmp_path, *INTERRUPTED, claims=(claim(Interrupted(2, 2000.0), PLACE),))[0]["marks"] == []


def test_tool_calls_lie_from_call_to_result(tmp_path: Path) -> None:
    lines = (
        *tool_call(2000, "look", day="Friday"),
        tool_result(2300, result={"ok": True}),
        *tool_call(2400, "move", "c2"),
    )
    picture, _ = drawn(tmp_path, *OPENING, *lines, *ended("finished", 6000))
    look, move = picture["tools"]
    assert (look["from"], look["to"], look["how"]) == (2100, 2400, "value")
    assert (json.loads(look["arguments"]), json.loads(look["result"])) == ({"day": "Friday"}, {"ok": True})
    assert (move["from"], move["to"], move["result"]) == (2500, None, "")


def test_deltas_between_two_other_events_are_one_row(tmp_path: Path) -> None:
    lines = (*audio(2000, 1000, paced=100), heard_as(3050, "x"), *audio(3100, 500, paced=100), done(3700))
    picture, _ = drawn(tmp_path, *OPENING, *lines, *ended("finished", 8000))
    first, second = rows(picture, "output_audio.delta")
    assert (first[0], first[6], first[7], first[3]) == (2100, 10, 3000, "1.00 s of audio")
    assert (second[6], second[3]) == (5, "0.50 s of audio")


def test_a_delta_that_a_finding_points_at_is_a_row_of_its_own(tmp_path: Path) -> None:
    lines = (said("hello", 0), *audio(3000, 1000, paced=100), *ended("finished", 8000))
    picture, findings = drawn(tmp_path, *OPENING, *lines, claims=(claim(FirstAudio(1, 800.0), PLACE),))
    pointed, others = rows(picture, "output_audio.delta")
    assert (pointed[4], pointed[6]) == (findings[0].at[-1] + 1, 1)
    assert others[6] == 9


def test_a_log_without_end_is_bounded_and_says_so(tmp_path: Path) -> None:
    flood = [fault(2000 + n, "again") for n in range(MOST_ROWS + 100)]
    picture, _ = drawn(tmp_path, *OPENING, *flood, *ended("finished", 8000))
    assert len(picture["events"]["rows"]) == MOST_ROWS
    assert picture["events"]["more"] > 100


def test_each_call_of_a_case_has_its_place(tmp_path: Path) -> None:
    one = (*OPENING, *ended("finished", 3500))
    picture, _ = drawn(tmp_path, *in_call(0, *one), *in_call(1, *one), calls=2)
    first, second = picture["calls"]
    assert (first["call"], first["from"], first["end"]) == (0, 0, "finished")
    assert (second["call"], second["from"]) == (1, 200_000)


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_an_agent_says_is_bounded_ascii_json_with_nothing_that_hides(tmp_path: Path, hostile: str) -> None:
    lines = (
        heard_as(2000, hostile),
        says(2100, hostile),
        *tool_call(2200, hostile, hostile, x=hostile),
        fault(2300, hostile),
    )
    picture, _ = drawn(tmp_path, *OPENING, *lines, *ended("finished", 6000))
    text = json.dumps(picture, allow_nan=False)
    assert text.isascii()
    assert len(text) < 40_000
    for char in ("\x00", "\x1b", "\u202e", "\ud83d", "\r"):
        assert char not in "".join(_texts(picture)), f"{char!r} is as it was"


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for item in value.values() for text in _texts(item)]
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    return [value] if isinstance(value, str) else []


def test_a_bin_holds_its_loudest_sample() -> None:
    track = np.zeros(1_000, np.int16)
    track[250], track[999] = -32_768, 1
    found = peaks(track, 160)
    assert list(found) == [0, 255, 0, 0, 0, 0, 2]


def test_a_long_call_has_longer_bins() -> None:
    track = np.zeros(16_000 * 60 * 10, np.int16)
    found = waves(track, track, 16_000)
    assert found["bin_ms"] == 2 * BIN_MS
    assert len(base64.b64decode(str(found["caller"]))) <= MOST_BINS


def test_a_call_without_a_sound_has_a_picture(tmp_path: Path) -> None:
    picture, _ = drawn(tmp_path, *OPENING, chunk(10, b""), chunk(20, tone(0)), *ended("finished", 4000))
    assert picture["sounds"] == []
    assert picture["ms"] == pytest.approx(4105, abs=10)
