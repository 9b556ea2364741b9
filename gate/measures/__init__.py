"""Numbers from a recording, each with how it was obtained and how far it may be off. Pure; they judge nothing."""

from gate.measures.every import measure

__all__ = ["measure"]
