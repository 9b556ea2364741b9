"""Frames to disk and back: append-only, redacted at the writer, versioned, readable after a kill at any moment."""
