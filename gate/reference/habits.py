"""What decent agents do in different ways, and no gate may hold against them: each one small change of behaviour."""

from collections.abc import Mapping
from dataclasses import replace

from gate.reference.voicing import Line

HABITS: Mapping[str, str] = {
    "odd-chunks": "speech leaves in chunks of 137.5 ms",
    "long-chunks": "speech leaves in chunks of 200 ms",
    "bursts": "an answer leaves all at once, long before it is heard out",
    "just-stops": "speech leaves as it is heard, and stops when the caller speaks, without a message",
    "cancels-first": "what is cut off is told before the speech that cut it off",
    "clears-every-turn": "whatever is playing is taken back each time the caller speaks, also where nothing is",
    "greets-first": "the agent says hello before anybody else has spoken",
    "undocumented": "messages come that nobody documented",
    "nameless-marks": "marks in the audio have no names",
    "refuses-by-close": "who may not call is let in, and sent away with the close code 4003 at once",
    "tools-without-ids": "tool calls have no ids, where a protocol can do without (`template`)",
}
UNDOCUMENTED = '{"type": "x.internal.tick", "event": "x.internal.tick", "n": 1}'
ALL_OF_IT = 1_000_000


def inclined(line: Line, habits: frozenset[str]) -> Line:
    """How these habits speak into a line."""
    if "odd-chunks" in habits:
        line = replace(line, chunk_ms=137.5)
    if "long-chunks" in habits:
        line = replace(line, chunk_ms=200.0)
    if "bursts" in habits and line.ahead:
        line = replace(line, lead=ALL_OF_IT)
    return replace(line, ahead=False) if "just-stops" in habits else line
