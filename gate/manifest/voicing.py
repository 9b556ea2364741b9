"""`voice:` to the voice of the plan, and what is wrong with it beyond its shape. Nothing speaks here."""

import re
from collections.abc import Mapping
from dataclasses import replace

from gate.core.suggest import did_you_mean
from gate.core.vault import REFERENCE
from gate.core.voices import FILE, TEXT, CommandVoice, SpeechVoice, Voice
from gate.manifest import addresses, words
from gate.manifest.document import Document
from gate.manifest.faults import Fault, Faults
from gate.manifest.models import SpeechSettings, VoiceSettings
from gate.manifest.references import VOICE

_PLACEHOLDER = re.compile(r"\{\{.*?\}\}")


def voice_of(
    settings: VoiceSettings | None, document: Document, environ: Mapping[str, str], faults: Faults
) -> Voice | None:
    """Where its shape is wrong, a stand-in, so that no `say` complains that there is none."""
    if not document.has(VOICE):
        return None
    if settings is not None and settings.command is not None:
        return _command(settings.command, settings.timeout, faults)
    if settings is not None and settings.speech is not None:
        return _speech(settings.speech, settings.timeout, environ, faults)
    return CommandVoice(("",))


def _command(argv: list[str], timeout_ms: float, faults: Faults) -> CommandVoice:
    for index, word in enumerate(argv):
        loc = (*VOICE, "command", index)
        if "\0" in word or (index == 0 and _PLACEHOLDER.search(word)):
            faults.tell(loc, Fault("names no program"), words.quoted(word))
        for found in _PLACEHOLDER.findall(word):
            if found not in (TEXT, FILE):
                fault = Fault("has an unknown placeholder", f"{TEXT} or {FILE}", did_you_mean(found, (TEXT, FILE)))
                faults.tell(loc, fault, words.quoted(found))
    return CommandVoice(tuple(argv), timeout_ms)


def _speech(asked: SpeechSettings, timeout_ms: float, environ: Mapping[str, str], faults: Faults) -> SpeechVoice:
    loc = (*VOICE, "speech")

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
    return SpeechVoice(asked.url, asked.model, asked.voice, asked.key, asked.format, timeout_ms)
