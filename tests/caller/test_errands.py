"""Tools that are called for real: the caller gives an errand out, owes the answer, and passes on what it is handed."""

from gate.caller.outs import Errand
from gate.core import acts
from gate.core.capabilities import Capabilities
from gate.core.plan import Pause, Wait
from gate.core.signals import ResponseStarted, ToolCall, ToolCancelled, TurnDone
from gate.core.tooling import RealTool, ToolPlan
from tests.caller.desk import CAN, MS, PLACE, UNMARKED, Desk

TOOL = RealTool("book", PLACE, "https://h/book")
TOOLS = ToolPlan("all", "call", real=(TOOL,))


class Sending(Desk):
    """Keeps the errands too."""

    def __init__(self, *steps: Pause | Wait, can: Capabilities = CAN) -> None:
        self.errands: list[Errand] = []
        super().__init__(*(steps or (Pause(60_000),)), can=can, tools=TOOLS)
        act = self.caller.act

        def kept(t_ns: int) -> list[object]:
            outs = act(t_ns)
            self.errands += [out for out in outs if isinstance(out, Errand)]
            return [out for out in outs if not isinstance(out, Errand)]

        self.caller.act = kept  # type: ignore[method-assign, assignment]

    def fetched(self, at: float, call_id: str = "c1", result: object = None, error: str | None = None) -> "Sending":
        self.to(at)
        self.caller.fetched(call_id, result, error, int(at * MS))  # type: ignore[arg-type]
        self.at(at)
        return self


def called(can: Capabilities = CAN) -> Sending:
    on = Sending(can=can)
    on.talking().hear(ResponseStarted("r1"), 900).hear(ToolCall("c1", "book", {"day": "x"}), 1000)
    return on


def test_a_real_tool_is_an_errand_with_its_arguments() -> None:
    on = called()
    assert on.errands == [Errand("c1", "book", {"day": "x"}, TOOL)]
    assert [(data["reply"], data["how"]) for data in on.noted("tool")] == [("real", None)]
    assert on.acts(acts.Answer) == []


def test_what_is_handed_back_is_passed_on_at_once_and_once() -> None:
    on = called().fetched(2000, result={"ok": True}).fetched(2500, result={"ok": False})
    assert [(at, act) for at, act, _ in on.did if isinstance(act, acts.Answer)] == [
        (2000, acts.Answer("c1", "book", {"ok": True}, None))
    ]


def test_an_error_is_an_answer_too() -> None:
    assert called().fetched(2000, error="busy").acts(acts.Answer) == [acts.Answer("c1", "book", None, "busy")]


def test_the_agent_is_told_to_go_on_only_behind_the_answer() -> None:
    on = called()
    on.hear(TurnDone("r1"), 1200).to(3000)
    assert on.acts(acts.Respond) == []
    assert len(on.fetched(3000).acts(acts.Respond)) == 1


def test_where_nothing_ends_a_turn_the_caller_sleeps_until_the_answer_is_there() -> None:
    on = called(UNMARKED)
    on.to(4000)
    assert on.caller.wake_ns > 4000 * MS, "a caller that wants to be woken in the past turns in a circle"
    assert len(on.fetched(5000).acts(acts.Respond)) == 1


def test_a_wait_for_the_turn_is_not_in_vain_while_an_errand_is_out() -> None:
    on = Sending(Wait("turn_done", 1000))
    on.talking().hear(ToolCall("c1", "book", {}), 100).to(3000)
    assert on.noted("expired") == []


def test_an_answer_that_is_no_longer_wanted_is_not_passed_on() -> None:
    on = called()
    on.hear(ToolCancelled("c1"), 1500)
    assert on.fetched(2000, result=1).acts(acts.Answer) == []


def test_an_answer_behind_the_end_of_the_call_is_nobodys() -> None:
    on = Sending(Pause(100))
    on.talking().hear(ToolCall("c1", "book", {}), 50).to(60_000)
    assert on.end is not None
    assert on.fetched(61_000, result=1).acts(acts.Answer) == []
