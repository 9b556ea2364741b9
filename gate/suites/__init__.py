"""A suite's few lines, expanded to ordinary cases. A new suite is one file and one line here."""

from types import ModuleType

from gate.suites import handshake, reconnect, smoke, tools

SUITES: dict[str, ModuleType] = {
    "handshake": handshake,
    "smoke": smoke,
    "tools": tools,
    "reconnect": reconnect,
}
