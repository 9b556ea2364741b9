"""`voice:` to the voice of the plan. Nothing speaks here."""

from collections.abc import Mapping

from gate.core.voices import FILE, TEXT, CommandVoice, SpeechVoice, Voice
from gate.manifest.document import Document
from gate.manifest.faults import Faults
from gate.manifest.lent import check_command, check_endpoint
from gate.manifest.models import VoiceSettings
from gate.manifest.references import VOICE


def voice_of(
    settings: VoiceSettings | None, document: Document, environ: Mapping[str, str], faults: Faults
) -> Voice | None:
    """Where its shape is wrong, a stand-in, so that no `say` complains that there is none."""
    if not document.has(VOICE):
        return None
    if settings is not None and settings.command is not None:
        check_command(settings.command, (TEXT, FILE), faults, (*VOICE, "command"))
        return CommandVoice(tuple(settings.command), settings.timeout)
    if settings is not None and settings.speech is not None:
        asked = settings.speech
        check_endpoint(asked.url, asked.key, environ, faults, (*VOICE, "speech"))
        return SpeechVoice(asked.url, asked.model, asked.voice, asked.key, asked.format, settings.timeout)
    return CommandVoice(("",))
