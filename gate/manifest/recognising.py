"""`recogniser:` to the recogniser of the plan. Nothing listens here."""

from collections.abc import Mapping

from gate.core.recognisers import FILE, CommandRecogniser, Recogniser, TranscriptionRecogniser
from gate.manifest.document import Loc
from gate.manifest.faults import Faults
from gate.manifest.lent import check_command, check_endpoint
from gate.manifest.models import RecogniserSettings

RECOGNISER: Loc = ("recogniser",)


def recogniser_of(settings: RecogniserSettings | None, environ: Mapping[str, str], faults: Faults) -> Recogniser | None:
    if settings is not None and settings.command is not None:
        check_command(settings.command, (FILE,), faults, (*RECOGNISER, "command"))
        return CommandRecogniser(tuple(settings.command), settings.timeout)
    if settings is not None and settings.transcription is not None:
        asked = settings.transcription
        check_endpoint(asked.url, asked.key, environ, faults, (*RECOGNISER, "transcription"))
        return TranscriptionRecogniser(asked.url, asked.model, asked.key, asked.language, settings.timeout)
    return None
