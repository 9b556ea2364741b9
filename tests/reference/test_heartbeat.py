"""An agent knows when the machine made it late, and says so; the demo shows it."""

import asyncio
import time
from pathlib import Path

import pytest

from gate.cli.demo import _busy
from gate.reference.heartbeat import BEAT_S, BUSY, WORTH_TELLING_MS, Heartbeat


def test_a_loop_that_stands_still_is_told() -> None:
    async def stand_still() -> Heartbeat:
        heartbeat = Heartbeat()
        async with heartbeat.beating():
            await asyncio.sleep(0)
            time.sleep(BEAT_S + WORTH_TELLING_MS / 1000)  # noqa: ASYNC251 - the fault that is planted
            await asyncio.sleep(0.001)
            await asyncio.sleep(0.001)
        return heartbeat

    heartbeat = asyncio.run(stand_still())
    assert heartbeat.worst_ms >= WORTH_TELLING_MS
    assert heartbeat.told == (
        f"busy: the agent came up to {heartbeat.worst_ms:.0f} ms late; this machine is too slow for so much at once"
    )


@pytest.mark.parametrize(("worst_ms", "told"), [(0.0, False), (499.0, False), (500.0, True)])
def test_what_harms_nothing_is_not_told(worst_ms: float, told: bool) -> None:
    assert (Heartbeat(worst_ms).told is not None) is told


def test_the_demo_finds_it_among_what_its_agents_said(tmp_path: Path) -> None:
    (tmp_path / "evidence").mkdir()
    assert _busy(tmp_path) == []
    (tmp_path / "evidence" / "agent.socket.log").write_text("listening\n", "utf-8")
    (tmp_path / "evidence" / "agent.http.log").write_text(f"listening\n{BUSY}late\n", "utf-8")
    assert _busy(tmp_path) == ["busy: late"]
