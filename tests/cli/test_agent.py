"""Who runs the tools of the reference agent, and who may call it over TLS, as its command line says."""

import argparse
import ssl
from pathlib import Path

import pytest
import trustme

from gate.cli.agent import _runner, _tls
from gate.cli.main import parser
from gate.cli.outcomes import Usage


def given(*words: str) -> argparse.Namespace:
    return parser().parse_args(["agent", *words])


def test_by_default_the_caller_runs_the_tools() -> None:
    assert _runner(given()) is None
    assert given().tool_budget == 8_000


@pytest.mark.parametrize(("option", "kind"), [("--tools", "OverHttp"), ("--tools-mcp", "OverMcp")])
def test_an_address_makes_it_run_them_itself(option: str, kind: str) -> None:
    runner = _runner(given(option, "http://127.0.0.1:8900/tools"))
    assert (type(runner).__name__, getattr(runner, "url", "")) == (kind, "http://127.0.0.1:8900/tools")


@pytest.mark.parametrize("url", ["", "127.0.0.1:8900", "ws://127.0.0.1/", "http://"])
@pytest.mark.parametrize("option", ["--tools", "--tools-mcp"])
def test_what_is_no_address_is_told(option: str, url: str) -> None:
    with pytest.raises(Usage, match=f"{option} '{url}' is no address; expected one such as http://127.0.0.1:8900"):
        _runner(given(option, url))


@pytest.mark.parametrize("words", [("--tools", "http://a", "--tools-mcp", "http://b"), ("--tool-budget", "0")])
def test_what_makes_no_sense_is_refused(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        given(*words)
    assert end.value.code == 2
    assert words[-2] in capsys.readouterr().err


def test_a_certificate_makes_it_serve_tls_and_an_authority_asks_callers_for_theirs(tmp_path: Path) -> None:
    authority, file = trustme.CA(), tmp_path / "agent.pem"
    authority.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(file)
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    assert _tls(given()) is None
    plain = _tls(given("--tls-certificate", str(file)))
    asks = _tls(given("--tls-certificate", str(file), "--tls-client-ca", str(tmp_path / "ca.pem")))
    assert plain is not None
    assert asks is not None
    assert (plain.verify_mode, asks.verify_mode) == (ssl.CERT_NONE, ssl.CERT_REQUIRED)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--tls-key", "x"), "of no use without --tls-certificate"),
        (("--tls-client-ca", "x"), "of no use without --tls-certificate"),
        (("--tls-certificate", "nowhere.pem"), "cannot be used: No such file or directory"),
    ],
)
def test_tls_that_cannot_be_is_told(words: tuple[str, ...], told: str) -> None:
    with pytest.raises(Usage, match=told):
        _tls(given(*words))
