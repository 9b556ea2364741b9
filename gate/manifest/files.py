"""Files that a manifest names beside itself. They are read here, before the first socket, and never again."""

from pathlib import Path

from gate.core import jsons
from gate.core.jsons import Json
from gate.core.vault import names_in
from gate.manifest import words
from gate.manifest.document import Loc
from gate.manifest.faults import Fault, Faults

_MOST_BYTES = 1_000_000


def session_of(session: dict[str, Json], folder: Path, faults: Faults, loc: Loc) -> dict[str, Json]:
    """The session as given, but with the schemas of its tools in the place of the name of their file."""
    name = session.get("tools")
    if not isinstance(name, str) or not name.endswith(".json"):
        return session
    known = len(faults.mistakes)
    tools = read_json(name, folder, faults, (*loc, "tools"))
    return session if len(faults.mistakes) > known else {**session, "tools": tools}


def read_json(name: str, folder: Path, faults: Faults, loc: Loc) -> Json:
    """The value in a file that stands beside the manifest, or None and a fault."""
    path = folder / name
    try:
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        reason = (error.strerror or "") if isinstance(error, OSError) else str(error)
        fault = Fault("names a file that cannot be read", "", f"{reason}: {path}")
        faults.tell(loc, fault, words.quoted(name))
        return None
    value, fault_found = _value(data)
    faults.tell(loc, fault_found, words.quoted(name))
    return value


def _value(data: bytes) -> tuple[Json, Fault | None]:
    if len(data) > _MOST_BYTES:
        return None, Fault("names a file that is too large", f"at most {_MOST_BYTES:,} bytes")
    try:
        value = jsons.parse(data)
    except ValueError as error:
        return None, Fault("names a file that is no JSON", "JSON", str(error))
    if names := names_in(value):
        hint = f"found ${{env.{min(names)}}}: references are read in the manifest only"
        return None, Fault("names a file with references", "", hint)
    return value, None
