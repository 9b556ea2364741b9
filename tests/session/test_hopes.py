"""A target that takes calls and says nothing is called twice, and no more."""

from gate.session.hopes import Hopes


def test_one_call_in_vain_may_be_a_cold_start() -> None:
    hopes = Hopes()
    hopes.learn(ready=False, expired=True)
    assert hopes.lost == ""
    hopes.learn(ready=False, expired=True)
    assert hopes.lost == "not called: 2 earlier calls of this run waited in vain for a session that is ready"


def test_a_call_that_was_ready_is_hope_for_good() -> None:
    hopes = Hopes()
    hopes.learn(ready=True, expired=True)
    for _ in range(9):
        hopes.learn(ready=False, expired=True)
    assert hopes.lost == ""


def test_calls_that_cost_nothing_take_no_hope() -> None:
    hopes = Hopes()
    for _ in range(9):
        hopes.learn(ready=False, expired=False)
    assert hopes.lost == ""
