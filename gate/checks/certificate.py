"""What is wrong with a certificate, and whose affair that is: what no client would take is the agent's; whom to trust
may be the manifest's to say. Pure."""

from dataclasses import replace

from gate.checks.answer import Answer, failed, unknown
from gate.checks.view import View
from gate.core.findings import Blame, Layer
from gate.core.recording import Note

NO_CLIENT = {
    "expired": "renew it, and see to it that the agent loads the new one",
    "not-yet-valid": "check the dates of the certificate, and the clock of this machine",
    "wrong-host": "get one for this name, or call the agent by a name that its certificate has",
}
OF_THE_MANIFEST = {
    "untrusted": "if an authority of your own signed it, name its file under target.tls.ca; else let the agent send the"
    " whole chain, the certificates in between included: other clients refuse it too",
    "client": "give the caller a certificate that the agent trusts, under target.tls.certificate and target.tls.key",
}
SYMPTOM = "certificate-refused"


def refused(view: View, note: Note, expected: str) -> Answer:
    """The answer of a call that got no further than TLS."""
    kind, detail, at = str(note.data["why"]), str(note.data["detail"]), (note.index,)
    if kind in NO_CLIENT:
        return failed(Layer.HANDSHAKE, expected, detail, NO_CLIENT[kind], at=at, symptom=SYMPTOM)
    answer = unknown(
        Layer.HANDSHAKE, expected, detail, OF_THE_MANIFEST[kind], at=at, blame=Blame.CONFIGURATION
    )  # fmt: skip
    return replace(answer, symptom=SYMPTOM)
