"""`probe:`, `cleanup:` and `gone:`: what is read of them, what they add to cases, and every mistake at its place."""

# Texts that are compared whole stay on one line.
# ruff: noqa: E501

from pathlib import Path

import pytest

from gate.core.matchers import Matcher
from gate.core.mistakes import ManifestError
from gate.core.plan import Case, Lane, Plan
from gate.core.probing import CleanupRequest, Look, Probe, TraceLook
from gate.fixtures.library import Library, home
from gate.manifest import read_plan

ENVIRON = {"ADMIN_TOKEN": "a-secret-value"}

MANIFEST = """\
version: 1
target:
  url: wss://agent.test/voice
  dialect: canonical
{target}
suites:
  reconnect:
    cases:
      - {{name: mine, caller: [type: hello], {case}}}
"""
PROBE = "  probe: {url: https://agent.test/sessions, ids: sessions}"


def plan(folder: Path, target: str = PROBE, case: str = "never: [error]") -> Plan:
    path = folder / "voice-tests.yaml"
    path.write_text(MANIFEST.format(target=target, case=case), "utf-8")
    return read_plan(path, ENVIRON, Library(home() / "audio", folder))[0]


def told(folder: Path, target: str = PROBE, case: str = "never: [error]") -> list[str]:
    with pytest.raises(ManifestError) as error:
        plan(folder, target, case)
    return [str(mistake).partition("voice-tests.yaml:")[2] for mistake in error.value.mistakes]


def named(made: Plan, name: str) -> Case:
    return next(case for case in made.cases if case.name == name)


def test_what_is_written_is_in_the_plan(tmp_path: Path) -> None:
    probe = """\
  probe:
    url: https://agent.test/sessions
    headers: {Authorization: "Bearer ${env.ADMIN_TOKEN}"}
    ids: data.live
    id: sid
    where: {status: {one_of: [active, ringing]}}
    gone_within: 8s
    also:
      locks: {url: "https://agent.test/locks?of={session_id}", ids: locks, id: owner}"""
    made = plan(tmp_path, probe)
    bearer = (("Authorization", "Bearer ${env.ADMIN_TOKEN}"),)
    locks = Look("https://agent.test/locks?of={session_id}", ids="locks", id_path="owner", what="locks")
    found = made.targets[0].probe
    assert found is not None
    live = (("status", Matcher("one_of", ["active", "ringing"])),)
    listed = Look("https://agent.test/sessions", bearer, "data.live", "sid", where=live)
    assert found == Probe(listed, found.place, 8_000.0, (locks,))
    assert (found.place.line, found.place.column) == (5, 3)
    assert made.secrets == ("ADMIN_TOKEN",)


def test_the_cases_of_the_suite_have_the_probe_and_claim_each_of_its_looks(tmp_path: Path) -> None:
    also = "  probe: {url: https://h/s, ids: s, also: {locks: {url: https://h/l, ids: l}}}"
    for made in (case for case in plan(tmp_path, also).cases if case.probe):
        asked = [claim.params for claim in made.claims if claim.check == "session-gone"]
        assert asked == [{"within_ms": 5000.0, "what": "session"}, {"within_ms": 5000.0, "what": "locks"}]
        assert made.lane is Lane.PARALLEL
        assert not made.skip


def test_without_a_probe_there_is_one_case_that_is_skipped_with_the_reason(tmp_path: Path) -> None:
    cases = plan(tmp_path, "").cases
    (skipped,) = [case for case in cases if case.name == "a session that ended is gone from the backend"]
    assert skipped.skip == "not proven: only the agent's backend can show it; declare a probe"
    assert [case for case in cases if "gone from the backend" in case.name] == [skipped]
    assert not [case for case in cases if case.probe]


def test_a_probe_that_counts_makes_its_cases_run_alone(tmp_path: Path) -> None:
    cases = plan(tmp_path, "  probe: {url: https://h/stats, count: sessions.active}").cases
    assert {case.lane for case in cases if case.probe} == {Lane.ALONE}
    assert {case.lane for case in cases if not case.probe} == {Lane.PARALLEL}


