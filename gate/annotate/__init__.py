"""Opinions into evidence, between driving and judging: each with its tool and the hash of what it was given. It judges
nothing, and nothing of it runs while the evidence is judged."""

from gate.annotate.words import annotate_case

__all__ = ["annotate_case"]
