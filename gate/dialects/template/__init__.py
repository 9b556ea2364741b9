"""A user's own protocol: described by templates and dotted paths in the manifest, or guessed from a captured log."""