def test_a_case_may_claim_that_its_session_is_gone(tmp_path: Path) -> None:
    mine = named(plan(tmp_path, case="gone: true"), "mine")
    assert mine.probe is not None
    assert "session-gone" in [claim.check for claim in mine.claims]
    assert named(plan(tmp_path), "mine").probe is None


def test_cleanup_of_the_target_is_behind_every_case_and_its_own_before_that(tmp_path: Path) -> None:
    target = """\
  cleanup:
    - url: https://agent.test/sessions/{session_id}
    - {method: POST, url: https://agent.test/reset, body: {trace: "{trace_id}"}, timeout: 2s}"""
    case = 'never: [error], cleanup: [{url: "https://agent.test/bookings/{call}", headers: {X: "${env.ADMIN_TOKEN}"}}]'
    made = plan(tmp_path, target, case)
    mine = named(made, "mine")
    own, *ours = mine.cleanup
    assert ours == list(made.targets[0].cleanup)
    assert own == CleanupRequest(
        own.place, "https://agent.test/bookings/{call}", headers=(("X", "${env.ADMIN_TOKEN}"),)
    )
    assert own.place.line == 11
    assert [(one.method, one.body, one.timeout_ms) for one in ours] == [
        ("DELETE", None, 5_000.0), ("POST", {"trace": "{trace_id}"}, 2_000.0),
    ]  # fmt: skip
    assert all(len(case.cleanup) == 2 for case in made.cases if case is not mine and not case.skip)
    assert made.secrets == ("ADMIN_TOKEN",)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("probe: {ids: s}", "5:3: target.probe lacks the key 'url'; write url: https://agent.example/sessions"),
        ("probe: {url: https://h/s}", "5:3: target.probe does not say how it shows a session, expected ids: or count:, or an address with {session_id} that answers 404 once it is gone"),
        ("probe: {url: https://h/s, ids: a, count: b}", "5:44: target.probe.count and ids are given at once; keep one"),
        ('probe: {url: "https://h/{session_id}", count: b}', "5:49: target.probe.count counts, and the address is about one session; count all sessions, or leave count out and let 404 say that this one is gone"),
        ("probe: {url: https://h/s, count: b, where: {a: 1}}", "5:39: target.probe.where looks at sessions, and count at their number alone; leave one of them out"),
        ("probe: {url: https://h/s, ids: a, where: {s: {regx: a}}}", "5:45: target.probe.where.s has the unknown matcher 'regx'; did you mean 'regex'?"),
        ("probe: {url: http://agent.test/s, ids: a}", "5:16: target.probe.url is not encrypted, and agent.test is not this machine, found 'http://agent.test/s', expected https://; write https://, or add agent.test to allow_plain_ws if nobody listens on the way"),
        ("probe: {url: wss://h/s, ids: a}", "5:16: target.probe.url is no HTTP address, found 'wss://h/s', expected https://host/path; a socket that is dialled directly belongs under url:"),
        ('probe: {url: "https://h/{sesion_id}", ids: a}', "5:16: target.probe.url has the unknown placeholder {sesion_id}; did you mean 'session_id'?"),
        ("probe: {url: https://h/s, ids: a, headers: {Authorization: abc}}", '5:62: target.probe.headers.Authorization is a secret written out, expected "${env.NAME}"; put the secret into an environment variable: files and evidence get copied'),
        ("probe: {url: 'https://h/s?api_key=abc', ids: a}", "5:16: target.probe.url carries a secret written out, as 'api_key', expected \"${env.NAME}\"; use auth: {query: {name, value: ${env.NAME}}}: files and evidence get copied"),
        ("probe: {url: https://h/s, ids: a, gone_within: 0s}", "5:50: target.probe.gone_within is out of bounds, found the text '0s', expected more than nothing"),
        ("probe: {url: https://h/s, ids: a, gone: 5s}", "5:37: unknown key 'gone' in target.probe; did you mean 'gone_within'?"),
        ("probe: {url: https://h/s, ids: a, also: {locks: {url: https://h/l}}}", "5:44: target.probe.also.locks does not say how it shows a session, expected ids: or count:, or an address with {session_id} that answers 404 once it is gone"),
        ("probe: {url: https://h/s, ids: a, also: {session: {url: https://h/l, ids: a}}}", "5:44: target.probe.also.session is what the probe itself is about, expected the name of something else, such as locks"),
        ("cleanup: [{method: DELETE}]", "5:13: target.cleanup[0] lacks the key 'url'; write url: https://agent.example/sessions/{session_id}"),
        ("cleanup: [{url: https://h/s, method: delete}]", "5:40: target.cleanup[0].method is wrong, found the text 'delete', expected one of DELETE, POST, PUT, PATCH, GET"),
        ('cleanup: [{url: "https://h/{id}"}]', "5:19: target.cleanup[0].url has the unknown placeholder {id}; known here: call, session_id, trace_id"),
        ('cleanup: [{url: https://h/s, method: POST, body: {a: ["{sid}"]}}]', "5:46: target.cleanup[0].body has the unknown placeholder {sid}; known here: call, session_id, trace_id"),
        ("cleanup: [{url: https://h/s, method: GET, body: 1}]", "5:51: target.cleanup[0].body cannot go with a GET; write method: POST"),
        ("cleanup: [{url: https://h/s, timeout: 5}]", "5:41: target.cleanup[0].timeout has no unit, found the number 5, expected a duration such as 800ms, 3s or 2m; write 5s or 5ms"),
    ],
)  # fmt: skip
def test_what_a_target_may_not_say(line: str, said: str, tmp_path: Path) -> None:
    assert told(tmp_path, f"  {line}") == [said]


