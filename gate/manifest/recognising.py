"""`recogniser:` to the recogniser of the plan, and what is wrong with it beyond its shape. Nothing listens here."""

import re
from collections.abc import Mapping
from dataclasses import replace

from gate.core.recognisers import FILE, CommandRecogniser, Recogniser, TranscriptionRecogniser
from gate.core.suggest import did_you_mean
from gate.core.vault import REFERENCE
from gate.manifest import addresses, words
from gate.manifest.document import Loc
from gate.manifest.faults import Fault, Faults
from gate.manifest.models import RecogniserSettings, TranscriptionSettings

RECOGNISER: Loc = ("recogniser",)
_PLACEHOLDER = re.compile(r"\{\{.*?\}\}")


def recogniser_of(settings: RecogniserSettings | None, environ: Mapping[str, str], faults: Faults) -> Recogniser | None:
    if settings is not None and settings.command is not None:
        return _command(settings.command, settings.timeout, faults)
    if settings is not None and settings.transcription is not None:
        return _endpoint(settings.transcription, settings.timeout, environ, faults)
    return None


def _command(argv: list[str], timeout_ms: float, faults: Faults) -> CommandRecogniser:
    for index, word in enumerate(argv):
        loc = (*RECOGNISER, "command", index)
        if "\0" in word or (index == 0 and _PLACEHOLDER.search(word)):
            faults.tell(loc, Fault("names no program"), words.quoted(word))
        for found in _PLACEHOLDER.findall(word):
            if found != FILE:
                fault = Fault("has an unknown placeholder", FILE, did_you_mean(found, (FILE,)))
                faults.tell(loc, fault, words.quoted(found))
    return CommandRecogniser(tuple(argv), timeout_ms)


def _endpoint(
    asked: TranscriptionSettings, timeout_ms: float, environ: Mapping[str, str], faults: Faults
) -> TranscriptionRecogniser:
    loc = (*RECOGNISER, "transcription")

    def filled(text: str) -> str:
        return REFERENCE.sub(lambda found: environ.get(found[1], found[0]), text)

    fault = addresses.url_fault(asked.url, filled(asked.url), "http", ())
    fault = replace(fault, hint="write https://, and a secret under key:") if fault else None
    hidden = "@" in asked.url or addresses.secret_in_query(asked.url) is not None
    faults.tell((*loc, "url"), fault, "" if hidden else words.quoted(asked.url))
    if asked.key is not None:
        no_secret = None if REFERENCE.search(asked.key) else addresses.secret_fault()
        fault = no_secret or addresses.header_fault("Authorization", asked.key, filled(asked.key))
        faults.tell((*loc, "key"), fault)
    return TranscriptionRecogniser(asked.url, asked.model, asked.key, asked.language, timeout_ms)
