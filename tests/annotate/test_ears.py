"""The configured recogniser: a program or an endpoint, what it is given, and what is told when it fails."""

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from gate.annotate.ears import NotHeard, hear
from gate.audio import wav
from gate.core.recognisers import CommandRecogniser, Recogniser, TranscriptionRecogniser
from gate.core.vault import Vault
from tests.annotate.attempts import SECRET, python

WAV = wav.encode(np.arange(800, dtype=np.int16), 8_000)
ENVIRON = {"PATH": "/usr/bin:/bin", **SECRET}


def heard(recogniser: Recogniser) -> str:
    return hear(WAV, recogniser, Vault(SECRET), ENVIRON)


def refusal(recogniser: Recogniser) -> str:
    with pytest.raises(NotHeard) as failure:
        heard(recogniser)
    return str(failure.value)


def test_a_program_is_given_the_file_or_its_bytes() -> None:
    size = "import sys, wave; file = wave.open(sys.argv[1] if len(sys.argv) > 1 else sys.stdin.buffer); "
    code = size + "print(file.getframerate(),\\n file.getnframes())".replace("\\n", "")
    assert heard(python(code, "{{file}}")) == "8000 800"
    assert heard(python(code)) == "8000 800"


def test_its_words_are_one_line() -> None:
    assert heard(python("print('  good\\n\\n day\\t')")) == "good day"
    assert heard(python("pass")) == ""


def test_what_goes_wrong_is_said_with_its_own_words() -> None:
    assert refusal(CommandRecogniser(("no-such-ears",))).startswith("no-such-ears cannot be run: No such file")
    assert refusal(python("import sys; sys.exit('no model')")).endswith("ended with exit code 1; it said: no model")
    assert refusal(python("import os; os.kill(os.getpid(), 9)")).endswith("ended with signal 9; it said: nothing")
    assert "wrote no text in UTF-8" in refusal(python("import sys; sys.stdout.buffer.write(b'\\xff')"))
    assert refusal(python("print('x' * 2_000_000)")).endswith("gave more than 1 MB")


def test_a_program_that_hangs_is_ended_with_its_children() -> None:
    code = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(600)'])"
    assert refusal(python(code, timeout_ms=500.0)).endswith("did not end within 0.5 s: see recogniser.timeout")


def test_neither_words_nor_complaints_show_a_secret() -> None:
    assert heard(python("import sys; print(sys.argv[1])", "${env.SPEECH_KEY}")) == "[secret:SPEECH_KEY]"
    assert refusal(python("import sys; sys.exit(sys.argv[1])", "${env.SPEECH_KEY}")).endswith("[secret:SPEECH_KEY]")
    assert refusal(python("pass", "${env.OTHER}")) == "the environment variable 'OTHER' is not set"


@dataclass
class Endpoint:
    """A transcription endpoint on this machine: what it was asked, and what it answers."""

    url: str = ""
    status: int = 200
    body: bytes = b'{"text": " Good day. "}'
    asked: list[tuple[dict[str, bytes], str | None]] = field(default_factory=list)
    may_answer: threading.Event = field(default_factory=threading.Event)

    def ears(self, key: str | None = "${env.SPEECH_KEY}", timeout_ms: float = 20_000.0) -> TranscriptionRecogniser:
        return TranscriptionRecogniser(self.url, "whisper-1", key, "en", timeout_ms)


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    served = Endpoint()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
            form = BytesParser().parsebytes(head + self.rfile.read(int(self.headers["Content-Length"])))
            parts = {str(part.get_param("name", header="content-disposition")): part for part in form.walk()}
            fields = {name: bytes(part.get_payload(decode=True) or b"") for name, part in parts.items()}  # type: ignore[arg-type]
            served.asked.append((fields, self.headers["Authorization"]))
            served.may_answer.wait(20)
            self.send_response(served.status)
            self.send_header("Content-Length", str(len(served.body)))
            with contextlib.suppress(ConnectionError):  # who does not wait for the answer
                self.end_headers()
                self.wfile.write(served.body)

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served.url = f"http://127.0.0.1:{server.server_port}/v1/audio/transcriptions"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    served.may_answer.set()
    yield served
    served.may_answer.set()
    server.shutdown()
    thread.join()
    server.server_close()


def test_an_endpoint_is_asked_as_openai_says_with_the_key_of_the_vault(endpoint: Endpoint) -> None:
    assert heard(endpoint.ears()) == "Good day."
    (fields, authorisation), *more = endpoint.asked
    assert not more
    assert authorisation == "Bearer s3cret-key-of-the-ears"
    assert fields["file"] == WAV
    assert (fields["model"], fields["language"], fields["response_format"]) == (b"whisper-1", b"en", b"json")
    heard(endpoint.ears(key=None))
    assert endpoint.asked[-1][1] is None


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (
            401,
            b'{"error": "s3cret-key-of-the-ears is wrong"}',
            'answered 401 Unauthorized: {"error": "[secret:SPEECH_KEY] is',
        ),
        (200, b"good day", 'answered good day; expected {"text": …}'),
        (200, b"[]", 'answered []; expected {"text": …}'),
        (200, b'{"text": 5}', 'answered {"text": 5}; expected {"text": …}'),
        (200, b"", 'answered nothing; expected {"text": …}'),
        (200, b" " * 2_000_000, "gave more than 1 MB"),
    ],
)
def test_what_it_answers_is_checked(endpoint: Endpoint, status: int, body: bytes, said: str) -> None:
    endpoint.status, endpoint.body = status, body
    assert said in refusal(endpoint.ears())


def test_one_that_does_not_answer_or_is_not_there(endpoint: Endpoint) -> None:
    endpoint.may_answer.clear()
    assert refusal(endpoint.ears(timeout_ms=200.0)).endswith("did not answer within 0.2 s: see recogniser.timeout")
    nobody = TranscriptionRecogniser("http://127.0.0.1:9/x", "m")
    assert refusal(nobody).startswith("the endpoint http://127.0.0.1:9/x cannot be asked: ")