@pytest.mark.parametrize(
    ("case", "said"),
    [
        ("gone: true", "9:51: the target agent has no probe, so nothing can show what is left of its sessions; declare one under probe:, or leave gone out"),
        ("gone: 5s", "9:51: suites.reconnect.cases[0].gone is wrong, found the text '5s', expected true or false"),
        ('never: [error], cleanup: [{url: "https://h/{cal}"}]', "9:77: suites.reconnect.cases[0].cleanup[0].url has the unknown placeholder {cal}; did you mean 'call'?"),
        ("never: [error], cleanup: [{url: http://h/x}]", "9:77: suites.reconnect.cases[0].cleanup[0].url is not encrypted, and h is not this machine, found 'http://h/x', expected https://; write https://, or add h to allow_plain_ws if nobody listens on the way"),
        ('never: [error], cleanup: [{url: "https://h/${env.GONE}"}]', "9:77: suites.reconnect.cases[0].cleanup[0].url refers to GONE, which is not set; set the environment variable GONE"),
    ],
)  # fmt: skip
def test_what_a_case_may_not_say(case: str, said: str, tmp_path: Path) -> None:
    assert told(tmp_path, "", case) == [said]


TRACE = "  trace: {url: 'https://tempo.test/api/traces/{trace_id}', headers: {X-Key: '${env.ADMIN_TOKEN}'}, within: 3s}"


def test_where_a_trace_is_shown_stands_in_the_plan(tmp_path: Path) -> None:
    (target,) = plan(tmp_path, TRACE).targets
    headers = (("X-Key", "${env.ADMIN_TOKEN}"),)
    assert target.trace == TraceLook("https://tempo.test/api/traces/{trace_id}", headers, 3_000.0)


@pytest.mark.parametrize(("url", "told"), [
    ("https://tempo.test/traces", "target.trace.url does not say which trace is meant"),
    ("http://tempo.test/{trace_id}", "target.trace.url"),
    ("https://tempo.test/{trace_id}/{call}", "holds {call}, and a trace is that of a whole case"),
    ("https://tempo.test/{traceid}", "has the unknown placeholder {traceid}"),
])  # fmt: skip
def test_an_address_that_shows_no_trace_is_a_mistake(tmp_path: Path, url: str, told: str) -> None:
    with pytest.raises(ManifestError) as error:
        plan(tmp_path, f"  trace: {{url: '{url}'}}")
    assert told in str(error.value)
