"""The configured recogniser listens: a program of the user's, or an endpoint. What it says is hostile text.

It must never print a secret, and never outlive its time."""

import os
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from time import monotonic
from typing import Final

import httpx

from gate.core.jsons import parse
from gate.core.recognisers import FILE, CommandRecogniser, Recogniser, TranscriptionRecogniser
from gate.core.vault import Vault

LARGEST_BYTES: Final = 1_000_000
SHOWN: Final = 300


class NotHeard(Exception):
    """The recogniser failed: a sentence for the user."""


def hear(wav: bytes, recogniser: Recogniser, vault: Vault, environ: Mapping[str, str]) -> str:
    """The words in a WAV file, on one line; "" where it heard none. Raises NotHeard."""
    try:
        if isinstance(recogniser, CommandRecogniser):
            text = _run(wav, recogniser, vault, environ)
        else:
            text = _asked(wav, recogniser, vault)
    except NotHeard as failure:
        raise NotHeard(vault.mask(str(failure))) from None
    except KeyError as unknown:
        raise NotHeard(f"the environment variable {unknown} is not set") from None
    return " ".join(vault.mask(text).split())


def _run(wav: bytes, recogniser: CommandRecogniser, vault: Vault, environ: Mapping[str, str]) -> str:
    with tempfile.TemporaryDirectory(prefix="voxgate-") as folder:
        file = Path(folder) / "speech.wav"
        file.write_bytes(wav)
        argv = [vault.fill(word).replace(FILE, str(file)) for word in recogniser.argv]
        named = any(FILE in word for word in recogniser.argv)
        out = _output(argv, b"" if named else wav, recogniser.timeout_ms, environ)
    return _text(out, f"the recogniser {_shown(recogniser.argv[0])}")


def _output(argv: list[str], given: bytes, timeout_ms: float, environ: Mapping[str, str]) -> bytes:
    """What the program writes. It is ended with its children when its time is over."""
    name, pipe = _shown(argv[0]), subprocess.PIPE
    try:
        process = subprocess.Popen(  # noqa: S603 (the user's own command, no shell)
            argv, stdin=pipe, stdout=pipe, stderr=pipe, env=dict(environ), start_new_session=True
        )
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise NotHeard(f"{name} cannot be run: {why}; install it, or give its path") from None
    with process:
        try:
            out, said = process.communicate(given, timeout_ms / 1000)
        except subprocess.TimeoutExpired:
            raise NotHeard(f"{name} did not end within {timeout_ms / 1000:g} s: see recogniser.timeout") from None
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
    if process.returncode:
        how = f"exit code {process.returncode}" if process.returncode > 0 else f"signal {-process.returncode}"
        raise NotHeard(f"{name} ended with {how}; it said: {_last(said) or 'nothing'}")
    return out


def _asked(wav: bytes, recogniser: TranscriptionRecogniser, vault: Vault) -> str:
    """What the endpoint answers: https://platform.openai.com/docs/api-reference/audio/createTranscription."""
    form = {"model": vault.fill(recogniser.model), "response_format": "json"}
    form |= {"language": vault.fill(recogniser.language)} if recogniser.language else {}
    headers = {"Authorization": f"Bearer {vault.fill(recogniser.key)}"} if recogniser.key else {}
    url, timeout_s, data = vault.fill(recogniser.url), recogniser.timeout_ms / 1000, bytearray()
    who, deadline = f"the endpoint {recogniser.url}", monotonic() + timeout_s
    try:
        with (
            httpx.Client(timeout=timeout_s, trust_env=False) as client,
            client.stream("POST", url, data=form, files={"file": ("speech.wav", wav, "audio/wav")}, headers=headers)
            as reply,
        ):  # fmt: skip
            for piece in reply.iter_bytes():
                data += piece
                if monotonic() > deadline:
                    raise httpx.ReadTimeout("")
                if len(data) > LARGEST_BYTES:
                    raise NotHeard(f"{who} gave more than {LARGEST_BYTES / 1e6:.0f} MB")
    except httpx.TimeoutException:
        raise NotHeard(f"{who} did not answer within {timeout_s:g} s: see recogniser.timeout") from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise NotHeard(f"{who} cannot be asked: {error or type(error).__name__}") from None
    said = _shown(" ".join(bytes(data[: 4 * SHOWN]).decode(errors="replace").split())) or "nothing"
    if reply.status_code != httpx.codes.OK:
        raise NotHeard(f"{who} answered {reply.status_code} {reply.reason_phrase}: {said}")
    try:
        answer = parse(bytes(data))
    except ValueError:
        answer = None
    if not isinstance(answer, dict) or not isinstance(text := answer.get("text"), str):
        raise NotHeard(f'{who} answered {said}; expected {{"text": …}}')
    return text


def _text(out: bytes, who: str) -> str:
    if len(out) > LARGEST_BYTES:
        raise NotHeard(f"{who} gave more than {LARGEST_BYTES / 1e6:.0f} MB")
    try:
        return out.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotHeard(f"{who} wrote no text in UTF-8 ({error.reason} at byte {error.start})") from None


def _last(said: bytes) -> str:
    """The last lines of a program, on one."""
    lines = [line.strip() for line in said.decode(errors="replace").splitlines() if line.strip()]
    return _shown(" / ".join(lines[-3:]))


def _shown(text: str) -> str:
    """The text, or its beginning, with what would break the line escaped."""
    short = text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in short)
