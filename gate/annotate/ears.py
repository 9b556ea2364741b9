"""The configured recogniser listens: a program of the user's, or an endpoint. What it says is hostile text.

It must never print a secret, and never outlive its time."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from gate.core.jsons import parse
from gate.core.recognisers import FILE, CommandRecogniser, Recogniser, TranscriptionRecogniser
from gate.core.vault import Vault
from gate.services import endpoint, program
from gate.services.failing import Failed, TooSlow, said, shown

LARGEST_BYTES: Final = 1_000_000


class NotHeard(Exception):
    """The recogniser failed: a sentence for the user."""


def hear(wav: bytes, recogniser: Recogniser, vault: Vault, environ: Mapping[str, str]) -> str:
    """The words in a WAV file, on one line; "" where it heard none. Raises NotHeard."""
    try:
        match recogniser:
            case CommandRecogniser(argv):
                who = shown(argv[0])
                text = _run(wav, recogniser, vault, environ)
            case TranscriptionRecogniser(url):
                who = f"the endpoint {url}"
                text = _asked(wav, recogniser, vault)
    except Failed as failure:
        hint = ": see recogniser.timeout" if isinstance(failure, TooSlow) else ""
        raise NotHeard(vault.mask(f"{who} {failure}{hint}")) from None
    except KeyError as unknown:
        raise NotHeard(f"the environment variable {unknown} is not set") from None
    return " ".join(vault.mask(text).split())


def _run(wav: bytes, recogniser: CommandRecogniser, vault: Vault, environ: Mapping[str, str]) -> str:
    with tempfile.TemporaryDirectory(prefix="voxgate-") as folder:
        file = Path(folder) / "speech.wav"
        file.write_bytes(wav)
        argv = [vault.fill(word).replace(FILE, str(file)) for word in recogniser.argv]
        named = any(FILE in word for word in recogniser.argv)
        out = program.output(argv, b"" if named else wav, recogniser.timeout_ms, environ)
    if len(out) > LARGEST_BYTES:
        raise Failed(f"gave more than {LARGEST_BYTES / 1e6:.0f} MB")
    try:
        return out.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Failed(f"wrote no text in UTF-8 ({error.reason} at byte {error.start})") from None


def _asked(wav: bytes, recogniser: TranscriptionRecogniser, vault: Vault) -> str:
    """What the endpoint answers: https://platform.openai.com/docs/api-reference/audio/createTranscription."""
    form = {"model": vault.fill(recogniser.model), "response_format": "json"}
    form |= {"language": vault.fill(recogniser.language)} if recogniser.language else {}
    key = vault.fill(recogniser.key) if recogniser.key else None
    files = {"file": ("speech.wav", wav, "audio/wav")}
    data = endpoint.answer(
        vault.fill(recogniser.url), key, recogniser.timeout_ms, LARGEST_BYTES, data=form, files=files
    )
    try:
        answer = parse(data)
    except ValueError:
        answer = None
    if not isinstance(answer, dict) or not isinstance(text := answer.get("text"), str):
        raise Failed(f'answered {said(data)}; expected {{"text": …}}')
    return text
