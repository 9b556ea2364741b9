import re

from hypothesis import given
from hypothesis import strategies as st

from gate.core.capabilities import Capabilities
from gate.core.dialling import traced
from gate.core.tracing import parent_of, span_id, traceparent

TRACE = "ab" * 16
CARRIER = Capabilities(frozenset(), 8_000, 8_000, passes_metadata=True)
CLIENT = Capabilities(frozenset(), 8_000, 8_000)


@given(st.lists(st.text() | st.integers(), max_size=4))
def test_an_id_is_16_digits_and_the_same_for_the_same(about: list[str | int]) -> None:
    assert re.fullmatch("[0-9a-f]{16}", span_id(TRACE, *about))
    assert span_id(TRACE, *about) == span_id(TRACE, *about)


def test_each_call_has_a_parent_of_its_own_in_one_trace() -> None:
    first, second = traceparent(TRACE, 0), traceparent(TRACE, 1)
    assert re.fullmatch(f"00-{TRACE}-[0-9a-f]{{16}}-01", first)
    assert parent_of(first) == span_id(TRACE, "call", 0) != parent_of(second)
    assert parent_of("no header") is parent_of(None) is None


def test_the_trace_stands_in_the_metadata_where_that_reaches_the_agent() -> None:
    assert traced({"metadata": {"a": "b"}}, CARRIER, TRACE, 1) == {
        "metadata": {"a": "b", "traceparent": traceparent(TRACE, 1)}
    }
    assert traced({}, CARRIER, TRACE, 0) == {"metadata": {"traceparent": traceparent(TRACE, 0)}}
    assert traced({"voice": "x"}, CLIENT, TRACE, 0) == {"voice": "x"}


def test_what_the_manifest_says_of_it_stays() -> None:
    for session in ({"metadata": {"traceparent": "mine"}}, {"metadata": "odd"}):
        assert traced(dict(session), CARRIER, TRACE, 0) == session
