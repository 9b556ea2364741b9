"""Cases of the reconnect suite about one call that ends in a certain way, and the next that must work: callers who come
and go, who leave at once, who say nothing, and an agent that is started again."""

from dataclasses import replace

from gate.checks import claim
from gate.checks.closing import CloseCode
from gate.checks.idling import IdleCallerKept
from gate.checks.restarting import CameBack
from gate.checks.session import ReadyInTime
from gate.core.findings import Layer
from gate.core.plan import Case, Lane, Leave, Pause, Restart, Wait
from gate.suites.brief import Brief
from gate.suites.foundation import LISTEN, foundation
from gate.suites.nextcall import answers, begun, case, control, heard, next_call, served, skipped

QUICK = 10
GOING_AWAY = 1001
STOPPED_MS = 15_000.0
STOP_CODES = (1000, 1001, 1005, 1012)
"""What an open call may be told when the server stops: 1001 is going away (RFC 6455), 1012 service restart (IANA)."""

QUICK_NAME = "callers who hang up at once are followed by the next"
EARLY_NAME = "a caller who leaves before it is ready is followed by the next"
IDLE_NAME = "a silent caller is kept, or told why not"
RESTART_NAME = "after a restart of the agent the next call works"


def quick(brief: Brief, hang_ups: int) -> Case:
    """Each hangs up as soon as its session is ready. An agent may limit how fast callers come, if it says so."""
    quickly = range(1, hang_ups + 1)
    calls = (control(brief), *(brief.call(f"call {number}", Leave()) for number in quickly), next_call(brief))
    in_time = ReadyInTime(brief.target.budgets.ready_ms, may_limit=True)
    hurried = (claim(in_time, brief.place(()), call=number, layer=Layer.CLOSE) for number in (*quickly, hang_ups + 1))
    behind = (one for one in served(brief, hang_ups + 1) if one.check != ReadyInTime.CHECK)
    return case(brief, QUICK_NAME, calls, (*begun(brief), *hurried, *behind))


def early(brief: Brief) -> Case:
    """As a browser does whose page is left: with 1001, before the session is ready."""
    left = replace(brief.call("left at once"), early=Leave(GOING_AWAY))
    calls = (control(brief), left, next_call(brief))
    return case(brief, EARLY_NAME, calls, (*begun(brief), *served(brief, 2)))


def idle(brief: Brief, ms: float, codes: tuple[int, ...]) -> Case:
    """The caller sends silence all the time, as a telephone does. Whether it would have been answered is not known, so
    a next call that gets no answer is about the answer."""
    calls = (brief.call("silent", LISTEN, Pause(ms), Leave()), next_call(brief))
    kept = claim(IdleCallerKept(ms, codes), brief.place(()))
    next_ready = foundation(brief, (), call=1, layer=Layer.CLOSE)
    return case(brief, IDLE_NAME, calls, (*foundation(brief, ()), kept, *next_ready, *answers(brief, 1)))


def restarted(brief: Brief) -> Case:
    """Alone: the program is everybody's. What the open call is told is shown, and blocks nothing."""
    start = brief.target.start
    if start is None or start.port is None:
        missing = "the manifest does not start the agent" if start is None else "nothing says when the agent is ready"
        return skipped(brief, RESTART_NAME, f"{missing}: see `start:` with `ready: {{port: …}}`")
    calls = (brief.call("call", *heard(brief), Restart(), Wait("closed", STOPPED_MS)), next_call(brief))
    told = claim(CloseCode(STOP_CODES), brief.place(()), blocks=False)
    back = claim(CameBack(), brief.place(()))
    return case(brief, RESTART_NAME, calls, (*begun(brief), told, back, *served(brief, 1)), lane=Lane.ALONE)
