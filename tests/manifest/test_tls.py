"""`tls:`: the files are tried before any socket opens, what is wrong is told, and nothing that stands in them is."""

# Texts that are compared whole stay on one line.
# ruff: noqa: E501

from pathlib import Path

import pytest
import trustme

from gate.core.plan import Tls
from tests.manifest.fakes import plan_of, told

CA = trustme.CA()
CLIENT, OTHER = CA.issue_cert("client.test"), CA.issue_cert("other.test")
ENCRYPTED = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n"


def text(tls: str, url: str = "wss://agent.test/") -> str:
    return f"version: 1\nsuites: {{smoke: {{}}}}\ntarget:\n  dialect: plain\n  url: {url}\n  tls: {tls}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    CA.cert_pem.write_to_path(tmp_path / "ca.pem")
    CLIENT.private_key_pem.write_to_path(tmp_path / "client.key")
    CLIENT.private_key_and_cert_chain_pem.write_to_path(tmp_path / "both.pem")
    CLIENT.cert_chain_pems[0].write_to_path(tmp_path / "client.pem")
    OTHER.private_key_pem.write_to_path(tmp_path / "other.key")
    (tmp_path / "locked.key").write_text(ENCRYPTED)
    (tmp_path / "broken.pem").write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    return tmp_path


def test_files_are_found_beside_the_manifest(folder: Path) -> None:
    plan, _ = plan_of(folder, text('{ca: ca.pem, certificate: client.pem, key: "client.key"}'))
    tls = Tls(str(folder / "ca.pem"), str(folder / "client.pem"), str(folder / "client.key"))
    assert plan.targets[0].dial.tls == tls
    assert plan_of(folder, text("{certificate: both.pem}"))[0].targets[0].dial.tls == Tls(
        certificate=str(folder / "both.pem")
    )
    assert plan_of(folder, text("{ca: ca.pem}").replace("  tls: {ca: ca.pem}\n", ""))[0].targets[0].dial.tls is None


@pytest.mark.parametrize(
    ("tls", "said"),
    [
        (
            "{ca: none.pem}",
            "6:13: target.tls.ca names a file that cannot be read, found 'none.pem'; No such file or directory: FOLDER/none.pem",
        ),
        (
            "{ca: client.key}",
            "6:13: target.tls.ca names a file that holds no certificate, found 'client.key', expected PEM: -----BEGIN CERTIFICATE-----",
        ),
        ("{ca: broken.pem}", "6:13: target.tls.ca names a file that OpenSSL cannot read; "),
        (
            "{certificate: client.pem}",
            "6:22: target.tls.certificate names a file that holds no private key, found 'client.pem', expected PEM: -----BEGIN PRIVATE KEY-----; name its file under key:",
        ),
        (
            "{certificate: client.pem, key: ca.pem}",
            "6:39: target.tls.key names a file that holds no private key, found 'ca.pem', expected PEM: -----BEGIN PRIVATE KEY-----",
        ),
        (
            "{certificate: client.pem, key: locked.key}",
            "6:39: target.tls.key names a key behind a password, and nobody is there to type it, found 'locked.key', expected a key without one",
        ),
        (
            "{certificate: client.pem, key: other.key}",
            "6:22: target.tls.certificate names a certificate, and the key is that of another",
        ),
        (
            "{key: client.key}",
            "6:14: target.tls.key is a key to no certificate, expected a certificate too; write certificate: client.pem beside it",
        ),
    ],
)
def test_what_cannot_be_used_is_told(tls: str, said: str, folder: Path) -> None:
    (mistake,) = told(folder, text(tls))
    assert mistake.startswith(said.replace("FOLDER", str(folder)))


def test_an_address_that_is_not_encrypted_needs_none(folder: Path) -> None:
    (mistake,) = told(folder, text("{ca: ca.pem}", "ws://localhost:1/"))
    assert (
        mistake == "6:3: target.tls is of no use: this address is not encrypted, expected wss:// in url; or delete it"
    )
