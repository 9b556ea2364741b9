"""`voice-tests.yaml` to a frozen plan, or every mistake in it at once. Opens no socket, and no file but those named."""

from gate.manifest.registries import Registries
from gate.manifest.resolve import read_plan
from gate.manifest.schema import json_schema

__all__ = ["Registries", "json_schema", "read_plan"]
